// SPDX-License-Identifier: Apache-2.0
// Binary cross-entropy of logits x with targets t in [0, 1], w·[p·t·softplus(−x) + (1 − t)·softplus(x)], softplus(z) = ln(1 + e^z): of each
// element, its sum or mean, its gradient. Everywhere x, target and what is made of each element: n elements each, or matrices of one shape.
#pragma once
#include "cusigmoid/arguments.hpp"

namespace cusigmoid {

/// What becomes of the losses of all elements.
enum class reduction { sum, mean };

/// Which loss a gradient is of, and weights: 1 where left out; one of 0 hides whatever it is multiplied with, also infinities and NaN.
template <class T>
struct bce_options {
  cusigmoid::reduction reduction = cusigmoid::reduction::sum;
  T const *weight = nullptr;      // w ≥ 0: one for each element, contiguous
  T const *pos_weight = nullptr;  // p ≥ 0: one for each column; n elements are n columns
};

namespace detail {
template <class T>
using loss_of = typename loss_type<std::remove_const_t<T>>::type;

inline cusigmoid_params params_of(reduction r, void *workspace = nullptr, std::size_t workspace_bytes = 0) {
  cusigmoid_params params = with_workspace(workspace, workspace_bytes);
  params.mean = r == reduction::mean;
  return params;
}
// The weights beside x.
template <class T>
cusigmoid_array weight_of(bce_options<T> const &options, matrix<T const> x) {
  return optional_in(options.weight, x.rows, x.cols);
}
template <class T>
cusigmoid_array pos_weight_of(bce_options<T> const &options, matrix<T const> x) {
  return optional_in(options.pos_weight, 1, x.cols);
}

template <class T>
void bce_with_logits_reduced(reduction r, cusigmoid_place const &place, matrix<T const> x, matrix<T const> target, loss_of<T> *loss,
                             bce_options<T> const &options, void *workspace, std::size_t workspace_bytes) {
  run(CUSIGMOID_BCE_WITH_LOGITS_SUM, place, {in(x), in(target), weight_of(options, x), pos_weight_of(options, x)}, {out(loss, 1)},
      params_of(r, workspace, workspace_bytes));
}
}  // namespace detail

/// loss = w·[p·t·softplus(−x) + (1 − t)·softplus(x)] of each element, whatever options.reduction is. loss may be x or target. Maximum
/// error: 0.52 ulp.
template <class T>
void bce_with_logits(cusigmoid_place place, const_matrix<T> x, const_matrix<T> target, matrix<T> loss, bce_options<T> options = {}) {
  detail::run(CUSIGMOID_BCE_WITH_LOGITS, place,
              {detail::in(x), detail::in(target), detail::weight_of(options, x), detail::pos_weight_of(options, x)}, {detail::out(loss)});
}
template <class T>
void bce_with_logits(cusigmoid_place place, T const *x, T const *target, T *loss, std::size_t n, bce_options<T> options = {}) {
  bce_with_logits<T>(place, {x, 1, n}, {target, 1, n}, {loss, 1, n}, options);
}

/// Bytes of device memory that the functions below, which make a sum or a mean, need as workspace for n elements.
inline std::size_t bce_with_logits_sum_workspace(cusigmoid_place place, std::size_t n) {
  return detail::workspace_size(CUSIGMOID_BCE_WITH_LOGITS_SUM, place, 1, n);
}

/// loss[0] = Σ w·[p·t·softplus(−x) + (1 − t)·softplus(x)], whatever options.reduction is; a double for double, else a float; 0 for n = 0.
/// Added in a tree that n alone determines, so the same bits everywhere. On CUDA workspace is bce_with_logits_sum_workspace bytes, aligned
/// to 8, in use until the stream has come this far; on the CPU it is not looked at. Maximum error: 0.52 ulp + 2^−53·(log2 n + 16) of the
/// loss.
template <class T>
void bce_with_logits_sum(cusigmoid_place place, T const *x, T const *target, typename loss_type<T>::type *loss, std::size_t n,
                         void *workspace = nullptr, std::size_t workspace_bytes = 0) {
  detail::bce_with_logits_reduced<T>(reduction::sum, place, {x, 1, n}, {target, 1, n}, loss, {}, workspace, workspace_bytes);
}
template <class T>
void bce_with_logits_sum(cusigmoid_place place, T const *x, T const *target, typename loss_type<T>::type *loss, std::size_t n,
                         bce_options<T> options, void *workspace = nullptr, std::size_t workspace_bytes = 0) {
  detail::bce_with_logits_reduced<T>(reduction::sum, place, {x, 1, n}, {target, 1, n}, loss, options, workspace, workspace_bytes);
}
template <class X>
void bce_with_logits_sum(cusigmoid_place place, matrix<X> x, const_matrix<X> target, detail::loss_of<X> *loss,
                         bce_options<std::remove_const_t<X>> options = {}, void *workspace = nullptr, std::size_t workspace_bytes = 0) {
  detail::bce_with_logits_reduced<std::remove_const_t<X>>(reduction::sum, place, x, target, loss, options, workspace, workspace_bytes);
}

/// The same over the number of elements: NaN for n = 0.
template <class T>
void bce_with_logits_mean(cusigmoid_place place, T const *x, T const *target, typename loss_type<T>::type *loss, std::size_t n,
                          void *workspace = nullptr, std::size_t workspace_bytes = 0) {
  detail::bce_with_logits_reduced<T>(reduction::mean, place, {x, 1, n}, {target, 1, n}, loss, {}, workspace, workspace_bytes);
}
template <class T>
void bce_with_logits_mean(cusigmoid_place place, T const *x, T const *target, typename loss_type<T>::type *loss, std::size_t n,
                          bce_options<T> options, void *workspace = nullptr, std::size_t workspace_bytes = 0) {
  detail::bce_with_logits_reduced<T>(reduction::mean, place, {x, 1, n}, {target, 1, n}, loss, options, workspace, workspace_bytes);
}
template <class X>
void bce_with_logits_mean(cusigmoid_place place, matrix<X> x, const_matrix<X> target, detail::loss_of<X> *loss,
                          bce_options<std::remove_const_t<X>> options = {}, void *workspace = nullptr, std::size_t workspace_bytes = 0) {
  detail::bce_with_logits_reduced<std::remove_const_t<X>>(reduction::mean, place, x, target, loss, options, workspace, workspace_bytes);
}

/// dx = dloss·w·[(1 − t)·σ(x) − p·t·σ(−x)], the gradient of the sum, or of the mean where options.reduction says so; dloss: one element,
/// that of the loss, or nullptr for 1. dx may be x or target. Maximum error: 0.52 ulp where t is 0 or 1; between them the terms may cancel:
/// 2^−48·Σ|terms| more (fp64: 2^−60).
template <class T>
void bce_with_logits_backward(cusigmoid_place place, const_matrix<T> x, const_matrix<T> target, const_pointer<T> dloss, matrix<T> dx,
                              bce_options<T> options = {}) {
  detail::run(CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, place,
              {detail::in(x), detail::in(target), detail::weight_of(options, x), detail::pos_weight_of(options, x),
               detail::optional_in(dloss, 1, 1)},
              {detail::out(dx)}, detail::params_of(options.reduction));
}
template <class T>
void bce_with_logits_backward(cusigmoid_place place, T const *x, T const *target, const_pointer<T> dloss, T *dx, std::size_t n,
                              bce_options<T> options = {}) {
  bce_with_logits_backward<T>(place, {x, 1, n}, {target, 1, n}, dloss, {dx, 1, n}, options);
}

/// loss[0] = the sum, or the mean where options.reduction says so, and dx its gradient, in one pass. Types, workspace, in place and errors:
/// as above.
template <class T>
void bce_with_logits_forward_backward(cusigmoid_place place, const_matrix<T> x, const_matrix<T> target, detail::loss_of<T> *loss,
                                      matrix<T> dx, bce_options<T> options = {}, void *workspace = nullptr,
                                      std::size_t workspace_bytes = 0) {
  detail::run(CUSIGMOID_BCE_WITH_LOGITS_FORWARD_BACKWARD, place,
              {detail::in(x), detail::in(target), detail::weight_of(options, x), detail::pos_weight_of(options, x)},
              {detail::out(dx), detail::out(loss, 1)}, detail::params_of(options.reduction, workspace, workspace_bytes));
}
template <class T>
void bce_with_logits_forward_backward(cusigmoid_place place, T const *x, T const *target, detail::loss_of<T> *loss, T *dx, std::size_t n,
                                      bce_options<T> options = {}, void *workspace = nullptr, std::size_t workspace_bytes = 0) {
  bce_with_logits_forward_backward<T>(place, {x, 1, n}, {target, 1, n}, loss, {dx, 1, n}, options, workspace, workspace_bytes);
}

}  // namespace cusigmoid
