// SPDX-License-Identifier: Apache-2.0
// σ as a gate: with a bias, and the gated linear units GLU and SwiGLU with their gradients. The two inputs of a gated unit are arrays of
// their own, or packed in the rows of one: side by side, or (…_interleaved) in turn.
#pragma once
#include "cusigmoid/arguments.hpp"

namespace cusigmoid {

// ---- bias ----------------------------------------------------------------------------------------------------------------------------

/// y = σ(x + bias) with one bias for each column. x and y are rows × cols; y may be x. Maximum error: 0.52 ulp + 2^−48·y·(|x| + |bias|)
/// (fp64: 2^−60).
template <class T>
void bias_forward(cusigmoid_place place, const_matrix<T> x, const_pointer<T> bias, matrix<T> y) {
  detail::run(CUSIGMOID_BIAS_FORWARD, place, {detail::in(x), detail::in(bias, x.cols)}, {detail::out(y)});
}

/// Bytes of device memory that bias_backward needs as workspace.
inline std::size_t bias_backward_workspace(cusigmoid_place place, std::size_t rows, std::size_t cols) {
  return detail::workspace_size(CUSIGMOID_BIAS_BACKWARD, place, rows, cols);
}

/// dx = dy·σ′(x + bias), and dbias[j] = the sum of column j of dx before it is rounded, added in a tree that rows and cols alone determine.
/// dy, x, dx are rows × cols; dx may be dy or x. The workspace is as for bce_with_logits_sum, of bias_backward_workspace bytes. Maximum
/// error: dx 0.52 ulp + 2^−48·|dx|·(|x| + |bias|) (fp64: 2^−60), dbias 0.52 ulp + 2^−53·(log2 rows + 16)·Σ|dx| and what that of dx sums to.
template <class T>
void bias_backward(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> x, const_pointer<T> bias, matrix<T> dx, T *dbias,
                   void *workspace = nullptr, std::size_t workspace_bytes = 0) {
  detail::run(CUSIGMOID_BIAS_BACKWARD, place, {detail::in(dy), detail::in(x), detail::in(bias, x.cols)},
              {detail::out(dx), detail::out(dbias, x.cols)}, detail::with_workspace(workspace, workspace_bytes));
}

// ---- GLU -----------------------------------------------------------------------------------------------------------------------------

/// y = x·σ(gate). n elements each, or matrices of one shape; y may be x or gate. Maximum error: 0.52 ulp; 16 bits and fewer: correctly
/// rounded.
template <class T>
void glu(cusigmoid_place place, T const *x, T const *gate, T *y, std::size_t n) {
  detail::run(CUSIGMOID_GLU_SPLIT, place, {detail::in(x, n), detail::in(gate, n)}, {detail::out(y, n)});
}
template <class T>
void glu(cusigmoid_place place, const_matrix<T> x, const_matrix<T> gate, matrix<T> y) {
  detail::run(CUSIGMOID_GLU_SPLIT, place, {detail::in(x), detail::in(gate)}, {detail::out(y)});
}
/// y = a·σ(b) from x = [a | b] side by side in each row. x is rows × 2·cols, y rows × cols, not in place.
template <class T>
void glu(cusigmoid_place place, const_matrix<T> x, matrix<T> y) {
  detail::run(CUSIGMOID_GLU, place, {detail::in(x)}, {detail::out(y)});
}
/// The same from x = a, b, a, b, … in each row.
template <class T>
void glu_interleaved(cusigmoid_place place, const_matrix<T> x, matrix<T> y) {
  detail::run(CUSIGMOID_GLU_INTERLEAVED, place, {detail::in(x)}, {detail::out(y)});
}

/// dx = dy·σ(gate), dgate = dy·x·σ′(gate). n elements each, or matrices of one shape; dx and dgate may each be one of dy, x, gate. Maximum
/// error: 0.52 ulp.
template <class T>
void glu_backward(cusigmoid_place place, T const *dy, T const *x, T const *gate, T *dx, T *dgate, std::size_t n) {
  detail::run(CUSIGMOID_GLU_SPLIT_BACKWARD, place, {detail::in(dy, n), detail::in(x, n), detail::in(gate, n)},
              {detail::out(dx, n), detail::out(dgate, n)});
}
template <class T>
void glu_backward(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> x, const_matrix<T> gate, matrix<T> dx, matrix<T> dgate) {
  detail::run(CUSIGMOID_GLU_SPLIT_BACKWARD, place, {detail::in(dy), detail::in(x), detail::in(gate)},
              {detail::out(dx), detail::out(dgate)});
}
/// The gradient of glu from x = [a | b]: dx = [dy·σ(b) | dy·a·σ′(b)]. dy is rows × cols, x and dx are rows × 2·cols; dx may be x.
template <class T>
void glu_backward(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> x, matrix<T> dx) {
  detail::run(CUSIGMOID_GLU_BACKWARD, place, {detail::in(dy), detail::in(x)}, {detail::out(dx)});
}
/// The same, x and dx interleaved.
template <class T>
void glu_interleaved_backward(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> x, matrix<T> dx) {
  detail::run(CUSIGMOID_GLU_INTERLEAVED_BACKWARD, place, {detail::in(dy), detail::in(x)}, {detail::out(dx)});
}

// ---- SwiGLU --------------------------------------------------------------------------------------------------------------------------

/// What a SwiGLU is, h = gate·σ(alpha·gate)·(up + offset): as it stands here up·SiLU(gate). With a limit other than 0 gate is at most the
/// limit, and up between −limit and limit. gpt-oss has {1.702, 7, 1}.
struct swiglu_options {
  double alpha = 1;  // not 0
  double limit = 0;
  double offset = 0;
};

namespace detail {
inline cusigmoid_params params_of(swiglu_options const &options) {
  if (options.alpha == 0) throw std::invalid_argument("swiglu: options: alpha is 0");  // which is 1 to the C interface
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  params.alpha = options.alpha;
  params.limit = options.limit;
  params.offset = options.offset;
  return params;
}
}  // namespace detail

/// h = up·SiLU(gate), or as the options say. n elements each, or matrices of one shape; h may be gate or up, or differ from them in type:
/// float and float16 or bfloat16, either way round. Maximum error: 0.52 ulp; 16 bits and fewer, without options: correctly rounded.
template <class T>
void swiglu(cusigmoid_place place, T const *gate, T const *up, T *h, std::size_t n, swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_SPLIT, place, {detail::in(gate, n), detail::in(up, n)}, {detail::out(h, n)}, detail::params_of(options));
}
template <class T>
void swiglu(cusigmoid_place place, const_matrix<T> gate, const_matrix<T> up, matrix<T> h, swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_SPLIT, place, {detail::in(gate), detail::in(up)}, {detail::out(h)}, detail::params_of(options));
}
template <class X, class H, class = detail::if_different<X, H>>
void swiglu(cusigmoid_place place, X const *gate, X const *up, H *h, std::size_t n, swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_SPLIT, place, {detail::in(gate, n), detail::in(up, n)}, {detail::out(h, n)}, detail::params_of(options));
}
template <class X, class H, class = detail::if_different<X, H>>
void swiglu(cusigmoid_place place, matrix<X> gate, const_matrix<X> up, matrix<H> h, swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_SPLIT, place, {detail::in(gate), detail::in(up)}, {detail::out(h)}, detail::params_of(options));
}
/// The same from x = [gate | up] side by side in each row. x is rows × 2·cols, h rows × cols, not in place.
template <class T>
void swiglu(cusigmoid_place place, const_matrix<T> x, matrix<T> h, swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU, place, {detail::in(x)}, {detail::out(h)}, detail::params_of(options));
}
template <class X, class H, class = detail::if_different<X, H>>
void swiglu(cusigmoid_place place, matrix<X> x, matrix<H> h, swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU, place, {detail::in(x)}, {detail::out(h)}, detail::params_of(options));
}
/// The same from x = gate, up, gate, up, … in each row.
template <class T>
void swiglu_interleaved(cusigmoid_place place, const_matrix<T> x, matrix<T> h, swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_INTERLEAVED, place, {detail::in(x)}, {detail::out(h)}, detail::params_of(options));
}
template <class X, class H, class = detail::if_different<X, H>>
void swiglu_interleaved(cusigmoid_place place, matrix<X> x, matrix<H> h, swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_INTERLEAVED, place, {detail::in(x)}, {detail::out(h)}, detail::params_of(options));
}

/// The gradient of swiglu: dgate = dh·up·SiLU′(gate), dup = dh·SiLU(gate); with options dgate = dh·(up + offset)·SiLU′(alpha·gate), dup =
/// dh·gate·σ(alpha·gate), and 0 for what a limit holds. n elements each, or matrices of one shape; dgate and dup may each be one of dh,
/// gate, up. Maximum error: 0.52 ulp.
template <class T>
void swiglu_backward(cusigmoid_place place, T const *dh, T const *gate, T const *up, T *dgate, T *dup, std::size_t n,
                     swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_SPLIT_BACKWARD, place, {detail::in(dh, n), detail::in(gate, n), detail::in(up, n)},
              {detail::out(dgate, n), detail::out(dup, n)}, detail::params_of(options));
}
template <class T>
void swiglu_backward(cusigmoid_place place, const_matrix<T> dh, const_matrix<T> gate, const_matrix<T> up, matrix<T> dgate, matrix<T> dup,
                     swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_SPLIT_BACKWARD, place, {detail::in(dh), detail::in(gate), detail::in(up)},
              {detail::out(dgate), detail::out(dup)}, detail::params_of(options));
}
/// The same from x = [gate | up], dx = [dgate | dup]. dh is rows × cols, x and dx are rows × 2·cols; dx may be x.
template <class T>
void swiglu_backward(cusigmoid_place place, const_matrix<T> dh, const_matrix<T> x, matrix<T> dx, swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_BACKWARD, place, {detail::in(dh), detail::in(x)}, {detail::out(dx)}, detail::params_of(options));
}
/// The same, x and dx interleaved.
template <class T>
void swiglu_interleaved_backward(cusigmoid_place place, const_matrix<T> dh, const_matrix<T> x, matrix<T> dx, swiglu_options options = {}) {
  detail::run(CUSIGMOID_SWIGLU_INTERLEAVED_BACKWARD, place, {detail::in(dh), detail::in(x)}, {detail::out(dx)}, detail::params_of(options));
}

}  // namespace cusigmoid
