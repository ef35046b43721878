// SPDX-License-Identifier: Apache-2.0
#include "host/error.hpp"

#include <cstdarg>
#include <cstdio>

#include "cuda/launch.hpp"

namespace cusigmoid::engine {
namespace {
thread_local char sentence_of_thread[512];
thread_local int cuda_error_of_thread;

// cudaErrorInsufficientDriver is what a machine without any driver answers, cudaErrorNoDevice one with a driver and no GPU.
constexpr int insufficient_driver = 35, no_device = 100;

/// Errors after which, by CUDA's documentation, the process has to end.
constexpr bool ends_the_context(int error) {
  constexpr int contained = 226, illegal_address = 700, launch_timeout = 702, assertion = 710, hardware_stack_error = 714,
                launch_failure = 719, tensor_memory_leak = 721, mps_client_terminated = 810;
  return error == contained || error == illegal_address || error == launch_timeout || error == assertion ||
         (hardware_stack_error <= error && error <= launch_failure) || error == tensor_memory_leak || error == mps_client_terminated;
}
}  // namespace

cusigmoid_status fail(cusigmoid_status status, char const *sentence, ...) {
  std::va_list arguments;
  va_start(arguments, sentence);
  std::vsnprintf(sentence_of_thread, sizeof sentence_of_thread, sentence, arguments);
  va_end(arguments);
  cuda_error_of_thread = 0;
  return status;
}

bool is_no_device(int error) { return error == insufficient_driver || error == no_device; }

cusigmoid_status from_cuda(int error, char const *what) {
  if (error == 0) return CUSIGMOID_SUCCESS;
  bool const none = is_no_device(error);
  fail(CUSIGMOID_CUDA_ERROR, "%s: %s%s: %s%s%s", what, none ? "no CUDA device (" : "", device::error_name(error), device::error_text(error),
       none ? ")" : "",
       ends_the_context(error) ? "; this process can use CUDA no more and has to end (CUSIGMOID_CHECK=1 tells which call failed)" : "");
  cuda_error_of_thread = error;
  return none ? CUSIGMOID_NO_DEVICE : CUSIGMOID_CUDA_ERROR;
}

char const *last_error() { return sentence_of_thread; }
int last_cuda_error() { return cuda_error_of_thread; }

}  // namespace cusigmoid::engine
