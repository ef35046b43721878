// SPDX-License-Identifier: Apache-2.0
// The seam between host/ and cuda/: plain C++, CUDA's error codes as ints, so that host/ compiles without CUDA and host/no_cuda.cpp can
// answer in place of cuda/.
#pragma once
#include <cstddef>

#include "cusigmoid/parameters.hpp"

namespace cusigmoid::engine {

constexpr int max_operands = 16;

/// One operand of an op: a strided matrix of rows × cols elements. A part of a packed array is an operand of its own; one of an interleaved
/// array begins at its first element. What serves every row has the leading dimension 0. An input that is left out is null.
struct operand {
  void *data;
  std::size_t leading_dimension;
};

/// A checked call: the inputs, then the outputs, in the order of the op's roles.
struct call {
  int op;      // the place in all_ops of the op that it is computed as
  int dtypes;  // the place of its element types in Op::dtypes
  std::size_t rows, cols;
  operand operands[max_operands];
  parameters given;
  void *workspace;  // of a sum: workspace_bytes() of it, aligned to 8
};

/// One op on several lists of arrays, each a row: in[k][i] is input k of list i, out[k][i] output k, n[i] its elements.
struct call_of_many {
  int op, dtypes;
  void const *const *const *in;
  void *const *const *out;
  std::size_t const *n;
  std::size_t count;
};

namespace device {
// Each returns a cudaError_t; cudaSuccess is 0. `name`: what profilers show, the op that was called.
int run(char const *name, call const &c, void *stream);
int run_many(char const *name, call_of_many const &c, void *stream);
/// Of a sum the first level of its tree alone: the sums of its tiles (or of each column's), left in its workspace.
int sum_tiles(char const *name, call const &c, void *stream);
int count(int *devices);
int allocate(void **data, std::size_t bytes, void *stream);
int release(void *data, void *stream);
int copy(void *to, void const *from, std::size_t bytes, void *stream);
int synchronize(void *stream);
int current_device(int *device);
int set_current_device(int device);
int create_stream(void **stream);  // that waits for no other
int destroy_stream(void *stream);
int allocate_pinned(void **data, std::size_t bytes);
int release_pinned(void *data);
struct memory {
  enum class kind { pageable, pinned, managed, of_device };
  kind what;
  int device;  // of_device: whose
};
int memory_of(void const *data, memory *found);
int device_of(void *stream, int *device);
int is_capturing(void *stream, bool *capturing);
int reaches_pageable_memory(int device, bool *reaches);
/// "name: text" of a cudaError_t, never null.
char const *error_name(int error);
char const *error_text(int error);
}  // namespace device

}  // namespace cusigmoid::engine
