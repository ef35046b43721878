// SPDX-License-Identifier: Apache-2.0
// The LSTM cell, each result a quotient of exponentials: of 16 bits and fewer in float, with how far it may be off; of more in numbers of
// two parts.
#pragma once
#include "cusigmoid/shortcuts/estimated.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

namespace internal {

template <>
struct estimates_of<ops::lstm_cell> {
  using bound = bound_in_units;
  template <class T, class Word, class... More>
  CUSIGMOID_FN static auto are_moderate(Word, More...) {
    return truth_type<Word>(true);  // what is too large has an inverse of 0, and no result that is known
  }
  /// With 1 + e^−x for each gate, c and h have one inverse each.
  template <class Approximate, class F>
  CUSIGMOID_FN static auto of(bound const &, F i_in, F f_in, F g_in, F o_in, F i_bias, F f_bias, F g_bias, F o_bias, F c_prev) {
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

/// σ(x) = value, σ(−x) = e^−x·value, and their product σ′(x).
template <class F>
struct estimated_gate {
  F value, derivative, units;  // what value errs by, relatively
  template <class Approximate>
  CUSIGMOID_FN static estimated_gate of(F x) {
    F const e = Approximate::exp2(x * F(-log2e)), value = Approximate::inverse(e + F(1.0f));
    return {value, value * (e * value), units_with_sigmoid(x, 3)};
  }
  /// What the derivative errs by, and others.
  CUSIGMOID_FN static F derivative_units(F x, float others) { return fma(abs(x), 2.22f, others + 12); }
};

/// tanh(x) and tanh′(x) = 1 − tanh²(x).
template <class F>
struct estimated_tanh {
  F value, derivative;
  template <class Approximate>
  CUSIGMOID_FN static estimated_tanh of(F x) {
    F const one = 1.0f, e = Approximate::exp2(x * F(-2 * log2e)), inverse = Approximate::inverse(e + one), twice = inverse + inverse;
    return {(one - e) * inverse, e * twice * twice};
  }
};

template <>
struct estimates_of<ops::lstm_cell_backward> {
  using bound = bound_in_units;
  template <class T, class Word>
  CUSIGMOID_FN static auto are_moderate(Word, Word, Word, Word, Word, Word, Word, Word, Word c_prev, Word dh, Word dc) {
    return factors_are_moderate<T>(c_prev, dh, dc);
  }
  template <class Approximate, class F>
  CUSIGMOID_FN static auto of(bound const &, F i_in, F f_in, F g_in, F o_in, F i_bias, F f_bias, F g_bias, F o_bias, F c_prev, F dh_in,
                              F dc) {
    using number = estimate<Approximate, true, F>;
    using gate = estimated_gate<F>;
    F const i = i_in + i_bias, f = f_in + f_bias, g = g_in + g_bias, o = o_in + o_bias;
    gate const of_i = gate::template of<Approximate>(i), of_f = gate::template of<Approximate>(f), of_o = gate::template of<Approximate>(o);
    auto const of_g = estimated_tanh<F>::template of<Approximate>(g);
    F const kept = c_prev * of_f.value, fresh = of_i.value * of_g.value, c = fresh + kept;
    F const c_units = fma(abs(kept), of_f.units + F(2.0f), fma(abs(fresh), of_i.units + F(7.0f), of_i.value * F(2.5f)));
    auto const of_c = estimated_tanh<F>::template of<Approximate>(c);
    F const exponent_units = fma(abs(c), 1.22f, c_units + F(2.5f));  // half of what e^−2c errs by

    // Beyond these d would not be known relatively: some of it might be lost that is more than dc.
    F const dh = select(both_hold(o >= F(-60.0f), abs(c) <= F(40.0f)), dh_in, F(no_number));
    F const through_h = dh * of_o.value * of_c.derivative, d = dc + through_h, d_size = abs(d);
    F const d_units = abs(through_h) * fma(abs(of_c.value) * F(2.0f), exponent_units, of_o.units + F(11.0f));

    F const g_size = abs(of_g.value), by_i = d * of_g.value, by_f = c_prev * of_f.derivative, by_g = of_i.value * of_g.derivative,
            by_o = dh * of_o.derivative;
    number const di = {by_i * of_i.derivative,
                       of_i.derivative * fma(g_size, d_units, d_size * fma(g_size, gate::derivative_units(i, 9), 2.5f))},
                 df = {by_f * d, abs(by_f) * fma(d_size, gate::derivative_units(f, 4), d_units)},
                 dg = {by_g * d, by_g * fma(d_size, fma(abs(g), 4.44f, of_i.units + F(16.0f)), d_units)},
                 d_o = {by_o * of_c.value,
                        abs(by_o) * fma(of_c.derivative, exponent_units, abs(of_c.value) * gate::derivative_units(o, 8))},
                 dc_prev = {d * of_f.value, of_f.value * fma(d_size, of_f.units + F(3.0f), d_units)};
    return results(di, df, dg, d_o, dc_prev);
  }
};

/// 1 + e^(x + low) for x ≤ 16, from where on the sum may have no room for the 1; |low| below an ulp of x.
template <class Table, class F>
CUSIGMOID_FN two_parts<F> one_plus_exp(Table const &t, F x, F low) {
  F const one = 1.0f;
  exponential_in_parts<F> const e = exp_of_minus_in_parts(t, -x);
  F const sum = fma(e.power, (e.r + e.low) + one, one), without_one = sum - one;
  return {sum, fma(without_one, low, fma(e.power, e.low, fma(e.power, e.r, e.power - without_one)))};
}

/// What tanh(|x|) is made of: (2 − sum)/sum for sum = 1 + e^−2|x|.
template <class Table, class F>
CUSIGMOID_FN two_parts<F> tanh_sum(Table const &t, two_parts<F> x) {
  F const minus_two = -2.0f;
  return one_plus_exp(t, abs(x.value) * minus_two, with_sign(x.low * minus_two, x.value));
}
template <class F>
CUSIGMOID_FN two_parts<F> numerator_of_tanh(two_parts<F> sum) {
  return {F(2.0f) - sum.value, -sum.low};  // exact
}

/// c and h; and whether all exponentials are in range.
template <class F, class Truth>
struct lstm_parts {
  sized_parts<F> c, h;
  Truth in_range;
};

/// c by one inverse of (1 + e^−i)·(1 + e^−f)·(1 + e^−2|g|), h by one of (1 + e^−o)·(1 + e^−2|c|).
template <class Approximate, class Table, class F>
CUSIGMOID_FN auto lstm_in_parts(Table const &t, two_parts<F> i, two_parts<F> f, two_parts<F> g, two_parts<F> o, F c_prev) {
  using parts = two_parts<F>;
  parts const of_i = one_plus_exp(t, -i.value, -i.low), of_f = one_plus_exp(t, -f.value, -f.low), of_o = one_plus_exp(t, -o.value, -o.low),
              of_g = tanh_sum(t, g);
  parts const of_ig = times(of_i, of_g), all = times(of_ig, of_f);
  parts const kept = times(c_prev, of_ig), fresh = with_sign(times(numerator_of_tanh(of_g), of_f), g.value);
  parts const sum = sum_in_parts(kept.value, fresh.value);
  F const inverse = Approximate::inverse(all.value), one = 1.0f;
  parts const c = quotient(parts{sum.value, sum.low + (kept.low + fresh.low)}, all, inverse);
  F const c_size = fma(of_f.value, of_g.value, abs(kept.value)) * inverse, nearest = c.value + c.low;

  parts const of_c = tanh_sum(t, parts{nearest, (c.value - nearest) + c.low}), both = times(of_o, of_c);
  F const inverse_h = Approximate::inverse(both.value);
  parts const h = with_sign(quotient(numerator_of_tanh(of_c), both, inverse_h), nearest);
  F const h_size = of_c.value * inverse_h * (one + c_size);

  F const gate_range = 16.0f, tanh_range = Table::numbers::tanh_range;
  auto const gates = both_hold(both_hold(abs(i.value) <= gate_range, abs(f.value) <= gate_range), abs(o.value) <= gate_range);
  auto const in_range = both_hold(gates, both_hold(abs(g.value) <= tanh_range, abs(nearest) <= tanh_range));
  return lstm_parts<F, decltype(in_range)>{{c.value, c.low, c_size}, {h.value, h.low, h_size}, in_range};
}

template <class Numbers>
struct lstm_cell_in_parts {
  static constexpr bool exists = true;
  using table = typename Numbers::table;

  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &t, many<Word, 2> &out, Word i, Word f, Word g, Word o, Word i_bias, Word f_bias,
                                   Word g_bias, Word o_bias, Word c_prev) {
    auto const of = [](Word x, Word bias) { return sum_in_parts(float_of(x), float_of(bias)); };
    auto const v = lstm_in_parts<Approximate>(t, of(i, i_bias), of(f, f_bias), of(g, g_bias), of(o, o_bias), float_of(c_prev));
    auto const c_is_sure = rounds_alike<Numbers>(v.c, Numbers::lstm_error, out.value[0]);
    auto const h_is_sure = rounds_alike<Numbers>(v.h, Numbers::lstm_error, out.value[1]);
    return both_hold(both_hold(c_is_sure, h_is_sure), v.in_range);
  }
};

}  // namespace internal

template <>
struct shortcut<ops::lstm_cell, float> : internal::lstm_cell_in_parts<in_two_floats> {};
template <>
struct shortcut<ops::lstm_cell, double> : internal::lstm_cell_in_parts<in_two_doubles> {};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
