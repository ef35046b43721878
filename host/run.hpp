// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cuda/launch.hpp"
#include "cusigmoid/cusigmoid.h"
#include "host/op_info.hpp"

namespace cusigmoid::engine {

/// What a caller asked for, found sound.
struct checked_call {
  op_info const *info;
  cusigmoid_place place;
  call c;
};
cusigmoid_status check(int op, cusigmoid_place const *place, cusigmoid_array const *in, cusigmoid_array const *out,
                       cusigmoid_params const *params, checked_call &to);

/// cusigmoid_run, but that it may throw std::bad_alloc.
cusigmoid_status run(int op, cusigmoid_place const *place, cusigmoid_array const *in, cusigmoid_array const *out,
                     cusigmoid_params const *params);

cusigmoid_status workspace_size(int op, cusigmoid_place const *place, std::size_t rows, std::size_t cols, std::size_t *bytes);

}  // namespace cusigmoid::engine
