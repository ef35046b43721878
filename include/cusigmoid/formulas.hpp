// SPDX-License-Identifier: Apache-2.0
// Each formula once, over a number type A:
//   f64                  53 bits, for results of 32 bits and fewer and for terms of fp64 sums
//   double_double<f64>   106 bits, for fp64 results
// All of them stand on e = e^−|x| ≤ 1 and 1 + e, which never overflow and never cancel. 1 − y of a rounded y appears only in
// `backward`, whose input is the rounded y.
#pragma once
#include "cusigmoid/constants.hpp"
#include "cusigmoid/double_double.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// What a formula needs to know of its number type.
template <class A>
struct number;

template <>
struct number<f64> {
  CUSIGMOID_FN static f64 one() { return 1.0; }
  /// Beyond this |x|, σ(−|x|) times any two fp32 numbers rounds to what it is here, and still is not 0: its product with infinity is
  /// infinite.
  static constexpr double saturation = 700.0;
};

template <class F>
struct number<double_double<F>> {
  CUSIGMOID_FN static double_double<F> one() { return {1.0, 0.0, 0}; }
  /// Beyond this |x|, σ(−|x|) times any two fp64 numbers rounds to what it is here.
  static constexpr double saturation = 2400.0;
};

CUSIGMOID_FN bool is_negative(f64 a) { return a < 0.0; }
CUSIGMOID_FN bool is_zero(f64 a) { return a == 0.0; }

/// |x| no larger than the number type's saturation; NaN stays.
CUSIGMOID_FN f64 saturated(f64 x) {
  constexpr double limit = number<f64>::saturation;
  return select<f64>(x > limit, limit, select<f64>(x < -limit, -limit, x));
}

namespace internal {
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
struct alternating_inverses {
  CUSIGMOID_FN double operator()(int i) const { return constants::alternating_inverse(i); }
};
}  // namespace internal

namespace internal {
/// e^−a = significand·2^exponent, the significand near [1, 2), relative error below 2^−51.
/// e^−a = 2^(steps/32)·e^rest (Tang 1989), e^rest by its Taylor series, cut off at 2^−58.
struct exponential {
  f64 significand;
  int exponent;
};
CUSIGMOID_FN exponential exp_of_minus(f64 a) {
  reduced<f64> const k = reduce(a);
  f64 const rest = fma(k.steps, -constants::ln2_step_lo, k.rest);
  f64 const p = rest * polynomial<1, 6>(rest, inverse_factorials{});  // e^rest − 1
  int const steps = low_integer(k.shifted);
  f64 const power = constants::exp2_hi(steps & (constants::exp_steps - 1));
  return {fma(power, p, power), steps >> 5};
}
}  // namespace internal

/// e^−|x|, relative error below 2^−51, no less than e^−700; 0 where |x| is infinite.
CUSIGMOID_FN f64 exp_of_minus_abs(f64 x) {
  internal::exponential const e = internal::exp_of_minus(abs(saturated(x)));
  f64 const otherwise = select<f64>(x == x, 0.0, x);  // a NaN, whose exponent must not be added to, as it is
  return select(is_finite(x), shift_exponent(e.significand, e.exponent), otherwise);
}

/// e^−|x|, down to the subnormals and to 0.
CUSIGMOID_FN f64 exp_of_minus_abs_to_zero(f64 x) {
  internal::exponential const e = internal::exp_of_minus(select<f64>(abs(x) > 800.0, 800.0, abs(x)));
  int const half = e.exponent / 2;
  return e.significand * power_of_two(half) * power_of_two(e.exponent - half);
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

/// What σ and its relatives are made of: σ(x) = of_x/sum, σ(−x) = of_minus_x/sum.
template <class A>
struct logistic {
  A of_x, of_minus_x, sum;
};

template <class A>
CUSIGMOID_FN logistic<A> logistic_parts(A x) {
  A const e = exp_of_minus_abs(x), one = number<A>::one();
  bool const negative = is_negative(x);
  return {select(negative, e, one), select(negative, one, e), one + e};
}

/// σ(x) = 1/(1 + e^−x)
template <class A>
CUSIGMOID_FN A sigmoid(A x) {
  logistic<A> const s = logistic_parts(x);
  return s.of_x / s.sum;
}

/// y = σ(x) = 1/2 + x/4 − x³/48 + … as it is to be rounded. 1/2 + x/4 may be half-way between two results of up to 24 bits and x³/48 below
/// the last place of a double: a little less of x falls on the right side, and too little less to leave any other interval between two
/// results.
CUSIGMOID_FN f64 with_ties_broken(f64 x, f64 y) { return select(abs(x) < 0x1p-13, fma(x, 0x1.fffffff8p-3, 0.5), y); }

template <class F>
CUSIGMOID_FN double_double<F> with_ties_broken(double_double<F>, double_double<F> y) {
  return y;  // a tie of fp64 taken the wrong way is an error of 1/2 ulp still
}

namespace internal {
/// y, known to be less than the bound, a power of two. Computed as the bound itself it would make a tie of a product that is none.
/// (double_double is rounded with so few bits to spare that it would gain nothing.)
CUSIGMOID_FN f64 less_than(double bound, f64 y) { return select<f64>(y > bound || y == bound, bound * (1 - 0x1p-53), y); }
template <class F>
CUSIGMOID_FN double_double<F> less_than(double, double_double<F> y) {
  return y;
}
}  // namespace internal

/// σ′(x) = σ(x)·σ(−x) = e^−|x|/(1 + e^−|x|)²
template <class A>
CUSIGMOID_FN A sigmoid_derivative(A x) {
  logistic<A> const s = logistic_parts(x);
  A const y = (s.of_x * s.of_minus_x) / (s.sum * s.sum);
  return select(is_zero(x), y, internal::less_than(0.25, y));
}

/// σ′ from a saved y = σ(x): y·(1 − y)
template <class A>
CUSIGMOID_FN A sigmoid_derivative_from_output(A y) {
  A const other = number<A>::one() - y;
  return y * select(is_negative(-y), internal::less_than(1.0, other), other);
}

/// SiLU(x) = x·σ(x); −0 at −inf.
template <class A>
CUSIGMOID_FN A silu(A x) {
  logistic<A> const s = logistic_parts(x);
  return select(is_negative(x), saturated(x), x) * s.of_x / s.sum;
}

namespace internal {
/// σ(x)·(1 + x·σ(−x)), whose sum cancels next to its zero at −1.278….
template <class A>
CUSIGMOID_FN A silu_derivative_by_definition(A x) {
  logistic<A> const s = logistic_parts(x);
  return s.of_x * (s.sum + saturated(x) * s.of_minus_x) / (s.sum * s.sum);
}

struct silu_derivative_series {
  CUSIGMOID_FN double operator()(int i) const { return constants::silu_derivative_series_hi(i); }
};
template <class F>
CUSIGMOID_FN double_double<F> silu_derivative_coefficient(int i) {
  return {constants::silu_derivative_series_hi(i), constants::silu_derivative_series_lo(i), 0};
}

/// Within 1/8 of the zero: the Taylor series about it, the first terms in two parts, cut off at 2^−66.
template <class F>
CUSIGMOID_FN double_double<F> silu_derivative_near_zero(F x) {
  double_double<F> distance = two_sum(x - F(constants::silu_derivative_zero_hi), F(-constants::silu_derivative_zero_mid), 0);
  distance.lo = distance.lo - F(constants::silu_derivative_zero_lo);
  double_double<F> sum = {polynomial<4, 17>(distance.hi, silu_derivative_series{}), 0.0, 0};
  for (int i = 3; i >= 1; --i) sum = silu_derivative_coefficient<F>(i) + distance * sum;
  return distance * sum;
}
}  // namespace internal

/// SiLU′(x) = σ(x)·(1 + x·σ(−x)); −0 at −inf. Next to its zero, where the sum cancels, two terms of the Taylor series suffice: relative
/// error below 2^−35 (of every float: worst_case.cpp).
CUSIGMOID_FN f64 silu_derivative(f64 x) {
  f64 const distance = (x - f64(constants::silu_derivative_zero_hi)) - f64(constants::silu_derivative_zero_mid);
  f64 const slope = fma(distance, constants::silu_derivative_series_hi(2), constants::silu_derivative_series_hi(1));
  return select(abs(distance) < 0x1p-16, distance * slope, internal::silu_derivative_by_definition(x));
}

template <class F>
CUSIGMOID_FN double_double<F> silu_derivative(double_double<F> x) {
  F const plain = internal::high_part(x);  // exact there, since x is a double
  if (abs(plain - F(constants::silu_derivative_zero_hi)) < 0.125) return internal::silu_derivative_near_zero(plain);
  return internal::silu_derivative_by_definition(x);
}

/// ln(1 + e) for 0 ≤ e ≤ 1, relative error below 2^−50: with r next to 1/(1 + e), ln(1 + z) − ln r, z = r·(1 + e) − 1, |z| < 0.018.
CUSIGMOID_FN f64 log1p_of_fraction(f64 e) {
  f64 const shifted = fma(e, constants::log_steps, round_magic);
  int const interval = low_integer(shifted) & 63;  // 0 to 32; the mask bounds what a NaN leaves
  int const entry = interval > constants::log_steps ? 0 : interval;
  f64 const r = constants::log_reciprocal(entry), offset = constants::log_offset(entry);
  f64 const z = fma(e, r, r - f64(1.0));
  return fma(z * z, internal::polynomial<2, 12>(z, internal::alternating_inverses{}), z) + offset;
}

/// Binary cross-entropy of the logit x with target t: t·softplus(−x) + (1 − t)·softplus(x), softplus(x) = ln(1 + e^x).
/// Relative error below 2^−49. A weight of zero gives zero, also beside an infinite loss.
CUSIGMOID_FN f64 bce_with_logits(f64 x, f64 t) {
  f64 const logarithm = log1p_of_fraction(exp_of_minus_abs_to_zero(x)), other = f64(1.0) - t;
  f64 const if_one = select(x < 0.0, logarithm - x, logarithm), if_zero = select(x < 0.0, logarithm, logarithm + x);
  return select<f64>(t == 0.0, 0.0, t * if_one) + select<f64>(other == 0.0, 0.0, other * if_zero);
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
