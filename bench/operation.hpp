// SPDX-License-Identifier: Apache-2.0
// An op with arrays to work on.
#pragma once
#include <string>
#include <vector>

#include "bench/arrays.hpp"

namespace bench {

class operation {
 public:
  /// So many elements that a call moves about so many bytes. `dtypes`: one for each of the op's arrays; optional inputs are left out.
  operation(int op, cusigmoid_op_info const &info, int const *dtypes, std::size_t bytes, cudaStream_t stream);

  std::size_t bytes() const;
  std::vector<std::string> dtypes() const;
  /// Queues call i.
  void operator()(std::size_t i);

 private:
  int op_, inputs_;
  cusigmoid_place place_;
  std::vector<cusigmoid_array> arrays_;
  std::vector<array_in_turn> data_;
  memory workspace_;
  cusigmoid_params params_ = CUSIGMOID_PARAMS_INIT;
};

}  // namespace bench
