// SPDX-License-Identifier: Apache-2.0
// fp32 in float: numbers in two parts, unevaluated, and a rounding test.
#pragma once
#include "cusigmoid/shortcuts/shortcut.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// 2^(j/32) in float, and what its rounding left.
struct exp2_table {
  struct alignas(8) entry {
    unsigned power;  // the bits of 2^(j/32), less j << 18: adding (32·k + j) << 18 then multiplies it by 2^k
    float rest;      // ln(2^(j/32)/power)
  };
  entry at[constants::exp_steps];

  CUSIGMOID_FN entry of(unsigned k) const { return at[k % constants::exp_steps]; }

  static exp2_table make() {
    exp2_table t;
    for (int j = 0; j < constants::exp_steps; ++j)
      t.at[j] = {bits_of(f32(constants::exp2_float(j))) - (static_cast<unsigned>(j) << 18), constants::exp2_float_rest(j)};
    return t;
  }
};

namespace internal {

/// e^x = power·(1 + r + low), low of the order of r²; |r| ≤ ln 2/64.
template <class F>
struct exponential_in_float {
  F power, r, low;
};
template <class Table, class F>
CUSIGMOID_FN exponential_in_float<F> exp_in_float(Table const &table, F x) {
  constexpr float magic = 0x1.8p18f;  // an ulp of it is 1/32: adding it leaves 32·(x/ln 2), rounded, in the low bits
  F const shifted = fma(x, constants::log2e_float, magic), steps = shifted - F(magic);
  auto const k = bits_of(shifted);
  auto const entry = table.of(k);
  F const power = float_of((k << 18) + entry.power);
  F const r = fma(steps, -constants::ln2_float_hi, x);  // exact
  F const rest = fma(steps, -constants::ln2_float_lo, entry.rest);
  F p = fma(constants::exp_float(2), r, constants::exp_float(1));
  p = fma(p, r, constants::exp_float(0));
  return {power, r, fma(r, fma(r, p, rest), rest)};
}

/// Sets `result` to value + low, rounded, and says whether everything within bound·value of it (2^−43 ≤ bound < 2^−34) is rounded to the
/// same. The middles between floats are 2^−25·value or more away from value. Where |low| is a little smaller than that, so little that the
/// bound reaches them, 2^25·1.03·bound·|low| is more than bound·value still; where it is smaller yet, the bound does not reach them.
template <class F, class Word>
CUSIGMOID_FN auto rounds_alike(F value, F low, float bound, Word &result) {
  float const part = bound * 0x1.08p25f;
  F const one_end = fma(low, 1 - part, value), other_end = fma(low, 1 + part, value);
  result = bits_of(one_end);
  return one_end == other_end;
}

/// A positive number in two parts.
template <class F>
struct two_parts {
  F value, low;
};

/// σ(x) = inverse·(1 + error) for |x| ≤ sigmoid_range, to within sigmoid_error: by the denominator 1 + e^−x and its inverse in two parts.
template <class F>
struct sigmoid_in_float {
  F inverse, error;
};
template <class Approximate, class Table, class F>
CUSIGMOID_FN sigmoid_in_float<F> sigmoid_of_float(Table const &table, F x) {
  F const one = 1.0f;
  exponential_in_float<F> const e = exp_in_float(table, -x);
  // 1 + e^−x = sum + sum_low. For x < −12 the 1 is the smaller one.
  F const sum = fma(e.power, e.r + one, one);
  auto const one_is_larger = x > F(-12.0f);
  F const difference = e.power - select(one_is_larger, sum - one, sum);
  F const without_one = fma(e.power, e.low, fma(e.power, e.r, difference));
  F const sum_low = select(one_is_larger, without_one, without_one + one);

  // 1/(sum + sum_low) = inverse·(1 + error): the error of whatever seed, and its square
  F const inverse = Approximate::inverse(sum), error = fma(-sum_low, inverse, fma(-sum, inverse, one));
  return {inverse, fma(error, error, error)};
}
constexpr float sigmoid_error = 0x1.6p-36f;
constexpr float sigmoid_range = 80;  // beyond, low parts are lost, and results subnormal

/// σ′(x) for |x| ≤ derivative_range, relative error below derivative_error.
template <class Approximate, class Table, class F>
CUSIGMOID_FN two_parts<F> derivative_of_float(Table const &table, F x) {
  exponential_in_float<F> const e = exp_in_float(table, -abs(x));
  F const one = 1.0f;
  // e^−|x|, 1 + e^−|x| and its square, each in two parts
  F const n = fma(e.power, e.r, e.power), n_low = fma(e.power, e.low, fma(e.power, e.r, e.power - n));
  F const sum = one + n, sum_low = (n - (sum - one)) + n_low;
  F const square = sum * sum, square_low = fma(fma(F(2.0f), sum, sum_low), sum_low, fma(sum, sum, -square));
  F const inverse = Approximate::inverse(square + square_low);
  F const quotient = (n + n_low) * inverse, remainder = fma(-quotient, square_low, fma(-quotient, square, n)) + n_low;
  return {quotient, remainder * inverse};
}
constexpr float derivative_error = 0x1.8p-36f;  // the largest of all x is 2^-35.49; a product adds 2^-45
constexpr float derivative_range = 64;          // beyond, the low parts would be subnormal
constexpr float smallest_product = 0x1p-100f;   // so that its low part, a multiple of 2^-149, is exact

}  // namespace internal

template <>
struct shortcut<ops::forward, float> {
  static constexpr bool exists = true;
  using table = exp2_table;

  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &t, Word in, Word &y) {
    using F = float_type<Word>;
    F const x = float_of(in), bound = internal::sigmoid_error;
    auto const [inverse, error] = internal::sigmoid_of_float<Approximate>(t, x);
    F const low_end = fma(inverse, error - bound, inverse), high_end = fma(inverse, error + bound, inverse);
    y = bits_of(low_end);
    return both_hold(low_end == high_end, abs(x) <= F(internal::sigmoid_range));
  }
};

/// dy·y·(1 − y), each factor and product in two parts; relative error below 2^−44.
template <>
struct shortcut<ops::backward, float> {
  static constexpr bool exists = true;
  using table = no_table;

  template <class = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &, Word dy_in, Word y_in, Word &dx) {
    using F = float_type<Word>;
    F const dy = float_of(dy_in), y = float_of(y_in), one = 1.0f;
    F const other = one - y, other_low = (one - other) - y;  // exact for |y| ≤ 1
    F const first = dy * y, first_low = fma(dy, y, -first);
    F const product = first * other;
    F const low = fma(first, other_low, fma(first_low, other, fma(first, other, -product)));
    auto const alike = internal::rounds_alike(product, low, 0x1p-43f, dx);
    return both_hold(both_hold(alike, abs(y) <= one), abs(product) >= F(internal::smallest_product));
  }
};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
