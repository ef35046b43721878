// SPDX-License-Identifier: Apache-2.0
// The seam between host/ and cuda/: plain C++, CUDA's error codes as ints, so that host/ compiles without CUDA and host/no_cuda.cpp can
// answer in place of cuda/.
#pragma once
#include <cstddef>

namespace cusigmoid::engine {

constexpr int max_operands = 8;

/// One operand of an op: a strided matrix of rows × cols elements. A slice of a packed array is an operand of its own.
struct operand {
  void *data;
  std::size_t leading_dimension;
};

/// A checked call: the inputs, then the outputs, in the order of the op's roles. A sum_all output is one element.
struct call {
  int op;      // its place in all_ops
  int dtypes;  // the place of its element types in Op::dtypes
  std::size_t rows, cols;
  operand operands[max_operands];
  void *workspace;  // of a reduction: workspace_bytes() of it, aligned to 8
};

namespace device {
// Each returns a cudaError_t; cudaSuccess is 0.
int run(call const &c, void *stream);
int count(int *devices);
int allocate(void **data, std::size_t bytes, void *stream);
int release(void *data, void *stream);
int copy(void *to, void const *from, std::size_t bytes, void *stream);
int synchronize(void *stream);
/// "name: text" of a cudaError_t, never null.
char const *error_name(int error);
char const *error_text(int error);
}  // namespace device

}  // namespace cusigmoid::engine
