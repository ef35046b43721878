// SPDX-License-Identifier: Apache-2.0
// The element types. A new one is added here alone: conversions.hpp makes the arithmetic from these numbers.
#pragma once

struct __half;
struct __nv_bfloat16;

namespace cusigmoid {

/// The same numbers as the C enumeration cusigmoid_dtype.
enum class dtype : int { float64 = 0, float32 = 1, float16 = 2, bfloat16 = 3 };

/// IEEE binary16, as bits.
struct float16 {
  unsigned short bits;
};

/// The upper half of a binary32, as bits.
struct bfloat16 {
  unsigned short bits;
};

/// A binary format: its fraction bits (without the hidden one) and the bias of its exponent.
template <class T>
struct format;

template <>
struct format<double> {
  static constexpr dtype id = dtype::float64;
  static constexpr const char *name = "float64";
  static constexpr int fraction = 52, bias = 1023;
};

template <>
struct format<float> {
  static constexpr dtype id = dtype::float32;
  static constexpr const char *name = "float32";
  static constexpr int fraction = 23, bias = 127;
};

template <>
struct format<float16> {
  static constexpr dtype id = dtype::float16;
  static constexpr const char *name = "float16";
  static constexpr int fraction = 10, bias = 15;
};

template <>
struct format<bfloat16> {
  static constexpr dtype id = dtype::bfloat16;
  static constexpr const char *name = "bfloat16";
  static constexpr int fraction = 7, bias = 127;
};

// CUDA's types of the same formats.
template <>
struct format<__half> : format<float16> {};
template <>
struct format<__nv_bfloat16> : format<bfloat16> {};

#if !defined(__CUDACC_RTC__)  // which has no host functions
/// Calls f(T{}) for each element type.
template <class F>
constexpr void for_each_dtype(F f) {
  f(double{}), f(float{}), f(float16{}), f(bfloat16{});
}
#endif

}  // namespace cusigmoid
