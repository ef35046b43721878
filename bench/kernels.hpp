// SPDX-License-Identifier: Apache-2.0
// What the library is compared with besides its peers: a copy, and a launch of nothing.
#pragma once
#include <cuda_runtime_api.h>

#include <cstddef>

namespace bench {

/// `bytes` and the addresses are multiples of 16.
cudaError_t copy_by_kernel(void const *from, void *to, std::size_t bytes, cudaStream_t stream);
cudaError_t launch_empty(cudaStream_t stream);

}  // namespace bench
