// SPDX-License-Identifier: Apache-2.0
// The terms of sums of losses of elements of 32 bits and fewer: ln(1 + e^−|x|) in two floats, all else in double. Their bits are the sum's:
// unlike a shortcut this is one sequence of IEEE operations for every place.
#pragma once
#include "cusigmoid/shortcuts/sixteen_bits.hpp"
#include "cusigmoid/shortcuts/softplus.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

namespace internal {

/// In place of `machine`, by operations that give the same bits everywhere: 1/a for 1 ≤ a ≤ 2 to within 2^−19.8. 1 − a·q(a) is the third
/// Chebyshev polynomial on that interval, over 99; a step of the third order follows.
struct fixed_sequence {
  template <class F>
  CUSIGMOID_FN static F inverse(F a) {
    F const q = fma(fma(F(32.0f / 99), a, F(-144.0f / 99)), a, F(210.0f / 99)), rest = fma(-a, q, F(1.0f));
    return fma(q, fma(rest, rest, rest), q);
  }
};

template <class Op>
constexpr bool sums_losses = false;
template <>
inline constexpr bool sums_losses<ops::bce_with_logits_sum> = true;
template <>
inline constexpr bool sums_losses<ops::bce_with_logits_forward_backward> = true;

/// An element as a float.
template <class T>
CUSIGMOID_FN f32 float_from(T v) {
  if constexpr (sizeof(T) == 2)
    return halves<T>::unpack(word_with(v, 0)).lower;
  else
    return static_cast<float>(element<T>::widen(v));
}
CUSIGMOID_FN f32 float_from(float v) { return v; }

}  // namespace internal

/// How an op's results are computed in a pass that adds them up: by evaluate, or what is above.
template <class Op, class ArrayTypes, bool = internal::sums_losses<Op> && !internal::is_double<at<0, ArrayTypes>>>
struct terms {
  static constexpr bool exists = false;
  using table = no_table;
};
template <class Op, class ArrayTypes>
struct terms<Op, ArrayTypes, true> {
  static constexpr bool exists = true;
  using table = log1p_table<in_two_floats>;

  /// Of x and target, and of the weights where there are any. Whether there are results: where there are none they are evaluate's.
  template <class T, class... More>
  CUSIGMOID_FN static bool attempt(table const &t, parameters const &given, many<double, Op::out::size> &results, T x, More... more) {
    f32 const in_float = internal::float_from(x);
    auto const l = internal::log1p_in_parts<internal::fixed_sequence>(t, in_float);
    f64 const logarithm = f64(element<float>::widen(l.value.v)) + f64(element<float>::widen(l.low.v));
    auto const y = Op::of_logarithm(given, f64(element<float>::widen(in_float.v)), f64(element<More>::widen(more))..., logarithm);
    for (int i = 0; i < Op::out::size; ++i) results.value[i] = y.value[i].v;
    return abs(in_float) <= f32(in_two_floats::softplus_range);
  }
};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
