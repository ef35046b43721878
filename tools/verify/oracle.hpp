// SPDX-License-Identifier: Apache-2.0
// What each operation's results are, by arithmetic that has nothing of the library's formulas: MPFR, and the C library's exp and
// expl (64-bit x87 numbers) where those suffice.
#pragma once
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/reference.hpp"

namespace oracle {

using reference::real;

/// The relative errors of function::quick, and of function::fast and of a product with it, are below these. (The C library's exponentials
/// are right to 1 ulp of 53 and 64 bits, 2^−52 and 2^−63; each of the few operations besides adds half as much.)
inline constexpr double quick_error = 0x1p-49;
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
  double zero = std::nan("");                 // an argument other than 0 at which the function changes sign

  bool promises(double x) const { return std::isnan(x) || (first <= x && x <= last); }
};

namespace internal {
/// x, or a number beyond which σ is smaller than any product can show: MPFR has no e^(10^38).
inline real no_less(real const &x) { return x < real(-1e5) ? real(-1e5) : x; }

template <class T>
T sigmoid(T x) {
  T const e = std::exp(-std::fabs(x));
  return (x < 0 ? e : 1) / (1 + e);
}
inline real sigmoid_exact(real const &x) { return reference::sigmoid(no_less(x)); }

template <class T>
T sigmoid_derivative(T x) {
  T const e = std::exp(-std::fabs(x));
  return e / ((1 + e) * (1 + e));
}
inline real sigmoid_derivative_exact(real const &x) { return reference::sigmoid_derivative(no_less(-abs(x))); }

template <class T>
T y_by_1_minus_y(T y) {
  return y * (1 - y);
}
inline real y_by_1_minus_y_exact(real const &y) { return y * (real(1) - y); }

template <class T>
T silu(T x) {
  return x * sigmoid(x);
}
inline real silu_exact(real const &x) { return x * sigmoid_exact(x); }

template <class T>
T silu_derivative(T x) {
  T const sum = 1 + x * sigmoid(-x);
  return std::fabs(sum) < T(0.5) ? std::numeric_limits<T>::quiet_NaN() : sigmoid(x) * sum;  // it cancels next to its zero
}
inline real silu_derivative_exact(real const &x) { return sigmoid_exact(x) * (real(1) + x * sigmoid_exact(-x)); }
}  // namespace internal

inline constexpr function sigmoid = {.quick = internal::sigmoid<double>,
                                     .fast = internal::sigmoid<long double>,
                                     .exact = internal::sigmoid_exact,
                                     .at_minus_infinity = 0,
                                     .at_infinity = 1,
                                     .least = 0,
                                     .greatest = 1,
                                     .ascending = true};
inline constexpr function sigmoid_derivative = {.quick = internal::sigmoid_derivative<double>,
                                                .fast = internal::sigmoid_derivative<long double>,
                                                .exact = internal::sigmoid_derivative_exact,
                                                .at_minus_infinity = 0,
                                                .at_infinity = 0,
                                                .least = 0,
                                                .greatest = 0.25};
inline constexpr function y_by_1_minus_y = {.quick = internal::y_by_1_minus_y<double>,
                                            .fast = internal::y_by_1_minus_y<long double>,
                                            .exact = internal::y_by_1_minus_y_exact,
                                            .at_minus_infinity = 0,
                                            .at_infinity = 0,
                                            .least = 0,
                                            .greatest = 0.25,
                                            .first = 0,
                                            .last = 1};
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
                                             .least = -0.0998392,
                                             .greatest = 1.0998393,
                                             .zero = -1.2784645427610738};

/// A result of an operation: a function of one input, times other inputs. (Inputs and results are counted as operands: parts of packed
/// arrays one by one.)
struct result {
  char const *op;
  int output;
  function const *f;
  int argument;
  std::vector<int> factors;
};

/// One row a result; swiglu_backward's inputs are dh, gate, up.
inline std::vector<result> const &results() {
  static std::vector<result> const all = {
      {"forward", 0, &sigmoid, 0, {}},
      {"derivative", 0, &sigmoid_derivative, 0, {}},
      {"backward", 0, &y_by_1_minus_y, 1, {0}},
      {"backward_from_input", 0, &sigmoid_derivative, 1, {0}},
      {"swiglu_backward", 0, &silu_derivative, 1, {0, 2}},
      {"swiglu_backward", 1, &silu, 1, {0}},
  };
  return all;
}

inline std::vector<result> results_of(std::string const &op) {
  std::vector<result> found;
  for (result const &r : results())
    if (r.op == op) found.push_back(r);
  if (found.empty()) throw std::runtime_error("tools/verify/oracle.hpp has no row for the operation " + op);
  return found;
}

/// f(x), at infinities its limits; x is not NaN.
inline real value(function const &f, double x) {
  if (std::isinf(x)) return real(x < 0 ? f.at_minus_infinity : f.at_infinity);
  return f.exact(real(x));
}

}  // namespace oracle
