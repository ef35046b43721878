// SPDX-License-Identifier: Apache-2.0
// Tables as vectors look things up in them, each lane its own.
#pragma once
#include "host/cpu/vectors.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

#if HWY_NATIVE_FMA && !HWY_HAVE_SCALABLE

/// Of so many entries, on as many bytes' boundary as a vector has, each lane its own; where they are a power of two, only as many low bits
/// of an index count.
template <int entries>
CUSIGMOID_FN floats look_up(float const *table, words i) {
  using tag = floats::tag;
#if HWY_TARGET <= HWY_AVX3
  if constexpr (entries == 2 * words::lanes)
    return floats(
        simd::Vec<tag>{_mm512_permutex2var_ps(simd::Load(tag(), table).raw, i.v.raw, simd::Load(tag(), table + words::lanes).raw)});
#endif
  words const index = entries & (entries - 1) ? i : i & (entries - 1);
  return floats(simd::GatherIndex(tag(), table, simd::BitCast(simd::RebindToSigned<tag>(), index.v)));
}
template <int entries>
CUSIGMOID_FN doubles look_up(double const *table, long_words i) {
  using tag = doubles::tag;
#if HWY_TARGET <= HWY_AVX3
  constexpr int lanes = long_words::lanes;
  if constexpr (entries == 4 * lanes) {
    auto const quarter = [&](int k) { return simd::Load(tag(), table + k * lanes).raw; };
    return doubles(simd::Vec<tag>{_mm512_mask_blend_pd(_mm512_test_epi64_mask(i.v.raw, _mm512_set1_epi64(2 * lanes)),
                                                       _mm512_permutex2var_pd(quarter(0), i.v.raw, quarter(1)),
                                                       _mm512_permutex2var_pd(quarter(2), i.v.raw, quarter(3)))});
  }
#endif
  long_words const index = entries & (entries - 1) ? i : i & (entries - 1);
#if HWY_TARGET == HWY_AVX2
  alignas(sizeof(long_words)) uint64 at[long_words::lanes];
  store(index, at);
  return doubles(simd::Vec<tag>{_mm256_setr_pd(table[at[0]], table[at[1]], table[at[2]], table[at[3]])});
#endif
  return doubles(simd::GatherIndex(tag(), table, simd::BitCast(simd::RebindToSigned<tag>(), index.v)));
}
/// What the formulas look up.
template <class Table>
CUSIGMOID_FN doubles look_up(Table const &table, long_words i) {
  struct copy {
    alignas(64) double at[Table::entries];
    explicit copy(Table const &from) {
      for (int k = 0; k < Table::entries; ++k) at[k] = from(k);
    }
  };
  static copy const entries(table);
  return look_up<Table::entries>(entries.at, i);
}

#if HWY_TARGET == HWY_AVX2

/// What shortcuts look up.
template <class Float>
struct entry_in_lanes {
  typename Float::words power;
  Float rest;
};

// By loads of whole entries: half the time of gathers (Zen 3).
CUSIGMOID_FN entry_in_lanes<floats> look_up(exp2_table<in_two_floats>::entry const *table, words i) {
  alignas(sizeof(words)) word32 at[words::lanes];
  store(i, at);
  auto const load = [&](int lane) {
    double both;
    __builtin_memcpy(&both, table + at[lane], sizeof both);
    return both;
  };
  auto const load_two = [&](int lane) { return _mm_set_pd(load(lane + 1), load(lane)); };
  auto const load_four = [&](int lane) { return _mm256_castpd_ps(_mm256_set_m128d(load_two(lane + 4), load_two(lane))); };
  __m256 const a = load_four(0), b = load_four(2);
  constexpr int first = 0x88, second = 0xdd;  // of each entry
  return {bits_of(floats(simd::Vec<floats::tag>{_mm256_shuffle_ps(a, b, first)})),
          floats(simd::Vec<floats::tag>{_mm256_shuffle_ps(a, b, second)})};
}
CUSIGMOID_FN entry_in_lanes<doubles> look_up(exp2_table<in_two_doubles>::entry const *table, long_words i) {
  alignas(sizeof(long_words)) uint64 at[long_words::lanes];
  store(i << 4, at);  // in bytes
  auto const load = [&](int lane) {
    return _mm_load_pd(reinterpret_cast<double const *>(reinterpret_cast<char const *>(table) + at[lane]));
  };
  __m256d const a = _mm256_set_m128d(load(2), load(0)), b = _mm256_set_m128d(load(3), load(1));
  return {bits_of(doubles(simd::Vec<doubles::tag>{_mm256_unpacklo_pd(a, b)})), doubles(simd::Vec<doubles::tag>{_mm256_unpackhi_pd(a, b)})};
}

/// exp2_table.
template <class Numbers>
class exp2_lanes {
  exp2_table<Numbers> table_;

 public:
  using numbers = Numbers;
  explicit exp2_lanes(exp2_table<Numbers> const &table) : table_(table) {}
  CUSIGMOID_FN auto of(long_words k) const { return look_up(table_.at, k & (constants::exp_steps - 1)); }
};

/// exp2_factors.
template <>
class exp2_lanes<in_two_floats> {
  struct factors {
    alignas(sizeof(floats)) float power[words::lanes], offset[words::lanes], rest[words::lanes];
    /// So many, one after the other, from one on.
    factors(int first, int count) {
      for (int i = 0; i < words::lanes; ++i) {
        exp2_factors::factor const f(first + i % count);
        power[i] = f.power, offset[i] = f.offset, rest[i] = f.rest;
      }
    }
  };
  factors fourths_{0, 4}, steps_{4, 8};

 public:
  using numbers = in_two_floats;
  explicit exp2_lanes(exp2_table<in_two_floats> const &) {}
  CUSIGMOID_FN exp2_factors::entry_of<floats> of(words k) const {
    __m256i const fourth = (k >> 3).v.raw;
    auto const load = [](float const *from) { return simd::Load(floats::tag(), from).raw; };
    auto const of_fourths = [&](float const *from) { return floats(simd::Vec<floats::tag>{_mm256_permutevar_ps(load(from), fourth)}); };
    auto const of_steps = [&](float const *from) { return floats(simd::Vec<floats::tag>{_mm256_permutevar8x32_ps(load(from), k.v.raw)}); };
    return {of_fourths(fourths_.power) * of_steps(steps_.power), of_fourths(fourths_.offset) + of_steps(steps_.offset),
            of_fourths(fourths_.rest) + of_steps(steps_.rest)};
  }
};

/// log1p_table.
template <class Numbers>
class log1p_lanes {
  using Word = typename floats_of<typename Numbers::number>::words;
  log1p_table<Numbers> table_;

 public:
  using numbers = Numbers;
  explicit log1p_lanes(log1p_table<Numbers> const &table) : table_(table) {}
  CUSIGMOID_FN auto of(Word k) const { return look_up(table_.at, (k & (constants::exp_steps - 1)) + table_.first_power); }
  CUSIGMOID_FN auto logarithm(Word j) const { return look_up(table_.at, j & (table_.size - 1)); }
};

#else

/// exp2_table.
template <class Numbers>
class exp2_lanes {
  using Float = floats_of<typename Numbers::number>;
  using Word = typename Float::words;
  alignas(64) typename Numbers::number power_[constants::exp_steps];
  alignas(64) typename Numbers::number rest_[constants::exp_steps];

 public:
  using numbers = Numbers;
  struct entry {
    Word power;
    Float rest;
  };

  explicit exp2_lanes(exp2_table<Numbers> const &table) {
    for (int j = 0; j < constants::exp_steps; ++j) power_[j] = float_of(table.at[j].power).v, rest_[j] = table.at[j].rest;
  }

  CUSIGMOID_FN entry of(Word k) const {
    return {bits_of(look_up<constants::exp_steps>(power_, k)), look_up<constants::exp_steps>(rest_, k)};
  }
};

/// log1p_table.
template <class Numbers>
class log1p_lanes : public exp2_lanes<Numbers> {
  using table = log1p_table<Numbers>;
  using Word = typename floats_of<typename Numbers::number>::words;
  static constexpr int size = table::size;
  alignas(64) typename Numbers::number high_[size], low_[size];

  template <class Number>
  CUSIGMOID_FN static auto look_up_logarithm(Number const *from, Word j) {
#if HWY_TARGET <= HWY_AVX3
    if constexpr (table::steps == 4 * Word::lanes) {
      auto const quarter = [&](int k) { return simd::Load(floats::tag(), from + k * words::lanes).raw; };
      auto const in_upper_half = _mm512_test_epi32_mask(j.v.raw, _mm512_set1_epi32(table::steps / 2));
      auto const any = _mm512_mask_blend_ps(in_upper_half, _mm512_permutex2var_ps(quarter(0), j.v.raw, quarter(1)),
                                            _mm512_permutex2var_ps(quarter(2), j.v.raw, quarter(3)));
      return floats(simd::Vec<floats::tag>{_mm512_maskz_mov_ps(_mm512_testn_epi32_mask(j.v.raw, _mm512_set1_epi32(table::steps)), any)});
    } else
#endif
      return look_up<size>(from, j);
  }

 public:
  using typename exp2_lanes<Numbers>::entry;
  explicit log1p_lanes(table const &t) : exp2_lanes<Numbers>(exp2_table<Numbers>::make()) {
    for (unsigned j = 0; j < size; ++j) high_[j] = float_of(t.logarithm(j).power).v, low_[j] = t.logarithm(j).rest;
  }

  CUSIGMOID_FN entry logarithm(Word j) const { return {bits_of(look_up_logarithm(high_, j)), look_up_logarithm(low_, j)}; }
};

#endif

#else
template <class Numbers>
using exp2_lanes = exp2_table<Numbers>;
template <class Numbers>
using log1p_lanes = log1p_table<Numbers>;
#endif

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
