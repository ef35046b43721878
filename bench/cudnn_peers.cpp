// SPDX-License-Identifier: Apache-2.0
#include "bench/peers.hpp"

#if __has_include(<cudnn.h>)
#include <cudnn.h>
#include <dlfcn.h>

#include <memory>

#include "cusigmoid/cusigmoid.h"

namespace bench {
namespace {

/// Found when it is run, so that gpu_bench also runs without it. Stays until the process ends.
struct cudnn {
  void *library;
  cudnnHandle_t handle;
  cudnnTensorDescriptor_t tensor;
  cudnnActivationDescriptor_t sigmoid;

#define CUDNN_FUNCTION(name) decltype(&::name) name = reinterpret_cast<decltype(&::name)>(find(#name))
  CUDNN_FUNCTION(cudnnCreate);
  CUDNN_FUNCTION(cudnnSetStream);
  CUDNN_FUNCTION(cudnnCreateTensorDescriptor);
  CUDNN_FUNCTION(cudnnSetTensor4dDescriptor);
  CUDNN_FUNCTION(cudnnCreateActivationDescriptor);
  CUDNN_FUNCTION(cudnnSetActivationDescriptor);
  CUDNN_FUNCTION(cudnnActivationForward);
  CUDNN_FUNCTION(cudnnGetErrorString);
#undef CUDNN_FUNCTION

  explicit cudnn(void *opened) : library(opened) {
    check(cudnnCreate(&handle));
    check(cudnnCreateTensorDescriptor(&tensor));
    check(cudnnCreateActivationDescriptor(&sigmoid));
    check(cudnnSetActivationDescriptor(sigmoid, CUDNN_ACTIVATION_SIGMOID, CUDNN_PROPAGATE_NAN, 0));
  }
  void forward(cudnnDataType_t type, void const *x, void *y, std::size_t n, cudaStream_t stream) const {
    float const one = 1, zero = 0;
    check(cudnnSetStream(handle, stream));
    check(cudnnSetTensor4dDescriptor(tensor, CUDNN_TENSOR_NCHW, type, 1, 1, 1, static_cast<int>(n)));
    check(cudnnActivationForward(handle, sigmoid, &one, tensor, x, &zero, tensor, y));
  }

 private:
  void *find(char const *name) const {
    void *const function = dlsym(library, name);
    if (!function) throw std::runtime_error(dlerror());
    return function;
  }
  void check(cudnnStatus_t status) const {
    if (status != CUDNN_STATUS_SUCCESS) throw peer_error(cudnnGetErrorString(status));
  }
};

}  // namespace

std::vector<peer> cudnn_peers() {
  std::string const name = "libcudnn.so." + std::to_string(CUDNN_MAJOR);
  void *const library = dlopen(name.c_str(), RTLD_NOW);
  if (!library) return {};
  auto const found = std::make_shared<cudnn>(library);
  auto const with = [&](int dtype, cudnnDataType_t type) {
    return peer{"cudnn", dtype, [=](void const *x, void *y, std::size_t n, cudaStream_t stream) { found->forward(type, x, y, n, stream); }};
  };
  return {with(CUSIGMOID_FLOAT32, CUDNN_DATA_FLOAT), with(CUSIGMOID_FLOAT16, CUDNN_DATA_HALF),
          with(CUSIGMOID_BFLOAT16, CUDNN_DATA_BFLOAT16)};
}

}  // namespace bench

#else

std::vector<bench::peer> bench::cudnn_peers() { return {}; }

#endif
