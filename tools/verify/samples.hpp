// SPDX-License-Identifier: Apache-2.0
// Samples of inputs. The i-th is a function of i alone, so that threads and machines agree.
#pragma once
#include <algorithm>
#include <cmath>

#include "tools/verify/digest.hpp"
#include "tools/verify/rounding.hpp"

/// SplitMix64, begun anywhere.
class random_numbers {
 public:
  explicit random_numbers(std::uint64_t seed) : state_(digest::mix(seed)) {}
  std::uint64_t operator()() { return digest::mix(state_ += 0x9e3779b97f4a7c15); }
  std::uint64_t below(std::uint64_t n) { return (*this)() % n; }
  /// In [0, 1), a multiple of 2^−53.
  double fraction() { return static_cast<double>((*this)() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + fraction() * (high - low); }
  double sign() { return (*this)() >> 63 ? -1 : 1; }
  /// ±(1 to 2)·2^exponent, the exponent in [low, high]
  double magnitude(int low, int high) {
    int const exponent = low + static_cast<int>(below(static_cast<std::uint64_t>(high - low + 1)));
    return sign() * std::ldexp(1 + fraction(), exponent);
  }

 private:
  std::uint64_t state_;
};

/// Draws elements of a type, as bits, for results of another type, or the same.
class sampler {
 public:
  sampler(dtype_traits const &in, dtype_traits const &out) : type_(in), out_(out) {}

  /// A factor: any magnitude around 1, now and then far from it, or so small that a product with it is subnormal.
  std::uint64_t factor(random_numbers &r) const {
    switch (r.below(8)) {
      case 0: return any_finite(r);
      case 1: return bits(r.magnitude(1 - out_.bias - out_.fraction, 1 - out_.bias + 2 * out_.fraction));
      default: return bits(r.between(-2, 2));
    }
  }

  /// An argument of f: where its results change, its tails, tiny ones, all magnitudes.
  std::uint64_t argument(oracle::function const &f, random_numbers &r) const {
    if (f.last == 1) return f.first == 0 || r() >> 63 ? fraction(r) : sign_bit() | fraction(r);
    switch (r.below(8)) {
      case 0: return any_finite(r);
      case 1: return bits(r.between(-1, 1));
      case 2: return bits(r.between(-1, 1) * 1.05 * zero_tail() / f.narrower);
      case 3: return bits(r.magnitude(-60, 9));
      default: return bits(r.between(-20, 20));
    }
  }

  /// Arguments of f next to which the results are special: its zeros, the ends of its domain, and where results become subnormal, 0, or
  /// round to 1.
  std::vector<std::uint64_t> special_points(oracle::function const &f) const {
    double const subnormal_tail = ln_2 * (out_.bias - 1) / f.narrower, tail = zero_tail() / f.narrower,
                 one = ln_2 * (out_.fraction + 1) / f.narrower, other_zero = f.mirrored_zero ? -f.zero : f.zero;
    std::vector<std::uint64_t> points;
    for (double x : {0.0, f.first, f.last, f.zero, other_zero, subnormal_tail, -subnormal_tail, tail, -tail, one, -one})
      if (std::isfinite(x) && f.promises(x)) points.push_back(bits(x));
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    return points;
  }

  /// The element so many steps above another.
  std::uint64_t neighbour(std::uint64_t element, std::int64_t steps, oracle::function const &f) const {
    std::int64_t const limit = static_cast<std::int64_t>(type_.largest);
    std::int64_t const low = std::isinf(f.first) ? -limit : ordered(bits(f.first)),
                       high = std::isinf(f.last) ? limit : ordered(bits(f.last));
    std::int64_t const there = std::clamp(ordered(element) + steps, low, high);
    return there < 0 ? sign_bit() | static_cast<std::uint64_t>(-there) : static_cast<std::uint64_t>(there);
  }

 private:
  static constexpr double ln_2 = 0.6931471805599453;

  std::uint64_t sign_bit() const { return std::uint64_t{1} << (type_.bits() - 1); }
  std::uint64_t bits(double v) const { return type_.size == 8 ? std::bit_cast<std::uint64_t>(v) : oracle::nearest(type_, v); }
  /// −ln of half the smallest result
  double zero_tail() const { return ln_2 * (out_.bias + out_.fraction); }

  std::uint64_t any_finite(random_numbers &r) const { return (r() & sign_bit()) | r.below(type_.largest + 1); }

  /// In [0, 1]: uniform, all magnitudes, and next to 1.
  std::uint64_t fraction(random_numbers &r) const {
    std::uint64_t const one = bits(1);
    switch (r.below(4)) {
      case 0: return r.below(one + 1);
      case 1: return one - (r() >> (64 - 1 - r.below(static_cast<std::uint64_t>(type_.fraction) + 1)));
      default: return bits(r.fraction());
    }
  }

  /// Integers in the elements' order; both zeros are 0.
  std::int64_t ordered(std::uint64_t element) const {
    std::int64_t const magnitude = static_cast<std::int64_t>(element & (sign_bit() - 1));
    return element & sign_bit() ? -magnitude : magnitude;
  }

  dtype_traits const &type_, &out_;
};
