// SPDX-License-Identifier: Apache-2.0
// A row of the table: an operation on elements of a type, and what is tried of it.
#pragma once
#include <string>
#include <vector>

#include "tests/dtype.hpp"

struct row {
  int op;
  cusigmoid_op_info info;
  dtype_traits const *in, *out;  // of all inputs, and of all results
  std::string dtype;             // "float32", or both: "bfloat16_float32"
  int inputs, outputs;           // operands: arrays, or the parts of packed ones

  dtype_traits const &type_of(int operand) const { return operand < inputs ? *in : *out; }
  /// Whether every combination of inputs is tried: 32 bits of one or two inputs; else samples are.
  bool exhaustible() const { return inputs <= 2 && inputs * in->bits() <= 32; }
  std::uint64_t combinations() const { return std::uint64_t{1} << (inputs * in->bits()); }
  /// The bits of an input in a combination, whose lowest bits are those of the last input.
  std::uint64_t input(int operand, std::uint64_t combination) const {
    return combination >> ((inputs - 1 - operand) * in->bits()) & ((std::uint64_t{1} << in->bits()) - 1);
  }
};

/// The operations of a name on the element types of a name; "" stands for all. Throws where the oracle has neither a row for an operation
/// nor a reason to leave it to the tests.
std::vector<row> rows_where(std::string const &op, std::string const &dtype);
