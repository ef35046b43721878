// SPDX-License-Identifier: Apache-2.0
// ln(1 + e) for both number types of formulas.hpp, 0 ≤ e ≤ 1: with r next to 1/(1 + e), ln(1 + z) − ln r, z = r·(1 + e) − 1, |z| < 0.018.
#pragma once
#include "cusigmoid/exponential.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

namespace internal {
struct alternating_inverses {
  CUSIGMOID_FN double operator()(int i) const { return constants::alternating_inverse(i); }
};

struct log_reciprocal {
  static constexpr int entries = constants::log_steps + 1;
  CUSIGMOID_FN double operator()(int i) const { return constants::log_reciprocal(i); }
};
struct log_offset {
  static constexpr int entries = constants::log_steps + 1;
  CUSIGMOID_FN double operator()(int i) const { return constants::log_offset(i); }
};

/// Which r: 0 to log_steps. The mask bounds what a NaN leaves.
template <class F>
CUSIGMOID_FN auto log_interval(F e) {
  auto const interval = low_integer(fma(e, constants::log_steps, round_magic)) & 63;
  return select(interval > constants::log_steps, interval ^ interval, interval);
}
}  // namespace internal

/// Relative error below 2^−50.
template <class F>
CUSIGMOID_FN plain<F> log1p_of_fraction(F e) {
  auto const entry = internal::log_interval(e);
  F const r = look_up(internal::log_reciprocal{}, entry), z = fma(e, r, r - F(1.0));
  return fma(z * z, internal::polynomial<2, 9>(z, internal::alternating_inverses{}), z) + look_up(internal::log_offset{}, entry);
}

/// Relative error below 2^−64: z and z² in two parts, the rest of the series in one.
template <class F>
CUSIGMOID_FN double_double<F> log1p_of_fraction(double_double<F> e) {
  using number = double_double<F>;
  int const entry = internal::log_interval(internal::high_part(e));
  F const r = constants::log_reciprocal(entry);
  auto const exponent_of = [](F v) { return v == F(0.0) ? internal::zero_exponent : 0; };
  F const less = r - F(1.0);  // exact, and 0 for e < 1/64
  number const z = number{r, 0.0, 0} * e + number{less, 0.0, exponent_of(less)};
  F const plain = internal::high_part(z),
          third = plain * plain * plain * internal::polynomial<3, 12>(plain, internal::alternating_inverses{});
  F const offset = constants::log_offset(entry);
  return number{offset, constants::log_offset_lo(entry), exponent_of(offset)} +
         (z + (number{-0.5, 0.0, 0} * (z * z) + number{third, 0.0, exponent_of(third)}));
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
