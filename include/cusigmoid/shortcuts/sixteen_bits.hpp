// SPDX-License-Identifier: Apache-2.0
// fp16 and bf16 in float, two elements at a time, by the special function unit.
#pragma once
#include "cusigmoid/shortcuts/two_parts.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// Two elements as floats: the lower and the upper half of a word.
template <class F>
struct two_floats {
  F lower, upper;
};

namespace internal {
CUSIGMOID_FN constexpr word32 both(unsigned short half) { return half * 0x10001u; }

/// ffff in each half that is a number of magnitude below that with the bits `limit`, which is finite as fp16; else 0. For fp16 and bf16
/// alike: magnitudes are in the order of their bits, and what is NaN in fp16 is not below.
template <class Word>
CUSIGMOID_FN Word halves_below(Word w, unsigned short limit) {
#if defined(__CUDA_ARCH__)
  word32 r;
  asm("{.reg .b32 m;\n\tabs.f16x2 m, %1;\n\tset.lt.u32.f16x2 %0, m, %2;}" : "=r"(r) : "r"(w), "r"(both(limit)));
  return r;
#else
  Word const reaches = (w & both(0x7fff)) + both(static_cast<unsigned short>(0x8000 - limit));  // bit 15: not below
  Word const one = reaches >> 15 & both(1);
  return ~((one << 16) - one);
#endif
}

/// Not 0 if a half is the fp16 number, other than 0, with these bits.
template <class Word>
CUSIGMOID_FN Word has_half(Word w, unsigned short bits) {
#if defined(__CUDA_ARCH__)
  word32 r;
  asm("set.eq.u32.f16x2 %0, %1, %2;" : "=r"(r) : "r"(w), "r"(both(bits)));
  return r;
#else
  Word const other = w ^ both(bits);  // 0 in such a half, and only there the sum has no bit 15
  return ~(((other & both(0x7fff)) + both(0x7fff)) | other) & both(0x8000);
#endif
}
}  // namespace internal

/// Two elements of T in a word.
template <class T, class Word = word32>
struct halves;

template <>
struct halves<float16, word32> {
  CUSIGMOID_FN static two_floats<f32> unpack(word32 w) {
#if defined(__CUDA_ARCH__)
    float lower, upper;
    asm("{.reg .b16 l, u;\n\tmov.b32 {l, u}, %2;\n\tcvt.f32.f16 %0, l;\n\tcvt.f32.f16 %1, u;}" : "=f"(lower), "=f"(upper) : "r"(w));
    return {lower, upper};
#else
    auto const widen = [](word32 bits) { return static_cast<float>(element<float16>::widen({static_cast<unsigned short>(bits)})); };
    return {widen(w), widen(w >> 16)};
#endif
  }
  /// Rounded to nearest; a NaN becomes 7fff.
  CUSIGMOID_FN static word32 pack(two_floats<f32> v) {
#if defined(__CUDA_ARCH__)
    word32 w;
#if __CUDA_ARCH__ >= 800
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(w) : "f"(v.upper.v), "f"(v.lower.v));
#else
    asm("{.reg .b16 l, u;\n\tcvt.rn.f16.f32 l, %1;\n\tcvt.rn.f16.f32 u, %2;\n\tmov.b32 %0, {l, u};}"
        : "=r"(w)
        : "f"(v.lower.v), "f"(v.upper.v));
#endif
    return w;
#else
    auto const narrow = [](f32 a) { return a == a ? word32{element<float16>::narrow(static_cast<double>(a.v)).bits} : 0x7fffu; };
    return narrow(v.lower) | narrow(v.upper) << 16;
#endif
  }
  /// Each half, or a limit beyond it where exp2_within needs one: not here.
  CUSIGMOID_FN static word32 within(word32 w, unsigned short, unsigned short) { return w; }
  /// a·b + c of both halves, each rounded once.
  CUSIGMOID_FN static word32 multiply_add(word32 a, word32 b, word32 c) {
#if defined(__CUDA_ARCH__)
    word32 r;
    asm("fma.rn.f16x2 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
    return r;
#else
    auto const one = [=](int shift) {
      auto const widen = [=](word32 w) { return f64(element<float16>::widen({static_cast<unsigned short>(w >> shift)})); };
      return word32{element<float16>::narrow(fma(widen(a), widen(b), widen(c)).v).bits} << shift;  // exact in double
    };
    return one(0) | one(16);
#endif
  }
};

template <class Word>
struct halves<bfloat16, Word> {
  using F = float_type<Word>;
  CUSIGMOID_FN static two_floats<F> unpack(Word w) { return {float_of(w << 16), float_of(w & 0xffff0000)}; }
  /// Rounded to nearest; a NaN becomes 7fff.
  CUSIGMOID_FN static Word pack(two_floats<F> v) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    word32 w;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(w) : "f"(v.upper.v), "f"(v.lower.v));
    return w;
#else
    auto const narrow = [](F a) { return select(a == a, (bits_of(a) + 0x7fff + (bits_of(a) >> 16 & 1)) >> 16, Word{0x7fff}); };
    return narrow(v.lower) | narrow(v.upper) << 16;
#endif
  }
  /// a·b + c of both halves, each rounded once; through float where the GPU has nothing better, which is exact for the numbers that
  /// near_half takes.
  CUSIGMOID_FN static Word multiply_add(Word a, Word b, Word c) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    word32 r;
    asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
    return r;
#else
    two_floats<F> const x = unpack(a), y = unpack(b), z = unpack(c);
    return pack({fma(x.lower, y.lower, z.lower), fma(x.upper, y.upper, z.upper)});
#endif
  }
  /// Each half, or the greatest where that is smaller; NaN stays NaN. None is too small for exp2_within here.
  CUSIGMOID_FN static Word within(Word w, unsigned short, unsigned short greatest) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    word32 r;
    asm("min.NaN.bf16x2 %0, %1, %2;" : "=r"(r) : "r"(w), "r"(internal::both(greatest)));
    return r;
#else
    auto const one = [=](Word half) {
      return select(both_hold(half > greatest, half <= format<bfloat16>::no_number), Word{greatest}, half);
    };
    return one(w & 0xffff) | one(w >> 16) << 16;
#endif
  }
};

namespace internal {

/// Not 0 if a word of results, all in [0, 1], has a NaN.
template <class Word>
CUSIGMOID_FN Word nans(Word w) {
  return w & both(0x4000);
}

/// Packs both numbers, but for x next to 0 RN(x·slope + 1/2), the slope a little less than 1/4, since σ(x) = 1/2 + x/4 − x³/48 + … may lie
/// next to a tie. `in` is x as a word; the last three are of T. Vectors have no arithmetic of 16 bits: for these numbers to round to float
/// before changes nothing.
template <class T, class Word, class F>
CUSIGMOID_FN Word near_half(Word in, two_floats<F> x, two_floats<F> otherwise, unsigned short limit, unsigned short slope,
                            unsigned short half) {
  if constexpr (std::is_integral_v<Word>) {
    Word const near = halves_below(in, limit);
    return (halves<T, Word>::multiply_add(in, both(slope), both(half)) & near) | (halves<T, Word>::pack(otherwise) & ~near);
  } else {
    auto const value = [](unsigned short bits) { return F(static_cast<float>(element<T>::widen({bits}))); };
    auto const one = [&](F a, F far) { return select(abs(a) < value(limit), fma(a, value(slope), value(half)), far); };
    return halves<T, Word>::pack({one(x.lower, otherwise.lower), one(x.upper, otherwise.upper)});
  }
}

constexpr float log2e = 0x1.715476p0f;

}  // namespace internal

// The constants lean away from ties, so that whatever the two instructions give within their bounds is rounded to the same result.

template <>
struct shortcut<ops::forward, bfloat16> {
  static constexpr bool exists = true;
  using table = no_table;

  template <class Approximate, class F>
  CUSIGMOID_FN static F sigmoid(F x) {
    F const e = Approximate::exp2_within(fma(x, internal::log2e, 24 - 0x1p-19f));  // 2^24·e^x
    // The sum makes +0 of a flushed result, whatever its sign.
    return fma(e, Approximate::inverse(e + F(0x1.00000ep24f)), 0.0f);
  }
  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &, Word &y, Word in) {
    using two = halves<bfloat16, Word>;
    auto const x = two::unpack(two::within(in, 0xc2cf, 0x4270));  // −103.5, 60
    two_floats<float_type<Word>> const far = {sigmoid<Approximate>(x.lower), sigmoid<Approximate>(x.upper)};
    y = internal::near_half<bfloat16>(in, x, far, 0x3e00, 0x3e7f, 0x3f00);  // |x| < 2^−3: x·0x1.fep−3 + 0.5
    return internal::nans(y) == 0;
  }
};

template <>
struct shortcut<ops::forward, float16> {
  static constexpr bool exists = true;
  using table = no_table;

  template <class Approximate, class F>
  CUSIGMOID_FN static F sigmoid(F x) {
    return Approximate::inverse(Approximate::exp2_within(fma(x, -internal::log2e, 0x1.08p-22f)) + F(0x1.000002p0f));
  }
  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &, Word &y, Word in) {
    using two = halves<float16, Word>;
    auto const x = two::unpack(two::within(in, 0xd000, 0x5000));  // −32, 32
    two_floats<float_type<Word>> const far = {sigmoid<Approximate>(x.lower), sigmoid<Approximate>(x.upper)};
    y = internal::near_half<float16>(in, x, far, 0x2c00, 0x33ff, 0x3800);  // |x| < 2^−4: x·0x1.ffcp−3 + 0.5
    // the two inputs whose results the bounds leave open
    return (internal::nans(y) | internal::has_half(in, 0xb239) | internal::has_half(in, 0xadc9)) == 0;
  }
};

namespace internal {

/// σ′(|x|)·2^24, the scale against subnormal numbers.
template <class Approximate, class F>
CUSIGMOID_FN F scaled_derivative(F magnitude) {
  F const e = Approximate::exp2(fma(magnitude, -log2e, 24.0f));
  F const inverse = Approximate::inverse(fma(e, 0x1p-24f, 1.0f));
  return e * inverse * inverse;
}

/// Sure where all numbers within 2^−20 are rounded to the same.
template <class T>
struct derivative_of_halves {
  static constexpr bool exists = true;
  using table = no_table;

  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &, Word &dydx, Word in) {
    using F = float_type<Word>;
    two_floats<F> const x = halves<T, Word>::unpack(in & both(0x7fff));
    F const lower = scaled_derivative<Approximate>(x.lower), upper = scaled_derivative<Approximate>(x.upper);
    F const less = 0x1p-24f * (1 - 0x1p-20f), more = 0x1p-24f * (1 + 0x1p-20f), no_sign = 0.0f;
    dydx = halves<T, Word>::pack({fma(lower, less, no_sign), fma(upper, less, no_sign)});
    Word const at_other_end = halves<T, Word>::pack({fma(lower, more, no_sign), fma(upper, more, no_sign)});
    return ((dydx ^ at_other_end) | nans(dydx)) == 0;
  }
};

}  // namespace internal

template <>
struct shortcut<ops::derivative, float16> : internal::derivative_of_halves<float16> {};
template <>
struct shortcut<ops::derivative, bfloat16> : internal::derivative_of_halves<bfloat16> {};

namespace internal {

/// Below this a product in float is not known to its relative error. fp16 has no numbers as small.
template <class T>
constexpr float smallest_product_of_halves = 0;
template <>
inline constexpr float smallest_product_of_halves<bfloat16> = in_two_floats::smallest_product;

/// Packs both numbers, and says whether everything within bound of them, relatively, is rounded to the same.
template <class T, class F, class Word>
CUSIGMOID_FN auto rounds_alike(two_floats<F> v, float bound, Word &result) {
  F const less = 1 - bound, more = 1 + bound, smallest = smallest_product_of_halves<T>;
  result = halves<T, Word>::pack({v.lower * less, v.upper * less});
  Word const at_other_end = halves<T, Word>::pack({v.lower * more, v.upper * more});
  // NaN is not sure: it is not as large as the smallest
  return both_hold(result == at_other_end, both_hold(abs(v.lower) >= smallest, abs(v.upper) >= smallest));
}

/// dy·y·(1 − y) for 0 ≤ y ≤ 1, towards 0 and then to odd: what is rounded next sees on which side of every tie the product lies. dy·y is
/// exact; 1 − y is not for y < 2^−17 in bf16, where the product lies so close below dy·y that it is rounded like it, but for ties.
template <class F>
CUSIGMOID_FN F product_to_odd(F dy, F y) {
  F const first = dy * y, other = subtract_towards_zero(1.0f, y), product = multiply_towards_zero(first, other);
  auto const exact = (bits_of(fma(first, other, -product)) & 0x7fffffff) == 0;
  return float_of(select(exact, bits_of(product), bits_of(product) | 1));  // which makes NaN of infinity
}

template <class T>
struct backward_of_halves {
  static constexpr bool exists = true;
  using table = no_table;

  template <class = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &, Word &dx, Word dy_in, Word y_in) {
    using F = float_type<Word>;
    two_floats<F> const dy = halves<T, Word>::unpack(dy_in), y = halves<T, Word>::unpack(y_in);
    two_floats<F> const product = {product_to_odd(dy.lower, y.lower), product_to_odd(dy.upper, y.upper)};
    dx = halves<T, Word>::pack(product);
    word32 const one = both(format<T>::bias << format<T>::fraction), sign = both(0x8000);
    F const smallest = smallest_product_of_halves<T>;
    auto const in_range = ((y_in | (y_in + (sign - one - both(1)))) & sign) == 0;  // 0 ≤ y ≤ 1
    return both_hold(in_range, both_hold(abs(product.lower) >= smallest, abs(product.upper) >= smallest));
  }
};

}  // namespace internal

template <>
struct shortcut<ops::backward, float16> : internal::backward_of_halves<float16> {};
template <>
struct shortcut<ops::backward, bfloat16> : internal::backward_of_halves<bfloat16> {};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
