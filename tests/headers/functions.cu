// SPDX-License-Identifier: Apache-2.0
// What functions.hpp offers, in kernels: for nvcc and for NVRTC, which has no standard header.
#include "cusigmoid/functions.hpp"

namespace {

template <class T>
__device__ void apply(T const *dy, T const *x, T *out) {
  int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  T const y = cusigmoid::functions::forward{}(x[i]);
  out[4 * i] = y;
  out[4 * i + 1] = cusigmoid::functions::derivative{}(x[i]);
  out[4 * i + 2] = cusigmoid::functions::backward{}(dy[i], y);
  out[4 * i + 3] = cusigmoid::functions::backward_from_input{}(dy[i], x[i]);
}

}  // namespace

extern "C" {
__global__ void on_float64(double const *dy, double const *x, double *out) { apply(dy, x, out); }
__global__ void on_float32(float const *dy, float const *x, float *out) { apply(dy, x, out); }
__global__ void on_float16(cusigmoid::float16 const *dy, cusigmoid::float16 const *x, cusigmoid::float16 *out) { apply(dy, x, out); }
__global__ void on_bfloat16(cusigmoid::bfloat16 const *dy, cusigmoid::bfloat16 const *x, cusigmoid::bfloat16 *out) { apply(dy, x, out); }
}
