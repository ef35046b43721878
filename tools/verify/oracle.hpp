// SPDX-License-Identifier: Apache-2.0
// The correctly rounded results of the functions of one input, by arithmetic that has nothing of the library's formulas: 64-bit x87 numbers
// and the C library's expl, and MPFR where those are too close to a rounding boundary to tell.
#pragma once
#include <cmath>
#include <string_view>

#include "tests/reference.hpp"

namespace oracle {

/// A function in long double, relative error below 2^−58, and in MPFR.
struct function {
  std::string_view op;
  long double (*fast)(long double x);
  reference::real (*exact)(reference::real const &x);
};

namespace fast {
// expl is right to 1 ulp of 64 bits; the few operations after it add as many more.
inline long double sigmoid(long double x) {
  long double const e = expl(-std::fabs(x));
  return (x < 0 ? e : 1) / (1 + e);
}
inline long double sigmoid_derivative(long double x) {
  long double const e = expl(-std::fabs(x));
  return e / ((1 + e) * (1 + e));
}
}  // namespace fast

inline constexpr function functions[] = {
    {"forward", fast::sigmoid, reference::sigmoid},
    {"derivative", fast::sigmoid_derivative, reference::sigmoid_derivative},
};

inline function const *find(std::string_view op) {
  for (auto const &f : functions)
    if (f.op == op) return &f;
  return nullptr;
}

/// The bits of the element nearest to an exact number between two neighbours or equal candidates, ties to even.
inline std::uint64_t nearer(dtype_traits const &t, std::uint64_t a, std::uint64_t b, reference::real const &exact) {
  if (a == b) return a;
  reference::real const middle = (reference::real(decode(t, a)) + reference::real(decode(t, b))).scaled(-1);
  if (exact < middle) return decode(t, a) < decode(t, b) ? a : b;
  if (middle < exact) return decode(t, a) < decode(t, b) ? b : a;
  return a % 2 == 0 ? a : b;
}

/// The correctly rounded f(x) as bits of the type, which has 32 bits or fewer; `hard` counts the calls of MPFR.
inline std::uint64_t round(function const &f, dtype_traits const &t, double x, std::uint64_t &hard) {
  long double const y = f.fast(x);
  if (std::isnan(y)) return t.quiet_nan;
  auto const bits = [&](long double v) -> std::uint64_t {
    if (t.fraction == 23) {  // the conversion rounds once, to nearest, subnormals included
      float const narrow = static_cast<float>(v);
      std::uint32_t b;
      std::memcpy(&b, &narrow, sizeof b);
      return b;
    }
    // to odd in 53 bits first, which leaves the second rounding as it would have been
    double d = static_cast<double>(v);
    if (d != v) {
      if (std::fabs(static_cast<long double>(d)) > std::fabs(v)) d = std::nextafter(d, 0.0);
      std::uint64_t b;
      std::memcpy(&b, &d, sizeof b);
      b |= 1;
      std::memcpy(&d, &b, sizeof d);
    }
    return encode(t, d);
  };
  constexpr long double error = 0x1p-58L;
  std::uint64_t const low = bits(y * (1 - error)), high = bits(y * (1 + error));
  if (low == high) return low;
  ++hard;
  return nearer(t, low, high, f.exact(x));
}

}  // namespace oracle
