// SPDX-License-Identifier: Apache-2.0
// The rest of the seam: which engine runs an op, and the CUDA runtime behind plain C++.
#include <cuda_runtime_api.h>
#include <nvtx3/nvToolsExt.h>

#include <atomic>

#include "cuda/launch_kernel.cuh"
#include "cuda/operands.hpp"
#include "cuda/run.hpp"

namespace cusigmoid::engine::device {

namespace {
/// Shows a call to a profiler as a range of a domain of its own. Without a profiler it is a look at a pointer. (In NVTX's C, which
/// every toolkit has; its C++ came later.)
class profiled_range {
 public:
  explicit profiled_range(char const *name) {
    nvtxEventAttributes_t range = {};
    range.version = NVTX_VERSION;
    range.size = NVTX_EVENT_ATTRIB_STRUCT_SIZE;
    range.messageType = NVTX_MESSAGE_TYPE_ASCII;
    range.message.ascii = name;
    nvtxDomainRangePushEx(domain(), &range);
  }
  profiled_range(profiled_range const &) = delete;
  ~profiled_range() { nvtxDomainRangePop(domain()); }

 private:
  static nvtxDomainHandle_t domain() {
    static nvtxDomainHandle_t const created = nvtxDomainCreateA("cusigmoid");
    return created;
  }
};

/// f.operator()<group>() for the group of an op.
template <class F>
int in_group_of(int op, F &&f) {
  int error = cudaErrorInvalidValue;
  [&]<int... group>(std::integer_sequence<int, group...>) {
    ((op % CUSIGMOID_GROUPS == group ? void(error = f.template operator()<group>()) : void()), ...);
  }(std::make_integer_sequence<int, CUSIGMOID_GROUPS>{});
  return error;
}

__global__ void probe() {}  // compiled for the architectures that all kernels are
}  // namespace

int find_tuning(tuning &found) {
  constexpr int devices = 64;  // whose answers are kept
  static std::atomic<int> compute_capabilities[devices];
  int device = 0;
  if (int const error = cudaGetDevice(&device); error != cudaSuccess) return error;
  int known = device < devices ? compute_capabilities[device].load(std::memory_order_relaxed) : 0;
  if (known == 0) {
    cudaFuncAttributes code;
    if (int const error = cudaFuncGetAttributes(&code, probe); error != cudaSuccess) return error;
    known = code.ptxVersion;  // what __CUDA_ARCH__ was for that code; the device itself may be a later one
    if (device < devices) compute_capabilities[device].store(known, std::memory_order_relaxed);
  }
  found = tuning_of(known);
  return cudaSuccess;
}

int run(char const *name, call const &c, void *stream) {
  profiled_range const range(name);
  bool sum = false;
  visit_op(c, [&]<class Op>() { sum = is_sum<Op>; });
  return sum ? run_sum(c, levels::all, stream) : in_group_of(c.op, [&]<int group>() { return run_elementwise<group>(c, stream); });
}

int sum_tiles(char const *name, call const &c, void *stream) {
  profiled_range const range(name);
  return run_sum(c, levels::first, stream);
}

int run_many(char const *name, call_of_many const &c, void *stream) {
  profiled_range const range(name);
  return in_group_of(c.op, [&]<int group>() { return run_elementwise_many<group>(c, stream); });
}

int count(int *devices) { return cudaGetDeviceCount(devices); }

int allocate(void **data, std::size_t bytes, void *stream) { return cudaMallocAsync(data, bytes, static_cast<cudaStream_t>(stream)); }

int release(void *data, void *stream) { return cudaFreeAsync(data, static_cast<cudaStream_t>(stream)); }

int copy(void *to, void const *from, std::size_t bytes, void *stream) {
  return cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, static_cast<cudaStream_t>(stream));
}

int synchronize(void *stream) { return cudaStreamSynchronize(static_cast<cudaStream_t>(stream)); }

int current_device(int *device) { return cudaGetDevice(device); }

int set_current_device(int device) { return cudaSetDevice(device); }

int create_stream(void **stream) { return cudaStreamCreateWithFlags(reinterpret_cast<cudaStream_t *>(stream), cudaStreamNonBlocking); }

int destroy_stream(void *stream) { return cudaStreamDestroy(static_cast<cudaStream_t>(stream)); }

int allocate_pinned(void **data, std::size_t bytes) { return cudaHostAlloc(data, bytes, cudaHostAllocPortable); }

int release_pinned(void *data) { return cudaFreeHost(data); }

int memory_of(void const *data, memory *found) {
  cudaPointerAttributes attributes;
  if (int const error = cudaPointerGetAttributes(&attributes, data); error != cudaSuccess) return error;
  found->what = attributes.type == cudaMemoryTypeHost      ? memory::kind::pinned
                : attributes.type == cudaMemoryTypeManaged ? memory::kind::managed
                : attributes.type == cudaMemoryTypeDevice  ? memory::kind::of_device
                                                           : memory::kind::pageable;
  found->device = attributes.device;
  return cudaSuccess;
}

int device_of(void *stream, int *device) { return cudaStreamGetDevice(static_cast<cudaStream_t>(stream), device); }

int is_capturing(void *stream, bool *capturing) {
  cudaStreamCaptureStatus status = {};
  cudaError_t const error = cudaStreamIsCapturing(static_cast<cudaStream_t>(stream), &status);
  // the default stream while another one captures, which must not be waited for either
  *capturing = error == cudaErrorStreamCaptureImplicit || status != cudaStreamCaptureStatusNone;
  return *capturing ? cudaSuccess : error;
}

int reaches_pageable_memory(int device, bool *reaches) {
  int value = 0;
  cudaError_t const error = cudaDeviceGetAttribute(&value, cudaDevAttrPageableMemoryAccess, device);
  *reaches = value != 0;
  return error;
}

char const *error_name(int error) { return cudaGetErrorName(static_cast<cudaError_t>(error)); }

char const *error_text(int error) { return cudaGetErrorString(static_cast<cudaError_t>(error)); }

}  // namespace cusigmoid::engine::device
