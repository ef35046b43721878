// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/operations.hpp"

#include "tools/cli/command.hpp"

namespace cli {

std::vector<operation> const &operations() {
  static std::vector<operation> const all = [] {
    std::vector<operation> found;
    for (int number = 0;; ++number) {
      cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
      if (cusigmoid_get_op_info(number, &info) != CUSIGMOID_SUCCESS) return found;
      found.push_back({info, number});
    }
  }();
  return all;
}

operation const &find_operation(std::string const &name) {
  for (operation const &op : operations())
    if (op.name == name) return op;
  throw usage_error("unknown operation '" + name + "' (cusigmoid ops lists all)");
}

int find_dtype(std::string const &name) {
  std::string known;
  for (int dtype = 0; cusigmoid_dtype_size(dtype) != 0; ++dtype) {
    if (cusigmoid_dtype_name(dtype) == name) return dtype;
    known += (dtype ? ", " : "") + std::string(cusigmoid_dtype_name(dtype));
  }
  throw usage_error("unknown element type '" + name + "' (there are " + known + ")");
}

std::string names_of(std::span<cusigmoid_array_info const> arrays) {
  std::string text;
  for (auto const &array : arrays) {
    if (!text.empty()) text += ", ";
    text.append(array.optional ? "[" : "").append(array.name).append(array.optional ? "]" : "");
  }
  return text;
}

std::string version() {
  int const v = cusigmoid_version();
  return std::to_string(v / 10000) + "." + std::to_string(v / 100 % 100) + "." + std::to_string(v % 100);
}

}  // namespace cli
