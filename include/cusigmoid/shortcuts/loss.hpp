// SPDX-License-Identifier: Apache-2.0
// Binary cross-entropy of float and its gradient: ln(1 + e^−|x|) or σ(−|x|) in two floats, the few operations behind it in double.
#pragma once
#include "cusigmoid/shortcuts/products.hpp"
#include "cusigmoid/shortcuts/softplus.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

namespace internal {
CUSIGMOID_FN f64 in_double(f32 a) { return element<float>::widen(a.v); }
/// A NaN is not equal to itself, so that it need not be the one that results have.
CUSIGMOID_FN f32 in_float(f64 a) {
#if defined(__CUDA_ARCH__)
  float r;
  asm("cvt.rn.f32.f64 %0, %1;" : "=f"(r) : "d"(a.v));
  return r;
#else
  return static_cast<float>(a.v);
#endif
}
}  // namespace internal

template <>
struct shortcut<ops::bce_with_logits, float> {
  static constexpr bool exists = true;
  using table = log1p_table<in_two_floats>;

  template <class Approximate = machine>
  CUSIGMOID_FN static bool attempt(table const &t, word32 &loss, word32 x_in, word32 target_in, word32 weight_in, word32 pos_weight_in) {
    using internal::in_double;
    f32 const x = float_of(x_in), target = float_of(target_in), pos_weight = float_of(pos_weight_in), zero = 0.0f;
    auto const l = internal::log1p_in_parts<Approximate>(t, x);
    f64 const v = bce_of_logarithm(in_double(x), in_double(target), in_double(float_of(weight_in)), in_double(pos_weight),
                                   in_double(l.value) + in_double(l.low));
    constexpr double error = in_two_floats::loss_error;
    f32 const one_end = internal::in_float(v * f64(1 - error)), other_end = internal::in_float(v * f64(1 + error));
    loss = bits_of(one_end);
    // terms of one sign, so that the loss has no larger a relative error than the logarithm
    bool const adds = both_hold(both_hold(target >= zero, target <= f32(1.0f)), pos_weight >= zero);
    return both_hold(both_hold(one_end == other_end, adds), abs(x) <= f32(in_two_floats::softplus_range));
  }
};

template <>
struct shortcut<ops::bce_with_logits_backward, float> {
  static constexpr bool exists = true;
  struct table {
    in_two_floats::table powers;
    double one_over_divisor;
    static table make(parameters const &p) { return {in_two_floats::table::make(), 1 / p.divisor}; }
  };
  static bool serves(parameters const &) { return true; }

  template <class Approximate = machine>
  CUSIGMOID_FN static bool attempt(table const &t, word32 &dx, word32 x_in, word32 target_in, word32 weight_in, word32 pos_weight_in,
                                   word32 dloss_in) {
    using internal::in_double;
    f32 const x = float_of(x_in);
    auto const s = internal::sigmoid_factor::parts<Approximate>(t.powers, -abs(x));
    f64 const one = 1.0, of_minus_abs = in_double(s.value) + in_double(s.low), of_abs = one - of_minus_abs;
    bool const negative = x < f32(0.0f);
    f64 const target = in_double(float_of(target_in));
    f64 const if_zero = (one - target) * select(negative, of_minus_abs, of_abs),
              if_one = in_double(float_of(pos_weight_in)) * target * select(negative, of_abs, of_minus_abs);
    f64 const scale = in_double(float_of(dloss_in)) * f64(t.one_over_divisor) * in_double(float_of(weight_in));
    // both σ(x) and σ(−x) err by less than σ(−|x|) does, relatively
    constexpr double error = internal::sigmoid_factor::error<in_two_floats>;
    f64 const v = scale * (if_zero - if_one), may_err = abs(scale) * (f64(error) * (abs(if_zero) + abs(if_one)));
    f32 const one_end = internal::in_float(v - may_err), other_end = internal::in_float(v + may_err);
    dx = bits_of(one_end);
    // by their bits, too: where both terms cancel they may be zeros of either sign
    bool const alike = both_hold(one_end == other_end, dx == bits_of(other_end));
    return both_hold(both_hold(alike, may_err > f64(0.0)), abs(x) <= f32(internal::sigmoid_factor::range));
  }
};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
