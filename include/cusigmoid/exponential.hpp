// SPDX-License-Identifier: Apache-2.0
// e^−|x| for both number types of formulas.hpp.
#pragma once
#include "cusigmoid/constants.hpp"
#include "cusigmoid/double_double.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// What a formula needs to know of its number type. is_estimate: whether that tells itself where a sum has cancelled.
template <class A>
struct number;

template <class F>
struct plain_number {
  static constexpr bool is_estimate = false;
  CUSIGMOID_FN static F zero() { return 0.0; }
  CUSIGMOID_FN static F one() { return 1.0; }
  CUSIGMOID_FN static F two() { return 2.0; }
  CUSIGMOID_FN static F from(double v) { return v; }
  /// Beyond this |x|, σ(−|x|) times any two fp32 numbers rounds to what it is here, and still is not 0: its product with infinity is
  /// infinite. (Of three and more factors those that are not σ are multiplied first.)
  static constexpr double saturation = 700.0;
};
template <>
struct number<f64> : plain_number<f64> {};

template <class F>
struct number<double_double<F>> {
  static constexpr bool is_estimate = false;
  CUSIGMOID_FN static double_double<F> zero() { return {0.0, 0.0, internal::zero_exponent}; }
  CUSIGMOID_FN static double_double<F> one() { return {1.0, 0.0, 0}; }
  CUSIGMOID_FN static double_double<F> two() { return {1.0, 0.0, 1}; }
  CUSIGMOID_FN static double_double<F> from(double v) { return to_double_double(v); }
  /// Beyond this |x|, σ(−|x|) times any two fp64 numbers rounds to what it is here.
  static constexpr double saturation = 2400.0;
};

template <class F>
CUSIGMOID_FN auto is_negative(F a) -> decltype(plain<F>(a) < a) {
  return a < F(0.0);
}
template <class F>
CUSIGMOID_FN auto is_zero(F a) -> decltype(plain<F>(a) == a) {
  return a == F(0.0);
}

/// |x| no larger than the number type's saturation; NaN stays.
template <class F>
CUSIGMOID_FN plain<F> saturated(F x) {
  F const limit = number<F>::saturation, other_limit = -number<F>::saturation;
  return select(x > limit, limit, select(x < other_limit, other_limit, x));
}

/// x/2 and 2x, exactly: f64 is used for numbers of 32 bits and fewer.
template <class F>
CUSIGMOID_FN plain<F> half(F x) {
  return x * F(0.5);
}
template <class F>
CUSIGMOID_FN plain<F> twice(F x) {
  return x * F(2.0);
}
template <class F>
CUSIGMOID_FN double_double<F> half(double_double<F> x) {
  return {x.hi, x.lo, x.exponent - 1};
}
template <class F>
CUSIGMOID_FN double_double<F> twice(double_double<F> x) {
  return {x.hi, x.lo, x.exponent + 1};
}

namespace internal {
template <class F>
CUSIGMOID_FN plain<F> high_part(F x) {
  return x;
}
/// x without its exponent. Below 2^−1000, where e^−|x| = 1, it is not exact.
template <class F>
CUSIGMOID_FN F high_part(double_double<F> x) {
  return x.hi * power_of_two(x.exponent > 900 ? 900 : x.exponent < -1000 ? -1000 : x.exponent);
}
}  // namespace internal

template <class F>
CUSIGMOID_FN double_double<F> saturated(double_double<F> x) {
  constexpr double limit = number<double_double<F>>::saturation;
  F const hi = internal::high_part(x);
  if (!(abs(hi) > limit)) return x;
  return {select<F>(hi < 0.0, -limit, limit), 0.0, 0};
}

namespace internal {
/// −a = steps·ln 2/32 + rest: steps as a number with the integer in its low bits. |rest| ≤ ln 2/64.
template <class F>
struct reduced {
  F shifted, steps, rest;
};

template <class F>
CUSIGMOID_FN reduced<F> reduce(F a) {
  F const shifted = fma(a, -constants::exp_steps_per_ln2, round_magic), steps = shifted - F(round_magic);
  return {shifted, steps, fma(steps, -constants::ln2_step_hi, -a)};  // exact: the result is a multiple of 2^−59 below 2^−6
}

/// coefficient(first) + x·coefficient(first + 1) + … + x^(last − first)·coefficient(last)
template <int first, int last, class F, class Coefficient>
CUSIGMOID_FN F polynomial(F x, Coefficient coefficient) {
  if constexpr (first == last)
    return coefficient(first);
  else
    return fma(polynomial<first + 1, last>(x, coefficient), x, coefficient(first));
}

struct inverse_factorials {
  CUSIGMOID_FN double operator()(int i) const { return constants::inverse_factorial(i); }
};
}  // namespace internal

namespace internal {
struct exp2_hi {
  static constexpr int entries = constants::exp_steps;
  CUSIGMOID_FN double operator()(int i) const { return constants::exp2_hi(i); }
};
struct exp2_lo {
  static constexpr int entries = constants::exp_steps;
  CUSIGMOID_FN double operator()(int i) const { return constants::exp2_lo(i); }
};

/// e^−a = 2^(steps/32)·(1 + p) (Tang 1989), relative error below 2^−51; p by its Taylor series, cut off at 2^−58.
template <class F>
struct exponential {
  decltype(low_integer(F())) steps;
  F p;
  CUSIGMOID_FN auto exponent() const { return steps >> 5; }
  /// 2^(steps/32)/2^exponent, in [1, 2), and what its rounding left.
  CUSIGMOID_FN F power() const { return look_up(exp2_hi{}, steps & (constants::exp_steps - 1)); }
  CUSIGMOID_FN F power_lo() const { return look_up(exp2_lo{}, steps & (constants::exp_steps - 1)); }
  CUSIGMOID_FN F significand() const { return fma(power(), p, power()); }
};
template <class F>
CUSIGMOID_FN exponential<F> exp_of_minus(F a) {
  reduced<F> const k = reduce(a);
  F const rest = fma(k.steps, -constants::ln2_step_lo, k.rest);
  return {low_integer(k.shifted), rest * polynomial<1, 6>(rest, inverse_factorials{})};
}
}  // namespace internal

/// e^−|x|, relative error below 2^−51, no less than e^−700; 0 where |x| is infinite.
template <class F>
CUSIGMOID_FN plain<F> exp_of_minus_abs(F x) {
  internal::exponential<F> const e = internal::exp_of_minus(abs(saturated(x)));
  F const otherwise = select(x == x, F(0.0), x);  // a NaN, whose exponent must not be added to, as it is
  return select(is_finite(x), shift_exponent(e.significand(), e.exponent()), otherwise);
}

/// e^−|x|, down to the subnormals and to 0.
template <class F>
CUSIGMOID_FN plain<F> exp_of_minus_abs_to_zero(F x) {
  F const limit = 800.0;
  internal::exponential<F> const e = internal::exp_of_minus(select(abs(x) > limit, limit, abs(x)));
  auto const half = e.steps >> 6;
  return e.significand() * power_of_two(half) * power_of_two(e.exponent() - half);
}

/// e^−|x| − 1, relative error below 2^−50; −1 where |x| is infinite.
template <class F>
CUSIGMOID_FN plain<F> expm1_of_minus_abs(F x) {
  internal::exponential<F> const e = internal::exp_of_minus(abs(saturated(x)));
  F const scale = power_of_two(e.exponent()), power = e.power() * scale;
  return fma(power, e.p, fma(e.power_lo(), scale, power - F(1.0)));
}

/// e^−|x|, relative error below 2^−64; 0 where |x| is infinite. The rest is carried in two parts, the series from its square on in one, cut
/// off at 2^−68.
template <class F>
CUSIGMOID_FN double_double<F> exp_of_minus_abs(double_double<F> x) {
  double_double<F> const near = saturated(x);
  F const hi = internal::high_part(near), lo = internal::high_part(double_double<F>{near.lo, 0.0, near.exponent});
  internal::reduced<F> const k = internal::reduce(abs(hi));
  F const a_lo = select<F>(hi < 0.0, -lo, lo);
  double_double<F> const rest = internal::fast_two_sum(k.rest, fma(k.steps, -constants::ln2_step_lo, -a_lo), 0);
  F const square = rest.hi * rest.hi;
  F const p = fma(square, internal::polynomial<2, 8>(rest.hi, internal::inverse_factorials{}), rest.lo);  // e^rest − 1 − rest.hi
  int const steps = low_integer(k.shifted), entry = steps & (constants::exp_steps - 1);
  F const power = constants::exp2_hi(entry), power_lo = constants::exp2_lo(entry);
  F const product = power * rest.hi, product_lo = fma(power, rest.hi, -product);
  double_double<F> const sum = internal::fast_two_sum(power, product, 0);
  F const tail = fma(power, p, product_lo) + fma(power_lo, rest.hi, power_lo);
  double_double<F> const e = internal::fast_two_sum(sum.hi, sum.lo + tail, steps >> 5);
  double_double<F> const otherwise = {select<F>(x.hi == x.hi, 0.0, x.hi), 0.0, internal::zero_exponent};
  return select(is_finite(x.hi), e, otherwise);
}

template <class F>
CUSIGMOID_FN double_double<F> exp_of_minus_abs_to_zero(double_double<F> x) {
  return exp_of_minus_abs(x);  // whose exponent does not end at −1022
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
