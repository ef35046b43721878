// SPDX-License-Identifier: Apache-2.0
// Times work on a CUDA stream.
#pragma once
#include <cuda_runtime_api.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "bench/report.hpp"
#include "cusigmoid/cusigmoid.hpp"

namespace bench {

using memory = cusigmoid::device_buffer<unsigned char>;

inline void check(cudaError_t error) {
  if (error != cudaSuccess) throw cusigmoid::cuda_error(cudaGetErrorString(error), error);
}
inline void check(cusigmoid_status status) {
  if (status != CUSIGMOID_SUCCESS) throw std::runtime_error(cusigmoid_last_error());
}

/// Times calls on a stream of its own.
class stopwatch {
 public:
  explicit stopwatch(double seconds) : seconds_(seconds) {
    check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
    for (cudaEvent_t &event : events_) check(cudaEventCreate(&event));
  }
  stopwatch(stopwatch const &) = delete;
  ~stopwatch() {
    cudaStreamSynchronize(stream_);  // memory is freed on it
    for (cudaEvent_t event : events_) cudaEventDestroy(event);
    cudaStreamDestroy(stream_);
  }
  cudaStream_t stream() const { return stream_; }

  /// call(0), call(1), … for about that many seconds. Each queues work on the stream that moves so many bytes.
  template <class Call>
  row measure(std::size_t bytes, Call const &call) {
    memory head_start(std::min(2 * batch * bytes, std::size_t{1} << 30), stream_);
    std::size_t calls = 0;
    while (calls < 3) call(calls++);
    std::vector<double> us;
    auto const begin = std::chrono::steady_clock::now();
    do {
      // Keeps the GPU busy while the host queues the batch: the time of a short call must not include waiting for its launch.
      check(cudaMemsetAsync(head_start.data(), 0, head_start.size(), stream_));
      check(cudaEventRecord(events_[0], stream_));
      for (std::size_t i = 1; i <= batch; ++i) {
        call(calls++);
        check(cudaEventRecord(events_[i], stream_));
      }
      check(cudaStreamSynchronize(stream_));
      for (std::size_t i = 1; i <= batch; ++i) {
        float ms = 0;
        check(cudaEventElapsedTime(&ms, events_[i - 1], events_[i]));
        us.push_back(1e3 * ms);
      }
    } while (std::chrono::steady_clock::now() - begin < std::chrono::duration<double>(seconds_));
    std::sort(us.begin(), us.end());
    return {"", {}, bytes, us.size(), us[us.size() / 2], us[us.size() / 10], us[us.size() * 9 / 10]};
  }

 private:
  static constexpr std::size_t batch = 32;
  double seconds_;
  cudaStream_t stream_;
  cudaEvent_t events_[batch + 1];
};

}  // namespace bench
