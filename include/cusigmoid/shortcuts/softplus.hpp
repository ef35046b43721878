// SPDX-License-Identifier: Apache-2.0
// softplus and ln σ of fp32 and fp64: ln(1 + e^−|x|) in two parts, by a short number next to 1/(1 + e^−|x|) and a table of its logarithm.
#pragma once
#include "cusigmoid/shortcuts/two_parts.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// exp2_table, and beside it −ln(1/2 + j/128) for 0 ≤ j ≤ 64 in two parts: one array, so that no place that a NaN makes is outside.
template <class Numbers>
struct log1p_table {
  using numbers = Numbers;
  using word = typename Numbers::word;
  using entry = typename exp2_table<Numbers>::entry;
  static constexpr int steps = constants::log1p_steps, size = 128, first_power = size - constants::exp_steps;
  static_assert(steps < first_power);
  entry at[size];

  CUSIGMOID_FN entry of(word k) const { return at[first_power + k % constants::exp_steps]; }
  /// The latter, its first part as bits.
  CUSIGMOID_FN entry logarithm(word j) const { return at[j % size]; }

  static log1p_table make() {
    log1p_table t = {};
    for (int j = 0; j <= steps; ++j) t.at[j] = {Numbers::log_offset(j), Numbers::log_offset_rest(j)};
    exp2_table<Numbers> const powers = exp2_table<Numbers>::make();
    for (int j = 0; j < constants::exp_steps; ++j) t.at[first_power + j] = powers.at[j];
    return t;
  }
};

namespace internal {

/// ln(1 + e^−|x|) for |x| ≤ softplus_range: with c next to 1/(1 + e) it is ln(1 + z) − ln c, z = c·(1 + e) − 1. c is a multiple of 2^−7,
/// so that of the first part of 1 + e, a multiple of 2^−23 (double: 2^−52), z is exact. The low part has terms of the order of z², and a
/// rounding of them.
template <class F>
struct log1p_parts {
  F value, low, square;
};
template <class Approximate, class Table, class F>
CUSIGMOID_FN log1p_parts<F> log1p_in_parts(Table const &table, F x) {
  using numbers = typename Table::numbers;
  exponential_in_parts<F> const e = exp_of_minus_in_parts(table, abs(x));
  F const one = 1.0f, grown = (e.r + e.low) + one;
  // 1 + e, or, where e is so small that 1 is next to c and would leave little of e, e itself
  F const base = select(e.power > F(0x1p-9f), one, F(0.0f));
  F const sum = fma(e.power, grown, base), without_base = sum - base;
  F const sum_low = fma(e.power, e.low, fma(e.power, e.r, e.power - without_base));

  F const inverse = Approximate::inverse(fma(e.power, grown, one));
  F const shifted = inverse + F(numbers::log_magic), c = shifted - F(numbers::log_magic);
  auto const offset = table.logarithm(bits_of(shifted));
  F const z = fma(sum, c, -base), offset_high = float_of(offset.power);

  // ln(1 + z) = z + z²·(−1/2 + z/3 − …); what 1 + e has in its low part counts by its inverse
  F const square = z * z, series = polynomial<2, numbers::log_degree>(z, typename numbers::log_coefficient{});
  F const high = offset_high + z, low = fma(square, series, fma(sum_low, inverse, offset.rest));
  return {high, ((offset_high - high) + z) + low, square};
}

/// ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|)
template <class Approximate, class Table, class F>
CUSIGMOID_FN sized_parts<F> softplus_in_parts(Table const &table, F x) {
  log1p_parts<F> const l = log1p_in_parts<Approximate>(table, x);
  F const zero = 0.0f;
  auto const x_is_more = x > l.value;
  F const more = select(x_is_more, x, l.value), positive = select(x > zero, x, zero), less = select(x_is_more, l.value, positive);
  F const sum = more + less;
  using numbers = typename Table::numbers;
  return {sum, ((more - sum) + less) + l.low, fma(l.square, F(numbers::softplus_square_error / numbers::softplus_error), sum)};
}

/// softplus(x), or −softplus(−x).
template <class Numbers, int sign>
struct softplus_or_negated {
  static constexpr bool exists = true;
  using table = log1p_table<Numbers>;

  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &t, Word &y, Word in) {
    using F = float_type<Word>;
    F const x = float_of(in);
    sized_parts<F> const v = softplus_in_parts<Approximate>(t, sign < 0 ? -x : x);
    auto const alike = rounds_alike<Numbers>(sign < 0 ? sized_parts<F>{-v.value, -v.low, v.size} : v, Numbers::softplus_error, y);
    return both_hold(alike, abs(x) <= F(Numbers::softplus_range));
  }
};

}  // namespace internal

template <>
struct shortcut<ops::softplus, float> : internal::softplus_or_negated<in_two_floats, 1> {};
template <>
struct shortcut<ops::softplus, double> : internal::softplus_or_negated<in_two_doubles, 1> {};
template <>
struct shortcut<ops::log_sigmoid, float> : internal::softplus_or_negated<in_two_floats, -1> {};
template <>
struct shortcut<ops::log_sigmoid, double> : internal::softplus_or_negated<in_two_doubles, -1> {};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
