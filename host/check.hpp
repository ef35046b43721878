// SPDX-License-Identifier: Apache-2.0
// What CUSIGMOID_CHECK=1 adds to each call, at the price of waiting for it: whether every array lies in memory that the place can reach,
// and which call it was that a device failed in.
#pragma once
#include <atomic>

#include "cuda/launch.hpp"
#include "host/error.hpp"

namespace cusigmoid::engine {

/// Whether calls are so checked: as the environment says when the first one asks.
std::atomic<bool> &costly_checks();

/// Whether the stream of a CUDA place belongs to the current device, and what was put on it before has not failed.
cusigmoid_status check_stream(cusigmoid_place const &place, char const *op);

/// Whether an array, of so many bytes from its first to its last, lies in memory that the place can reach.
cusigmoid_status check_memory_kind(cusigmoid_place const &place, char const *op, char const *array, void const *data, std::size_t bytes);

/// Waits for what a stream has to do, which is `whose` work. Without costly checks, and in a capture, does nothing.
cusigmoid_status finish_work(char const *whose, char const *op, void *stream);

/// The status of what launches kernels on a stream.
template <class Kernels>
cusigmoid_status launch_checked(char const *op, void *stream, Kernels &&kernels) {
  if (int const error = kernels()) return from_cuda(error, op);
  return finish_work("this call's kernels", op, stream);
}

}  // namespace cusigmoid::engine
