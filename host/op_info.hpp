// SPDX-License-Identifier: Apache-2.0
// What every op takes and gives, as plain data made from ops.hpp: what the checks and cusigmoid_get_op_info read.
#pragma once
#include <cstddef>

#include "cusigmoid/cusigmoid.h"

namespace cusigmoid::engine {

/// What an op adds up: nothing, all elements, or the rows of each column.
enum class summation { none, of_all, of_columns };

struct op_info {
  char const *name;
  int kernel;           // the number of the op that it is computed as
  int inputs, outputs;  // arrays
  cusigmoid_array_info arrays[CUSIGMOID_MAX_ARRAYS];
  int dtype_tuples;
  int const *dtypes;  // a row of inputs + outputs for each tuple
  int params;         // cusigmoid_param_set
  char const *formula, *max_error;
  bool plain;  // elements from all arrays, of one type: then the type's number is the tuple's

  summation sum() const {
    int const role = arrays[inputs + outputs - 1].role;
    return role == CUSIGMOID_SUM_ALL ? summation::of_all : role == CUSIGMOID_SUM_ROWS ? summation::of_columns : summation::none;
  }
};

/// null where there is no such op
op_info const *find_op(int op);

struct dtype_info {
  char const *name;
  std::size_t size;
};
/// null where there is no such dtype
dtype_info const *find_dtype(int dtype);

}  // namespace cusigmoid::engine
