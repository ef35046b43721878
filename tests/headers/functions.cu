// SPDX-License-Identifier: Apache-2.0
// What functions.hpp offers, in kernels: for nvcc and for NVRTC, which has no standard header.
#include "cusigmoid/functions.hpp"

namespace {

using namespace cusigmoid::functions;  // of which tanh is also CUDA's
using of_tanh = cusigmoid::functions::tanh;

template <class... Function, class T>
__device__ T *functions_of_one(T x, T *out) {
  ((*out++ = Function{}(x)), ...);
  return out;
}
template <class... Function, class T>
__device__ T *functions_of_two(T dy, T x, T *out) {
  ((*out++ = Function{}(dy, x)), ...);
  return out;
}

template <class T>
__device__ void apply(T const *in, T *out) {
  int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  T const x = in[3 * i], dy = in[3 * i + 1], gate = in[3 * i + 2];
  out = functions_of_one<forward, derivative, second_derivative, signed_sigmoid, log_sigmoid, log_sigmoid_derivative, softplus,
                         softplus_derivative, silu, silu_derivative, silu_second_derivative, of_tanh, tanh_derivative>(x, out + 64 * i);
  out = functions_of_two<backward, backward_from_input, backward_from_signed, log_sigmoid_backward, softplus_backward, silu_backward,
                         tanh_backward, bias_forward, glu, swiglu, bce_with_logits, bce_with_logits_backward>(dy, x, out);
  auto const [dx, dgate] = glu_backward{}(dy, x, gate);
  auto const [clamped_dgate, dup] = swiglu_backward{1.702, 7, 1}(dy, gate, x);
  T const more[] = {dx, dgate, clamped_dgate, dup, swiglu{1.702, 7, 1}(gate, x), bce_with_logits{}(x, gate, dy, dy)};
  for (T const &result : more) *out++ = result;
}

}  // namespace

extern "C" {
__global__ void on_float64(double const *in, double *out) { apply(in, out); }
__global__ void on_float32(float const *in, float *out) { apply(in, out); }
__global__ void on_float16(cusigmoid::float16 const *in, cusigmoid::float16 *out) { apply(in, out); }
__global__ void on_bfloat16(cusigmoid::bfloat16 const *in, cusigmoid::bfloat16 *out) { apply(in, out); }
}
