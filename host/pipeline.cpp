// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline.hpp"

#include <algorithm>

#include "cuda/launch.hpp"
#include "host/error.hpp"

namespace cusigmoid::engine {
namespace {

/// One slot is filled, one computed and one emptied while a fourth waits for neither.
constexpr std::size_t slots_of_device = 4;
/// A copy of this size takes fifty times as long as what comes with it: starting two copies and a kernel (8 MiB at 50 GB/s: 160 µs).
constexpr std::size_t largest_slot = std::size_t{8} << 20;
constexpr std::size_t default_staging = std::size_t{256} << 20;

}  // namespace

device_selection::device_selection() : error_(device::current_device(&before_)), selected_(before_) {}
device_selection::~device_selection() {
  if (selected_ != before_) device::set_current_device(before_);
}
int device_selection::select(int device) {
  if (error_ != 0 || device == selected_) return error_;
  int const error = device::set_current_device(device);
  if (error == 0) selected_ = device;
  return error;
}

int pipeline_slot::reserve(std::size_t bytes) {
  if (bytes <= bytes_) return 0;
  release();
  int const error = allocate(bytes);
  if (error != 0) release();
  return error;
}

int pipeline_slot::allocate(std::size_t bytes) {
  if (int const error = device::create_stream(&stream_)) return error;
  if (int const error = device::allocate_pinned(&host_memory_, bytes)) return error;
  if (int const error = device::allocate(&device_memory_, bytes, stream_)) return error;
  bytes_ = bytes;
  return 0;
}

void pipeline_slot::release() {
  if (device_memory_) device::release(device_memory_, stream_);
  if (stream_) device::destroy_stream(stream_);
  if (host_memory_) device::release_pinned(host_memory_);
  stream_ = host_memory_ = device_memory_ = nullptr;
  bytes_ = 0;
}

cusigmoid_status pipeline::open(cusigmoid_place const &place, char const *who) {
  int count = 0, current = 0;
  int error = device::count(&count);
  if (error == 0) error = device::current_device(&current);
  int const wanted = place.device_plus_one - 1;
  if (is_no_device(error) && wanted < 0) return CUSIGMOID_SUCCESS;
  if (error != 0) return from_cuda(error, who);
  if (wanted >= count)
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: place: device is %d, but there are %d, numbered from 0", who, wanted, count);

  bool const all = wanted == CUSIGMOID_ALL_DEVICES;
  std::size_t const devices = all ? static_cast<std::size_t>(count) : 1;
  std::size_t const staging = place.staging_bytes ? place.staging_bytes : default_staging;
  std::size_t const slots = std::clamp<std::size_t>(staging / smallest_staging, 1, devices * slots_of_device);
  slot_bytes_ = std::min(staging / slots, largest_slot);
  for (std::size_t i = 0; i < slots; ++i) slots_.emplace_back(all ? static_cast<int>(i % devices) : wanted >= 0 ? wanted : current);
  return CUSIGMOID_SUCCESS;
}

}  // namespace cusigmoid::engine
