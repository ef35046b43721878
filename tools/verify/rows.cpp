// SPDX-License-Identifier: Apache-2.0
#include "tools/verify/rows.hpp"

#include "tools/verify/oracle.hpp"

std::vector<row> rows_where(std::string const &op, std::string const &dtype) {
  std::vector<row> rows;
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  for (int i = 0; cusigmoid_get_op_info(i, &info) == CUSIGMOID_SUCCESS; ++i) {
    if ((!op.empty() && op != info.name) || oracle::reason_to_leave_out(info.name)) continue;
    oracle::results_of(info.name);
    int const arrays = info.inputs + info.outputs;
    row r = {i, info, nullptr, nullptr, "", 0, 0};
    for (int a = 0; a < arrays; ++a) (a < info.inputs ? r.inputs : r.outputs) += info.arrays[a].parts;
    for (int t = 0; t < info.dtype_tuples; ++t) {
      int const *const types = info.dtypes + t * arrays;
      r.in = &traits(types[0]), r.out = &traits(types[info.inputs]);
      r.dtype = cusigmoid_dtype_name(types[0]);
      if (r.in != r.out) r.dtype = r.dtype + "_" + cusigmoid_dtype_name(types[info.inputs]);
      if (dtype.empty() || dtype == r.dtype) rows.push_back(r);
    }
  }
  return rows;
}
