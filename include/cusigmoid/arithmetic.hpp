// SPDX-License-Identifier: Apache-2.0
// The arithmetic under every formula: IEEE 754 operations on double, the same bits on host and device whatever the compiler's flags.
// A type that offers the same operations on several (host/cpu/vectors.hpp) can stand wherever f64 stands.
#pragma once
#include "cusigmoid/target.hpp"

#if !defined(__CUDACC__) && defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0
#error "cusigmoid needs double arithmetic without excess precision (no x87)"
#endif

// clang tells no macro of -funsafe-math-optimizations, but can be told to leave this file alone.
#if defined(__clang__) && !defined(__CUDACC__)
#pragma float_control(push)
#pragma float_control(precise, on)
#endif

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

using int64 = long long;
using uint64 = unsigned long long;

CUSIGMOID_FN uint64 bits_of(double v) {
#if defined(__CUDA_ARCH__)
  return static_cast<uint64>(__double_as_longlong(v));
#else
  return __builtin_bit_cast(uint64, v);
#endif
}

CUSIGMOID_FN double double_of(uint64 bits) {
#if defined(__CUDA_ARCH__)
  return __longlong_as_double(static_cast<int64>(bits));
#else
  return __builtin_bit_cast(double, bits);
#endif
}

namespace internal {
// A product that the host compiler must not merge with a following addition. Files compiled with -ffp-contract=off say so by
// CUSIGMOID_NO_CONTRACTION and lose nothing to the barrier.
template <class Float>
CUSIGMOID_FN Float rounded(Float product) {
#if !defined(CUSIGMOID_NO_CONTRACTION) && !defined(__CUDA_ARCH__)
#if defined(__x86_64__)
  __asm__("" : "+x"(product));
#elif defined(__aarch64__)
  __asm__("" : "+w"(product));
#else
#error "cusigmoid: no barrier against contraction is known for this processor; compile with -ffp-contract=off -DCUSIGMOID_NO_CONTRACTION"
#endif
#endif
  return product;
}
}  // namespace internal

/// A double whose operators are exactly the IEEE ones. On the device they are inline PTX, because --use_fast_math and -ftz=true change
/// even the _rn intrinsics, and plain mul and add may be fused.
struct f64 {
  double v;
  CUSIGMOID_FN constexpr f64(double value) : v(value) {}
  f64() = default;
};

/// Whether F is f64, or several of them.
template <class F>
constexpr bool is_plain = false;
template <>
inline constexpr bool is_plain<f64> = true;

namespace internal {
template <class F, bool = is_plain<F>>
struct plain_impl {};
template <class F>
struct plain_impl<F, true> {
  using type = F;
};
}  // namespace internal
/// F, where it is.
template <class F>
using plain = typename internal::plain_impl<F>::type;

CUSIGMOID_FN f64 operator+(f64 a, f64 b) {
#if defined(__CUDA_ARCH__)
  double r;
  asm("add.rn.f64 %0, %1, %2;" : "=d"(r) : "d"(a.v), "d"(b.v));
  return r;
#else
  return a.v + b.v;
#endif
}

CUSIGMOID_FN f64 operator*(f64 a, f64 b) {
#if defined(__CUDA_ARCH__)
  double r;
  asm("mul.rn.f64 %0, %1, %2;" : "=d"(r) : "d"(a.v), "d"(b.v));
  return r;
#else
  return internal::rounded(a.v * b.v);
#endif
}

/// Correctly rounded, which takes long: see inverse().
CUSIGMOID_FN f64 operator/(f64 a, f64 b) {
#if defined(__CUDA_ARCH__)
  double r;
  asm("div.rn.f64 %0, %1, %2;" : "=d"(r) : "d"(a.v), "d"(b.v));
  return r;
#else
  return a.v / b.v;
#endif
}

/// a·b + c, rounded once.
CUSIGMOID_FN f64 fma(f64 a, f64 b, f64 c) {
#if defined(__CUDA_ARCH__)
  double r;
  asm("fma.rn.f64 %0, %1, %2, %3;" : "=d"(r) : "d"(a.v), "d"(b.v), "d"(c.v));
  return r;
#else
  return __builtin_fma(a.v, b.v, c.v);
#endif
}

// The assembler makes a sign a part of the instruction that uses it, where it is told that it is one. The sign of NaN is nobody's.
CUSIGMOID_FN f64 operator-(f64 a) {
#if defined(__CUDA_ARCH__)
  double r;
  asm("neg.f64 %0, %1;" : "=d"(r) : "d"(a.v));
  return r;
#else
  return double_of(bits_of(a.v) ^ (uint64{1} << 63));
#endif
}

CUSIGMOID_FN f64 abs(f64 a) {
#if defined(__CUDA_ARCH__)
  double r;
  asm("abs.f64 %0, %1;" : "=d"(r) : "d"(a.v));
  return r;
#else
  return double_of(bits_of(a.v) & ~(uint64{1} << 63));
#endif
}

CUSIGMOID_FN f64 operator-(f64 a, f64 b) { return a + -b; }

/// 1/a with both a and the result rounded to float.
CUSIGMOID_FN f64 float_inverse(f64 a) {
#if defined(__CUDA_ARCH__)
  double r;
  asm("{.reg .f32 a;\n\tcvt.rn.f32.f64 a, %1;\n\trcp.rn.f32 a, a;\n\tcvt.f64.f32 %0, a;}" : "=d"(r) : "d"(a.v));
  return r;
#else
  return static_cast<double>(1.0f / static_cast<float>(a.v));
#endif
}

/// 1/a for 2^−100 ≤ |a| ≤ 2^100, relative error below 1.01·2^−53: a float and a step of the third order. The same bits everywhere, and in
/// less time than a division takes.
template <class F>
CUSIGMOID_FN plain<F> inverse(F a) {
  F const seed = float_inverse(a), rest = fma(-a, seed, 1.0);
  return fma(seed, fma(rest, rest, rest), seed);
}

CUSIGMOID_FN bool operator<(f64 a, f64 b) { return a.v < b.v; }
CUSIGMOID_FN bool operator>(f64 a, f64 b) { return a.v > b.v; }
CUSIGMOID_FN bool operator<=(f64 a, f64 b) { return a.v <= b.v; }
CUSIGMOID_FN bool operator>=(f64 a, f64 b) { return a.v >= b.v; }
CUSIGMOID_FN bool operator==(f64 a, f64 b) { return a.v == b.v; }
CUSIGMOID_FN bool operator!=(f64 a, f64 b) { return a.v != b.v; }

// a && b and a || b, without a branch between them.
CUSIGMOID_FN bool both_hold(bool a, bool b) { return (static_cast<unsigned>(a) & static_cast<unsigned>(b)) != 0; }
CUSIGMOID_FN bool either_holds(bool a, bool b) { return (static_cast<unsigned>(a) | static_cast<unsigned>(b)) != 0; }

CUSIGMOID_FN bool any_hold(bool a) { return a; }

/// `yes` where the condition holds, else `no`; both are evaluated.
template <class T>
CUSIGMOID_FN T select(bool condition, T yes, T no) {
  return condition ? yes : no;
}

CUSIGMOID_FN uint64 bits_of(f64 a) { return bits_of(a.v); }
CUSIGMOID_FN f64 float_of(uint64 bits) { return double_of(bits); }

constexpr double largest_double = 0x1.fffffffffffffp+1023;
CUSIGMOID_FN bool is_finite(f64 a) { return abs(a).v <= largest_double; }

/// 2^n for −1022 ≤ n ≤ 1023.
CUSIGMOID_FN f64 power_of_two(int n) { return double_of(static_cast<uint64>(int64{1023} + n) << 52); }

/// a·2^n for a normal number a and a normal result: the exponent field is added to.
CUSIGMOID_FN f64 shift_exponent(f64 a, int n) { return double_of(bits_of(a.v) + (static_cast<uint64>(int64{n}) << 52)); }

/// What rint leaves behind: for |a| < 2^31, round_to_integer(a) has that integer in its low bits and minus round_magic it is the integer.
constexpr double round_magic = 0x1.8p52;
CUSIGMOID_FN int low_integer(f64 rounded) { return static_cast<int>(bits_of(rounded.v)); }

/// An entry of a table.
template <class Table>
CUSIGMOID_FN f64 look_up(Table const &table, int i) {
  return table(i);
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine

#if defined(__clang__) && !defined(__CUDACC__)
#pragma float_control(pop)
#endif
