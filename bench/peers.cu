// SPDX-License-Identifier: Apache-2.0
#include "bench/peers.hpp"

#if defined(CUSIGMOID_VGPU)  // CUB's copies are TMA's, which the virtual GPU does not have

std::vector<bench::peer> bench::cccl_peers() { return {}; }

#else
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <thrust/execution_policy.h>
#include <thrust/transform.h>

#include <cub/device/device_transform.cuh>
#include <stdexcept>

#include "cusigmoid/functions.hpp"

namespace bench {
namespace {

/// As one writes it.
struct plain_formula {
  template <class T>
  __device__ T operator()(T x) const {
    return T(1 / (1 + expf(-static_cast<float>(x))));
  }
};

template <class T, class F>
void by_thrust(void const *x, void *y, std::size_t n, cudaStream_t stream) {
  T const *const from = static_cast<T const *>(x);
  thrust::transform(thrust::cuda::par_nosync.on(stream), from, from + n, static_cast<T *>(y), F{});
}

template <class T, class F>
void by_cub(void const *x, void *y, std::size_t n, cudaStream_t stream) {
  cudaError_t const error = cub::DeviceTransform::Transform(static_cast<T const *>(x), static_cast<T *>(y), n, F{}, stream);
  if (error != cudaSuccess) throw std::runtime_error(cudaGetErrorString(error));
}

/// `Theirs`: CUDA's type of the same format, as anyone's formula would take it.
template <class Theirs, class Ours>
void add(std::vector<peer> &all) {
  int const dtype = static_cast<int>(cusigmoid::format<Ours>::id);
  all.push_back({"thrust", dtype, by_thrust<Theirs, plain_formula>});
  all.push_back({"thrust, our function", dtype, by_thrust<Ours, cusigmoid::functions::forward>});
  all.push_back({"cub", dtype, by_cub<Theirs, plain_formula>});
  all.push_back({"cub, our function", dtype, by_cub<Ours, cusigmoid::functions::forward>});
}

}  // namespace

std::vector<peer> cccl_peers() {
  std::vector<peer> all;
  add<float, float>(all);
  add<__half, cusigmoid::float16>(all);
  add<__nv_bfloat16, cusigmoid::bfloat16>(all);
  return all;
}

}  // namespace bench

#endif
