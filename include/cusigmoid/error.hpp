// SPDX-License-Identifier: Apache-2.0
// The exceptions of the C++ interface, made from the C interface's status.
#pragma once
#include <new>
#include <stdexcept>

#include "cusigmoid/cusigmoid.h"

namespace cusigmoid {

/// A CUDA call failed, or there is no CUDA device (code 100, or 35 where the driver is too old).
class cuda_error : public std::runtime_error {
 public:
  cuda_error(char const *what, int code) : std::runtime_error(what), code_(code) {}
  /// The cudaError_t.
  int code() const noexcept { return code_; }

 private:
  int code_;
};

namespace detail {
[[noreturn]] inline void throw_error(cusigmoid_status status) {
  char const *const what = cusigmoid_last_error();
  switch (status) {
    case CUSIGMOID_INVALID_ARGUMENT: throw std::invalid_argument(what);
    case CUSIGMOID_OUT_OF_MEMORY: throw std::bad_alloc();
    case CUSIGMOID_NO_DEVICE:
    case CUSIGMOID_CUDA_ERROR: throw cuda_error(what, cusigmoid_last_cuda_error());
    default: throw std::runtime_error(what);
  }
}

inline void check(cusigmoid_status status) {
  if (status != CUSIGMOID_SUCCESS) throw_error(status);
}
}  // namespace detail

}  // namespace cusigmoid
