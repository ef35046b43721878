// SPDX-License-Identifier: Apache-2.0
// A number type for formulas.hpp that knows how far it may be off, in float and by approximate instructions: the shortcut to results of 16
// bits and fewer of every op that has none of its own. And a second one that counts what the first relies on.
#pragma once
#include "cusigmoid/shortcuts/shortcut.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

namespace internal {
/// In place of what is not known.
constexpr float no_number = __builtin_bit_cast(float, 0x7fffffff);
}  // namespace internal

/// A number, and the sum of the magnitudes of the terms it was made from, of which it errs by so many units of 2^−24: as many as the same
/// formula gives for `counted` (Wilkinson's running error analysis, its relative part done beforehand). What is made of positive terms is
/// its own magnitude, so that the compiler computes it once. NaN where its error is not known.
/// sums: whether exponents may be sums, and not only inputs, which are exact.
template <class Approximate, bool sums, class F>
struct estimate {
  using truth = decltype(F() < F());
  F value, magnitude;

  CUSIGMOID_FN static estimate exact(F v) { return {v, abs(v)}; }
  CUSIGMOID_FN static estimate positive(F v) { return {v, v}; }

  CUSIGMOID_FN friend estimate operator-(estimate a) { return {-a.value, a.magnitude}; }
  CUSIGMOID_FN friend estimate operator+(estimate a, estimate b) { return {a.value + b.value, a.magnitude + b.magnitude}; }
  CUSIGMOID_FN friend estimate operator-(estimate a, estimate b) { return {a.value - b.value, a.magnitude + b.magnitude}; }
  CUSIGMOID_FN friend estimate operator*(estimate a, estimate b) { return {a.value * b.value, a.magnitude * b.magnitude}; }
  /// For a denominator of positive terms.
  CUSIGMOID_FN friend estimate quotient(estimate a, estimate b) {
    F const inverse = Approximate::inverse(b.value);
    if constexpr (sums) return a * estimate{inverse, b.magnitude * inverse * inverse};
    return a * positive(inverse);
  }
  CUSIGMOID_FN friend estimate operator/(estimate a, estimate b) { return quotient(a, b); }
  CUSIGMOID_FN friend estimate half(estimate a) { return {a.value * F(0.5f), a.magnitude * F(0.5f)}; }
  CUSIGMOID_FN friend estimate twice(estimate a) { return {a.value + a.value, a.magnitude + a.magnitude}; }
  CUSIGMOID_FN friend estimate magnitude(estimate a) { return {abs(a.value), a.magnitude}; }
  CUSIGMOID_FN friend truth is_negative(estimate a) { return a.value < F(0.0f); }
  CUSIGMOID_FN friend truth is_zero(estimate a) { return a.value == F(0.0f); }
  CUSIGMOID_FN friend estimate select(truth condition, estimate yes, estimate no) {
    return {select(condition, yes.value, no.value), select(condition, yes.magnitude, no.magnitude)};
  }
  // Infinite arguments have no estimate.
  CUSIGMOID_FN friend estimate saturated(estimate x) { return x; }
  CUSIGMOID_FN friend estimate saturated_with(estimate, estimate x) { return x; }
  CUSIGMOID_FN friend estimate weighted(estimate weight, estimate v) { return weight * v; }

  CUSIGMOID_FN friend estimate exp_of_minus_abs(estimate x) {
    halvings const h = halve(x);
    F const e = h.in_range(float_of(bits_of(Approximate::exp2(h.rest)) + h.exponent()));
    if constexpr (sums) return {e, fma(e, x.magnitude, e)};
    return positive(e);
  }
  CUSIGMOID_FN friend estimate exp_of_minus_abs_to_zero(estimate x) { return exp_of_minus_abs(x); }
  CUSIGMOID_FN friend estimate expm1_of_minus_abs(estimate x) {
    halvings const h = halve(x);
    F const scale = float_of(bits_of(F(1.0f)) + h.exponent());
    F const p = h.rest * internal::polynomial<1, 6>(h.rest, coefficients_of_exp2());
    F const less = h.in_range(fma(scale, p, scale - F(1.0f)));
    if constexpr (sums) return {less, x.magnitude - less};
    return {less, -less};
  }
  /// 2 + (e^−|x| − 1): a sum of positive terms.
  CUSIGMOID_FN friend estimate plus_two(estimate expm1) {
    F const sum = expm1.value + F(2.0f);
    if constexpr (sums) return {sum, sum + expm1.magnitude};
    return positive(sum);
  }
  CUSIGMOID_FN friend estimate log1p_of_fraction(estimate e) {
    return positive(e.value * internal::polynomial<1, 9>(e.value, coefficients_of_log1p()));
  }

 private:
  struct coefficients_of_exp2 {
    CUSIGMOID_FN float operator()(int i) const { return constants::exp2_series(i); }
  };
  struct coefficients_of_log1p {
    CUSIGMOID_FN float operator()(int i) const { return constants::log1p_series(i); }
  };

  /// e^−|x| = 2^k·2^rest, |rest| ≤ 1/2.
  struct halvings {
    F magnitude, shifted, rest;
    /// What the bits of a number grow by when it is multiplied by 2^k.
    CUSIGMOID_FN auto exponent() const { return bits_of(shifted) << 23; }
    CUSIGMOID_FN F in_range(F v) const {
      constexpr float range = 80;
      return select(magnitude <= F(range), v, F(internal::no_number));
    }
  };
  CUSIGMOID_FN static halvings halve(estimate x) {
    constexpr float magic = 0x1.8p23f;  // an ulp of it is 1: adding it leaves k in the low bits
    F const a = abs(x.value), shifted = fma(a, -constants::log2e_float, magic), k = shifted - F(magic);
    return {a, shifted, fma(a, -constants::log2e_float_rest, fma(a, -constants::log2e_float, -k))};
  }
};

template <class Approximate, bool sums, class F>
struct number<estimate<Approximate, sums, F>> {
  using type = estimate<Approximate, sums, F>;
  static constexpr bool is_estimate = true;
  CUSIGMOID_FN static type zero() { return type::positive(0.0f); }
  CUSIGMOID_FN static type one() { return type::positive(1.0f); }
  CUSIGMOID_FN static type two() { return type::positive(2.0f); }
  CUSIGMOID_FN static type from(double v) { return type::exact(static_cast<float>(v)); }
};

/// Units of 2^−24 by which an estimate may err: those of its operands, and of the operation.
template <bool sums>
struct counted {
  float units;

  CUSIGMOID_FN friend counted operator-(counted a) { return a; }
  CUSIGMOID_FN friend counted operator+(counted a, counted b) { return {either(a, b).units + 1}; }
  CUSIGMOID_FN friend counted operator-(counted a, counted b) { return a + b; }
  CUSIGMOID_FN friend counted operator*(counted a, counted b) { return {a.units + b.units + 1}; }
  CUSIGMOID_FN friend counted quotient(counted a, counted b) { return {a.units + b.units + 3}; }  // the inverse is an ulp off
  CUSIGMOID_FN friend counted operator/(counted a, counted b) { return quotient(a, b); }
  CUSIGMOID_FN friend counted half(counted a) { return a; }
  CUSIGMOID_FN friend counted twice(counted a) { return a; }
  CUSIGMOID_FN friend counted magnitude(counted a) { return a; }
  CUSIGMOID_FN friend bool is_negative(counted) { return false; }
  CUSIGMOID_FN friend bool is_zero(counted) { return false; }
  CUSIGMOID_FN friend counted select(bool, counted a, counted b) { return either(a, b); }
  CUSIGMOID_FN friend counted saturated(counted a) { return a; }
  CUSIGMOID_FN friend counted saturated_with(counted, counted a) { return a; }
  CUSIGMOID_FN friend counted weighted(counted a, counted b) { return a * b; }

  // 2 ulp of ex2; two roundings of its argument, which is below 1/2 then
  CUSIGMOID_FN friend counted exp_of_minus_abs(counted x) { return {argument(x, 5)}; }
  CUSIGMOID_FN friend counted exp_of_minus_abs_to_zero(counted x) { return exp_of_minus_abs(x); }
  // five roundings that count, of the argument too, and the series is 2^−25.5 off
  CUSIGMOID_FN friend counted expm1_of_minus_abs(counted x) { return {argument(x, 8)}; }
  CUSIGMOID_FN friend counted plus_two(counted less) { return {less.units + 1}; }
  // terms of the series, of both signs, are 2.4 times their sum for e = 1
  CUSIGMOID_FN friend counted log1p_of_fraction(counted e) { return {e.units + 8}; }

 private:
  CUSIGMOID_FN static counted either(counted a, counted b) { return a.units > b.units ? a : b; }
  CUSIGMOID_FN static float argument(counted x, float units) {
    if (!sums && x.units > 0) return __builtin_huge_valf();
    return x.units > units ? x.units : units;
  }
};

template <bool sums>
struct number<counted<sums>> {
  static constexpr bool is_estimate = true;
  CUSIGMOID_FN static counted<sums> zero() { return {0}; }
  CUSIGMOID_FN static counted<sums> one() { return {0}; }
  CUSIGMOID_FN static counted<sums> two() { return {0}; }
  CUSIGMOID_FN static counted<sums> from(double v) { return {static_cast<double>(static_cast<float>(v)) == v ? 0.0f : 1.0f}; }
};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
