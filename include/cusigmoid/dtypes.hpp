// SPDX-License-Identifier: Apache-2.0
// The element types. conversions.hpp makes their arithmetic from what stands here, and ops.hpp takes all of element_types.
#pragma once

struct __half;
struct __nv_bfloat16;
struct __nv_fp8_e4m3;
struct __nv_fp8_e5m2;

namespace cusigmoid {

/// The same numbers as the C enumeration cusigmoid_dtype.
enum class dtype : int { float64 = 0, float32 = 1, float16 = 2, bfloat16 = 3, float8_e4m3 = 4, float8_e5m2 = 5 };

/// IEEE binary16, as bits.
struct float16 {
  unsigned short bits;
};

/// The upper half of a binary32, as bits.
struct bfloat16 {
  unsigned short bits;
};

/// OCP 8-bit floating point E4M3, as bits: no infinity, one NaN, up to 448. What is beyond saturates.
struct float8_e4m3 {
  unsigned char bits;
};

/// OCP 8-bit floating point E5M2, as bits: up to 57344; results beyond, infinite ones too, saturate.
struct float8_e5m2 {
  unsigned char bits;
};

namespace engine {
template <class... T>
struct list {
  static constexpr int size = sizeof...(T);
};

/// All element types, in the order of their numbers.
using element_types = list<double, float, float16, bfloat16, float8_e4m3, float8_e5m2>;
}  // namespace engine

/// A binary format: its fraction bits (without the hidden one) and the bias of its exponent; and, as bits, for the types of 16 bits and
/// fewer: the first magnitude that is no number, what results beyond the largest number become, and the NaN.
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
  static constexpr unsigned no_number = 0x7c00, overflow = 0x7c00, nan = 0x7e00;
};

template <>
struct format<bfloat16> {
  static constexpr dtype id = dtype::bfloat16;
  static constexpr const char *name = "bfloat16";
  static constexpr int fraction = 7, bias = 127;
  static constexpr unsigned no_number = 0x7f80, overflow = 0x7f80, nan = 0x7fc0;
};

template <>
struct format<float8_e4m3> {
  static constexpr dtype id = dtype::float8_e4m3;
  static constexpr const char *name = "float8_e4m3";
  static constexpr int fraction = 3, bias = 7;
  static constexpr unsigned no_number = 0x7f, overflow = 0x7e, nan = 0x7f;
};

template <>
struct format<float8_e5m2> {
  static constexpr dtype id = dtype::float8_e5m2;
  static constexpr const char *name = "float8_e5m2";
  static constexpr int fraction = 2, bias = 15;
  static constexpr unsigned no_number = 0x7c, overflow = 0x7b, nan = 0x7f;
};

/// The type of a sum of losses: double for double, else float.
template <class T>
struct loss_type {
  using type = float;
};
template <>
struct loss_type<double> {
  using type = double;
};

// CUDA's types of the same formats.
template <>
struct format<__half> : format<float16> {};
template <>
struct format<__nv_bfloat16> : format<bfloat16> {};
template <>
struct format<__nv_fp8_e4m3> : format<float8_e4m3> {};
template <>
struct format<__nv_fp8_e5m2> : format<float8_e5m2> {};

}  // namespace cusigmoid
