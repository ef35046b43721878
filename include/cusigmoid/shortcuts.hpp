// SPDX-License-Identifier: Apache-2.0
// Quicker ways to the same results. A function of one number of 32 bits or fewer has one correctly rounded result, so it may be computed in
// any way that gives it: here in float, without the fp64 arithmetic that many GPUs have little of.
#pragma once
#include "cusigmoid/arithmetic32.hpp"
#include "cusigmoid/ops.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// The approximate instructions, which give other bits on other machines.
struct machine {
  /// 1/a to within 1 ulp, for normal a and 1/a.
  CUSIGMOID_FN static f32 inverse(f32 a) {
#if defined(__CUDA_ARCH__)
    float r;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(a.v));
    return r;
#else
    return 1.0f / a.v;
#endif
  }
  /// 2^a to within 2 ulp; 0 below 2^−126.
  CUSIGMOID_FN static f32 exp2(f32 a) {
#if defined(__CUDA_ARCH__)
    float r;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(a.v));
    return r;
#else
    return static_cast<float>(__builtin_exp2(static_cast<double>(a.v)));
#endif
  }
};

/// Where an op has one for an element type: attempt(x, y) sets y and says whether it is surely the result of evaluate<Op>(x), whatever the
/// approximate instructions give within their bounds. (tests/shortcuts_test.cpp tries both ends of the bounds in place of `machine`.)
template <class Op, class T>
struct shortcut {
  static constexpr bool exists = false;
};

/// σ in float: e^−x = 2^k·T·e^r, T = 2^(j/32) from a table; the denominator 1 + e^−x and its inverse in two parts, unevaluated error below
/// 2^−35 of the result; then a rounding test (Ziv 1991).
template <>
struct shortcut<ops::forward, float> {
  static constexpr bool exists = true;

  template <class Approximate = machine>
  CUSIGMOID_FN static bool attempt(float value, float &y) {
    // Beyond ±87 the result is 1, subnormal, or 0.
    constexpr float saturation = 87, underflow = -105;
    f32 const x = select<float>(value > saturation, saturation, value);

    constexpr float magic = 0x1.8p18f;  // an ulp of it is 1/32: adding it leaves 32·(−x/ln 2), rounded, in the low bits
    f32 const shifted = fma(-x, constants::log2e_float, magic), steps = shifted - f32(magic);
    f32 const r = fma(-steps, constants::ln2_float_hi, -x);  // exact
    unsigned const k = bits_of(shifted), j = k % 32;
    f32 const power = float_of(bits_of(f32(constants::exp2_float(static_cast<int>(j)))) + ((k - j) << 18));  // 2^k·T
    f32 const rest = fma(steps, -constants::ln2_float_lo, constants::exp2_float_rest(static_cast<int>(j)));
    f32 p = fma(constants::exp_float(2), r, constants::exp_float(1));
    p = fma(p, r, constants::exp_float(0));
    f32 const low = fma(r, fma(r, p, rest), rest);  // e^(r + rest) = 1 + r + low

    // 1 + e^−x = sum + sum_low. For x < −12 the 1 is the smaller one.
    f32 const one = 1.0f, sum = fma(power, r + one, one);
    bool const one_is_larger = x > f32(-12.0f);
    f32 const difference = power - select(one_is_larger, sum - one, sum);
    f32 const sum_low = fma(power, low, fma(power, r, difference));
    f32 const all_low = select(one_is_larger, sum_low, sum_low + one);

    // 1/(sum + sum_low) = inverse·(1 + error): the error of whatever seed, and its square
    f32 const inverse = Approximate::inverse(sum);
    f32 error = fma(-all_low, inverse, fma(-sum, inverse, one));
    error = fma(error, error, error);
    constexpr float bound = 0x1.2p-35f;
    f32 const low_end = fma(inverse, error - f32(bound), inverse), high_end = fma(inverse, error + f32(bound), inverse);

    bool const zero = value < underflow, number = value == value;
    y = zero ? 0.0f : number ? low_end.v : element<float>::narrow(static_cast<double>(value));
    return zero || !number || (low_end == high_end && value > -saturation);
  }
};

/// σ of 16-bit numbers in float, by the special function unit; next to 0 by a little less than 1/2 + x/4. The constants lean away from
/// ties, so that whatever the two instructions give within their bounds is rounded to the same result.
template <>
struct shortcut<ops::forward, bfloat16> {
  static constexpr bool exists = true;

  template <class Approximate = machine>
  CUSIGMOID_FN static bool attempt(bfloat16 value, bfloat16 &y) {
    f32 const x = float_of(static_cast<unsigned>(value.bits) << 16);
    f32 const e = Approximate::exp2(fma(select<f32>(x > 60.0f, 60.0f, x), 0x1.715476p0f, 24 - 0x1p-19f));  // 2^24·e^x
    f32 const inverse = Approximate::inverse(e + f32(0x1.00000ep24f));
    bool const near_half = x < 0x1p-3f && x > -0x1p-3f;
    f32 const result = select<f32>(near_half, fma(x, 0x1.fep-3f, 0.5f), fma(e, inverse, -0.0f));
    unsigned const bits = bits_of(result) & 0x7fffffff;  // an e below 2^−126 is flushed to a zero whose sign is nowhere documented
    unsigned const rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    y.bits = static_cast<unsigned short>(x == x ? rounded : format<bfloat16>::nan);
    return true;
  }
};

namespace internal {
CUSIGMOID_FN float to_float(float16 v) {
#if defined(__CUDA_ARCH__)
  float r;
  asm("cvt.f32.f16 %0, %1;" : "=f"(r) : "h"(v.bits));
  return r;
#else
  return static_cast<float>(element<float16>::widen(v));
#endif
}
CUSIGMOID_FN float16 to_float16(float v) {
#if defined(__CUDA_ARCH__)
  float16 r;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(r.bits) : "f"(v));
  return r;
#else
  return element<float16>::narrow(static_cast<double>(v));
#endif
}
}  // namespace internal

template <>
struct shortcut<ops::forward, float16> {
  static constexpr bool exists = true;

  template <class Approximate = machine>
  CUSIGMOID_FN static bool attempt(float16 value, float16 &y) {
    float const x = internal::to_float(value);
    f32 const e = Approximate::exp2(fma(f32(x), -0x1.715476p0f, 0x1.08p-22f));  // e^−x
    bool const near_half = x < 0x1p-4f && x > -0x1p-4f;
    f32 const result = select<f32>(near_half, fma(f32(x), 0x1.ffcp-3f, 0.5f), Approximate::inverse(e + f32(0x1.000002p0f)));
    y.bits = x == x ? internal::to_float16(result.v).bits : static_cast<unsigned short>(format<float16>::nan);
    return value.bits != 0xb239 && value.bits != 0xadc9;  // the two inputs whose results the bounds leave open
  }
};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
