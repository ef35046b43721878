// SPDX-License-Identifier: Apache-2.0
// The element types as the tests see them: bits, and what number they stand for. Independent of conversions.hpp.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

#include "cusigmoid/cusigmoid.h"

struct dtype_traits {
  int dtype;
  std::size_t size;
  int fraction, bias;
  std::uint64_t quiet_nan;

  int bits() const { return static_cast<int>(8 * size); }
  std::uint64_t infinity() const { return static_cast<std::uint64_t>(2 * bias + 1) << fraction; }
};

inline dtype_traits const &traits(int dtype) {
  static constexpr dtype_traits all[] = {{CUSIGMOID_FLOAT64, 8, 52, 1023, 0x7ff8000000000000},
                                         {CUSIGMOID_FLOAT32, 4, 23, 127, 0x7fc00000},
                                         {CUSIGMOID_FLOAT16, 2, 10, 15, 0x7e00},
                                         {CUSIGMOID_BFLOAT16, 2, 7, 127, 0x7fc0}};
  return all[dtype];
}

/// The number that bits stand for.
inline double decode(dtype_traits const &t, std::uint64_t bits) {
  std::uint64_t const fraction = bits & ((std::uint64_t{1} << t.fraction) - 1);
  int const exponent = static_cast<int>(bits >> t.fraction) & (2 * t.bias + 1);
  double const sign = bits >> (t.bits() - 1) & 1 ? -1 : 1;
  if (exponent == 2 * t.bias + 1) return fraction ? std::nan("") : sign * HUGE_VAL;
  double const significand = static_cast<double>(fraction + (exponent ? std::uint64_t{1} << t.fraction : 0));
  return sign * std::ldexp(significand, (exponent ? exponent : 1) - t.bias - t.fraction);
}

/// The bits of the nearest element, ties to even.
inline std::uint64_t encode(dtype_traits const &t, double v) {
  std::uint64_t const sign = std::uint64_t{std::signbit(v)} << (t.bits() - 1);
  if (std::isnan(v)) return t.quiet_nan;
  if (std::isinf(v)) return sign | t.infinity();
  if (v == 0) return sign;
  int exponent = std::ilogb(v);
  if (exponent < 1 - t.bias) exponent = 1 - t.bias;
  // v in units of its last place; the hidden bit, and a carry out of the fraction, add to the exponent field
  std::uint64_t const units = static_cast<std::uint64_t>(std::nearbyint(std::ldexp(std::fabs(v), t.fraction - exponent)));
  std::uint64_t const bits = (static_cast<std::uint64_t>(exponent + t.bias - 1) << t.fraction) + units;
  return sign | (bits < t.infinity() ? bits : t.infinity());
}
