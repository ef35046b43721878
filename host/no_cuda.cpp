// SPDX-License-Identifier: Apache-2.0
// Stands at the seam where the library is built without CUDA: there is no device.
#include "cuda/launch.hpp"

namespace cusigmoid::engine::device {

constexpr int no_device = 100;  // cudaErrorNoDevice

int run(char const *, call const &, void *) { return no_device; }
int run_many(char const *, call_of_many const &, void *) { return no_device; }
int sum_tiles(char const *, call const &, void *) { return no_device; }
int count(int *devices) {
  *devices = 0;
  return no_device;
}
int allocate(void **, std::size_t, void *) { return no_device; }
int release(void *, void *) { return no_device; }
int copy(void *, void const *, std::size_t, void *) { return no_device; }
int synchronize(void *) { return no_device; }
int current_device(int *) { return no_device; }
int set_current_device(int) { return no_device; }
int create_stream(void **) { return no_device; }
int destroy_stream(void *) { return no_device; }
int allocate_pinned(void **, std::size_t) { return no_device; }
int release_pinned(void *) { return no_device; }
int memory_of(void const *, memory *) { return no_device; }
int device_of(void *, int *) { return no_device; }
int is_capturing(void *, bool *) { return no_device; }
int reaches_pageable_memory(int, bool *) { return no_device; }
char const *error_name(int) { return "cudaErrorNoDevice"; }
char const *error_text(int) { return "this library was built without CUDA"; }

}  // namespace cusigmoid::engine::device
