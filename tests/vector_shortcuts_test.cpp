// SPDX-License-Identifier: Apache-2.0
// The CPU backend computes shortcuts in vectors: the results are those of evaluate whatever the length and the alignment, in place, and
// wherever among others an element is of which its shortcut is not sure.
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "cuda/operands.hpp"
#include "cusigmoid/cusigmoid.hpp"
#include "cusigmoid/shortcuts.hpp"
#include "host/cpu/backend.hpp"

using namespace cusigmoid;
using namespace cusigmoid::engine;

namespace {

/// A call of an op on one row of elements of one type, but for its operands.
template <class Op, class T>
call call_on(std::size_t n) {
  call c = {};
  c.rows = 1;
  c.cols = n;
  c.given = default_parameters();
  bool found = false;
  for (int op = 0; op < all_ops::size && !found; ++op)
    for (int dtypes = 0; dtypes < Op::dtypes::size && !found; ++dtypes) {
      c.op = op;
      c.dtypes = dtypes;
      visit(c, [&]<class Visited, class ArrayTypes>() {
        if constexpr (std::is_same_v<Visited, Op> && is_one_type<ArrayTypes>) found = std::is_same_v<at<0, ArrayTypes>, T>;
      });
    }
  EXPECT_TRUE(found);
  return c;
}

template <class Op, class T>
class row_of {
  static constexpr std::size_t inputs = Op::in::size, outputs = Op::out::size, vector = 64 / sizeof(T), most = 3 * vector + 1;
  static constexpr unsigned char untouched = 0x5a;

  cpu_backend::instruction_set const &isa_;
  unsigned left_out_;  // a bit for each input, of which the optional ones' count
  std::vector<T> in_[inputs], expected_[outputs];
  T odd_[inputs];
  many<double, outputs> expected_of_odd_;

  /// Calls f(i, the role of input i) for all inputs.
  template <class F>
  static void for_each_input(F &&f) {
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      (f(i, at<static_cast<int>(i), typename Op::in>{}), ...);
    }(std::make_index_sequence<inputs>{});
  }
  template <class Role>
  bool is_left_out(std::size_t i, Role) const {
    return Role::is_optional && (left_out_ >> i & 1);
  }
  template <class Role>
  bool is_one_for_all(std::size_t i, Role role) const {
    return Role::layout == layout::scalar || is_left_out(i, role);
  }
  /// What every element of such an input is.
  template <class Role>
  T one_for_all(std::size_t i, Role role) const {
    return element<T>::narrow(is_left_out(i, role) ? Role::if_absent : 3);
  }

  template <std::size_t... i>
  static many<double, outputs> evaluated(std::index_sequence<i...>, T const (&in)[inputs]) {
    return evaluate<Op, T>(default_parameters(), in[i]...);
  }
  static many<double, outputs> evaluated(T const (&in)[inputs]) { return evaluated(std::make_index_sequence<inputs>{}, in); }

 public:
  /// `odd`: inputs that the op's shortcut leaves open.
  row_of(cpu_backend::instruction_set const &isa, double const (&odd)[3], unsigned left_out) : isa_(isa), left_out_(left_out) {
    std::mt19937 random(1);
    for (std::size_t j = 0; j < most; ++j) {
      T one[inputs];
      for_each_input([&](std::size_t i, auto role) {
        double const low = std::is_same_v<Op, ops::backward> ? 0 : -8, high = std::is_same_v<Op, ops::backward> ? 1 : 8;
        one[i] = element<T>::narrow(std::uniform_real_distribution<double>(low, high)(random));
        if (is_one_for_all(i, role)) one[i] = one_for_all(i, role);
        in_[i].push_back(one[i]);
      });
      many<double, outputs> const all = evaluated(one);
      for (std::size_t o = 0; o < outputs; ++o) expected_[o].push_back(element<T>::narrow(all.value[o]));
    }
    for_each_input([&](std::size_t i, auto role) {
      odd_[i] = is_one_for_all(i, role) ? one_for_all(i, role) : element<T>::narrow(i + 3 < inputs ? 3 : odd[i + 3 - inputs]);
    });
    expected_of_odd_ = evaluated(odd_);
  }

  /// n elements from an offset on, the one at `position` odd, if there is one; the first result in place of an input, if it is one.
  void expect_right(std::size_t n, std::size_t position, std::size_t offset, std::size_t in_place) {
    std::vector<T> in[inputs], out[outputs], poison(offset + n + 1);
    std::memset(poison.data(), untouched, poison.size() * sizeof(T));
    for (std::vector<T> &array : out) array = poison;
    for (std::size_t i = 0; i < inputs; ++i) {
      in[i] = poison;
      std::copy_n(in_[i].begin(), n, in[i].begin() + static_cast<std::ptrdiff_t>(offset));
      if (position < n) in[i][offset + position] = odd_[i];
    }

    call c = call_on<Op, T>(n);
    for_each_input([&](std::size_t i, auto role) {
      c.operands[i] = {in[i].data() + offset, role.layout == layout::elements ? n : 0};
      if (is_left_out(i, role)) c.operands[i] = {nullptr, 0};
      if (i == in_place && is_one_for_all(i, role)) in_place = inputs;
    });
    std::vector<T> *results[outputs];
    for (std::size_t o = 0; o < outputs; ++o) {
      results[o] = o == 0 && in_place < inputs ? &in[in_place] : &out[o];
      c.operands[inputs + o] = {results[o]->data() + offset, n};
    }
    isa_.run_elements(c, 0, n);

    for (std::size_t o = 0; o < outputs; ++o) {
      auto const *const bytes = reinterpret_cast<unsigned char const *>(results[o]->data());
      for (std::size_t b = 0; b < sizeof(T); ++b) {
        ASSERT_EQ(bytes[(offset + n) * sizeof(T) + b], untouched);
        ASSERT_TRUE(offset == 0 || bytes[(offset - 1) * sizeof(T) + b] == untouched);
      }
      for (std::size_t j = 0; j < n; ++j) {
        T const expected = j == position ? element<T>::narrow(expected_of_odd_.value[o]) : expected_[o][j];
        ASSERT_EQ(std::memcmp(&(*results[o])[offset + j], &expected, sizeof(T)), 0)
            << "result " << o << " of " << Op::name << " of " << format<T>::name << " for " << isa_.name << ": element " << j << " of " << n
            << ", odd " << position << ", offset " << offset << ", in place of input " << in_place;
      }
    }
  }

  void expect_right() {
    for (std::size_t n = 1; n <= most; ++n)
      for (std::size_t position = 0; position <= n; ++position) ASSERT_NO_FATAL_FAILURE(expect_right(n, position, 0, position % 3));
    for (std::size_t offset = 1; offset < vector; ++offset)
      for (std::size_t in_place = 0; in_place <= inputs; ++in_place) ASSERT_NO_FATAL_FAILURE(expect_right(most, offset, offset, in_place));
  }
};

/// `first` and `last`: inputs that shortcuts leave open; those before them are 3.
template <class Op, class... T>
void expect_vectors_right(double first, double last) {
  double const odd[] = {3, first, last};
  constexpr bool has_optional = []<class... Role>(list<Role...>) { return (Role::is_optional || ...); }(typename Op::in{});
  for (auto const &isa : cpu_backend::instruction_sets())
    for (unsigned const left_out : {0u, ~0u, 0x55555555u, 0xaaaaaaaau})
      if (isa.supported() && (left_out == 0 || has_optional)) (row_of<Op, T>(isa, odd, left_out).expect_right(), ...);
}

template <class Op>
void expect_all_vectors_right(double first, double last) {
  expect_vectors_right<Op, double, float, float16, bfloat16, float8_e4m3, float8_e5m2>(first, last);
}

TEST(VectorShortcuts, OfFunctions) {
  expect_all_vectors_right<ops::forward>(0, -86.5);
  expect_all_vectors_right<ops::derivative>(0, 86.5);
  expect_all_vectors_right<ops::tanh_derivative>(0, -43.25);
  expect_all_vectors_right<ops::tanh>(0, -43.25);
  expect_all_vectors_right<ops::second_derivative>(0, -43.25);
  expect_all_vectors_right<ops::silu_second_derivative>(0, constants::silu_second_derivative_zero_hi);
  expect_all_vectors_right<ops::silu>(0, -86.5);
  expect_vectors_right<ops::softplus, double, float>(0, -86.5);
  expect_vectors_right<ops::log_sigmoid, double, float>(0, 86.5);
  expect_all_vectors_right<ops::log_sigmoid_derivative>(0, 86.5);
  expect_all_vectors_right<ops::signed_sigmoid>(0, -86.5);
}
TEST(VectorShortcuts, OfNotANumber) {
  expect_all_vectors_right<ops::forward>(0, __builtin_nan(""));
  expect_all_vectors_right<ops::derivative>(0, -__builtin_nan(""));
  expect_all_vectors_right<ops::backward>(1, __builtin_nan(""));
  expect_all_vectors_right<ops::backward_from_input>(__builtin_nan(""), 1);
}
TEST(VectorShortcuts, OfProducts) {
  expect_all_vectors_right<ops::backward>(3, -0.5);
  expect_all_vectors_right<ops::backward_from_input>(1e6, 86.5);
  expect_all_vectors_right<ops::tanh_backward>(1e6, 43.25);
  expect_all_vectors_right<ops::softplus_backward>(-3, -86.5);
  expect_all_vectors_right<ops::log_sigmoid_backward>(-3, 86.5);
  expect_all_vectors_right<ops::glu_split>(3, -86.5);
  expect_vectors_right<ops::swiglu_split, double, float, float16, bfloat16>(-86.5, 3);
}
TEST(VectorShortcuts, OfSiluGradients) {
  double const zero = constants::silu_derivative_zero_hi;
  expect_all_vectors_right<ops::silu_derivative>(0, zero);
  expect_all_vectors_right<ops::silu_backward>(3, zero);
}
TEST(VectorShortcuts, OfSeveralResults) {
  expect_vectors_right<ops::glu_split_backward, double, float, float16, bfloat16>(3, -86.5);
  expect_vectors_right<ops::swiglu_split_backward, double, float, float16, bfloat16>(constants::silu_derivative_zero_hi, 3);
}
/// With rows that serve all rows, and inputs that may be left out or are one for all.
TEST(VectorShortcuts, OfRowsAndOptionalInputs) {
  expect_vectors_right<ops::bias_forward, double, float, float16, bfloat16>(0, -86.5);
  expect_vectors_right<ops::bce_with_logits, float, float16, bfloat16>(__builtin_nan(""), 0);
  expect_vectors_right<ops::bce_with_logits_backward, float, float16, bfloat16>(__builtin_nan(""), 0);
  expect_vectors_right<ops::lstm_cell, double, float, float16, bfloat16>(0, 1e30);
  expect_vectors_right<ops::lstm_cell_backward, float16, bfloat16>(0, 1e30);
  expect_vectors_right<ops::lstm_cell_backward, float16, bfloat16>(0, __builtin_nan(""));
}
/// What comes in bulk, and is no number to compute.
TEST(VectorShortcuts, OfZeros) {
  expect_all_vectors_right<ops::backward>(-0.0, 1);
  expect_all_vectors_right<ops::backward_from_input>(-0.0, 1);
  expect_vectors_right<ops::swiglu_split, double, float, float16, bfloat16>(-0.0, 1);
}

/// With an alpha so small that e^−alpha·gate is beyond float where gate·up is not.
TEST(VectorShortcuts, OfExponentialsPastTheirRange) {
  constexpr std::size_t n = 64;
  bfloat16 const large = element<bfloat16>::narrow(16646144), minus_large = element<bfloat16>::narrow(-16646144);
  for (double exponent : {120.0, 125.9, 126.5, 130.0, 200.0})
    for (double offset : {0.0, 0x1p24}) {
      call c = call_on<ops::swiglu_split, bfloat16>(n);
      c.given.alpha = exponent * 0.6931471805599453 / 16646144, c.given.offset = offset;
      std::vector<bfloat16> const gate(n, minus_large), up(n, large);
      bfloat16 const expected = element<bfloat16>::narrow(evaluate<ops::swiglu_split, bfloat16>(c.given, minus_large, large).value[0]);
      for (auto const &isa : cpu_backend::instruction_sets()) {
        if (!isa.supported()) continue;
        std::vector<bfloat16> h(n);
        void *const data[] = {const_cast<bfloat16 *>(gate.data()), const_cast<bfloat16 *>(up.data()), h.data()};
        for (int i = 0; i < 3; ++i) c.operands[i] = {data[i], n};
        isa.run_elements(c, 0, n);
        EXPECT_EQ(h[n / 2].bits, expected.bits) << isa.name << ", exponent " << exponent << ", offset " << offset;
      }
    }
}

/// Arrays that no cache holds are stored in another way and order.
template <class Op, class T>
void expect_the_same_past_the_caches() {
  constexpr std::size_t inputs = Op::in::size, arrays = inputs + Op::out::size, n = 5 * 4096 + 77;
  std::mt19937 random(1);
  std::vector<T> in[inputs];
  for (std::vector<T> &array : in)
    for (std::size_t i = 0; i < n + arrays; ++i) array.push_back(element<T>::narrow(std::uniform_real_distribution<double>(0, 9)(random)));

  auto const results = [&](cpu_backend::instruction_set const &isa, cpu_backend::cache_sizes sizes, std::size_t step) {
    cpu_backend::cache_sizes const of_machine = std::exchange(cpu_backend::caches(), sizes);
    call c = call_on<Op, T>(n);
    std::vector<T> out[Op::out::size];
    for (std::size_t i = 0; i < inputs; ++i) c.operands[i] = {in[i].data() + i * step, n};  // aligned alike, or each in its own way
    for (std::size_t o = 0; o < Op::out::size; ++o) {
      out[o].resize(n + arrays);
      c.operands[inputs + o] = {out[o].data() + (inputs + o) * step, n};
    }
    isa.run_elements(c, 3, n - 5);
    cpu_backend::caches() = of_machine;
    std::vector<T> all;
    for (std::vector<T> const &array : out) all.insert(all.end(), array.begin(), array.end());
    return all;
  };
  constexpr std::size_t small = 32 << 10, large = 48 << 10, none = 1 << 10, endless = std::size_t{1} << 60;
  for (auto const &isa : cpu_backend::instruction_sets())
    for (std::size_t const step : {0, 1}) {
      if (!isa.supported()) continue;
      std::vector<T> const expected = results(isa, {small, endless}, step);
      for (std::size_t const first_level : {small, large}) {
        std::vector<T> const got = results(isa, {first_level, none}, step);
        EXPECT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(T)), 0)
            << Op::name << " of " << format<T>::name << " for " << isa.name << ", first cache " << first_level << ", step " << step;
      }
    }
}

TEST(VectorShortcuts, PastTheCaches) {
  expect_the_same_past_the_caches<ops::forward, float>();
  expect_the_same_past_the_caches<ops::forward, bfloat16>();
  expect_the_same_past_the_caches<ops::softplus, double>();
  expect_the_same_past_the_caches<ops::backward, float>();
  expect_the_same_past_the_caches<ops::swiglu_split_backward, float>();
  expect_the_same_past_the_caches<ops::bias_forward, double>();
  expect_the_same_past_the_caches<ops::bce_with_logits, float16>();
  expect_the_same_past_the_caches<ops::lstm_cell, float>();
}

}  // namespace
