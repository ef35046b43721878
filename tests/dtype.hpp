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
  std::uint64_t largest;  // the largest finite number
  bool infinities;        // has them
  bool saturates;         // results beyond the largest number become it

  int bits() const { return static_cast<int>(8 * size); }
  /// The first magnitude that is not finite.
  std::uint64_t infinity() const { return largest + 1; }
};

inline dtype_traits const &traits(int dtype) {
  static constexpr dtype_traits all[] = {
      {CUSIGMOID_FLOAT64, 8, 52, 1023, 0x7ff8000000000000, 0x7fefffffffffffff, true, false},
      {CUSIGMOID_FLOAT32, 4, 23, 127, 0x7fc00000, 0x7f7fffff, true, false},
      {CUSIGMOID_FLOAT16, 2, 10, 15, 0x7e00, 0x7bff, true, false},
      {CUSIGMOID_BFLOAT16, 2, 7, 127, 0x7fc0, 0x7f7f, true, false},
      {CUSIGMOID_FLOAT8_E4M3, 1, 3, 7, 0x7f, 0x7e, false, true},
      {CUSIGMOID_FLOAT8_E5M2, 1, 2, 15, 0x7f, 0x7b, true, true},
  };
  return all[dtype];
}

/// The number that bits stand for.
inline double decode(dtype_traits const &t, std::uint64_t bits) {
  std::uint64_t const sign_bit = std::uint64_t{1} << (t.bits() - 1), magnitude = bits & (sign_bit - 1);
  double const sign = bits & sign_bit ? -1 : 1;
  if (magnitude > t.largest) return t.infinities && magnitude == t.infinity() ? sign * HUGE_VAL : std::nan("");
  std::uint64_t const exponent = magnitude >> t.fraction, fraction = magnitude & ((std::uint64_t{1} << t.fraction) - 1);
  double const significand = static_cast<double>(fraction + (exponent ? std::uint64_t{1} << t.fraction : 0));
  return sign * std::ldexp(significand, static_cast<int>(exponent ? exponent : 1) - t.bias - t.fraction);
}

/// The bits of the nearest element, ties to even.
inline std::uint64_t encode(dtype_traits const &t, double v) {
  std::uint64_t const sign = std::uint64_t{std::signbit(v)} << (t.bits() - 1);
  if (std::isnan(v)) return t.quiet_nan;
  std::uint64_t const beyond = t.saturates ? t.largest : t.infinity();
  if (std::isinf(v)) return sign | beyond;
  if (v == 0) return sign;
  int exponent = std::ilogb(v);
  if (exponent < 1 - t.bias) exponent = 1 - t.bias;
  // v in units of its last place; the hidden bit, and a carry out of the fraction, add to the exponent field
  std::uint64_t const units = static_cast<std::uint64_t>(std::nearbyint(std::ldexp(std::fabs(v), t.fraction - exponent)));
  std::uint64_t const bits = (static_cast<std::uint64_t>(exponent + t.bias - 1) << t.fraction) + units;
  return sign | (bits > t.largest ? beyond : bits);
}
