// SPDX-License-Identifier: Apache-2.0
// Vectors of floats and of words with the operations that f32 and word32 have, so that shortcuts can be computed in all lanes at once; by
// Highway, for the instruction set that this file is compiled for.
#pragma once
#define HWY_COMPILE_ONLY_STATIC  // for the compiler's target alone
#define HWY_DISABLE_PCLMUL_AES   // which x86-64-v3 does not include
#define HWY_IS_DEBUG_BUILD 0     // whose assertions need Highway's library
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "cusigmoid/shortcuts.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

namespace simd = hwy::HWY_NAMESPACE;

/// Whether there are such vectors: shortcuts need a fused multiply-add, and a class a size.
constexpr bool has_vectors = HWY_NATIVE_FMA && !HWY_HAVE_SCALABLE;

// One word as a vector of one lane.
CUSIGMOID_FN bool all_hold(bool t) { return t; }
CUSIGMOID_FN uint64 bits_of(bool t) { return t; }
template <class Word>
CUSIGMOID_FN Word load(void const *from) {
  if constexpr (std::is_integral_v<Word>) {
    Word w;
    __builtin_memcpy(&w, from, sizeof w);
    return w;
  } else {
    return Word::load(from);
  }
}
CUSIGMOID_FN void store(word32 w, void *to) { __builtin_memcpy(to, &w, sizeof w); }
CUSIGMOID_FN void store(uint64 w, void *to) { __builtin_memcpy(to, &w, sizeof w); }

#if HWY_NATIVE_FMA && !HWY_HAVE_SCALABLE

/// A bool in each lane beside a vector of words with so many bytes.
template <int size>
struct truths_of {
  using word_tag = simd::ScalableTag<hwy::UnsignedFromSize<size>>;
  simd::Mask<word_tag> v;
  CUSIGMOID_FN truths_of(bool value) : v(simd::Eq(simd::Set(word_tag(), value), simd::Set(word_tag(), 1))) {}
  CUSIGMOID_FN explicit truths_of(simd::Mask<word_tag> value) : v(value) {}

  CUSIGMOID_FN friend truths_of both_hold(truths_of a, truths_of b) { return truths_of(simd::And(a.v, b.v)); }
  CUSIGMOID_FN friend truths_of either_holds(truths_of a, truths_of b) { return truths_of(simd::Or(a.v, b.v)); }
  CUSIGMOID_FN friend bool all_hold(truths_of t) { return simd::AllTrue(word_tag(), t.v); }
  CUSIGMOID_FN friend bool any_hold(truths_of t) { return !simd::AllFalse(word_tag(), t.v); }
  /// A bit for each lane.
  CUSIGMOID_FN friend uint64 bits_of(truths_of t) {
    unsigned char bytes[8] = {};
    simd::StoreMaskBits(word_tag(), t.v, bytes);
    return __builtin_bit_cast(uint64, bytes);
  }
};

template <int size>
struct words_of {
  using truths = truths_of<size>;
  using tag = typename truths::word_tag;
  using byte_tag = simd::ScalableTag<unsigned char>;
  using lane = simd::TFromD<tag>;
  static constexpr int lanes = static_cast<int>(simd::MaxLanes(tag()));
  simd::Vec<tag> v;
  words_of() = default;
  CUSIGMOID_FN words_of(lane value) : v(simd::Set(tag(), value)) {}
  CUSIGMOID_FN explicit words_of(simd::Vec<tag> value) : v(value) {}

  CUSIGMOID_FN static words_of load(void const *from) {
    return words_of(simd::BitCast(tag(), simd::LoadU(byte_tag(), static_cast<unsigned char const *>(from))));
  }
  CUSIGMOID_FN friend void store(words_of w, void *to) {
    simd::StoreU(simd::BitCast(byte_tag(), w.v), byte_tag(), static_cast<unsigned char *>(to));
  }

  /// The n first lanes; others are zero. Neither read nor written they are by AVX2 and AVX-512 alone.
  static constexpr bool can_be_partial = HWY_TARGET <= HWY_AVX2;
  CUSIGMOID_FN static words_of load_first(std::size_t n, void const *from) {
    return words_of(simd::MaskedLoad(simd::FirstN(tag(), n), tag(), static_cast<lane const *>(from)));
  }
  CUSIGMOID_FN friend void store_first(std::size_t n, words_of w, void *to) {
    simd::BlendedStore(w.v, simd::FirstN(tag(), n), tag(), static_cast<lane *>(to));
  }

  /// Past the caches, to where a vector is aligned; hwy::FlushStream() ends a series of these.
  CUSIGMOID_FN friend void stream(words_of w, void *to) { simd::Stream(w.v, tag(), static_cast<lane *>(to)); }

  CUSIGMOID_FN friend words_of operator+(words_of a, words_of b) { return words_of(simd::Add(a.v, b.v)); }
  CUSIGMOID_FN friend words_of operator-(words_of a, words_of b) { return words_of(simd::Sub(a.v, b.v)); }
  CUSIGMOID_FN friend words_of operator&(words_of a, words_of b) { return words_of(simd::And(a.v, b.v)); }
  CUSIGMOID_FN friend words_of operator|(words_of a, words_of b) { return words_of(simd::Or(a.v, b.v)); }
  CUSIGMOID_FN friend words_of operator^(words_of a, words_of b) { return words_of(simd::Xor(a.v, b.v)); }
  CUSIGMOID_FN friend words_of operator~(words_of a) { return words_of(simd::Not(a.v)); }
  CUSIGMOID_FN friend words_of operator<<(words_of a, int bits) { return words_of(simd::ShiftLeftSame(a.v, bits)); }
  CUSIGMOID_FN friend words_of operator>>(words_of a, int bits) { return words_of(simd::ShiftRightSame(a.v, bits)); }
  CUSIGMOID_FN friend truths operator==(words_of a, words_of b) { return truths(simd::Eq(a.v, b.v)); }
  CUSIGMOID_FN friend truths operator<=(words_of a, words_of b) { return truths(simd::Not(simd::Gt(a.v, b.v))); }
  CUSIGMOID_FN friend truths operator>(words_of a, words_of b) { return truths(simd::Gt(a.v, b.v)); }
  CUSIGMOID_FN friend words_of select(truths condition, words_of yes, words_of no) {
    return words_of(simd::IfThenElse(condition.v, yes.v, no.v));
  }
};

template <class Float>
struct floats_of {
  using words = words_of<sizeof(Float)>;
  using truths = typename words::truths;
  using tag = simd::ScalableTag<Float>;
  using word_tag = typename words::tag;
  simd::Vec<tag> v;
  floats_of() = default;
  CUSIGMOID_FN floats_of(Float value) : v(simd::Set(tag(), value)) {}
  CUSIGMOID_FN explicit floats_of(simd::Vec<tag> value) : v(value) {}
  // By what they hold: whole ones that are copied into a struct g++ 12 stores in memory, too.
  CUSIGMOID_FN floats_of(floats_of const &other) : v{other.v.raw} {}
  CUSIGMOID_FN floats_of &operator=(floats_of const &other) {
    v.raw = other.v.raw;
    return *this;
  }

  CUSIGMOID_FN friend floats_of operator+(floats_of a, floats_of b) { return floats_of(simd::Add(a.v, b.v)); }
  CUSIGMOID_FN friend floats_of operator-(floats_of a, floats_of b) { return floats_of(simd::Sub(a.v, b.v)); }
  CUSIGMOID_FN friend floats_of operator*(floats_of a, floats_of b) { return floats_of(simd::Mul(a.v, b.v)); }
  CUSIGMOID_FN friend floats_of operator/(floats_of a, floats_of b) { return floats_of(simd::Div(a.v, b.v)); }
  /// By the compiler's own operator, which it makes a part of the multiply-add that follows.
  CUSIGMOID_FN friend floats_of operator-(floats_of a) { return floats_of(simd::Vec<tag>{-a.v.raw}); }
  CUSIGMOID_FN friend floats_of abs(floats_of a) { return floats_of(simd::Abs(a.v)); }
  CUSIGMOID_FN friend floats_of fma(floats_of a, floats_of b, floats_of c) { return floats_of(simd::MulAdd(a.v, b.v, c.v)); }
  CUSIGMOID_FN friend truths operator==(floats_of a, floats_of b) { return truths(simd::RebindMask(word_tag(), simd::Eq(a.v, b.v))); }
  CUSIGMOID_FN friend truths operator<(floats_of a, floats_of b) { return truths(simd::RebindMask(word_tag(), simd::Lt(a.v, b.v))); }
  CUSIGMOID_FN friend truths operator>(floats_of a, floats_of b) { return truths(simd::RebindMask(word_tag(), simd::Gt(a.v, b.v))); }
  CUSIGMOID_FN friend truths operator<=(floats_of a, floats_of b) { return truths(simd::RebindMask(word_tag(), simd::Le(a.v, b.v))); }
  CUSIGMOID_FN friend truths operator>=(floats_of a, floats_of b) { return truths(simd::RebindMask(word_tag(), simd::Ge(a.v, b.v))); }
#if HWY_ARCH_X86  // which takes the second operand where one is NaN; elsewhere Min and Max may drop it
  CUSIGMOID_FN friend floats_of lesser(floats_of a, floats_of b) { return floats_of(simd::Min(b.v, a.v)); }
  CUSIGMOID_FN friend floats_of greater(floats_of a, floats_of b) { return floats_of(simd::Max(b.v, a.v)); }
#else
  CUSIGMOID_FN friend floats_of lesser(floats_of a, floats_of b) { return select(a > b, b, a); }
  CUSIGMOID_FN friend floats_of greater(floats_of a, floats_of b) { return select(a < b, b, a); }
#endif
  CUSIGMOID_FN friend floats_of select(truths condition, floats_of yes, floats_of no) {
    return floats_of(simd::IfThenElse(simd::RebindMask(tag(), condition.v), yes.v, no.v));
  }
  CUSIGMOID_FN friend words bits_of(floats_of a) { return words(simd::BitCast(word_tag(), a.v)); }
};

using words = words_of<4>;
using floats = floats_of<float>;
using long_words = words_of<8>;
using doubles = floats_of<double>;
CUSIGMOID_FN floats float_of(words a) { return floats(simd::BitCast(floats::tag(), a.v)); }
CUSIGMOID_FN doubles float_of(long_words a) { return doubles(simd::BitCast(doubles::tag(), a.v)); }

template <>
inline constexpr bool is_plain<doubles> = true;
template <>
struct number<doubles> : plain_number<doubles> {};

// The rest of what formulas.hpp and what stands under it need. An integer of a lane is right in its low 12 bits, which are what exponents
// and places in tables take.
CUSIGMOID_FN truths_of<8> is_finite(doubles a) { return abs(a) <= doubles(largest_double); }
CUSIGMOID_FN long_words low_integer(doubles rounded) { return bits_of(rounded); }
CUSIGMOID_FN doubles power_of_two(long_words n) { return float_of((n + 1023) << 52); }
CUSIGMOID_FN doubles shift_exponent(doubles a, long_words n) { return float_of(bits_of(a) + (n << 52)); }
CUSIGMOID_FN doubles float_inverse(doubles a) {
  using float_tag = simd::Rebind<float, doubles::tag>;
  auto const narrow = simd::DemoteTo(float_tag(), a.v);
  return doubles(simd::PromoteTo(doubles::tag(), simd::Div(simd::Set(float_tag(), 1.0f), narrow)));
}

// Right on all instruction sets where the error of the result rounded to nearest is a float: that of a difference is, where |a| ≥ |b|, and
// that of a product of 2^−100 and more.
#if HWY_TARGET <= HWY_AVX3
CUSIGMOID_FN floats subtract_towards_zero(floats a, floats b) {
  return floats(simd::Vec<floats::tag>{_mm512_sub_round_ps(a.v.raw, b.v.raw, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC)});
}
CUSIGMOID_FN floats multiply_towards_zero(floats a, floats b) {
  return floats(simd::Vec<floats::tag>{_mm512_mul_round_ps(a.v.raw, b.v.raw, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC)});
}
#else
/// `nearest` less an ulp of it where it lies beyond, by `error`, what was rounded to it.
CUSIGMOID_FN floats towards_zero(floats nearest, floats error) {
  words const too_far = bits_of(nearest) ^ bits_of(error);
  return float_of(bits_of(nearest) - select(abs(error) > floats(0.0f), too_far >> 31, words(0)));
}
CUSIGMOID_FN floats subtract_towards_zero(floats a, floats b) {
  floats const difference = a - b;
  return towards_zero(difference, (a - difference) - b);
}
CUSIGMOID_FN floats multiply_towards_zero(floats a, floats b) {
  floats const product = a * b;
  return towards_zero(product, fma(a, b, -product));
}
#endif

/// Each half, or a limit where that is nearer to 0, the least being negative; NaN stays NaN. As integers the sum with `shift` has all
/// positive numbers in order and all negative ones in the opposite order, and behind each the NaNs of the other sign.
template <class T>
CUSIGMOID_FN words halves_within(words w, unsigned short least, unsigned short greatest) {
  using unsigned_tag = simd::RepartitionToNarrow<words::tag>;
  using signed_tag = simd::RebindToSigned<unsigned_tag>;
  constexpr unsigned short shift = 0x7fff - format<T>::no_number;
  auto const all = [](int bits) { return simd::Set(unsigned_tag(), static_cast<unsigned short>(bits)); };
  auto const shifted = simd::BitCast(signed_tag(), simd::Add(simd::BitCast(unsigned_tag(), w.v), all(shift)));
  auto const positive = simd::BitCast(unsigned_tag(), simd::Min(shifted, simd::BitCast(signed_tag(), all(greatest + shift))));
  return words(simd::BitCast(words::tag(), simd::Sub(simd::Min(positive, all(least + shift)), all(shift))));
}

/// The lower and the upper half of a vector, not of each word: what is known of a float is known of other elements than those of the word
/// in its lane (shortcut_loops.hpp: elements_of_lanes).
template <>
struct halves<float16, words> {
  CUSIGMOID_FN static two_floats<floats> unpack(words w) {
    auto const bits = simd::BitCast(bits_tag(), w.v);
    return {widen(simd::LowerHalf(half_bits_tag(), bits)), widen(simd::UpperHalf(half_bits_tag(), bits))};
  }
  /// Rounded to nearest; a NaN stays one.
  CUSIGMOID_FN static words pack(two_floats<floats> v) {
    return words(simd::BitCast(words::tag(), simd::Combine(bits_tag(), narrow(v.upper), narrow(v.lower))));
  }
  CUSIGMOID_FN static words within(words w, unsigned short least, unsigned short greatest) {
    return halves_within<float16>(w, least, greatest);
  }

 private:
  using bits_tag = simd::RepartitionToNarrow<words::tag>;
  using half_bits_tag = simd::Half<bits_tag>;
  using half_tag = simd::Rebind<hwy::float16_t, floats::tag>;
  CUSIGMOID_FN static floats widen(simd::Vec<half_bits_tag> a) {
    return floats(simd::PromoteTo(floats::tag(), simd::BitCast(half_tag(), a)));
  }
  CUSIGMOID_FN static simd::Vec<half_bits_tag> narrow(floats a) { return simd::BitCast(half_bits_tag(), simd::DemoteTo(half_tag(), a.v)); }
};

template <>
struct halves<bfloat16, words> {
  CUSIGMOID_FN static two_floats<floats> unpack(words w) { return {float_of(w << 16), float_of(w & 0xffff0000)}; }
  /// Rounded to nearest; a NaN of 16 bits stays one.
  CUSIGMOID_FN static words pack(two_floats<floats> v) {
    return rounded(bits_of(v.lower)) >> 16 | (rounded(bits_of(v.upper)) & 0xffff0000);
  }
  CUSIGMOID_FN static words within(words w, unsigned short least, unsigned short greatest) {
    return halves_within<bfloat16>(w, least, greatest);
  }

 private:
  /// In its upper half, to nearest.
  CUSIGMOID_FN static words rounded(words w) { return w + 0x7fff + (w >> 16 & 1); }
};

/// As many floats as there are lanes of them, from doubles that are such; and sums of floats as doubles.
CUSIGMOID_FN floats load_narrowed(double const *from) {
  using half_tag = simd::Half<floats::tag>;
  constexpr int half = doubles::words::lanes;
  return floats(simd::Combine(floats::tag(), simd::DemoteTo(half_tag(), simd::LoadU(doubles::tag(), from + half)),
                              simd::DemoteTo(half_tag(), simd::LoadU(doubles::tag(), from))));
}
CUSIGMOID_FN void store_widened_sum(floats a, floats b, double *to) {
  doubles::tag const tag;
  simd::Half<floats::tag> const half;
  auto const lower = [&](floats v) { return simd::PromoteTo(tag, simd::LowerHalf(half, v.v)); };
  auto const upper = [&](floats v) { return simd::PromoteTo(tag, simd::UpperHalf(half, v.v)); };
  simd::StoreU(simd::Add(lower(a), lower(b)), tag, to);
  simd::StoreU(simd::Add(upper(a), upper(b)), tag, to + doubles::words::lanes);
}

/// In place of `machine`.
struct machine_in_lanes {
  static constexpr bool is_rough = HWY_TARGET <= HWY_AVX3;
#if HWY_TARGET <= HWY_AVX3
  CUSIGMOID_FN static floats inverse(floats a) { return refined(a, rough_inverse(a)); }
  CUSIGMOID_FN static doubles inverse(doubles a) { return doubles(1.0) / a; }
  CUSIGMOID_FN static floats rough_inverse(floats a) { return floats(simd::Vec<floats::tag>{_mm512_rcp14_ps(a.v.raw)}); }
  CUSIGMOID_FN static doubles rough_inverse(doubles a) { return refined(a, doubles(simd::Vec<doubles::tag>{_mm512_rcp14_pd(a.v.raw)})); }
  template <class F>
  CUSIGMOID_FN static F refined(F a, F inverse) {
    return fma(inverse, fma(-a, inverse, F(1.0f)), inverse);
  }
#else
  template <class F>
  CUSIGMOID_FN static F inverse(F a) {
    return F(1.0f) / a;
  }
  template <class F>
  CUSIGMOID_FN static F rough_inverse(F a) {
    return inverse(a);
  }
#endif
  /// 2^k·2^f by a polynomial; below −126 what it is there, above 126, where inverses would be subnormal, infinite.
  CUSIGMOID_FN static floats exp2(floats a) {
    constexpr float least = -126, most = 126, infinite = __builtin_bit_cast(float, 0x7f800000);
    return select(a > most, floats(infinite), exp2_within(greater(a, least)));
  }
  CUSIGMOID_FN static floats exp2_within(floats a) {
    constexpr float magic = 0x1.8p23f;  // an ulp of it is 1
    floats const shifted = a + magic, f = a - (shifted - magic);
    return float_of(bits_of(internal::polynomial<0, 5>(f, coefficients_of_exp2())) + (bits_of(shifted) << 23));
  }

 private:
  struct coefficients_of_exp2 {
    CUSIGMOID_FN float operator()(int i) const { return constants::exp2_short_series(i); }
  };
};

#else

using words = word32;
using floats = f32;
using long_words = uint64;
using doubles = f64;
CUSIGMOID_FN floats load_narrowed(double const *from) { return static_cast<float>(*from); }
CUSIGMOID_FN void store_widened_sum(floats a, floats b, double *to) {
  *to = (f64(static_cast<double>(a.v)) + f64(static_cast<double>(b.v))).v;
}
using machine_in_lanes = machine;

#endif

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
