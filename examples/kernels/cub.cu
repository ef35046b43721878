// SPDX-License-Identifier: Apache-2.0
// CUB with the library's function objects: gpt-oss's SwiGLU in a transformation, and a kernel whose blocks find the largest |SiLU(x)|.
// CUB's headers have a namespace ::cuda, beside which the library's place is cusigmoid::cuda; hence no `using namespace cusigmoid`.
#include <cub/block/block_reduce.cuh>
#include <cub/device/device_transform.cuh>
#include <cuda/std/tuple>

#include "cusigmoid/functions.hpp"

namespace functions = cusigmoid::functions;

/// h = gate·σ(1.702·gate)·(up + 1), clamped at 7, from arrays on the device.
cudaError_t swiglu(float const *gate, float const *up, float *h, int n, cudaStream_t stream) {
  return cub::DeviceTransform::Transform(cuda::std::make_tuple(gate, up), h, n, functions::swiglu{1.702, 7, 1}, stream);
}

struct larger {
  __device__ float operator()(float a, float b) const { return a < b ? b : a; }
};

/// y = SiLU(x), and the largest |y| of each block.
template <int threads>
__global__ void silu_with_largest(float const *x, float *y, float *largest, int n) {
  using reduce = cub::BlockReduce<float, threads>;
  __shared__ typename reduce::TempStorage storage;
  float magnitude = 0;
  for (int i = static_cast<int>(blockIdx.x) * threads + static_cast<int>(threadIdx.x); i < n; i += static_cast<int>(gridDim.x) * threads) {
    float const v = functions::silu{}(x[i]);
    y[i] = v;
    magnitude = larger{}(magnitude, v < 0 ? -v : v);
  }
  float const of_block = reduce(storage).Reduce(magnitude, larger{});
  if (threadIdx.x == 0) largest[blockIdx.x] = of_block;
}
template __global__ void silu_with_largest<256>(float const *, float *, float *, int);
