// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cuda_runtime_api.h>

#include <cstddef>

#include "cuda/tuning.hpp"

namespace cusigmoid::engine::device {

/// Finds the tuning that the kernels have been compiled with which the current device runs. An error of CUDA's, or cudaSuccess.
int find_tuning(tuning &found);

/// Launches through cudaLaunchKernelEx, whose status is that of this launch alone: an error the caller has pending is neither cleared nor
/// claimed. A kernel that launches early begins with wait_for_kernels_before().
template <class... Args>
int launch(tuning const &t, void (*kernel)(Args...), std::size_t blocks, int threads, void *stream, Args... args) {
  if (blocks > 0x7fffffff) return cudaErrorInvalidConfiguration;
  cudaLaunchAttribute early = {};
  early.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  early.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config = {};
  config.gridDim = dim3(static_cast<unsigned>(blocks));
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.stream = static_cast<cudaStream_t>(stream);
  config.attrs = &early;
  config.numAttrs = t.launches_early;
  return cudaLaunchKernelEx(&config, kernel, args...);
}

/// Until all of what the kernels before this one in the stream have written is there to be read, and they read no more.
__device__ __forceinline__ void wait_for_kernels_before() {
  if constexpr (compiled_tuning.launches_early) asm volatile("griddepcontrol.wait;" ::: "memory");
}

}  // namespace cusigmoid::engine::device
