// SPDX-License-Identifier: Apache-2.0
// A kernel for NVRTC, which has no standard header and needs none here: SwiGLU's gradient, recomputed from the forward pass's inputs.
// Give this text to nvrtcCreateProgram, and these options to nvrtcCompileProgram (of a GPU's architecture):
//   --std=c++17  --gpu-architecture=sm_90  --include-path=<where cusigmoid/ is>
// --use_fast_math does not change what the function objects compute. cusigmoid::bfloat16 has the bits of CUDA's __nv_bfloat16.
#include "cusigmoid/functions.hpp"

using number = cusigmoid::bfloat16;

extern "C" __global__ void swiglu_backward(number const *dh, number const *gate, number const *up, number *dgate, number *dup, unsigned n) {
  unsigned const i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  auto const [of_gate, of_up] = cusigmoid::functions::swiglu_backward{}(dh[i], gate[i], up[i]);
  dgate[i] = of_gate;
  dup[i] = of_up;
}
