// SPDX-License-Identifier: Apache-2.0
// The C++ interface of cusigmoid (C++17, header-only over the C interface in cusigmoid.h; needs no CUDA headers).
//
// Every function is called the same way at every place, its first argument:
//   cuda{stream}    device memory; asynchronous on the stream; never allocates, synchronises or changes the device; can be captured
//   cpu{threads}    host memory; returns when done
//   offload{}       host memory, computed on the GPU in overlapped chunks, on the CPU where there is none; returns when done. After an
//                   error outputs may be partly written
// Beside headers with a global namespace cuda (Thrust, CUB) write cusigmoid::cuda. Element types: double, float, float16, bfloat16,
// float8_e4m3, float8_e5m2 (and CUDA's __half, __nv_bfloat16, __nv_fp8_e4m3, __nv_fp8_e5m2). Pointers are aligned to their element. An
// output may be exactly an input (in place) of the same role and shape; any other overlap is refused. n = 0 is a no-op. Results are the
// same bits at every place and for every n, alignment, number of threads and launch.
//
// They throw std::invalid_argument for misuse (nothing is written then), cuda_error for CUDA, std::bad_alloc for host memory.
// Errors are in ulp of the exact result for the given inputs, subnormal results included; every NaN result is the one quiet NaN. Where an
// error is more, it is for sums that may cancel; fp64 stands for results of type double.
#pragma once
#include <cstddef>

#include "cusigmoid/activations.hpp"
#include "cusigmoid/arguments.hpp"
#include "cusigmoid/cells.hpp"
#include "cusigmoid/cusigmoid.h"
#include "cusigmoid/device_buffer.hpp"
#include "cusigmoid/dtypes.hpp"
#include "cusigmoid/error.hpp"
#include "cusigmoid/gates.hpp"
#include "cusigmoid/losses.hpp"
#include "cusigmoid/multi_tensor.hpp"
#include "cusigmoid/pipeline.hpp"
#include "cusigmoid/scaled.hpp"

namespace cusigmoid {

/// y = σ(x) = 1/(1 + e^−x), in [0, 1], monotonic. n elements each, or matrices of one shape; y may be x, or differ in type: float and
/// float16 or bfloat16, either way round. Correctly rounded; double: maximum error 0.52 ulp.
template <class T>
void forward(cusigmoid_place place, T const *x, T *y, std::size_t n) {
  detail::run(CUSIGMOID_FORWARD, place, {detail::in(x, n)}, {detail::out(y, n)});
}
template <class T>
void forward(cusigmoid_place place, const_matrix<T> x, matrix<T> y) {
  detail::run(CUSIGMOID_FORWARD, place, {detail::in(x)}, {detail::out(y)});
}
template <class X, class Y, class = detail::if_different<X, Y>>
void forward(cusigmoid_place place, X const *x, Y *y, std::size_t n) {
  detail::run(CUSIGMOID_FORWARD, place, {detail::in(x, n)}, {detail::out(y, n)});
}
template <class X, class Y, class = detail::if_different<X, Y>>
void forward(cusigmoid_place place, matrix<X> x, matrix<Y> y) {
  detail::run(CUSIGMOID_FORWARD, place, {detail::in(x)}, {detail::out(y)});
}

/// dydx = σ′(x) = σ(x)·σ(−x), in [0, 1/4]. n elements each, or matrices of one shape; dydx may be x. Correctly rounded; double: maximum
/// error 0.52 ulp.
template <class T>
void derivative(cusigmoid_place place, T const *x, T *dydx, std::size_t n) {
  detail::run(CUSIGMOID_DERIVATIVE, place, {detail::in(x, n)}, {detail::out(dydx, n)});
}
template <class T>
void derivative(cusigmoid_place place, const_matrix<T> x, matrix<T> dydx) {
  detail::run(CUSIGMOID_DERIVATIVE, place, {detail::in(x)}, {detail::out(dydx)});
}

/// dx = dy·y·(1 − y), from the saved output y = σ(x) in [0, 1]. n elements each, or matrices of one shape; dx may be dy or y. Maximum
/// error: 0.52 ulp; 16 bits and fewer: correctly rounded. But where y has rounded to 1 (x > 17.3 in float, 8.3 in half, 6.2 in bfloat16) dx
/// is 0: see backward_from_input.
template <class T>
void backward(cusigmoid_place place, T const *dy, T const *y, T *dx, std::size_t n) {
  detail::run(CUSIGMOID_BACKWARD, place, {detail::in(dy, n), detail::in(y, n)}, {detail::out(dx, n)});
}
template <class T>
void backward(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> y, matrix<T> dx) {
  detail::run(CUSIGMOID_BACKWARD, place, {detail::in(dy), detail::in(y)}, {detail::out(dx)});
}

/// dx = dy·σ′(x), from the input x: keeps the gradient where y has rounded to 1; the recommended one. n elements each, or matrices of one
/// shape; dx may be dy or x. Maximum error: 0.52 ulp; 16 bits and fewer: correctly rounded.
template <class T>
void backward_from_input(cusigmoid_place place, T const *dy, T const *x, T *dx, std::size_t n) {
  detail::run(CUSIGMOID_BACKWARD_FROM_INPUT, place, {detail::in(dy, n), detail::in(x, n)}, {detail::out(dx, n)});
}
template <class T>
void backward_from_input(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> x, matrix<T> dx) {
  detail::run(CUSIGMOID_BACKWARD_FROM_INPUT, place, {detail::in(dy), detail::in(x)}, {detail::out(dx)});
}

}  // namespace cusigmoid
