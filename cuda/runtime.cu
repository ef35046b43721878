// SPDX-License-Identifier: Apache-2.0
// The rest of the seam: which engine runs an op, and the CUDA runtime behind plain C++.
#include <cuda_runtime_api.h>

#include "cuda/operands.hpp"
#include "cuda/run.hpp"

namespace cusigmoid::engine::device {

int run(call const &c, void *stream) {
  bool reduction = false;
  visit(c, [&]<class Op, class ArrayTypes>() { reduction = is_reduction<at<0, typename Op::out>>; });
  return reduction ? run_reduction(c, stream) : run_elementwise(c, stream);
}

int count(int *devices) { return cudaGetDeviceCount(devices); }

int allocate(void **data, std::size_t bytes, void *stream) { return cudaMallocAsync(data, bytes, static_cast<cudaStream_t>(stream)); }

int release(void *data, void *stream) { return cudaFreeAsync(data, static_cast<cudaStream_t>(stream)); }

int copy(void *to, void const *from, std::size_t bytes, void *stream) {
  return cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, static_cast<cudaStream_t>(stream));
}

int synchronize(void *stream) { return cudaStreamSynchronize(static_cast<cudaStream_t>(stream)); }

char const *error_name(int error) { return cudaGetErrorName(static_cast<cudaError_t>(error)); }

char const *error_text(int error) { return cudaGetErrorString(static_cast<cudaError_t>(error)); }

}  // namespace cusigmoid::engine::device
