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

class stream {
 public:
  stream() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  stream(stream const &) = delete;
  ~stream() {
    cudaStreamSynchronize(stream_);  // memory is freed on it
    cudaStreamDestroy(stream_);
  }
  operator cudaStream_t() const { return stream_; }

 private:
  cudaStream_t stream_;
};

/// A point on a stream.
class mark {
 public:
  mark() { check(cudaEventCreate(&event_)); }
  mark(mark const &) = delete;
  ~mark() { cudaEventDestroy(event_); }
  void set(cudaStream_t on) { check(cudaEventRecord(event_, on)); }
  double us_since(mark const &earlier) const {
    float ms = 0;
    check(cudaEventElapsedTime(&ms, earlier.event_, event_));
    return 1e3 * ms;
  }

 private:
  cudaEvent_t event_;
};

/// Times calls on a stream of its own.
class stopwatch {
 public:
  explicit stopwatch(double seconds) : seconds_(seconds) {}
  cudaStream_t on() const { return stream_; }

  /// The times that sample(us) appends, in microseconds, called for about that many seconds.
  template <class Sample>
  row repeat(Sample const &sample) const {
    std::vector<double> us;
    auto const begin = std::chrono::steady_clock::now();
    do sample(us);
    while (std::chrono::steady_clock::now() - begin < std::chrono::duration<double>(seconds_));
    std::sort(us.begin(), us.end());
    row r;
    r.repetitions = us.size();
    r.us = us[us.size() / 2], r.us_p10 = us[us.size() / 10], r.us_p90 = us[us.size() * 9 / 10];
    return r;
  }

  /// call(0), call(1), …, each of which queues work on the stream that moves so many bytes.
  template <class Call>
  row measure(std::size_t bytes, Call &&call) {
    std::size_t calls = 0;
    while (calls < 3) call(calls++);
    row r = repeat([&](std::vector<double> &us) {
      // Keeps the GPU busy while the host queues the batch: the time of a short call must not include waiting for its launch.
      check(cudaMemsetAsync(head_start_.data(), 0, head_start_.size(), stream_));
      marks_[0].set(stream_);
      for (std::size_t i = 1; i <= batch; ++i) {
        call(calls++);
        marks_[i].set(stream_);
      }
      check(cudaStreamSynchronize(stream_));
      for (std::size_t i = 1; i <= batch; ++i) us.push_back(marks_[i].us_since(marks_[i - 1]));
    });
    r.bytes = bytes;
    return r;
  }

 private:
  static constexpr std::size_t batch = 32;
  double seconds_;
  stream stream_;
  mark marks_[batch + 1];
  memory head_start_{std::size_t{1} << 30, stream_};  // some hundred microseconds of writing
};

}  // namespace bench
