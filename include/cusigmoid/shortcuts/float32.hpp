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

  static exp2_table make() {
    exp2_table t;
    for (int j = 0; j < constants::exp_steps; ++j)
      t.at[j] = {bits_of(f32(constants::exp2_float(j))) - (static_cast<unsigned>(j) << 18), constants::exp2_float_rest(j)};
    return t;
  }
};

namespace internal {

/// e^x = power·(1 + r + low), low of the order of r²; |r| ≤ ln 2/64.
struct exponential_in_float {
  f32 power, r, low;
};
CUSIGMOID_FN exponential_in_float exp_in_float(exp2_table const &table, f32 x) {
  constexpr float magic = 0x1.8p18f;  // an ulp of it is 1/32: adding it leaves 32·(x/ln 2), rounded, in the low bits
  f32 const shifted = fma(x, constants::log2e_float, magic), steps = shifted - f32(magic);
  unsigned const k = bits_of(shifted);
  exp2_table::entry const entry = table.at[k % constants::exp_steps];
  f32 const power = float_of((k << 18) + entry.power);
  f32 const r = fma(steps, -constants::ln2_float_hi, x);  // exact
  f32 const rest = fma(steps, -constants::ln2_float_lo, entry.rest);
  f32 p = fma(constants::exp_float(2), r, constants::exp_float(1));
  p = fma(p, r, constants::exp_float(0));
  return {power, r, fma(r, fma(r, p, rest), rest)};
}

/// Sets `result` to value + low, rounded, and says whether everything within bound·value of it (2^−43 ≤ bound < 2^−34) is rounded to the
/// same. The middles between floats are 2^−25·value or more away from value. Where |low| is a little smaller than that, so little that the
/// bound reaches them, 2^25·1.03·bound·|low| is more than bound·value still; where it is smaller yet, the bound does not reach them.
CUSIGMOID_FN bool rounds_alike(f32 value, f32 low, float bound, word32 &result) {
  float const part = bound * 0x1.08p25f;
  f32 const one_end = fma(low, 1 - part, value), other_end = fma(low, 1 + part, value);
  result = bits_of(one_end);
  return one_end == other_end;
}

/// A positive number in two parts.
struct two_parts {
  f32 value, low;
};

/// σ(x) = inverse·(1 + error) for |x| ≤ sigmoid_range, to within sigmoid_error: by the denominator 1 + e^−x and its inverse in two parts.
struct sigmoid_in_float {
  f32 inverse, error;
};
template <class Approximate>
CUSIGMOID_FN sigmoid_in_float sigmoid_of_float(exp2_table const &table, f32 x) {
  f32 const one = 1.0f;
  exponential_in_float const e = exp_in_float(table, -x);
  // 1 + e^−x = sum + sum_low. For x < −12 the 1 is the smaller one.
  f32 const sum = fma(e.power, e.r + one, one);
  bool const one_is_larger = x > f32(-12.0f);
  f32 const difference = e.power - select(one_is_larger, sum - one, sum);
  f32 const without_one = fma(e.power, e.low, fma(e.power, e.r, difference));
  f32 const sum_low = select(one_is_larger, without_one, without_one + one);

  // 1/(sum + sum_low) = inverse·(1 + error): the error of whatever seed, and its square
  f32 const inverse = Approximate::inverse(sum), error = fma(-sum_low, inverse, fma(-sum, inverse, one));
  return {inverse, fma(error, error, error)};
}
constexpr float sigmoid_error = 0x1.6p-36f;
constexpr float sigmoid_range = 80;  // beyond, low parts are lost, and results subnormal

/// σ′(x) for |x| ≤ derivative_range, relative error below derivative_error.
template <class Approximate>
CUSIGMOID_FN two_parts derivative_of_float(exp2_table const &table, f32 x) {
  exponential_in_float const e = exp_in_float(table, -abs(x));
  f32 const one = 1.0f;
  // e^−|x|, 1 + e^−|x| and its square, each in two parts
  f32 const n = fma(e.power, e.r, e.power), n_low = fma(e.power, e.low, fma(e.power, e.r, e.power - n));
  f32 const sum = one + n, sum_low = (n - (sum - one)) + n_low;
  f32 const square = sum * sum, square_low = fma(fma(f32(2.0f), sum, sum_low), sum_low, fma(sum, sum, -square));
  f32 const inverse = Approximate::inverse(square + square_low);
  f32 const quotient = (n + n_low) * inverse, remainder = fma(-quotient, square_low, fma(-quotient, square, n)) + n_low;
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

  template <class Approximate = machine>
  CUSIGMOID_FN static bool attempt(table const &t, word32 in, word32 &y) {
    f32 const x = float_of(in), bound = internal::sigmoid_error;
    auto const [inverse, error] = internal::sigmoid_of_float<Approximate>(t, x);
    f32 const low_end = fma(inverse, error - bound, inverse), high_end = fma(inverse, error + bound, inverse);
    y = bits_of(low_end);
    return both_hold(low_end == high_end, abs(x) <= f32(internal::sigmoid_range));
  }
};

/// dy·y·(1 − y), each factor and product in two parts; relative error below 2^−44.
template <>
struct shortcut<ops::backward, float> {
  static constexpr bool exists = true;
  using table = no_table;

  template <class = machine>
  CUSIGMOID_FN static bool attempt(table const &, word32 dy_in, word32 y_in, word32 &dx) {
    f32 const dy = float_of(dy_in), y = float_of(y_in), one = 1.0f;
    f32 const other = one - y, other_low = (one - other) - y;  // exact for |y| ≤ 1
    f32 const first = dy * y, first_low = fma(dy, y, -first);
    f32 const product = first * other;
    f32 const low = fma(first, other_low, fma(first_low, other, fma(first, other, -product)));
    bool const alike = internal::rounds_alike(product, low, 0x1p-43f, dx);
    return both_hold(both_hold(alike, abs(y) <= one), abs(product) >= f32(internal::smallest_product));
  }
};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
