// SPDX-License-Identifier: Apache-2.0
// A shortcut that says that it is sure gives the result of the full computation, whatever the approximate instructions give within their
// documented bounds: 2 ulp for ex2, 1 ulp for rcp.
#include "cusigmoid/shortcuts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <type_traits>

using namespace cusigmoid;
using namespace cusigmoid::engine;

namespace {

template <class Float>
Float ulps_away(Float v, int ulps) {
  for (; ulps > 0; --ulps) v = std::nextafter(v, static_cast<Float>(HUGE_VAL));
  for (; ulps < 0; ++ulps) v = std::nextafter(v, static_cast<Float>(-HUGE_VAL));
  return v;
}

/// The instructions at one point of their bounds.
template <int exp2_ulps, int inverse_ulps>
struct shifted {
  static f32 exp2(f32 a) {
    f32 const nearest = machine::exp2(a);
    if (nearest.v < 0x1p-126f) return 0.0f;  // flushed
    return std::isinf(nearest.v) ? nearest : ulps_away(nearest.v, exp2_ulps);
  }
  static f32 exp2_within(f32 a) { return exp2(a); }
  template <class F>
  static F inverse(F a) {
    F const nearest = machine::inverse(a);
    return std::isinf(a.v) || std::isinf(nearest.v) ? nearest : ulps_away(nearest.v, inverse_ulps);
  }
  static constexpr bool is_rough = false;
  static f32 rough_inverse(f32 a) { return inverse(a); }
  static f64 rough_inverse(f64 a) { return machine::inverse(a) * f64(1 + inverse_ulps * 0x1p-22); }
};

/// What became of words of inputs.
struct count {
  unsigned tried = 0, unsure = 0;
};

/// Words of T, one an input of Op.
template <class Op, class T>
class tried {
  using type = shortcut<Op, T>;
  parameters const given_;
  typename type::table const table_ = make_table<typename type::table>(given_);

 public:
  count seen;

  explicit tried(parameters const &given = default_parameters()) : given_(given) {}

  template <class Approximate, class... Word>
  void expect_right_if_sure(Word... in) {
    results_of<Op, word_of<T>> out;
    ++seen.tried;
    if (!type::template attempt<Approximate>(table_, out, in...)) {
      ++seen.unsure;
      return;
    }
    for (int bit = 0; bit < 8 * static_cast<int>(sizeof(word_of<T>)); bit += 8 * static_cast<int>(sizeof(T))) {
      auto const evaluated = evaluate<Op, T>(given_, element_at<T>(in, bit)...);
      for (int o = 0; o < Op::out::size; ++o) {
        T const full = element<T>::narrow(evaluated.value[o]), got = element_at<T>(result(out, o), bit);
        ASSERT_EQ(std::memcmp(&full, &got, sizeof full), 0)
            << "result " << o << " of " << Op::name << " of "
            << testing::PrintToString(std::vector<double>{element<T>::widen(element_at<T>(in, bit))...}) << " is " << element<T>::widen(got)
            << ", not " << element<T>::widen(full);
      }
    }
  }

  template <int exp2_ulps, class... Word>
  void expect_right_for_all_inverses(Word... in) {
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<exp2_ulps, -1>>(in...)));
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<exp2_ulps, 0>>(in...)));
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<exp2_ulps, 1>>(in...)));
  }
  template <class... Word>
  void expect_right_at_the_ends(Word... in) {
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<-2, -1>>(in...)));
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<-2, 1>>(in...)));
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<2, -1>>(in...)));
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<2, 1>>(in...)));
  }
  template <class... Word>
  void expect_right_within_all_bounds(Word... in) {
    ASSERT_NO_FATAL_FAILURE(expect_right_for_all_inverses<-2>(in...));
    ASSERT_NO_FATAL_FAILURE(expect_right_for_all_inverses<-1>(in...));
    ASSERT_NO_FATAL_FAILURE(expect_right_for_all_inverses<0>(in...));
    ASSERT_NO_FATAL_FAILURE(expect_right_for_all_inverses<1>(in...));
    ASSERT_NO_FATAL_FAILURE(expect_right_for_all_inverses<2>(in...));
  }
};

/// Every 16-bit input, beside another one.
template <class Op, class T>
count every_input_beside_another() {
  tried<Op, T> words;
  for (unsigned i = 0; i < 65536 && !testing::Test::HasFatalFailure(); ++i)
    words.expect_right_within_all_bounds(i | (i * 40503 & 0xffff) << 16);
  return words.seen;
}

TEST(Shortcuts, ForwardOfEveryBfloat16) {
  EXPECT_LT((every_input_beside_another<ops::forward, bfloat16>().unsure), 15 * 2 * 256) << "NaN only";
}
TEST(Shortcuts, ForwardOfEveryFloat16) {
  EXPECT_LT((every_input_beside_another<ops::forward, float16>().unsure), 15 * 2 * 2050) << "NaN and two more inputs";
}
TEST(Shortcuts, DerivativeOfEveryBfloat16) { EXPECT_LT((every_input_beside_another<ops::derivative, bfloat16>().unsure), 15 * 2 * 350); }
TEST(Shortcuts, DerivativeOfEveryFloat16) { EXPECT_LT((every_input_beside_another<ops::derivative, float16>().unsure), 15 * 2 * 2300); }
template <class... Op>
void expect_every_16_bits_right() {
  (every_input_beside_another<Op, bfloat16>(), ...);
  (every_input_beside_another<Op, float16>(), ...);
}
TEST(Shortcuts, EstimatesOfEvery16Bits) {
  expect_every_16_bits_right<ops::second_derivative, ops::log_sigmoid, ops::softplus, ops::silu_derivative, ops::silu_second_derivative,
                             ops::tanh>();
}
TEST(Shortcuts, ProductsOfEvery16Bits) {
  expect_every_16_bits_right<ops::silu, ops::tanh_derivative, ops::log_sigmoid_derivative, ops::signed_sigmoid>();
}

/// Every 1021st float. (tools/proofs/float_shortcuts.cpp tries all.)
template <class Op>
void expect_floats_right() {
  tried<Op, float> words;
  for (std::uint64_t i = 0; i < std::uint64_t{1} << 32 && !testing::Test::HasFatalFailure(); i += 1021)
    words.template expect_right_for_all_inverses<0>(static_cast<word32>(i));
}

TEST(Shortcuts, ForwardOfFloat) { expect_floats_right<ops::forward>(); }
TEST(Shortcuts, DerivativeOfFloat) { expect_floats_right<ops::derivative>(); }
/// Doubles of all sizes that a function is not trivial for.
template <class Op>
void expect_doubles_right() {
  tried<Op, double> words;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int i = 0; i < 300000 && !testing::Test::HasFatalFailure(); ++i)
    words.template expect_right_for_all_inverses<0>(
        bits_of(i % 2 ? (i % 4 == 1 ? 90 : 600) * unit(random) : unit(random) * std::exp2(40 * unit(random))));
  for (double x : {0.0,
                   -0.0,
                   1e300,
                   -1e300,
                   0x1p-1074,
                   HUGE_VAL,
                   -HUGE_VAL,
                   std::nan(""),
                   80.0,
                   -80.0,
                   64.0,
                   -24.0,
                   40.0,
                   512.0,
                   -512.0,
                   513.0,
                   700.0,
                   6.2383246250395077,
                   -6.2383246250395077,
                   constants::silu_second_derivative_zero_hi})
    words.template expect_right_for_all_inverses<0>(bits_of(x));
}
TEST(Shortcuts, FunctionsOfDouble) {
  expect_doubles_right<ops::forward>();
  expect_doubles_right<ops::derivative>();
  expect_doubles_right<ops::silu>();
  expect_doubles_right<ops::silu_derivative>();
  expect_doubles_right<ops::tanh_derivative>();
  expect_doubles_right<ops::log_sigmoid_derivative>();
  expect_doubles_right<ops::signed_sigmoid>();
  expect_doubles_right<ops::tanh>();
  expect_doubles_right<ops::softplus>();
  expect_doubles_right<ops::log_sigmoid>();
  expect_doubles_right<ops::second_derivative>();
  expect_doubles_right<ops::silu_second_derivative>();
}

TEST(Shortcuts, SiluOfFloat) { expect_floats_right<ops::silu>(); }
TEST(Shortcuts, SigmoidsOfFloat) {
  expect_floats_right<ops::log_sigmoid_derivative>();
  expect_floats_right<ops::signed_sigmoid>();
}
TEST(Shortcuts, SiluDerivativeOfFloat) { expect_floats_right<ops::silu_derivative>(); }
TEST(Shortcuts, TanhOfFloat) { expect_floats_right<ops::tanh>(); }
TEST(Shortcuts, SoftplusOfFloat) {
  expect_floats_right<ops::softplus>();
  expect_floats_right<ops::log_sigmoid>();
}
TEST(Shortcuts, TanhDerivativeOfFloat) { expect_floats_right<ops::tanh_derivative>(); }
TEST(Shortcuts, SecondDerivativesOfFloat) {
  expect_floats_right<ops::second_derivative>();
  expect_floats_right<ops::silu_second_derivative>();
}

/// How many words of inputs drawn from [−limit, limit], the last from [last_low, limit], are left to the full computation.
template <class Op, class T>
double part_unsure(double last_low, double limit) {
  tried<Op, T> words;
  std::mt19937 random(1);
  auto const word = [&](double low) {
    word_of<T> w = 0;
    for (int bit = 0; bit < 8 * static_cast<int>(sizeof w); bit += 8 * static_cast<int>(sizeof(T)))
      w |= word_with(element<T>::narrow(std::uniform_real_distribution<double>(low, limit)(random)), bit);
    return w;
  };
  for (int i = 0; i < 200000; ++i)
    if constexpr (Op::in::size == 1)
      words.template expect_right_if_sure<machine>(word(last_low));
    else
      words.template expect_right_if_sure<machine>(word(-limit), word(last_low));
  return static_cast<double>(words.seen.unsure) / words.seen.tried;
}

TEST(Shortcuts, LeaveLittleToTheFullComputation) {
  EXPECT_LT((part_unsure<ops::forward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::derivative, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::backward_from_input, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::backward, float>(0, 1)), 0.0001);
  EXPECT_LT((part_unsure<ops::forward, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::derivative, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::backward_from_input, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::silu, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::swiglu_split, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::tanh, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::softplus, double>(-8, 8)), 0.006);
  EXPECT_LT((part_unsure<ops::log_sigmoid, double>(-8, 8)), 0.006);
  EXPECT_LT((part_unsure<ops::second_derivative, double>(-8, 8)), 0.005);
  EXPECT_LT((part_unsure<ops::silu_second_derivative, double>(-8, 8)), 0.01);
  EXPECT_EQ((part_unsure<ops::backward, double>(0, 1)), 0);
  EXPECT_LT((part_unsure<ops::forward, float16>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::derivative, float16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::backward_from_input, float16>(-8, 8)), 0.004);
  EXPECT_EQ((part_unsure<ops::backward, float16>(0, 1)), 0);
  EXPECT_EQ((part_unsure<ops::forward, bfloat16>(-8, 8)), 0);
  EXPECT_LT((part_unsure<ops::derivative, bfloat16>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::backward_from_input, bfloat16>(-8, 8)), 0.004);
  EXPECT_LT((part_unsure<ops::backward, bfloat16>(0, 1)), 0.005) << "y = 1";
  EXPECT_LT((part_unsure<ops::silu, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::silu_derivative, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::silu_backward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::glu_split, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::swiglu_split, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::tanh, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::tanh, float>(-0.01, 0.01)), 0.02);
  EXPECT_LT((part_unsure<ops::softplus, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::log_sigmoid, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::second_derivative, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::second_derivative, float>(-0.01, 0.01)), 0.07);
  EXPECT_LT((part_unsure<ops::silu_second_derivative, float>(-8, 8)), 0.006) << "it is small about its zeros, and beyond 5";
  EXPECT_LT((part_unsure<ops::bias_forward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::bias_forward, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::tanh_backward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::tanh_derivative, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::softplus_backward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::log_sigmoid_backward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::tanh_derivative, float16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::tanh_derivative, bfloat16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::tanh_backward, float16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::tanh_backward, bfloat16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::glu_split, float16>(-8, 8)), 0.004);
  EXPECT_LT((part_unsure<ops::glu_split, bfloat16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::silu, float16>(-8, 8)), 0.004);
  EXPECT_LT((part_unsure<ops::swiglu_split, float16>(-8, 8)), 0.007);
  EXPECT_LT((part_unsure<ops::silu, bfloat16>(-8, 8)), 0.015) << "x − x·σ(−x) is near x less half an ulp for many x";
  EXPECT_LT((part_unsure<ops::swiglu_split, bfloat16>(-8, 8)), 0.004);
}

f64 size_of(engine::internal::two_parts<f64> v) { return abs(v.value); }
f64 size_of(engine::internal::sized_parts<f64> v) { return v.size; }

/// The largest distance between a function in two doubles and in double_double, relative to its size, for arguments of all sizes.
template <class Function, class Table, int inverse_ulps>
double distance_from_double_double(double_double<f64> (*exact_of)(double_double<f64>)) {
  auto const table = Table::make();
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(-1, 1);
  double largest = 0;
  for (int i = 0; i < 500000; ++i) {
    double const x = i % 2 ? Function::range * unit(random) : 8 * unit(random) * std::exp2(20 * (unit(random) - 1));
    auto const v = Function::template parts<shifted<0, inverse_ulps>>(table, f64(x));
    double_double<f64> const exact = exact_of(to_double_double(f64(x)));
    f64 const scale = power_of_two(exact.exponent), hi = exact.hi * scale, lo = exact.lo * scale;
    largest = std::max(largest, std::fabs((((v.value - hi) + (v.low - lo)) / size_of(v)).v));
  }
  return largest;
}

/// A product in two doubles is sure where all within the function's bound is rounded alike, and is to be what double_double gives: between
/// them there must not be more than that.
template <class Function, class Table = in_two_doubles::table>
void expect_two_doubles_near(double_double<f64> (*exact_of)(double_double<f64>)) {
  EXPECT_LT((distance_from_double_double<Function, Table, -1>(exact_of)), Function::template error<in_two_doubles>);
  EXPECT_LT((distance_from_double_double<Function, Table, 1>(exact_of)), Function::template error<in_two_doubles>);
}
template <class Function>
struct of_magnitude {
  static constexpr double range = Function::most;
  template <class>
  static constexpr double error = Function::error;
  template <class Approximate, class Table>
  static auto parts(Table const &table, f64 x) {
    return Function::template of<Approximate>(table, abs(x));
  }
};
struct softplus_parts {
  static constexpr double range = in_two_doubles::softplus_range;
  template <class>
  static constexpr double error = in_two_doubles::softplus_error;
  template <class Approximate, class Table>
  static auto parts(Table const &table, f64 x) {
    return engine::internal::softplus_in_parts<Approximate>(table, x);
  }
};
TEST(Shortcuts, FunctionsInTwoDoublesAreWithinTheirBounds) {
  namespace functions = engine::internal;
  expect_two_doubles_near<functions::sigmoid_factor>([](double_double<f64> x) { return sigmoid(x); });
  expect_two_doubles_near<functions::derivative_factor>([](double_double<f64> x) { return sigmoid_derivative(x); });
  expect_two_doubles_near<functions::silu_derivative_factor>([](double_double<f64> x) { return silu_derivative(x); });
  expect_two_doubles_near<of_magnitude<functions::tanh_in_parts<in_two_doubles>>>(
      [](double_double<f64> x) { return engine::tanh(magnitude(x)); });
  expect_two_doubles_near<of_magnitude<functions::second_derivative_in_parts<in_two_doubles>>>(
      [](double_double<f64> x) { return -sigmoid_second_derivative(magnitude(x)); });
  expect_two_doubles_near<of_magnitude<functions::silu_second_derivative_in_parts<in_two_doubles>>>(
      [](double_double<f64> x) { return silu_second_derivative(x); });
  expect_two_doubles_near<softplus_parts, log1p_table<in_two_doubles>>([](double_double<f64> x) { return softplus(x); });
}

/// A gradient of any size beside a second input that draws many sizes, too.
template <class Op, class T>
count many_pairs(double limit) {
  tried<Op, T> words;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(0, 1);
  auto const draw = [&](bool second) {
    double v = second ? limit * unit(random) : std::exp2(20 * (unit(random) - 0.5));
    if (random() % 8 == 0) v = std::exp2(300 * (unit(random) - 0.5));
    if (random() % 64 == 0) v = random() % 3 == 0 ? 0 : random() % 2 ? HUGE_VAL : std::nan("");
    if (!std::is_same_v<Op, ops::backward> || !second || random() % 64 == 0) v = std::copysign(v, unit(random) - 0.5);
    if (second && std::is_same_v<Op, ops::backward> && random() % 16 == 0) v = 1 - std::exp2(-24 * unit(random));
    return element<T>::narrow(v);
  };
  auto const word = [&](bool second) {
    word_of<T> w = 0;
    for (int bit = 0; bit < 8 * static_cast<int>(sizeof w); bit += 8 * static_cast<int>(sizeof(T))) w |= word_with(draw(second), bit);
    return w;
  };
  for (int i = 0; i < 100000 && !testing::Test::HasFatalFailure(); ++i) words.expect_right_within_all_bounds(word(false), word(true));
  return words.seen;
}

template <class Op>
void expect_pairs_right(double limit) {
  many_pairs<Op, double>(limit);
  many_pairs<Op, float>(limit);
  many_pairs<Op, float16>(limit);
  many_pairs<Op, bfloat16>(limit);
}

/// The approximate reciprocal of 1 may be more than 1: nothing may overflow by it.
TEST(Shortcuts, TheLargestGradientsDoNotOverflowOnTheWay) {
  tried<ops::backward_from_input, float> words;
  for (word32 dy : {0x7f7fffffu, 0x7f7ffffeu, 0x7f7ffffdu, 0xff7fffffu})
    for (float x = -64; x <= 64; x += 0.25f) ASSERT_NO_FATAL_FAILURE(words.expect_right_for_all_inverses<0>(dy, bits_of(f32(x))));
}

TEST(Shortcuts, RoundingTowardsZeroOnTheHost) {
  EXPECT_EQ(bits_of(multiply_towards_zero(0x1p-149f, 0x1p-8f)), 0u);
  EXPECT_EQ(bits_of(multiply_towards_zero(-0x1p-149f, 0x1p-8f)), 0x80000000u);
  EXPECT_EQ(multiply_towards_zero(0x1.fffffep0f, 0x1.fffffep0f).v, 0x1.fffffcp1f);
  EXPECT_EQ(subtract_towards_zero(1.0f, 0x1p-60f).v, 0x1.fffffep-1f);
  EXPECT_EQ(subtract_towards_zero(1.0f, -0x1p-60f).v, 1.0f);
}

TEST(Shortcuts, BackwardOfManyPairs) { expect_pairs_right<ops::backward>(1); }
TEST(Shortcuts, BackwardFromInputOfManyPairs) { expect_pairs_right<ops::backward_from_input>(30); }
TEST(Shortcuts, ProductsOfManyPairs) {
  expect_pairs_right<ops::log_sigmoid_backward>(30);
  expect_pairs_right<ops::softplus_backward>(30);
  expect_pairs_right<ops::glu_split>(30);
  expect_pairs_right<ops::swiglu_split>(30);
  expect_pairs_right<ops::tanh_backward>(15);
  many_pairs<ops::bias_forward, double>(30);
  many_pairs<ops::bias_forward, float>(30);
  many_pairs<ops::silu_backward, double>(30);
  many_pairs<ops::silu_backward, float>(30);
}

/// Next to the zero of SiLU′, as far from it as the shortcut becomes sure.
TEST(Shortcuts, GradientsNextToTheZeroOfSiluDerivative) {
  tried<ops::silu_backward, float> words;
  tried<ops::swiglu_split_backward, float> gated;
  word32 const zero = bits_of(f32(static_cast<float>(constants::silu_derivative_zero_hi)));
  std::mt19937 random(1);
  for (int i = 0; i < 200000; ++i) {
    word32 const x = zero - (1u << 20) + static_cast<word32>(random()) % (1u << 21), dy = static_cast<word32>(random()),
                 up = static_cast<word32>(random());
    ASSERT_NO_FATAL_FAILURE(words.expect_right_for_all_inverses<0>(dy, x));
    ASSERT_NO_FATAL_FAILURE(gated.expect_right_for_all_inverses<0>(dy, x, up));
  }
}

/// As many inputs as an op has: from a normal distribution, as training has them, and of many sizes, some zero, tiny, huge or no number.
/// How many of the first are left to the full computation.
template <class Op, class T, std::size_t... i>
double part_of_many_unsure(std::index_sequence<i...>, parameters const &given = default_parameters()) {
  tried<Op, T> words(given);
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal(0, 2);
  std::uniform_real_distribution<double> unit(-1, 1);
  bool plain = true;
  auto const draw = [&] {
    double const v = plain                ? normal(random)
                     : random() % 8 == 0  ? 0
                     : random() % 16 == 0 ? (random() % 2 ? HUGE_VAL : std::nan(""))
                                          : std::exp2(40 * unit(random));
    return element<T>::narrow(std::copysign(v, plain ? v : unit(random)));
  };
  auto const word = [&](std::size_t) {
    word_of<T> w = 0;
    for (int bit = 0; bit < 8 * static_cast<int>(sizeof w); bit += 8 * static_cast<int>(sizeof(T))) w |= word_with(draw(), bit);
    return w;
  };
  int constexpr n = 20000;
  for (int k = 0; k < n && !testing::Test::HasFatalFailure(); ++k) words.expect_right_at_the_ends(word(i)...);
  double const unsure = static_cast<double>(words.seen.unsure) / words.seen.tried;
  plain = false;
  for (int k = 0; k < n && !testing::Test::HasFatalFailure(); ++k) words.expect_right_at_the_ends(word(i)...);
  return unsure;
}

template <class Op, class... T>
void expect_estimates_right(parameters const &given = default_parameters(), double most_of_float16 = 0.07) {
  auto const expect = [](char const *name, double part, double most) { EXPECT_LT(part, most) << Op::name << " of " << name; };
  (expect(format<T>::name, part_of_many_unsure<Op, T>(std::make_index_sequence<Op::in::size>{}, given),
          format<T>::fraction > 7 ? most_of_float16 : 0.02),
   ...);
}
template <class Op>
void expect_all_estimates_right() {
  expect_estimates_right<Op, float16, bfloat16, float8_e4m3, float8_e5m2>();
}

TEST(Shortcuts, Estimates) {
  expect_estimates_right<ops::silu_backward, float16, bfloat16>();
  expect_estimates_right<ops::backward_from_signed, float16, bfloat16>();
  expect_all_estimates_right<ops::bias_forward>();
  expect_all_estimates_right<ops::glu_split_backward>();
  expect_all_estimates_right<ops::swiglu_split_backward>();
  expect_all_estimates_right<ops::bce_with_logits>();
  expect_all_estimates_right<ops::bce_with_logits_backward>();
  expect_all_estimates_right<ops::lstm_cell>();
  expect_estimates_right<ops::lstm_cell_backward, float16, bfloat16>(default_parameters(), 0.1);
  auto const all = std::make_index_sequence<ops::lstm_cell_backward::in::size>{};
  part_of_many_unsure<ops::lstm_cell_backward, float8_e4m3>(all);  // whose g + bias often is 0, and so are gradients, which are left open
  part_of_many_unsure<ops::lstm_cell_backward, float8_e5m2>(all);
}

/// How much of its bound an estimate errs by, the rounding of the bound's ends included.
template <class Op, int exp2_ulps, int inverse_ulps, class... F>
double part_of_bound(parameters const &given, F... in) {
  using estimates = engine::internal::estimates_of<Op>;
  auto const bound = make_table<typename estimates::bound>(given);
  auto const estimated = estimates::template of<shifted<exp2_ulps, inverse_ulps>>(bound, f32(in)...);
  auto const exact = engine::internal::apply<Op>(0, given, f64(static_cast<double>(in))...);
  double largest = 0;
  for (int o = 0; o < Op::out::size; ++o) {
    double const value = exact.value[o].v, error = std::fabs(static_cast<double>(estimated.value[o].value.v) - value);
    double const allowed = static_cast<double>(bound.relative * estimated.value[o].magnitude.v);
    largest = std::max(largest, (error + 0x1p-24 * std::fabs(value)) / allowed);
  }
  return largest;
}

parameters with_swiglu(double alpha, double limit, double offset) { return {alpha, limit, offset, 1}; }

/// A limit that few inputs reach: of gradients those that it holds are left open. (So are zeros, which of 8 bits up + offset often is.)
TEST(Shortcuts, SwigluWithOptions) {
  for (parameters const &options : {with_swiglu(1, HUGE_VAL, 0), with_swiglu(1.702, 7, 1), with_swiglu(0.05, HUGE_VAL, -0.5),
                                    with_swiglu(-1, HUGE_VAL, 0), with_swiglu(1, HUGE_VAL, 1), with_swiglu(1, 9.125, 0)}) {
    expect_estimates_right<ops::swiglu_split, float16, bfloat16>(options);
    expect_estimates_right<ops::swiglu_split_backward, float16, bfloat16>(options);
    part_of_many_unsure<ops::swiglu_split, float8_e4m3>(std::make_index_sequence<2>{}, options);
    part_of_many_unsure<ops::swiglu_split_backward, float8_e5m2>(std::make_index_sequence<3>{}, options);
  }
  using in_half = shortcut<ops::swiglu_split, float16>;
  EXPECT_FALSE((serves<ops::swiglu_split, in_half>(with_swiglu(1, 7.1, 0)))) << "no float";
  EXPECT_FALSE((serves<ops::swiglu_split, in_half>(with_swiglu(1, HUGE_VAL, 0.1))));
  EXPECT_FALSE((serves<ops::swiglu_split, in_half>(with_swiglu(1e-9, HUGE_VAL, 0))));
  EXPECT_FALSE((serves<ops::swiglu_split, shortcut<ops::swiglu_split, float>>(with_swiglu(1.702, 7, 1))));
}

template <int exp2_ulps, int inverse_ulps>
void expect_swiglu_within_its_bounds(parameters const &options) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<float> unit(-1, 1);
  auto const draw = [&](int k) { return k % 2 ? 30 * unit(random) : 4 * unit(random) * std::exp2(12 * (unit(random) - 1)); };
  double of_h = 0, of_gradients = 0;
  for (int k = 0; k < 200000; ++k) {
    float const gate = static_cast<float>(draw(k)), up = static_cast<float>(draw(k)), dh = static_cast<float>(draw(k));
    of_h = std::max(of_h, part_of_bound<ops::swiglu_split, exp2_ulps, inverse_ulps>(options, gate, up));
    of_gradients = std::max(of_gradients, part_of_bound<ops::swiglu_split_backward, exp2_ulps, inverse_ulps>(options, dh, gate, up));
  }
  EXPECT_LT(of_h, 1);
  EXPECT_LT(of_gradients, 1);
  EXPECT_GT(of_h, 0.3) << "a bound that is much too large leaves much open";
  EXPECT_GT(of_gradients, 0.3);
}
TEST(Shortcuts, SwigluIsWithinItsBounds) {
  for (parameters const &options : {with_swiglu(1, HUGE_VAL, 0), with_swiglu(1.702, HUGE_VAL, 1), with_swiglu(-0.3, HUGE_VAL, 0.25)}) {
    expect_swiglu_within_its_bounds<-2, -1>(options);
    expect_swiglu_within_its_bounds<-2, 1>(options);
    expect_swiglu_within_its_bounds<2, -1>(options);
    expect_swiglu_within_its_bounds<2, 1>(options);
  }
}

/// Of means of few losses and of more than float has numbers for.
TEST(Shortcuts, GradientsOfMeans) {
  for (double divisor : {3.0, 1e6, 0x1p40 + 1}) {
    parameters given = default_parameters();
    given.divisor = divisor;
    expect_estimates_right<ops::bce_with_logits_backward, bfloat16>(given);
    auto const all = std::make_index_sequence<5>{};
    part_of_many_unsure<ops::bce_with_logits_backward, float>(all, given);
    part_of_many_unsure<ops::bce_with_logits_backward, float16>(all, given);  // below its numbers nothing is known
    part_of_many_unsure<ops::bce_with_logits_backward, float8_e5m2>(all, given);
  }
}

/// The largest of function's results for as many inputs, of all sizes, as an op has.
template <class Op, class Function, std::size_t... i>
double largest_of_cells(Function function, std::index_sequence<i...>) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(-1, 1);
  double largest = 0;
  for (int k = 0; k < 200000; ++k) {
    double in[Op::in::size];
    for (double &v : in) v = k % 2 ? 7 * unit(random) : 4 * unit(random) * std::exp2(8 * (unit(random) - 1));
    largest = std::max(largest, function(in[i]...));
  }
  return largest;
}
template <class Op, class Function>
double largest_of_cells(Function function) {
  return largest_of_cells<Op>(function, std::make_index_sequence<Op::in::size>{});
}

template <class Op, int exp2_ulps, int inverse_ulps>
double part_of_lstm_bound() {
  return largest_of_cells<Op>(
      [](auto... in) { return part_of_bound<Op, exp2_ulps, inverse_ulps>(default_parameters(), static_cast<float>(in)...); });
}
template <class Op>
void expect_lstm_within_its_bounds() {
  for (double part : {part_of_lstm_bound<Op, -2, -1>(), part_of_lstm_bound<Op, -2, 1>(), part_of_lstm_bound<Op, 2, -1>(),
                      part_of_lstm_bound<Op, 2, 1>()}) {
    EXPECT_LT(part, 1);
    EXPECT_GT(part, 0.3);
  }
}
TEST(Shortcuts, LstmCellsAreWithinTheirBounds) {
  expect_lstm_within_its_bounds<ops::lstm_cell>();
  expect_lstm_within_its_bounds<ops::lstm_cell_backward>();
}

/// The largest distance of an LSTM cell's results in two parts from the exact ones, relative to their size.
template <class Numbers, int inverse_ulps>
double distance_of_lstm_in_parts() {
  using T = typename Numbers::number;
  using F = std::conditional_t<sizeof(T) == 8, f64, f32>;
  auto const table = Numbers::table::make();
  return largest_of_cells<ops::lstm_cell>([&](auto... in) {
    auto const attempt = [&](auto i, auto f, auto g, auto o, auto i_bias, auto f_bias, auto g_bias, auto o_bias, auto c_prev) {
      namespace parts = engine::internal;
      return parts::lstm_in_parts<shifted<0, inverse_ulps>>(table, parts::sum_in_parts(i, i_bias), parts::sum_in_parts(f, f_bias),
                                                            parts::sum_in_parts(g, g_bias), parts::sum_in_parts(o, o_bias), c_prev);
    };
    auto const v = attempt(F(static_cast<T>(in))...);
    auto const exact = ops::lstm_cell::apply(to_double_double(f64(static_cast<T>(in)))...);
    auto const distance = [](auto part, double_double<f64> result) {
      f64 const scale = power_of_two(result.exponent), hi = result.hi * scale, lo = result.lo * scale;
      double const value = static_cast<double>(part.value.v), low = static_cast<double>(part.low.v);
      return std::fabs((value - hi.v) + (low - lo.v)) / static_cast<double>(part.size.v);
    };
    return std::max(distance(v.c, exact.value[0]), distance(v.h, exact.value[1]));
  });
}
template <class Numbers>
void expect_lstm_near() {
  EXPECT_LT((distance_of_lstm_in_parts<Numbers, -1>()), Numbers::lstm_error);
  EXPECT_LT((distance_of_lstm_in_parts<Numbers, 1>()), Numbers::lstm_error);
}
TEST(Shortcuts, LstmCellsInTwoPartsAreWithinTheirBounds) {
  expect_lstm_near<in_two_floats>();
  expect_lstm_near<in_two_doubles>();
}

/// Cells whose c has two terms that cancel, as far as T can have it, or only in part; of some the forget gate is all but closed.
template <class T>
void expect_cancelling_cells_right() {
  tried<ops::lstm_cell, T> words;
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal(0, 2);
  constexpr int bits = 8 * static_cast<int>(sizeof(T));
  for (int k = 0; k < 20000 && !testing::Test::HasFatalFailure(); ++k) {
    word_of<T> w[9] = {};
    for (int bit = 0; bit < 8 * static_cast<int>(sizeof(word_of<T>)); bit += bits) {
      double in[8];
      for (int i = 0; i < 8; ++i) {
        T const drawn = element<T>::narrow(normal(random) - (i == 1 && k % 4 == 2 ? 22 : 0));
        in[i] = element<T>::widen(drawn);
        w[i] |= word_with(drawn, bit);
      }
      double const of_i = 1 / (1 + std::exp(-in[0] - in[4])), of_f = 1 / (1 + std::exp(-in[1] - in[5]));
      w[8] |= word_with(element<T>::narrow((k % 2 - 2) * of_i * std::tanh(in[2] + in[6]) / of_f), bit);
    }
    words.expect_right_at_the_ends(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8]);
  }
}
TEST(Shortcuts, LstmCellsThatCancel) {
  expect_cancelling_cells_right<double>();
  expect_cancelling_cells_right<float>();
  expect_cancelling_cells_right<float16>();
  expect_cancelling_cells_right<bfloat16>();
}
TEST(Shortcuts, LstmCellsInTwoParts) {
  EXPECT_LT((part_of_many_unsure<ops::lstm_cell, float>(std::make_index_sequence<9>{})), 0.02);
  EXPECT_LT((part_of_many_unsure<ops::lstm_cell, double>(std::make_index_sequence<9>{})), 0.05);
}

/// A loss or its gradient: logits, targets and weights as training has them, and, if not plain, of many sizes, zero, infinite, or no
/// number.
template <class Op>
count many_losses(bool plain) {
  tried<Op, float> words;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(0, 1);
  std::normal_distribution<double> normal(0, 2);
  auto const odd = [&](double v) { return plain || random() % 16 ? v : random() % 3 == 0 ? std::nan("") : random() % 2 ? HUGE_VAL : 0; };
  auto const positive = [&](double size) { return odd(plain ? 1 : std::exp2(size * (unit(random) - 0.5))); };
  auto const word = [](double v) { return bits_of(f32(static_cast<float>(v))); };
  for (int i = 0; i < 300000 && !testing::Test::HasFatalFailure(); ++i) {
    word32 const x = word(odd(plain ? normal(random) : std::copysign(positive(30), unit(random) - 0.5)));
    word32 const target = word(odd(random() % 4 ? static_cast<double>(random() % 2) : plain ? unit(random) : normal(random)));
    word32 const weight = word(std::copysign(positive(200), plain ? 1 : unit(random) - 0.1)), pos_weight = word(positive(200));
    if constexpr (Op::in::size == 5)
      words.template expect_right_for_all_inverses<0>(x, target, weight, pos_weight,
                                                      word(std::copysign(positive(200), unit(random) - 0.5)));
    else
      words.template expect_right_for_all_inverses<0>(x, target, weight, pos_weight);
  }
  return words.seen;
}
template <class Op>
void expect_losses_right(double most_unsure) {
  count const seen = many_losses<Op>(true);
  EXPECT_LT(seen.unsure, most_unsure * seen.tried);
  many_losses<Op>(false);
}
/// Where the two terms of a gradient cancel it is +0, however small their factor.
TEST(Shortcuts, GradientsOfLossesThatCancel) {
  tried<ops::bce_with_logits_backward, float> words;
  auto const word = [](float v) { return bits_of(f32(v)); };
  for (float dloss : {1.0f, 1e-30f, -1e-30f, 1e-38f, 1e-45f})
    for (float weight : {1.0f, 1e-20f}) {
      words.expect_right_for_all_inverses<0>(word(0), word(0.5f), word(weight), word(1), word(dloss));
      words.expect_right_for_all_inverses<0>(word(0), word(0.25f), word(weight), word(3), word(dloss));
    }
}
TEST(Shortcuts, LossesOfFloat) {
  expect_losses_right<ops::bce_with_logits>(0.012);
  expect_losses_right<ops::bce_with_logits_backward>(0.002);
}

template <class Op, class... T>
void expect_gradients_right() {
  auto const expect = [](char const *name, double part) { EXPECT_LT(part, 0.01) << Op::name << " of " << name; };
  (expect(format<T>::name, part_of_many_unsure<Op, T>(std::make_index_sequence<Op::in::size>{})), ...);
}
TEST(Shortcuts, GradientsOfGatedUnits) {
  expect_gradients_right<ops::glu_split_backward, double, float>();
  expect_gradients_right<ops::swiglu_split_backward, double, float>();
}

/// Every pair of 8 bits.
template <class Op, class T>
void expect_every_pair_right() {
  tried<Op, T> words;
  for (unsigned i = 0; i < 65536 && !testing::Test::HasFatalFailure(); i += 4) {
    word32 const first = (i & 0xff) * 0x01010101u + 0x03020100u, second = (i >> 8) * 0x01010101u;  // i is a multiple of 4: no carry
    words.template expect_right_if_sure<machine>(first, second);
  }
  EXPECT_EQ(words.seen.unsure, 0u);
}

template <class... Op>
void expect_every_pair_of_8_bits_right() {
  (expect_every_pair_right<Op, float8_e4m3>(), ...);
  (expect_every_pair_right<Op, float8_e5m2>(), ...);
}
TEST(Shortcuts, ProductsOfEveryPairOf8Bits) {
  expect_every_pair_of_8_bits_right<ops::backward, ops::backward_from_input, ops::backward_from_signed, ops::log_sigmoid_backward,
                                    ops::softplus_backward, ops::silu_backward, ops::tanh_backward, ops::glu_split>();
}

/// trivial<Op> gives evaluate's results.
template <class Op, class... In>
void expect_trivial_right(In... in) {
  many<double, Op::out::size> known;
  if (!trivial<Op>::result(known, static_cast<double>(in)...)) return;
  auto const full = evaluate<Op, float>(default_parameters(), in...);
  for (int o = 0; o < Op::out::size; ++o) {
    float const got = element<float>::narrow(known.value[o]), expected = element<float>::narrow(full.value[o]);
    ASSERT_EQ(std::memcmp(&got, &expected, sizeof got), 0) << Op::name << " of " << testing::PrintToString(std::vector<double>{in...});
  }
}

TEST(Shortcuts, TrivialResultsAreTheFullComputations) {
  float const values[] = {16.5f,     -64.5f,  64.5f,  -103.5f, 103.5f,  110.0f,   -110.0f,   0.0f,       -0.0f,
                          0x1p-149f, 1.0f,    -1.0f,  0.5f,    86.0f,   87.5f,    -103.0f,   -105.5f,    104.0f,
                          106.0f,    -249.0f, 251.0f, -251.0f, 3.4e38f, -3.4e38f, HUGE_VALF, -HUGE_VALF, std::nanf("")};
  for (float a : values) {
    expect_trivial_right<ops::forward>(a);
    expect_trivial_right<ops::derivative>(a);
    expect_trivial_right<ops::silu>(a);
    expect_trivial_right<ops::tanh>(a);
    expect_trivial_right<ops::second_derivative>(a);
    expect_trivial_right<ops::softplus>(a);
    expect_trivial_right<ops::log_sigmoid>(a);
    for (float b : values) {
      expect_trivial_right<ops::silu_backward>(a, b);
      expect_trivial_right<ops::bce_with_logits>(b, 0.5f, a, 1.0f);
      expect_trivial_right<ops::bce_with_logits_backward>(b, 0.5f, a, 1.0f, 2.0f);
      for (float c : values) {
        expect_trivial_right<ops::glu_split_backward>(a, b, c);
        expect_trivial_right<ops::swiglu_split_backward>(a, b, c);
        expect_trivial_right<ops::lstm_cell>(1.0f, a, b, 2.0f, 3.0f, 0.0f, -b, 0.5f, c);
        expect_trivial_right<ops::lstm_cell>(a, 1.0f, b, 1.0f, 0.0f, 2.0f, b, 0.5f, c);
      }
      expect_trivial_right<ops::backward>(a, b);
      expect_trivial_right<ops::backward_from_input>(a, b);
      expect_trivial_right<ops::log_sigmoid_backward>(a, b);
      expect_trivial_right<ops::softplus_backward>(a, b);
      expect_trivial_right<ops::tanh_backward>(a, b);
      expect_trivial_right<ops::glu_split>(a, b);
      expect_trivial_right<ops::swiglu_split>(a, b);
    }
  }
}

}  // namespace
