// SPDX-License-Identifier: Apache-2.0
// The LSTM cell of 16 bits and fewer: a quotient of exponentials for each result, and how far it may be off.
#pragma once
#include "cusigmoid/shortcuts/estimated.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// In units of 2^−24: docs/proofs.md counts them. (0.4 % more, for what is of the second order, and the error of f64.)
template <>
struct error_bound<ops::lstm_cell> {
  float relative;
  static error_bound make() { return {0x1.01p-24f}; }
};

namespace internal {

/// What 1/(1 + e^−x) errs by: where e^−x is the larger term, by more the larger x is.
template <class F>
CUSIGMOID_FN F units_with_sigmoid(F x, float others) {
  return fma(abs(x) - x, 1.36f, others + 2.01f);
}

template <>
struct estimates_of<ops::lstm_cell> {
  template <class T, class Word, class... More>
  CUSIGMOID_FN static auto are_moderate(Word, More...) {
    return truth_type<Word>(true);  // what is too large has an inverse of 0, and no result that is known
  }
  /// With 1 + e^−x for each gate, c and h have one inverse each.
  template <class Approximate, class F>
  CUSIGMOID_FN static auto of(F i_in, F f_in, F g_in, F o_in, F i_bias, F f_bias, F g_bias, F o_bias, F c_prev) {
    using number = estimate<Approximate, true, F>;
    F const i = i_in + i_bias, f = f_in + f_bias, g = g_in + g_bias, o = o_in + o_bias, one = 1.0f;
    F const of_i = one + Approximate::exp2(i * F(-log2e)), of_f = one + Approximate::exp2(f * F(-log2e)),
            of_o = one + Approximate::exp2(o * F(-log2e)), e_g = Approximate::exp2(g * F(-2 * log2e)), of_g = one + e_g;
    F const of_ig = of_i * of_g, kept = c_prev * of_ig, above_g = one - e_g, inverse = Approximate::inverse(of_ig * of_f);
    F const c = fma(above_g, of_f, kept) * inverse;
    F const new_units = of_f * fma(of_g, 2.5f, abs(above_g) * units_with_sigmoid(i, 10));
    F const c_units = fma(abs(kept), units_with_sigmoid(f, 8), new_units) * inverse;

    F const e_c = Approximate::exp2(c * F(-2 * log2e)), of_c = one + e_c, above_c = one - e_c,
            inverse_h = Approximate::inverse(of_o * of_c);
    F const slope = fma(of_c, 1.25f, -abs(above_c));  // 1 − tanh² ≤ 5/4 − |tanh|
    F const h_units = fma(slope, c_units + F(2.85f), abs(above_c) * units_with_sigmoid(o, 8)) * inverse_h;
    return results(number{c, c_units}, number{above_c * inverse_h, h_units});
  }
};

}  // namespace internal

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
