// SPDX-License-Identifier: Apache-2.0
// A row of the table: an operation on elements of a type, and what is tried of it.
#pragma once
#include <string>
#include <vector>

#include "tests/problem.hpp"

struct row {
  typed_op typed;
  cusigmoid_op_info info;
  bool by_definition;            // not a function of one input or a product with one: by_definition.cpp
  dtype_traits const *in, *out;  // of all inputs, and of all results
  std::string dtype;             // "float32", or both: "bfloat16_float32"
  int inputs, outputs;           // operands: arrays, or the parts of packed ones

  dtype_traits const &type_of(int operand) const { return operand < inputs ? *in : *out; }
  /// Whether every combination of inputs is tried: 32 bits of one or two inputs; else samples are.
  bool exhaustible() const { return !by_definition && inputs <= 2 && inputs * in->bits() <= 32; }
  std::uint64_t combinations() const { return std::uint64_t{1} << (inputs * in->bits()); }
  /// The bits of an input in a combination, whose lowest bits are those of the last input.
  std::uint64_t input(int operand, std::uint64_t combination) const {
    return combination >> ((inputs - 1 - operand) * in->bits()) & ((std::uint64_t{1} << in->bits()) - 1);
  }
};

/// The operations of a name on the element types of a name; "" stands for all.
std::vector<row> rows_where(std::string const &op, std::string const &dtype);
