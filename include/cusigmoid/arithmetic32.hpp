// SPDX-License-Identifier: Apache-2.0
// f64's sister in float: the operations that shortcuts.hpp needs.
#pragma once
#include "cusigmoid/arithmetic.hpp"

#if defined(__clang__) && !defined(__CUDACC__)
#pragma float_control(push)
#pragma float_control(precise, on)
#endif

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// A float whose operators are exactly the IEEE ones, subnormal numbers included. (Comparisons are the compiler's: under -ftz=true a
/// subnormal number compares as 0.)
struct f32 {
  float v;
  CUSIGMOID_FN constexpr f32(float value) : v(value) {}
  f32() = default;
};

CUSIGMOID_FN f32 operator+(f32 a, f32 b) {
#if defined(__CUDA_ARCH__)
  float r;
  asm("add.rn.f32 %0, %1, %2;" : "=f"(r) : "f"(a.v), "f"(b.v));
  return r;
#else
  return a.v + b.v;
#endif
}

CUSIGMOID_FN f32 operator*(f32 a, f32 b) {
#if defined(__CUDA_ARCH__)
  float r;
  asm("mul.rn.f32 %0, %1, %2;" : "=f"(r) : "f"(a.v), "f"(b.v));
  return r;
#else
  return internal::rounded(a.v * b.v);
#endif
}

CUSIGMOID_FN f32 operator-(f32 a) {
#if defined(__CUDA_ARCH__)
  float r;
  asm("neg.f32 %0, %1;" : "=f"(r) : "f"(a.v));
  return r;
#else
  return __builtin_bit_cast(float, __builtin_bit_cast(unsigned, a.v) ^ 0x80000000u);
#endif
}

CUSIGMOID_FN f32 operator-(f32 a, f32 b) {
#if defined(__CUDA_ARCH__)
  float r;
  asm("sub.rn.f32 %0, %1, %2;" : "=f"(r) : "f"(a.v), "f"(b.v));
  return r;
#else
  return a.v - b.v;
#endif
}

/// a·b + c, rounded once.
CUSIGMOID_FN f32 fma(f32 a, f32 b, f32 c) {
#if defined(__CUDA_ARCH__)
  float r;
  asm("fma.rn.f32 %0, %1, %2, %3;" : "=f"(r) : "f"(a.v), "f"(b.v), "f"(c.v));
  return r;
#else
  return __builtin_fmaf(a.v, b.v, c.v);
#endif
}

#if !defined(__CUDA_ARCH__)
namespace internal {
/// value + rest, |rest| below an ulp of value, rounded towards 0.
CUSIGMOID_FN f32 narrowed_towards_zero(f64 value, f64 rest) {
  float const nearest = static_cast<float>(value.v);
  double const beyond = static_cast<double>(nearest) - value.v - rest.v;  // its sign is that of nearest − (value + rest)
  bool const too_far = nearest > 0 ? beyond > 0 : nearest < 0 && beyond < 0;
  return __builtin_bit_cast(float, __builtin_bit_cast(unsigned, nearest) - (too_far ? 1u : 0u));
}
}  // namespace internal
#endif

/// a − b, where |a| ≥ |b|, and a·b, rounded towards 0.
CUSIGMOID_FN f32 subtract_towards_zero(f32 a, f32 b) {
#if defined(__CUDA_ARCH__)
  float r;
  asm("sub.rz.f32 %0, %1, %2;" : "=f"(r) : "f"(a.v), "f"(b.v));
  return r;
#else
  double const x = static_cast<double>(a.v), y = static_cast<double>(b.v), difference = x - y;
  return internal::narrowed_towards_zero(difference, (x - difference) - y);
#endif
}
CUSIGMOID_FN f32 multiply_towards_zero(f32 a, f32 b) {
#if defined(__CUDA_ARCH__)
  float r;
  asm("mul.rz.f32 %0, %1, %2;" : "=f"(r) : "f"(a.v), "f"(b.v));
  return r;
#else
  return internal::narrowed_towards_zero(f64(static_cast<double>(a.v)) * f64(static_cast<double>(b.v)), 0.0);  // exact in double
#endif
}

CUSIGMOID_FN unsigned bits_of(f32 a) {
#if defined(__CUDA_ARCH__)
  return __float_as_uint(a.v);
#else
  return __builtin_bit_cast(unsigned, a.v);
#endif
}
CUSIGMOID_FN f32 float_of(unsigned bits) {
#if defined(__CUDA_ARCH__)
  return __uint_as_float(bits);
#else
  return __builtin_bit_cast(float, bits);
#endif
}

CUSIGMOID_FN f32 abs(f32 a) {
#if defined(__CUDA_ARCH__)
  float r;
  asm("abs.f32 %0, %1;" : "=f"(r) : "f"(a.v));
  return r;
#else
  return float_of(bits_of(a) & 0x7fffffff);
#endif
}

/// The lesser and the greater of a and a number b; NaN if a is.
CUSIGMOID_FN f32 lesser(f32 a, f32 b) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  float r;
  asm("min.NaN.f32 %0, %1, %2;" : "=f"(r) : "f"(a.v), "f"(b.v));
  return r;
#else
  return a.v > b.v ? b : a;
#endif
}
CUSIGMOID_FN f32 greater(f32 a, f32 b) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  float r;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(r) : "f"(a.v), "f"(b.v));
  return r;
#else
  return a.v < b.v ? b : a;
#endif
}

CUSIGMOID_FN bool operator<(f32 a, f32 b) { return a.v < b.v; }
CUSIGMOID_FN bool operator>(f32 a, f32 b) { return a.v > b.v; }
CUSIGMOID_FN bool operator<=(f32 a, f32 b) { return a.v <= b.v; }
CUSIGMOID_FN bool operator>=(f32 a, f32 b) { return a.v >= b.v; }
CUSIGMOID_FN bool operator==(f32 a, f32 b) { return a.v == b.v; }

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine

#if defined(__clang__) && !defined(__CUDACC__)
#pragma float_control(pop)
#endif
