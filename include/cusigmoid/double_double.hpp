// SPDX-License-Identifier: Apache-2.0
// Numbers of 106 bits with an exponent of their own: what fp64 results are computed in before they are rounded once.
#pragma once
#include "cusigmoid/arithmetic.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// (hi + lo)·2^exponent, |lo| ≤ a few ulp of hi. The exponent keeps hi in the middle of F's range, so that neither a product of large
/// and tiny factors nor the low part of a subnormal result is lost. Relative error of a product or quotient below 2^−93; a sum errs by
/// less than 2^−93 of its larger term (tools/proofs/double_double.g). (Dekker 1971; Joldes, Muller, Popescu 2017.) Where hi is infinite or
/// NaN, lo means nothing.
template <class F>
struct double_double {
  F hi, lo;
  int exponent;
};

namespace internal {
/// a + b = hi + lo exactly, where |a| ≥ |b| or a = 0.
template <class F>
CUSIGMOID_FN double_double<F> fast_two_sum(F a, F b, int exponent) {
  F const s = a + b;
  return {s, b - (s - a), exponent};
}

template <class F>
CUSIGMOID_FN double_double<F> two_sum(F a, F b, int exponent) {
  F const s = a + b, b_part = s - a, a_part = s - b_part;
  return {s, (a - a_part) + (b - b_part), exponent};
}

/// The exponent of zero: it yields to that of any other number in a sum.
constexpr int zero_exponent = -(1 << 20);

template <class F>
CUSIGMOID_FN F scaled_down(F a, int n) {  // a·2^n for n ≤ 0; what is beyond 2^−1000 does not matter to the sum it goes into
  return a * power_of_two(n < -1000 ? -1000 : n);
}
}  // namespace internal

/// A double as a number with hi in [1, 2), or 0, infinite or NaN.
CUSIGMOID_FN double_double<f64> to_double_double(f64 a) {
  constexpr double two_54 = 0x1p54;
  bool const tiny = abs(a) < 0x1p-1022;
  uint64 const bits = bits_of(select(tiny, a * two_54, a).v);
  int const biased = static_cast<int>(bits >> 52) & 0x7ff;
  double const significand = double_of((bits & ~(uint64{0x7ff} << 52)) | (uint64{1023} << 52));
  bool const zero = a == 0.0, number = is_finite(a) && !zero;
  return {select<f64>(number, significand, a), 0.0, zero ? internal::zero_exponent : number ? biased - 1023 - (tiny ? 54 : 0) : 0};
}

template <class F>
CUSIGMOID_FN double_double<F> operator-(double_double<F> a) {
  return {-a.hi, -a.lo, a.exponent};
}

template <class F>
CUSIGMOID_FN double_double<F> operator+(double_double<F> a, double_double<F> b) {
  int const e = a.exponent > b.exponent ? a.exponent : b.exponent;
  F const a_hi = internal::scaled_down(a.hi, a.exponent - e), a_lo = internal::scaled_down(a.lo, a.exponent - e);
  F const b_hi = internal::scaled_down(b.hi, b.exponent - e), b_lo = internal::scaled_down(b.lo, b.exponent - e);
  double_double<F> const s = internal::two_sum(a_hi, b_hi, e), t = internal::two_sum(a_lo, b_lo, e);
  double_double<F> const u = internal::fast_two_sum(s.hi, s.lo + t.hi, e);
  double_double<F> const sum = internal::fast_two_sum(u.hi, u.lo + t.lo, e);
  return {select(is_finite(s.hi), sum.hi, s.hi), sum.lo, s.hi == F(0.0) && sum.hi == F(0.0) ? internal::zero_exponent : e};
}

template <class F>
CUSIGMOID_FN double_double<F> operator-(double_double<F> a, double_double<F> b) {
  return a + -b;
}

template <class F>
CUSIGMOID_FN double_double<F> operator*(double_double<F> a, double_double<F> b) {
  F const p = a.hi * b.hi;
  F const low = fma(a.hi, b.hi, -p) + fma(a.hi, b.lo, a.lo * b.hi);
  return {p, low, a.exponent + b.exponent};  // not renormalised, so that a zero keeps its sign
}

template <class F>
CUSIGMOID_FN double_double<F> operator/(double_double<F> a, double_double<F> b) {
  F const inverse_of_b = inverse(b.hi), q = a.hi * inverse_of_b;
  F const remainder = fma(-q, b.hi, a.hi) + fma(-q, b.lo, a.lo);
  return {q, remainder * inverse_of_b, a.exponent - b.exponent};
}

template <class F>
CUSIGMOID_FN bool is_negative(double_double<F> a) {
  return a.hi < F(0.0);
}

template <class F>
CUSIGMOID_FN bool is_zero(double_double<F> a) {
  return a.hi == F(0.0);
}

/// The nearest double, ties to even; subnormal results are rounded once, too.
CUSIGMOID_FN double round_to_double(double_double<f64> a) {
  f64 const sum = a.hi + a.lo;
  f64 const hi = select<f64>(is_finite(a.hi) && a.hi != 0.0, sum, a.hi), lo = a.lo - (sum - a.hi);
  int const e = a.exponent + (static_cast<int>(bits_of(hi.v) >> 52) & 0x7ff) - 1023;  // floor(log2 |value|)
  if (is_finite(hi) && hi != 0.0 && e >= -1022 && e <= 1023) return shift_exponent(hi, a.exponent).v;

  uint64 const sign = bits_of(hi.v) & (uint64{1} << 63);
  if (!is_finite(hi)) return hi.v;
  if (hi == 0.0 || e < -1076) return double_of(sign);
  if (e > 1023) return double_of(sign | uint64{0x7ff} << 52);
  // Adding a number whose ulp is 2^−1074 (in a's scale) rounds hi to a multiple of it, and that multiple is the subnormal's bits.
  // The addition does not see lo, which matters only where hi lies exactly half-way.
  f64 const ulp = power_of_two(-1074 - a.exponent), shifter = ulp * 0x1p52;
  f64 const shifted = shifter + abs(hi), rest = abs(hi) - (shifted - shifter);
  int64 multiple = static_cast<int64>(bits_of(shifted.v) - bits_of(shifter.v));
  f64 const towards = sign ? -lo : lo;
  if (abs(rest) == ulp * 0.5 && towards * rest > 0.0) multiple += rest > 0.0 ? 1 : -1;
  return double_of(sign | static_cast<uint64>(multiple));
}

/// A double on the same side of every double as the value (its last bit is set where it is not exact), so that it may be rounded again to
/// fewer bits. What is beyond 2^±1000 stays beyond. For numbers only, and not 0.
CUSIGMOID_FN double round_to_odd(double_double<f64> a) {
  f64 const sum = a.hi + a.lo, rest = a.lo - (sum - a.hi);
  uint64 const bits = bits_of(sum.v), even = (bits & 1) ^ 1;
  bool const exact = rest == 0.0, inwards = (rest < 0.0) != (sum < 0.0);
  f64 const odd = double_of(exact ? bits : inwards ? bits - even : bits + even);
  return (odd * power_of_two(a.exponent < -1000 ? -1000 : a.exponent > 1000 ? 1000 : a.exponent)).v;
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
