// SPDX-License-Identifier: Apache-2.0
// One call of an op with everything it touches: arrays between guards, any shape, offset and leading dimension.
#pragma once
#include <cstdint>
#include <functional>
#include <new>
#include <ostream>
#include <string>
#include <vector>

#include "cusigmoid/cusigmoid.h"
#include "tests/dtype.hpp"

/// Of memory that copies of a vector have as aligned as it is.
template <class T>
struct aligned_allocator {
  using value_type = T;
  static constexpr std::align_val_t alignment{64};
  T *allocate(std::size_t n) { return static_cast<T *>(::operator new(n * sizeof(T), alignment)); }
  void deallocate(T *p, std::size_t) { ::operator delete(p, alignment); }
  bool operator==(aligned_allocator const &) const = default;
};
using aligned_bytes = std::vector<unsigned char, aligned_allocator<unsigned char>>;

/// A strided matrix in host memory of its own. Its memory, guards included, is exactly allocated (for the address sanitizer) and filled
/// with a pattern that is NaN in every type.
class tensor {
 public:
  tensor(int dtype, std::size_t rows, std::size_t cols, std::size_t leading_dimension, std::size_t offset);

  dtype_traits const &type() const { return *type_; }
  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }

  double get(std::size_t row, std::size_t col) const { return decode(*type_, bits(row, col)); }
  std::uint64_t bits(std::size_t row, std::size_t col) const;
  void set(std::size_t row, std::size_t col, double v) { set_bits(row, col, encode(*type_, v)); }
  void set_bits(std::size_t row, std::size_t col, std::uint64_t bits);

  /// The whole memory and where in it the matrix begins.
  aligned_bytes &memory() { return memory_; }
  std::size_t first_byte() const { return first_byte_; }
  /// The descriptor of the matrix, its memory being at `base`.
  cusigmoid_array describe(void *base) const;

  /// Whether all bytes outside the elements are as they were made.
  bool guards_intact() const;
  /// Whether all of their memory is the same, guards included.
  friend bool operator==(tensor const &a, tensor const &b) { return a.memory_ == b.memory_; }

 private:
  std::size_t at(std::size_t row, std::size_t col) const { return first_byte_ + (row * leading_dimension_ + col) * type_->size; }

  dtype_traits const *type_;
  std::size_t rows_, cols_, leading_dimension_, first_byte_;
  aligned_bytes memory_;
};

/// Shape and placement of a call. Offsets are in elements from an address aligned to 64 bytes.
struct layout {
  std::size_t rows = 1, cols = 0, extra = 0;  // extra: columns of each array beyond those of the call
  std::vector<std::size_t> offsets;           // of each array; those that are missing are 0
  int in_place = -1;                          // the input that the first output is
  bool without_optional = false;              // optional inputs are left out
  std::string name() const;
};

struct problem {
  problem(int op, int dtypes, layout const &where);

  int op;
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  layout where;
  std::vector<tensor> arrays;  // inputs, then outputs

  int count() const { return info.inputs + info.outputs; }
  /// Whether an array has rows × cols elements, or as many for each part.
  bool has_elements(int array) const;
  bool is_absent(int array) const { return where.without_optional && info.arrays[array].optional; }
  /// The last output's role where it is not of elements: CUSIGMOID_SUM_ALL, CUSIGMOID_SUM_ROWS or CUSIGMOID_LARGEST; else
  /// CUSIGMOID_ELEMENTWISE.
  int reduction() const { return has_elements(count() - 1) ? int{CUSIGMOID_ELEMENTWISE} : info.arrays[count() - 1].role; }
  bool is_sum() const { return reduction() == CUSIGMOID_SUM_ALL || reduction() == CUSIGMOID_SUM_ROWS; }
  /// Operands: an array, or a part of a packed one.
  int operands(bool outputs) const;
  double get(bool outputs, int operand, std::size_t row, std::size_t col) const;
  std::uint64_t bits(bool outputs, int operand, std::size_t row, std::size_t col) const;
  void set_input(int operand, std::size_t row, std::size_t col, double v);
  /// Whether an operand's element of a row and column is one that it has, and not the same as that of another.
  bool has_own(bool outputs, int operand, std::size_t row, std::size_t col) const;
  dtype_traits const &type(bool outputs, int operand) const;

  /// The array that output o is written to: its own, or the input it is in place of.
  int home(int o) const { return o == info.inputs && where.in_place >= 0 ? where.in_place : o; }

 private:
  struct place_of_operand {
    int array;
    std::size_t row, col;
  };
  place_of_operand find(bool outputs, int operand, std::size_t row, std::size_t col) const;
};

/// Fills the inputs with numbers of many magnitudes and some special ones, the same for the same seed.
void fill_random(problem &p, std::uint64_t seed, bool with_special_values);

/// Fills them with bits of any pattern, but for what an op says of its inputs: all magnitudes, subnormal numbers, results beyond the
/// largest and below the smallest number.
void fill_any_bits(problem &p, std::uint64_t seed);

/// Of ops with sums that cancel: whether it has filled the inputs so that they do, to a few of their last places.
bool fill_cancelling(problem &p, std::uint64_t seed);

/// Runs it through the public door, on its host memory, or by way of device memory.
cusigmoid_status run_on_host(problem &p, cusigmoid_place const &place);
/// `around` is given the call of the library alone, to be made in it.
cusigmoid_status run_on_cuda(
    problem &p, void *stream = nullptr,
    std::function<void(std::function<void()> const &)> const &around = [](auto const &call) { call(); });
/// The operands of a call on its host memory.
std::vector<cusigmoid_array> operands_of(problem &p);

/// All ops × dtype tuples: (op, tuple, a name such as forward_float32).
struct typed_op {
  int op, dtypes;
  std::string name;
  friend std::ostream &operator<<(std::ostream &to, typed_op const &o) { return to << o.name; }
};
std::vector<typed_op> all_typed_ops();
/// Those of which a problem is as wanted.
std::vector<typed_op> typed_ops_where(std::function<bool(problem const &)> const &wanted);

/// Whether an op has one input of 16 bits or fewer, so that all can be tried; and the problem that tries them.
bool has_few_inputs(problem const &p);
problem with_every_input(typed_op const &op);

/// Shapes and placements around the width of a chunk and beyond a block.
std::vector<layout> interesting_layouts(typed_op const &op);
