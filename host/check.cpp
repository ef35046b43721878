// SPDX-License-Identifier: Apache-2.0
#include "host/check.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace cusigmoid::engine {

std::atomic<bool> &costly_checks() {
  static std::atomic<bool> asked_for = [] {
    char const *const value = std::getenv("CUSIGMOID_CHECK");
    return value && *value && std::strcmp(value, "0") != 0;
  }();
  return asked_for;
}

cusigmoid_status check_stream(cusigmoid_place const &place, char const *op) {
  if (auto const s = finish_work("what was on the stream before this call", op, place.stream)) return s;
  int current = 0, of_stream = 0;
  if (int const error = device::current_device(&current)) return from_cuda(error, op);
  if (int const error = device::device_of(place.stream, &of_stream)) return from_cuda(error, op);
  if (current == of_stream) return CUSIGMOID_SUCCESS;
  return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: place: the stream is of device %d, but device %d is current", op, of_stream, current);
}

cusigmoid_status check_memory_kind(cusigmoid_place const &place, char const *op, char const *array, void const *data, std::size_t bytes) {
  void const *const last = static_cast<char const *>(data) + (bytes - 1);
  device::memory begin = {}, end = {};
  int error = device::memory_of(data, &begin);
  if (error == 0) error = device::memory_of(last, &end);
  if (is_no_device(error) && place.kind != CUSIGMOID_CUDA) return CUSIGMOID_SUCCESS;  // all memory is the host's
  if (error) return from_cuda(error, op);
  using kind = device::memory::kind;
  if (begin.what != end.what || (begin.what == kind::of_device && begin.device != end.device))
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s: its %zu bytes from %p on end in memory of another kind than they begin in", op, array,
                bytes, data);
  if (place.kind != CUSIGMOID_CUDA) {
    if (begin.what != kind::of_device) return CUSIGMOID_SUCCESS;
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s at %p is memory of device %d, which the CPU cannot reach", op, array, data,
                begin.device);
  }
  int current = 0;
  bool reaches_host_memory = false;
  if (int const failed = device::current_device(&current)) return from_cuda(failed, op);
  if (begin.what == kind::of_device && begin.device != current)
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s at %p is memory of device %d, but device %d is current", op, array, data, begin.device,
                current);
  if (begin.what != kind::pageable) return CUSIGMOID_SUCCESS;
  if (int const failed = device::reaches_pageable_memory(current, &reaches_host_memory)) return from_cuda(failed, op);
  if (reaches_host_memory) return CUSIGMOID_SUCCESS;
  return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s at %p is host memory, or freed, which device %d cannot reach", op, array, data, current);
}

cusigmoid_status finish_work(char const *whose, char const *op, void *stream) {
  if (!costly_checks()) return CUSIGMOID_SUCCESS;
  bool capturing = false;
  int error = device::is_capturing(stream, &capturing);
  if (error == 0 && !capturing) error = device::synchronize(stream);
  if (error == 0) return CUSIGMOID_SUCCESS;
  char what[128];
  std::snprintf(what, sizeof what, "%s: %s failed", op, whose);
  return from_cuda(error, what);
}

}  // namespace cusigmoid::engine
