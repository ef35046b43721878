// SPDX-License-Identifier: Apache-2.0
// SwiGLU of 16 bits and fewer, options and all, in float: with how far its one exponential and its inverse may be off.
#pragma once
#include "cusigmoid/shortcuts/estimated.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

namespace internal {

/// A call's options in float. docs/proofs.md counts the units.
struct swiglu_in_float {
  float relative, alpha, exponent, limit, offset;  // exponent: −alpha·log2 e
  static swiglu_in_float make(parameters const &p) {
    constexpr double exact_log2e = 1.4426950408889634;
    return {unit, static_cast<float>(p.alpha), static_cast<float>(-p.alpha * exact_log2e), static_cast<float>(p.limit),
            static_cast<float>(p.offset)};
  }
};

struct estimates_of_swiglu {
  using bound = swiglu_in_float;
  /// Limit and offset as they are in float, none so small or large that something on the way is no normal number.
  static bool serves(parameters const &p) {
    auto const is_float = [](double v) { return static_cast<double>(static_cast<float>(v)) == v; };
    auto const is_moderate = [](double v) { return __builtin_fabs(v) >= 0x1p-24 && __builtin_fabs(v) <= 0x1p24; };
    bool const no_limit = p.limit > largest_double;
    return is_moderate(p.alpha) && (no_limit || (is_moderate(p.limit) && is_float(p.limit))) &&
           (p.offset == 0 || (is_moderate(p.offset) && is_float(p.offset)));
  }
  template <class T, class... Word>
  CUSIGMOID_FN static auto are_moderate(Word... in) {
    return factors_are_moderate<T>(in...);
  }

 protected:
  /// What gate·σ(alpha·gate) errs by, and others, in units of 2^−24 of it: of e^−x the exponent's constant and product each have |x|.
  template <class F>
  CUSIGMOID_FN static F units(F exponent, float others) {
    constexpr float ln2 = 0x1.62e430p-1f;
    return fma(abs(exponent) + exponent, slope_of_units * ln2, others + least_units);
  }
};

template <>
struct estimates_of<ops::swiglu_split> : estimates_of_swiglu {
  template <class Approximate, class F>
  CUSIGMOID_FN static auto of(bound const &given, F gate_in, F up_in) {
    using number = estimate<Approximate, true, F>;
    F const limit = given.limit, gate = lesser(gate_in, limit), up = greater(lesser(up_in, limit), -limit) + F(given.offset);
    F const exponent = gate * F(given.exponent);
    F const h = gate * Approximate::inverse(Approximate::exp2(exponent) + F(1.0f)) * up;
    return results(number{h, abs(h) * units(exponent, 8)});
  }
};

template <>
struct estimates_of<ops::swiglu_split_backward> : estimates_of_swiglu {
  /// With s = σ(u), u = alpha·gate, and r = 1 − s: SiLU′(u) = s + s·u·r. What a limit holds has no estimate.
  template <class Approximate, class F>
  CUSIGMOID_FN static auto of(bound const &given, F dh_in, F gate, F up_in) {
    using number = estimate<Approximate, true, F>;
    F const limit = given.limit, dh = select(both_hold(gate <= limit, abs(up_in) <= limit), dh_in, F(no_number));
    F const up = up_in + F(given.offset), u = gate * F(given.alpha), exponent = gate * F(given.exponent);
    F const e = Approximate::exp2(exponent), s = Approximate::inverse(e + F(1.0f)), r = e * s;
    F const by_up = dh * up, of_gate = by_up * fma(s, u * r, s), of_up = dh * gate * s;
    F const size = abs(u), gate_units = fma(r, fma(size, fma(size, 2.0f, 21.0f), 4.0f), 8.0f);
    return results(number{of_gate, abs(by_up) * (s * gate_units)}, number{of_up, abs(of_up) * units(exponent, 8)});
  }
};

template <>
struct estimates_of<ops::swiglu_interleaved> : estimates_of<ops::swiglu_split> {};
template <>
struct estimates_of<ops::swiglu_interleaved_backward> : estimates_of<ops::swiglu_split_backward> {};

}  // namespace internal

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
