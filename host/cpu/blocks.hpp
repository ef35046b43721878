// SPDX-License-Identifier: Apache-2.0
// Ops on blocks of numbers in full: through arrays of doubles, so that there is one loop for each op, one for each element type, and none
// for each pair of them.
#pragma once
#include "cuda/operands.hpp"
#include "cusigmoid/loss_terms.hpp"
#include "host/cpu/tables.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// Calls f(row, begin, end) for the parts of rows that elements [first, last), counted row by row, are.
template <class F>
void for_each_row(std::size_t cols, std::size_t first, std::size_t last, F &&f) {
  std::size_t const first_row = first < cols ? 0 : first / cols;  // a division takes as long as a small call's elements
  for (std::size_t row = first_row, i = first; i < last; ++row) {
    std::size_t const begin = i - row * cols, left = last - i, end = left < cols - begin ? begin + left : cols;
    f(row, begin, end);
    i += end - begin;
  }
}

constexpr int block_size = 256;

/// What is done with n elements of a type, `step` elements from one to the next.
struct element_functions {
  int size;
  void (*widen)(void const *from, std::ptrdiff_t step, double *to, int n);
  void (*narrow)(double const *from, void *to, std::ptrdiff_t step, int n);
  /// Marks the numbers that are rounded otherwise than others as near as f64 may err; whether there are any.
  bool (*mark_unsure)(double const *numbers, unsigned char *unsure, int n);
  bool (*are_rounded_alike)(bounds const &);
};

template <class T>
constexpr element_functions functions_of = {
    sizeof(T),
    [](void const *from, std::ptrdiff_t step, double *to, int n) {
      T const *const elements = static_cast<T const *>(from);
      if (step == 1)
        for (int j = 0; j < n; ++j) to[j] = element<T>::widen(elements[j]);
      else
        for (int j = 0; j < n; ++j) to[j] = element<T>::widen(elements[j * step]);
    },
    [](double const *from, void *to, std::ptrdiff_t step, int n) {
      T *const elements = static_cast<T *>(to);
      if (step == 1)
        for (int j = 0; j < n; ++j) elements[j] = element<T>::narrow(from[j]);
      else
        for (int j = 0; j < n; ++j) elements[j * step] = element<T>::narrow(from[j]);
    },
    [](double const *numbers, unsigned char *unsure, int n) {
      unsigned any = 0;
      for (int j = 0; j < n; ++j) any |= unsure[j] = !rounds_alike<T>(numbers[j]);
      return any != 0;
    },
    [](bounds const &b) { return internal::are_same(element<T>::narrow(b.less), element<T>::narrow(b.more)); },
};

/// By the place in all_ops and Op::dtypes: the functions for each of an op's operands.
template <class Op, class ArrayTypes, class Indices = std::make_index_sequence<Op::in::size + Op::out::size>>
struct functions_of_operands;
template <class Op, class ArrayTypes, std::size_t... i>
struct functions_of_operands<Op, ArrayTypes, std::index_sequence<i...>> {
  static constexpr element_functions const *value[] = {
      &functions_of<typename operand_types<Op, ArrayTypes>::template type<static_cast<int>(i)>>...};
};

template <class Op>
element_functions const *const *find_functions(int dtypes) {
  return [&]<std::size_t... t>(std::index_sequence<t...>) {
    static constexpr element_functions const *const *table[] = {
        functions_of_operands<Op, at<static_cast<int>(t), typename Op::dtypes>>::value...};
    return table[dtypes];
  }(std::make_index_sequence<Op::dtypes::size>{});
}

/// Op on n elements of each input.
template <class Op>
struct numbers {
  static constexpr int inputs = Op::in::size, outputs = Op::out::size;
  double in[inputs][block_size], out[outputs][block_size];

  template <class Evaluate, std::size_t... i>
  void evaluate_each(int n, Evaluate &&evaluate_one, std::index_sequence<i...>) {
    for (int j = 0; j < n; ++j) {
      auto const result = evaluate_one(in[i][j]...);
      for (int o = 0; o < outputs; ++o) out[o][j] = result.value[o];
    }
  }

  /// In as many lanes as there are, which are filled up with zeros.
  template <std::size_t... i>
  void evaluate_in_lanes(parameters const &given, int n, std::index_sequence<i...>) {
    constexpr int lanes = sizeof(doubles) / sizeof(double);
    for (auto &operand : in)
      for (int j = n; j % lanes != 0; ++j) operand[j] = 0;
    for (int j = 0; j < n; j += lanes) {
      auto const result = internal::apply<Op>(0, given, float_of(load<long_words>(in[i] + j))...);
      for (int o = 0; o < outputs; ++o) store(bits_of(result.value[o]), out[o] + j);
    }
  }

  /// Terms of losses.
  template <std::size_t... i>
  void evaluate_terms(parameters const &given, int n, std::index_sequence<i...>) {
    static log1p_lanes<in_two_floats> const table(log1p_table<in_two_floats>::make());
    constexpr int lanes = sizeof(doubles) / sizeof(double), float_lanes = sizeof(floats) / sizeof(float);
    constexpr double range = in_two_floats::softplus_range;
    for (auto &operand : in)
      for (int j = n; j % float_lanes != 0; ++j) operand[j] = 0;
    double logarithms[block_size];
    for (int j = 0; j < n; j += float_lanes) {
      auto const l = internal::log1p_in_parts<internal::fixed_sequence>(table, load_narrowed(in[0] + j));
      store_widened_sum(l.value, l.low, logarithms + j);
    }
    bool all_known = true;
    for (int j = 0; j < n; j += lanes) {
      doubles const x = float_of(load<long_words>(in[0] + j));
      auto const result = Op::of_logarithm(given, float_of(load<long_words>(in[i] + j))..., float_of(load<long_words>(logarithms + j)));
      for (int o = 0; o < outputs; ++o) store(bits_of(result.value[o]), out[o] + j);
      all_known = all_known && all_hold(abs(x) <= doubles(range));
    }
    for (int j = 0; j < n && !all_known; ++j)
      if (!(abs(f64(in[0][j])) <= range)) {
        auto const y = in_f64<Op>(given, in[i][j]...);
        for (int o = 0; o < outputs; ++o) out[o][j] = y.value[o].v;
      }
  }

  void evaluate(parameters const &given, element_functions const *const *types, int n) {
    auto const indices = std::make_index_sequence<inputs>{};
    int bits = 0;
    bool in_double = false;
    for (int i = 0; i < inputs; ++i) bits += 8 * types[i]->size, in_double = in_double || types[i]->size == sizeof(double);
    if constexpr (has_exact<Op> && has_elements<Op>)
      if (in_double) return evaluate_each(n, [&](auto... x) { return in_double_double<Op>(given, x...); }, indices);

    if constexpr (internal::sums_losses<Op>)
      if (!in_double) return evaluate_terms(given, n, indices);
    if constexpr (has_vectors && has_exact<Op>)
      evaluate_in_lanes(given, n, indices);
    else
      evaluate_each(
          n,
          [&](auto... x) {
            auto const y = in_f64<Op>(given, x...);
            many<double, outputs> in_doubles;
            for (int o = 0; o < outputs; ++o) in_doubles.value[o] = y.value[o].v;
            return in_doubles;
          },
          indices);
    if constexpr (rounds_correctly<Op>)
      if (bits <= correctly_rounded_bits) settle(given, *types[inputs], n, indices);
  }

  /// Those that f64 cannot tell how to round, by double_double where that can.
  template <std::size_t... i>
  void settle(parameters const &given, element_functions const &type, int n, std::index_sequence<i...>) {
    unsigned char unsure[block_size];
    if (!type.mark_unsure(out[0], unsure, n)) return;
    for (int j = 0; j < n; ++j)
      if (unsure[j]) {
        bounds const b = bounds_in_double_double<Op>(given, in[i][j]...);
        if (type.are_rounded_alike(b)) out[0][j] = b.less;
      }
  }
};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
