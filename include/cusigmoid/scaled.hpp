// SPDX-License-Identifier: Apache-2.0
// fp8 with scales, as training in fp8 has them: the result in fp32, rounded, times the scale, rounded, then converted, saturating: a fixed
// sequence. A scale is one float where the data are, or nullptr for 1.
#pragma once
#include "cusigmoid/gates.hpp"

namespace cusigmoid {

/// y = σ(x·x_scale)·y_scale. n elements each, or matrices of one shape; y is fp8; x is float, float16, bfloat16, or as y, which may be x
/// then. Maximum error: 0.52 ulp of fp32 before y_scale.
template <class X, class Y>
void forward_scaled(cusigmoid_place place, X const *x, float const *x_scale, float const *y_scale, Y *y, std::size_t n) {
  detail::run(CUSIGMOID_FORWARD_SCALED, place, {detail::in(x, n), detail::optional_in(x_scale, 1, 1), detail::optional_in(y_scale, 1, 1)},
              {detail::out(y, n)});
}
template <class X, class Y>
void forward_scaled(cusigmoid_place place, matrix<X> x, float const *x_scale, float const *y_scale, matrix<Y> y) {
  detail::run(CUSIGMOID_FORWARD_SCALED, place, {detail::in(x), detail::optional_in(x_scale, 1, 1), detail::optional_in(y_scale, 1, 1)},
              {detail::out(y)});
}

/// h = scale·swiglu(gate, up), and amax[0] raised to the largest |swiglu(gate, up)|, NaN if one is: set it before, to 0, or to what was
/// the largest so far. n elements each, or matrices of one shape; h is fp8; gate and up are both float, float16 or bfloat16; amax is one
/// float. Maximum error: 0.52 ulp of fp32 before the scale, and of amax.
template <class X, class H>
void swiglu_scaled(cusigmoid_place place, X const *gate, X const *up, float const *scale, H *h, float *amax, std::size_t n,
                   swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_SPLIT_SCALED, place, {detail::in(gate, n), detail::in(up, n), detail::optional_in(scale, 1, 1)},
              {detail::out(h, n), detail::out(amax, 1)}, detail::params_of(options));
}
template <class X, class H>
void swiglu_scaled(cusigmoid_place place, matrix<X> gate, const_matrix<X> up, float const *scale, matrix<H> h, float *amax,
                   swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_SPLIT_SCALED, place, {detail::in(gate), detail::in(up), detail::optional_in(scale, 1, 1)},
              {detail::out(h), detail::out(amax, 1)}, detail::params_of(options));
}
/// The same from x = [gate | up] side by side in each row. x is rows × 2·cols, h rows × cols.
template <class X, class H>
void swiglu_scaled(cusigmoid_place place, matrix<X> x, float const *scale, matrix<H> h, float *amax, swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_SCALED, place, {detail::in(x), detail::optional_in(scale, 1, 1)}, {detail::out(h), detail::out(amax, 1)},
              detail::params_of(options));
}

}  // namespace cusigmoid
