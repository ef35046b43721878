// SPDX-License-Identifier: Apache-2.0
// softplus and ln σ of float: ln(1 + e^−|x|) in two floats, by a short number next to 1/(1 + e^−|x|) and a table of its logarithm.
#pragma once
#include "cusigmoid/shortcuts/two_parts.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// exp2_table of floats, and beside it −ln(1/2 + j/128) for 0 ≤ j ≤ 64 in two parts: one array, so that no place that a NaN makes is
/// outside.
struct log1p_table {
  using numbers = in_two_floats;
  using entry = exp2_table<in_two_floats>::entry;
  static constexpr int steps = constants::log_float_steps, size = 128, first_power = size - constants::exp_steps;
  static_assert(steps < first_power);
  entry at[size];

  CUSIGMOID_FN entry of(word32 k) const { return at[first_power + k % constants::exp_steps]; }
  /// The latter, its first part as bits.
  CUSIGMOID_FN entry logarithm(word32 j) const { return at[j % size]; }

  static log1p_table make() {
    log1p_table t = {};
    for (int j = 0; j <= steps; ++j) t.at[j] = {bits_of(f32(constants::log_float(j))), constants::log_float_rest(j)};
    exp2_table<in_two_floats> const powers = exp2_table<in_two_floats>::make();
    for (int j = 0; j < constants::exp_steps; ++j) t.at[first_power + j] = powers.at[j];
    return t;
  }
};

namespace internal {

/// ln(1 + e^−|x|) for |x| ≤ softplus_range: with c next to 1/(1 + e) it is ln(1 + z) − ln c, z = c·(1 + e) − 1. c is a multiple of 2^−7,
/// so that of the first part of 1 + e, a multiple of 2^−23, z is exact. The low part has terms of the order of z², and a rounding of them.
template <class F>
struct log1p_parts {
  F value, low, square;
};
template <class Approximate, class Table, class F>
CUSIGMOID_FN log1p_parts<F> log1p_in_parts(Table const &table, F x) {
  exponential_in_parts<F> const e = exp_of_minus_in_parts(table, abs(x));
  F const one = 1.0f, grown = (e.r + e.low) + one;
  // 1 + e, or, where e is so small that 1 is next to c and would leave little of e, e itself
  F const base = select(e.power > F(0x1p-9f), one, F(0.0f));
  F const sum = fma(e.power, grown, base), without_base = sum - base;
  F const sum_low = fma(e.power, e.low, fma(e.power, e.r, e.power - without_base));

  F const inverse = Approximate::inverse(fma(e.power, grown, one));
  F const magic = 0x1.8p16f - 0.5f;  // an ulp of it is 2^−7: adding it leaves 128·inverse − 64, rounded, in the low bits
  F const shifted = inverse + magic, c = shifted - magic;
  auto const offset = table.logarithm(bits_of(shifted));
  F const z = fma(sum, c, -base), offset_high = float_of(offset.power);

  // ln(1 + z) = z − z²/2 + z³/3 − z⁴/4; what 1 + e has in its low part counts by its inverse
  F const square = z * z, series = fma(z, fma(z, F(-0.25f), F(1.0f / 3)), F(-0.5f));
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
  return {sum, ((more - sum) + less) + l.low, fma(l.square, F(0x1.8p12f), sum)};
}

/// softplus(x), or −softplus(−x).
template <int sign>
struct softplus_in_floats {
  static constexpr bool exists = true;
  using table = log1p_table;

  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &t, Word &y, Word in) {
    using F = float_type<Word>;
    F const x = float_of(in);
    sized_parts<F> const v = softplus_in_parts<Approximate>(t, sign < 0 ? -x : x);
    auto const alike =
        rounds_alike<in_two_floats>(sign < 0 ? sized_parts<F>{-v.value, -v.low, v.size} : v, in_two_floats::softplus_error, y);
    return both_hold(alike, abs(x) <= F(in_two_floats::softplus_range));
  }
};

}  // namespace internal

template <>
struct shortcut<ops::softplus, float> : internal::softplus_in_floats<1> {};
template <>
struct shortcut<ops::log_sigmoid, float> : internal::softplus_in_floats<-1> {};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
