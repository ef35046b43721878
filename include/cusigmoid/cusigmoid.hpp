// SPDX-License-Identifier: Apache-2.0
// The C++ interface of cusigmoid (C++17, header-only over the C interface in cusigmoid.h; needs no CUDA headers).
//
// Every function is called the same way at every place, its first argument:
//   cuda{stream}    device memory; asynchronous on the stream; never allocates, synchronises or changes the device; can be captured
//   cpu{threads}    host memory; returns when done
// Beside headers with a namespace ::cuda (Thrust, CUB) write cusigmoid::cuda. Element types: double, float, float16, bfloat16, float8_e4m3,
// float8_e5m2 (and CUDA's __half, __nv_bfloat16, __nv_fp8_e4m3, __nv_fp8_e5m2). Pointers are aligned to their element. An output may
// be exactly an input (in place); any other overlap is refused. n = 0 is a no-op. Results are the same bits at every place and for every
// n, alignment, number of threads and launch.
//
// They throw std::invalid_argument for misuse (nothing is written then), cuda_error for CUDA, std::bad_alloc for host memory.
// Errors are in ulp of the exact result for the given inputs, subnormal results included; every NaN result is the one quiet NaN.
#pragma once
#include <cstddef>
#include <type_traits>

#include "cusigmoid/cusigmoid.h"
#include "cusigmoid/device_buffer.hpp"
#include "cusigmoid/dtypes.hpp"
#include "cusigmoid/error.hpp"

struct CUstream_st;

namespace cusigmoid {

/// Device memory of the current device, in order on the stream.
struct cuda {
  CUstream_st *stream = nullptr;
  operator cusigmoid_place() const noexcept { return cusigmoid_on_cuda(stream); }
};

/// Host memory, on at most that many threads (0: all the machine has, or OMP_NUM_THREADS).
struct cpu {
  int threads = 0;
  operator cusigmoid_place() const noexcept { return cusigmoid_on_cpu(threads); }
};

/// A row-major matrix in the caller's memory, leading_dimension elements from row to row.
template <class T>
struct matrix {
  T *data;
  std::size_t rows, cols, leading_dimension;
  matrix(T *data_, std::size_t rows_, std::size_t cols_, std::size_t leading_dimension_)
      : data(data_), rows(rows_), cols(cols_), leading_dimension(leading_dimension_) {}
  matrix(T *data_, std::size_t rows_, std::size_t cols_) : matrix(data_, rows_, cols_, cols_) {}
  template <class U, class = std::enable_if_t<std::is_same_v<U const, T>>>
  matrix(matrix<U> const &m) : matrix(m.data, m.rows, m.cols, m.leading_dimension) {}
};

namespace detail {
template <class T>
struct identity {
  using type = T;
};
}  // namespace detail

/// A matrix that is only read; the element type comes from the output beside it.
template <class T>
using const_matrix = typename detail::identity<matrix<T const>>::type;

namespace detail {
template <class T>
constexpr cusigmoid_dtype dtype_of = static_cast<cusigmoid_dtype>(format<std::remove_const_t<T>>::id);

template <class T>
cusigmoid_array array(T *data, std::size_t n) {
  return cusigmoid_vector(dtype_of<T>, data, n);
}
template <class T>
cusigmoid_array array(matrix<T> const &m) {
  return cusigmoid_matrix(dtype_of<T>, m.data, m.rows, m.cols, m.leading_dimension);
}

inline void run(cusigmoid_op op, cusigmoid_place const &place, cusigmoid_array const &in, cusigmoid_array const &out) {
  check(cusigmoid_run(op, &place, &in, &out, nullptr));
}
inline void run(cusigmoid_op op, cusigmoid_place const &place, cusigmoid_array const &first, cusigmoid_array const &second,
                cusigmoid_array const &out, cusigmoid_params const *params = nullptr) {
  cusigmoid_array const in[] = {first, second};
  check(cusigmoid_run(op, &place, in, &out, params));
}
}  // namespace detail

/// y = σ(x) = 1/(1 + e^−x), in [0, 1], monotonic. n elements each; y may be x. Maximum error: 0.52 ulp.
template <class T>
void forward(cusigmoid_place place, T const *x, T *y, std::size_t n) {
  detail::run(CUSIGMOID_FORWARD, place, detail::array(x, n), detail::array(y, n));
}
/// The same for matrices of one shape.
template <class T>
void forward(cusigmoid_place place, const_matrix<T> x, matrix<T> y) {
  detail::run(CUSIGMOID_FORWARD, place, detail::array(x), detail::array(y));
}

/// dydx = σ′(x) = σ(x)·σ(−x), in [0, 1/4]. n elements each; dydx may be x. Maximum error: 0.52 ulp.
template <class T>
void derivative(cusigmoid_place place, T const *x, T *dydx, std::size_t n) {
  detail::run(CUSIGMOID_DERIVATIVE, place, detail::array(x, n), detail::array(dydx, n));
}
template <class T>
void derivative(cusigmoid_place place, const_matrix<T> x, matrix<T> dydx) {
  detail::run(CUSIGMOID_DERIVATIVE, place, detail::array(x), detail::array(dydx));
}

/// dx = dy·y·(1 − y), from the saved output y = σ(x) in [0, 1]. n elements each; dx may be dy or y. Maximum error: 0.52 ulp of the product
/// of the given numbers; but where y has rounded to 1 (x > 17.3 in float, 8.3 in half, 6.2 in bfloat16) dx is 0: see backward_from_input.
template <class T>
void backward(cusigmoid_place place, T const *dy, T const *y, T *dx, std::size_t n) {
  detail::run(CUSIGMOID_BACKWARD, place, detail::array(dy, n), detail::array(y, n), detail::array(dx, n));
}
template <class T>
void backward(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> y, matrix<T> dx) {
  detail::run(CUSIGMOID_BACKWARD, place, detail::array(dy), detail::array(y), detail::array(dx));
}

/// dx = dy·σ′(x), from the input x: keeps the gradient where y has rounded to 1; the recommended one. n elements each; dx may be dy or x.
/// Maximum error: 0.52 ulp.
template <class T>
void backward_from_input(cusigmoid_place place, T const *dy, T const *x, T *dx, std::size_t n) {
  detail::run(CUSIGMOID_BACKWARD_FROM_INPUT, place, detail::array(dy, n), detail::array(x, n), detail::array(dx, n));
}
template <class T>
void backward_from_input(cusigmoid_place place, const_matrix<T> dy, const_matrix<T> x, matrix<T> dx) {
  detail::run(CUSIGMOID_BACKWARD_FROM_INPUT, place, detail::array(dy), detail::array(x), detail::array(dx));
}

/// The gradient of h = up·SiLU(gate), SiLU(z) = z·σ(z), with x = [gate | up] packed in each row: dgate = dh·up·SiLU′(gate),
/// dup = dh·SiLU(gate). dh is rows × cols; x and dx are rows × 2·cols; dx may be x. Maximum error: 0.52 ulp.
template <class T>
void swiglu_backward(cusigmoid_place place, const_matrix<T> dh, const_matrix<T> x, matrix<T> dx) {
  detail::run(CUSIGMOID_SWIGLU_BACKWARD, place, detail::array(dh), detail::array(x), detail::array(dx));
}

/// Bytes of device memory that bce_with_logits_sum needs as workspace for n elements.
inline std::size_t bce_with_logits_sum_workspace(cusigmoid_place place, std::size_t n) {
  std::size_t bytes = 0;
  detail::check(cusigmoid_workspace_size(CUSIGMOID_BCE_WITH_LOGITS_SUM, &place, 1, n, &bytes));
  return bytes;
}

/// loss[0] = Σ target·softplus(−x) + (1 − target)·softplus(x), softplus(z) = ln(1 + e^z): the binary cross-entropy of the logits x with
/// targets in [0, 1], over n elements. Added in a tree that n alone determines, so the same bits everywhere. On CUDA workspace is
/// bce_with_logits_sum_workspace bytes, aligned to 8, in use until the stream has come this far; on the CPU it is not looked at.
/// Maximum error: 0.52 ulp + 2^−53·(log2 n + 16) of the loss.
template <class T>
void bce_with_logits_sum(cusigmoid_place place, T const *x, T const *target, typename loss_type<T>::type *loss, std::size_t n,
                         void *workspace = nullptr, std::size_t workspace_bytes = 0) {
  cusigmoid_params const params = {sizeof(cusigmoid_params), workspace, workspace_bytes};
  detail::run(CUSIGMOID_BCE_WITH_LOGITS_SUM, place, detail::array(x, n), detail::array(target, n), detail::array(loss, 1), &params);
}

}  // namespace cusigmoid
