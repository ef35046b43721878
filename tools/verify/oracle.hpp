// SPDX-License-Identifier: Apache-2.0
// What each operation's results are, by arithmetic that has nothing of the library's formulas: MPFR, and the C library's exp and
// expl (64-bit x87 numbers) where those suffice.
#pragma once
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/reference.hpp"

namespace oracle {

using reference::real;

/// The relative errors of function::quick, and of function::fast and of a product with it, are below these. (The C library's functions are
/// right to 3 ulp of 53 and 64 bits, its exponentials to 1, an ulp being 2^−52 and 2^−63; each of the few operations besides adds half as
/// much, and what a difference makes of that is stated where there is one.)
inline constexpr double quick_error = 0x1p-46;
inline constexpr long double fast_error = 0x1p-60L;

/// Of so many elements one is computed by MPFR alone, too, as a check of all this.
inline constexpr std::size_t spot_check_distance = 4096;

/// A function of one number.
struct function {
  double (*quick)(double x);           // NaN where the error cannot be kept
  long double (*fast)(long double x);  // the same
  real (*exact)(real const &x);        // x is finite
  double at_minus_infinity, at_infinity;
  double least, greatest;                     // no result lies outside
  bool ascending = false;                     // monotonic: a larger argument never gives a smaller result
  double first = -HUGE_VAL, last = HUGE_VAL;  // results are promised for arguments from first to last, and for NaN
  double zero = std::nan("");                 // where, but at 0, the function changes sign
  bool mirrored_zero = false;                 // and at −zero
  double narrower = 1;                        // its tails lie at those of σ over this

  bool promises(double x) const { return std::isnan(x) || (first <= x && x <= last); }
};

namespace internal {
/// x between two numbers: beyond the first σ is smaller than any product can show (MPFR has no e^(10^38)); beyond the second the 320 bits
/// must show that σ is not quite 1.
inline real no_farther(real const &x) { return x < real(-1e5) ? real(-1e5) : real(100) < x ? real(100) : x; }

/// v, or NaN where |sum|, which cancels, is below the limit that the number type has for it.
template <class T>
T unless_cancelled(T v, T sum, double limit, long double fast_limit) {
  return std::fabs(sum) < (sizeof(T) == sizeof(double) ? T(limit) : T(fast_limit)) ? std::numeric_limits<T>::quiet_NaN() : v;
}

template <class T>
T sigmoid(T x) {
  T const e = std::exp(-std::fabs(x));
  return (x < 0 ? e : 1) / (1 + e);
}
inline real sigmoid_exact(real const &x) { return reference::sigmoid(no_farther(x)); }

template <class T>
T sigmoid_of_minus(T x) {
  return sigmoid(-x);
}
inline real sigmoid_of_minus_exact(real const &x) { return sigmoid_exact(-x); }

template <class T>
T signed_sigmoid(T x) {
  return x < 0 ? sigmoid(x) : -sigmoid(-x);
}
inline real signed_sigmoid_exact(real const &x) { return x < real(0) ? sigmoid_exact(x) : -sigmoid_exact(-x); }

template <class T>
T sigmoid_derivative(T x) {
  T const e = std::exp(-std::fabs(x));
  return e / ((1 + e) * (1 + e));
}
inline real sigmoid_derivative_exact(real const &x) { return reference::sigmoid_derivative(no_farther(-abs(x))); }

template <class T>
T sigmoid_second_derivative(T x) {
  return -sigmoid_derivative(x) * std::tanh(x / 2);
}
inline real sigmoid_second_derivative_exact(real const &x) { return -(sigmoid_derivative_exact(x) * tanh(x.scaled(-1))); }

template <class T>
T y_by_1_minus_y(T y) {
  return y * (1 - y);
}
inline real y_by_1_minus_y_exact(real const &y) { return y * (real(1) - y); }

template <class T>
T y_by_1_minus_y_of_magnitude(T s) {
  return y_by_1_minus_y(std::fabs(s));
}
inline real y_by_1_minus_y_of_magnitude_exact(real const &s) { return y_by_1_minus_y_exact(abs(s)); }

template <class T>
T softplus(T x) {
  return (x < 0 ? 0 : x) + std::log1p(std::exp(-std::fabs(x)));
}
inline real softplus_exact(real const &x) { return x < real(0) ? log1p(exp(no_farther(x))) : x + log1p(exp(-no_farther(x))); }

template <class T>
T log_sigmoid(T x) {
  return -softplus(-x);
}
inline real log_sigmoid_exact(real const &x) { return -softplus_exact(-x); }

template <class T>
T silu(T x) {
  return x * sigmoid(x);
}
inline real silu_exact(real const &x) { return x * sigmoid_exact(x); }

template <class T>
T silu_derivative(T x) {
  T const sum = 1 + x * sigmoid(-x);
  return unless_cancelled(sigmoid(x) * sum, sum, 0.125, 0.5);
}
inline real silu_derivative_exact(real const &x) {
  return sigmoid_exact(x) * (real(1) + (x < real(0) ? x : no_farther(x)) * sigmoid_exact(-no_farther(x)));
}

template <class T>
T silu_second_derivative(T x) {
  T const sum = 2 - x * std::tanh(x / 2);
  return unless_cancelled(sigmoid_derivative(x) * sum, sum, 0.25, 1);
}
inline real silu_second_derivative_exact(real const &x) { return sigmoid_derivative_exact(x) * (real(2) - x * tanh(x.scaled(-1))); }

template <class T>
T tanh(T x) {
  return std::tanh(x);
}
inline real tanh_exact(real const &x) { return tanh(x); }

template <class T>
T tanh_derivative(T x) {
  return 4 * sigmoid_derivative(2 * x);
}
inline real tanh_derivative_exact(real const &x) { return real(4) * sigmoid_derivative_exact(x.scaled(1)); }
}  // namespace internal

inline constexpr function sigmoid = {.quick = internal::sigmoid<double>,
                                     .fast = internal::sigmoid<long double>,
                                     .exact = internal::sigmoid_exact,
                                     .at_minus_infinity = 0,
                                     .at_infinity = 1,
                                     .least = 0,
                                     .greatest = 1,
                                     .ascending = true};
inline constexpr function sigmoid_of_minus = {.quick = internal::sigmoid_of_minus<double>,
                                              .fast = internal::sigmoid_of_minus<long double>,
                                              .exact = internal::sigmoid_of_minus_exact,
                                              .at_minus_infinity = 1,
                                              .at_infinity = 0,
                                              .least = 0,
                                              .greatest = 1};
inline constexpr function signed_sigmoid = {.quick = internal::signed_sigmoid<double>,
                                            .fast = internal::signed_sigmoid<long double>,
                                            .exact = internal::signed_sigmoid_exact,
                                            .at_minus_infinity = 0,
                                            .at_infinity = -0.0,
                                            .least = -0.5,
                                            .greatest = 0.5};
inline constexpr function sigmoid_derivative = {.quick = internal::sigmoid_derivative<double>,
                                                .fast = internal::sigmoid_derivative<long double>,
                                                .exact = internal::sigmoid_derivative_exact,
                                                .at_minus_infinity = 0,
                                                .at_infinity = 0,
                                                .least = 0,
                                                .greatest = 0.25};
inline constexpr function sigmoid_second_derivative = {.quick = internal::sigmoid_second_derivative<double>,
                                                       .fast = internal::sigmoid_second_derivative<long double>,
                                                       .exact = internal::sigmoid_second_derivative_exact,
                                                       .at_minus_infinity = 0,
                                                       .at_infinity = -0.0,
                                                       .least = -0.09622504486493763,
                                                       .greatest = 0.09622504486493763};
inline constexpr function y_by_1_minus_y = {.quick = internal::y_by_1_minus_y<double>,
                                            .fast = internal::y_by_1_minus_y<long double>,
                                            .exact = internal::y_by_1_minus_y_exact,
                                            .at_minus_infinity = 0,
                                            .at_infinity = 0,
                                            .least = 0,
                                            .greatest = 0.25,
                                            .first = 0,
                                            .last = 1};
inline constexpr function y_by_1_minus_y_of_magnitude = {.quick = internal::y_by_1_minus_y_of_magnitude<double>,
                                                         .fast = internal::y_by_1_minus_y_of_magnitude<long double>,
                                                         .exact = internal::y_by_1_minus_y_of_magnitude_exact,
                                                         .at_minus_infinity = 0,
                                                         .at_infinity = 0,
                                                         .least = 0,
                                                         .greatest = 0.25,
                                                         .first = -1,
                                                         .last = 1};
inline constexpr function softplus = {.quick = internal::softplus<double>,
                                      .fast = internal::softplus<long double>,
                                      .exact = internal::softplus_exact,
                                      .at_minus_infinity = 0,
                                      .at_infinity = HUGE_VAL,
                                      .least = 0,
                                      .greatest = HUGE_VAL,
                                      .ascending = true};
inline constexpr function log_sigmoid = {.quick = internal::log_sigmoid<double>,
                                         .fast = internal::log_sigmoid<long double>,
                                         .exact = internal::log_sigmoid_exact,
                                         .at_minus_infinity = -HUGE_VAL,
                                         .at_infinity = -0.0,
                                         .least = -HUGE_VAL,
                                         .greatest = 0,
                                         .ascending = true};
inline constexpr function silu = {.quick = internal::silu<double>,
                                  .fast = internal::silu<long double>,
                                  .exact = internal::silu_exact,
                                  .at_minus_infinity = -0.0,
                                  .at_infinity = HUGE_VAL,
                                  .least = -0.2784645427610738,
                                  .greatest = HUGE_VAL};
inline constexpr function silu_derivative = {.quick = internal::silu_derivative<double>,
                                             .fast = internal::silu_derivative<long double>,
                                             .exact = internal::silu_derivative_exact,
                                             .at_minus_infinity = -0.0,
                                             .at_infinity = 1,
                                             .least = -0.09983932012886692,
                                             .greatest = 1.099839320128867,
                                             .zero = -1.2784645427610738};
inline constexpr function silu_second_derivative = {.quick = internal::silu_second_derivative<double>,
                                                    .fast = internal::silu_second_derivative<long double>,
                                                    .exact = internal::silu_second_derivative_exact,
                                                    .at_minus_infinity = -0.0,
                                                    .at_infinity = -0.0,
                                                    .least = -0.036914373199893186,
                                                    .greatest = 0.5,
                                                    .zero = 2.3993572805154677,
                                                    .mirrored_zero = true};
inline constexpr function tanh = {.quick = internal::tanh<double>,
                                  .fast = internal::tanh<long double>,
                                  .exact = internal::tanh_exact,
                                  .at_minus_infinity = -1,
                                  .at_infinity = 1,
                                  .least = -1,
                                  .greatest = 1,
                                  .ascending = true,
                                  .narrower = 2};
inline constexpr function tanh_derivative = {.quick = internal::tanh_derivative<double>,
                                             .fast = internal::tanh_derivative<long double>,
                                             .exact = internal::tanh_derivative_exact,
                                             .at_minus_infinity = 0,
                                             .at_infinity = 0,
                                             .least = 0,
                                             .greatest = 1,
                                             .narrower = 2};

/// A result of an operation: a function of one input, times other inputs. (Inputs and results are counted as operands: parts of packed
/// arrays one by one.)
struct result {
  char const *op;
  int output;
  function const *f;
  int argument;
  std::vector<int> factors;
};

/// One row a result.
inline std::vector<result> const &results() {
  static std::vector<result> const all = {
      {"forward", 0, &sigmoid, 0, {}},
      {"derivative", 0, &sigmoid_derivative, 0, {}},
      {"second_derivative", 0, &sigmoid_second_derivative, 0, {}},
      {"log_sigmoid", 0, &log_sigmoid, 0, {}},
      {"log_sigmoid_derivative", 0, &sigmoid_of_minus, 0, {}},
      {"softplus", 0, &softplus, 0, {}},
      {"softplus_derivative", 0, &sigmoid, 0, {}},
      {"silu", 0, &silu, 0, {}},
      {"silu_derivative", 0, &silu_derivative, 0, {}},
      {"silu_second_derivative", 0, &silu_second_derivative, 0, {}},
      {"tanh", 0, &tanh, 0, {}},
      {"tanh_derivative", 0, &tanh_derivative, 0, {}},
      {"signed_sigmoid", 0, &signed_sigmoid, 0, {}},
      // dy, x or what is saved of it
      {"backward", 0, &y_by_1_minus_y, 1, {0}},
      {"backward_from_input", 0, &sigmoid_derivative, 1, {0}},
      {"log_sigmoid_backward", 0, &sigmoid_of_minus, 1, {0}},
      {"softplus_backward", 0, &sigmoid, 1, {0}},
      {"silu_backward", 0, &silu_derivative, 1, {0}},
      {"tanh_backward", 0, &tanh_derivative, 1, {0}},
      {"backward_from_signed", 0, &y_by_1_minus_y_of_magnitude, 1, {0}},
      // x, gate; dy, x, gate
      {"glu_split", 0, &sigmoid, 1, {0}},
      {"glu_split_backward", 0, &sigmoid, 2, {0}},
      {"glu_split_backward", 1, &sigmoid_derivative, 2, {0, 1}},
      // gate, up; dh, gate, up
      {"swiglu_split", 0, &silu, 0, {1}},
      {"swiglu_split_backward", 0, &silu_derivative, 1, {0, 2}},
      {"swiglu_split_backward", 1, &silu, 1, {0}},
      {"swiglu_backward", 0, &silu_derivative, 1, {0, 2}},
      {"swiglu_backward", 1, &silu, 1, {0}},
  };
  return all;
}

/// Those of an operation; none where it has other results than these.
inline std::vector<result> results_of(std::string const &op) {
  std::vector<result> found;
  for (result const &r : results())
    if (r.op == op) found.push_back(r);
  return found;
}

/// f(x), at infinities its limits; x is not NaN.
inline real value(function const &f, double x) {
  if (std::isinf(x)) return real(x < 0 ? f.at_minus_infinity : f.at_infinity);
  return f.exact(real(x));
}

}  // namespace oracle
