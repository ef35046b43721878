// SPDX-License-Identifier: Apache-2.0
// fp8: all 256 results, or all 256 factors, looked up.
#pragma once
#include "cusigmoid/shortcuts/sixteen_bits.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

CUSIGMOID_FN word32 byte_of(word32 w, int i) {
#if defined(__CUDA_ARCH__)
  return __byte_perm(w, 0, 0x4440 + static_cast<unsigned>(i));
#else
  return w >> (8 * i) & 0xff;
#endif
}

template <class Op, class T>
struct alignas(word32) result_table {  // moved word by word
  unsigned char at[256];

  static result_table make() {
    static result_table const made = [] {
      result_table t;
      for (int i = 0; i < 256; ++i) t.at[i] = result_of<Op>(T{static_cast<unsigned char>(i)}).bits;
      return t;
    }();
    return made;
  }
};

template <class Op, class T>
struct shortcut<Op, T, 1, 1> {
  static constexpr bool exists = true;
  using table = result_table<Op, T>;

  template <class = machine>
  CUSIGMOID_FN static bool attempt(table const &t, word32 &y, word32 x) {
    y = word32{t.at[byte_of(x, 0)]} | word32{t.at[byte_of(x, 1)]} << 8 | word32{t.at[byte_of(x, 2)]} << 16 |
        word32{t.at[byte_of(x, 3)]} << 24;
    return true;
  }
};

/// The second factor of an op that multiplies its first input by a function of its second, for every second input.
template <class Op, class T>
struct factor_table {
  float at[256];

  /// Rounded towards 0, so that what is less than a short number (σ′ < 1/4) stays less; but not to 0, because its product with infinity is
  /// infinite.
  static float towards_zero(double factor) {
    if (factor < 0) return -towards_zero(-factor);
    if (factor > 0 && factor < 0x1p-126) return 0x1p-126f;
    float const nearest = static_cast<float>(factor);
    return static_cast<double>(nearest) > factor ? float_of(bits_of(f32(nearest)) - 1).v : nearest;
  }

  static factor_table make() {
    static factor_table const made = [] {
      factor_table t;
      for (int i = 0; i < 256; ++i) {
        double const factor = in_f64<Op>(default_parameters(), 1.0, element<T>::widen(T{static_cast<unsigned char>(i)})).value[0].v;
        t.at[i] = towards_zero(factor);
      }
      return t;
    }();
    return made;
  }
};

/// Two elements of eight bits, in the lower half of a word, as floats, and back.
template <class T>
struct quarters {
  static constexpr bool is_e4m3 = format<T>::id == dtype::float8_e4m3;

  CUSIGMOID_FN static two_floats<f32> unpack(word32 w) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 890
    word32 r;
    if constexpr (is_e4m3)
      asm("cvt.rn.f16x2.e4m3x2 %0, %1;" : "=r"(r) : "h"(static_cast<unsigned short>(w)));
    else
      asm("cvt.rn.f16x2.e5m2x2 %0, %1;" : "=r"(r) : "h"(static_cast<unsigned short>(w)));
    return halves<float16>::unpack(r);
#else
    return {static_cast<float>(element<T>::widen(element_at<T>(w, 0))), static_cast<float>(element<T>::widen(element_at<T>(w, 8)))};
#endif
  }
  CUSIGMOID_FN static word32 pack(two_floats<f32> v) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 890
    unsigned short r;
    if constexpr (is_e4m3)
      asm("cvt.rn.satfinite.e4m3x2.f32 %0, %1, %2;" : "=h"(r) : "f"(v.upper.v), "f"(v.lower.v));
    else
      asm("cvt.rn.satfinite.e5m2x2.f32 %0, %1, %2;" : "=h"(r) : "f"(v.upper.v), "f"(v.lower.v));
    return r;
#else
    return word_with(element<T>::narrow(static_cast<double>(v.lower.v)), 0) |
           word_with(element<T>::narrow(static_cast<double>(v.upper.v)), 8);
#endif
  }
};

namespace internal {

/// The product in float; all 2^16 pairs are tried.
template <class Op, class T>
struct product_of_quarters {
  static constexpr bool exists = true;
  using table = factor_table<Op, T>;

  template <class = machine>
  CUSIGMOID_FN static bool attempt(table const &t, word32 &dx, word32 dy, word32 x) {
    dx = 0;
    CUSIGMOID_UNROLL
    for (int bit = 0; bit < 32; bit += 16) {
      two_floats<f32> const two = quarters<T>::unpack(dy >> bit & 0xffff);
      dx |= quarters<T>::pack({two.lower * f32(t.at[byte_of(x, bit / 8)]), two.upper * f32(t.at[byte_of(x, bit / 8 + 1)])}) << bit;
    }
    return true;
  }
};

}  // namespace internal

template <class T>
struct shortcut<ops::backward, T, 1, 2> : internal::product_of_quarters<ops::backward, T> {};
template <class T>
struct shortcut<ops::backward_from_input, T, 1, 2> : internal::product_of_quarters<ops::backward_from_input, T> {};
template <class T>
struct shortcut<ops::backward_from_signed, T, 1, 2> : internal::product_of_quarters<ops::backward_from_signed, T> {};
template <class T>
struct shortcut<ops::log_sigmoid_backward, T, 1, 2> : internal::product_of_quarters<ops::log_sigmoid_backward, T> {};
template <class T>
struct shortcut<ops::softplus_backward, T, 1, 2> : internal::product_of_quarters<ops::softplus_backward, T> {};
template <class T>
struct shortcut<ops::silu_backward, T, 1, 2> : internal::product_of_quarters<ops::silu_backward, T> {};
template <class T>
struct shortcut<ops::tanh_backward, T, 1, 2> : internal::product_of_quarters<ops::tanh_backward, T> {};
template <class T>
struct shortcut<ops::glu_split, T, 1, 2> : internal::product_of_quarters<ops::glu_split, T> {};
template <class T>
struct shortcut<ops::glu_interleaved, T, 1, 2> : internal::product_of_quarters<ops::glu_interleaved, T> {};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
