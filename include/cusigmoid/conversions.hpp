// SPDX-License-Identifier: Apache-2.0
// How each element type becomes a double (exactly), and a double becomes it: rounded once, ties to even, every NaN the one quiet NaN.
#pragma once
#include "cusigmoid/arithmetic.hpp"
#include "cusigmoid/dtypes.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

namespace internal {
#if defined(__CUDA_ARCH__)
/// The GPU's own conversions of 16 bits: exact, and rounded once, to nearest; NaN is narrowed to any NaN.
CUSIGMOID_FN double widen_on_device(float16 v) {
  double r;
  asm("{.reg .f32 a;\n\tcvt.f32.f16 a, %1;\n\tcvt.f64.f32 %0, a;}" : "=d"(r) : "h"(v.bits));
  return r;
}
CUSIGMOID_FN double widen_on_device(bfloat16 v) {
  double r;
  asm("cvt.f64.f32 %0, %1;" : "=d"(r) : "f"(__uint_as_float(unsigned{v.bits} << 16)));
  return r;
}
CUSIGMOID_FN void narrow_on_device(double v, float16 &r) { asm("cvt.rn.f16.f64 %0, %1;" : "=h"(r.bits) : "d"(v)); }
/// Before 9.0 by way of a float that is odd where it is not exact, so that it may be rounded again.
CUSIGMOID_FN void narrow_on_device(double v, bfloat16 &r) {
#if __CUDA_ARCH__ >= 900
  asm("cvt.rn.bf16.f64 %0, %1;" : "=h"(r.bits) : "d"(v));
#else
  float towards_zero;
  double exact;
  asm("cvt.rz.f32.f64 %0, %1;" : "=f"(towards_zero) : "d"(v));
  asm("cvt.f64.f32 %0, %1;" : "=d"(exact) : "f"(towards_zero));
  unsigned const odd = __float_as_uint(towards_zero) | (exact == v ? 0u : 1u);
  r.bits = static_cast<unsigned short>((odd + 0x7fff + (odd >> 16 & 1)) >> 16);
#endif
}
#endif
}  // namespace internal

/// The types of 16 bits and fewer, by integer arithmetic.
template <class T>
struct element {
  static constexpr int fraction = format<T>::fraction, bias = format<T>::bias, sign_shift = 64 - 8 * static_cast<int>(sizeof(T));
  static constexpr unsigned sign_bit = 1u << (8 * sizeof(T) - 1);

  CUSIGMOID_FN static double widen(T v) {
#if defined(__CUDA_ARCH__)
    if constexpr (sizeof(T) == 2) return internal::widen_on_device(v);
#endif
    unsigned const magnitude = v.bits & (sign_bit - 1);
    uint64 const sign = uint64{v.bits & sign_bit} << sign_shift;
    uint64 const exponent = magnitude >= format<T>::no_number ? 2047 : (magnitude >> fraction) + 1023 - bias;
    uint64 const normal = exponent << 52 | uint64{magnitude & ((1u << fraction) - 1)} << (52 - fraction);
    f64 const subnormal = f64(static_cast<double>(static_cast<int>(magnitude))) * power_of_two(1 - bias - fraction);
    return double_of(sign | (magnitude >> fraction ? normal : bits_of(subnormal.v)));
  }

  CUSIGMOID_FN static T narrow(double v) {
#if defined(__CUDA_ARCH__)
    if constexpr (sizeof(T) == 2) {
      T r;
      internal::narrow_on_device(v, r);
      return {static_cast<decltype(T::bits)>(v == v ? r.bits : format<T>::nan)};
    }
#endif
    constexpr int dropped = 52 - fraction;
    uint64 const bits = bits_of(v), magnitude = bits & ~(uint64{1} << 63);
    uint64 const to_even = magnitude + (uint64{1} << (dropped - 1)) - 1 + ((magnitude >> dropped) & 1);
    uint64 const normal = (to_even >> dropped) - (uint64{1023 - bias} << fraction);
    // Below the smallest normal number: adding one whose ulp is that of the subnormals rounds to a multiple of it.
    f64 const shifter = power_of_two(52 + 1 - bias - fraction);
    uint64 const subnormal = bits_of((shifter + double_of(magnitude)).v) - bits_of(shifter.v);
    uint64 const rounded = magnitude < bits_of(power_of_two(1 - bias).v) ? subnormal : normal;
    unsigned const finite = rounded > format<T>::overflow ? format<T>::overflow : static_cast<unsigned>(rounded);
    unsigned const signed_result = finite | (static_cast<unsigned>(bits >> sign_shift) & sign_bit);
    return {static_cast<decltype(T::bits)>(v == v ? signed_result : format<T>::nan)};
  }
};

template <>
struct element<double> {
  CUSIGMOID_FN static double widen(double v) { return v; }
  CUSIGMOID_FN static double narrow(double v) { return v == v ? v : double_of(0x7ff8000000000000ull); }
};

template <>
struct element<float> {
#if defined(__CUDA_ARCH__)
  CUSIGMOID_FN static double widen(float v) {
    double r;
    asm("cvt.f64.f32 %0, %1;" : "=d"(r) : "f"(v));
    return r;
  }
  CUSIGMOID_FN static float narrow(double v) {
    float r;
    asm("cvt.rn.f32.f64 %0, %1;" : "=f"(r) : "d"(v));
    return v == v ? r : __int_as_float(0x7fc00000);
  }
#else
  CUSIGMOID_FN static double widen(float v) { return v; }
  CUSIGMOID_FN static float narrow(double v) { return v == v ? static_cast<float>(v) : __builtin_bit_cast(float, 0x7fc00000); }
#endif
};

/// y, rounded to float, times the scale, rounded to float.
CUSIGMOID_FN f64 scaled_in_float(f64 y, f64 scale) {
  f64 const in_float = element<float>::widen(element<float>::narrow(y.v));
  return element<float>::widen(element<float>::narrow((in_float * scale).v));  // the product of two floats is exact in f64
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
