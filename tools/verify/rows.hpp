// SPDX-License-Identifier: Apache-2.0
// A row of the table: an operation on one element type, and what is tried of it.
#pragma once
#include <string>
#include <vector>

#include "tests/dtype.hpp"

struct row {
  int op;
  cusigmoid_op_info info;
  dtype_traits const *type;  // of all arrays
  int inputs, outputs;       // operands: arrays, or the parts of packed ones

  char const *dtype() const { return cusigmoid_dtype_name(type->dtype); }
  /// Whether every combination of inputs is tried: 32 bits of one or two inputs; else samples are.
  bool exhaustible() const { return inputs <= 2 && inputs * type->bits() <= 32; }
  std::uint64_t combinations() const { return std::uint64_t{1} << (inputs * type->bits()); }
  /// The bits of an input in a combination, whose lowest bits are those of the last input.
  std::uint64_t input(int operand, std::uint64_t combination) const {
    return combination >> ((inputs - 1 - operand) * type->bits()) & ((std::uint64_t{1} << type->bits()) - 1);
  }
};

/// The elementwise operations of a name on the element type of a name; "" stands for all.
std::vector<row> rows_where(std::string const &op, std::string const &dtype);
