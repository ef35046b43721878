// SPDX-License-Identifier: Apache-2.0
// What host arrays pass through on their way to the GPUs and back.
#pragma once
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "cusigmoid/cusigmoid.h"

namespace cusigmoid::engine {

/// Work on one chunk at a time: a stream of a device, pinned host memory, and as much memory of the device. Released while nothing runs.
class pipeline_slot {
 public:
  explicit pipeline_slot(int device) : device_(device) {}
  pipeline_slot(pipeline_slot const &) = delete;
  pipeline_slot &operator=(pipeline_slot const &) = delete;
  ~pipeline_slot() { release(); }

  /// At least that many bytes of either memory, the device being the current one. Returns a cudaError_t; after an error there are none.
  int reserve(std::size_t bytes);

  int device() const { return device_; }
  void *stream() const { return stream_; }
  char *host_memory() const { return static_cast<char *>(host_memory_); }
  char *device_memory() const { return static_cast<char *>(device_memory_); }

 private:
  int allocate(std::size_t bytes);
  void release();

  int device_;
  void *stream_ = nullptr, *host_memory_ = nullptr, *device_memory_ = nullptr;
  std::size_t bytes_ = 0;
};

class pipeline {
 public:
  /// One slot with room for a tile of any sum: 4096 elements of five arrays of 8 bytes.
  static constexpr std::size_t smallest_staging = std::size_t{256} << 10;

  /// Finds the devices that a place of kind CUSIGMOID_OFFLOAD asks for. Nothing is allocated before it is needed.
  cusigmoid_status open(cusigmoid_place const &place, char const *who);

  /// Whether there is no device, and none was insisted on.
  bool has_no_device() const { return slots_.empty(); }
  /// The bytes that a slot may have.
  std::size_t slot_bytes() const { return slot_bytes_; }
  /// Devices take turns.
  std::deque<pipeline_slot> &slots() { return slots_; }
  /// Whoever runs a call holds it.
  std::mutex &in_use() { return in_use_; }

 private:
  std::deque<pipeline_slot> slots_;
  std::size_t slot_bytes_ = 0;
  std::mutex in_use_;
};

/// While it lives, this thread's current device may change; then it is what it was.
class device_selection {
 public:
  device_selection();
  ~device_selection();
  device_selection(device_selection const &) = delete;
  device_selection &operator=(device_selection const &) = delete;
  int select(int device);  // a cudaError_t

 private:
  int before_ = 0, error_, selected_;
};

}  // namespace cusigmoid::engine

struct cusigmoid_pipeline : cusigmoid::engine::pipeline {};
