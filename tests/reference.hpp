// SPDX-License-Identifier: Apache-2.0
// The mathematical functions in MPFR, from their definitions, and the distance of a result from them. None of the library's own
// arithmetic is used here.
#pragma once
#include <mpfr.h>

#include <cmath>
#include <utility>

#include "tests/dtype.hpp"

namespace reference {

/// A number of 320 bits.
class real {
 public:
  real(double v = 0) { mpfr_init2(v_, 320), mpfr_set_d(v_, v, MPFR_RNDN); }
  real(real const &other) : real() { mpfr_set(v_, other.v_, MPFR_RNDN); }
  real &operator=(real const &other) {
    mpfr_set(v_, other.v_, MPFR_RNDN);
    return *this;
  }
  ~real() { mpfr_clear(v_); }

  friend real operator+(real const &a, real const &b) { return apply(mpfr_add, a, b); }
  friend real operator-(real const &a, real const &b) { return apply(mpfr_sub, a, b); }
  friend real operator*(real const &a, real const &b) { return apply(mpfr_mul, a, b); }
  friend real operator/(real const &a, real const &b) { return apply(mpfr_div, a, b); }
  friend real operator-(real const &a) { return apply(mpfr_neg, a); }
  friend real exp(real const &a) { return apply(mpfr_exp, a); }
  friend real log1p(real const &a) { return apply(mpfr_log1p, a); }
  friend real tanh(real const &a) { return apply(mpfr_tanh, a); }
  friend real abs(real const &a) { return apply(mpfr_abs, a); }
  friend bool operator<(real const &a, real const &b) { return mpfr_less_p(a.v_, b.v_); }

  bool is_nan() const { return mpfr_nan_p(v_); }
  bool is_zero() const { return mpfr_zero_p(v_); }
  bool is_infinite() const { return mpfr_inf_p(v_); }
  bool is_negative() const { return mpfr_signbit(v_); }
  /// floor(log2 |a|) of a number that is neither zero nor infinite
  long exponent() const { return mpfr_get_exp(v_) - 1; }
  real scaled(long power_of_two) const {
    real r;
    mpfr_mul_2si(r.v_, v_, power_of_two, MPFR_RNDN);
    return r;
  }
  double to_double() const { return mpfr_get_d(v_, MPFR_RNDN); }

 private:
  template <class F, class... Operand>
  static real apply(F f, Operand const &...operand) {
    real r;
    f(r.v_, operand.v_..., MPFR_RNDN);
    return r;
  }
  mpfr_t v_;
};

/// Where it is 1 to 216 bits, something less than 1 still: a tie is none because of it.
inline real sigmoid(real const &x) { return real(150) < x ? real(1) - real(1).scaled(-200) : real(1) / (real(1) + exp(-x)); }
inline real sigmoid_derivative(real const &x) { return sigmoid(x) * sigmoid(-x); }
inline real silu(real const &x) { return x * sigmoid(x); }
inline real silu_derivative(real const &x) { return sigmoid(x) * (real(1) + x * sigmoid(-x)); }
inline real tanh_derivative(real const &x) { return real(4) * sigmoid_derivative(x.scaled(1)); }
inline real sigmoid_second_derivative(real const &x) { return -(sigmoid_derivative(x) * tanh(x.scaled(-1))); }
inline real silu_second_derivative(real const &x) { return sigmoid_derivative(x) * (real(2) - x * tanh(x.scaled(-1))); }
/// ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|): e^x itself can be beyond MPFR
inline real softplus(real const &x) { return (x < real(0) ? real(0) : x) + log1p(exp(-abs(x))); }
inline real bce_with_logits(real const &x, real const &t) { return t * softplus(-x) + (real(1) - t) * softplus(x); }

/// |got − exact| in units in the last place of the exact result, 2^(max(e, emin) − fraction bits). Of a result beyond the largest number:
/// 0 where it has become what the type makes of it; an infinity where none should be counts as the next power of two.
inline double ulp_error(real const &exact, double got, dtype_traits const &type) {
  if (std::isnan(got) || exact.is_nan()) return std::isnan(got) && exact.is_nan() ? 0 : HUGE_VAL;
  if (exact.is_zero()) return got == 0 ? 0 : HUGE_VAL;
  double const largest = decode(type, type.largest);
  bool const beyond = exact.is_infinite() || exact.exponent() > std::ilogb(largest) || (type.saturates && real(largest) < abs(exact));
  if (beyond) {
    double const expected = std::copysign(type.saturates ? largest : HUGE_VAL, exact.is_negative() ? -1.0 : 1.0);
    return got == expected ? 0 : HUGE_VAL;
  }
  real const finite = std::isinf(got) ? real(std::copysign(1.0, got)).scaled(std::ilogb(largest) + 1) : real(got);
  long exponent = exact.exponent();
  if (exponent < 1 - type.bias) exponent = 1 - type.bias;
  return abs(finite - exact).scaled(type.fraction - exponent).to_double();
}

/// Whether got, the number that bits stand for, is the correctly rounded exact result: nearest, ties to even.
inline bool correctly_rounded(real const &exact, double got, std::uint64_t bits, dtype_traits const &type) {
  double const error = ulp_error(exact, got, type);  // rounded to a double: 1/2 may be a little less or more
  if (error != 0.5) return error < 0.5;
  long exponent = exact.exponent();
  if (exponent < 1 - type.bias) exponent = 1 - type.bias;
  real const distance = abs(real(got) - exact), half = real(1).scaled(exponent - type.fraction - 1);
  return distance < half || (!(half < distance) && bits % 2 == 0);
}

}  // namespace reference
