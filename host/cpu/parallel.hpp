// SPDX-License-Identifier: Apache-2.0
// Work shared out to threads.
#pragma once
#include <omp.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstddef>

#include "cuda/environment.hpp"

namespace cusigmoid::engine::cpu_backend {

/// Whether this process was forked from one that had already run on threads: OpenMP's pool did not come along, and would be waited for.
inline bool forked_after_threads() {
  static std::atomic<bool> forked{false};
  static bool const registered = pthread_atfork(nullptr, nullptr, [] { forked = true; }) == 0;
  return registered && forked;
}

/// Calls body(first, last) for parts of [0, n), in parallel; a part boundary is a multiple of `grain`.
template <class Body>
void parallel(std::size_t n, std::size_t grain, int threads, Body &&body) {
  std::size_t const pieces = n / grain + (n % grain != 0);
  if (threads <= 1 || pieces <= 1 || forked_after_threads()) {
    default_environment const environment;
    body(std::size_t{0}, n);
    return;
  }
#pragma omp parallel num_threads(threads)
  {
    default_environment const environment;
    std::size_t const count = static_cast<std::size_t>(omp_get_num_threads()), mine = static_cast<std::size_t>(omp_get_thread_num());
    std::size_t const first = pieces / count * mine + std::min(mine, pieces % count), size = pieces / count + (mine < pieces % count);
    if (size) body(first * grain, std::min(n, (first + size) * grain));
  }
}

}  // namespace cusigmoid::engine::cpu_backend
