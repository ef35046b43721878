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

namespace internal {
template <class Op, std::size_t... i>
float counted_bound(parameters const &given, std::index_sequence<i...>) {
  auto const result = apply<Op>(0, given, (static_cast<void>(i), counted<has_sums_in_exponents<Op>>{0})...);
  float most = 0;
  for (auto const &r : result.value) most = r.units > most ? r.units : most;
  return (most + 3) * 0x1p-24f;  // the rounding of the magnitude, of the sums with it, and the error of f64
}
template <class Op>
float counted_bound(parameters const &given) {
  return counted_bound<Op>(given, std::make_index_sequence<Op::in::size>{});
}
}  // namespace internal

/// What estimates by an op's own formula may err by, relative to their magnitudes; and the parameters, if it takes any.
template <class Op, bool = Op::takes != parameter_set::none>
struct error_bound {
  float relative;
  static error_bound make() { return {internal::counted_bound<Op>(default_parameters())}; }
  CUSIGMOID_FN static parameters given() { return default_parameters(); }
};
template <class Op>
struct error_bound<Op, true> {
  float relative;
  parameters of_call;
  static error_bound make(parameters const &p) { return {internal::counted_bound<Op>(p), p}; }
  CUSIGMOID_FN parameters given() const { return of_call; }
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
/// Whether nothing that has underflowed grows again: factors of a product are below 2^24, as all of fp16 and fp8 are.
template <class T, class Word, class... More>
CUSIGMOID_FN auto factors_are_moderate(Word first, More... more) {
  if constexpr (format<T>::id == dtype::bfloat16) {
    constexpr unsigned short limit = 0x4b80;
    return (halves_below(first, limit) & (halves_below(more, limit) & ...)) == 0xffffffffu;
  } else {
    return truth_type<Word>(true);
  }
}

/// A unit of 2^−24, as docs/proofs.md counts them, and 0.4 % more, for what is of the second order, and the error of f64.
constexpr float unit = 0x1.01p-24f;
struct bound_in_units {
  float relative;
  static bound_in_units make() { return {unit}; }
};

/// What 1/(1 + e^−x) errs by where e^−x does by 4 + 2.22·|x| units of 2^−24: by more the larger the exponential is.
constexpr float slope_of_units = 1.36f, least_units = 2.03f;
template <class F>
CUSIGMOID_FN F units_with_sigmoid(F x, float others) {
  return fma(abs(x) - x, slope_of_units, others + least_units);
}

/// How an op is estimated: by its own formula, where it has no other.
template <class Op>
struct estimates_of {
  using bound = error_bound<Op>;
  static bool serves(parameters const &) { return true; }
  template <class T, class Word, class... More>
  CUSIGMOID_FN static auto are_moderate(Word first, More... more) {
    if constexpr (sizeof...(more) > 1)
      return factors_are_moderate<T>(first, more...);
    else
      return truth_type<Word>(true);
  }
  template <class Approximate, class F, class... More>
  CUSIGMOID_FN static auto of(bound const &of_op, F first, More... more) {
    using number = estimate<Approximate, has_sums_in_exponents<Op>, F>;
    return internal::apply<Op>(0, of_op.given(), number::exact(first), number::exact(more)...);
  }
};

template <class Op, class T>
struct estimated {
  static constexpr bool exists = true;
  using table = typename estimates_of<Op>::bound;
  static bool serves(parameters const &p) { return estimates_of<Op>::serves(p); }

  template <class Approximate = machine, class Table, class Out, class... Word>
  CUSIGMOID_FN static auto attempt(Table const &bound, Out &out, Word... in) {
    using word = at<0, list<Word...>>;
    constexpr int outputs = Op::out::size, bits = 16 * static_cast<int>(sizeof(T));
    auto sure = estimates_of<Op>::template are_moderate<T>(in...);
    CUSIGMOID_UNROLL
    for (int bit = 0; bit < 32; bit += bits) {
      auto const [lower, upper] = estimate_pair<Approximate>(bound, pair_of<T, word>::unpack(in >> bit)...);
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
  CUSIGMOID_FN static auto estimate_pair(table const &bound, Pair first, More... more) {
    auto const lower = estimates_of<Op>::template of<Approximate>(bound, first.lower, more.lower...);
    return two_estimates<decltype(lower)>{lower, estimates_of<Op>::template of<Approximate>(bound, first.upper, more.upper...)};
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
