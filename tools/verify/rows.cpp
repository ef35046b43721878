// SPDX-License-Identifier: Apache-2.0
#include "tools/verify/rows.hpp"

#include "tools/verify/oracle.hpp"

namespace {

row row_of(typed_op const &typed) {
  row r = {typed, CUSIGMOID_OP_INFO_INIT, false, nullptr, nullptr, "", 0, 0};
  cusigmoid_get_op_info(typed.op, &r.info);
  r.by_definition = oracle::results_of(r.info.name).empty();
  int const arrays = r.info.inputs + r.info.outputs, *const types = r.info.dtypes + typed.dtypes * arrays;
  for (int a = 0; a < arrays; ++a) (a < r.info.inputs ? r.inputs : r.outputs) += r.info.arrays[a].parts;
  r.in = &traits(types[0]), r.out = &traits(types[r.info.inputs]);
  r.dtype = typed.name.substr(std::string(r.info.name).size() + 1);
  if (auto const at = r.dtype.find("_and_"); at != std::string::npos) r.dtype.erase(at, 4);
  return r;
}

}  // namespace

std::vector<row> rows_where(std::string const &op, std::string const &dtype) {
  std::vector<row> rows;
  for (typed_op const &typed : all_typed_ops()) {
    row r = row_of(typed);
    if ((op.empty() || op == r.info.name) && (dtype.empty() || dtype == r.dtype)) rows.push_back(std::move(r));
  }
  return rows;
}
