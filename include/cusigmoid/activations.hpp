// SPDX-License-Identifier: Apache-2.0
// What is made of σ alone: σ″, ln σ, softplus, SiLU and tanh with their derivatives and gradients, and σ with a sign.
#pragma once
#include "cusigmoid/arguments.hpp"

namespace cusigmoid {

/// d2ydx2 = σ″(x) = −σ′(x)·tanh(x/2), for gradient penalties. n elements each, or matrices of one shape; d2ydx2 may be x. Correctly
/// rounded; double: maximum error 0.52 ulp.
template <class T>
void second_derivative(cusigmoid_place place, T const *x, T *d2ydx2, std::size_t n) {
  detail::run(CUSIGMOID_SECOND_DERIVATIVE, place, {detail::in(x, n)}, {detail::out(d2ydx2, n)});
}
template <class T>
void second_derivative(cusigmoid_place place, const_matrix<T> x, matrix<T> d2ydx2) {
  detail::run(CUSIGMOID_SECOND_DERIVATIVE, place, {detail::in(x)}, {detail::out(d2ydx2)});
}

/// s = σ(x) where x < 0, else −σ(−x): both σ(x) and 1 − σ(x) to full relative precision, to be saved for backward_from_signed. n elements
/// each, or matrices of one shape; s may be x. Correctly rounded; double: maximum error 0.52 ulp.
template <class T>
void signed_sigmoid(cusigmoid_place place, T const *x, T *s, std::size_t n) {
  detail::run(CUSIGMOID_SIGNED_SIGMOID, place, {detail::in(x, n)}, {detail::out(s, n)});
}
template <class T>
void signed_sigmoid(cusigmoid_place place, const_matrix<T> x, matrix<T> s) {
  detail::run(CUSIGMOID_SIGNED_SIGMOID, place, {detail::in(x)}, {detail::out(s)});
}

/// dx = dy·σ′(x) from s = signed_sigmoid(x) as saved, dy·|s|·(1 − |s|): keeps the gradient for large x as well. n elements each, or
/// matrices of one shape; dx may be dy or s. Maximum error: 0.52 ulp; 16 bits and fewer: correctly rounded.
template <class T>
void backward_from_signed(cusigmoid_place place, T const *dy, T const *s, T *dx, std::size_t n) {
  detail::run(CUSIGMOID_BACKWARD_FROM_SIGNED, place, {detail::in(dy, n), detail::in(s, n)}, {detail::out(dx, n)});
}
template <class T>
void backward_from_signed(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> s, matrix<T> dx) {
  detail::run(CUSIGMOID_BACKWARD_FROM_SIGNED, place, {detail::in(dy), detail::in(s)}, {detail::out(dx)});
}

/// y = ln σ(x) = −softplus(−x) ≤ 0: x where σ(x) is 0. n elements each, or matrices of one shape; y may be x, or differ in type: float and
/// float16 or bfloat16, either way round. Correctly rounded; double: maximum error 0.52 ulp.
template <class T>
void log_sigmoid(cusigmoid_place place, T const *x, T *y, std::size_t n) {
  detail::run(CUSIGMOID_LOG_SIGMOID, place, {detail::in(x, n)}, {detail::out(y, n)});
}
template <class T>
void log_sigmoid(cusigmoid_place place, const_matrix<T> x, matrix<T> y) {
  detail::run(CUSIGMOID_LOG_SIGMOID, place, {detail::in(x)}, {detail::out(y)});
}
template <class X, class Y, class = detail::if_different<X, Y>>
void log_sigmoid(cusigmoid_place place, X const *x, Y *y, std::size_t n) {
  detail::run(CUSIGMOID_LOG_SIGMOID, place, {detail::in(x, n)}, {detail::out(y, n)});
}
template <class X, class Y, class = detail::if_different<X, Y>>
void log_sigmoid(cusigmoid_place place, matrix<X> x, matrix<Y> y) {
  detail::run(CUSIGMOID_LOG_SIGMOID, place, {detail::in(x)}, {detail::out(y)});
}

/// dydx = σ(−x), the derivative of ln σ. n elements each, or matrices of one shape; dydx may be x. Correctly rounded; double: maximum error
/// 0.52 ulp.
template <class T>
void log_sigmoid_derivative(cusigmoid_place place, T const *x, T *dydx, std::size_t n) {
  detail::run(CUSIGMOID_LOG_SIGMOID_DERIVATIVE, place, {detail::in(x, n)}, {detail::out(dydx, n)});
}
template <class T>
void log_sigmoid_derivative(cusigmoid_place place, const_matrix<T> x, matrix<T> dydx) {
  detail::run(CUSIGMOID_LOG_SIGMOID_DERIVATIVE, place, {detail::in(x)}, {detail::out(dydx)});
}

/// dx = dy·σ(−x). n elements each, or matrices of one shape; dx may be dy or x. Maximum error: 0.52 ulp; 16 bits and fewer: correctly
/// rounded.
template <class T>
void log_sigmoid_backward(cusigmoid_place place, T const *dy, T const *x, T *dx, std::size_t n) {
  detail::run(CUSIGMOID_LOG_SIGMOID_BACKWARD, place, {detail::in(dy, n), detail::in(x, n)}, {detail::out(dx, n)});
}
template <class T>
void log_sigmoid_backward(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> x, matrix<T> dx) {
  detail::run(CUSIGMOID_LOG_SIGMOID_BACKWARD, place, {detail::in(dy), detail::in(x)}, {detail::out(dx)});
}

/// y = softplus(x) = ln(1 + e^x) ≥ 0: x where e^−x vanishes, e^x far below 0. n elements each, or matrices of one shape; y may be x, or
/// differ in type: float and float16 or bfloat16, either way round. Correctly rounded; double: maximum error 0.52 ulp.
template <class T>
void softplus(cusigmoid_place place, T const *x, T *y, std::size_t n) {
  detail::run(CUSIGMOID_SOFTPLUS, place, {detail::in(x, n)}, {detail::out(y, n)});
}
template <class T>
void softplus(cusigmoid_place place, const_matrix<T> x, matrix<T> y) {
  detail::run(CUSIGMOID_SOFTPLUS, place, {detail::in(x)}, {detail::out(y)});
}
template <class X, class Y, class = detail::if_different<X, Y>>
void softplus(cusigmoid_place place, X const *x, Y *y, std::size_t n) {
  detail::run(CUSIGMOID_SOFTPLUS, place, {detail::in(x, n)}, {detail::out(y, n)});
}
template <class X, class Y, class = detail::if_different<X, Y>>
void softplus(cusigmoid_place place, matrix<X> x, matrix<Y> y) {
  detail::run(CUSIGMOID_SOFTPLUS, place, {detail::in(x)}, {detail::out(y)});
}

/// dydx = σ(x), the derivative of softplus. n elements each, or matrices of one shape; dydx may be x. Correctly rounded; double: maximum
/// error 0.52 ulp.
template <class T>
void softplus_derivative(cusigmoid_place place, T const *x, T *dydx, std::size_t n) {
  detail::run(CUSIGMOID_SOFTPLUS_DERIVATIVE, place, {detail::in(x, n)}, {detail::out(dydx, n)});
}
template <class T>
void softplus_derivative(cusigmoid_place place, const_matrix<T> x, matrix<T> dydx) {
  detail::run(CUSIGMOID_SOFTPLUS_DERIVATIVE, place, {detail::in(x)}, {detail::out(dydx)});
}

/// dx = dy·σ(x). n elements each, or matrices of one shape; dx may be dy or x. Maximum error: 0.52 ulp; 16 bits and fewer: correctly
/// rounded.
template <class T>
void softplus_backward(cusigmoid_place place, T const *dy, T const *x, T *dx, std::size_t n) {
  detail::run(CUSIGMOID_SOFTPLUS_BACKWARD, place, {detail::in(dy, n), detail::in(x, n)}, {detail::out(dx, n)});
}
template <class T>
void softplus_backward(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> x, matrix<T> dx) {
  detail::run(CUSIGMOID_SOFTPLUS_BACKWARD, place, {detail::in(dy), detail::in(x)}, {detail::out(dx)});
}

/// y = SiLU(x) = x·σ(x), −0 at −inf. n elements each, or matrices of one shape; y may be x, or differ in type: float and float16 or
/// bfloat16, either way round. Correctly rounded; double: maximum error 0.52 ulp.
template <class T>
void silu(cusigmoid_place place, T const *x, T *y, std::size_t n) {
  detail::run(CUSIGMOID_SILU, place, {detail::in(x, n)}, {detail::out(y, n)});
}
template <class T>
void silu(cusigmoid_place place, const_matrix<T> x, matrix<T> y) {
  detail::run(CUSIGMOID_SILU, place, {detail::in(x)}, {detail::out(y)});
}
template <class X, class Y, class = detail::if_different<X, Y>>
void silu(cusigmoid_place place, X const *x, Y *y, std::size_t n) {
  detail::run(CUSIGMOID_SILU, place, {detail::in(x, n)}, {detail::out(y, n)});
}
template <class X, class Y, class = detail::if_different<X, Y>>
void silu(cusigmoid_place place, matrix<X> x, matrix<Y> y) {
  detail::run(CUSIGMOID_SILU, place, {detail::in(x)}, {detail::out(y)});
}

/// dydx = SiLU′(x) = σ(x)·(1 + x·σ(−x)), also next to its zero at −1.278…; −0 at −inf. n elements each, or matrices of one shape; dydx may
/// be x. Correctly rounded; double: maximum error 0.52 ulp.
template <class T>
void silu_derivative(cusigmoid_place place, T const *x, T *dydx, std::size_t n) {
  detail::run(CUSIGMOID_SILU_DERIVATIVE, place, {detail::in(x, n)}, {detail::out(dydx, n)});
}
template <class T>
void silu_derivative(cusigmoid_place place, const_matrix<T> x, matrix<T> dydx) {
  detail::run(CUSIGMOID_SILU_DERIVATIVE, place, {detail::in(x)}, {detail::out(dydx)});
}

/// dx = dy·SiLU′(x). n elements each, or matrices of one shape; dx may be dy or x. Maximum error: 0.52 ulp; 16 bits and fewer: correctly
/// rounded.
template <class T>
void silu_backward(cusigmoid_place place, T const *dy, T const *x, T *dx, std::size_t n) {
  detail::run(CUSIGMOID_SILU_BACKWARD, place, {detail::in(dy, n), detail::in(x, n)}, {detail::out(dx, n)});
}
template <class T>
void silu_backward(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> x, matrix<T> dx) {
  detail::run(CUSIGMOID_SILU_BACKWARD, place, {detail::in(dy), detail::in(x)}, {detail::out(dx)});
}

/// d2ydx2 = SiLU″(x) = σ′(x)·(2 − x·tanh(x/2)), also next to its zeros at ±2.399…; −0 at ±inf. n elements each, or matrices of one shape;
/// d2ydx2 may be x. Correctly rounded; double: maximum error 0.52 ulp.
template <class T>
void silu_second_derivative(cusigmoid_place place, T const *x, T *d2ydx2, std::size_t n) {
  detail::run(CUSIGMOID_SILU_SECOND_DERIVATIVE, place, {detail::in(x, n)}, {detail::out(d2ydx2, n)});
}
template <class T>
void silu_second_derivative(cusigmoid_place place, const_matrix<T> x, matrix<T> d2ydx2) {
  detail::run(CUSIGMOID_SILU_SECOND_DERIVATIVE, place, {detail::in(x)}, {detail::out(d2ydx2)});
}

/// y = tanh(x) = 2σ(2x) − 1. n elements each, or matrices of one shape; y may be x, or differ in type: float and float16 or bfloat16,
/// either way round. Correctly rounded; double: maximum error 0.52 ulp.
template <class T>
void tanh(cusigmoid_place place, T const *x, T *y, std::size_t n) {
  detail::run(CUSIGMOID_TANH, place, {detail::in(x, n)}, {detail::out(y, n)});
}
template <class T>
void tanh(cusigmoid_place place, const_matrix<T> x, matrix<T> y) {
  detail::run(CUSIGMOID_TANH, place, {detail::in(x)}, {detail::out(y)});
}
template <class X, class Y, class = detail::if_different<X, Y>>
void tanh(cusigmoid_place place, X const *x, Y *y, std::size_t n) {
  detail::run(CUSIGMOID_TANH, place, {detail::in(x, n)}, {detail::out(y, n)});
}
template <class X, class Y, class = detail::if_different<X, Y>>
void tanh(cusigmoid_place place, matrix<X> x, matrix<Y> y) {
  detail::run(CUSIGMOID_TANH, place, {detail::in(x)}, {detail::out(y)});
}

/// dydx = tanh′(x) = 1 − tanh²(x) = 4σ′(2x). n elements each, or matrices of one shape; dydx may be x. Correctly rounded; double: maximum
/// error 0.52 ulp.
template <class T>
void tanh_derivative(cusigmoid_place place, T const *x, T *dydx, std::size_t n) {
  detail::run(CUSIGMOID_TANH_DERIVATIVE, place, {detail::in(x, n)}, {detail::out(dydx, n)});
}
template <class T>
void tanh_derivative(cusigmoid_place place, const_matrix<T> x, matrix<T> dydx) {
  detail::run(CUSIGMOID_TANH_DERIVATIVE, place, {detail::in(x)}, {detail::out(dydx)});
}

/// dx = dy·tanh′(x), from the input x. n elements each, or matrices of one shape; dx may be dy or x. Maximum error: 0.52 ulp; 16 bits and
/// fewer: correctly rounded.
template <class T>
void tanh_backward(cusigmoid_place place, T const *dy, T const *x, T *dx, std::size_t n) {
  detail::run(CUSIGMOID_TANH_BACKWARD, place, {detail::in(dy, n), detail::in(x, n)}, {detail::out(dx, n)});
}
template <class T>
void tanh_backward(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> x, matrix<T> dx) {
  detail::run(CUSIGMOID_TANH_BACKWARD, place, {detail::in(dy), detail::in(x)}, {detail::out(dx)});
}

}  // namespace cusigmoid
