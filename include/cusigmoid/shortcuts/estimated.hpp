// SPDX-License-Identifier: Apache-2.0
// Results of 16 bits and fewer by an op's own formula over estimates: sure where all numbers as near as an estimate may err are rounded to
// the same.
#pragma once
#include <utility>

#include "cusigmoid/shortcuts/eight_bits.hpp"
#include "cusigmoid/shortcuts/estimate.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// Whether an op takes the exponential of a sum.
template <class Op>
constexpr bool has_sums_in_exponents = false;
template <>
inline constexpr bool has_sums_in_exponents<ops::bias_forward> = true;

/// What estimates of an op's results may err by, relative to their magnitudes.
template <class Op>
struct error_bound {
  float relative;
  static error_bound make() { return make(std::make_index_sequence<Op::in::size>{}); }

 private:
  template <std::size_t... i>
  static error_bound make(std::index_sequence<i...>) {
    auto const result = internal::apply<Op>(0, default_parameters(), (static_cast<void>(i), counted<has_sums_in_exponents<Op>>{0})...);
    float most = 0;
    for (auto const &r : result.value) most = r.units > most ? r.units : most;
    return {(most + 3) * 0x1p-24f};  // the rounding of the magnitude, of the sums with it, and the error of f64
  }
};

namespace internal {

/// A pair of elements of a word as floats, and back.
template <class T, class Word>
struct pair_of : halves<T, Word> {};
template <class Word>
struct pair_of<float8_e4m3, Word> : quarters<float8_e4m3> {};
template <class Word>
struct pair_of<float8_e5m2, Word> : quarters<float8_e5m2> {};

/// Whether both are numbers, and none so small that what has underflowed on the way counts. (Zero is: its sign may be that of a sum whose
/// sign is not known.)
template <class F>
CUSIGMOID_FN auto are_known(two_floats<F> v) {
  F const smallest = 0x1p-80f;
  return both_hold(abs(v.lower) >= smallest, abs(v.upper) >= smallest);
}
/// How an op is estimated: by its own formula, where it has no other. Where nothing that has underflowed grows again: factors of a product
/// of several inputs are below 2^24, as all of fp16 and fp8 are.
template <class Op>
struct estimates_of {
  template <class T, class Word, class... More>
  CUSIGMOID_FN static auto are_moderate(Word first, More... more) {
    if constexpr (format<T>::id == dtype::bfloat16 && sizeof...(more) > 1) {
      constexpr unsigned short limit = 0x4b80;
      return (halves_below(first, limit) & (halves_below(more, limit) & ...)) == 0xffffffffu;
    } else {
      return truth_type<Word>(true);
    }
  }
  template <class Approximate, class F, class... More>
  CUSIGMOID_FN static auto of(F first, More... more) {
    using number = estimate<Approximate, has_sums_in_exponents<Op>, F>;
    return internal::apply<Op>(0, default_parameters(), number::exact(first), number::exact(more)...);
  }
};

template <class Op, class T>
struct estimated {
  static constexpr bool exists = true;
  using table = error_bound<Op>;

  template <class Approximate = machine, class Table, class Out, class... Word>
  CUSIGMOID_FN static auto attempt(Table const &bound, Out &out, Word... in) {
    using word = at<0, list<Word...>>;
    constexpr int outputs = Op::out::size, bits = 16 * static_cast<int>(sizeof(T));
    auto sure = estimates_of<Op>::template are_moderate<T>(in...);
    CUSIGMOID_UNROLL
    for (int bit = 0; bit < 32; bit += bits) {
      auto const [lower, upper] = estimate_pair<Approximate>(pair_of<T, word>::unpack(in >> bit)...);
      CUSIGMOID_UNROLL
      for (int o = 0; o < outputs; ++o) {
        word pair;
        sure = both_hold(sure, round<word>(bound.relative, lower.value[o], upper.value[o], pair));
        result(out, o) = bit == 0 ? pair : result(out, o) | pair << bit;
      }
    }
    return sure;
  }

 private:
  template <class Estimates>
  struct two_estimates {
    Estimates lower, upper;
  };
  template <class Approximate, class Pair, class... More>
  CUSIGMOID_FN static auto estimate_pair(Pair first, More... more) {
    auto const lower = estimates_of<Op>::template of<Approximate>(first.lower, more.lower...);
    return two_estimates<decltype(lower)>{lower, estimates_of<Op>::template of<Approximate>(first.upper, more.upper...)};
  }
  template <class Word, class Estimate>
  CUSIGMOID_FN static auto round(float bound, Estimate lower, Estimate upper, Word &pair) {
    using F = float_type<Word>;
    F const more = bound, less = -more;
    two_floats<F> const end = {fma(lower.magnitude, less, lower.value), fma(upper.magnitude, less, upper.value)},
                        other_end = {fma(lower.magnitude, more, lower.value), fma(upper.magnitude, more, upper.value)};
    pair = pair_of<T, Word>::pack(end);
    return both_hold(pair == pair_of<T, Word>::pack(other_end), are_known(end));
  }
};

}  // namespace internal

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
