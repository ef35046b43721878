// SPDX-License-Identifier: Apache-2.0
#include "tools/verify/rows.hpp"

#include <algorithm>

std::vector<row> rows_where(std::string const &op, std::string const &dtype) {
  std::vector<row> rows;
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  for (int i = 0; cusigmoid_get_op_info(i, &info) == CUSIGMOID_SUCCESS; ++i) {
    int const arrays = info.inputs + info.outputs;
    // a reduction's error grows with the number of its terms: that is for the tests
    if (std::any_of(info.arrays, info.arrays + arrays, [](auto const &a) { return a.role == CUSIGMOID_SUM_ALL; })) continue;
    row r = {i, info, nullptr, 0, 0};
    for (int a = 0; a < arrays; ++a) (a < info.inputs ? r.inputs : r.outputs) += info.arrays[a].parts;
    for (int t = 0; t < info.dtype_tuples; ++t) {
      r.type = &traits(info.dtypes[t * arrays]);
      if ((op.empty() || op == info.name) && (dtype.empty() || dtype == r.dtype())) rows.push_back(r);
    }
  }
  return rows;
}
