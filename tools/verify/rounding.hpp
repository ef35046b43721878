// SPDX-License-Identifier: Apache-2.0
// The correctly rounded elements of 32 bits and fewer, quickly.
#pragma once
#include <bit>

#include "tools/verify/oracle.hpp"

namespace oracle {

/// The bits of the nearest element, ties to even, of a type of 32 bits or fewer: encode() of tests/dtype.hpp without a call or a branch.
inline std::uint64_t nearest(dtype_traits const &t, double v) {
  constexpr int fraction = 52, bias = 1023;
  double const magnitude = std::fabs(v) < 0x1p500 ? std::fabs(v) : 0x1p500;  // and infinities; both are beyond the largest number
  int const smallest = bias + 1 - t.bias, own = static_cast<int>(std::bit_cast<std::uint64_t>(magnitude) >> fraction);
  int const exponent = own > smallest ? own : smallest;
  // Its last place is the element's: the sum is rounded there. What it adds to the low bits is |v| in units of that place.
  double const shift = std::bit_cast<double>(static_cast<std::uint64_t>(exponent + fraction - t.fraction) << fraction);
  std::uint64_t const units = std::bit_cast<std::uint64_t>(magnitude + shift) - std::bit_cast<std::uint64_t>(shift);
  // the hidden bit, and a carry out of the fraction, add to the exponent field
  std::uint64_t const bits = (static_cast<std::uint64_t>(exponent - smallest) << t.fraction) + units;
  std::uint64_t const finite = bits > t.largest ? (t.saturates ? t.largest : t.infinity()) : bits;
  return v == v ? std::uint64_t{std::signbit(v)} << (t.bits() - 1) | finite : t.quiet_nan;
}

/// A number as a double, to odd where it is not one: rounding that again to fewer bits gives what rounding the number itself gives.
inline double to_odd(double nearest_double, bool is_it, bool is_larger) {
  if (is_it) return nearest_double;
  double const toward_zero = is_larger ? std::nextafter(nearest_double, 0.0) : nearest_double;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(toward_zero) | 1);
}
inline double to_odd(long double v) {
  double const d = static_cast<double>(v);
  return to_odd(d, d == v, std::fabs(static_cast<long double>(d)) > std::fabs(v));
}
inline double to_odd(real const &v) {
  real const d = v.to_double();
  return to_odd(d.to_double(), !(d < v) && !(v < d), abs(v) < abs(d));
}

/// The correctly rounded f(x).
inline std::uint64_t round(function const &f, dtype_traits const &t, double x) {
  if (std::isnan(x)) return t.quiet_nan;
  if (std::isinf(x)) return nearest(t, x < 0 ? f.at_minus_infinity : f.at_infinity);
  double const quick = f.quick(x);
  std::uint64_t const below = nearest(t, quick * (1 - quick_error)), above = nearest(t, quick * (1 + quick_error));
  if (below == above && !std::isnan(quick)) return below;
  long double const fast = f.fast(x);
  std::uint64_t const low = nearest(t, to_odd(fast * (1 - fast_error))), high = nearest(t, to_odd(fast * (1 + fast_error)));
  if (low == high && !std::isnan(fast)) return low;
  return nearest(t, to_odd(f.exact(real(x))));
}

/// The same by MPFR alone, times a factor.
inline std::uint64_t round_exactly(function const &f, dtype_traits const &t, double x, double factor) {
  if (std::isnan(x) || std::isnan(factor)) return t.quiet_nan;
  return nearest(t, to_odd(real(factor) * value(f, x)));
}

/// A function of a number of 16 bits or fewer, whose values are all kept, times another such number; the product is of another type, or the
/// same.
class product {
 public:
  product(function const &f, dtype_traits const &in, dtype_traits const &out) : out_(out) {
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << in.bits(); ++bits) {
      double const x = decode(in, bits);
      exact_.push_back(std::isnan(x) ? real(x) : f.promises(x) ? value(f, x) : real());
      bounds_.push_back(bounds_of(exact_.back()));
    }
  }

  /// The correctly rounded factor·f(x), x being what `bits` stand for.
  std::uint64_t round(double factor, std::uint64_t bits) const {
    bounds const &b = bounds_[bits];
    std::uint64_t const low = nearest(out_, factor * b.one), high = nearest(out_, factor * b.other);
    if (low == high) return low;
    return nearest(out_, to_odd(real(factor) * exact_[bits]));
  }

 private:
  /// Two numbers whose products with any factor, rounded to doubles, have the exact product between them.
  struct bounds {
    double one, other;
  };
  static bounds bounds_of(real const &exact) {
    double const v = exact.to_double();
    if (std::isnan(v) || std::isinf(v) || exact.is_zero()) return {v, v};
    // no factor makes a difference between one this small and another; but with an infinite one it must not be 0
    if (std::fabs(v) < 0x1p-600) return {std::copysign(0x1p-600, v), std::copysign(0x1p-600, v)};
    bool const is_exact = !(exact < real(v)) && !(real(v) < exact);
    int exponent;
    double const significand = std::ldexp(std::frexp(v, &exponent), 53 - 11);
    if (is_exact && significand == std::trunc(significand)) return {v, v};  // its product with a factor, of 11 bits, is exact
    return {v * (1 - 0x1p-51), v * (1 + 0x1p-51)};
  }

  dtype_traits const &out_;
  std::vector<real> exact_;
  std::vector<bounds> bounds_;
};

}  // namespace oracle
