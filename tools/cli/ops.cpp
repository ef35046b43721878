// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>

#include "tools/cli/command.hpp"
#include "tools/cli/operations.hpp"

namespace cli {
namespace {

std::string times(int parts) { return parts > 1 ? std::to_string(parts) + "·cols" : "cols"; }

/// How an array takes part, in words.
std::string role_of(cusigmoid_array_info const &array) {
  switch (array.role) {
    case CUSIGMOID_ELEMENTWISE: return "shape (..., cols)";
    case CUSIGMOID_PACKED: return "shape (..., " + times(array.parts) + "), the parts side by side";
    case CUSIGMOID_INTERLEAVED: return "shape (..., " + times(array.parts) + "), the parts of an element one after the other";
    case CUSIGMOID_ROW: return "shape (" + times(array.parts) + ",), serves every row";
    case CUSIGMOID_SCALAR: return "one element, serves every element";
    case CUSIGMOID_SUM_ALL: return "one element: the sum over all";
    case CUSIGMOID_SUM_ROWS: return "shape (cols,): the sum over the rows";
    case CUSIGMOID_LARGEST: return "one element: raised to the largest magnitude of any";
    default: return "role " + std::to_string(array.role);
  }
}

/// "float32", where all arrays have that; else "bfloat16, bfloat16 → float32"
std::string tuple_of(operation const &op, int tuple) {
  auto const dtypes = op.dtypes_of(tuple);
  if (std::set<int>(dtypes.begin(), dtypes.end()).size() == 1) return cusigmoid_dtype_name(dtypes[0]);
  std::string text;
  for (int i = 0; i < op.inputs + op.outputs; ++i) {
    if (i) text += i == op.inputs ? " → " : ", ";
    text += cusigmoid_dtype_name(dtypes[static_cast<std::size_t>(i)]);
  }
  return text;
}

void print_names() {
  for (operation const &op : operations()) std::printf("%s\n", op.name);
}

void print_table() {
  int name = 0, in = 0, out = 0;
  for (operation const &op : operations()) {
    name = std::max(name, static_cast<int>(std::string(op.name).size()));
    in = std::max(in, static_cast<int>(names_of(op.in()).size()));
    out = std::max(out, static_cast<int>(names_of(op.out()).size()));
  }
  std::printf("%-*s  %-*s  %-*s  %s\n", name, "operation", in, "inputs", out, "outputs", "computes");
  for (operation const &op : operations())
    std::printf("%-*s  %-*s  %-*s  %s\n", name, op.name, in, names_of(op.in()).c_str(), out, names_of(op.out()).c_str(), op.formula);
  std::printf("\n[ ]: may be left out. cusigmoid ops NAME says more: shapes, element types, maximum error.\n");
}

void print_one(operation const &op) {
  std::printf("%s\n  %s\n\n", op.name, op.formula);
  auto const print_arrays = [](char const *what, std::span<cusigmoid_array_info const> arrays) {
    std::printf("%s\n", what);
    for (auto const &array : arrays)
      std::printf("  %-12s %s%s\n", array.name, role_of(array).c_str(), array.optional ? "; may be left out" : "");
  };
  print_arrays("inputs", op.in());
  print_arrays("outputs", op.out());
  if (op.params == CUSIGMOID_SWIGLU_PARAMS) std::printf("parameters\n  alpha (1), limit (none), offset (0)\n");
  if (op.params == CUSIGMOID_LOSS_PARAMS) std::printf("parameters\n  mean (no): over all elements, instead of the sum\n");
  std::printf("element types, of all arrays or of each\n");
  for (int tuple = 0; tuple < op.dtype_tuples; ++tuple) std::printf("  %s\n", tuple_of(op, tuple).c_str());
  std::printf("maximum error\n  %s\n", op.max_error);
}

struct options {
  std::string name;
  bool names = false;
};

int run(options const &o) {
  if (o.names && !o.name.empty()) throw usage_error("--names beside the name of an operation");
  if (!o.name.empty())
    print_one(find_operation(o.name));
  else if (o.names)
    print_names();
  else
    print_table();
  return 0;
}

}  // namespace

command add_ops(CLI::App &program) {
  auto const o = std::make_shared<options>();
  CLI::App *const app = program.add_subcommand("ops", "All operations, or one of them: inputs, outputs, element types, maximum error");
  app->add_option("NAME", o->name, "the operation to say more of");
  app->add_flag("--names", o->names, "their names only, one a line");
  return {app, [o] { return run(*o); }};
}

}  // namespace cli
