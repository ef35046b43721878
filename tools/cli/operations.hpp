// SPDX-License-Identifier: Apache-2.0
// What the library says of its operations and element types, by their names.
#pragma once
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "cusigmoid/cusigmoid.h"

namespace cli {

struct operation : cusigmoid_op_info {
  int number;

  std::span<cusigmoid_array_info const> in() const { return {arrays, static_cast<std::size_t>(inputs)}; }
  std::span<cusigmoid_array_info const> out() const { return {arrays + inputs, static_cast<std::size_t>(outputs)}; }
  /// The element types of all arrays in one of the combinations that there are.
  std::span<int const> dtypes_of(int tuple) const {
    std::size_t const n = static_cast<std::size_t>(inputs + outputs);
    return {dtypes + static_cast<std::size_t>(tuple) * n, n};
  }
};

std::vector<operation> const &operations();

// These throw usage_error where there is none of that name.
operation const &find_operation(std::string const &name);
int find_dtype(std::string const &name);

/// "x, [weight]": what may be left out in brackets
std::string names_of(std::span<cusigmoid_array_info const> arrays);

std::string version();

/// Throws what the library says, where a call was no success.
inline void check(cusigmoid_status status) {
  if (status != CUSIGMOID_SUCCESS) throw std::runtime_error(cusigmoid_last_error());
}

}  // namespace cli
