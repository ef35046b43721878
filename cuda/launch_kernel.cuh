// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cuda_runtime_api.h>

#include <cstddef>

namespace cusigmoid::engine::device {

/// Launches through cudaLaunchKernelEx, whose status is that of this launch alone: an error the caller has pending is neither cleared nor
/// claimed.
template <class... Args>
int launch(void (*kernel)(Args...), std::size_t blocks, int threads, void *stream, Args... args) {
  if (blocks > 0x7fffffff) return cudaErrorInvalidConfiguration;
  cudaLaunchConfig_t config = {};
  config.gridDim = dim3(static_cast<unsigned>(blocks));
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.stream = static_cast<cudaStream_t>(stream);
  return cudaLaunchKernelEx(&config, kernel, args...);
}

}  // namespace cusigmoid::engine::device
