// SPDX-License-Identifier: Apache-2.0
// One operation on many arrays at once.
#pragma once
#include <stdexcept>
#include <string>

#include "cusigmoid/arguments.hpp"

namespace cusigmoid {

namespace detail {
inline void expect_inputs(cusigmoid_op op, int inputs) {
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  check(cusigmoid_get_op_info(op, &info));
  if (info.inputs != inputs)
    throw std::invalid_argument(std::string(info.name) + ": has " + std::to_string(info.inputs) + " inputs, not " + std::to_string(inputs));
}
}  // namespace detail

/// The operation op, a function of one input (CUSIGMOID_FORWARD, CUSIGMOID_SILU, CUSIGMOID_TANH_DERIVATIVE, …), on `count` arrays: y[i] of
/// x[i], n[i] elements each, any mix of sizes. On CUDA in as few launches as kernel parameters allow, without allocating device memory; the
/// lists are in host memory and read before it returns. y[i] may be x[i]; any other overlap, of two arrays' too, is refused. Errors as of
/// op.
template <class T>
void multi_tensor(cusigmoid_op op, cusigmoid_place place, T const *const *x, T *const *y, std::size_t const *n, std::size_t count) {
  detail::expect_inputs(op, 1);
  void const *const *const in[] = {reinterpret_cast<void const *const *>(x)};
  void *const *const out[] = {reinterpret_cast<void *const *>(y)};
  detail::check(cusigmoid_run_many(op, &place, detail::dtype_of<T>, in, out, n, count));
}

/// The same for gradients (CUSIGMOID_BACKWARD_FROM_INPUT, CUSIGMOID_SILU_BACKWARD, …) and other operations of two inputs: dx[i] of dy[i]
/// and x[i], or y[i].
template <class T>
void multi_tensor(cusigmoid_op op, cusigmoid_place place, T const *const *dy, T const *const *x, T *const *dx, std::size_t const *n,
                  std::size_t count) {
  detail::expect_inputs(op, 2);
  void const *const *const in[] = {reinterpret_cast<void const *const *>(dy), reinterpret_cast<void const *const *>(x)};
  void *const *const out[] = {reinterpret_cast<void *const *>(dx)};
  detail::check(cusigmoid_run_many(op, &place, detail::dtype_of<T>, in, out, n, count));
}

}  // namespace cusigmoid
