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
/// A caller's place, found sound.
cusigmoid_status find_place(cusigmoid_place &to, cusigmoid_place const *from, char const *op);
cusigmoid_status check(int op, cusigmoid_place const *place, cusigmoid_array const *in, cusigmoid_array const *out,
                       cusigmoid_params const *params, checked_call &to);

/// Whether a call writes nothing, for want of elements.
bool has_nothing_to_do(checked_call const &checked);

/// cusigmoid_run, but that it may throw std::bad_alloc.
cusigmoid_status run(int op, cusigmoid_place const *place, cusigmoid_array const *in, cusigmoid_array const *out,
                     cusigmoid_params const *params);

/// The same of cusigmoid_run_many.
cusigmoid_status run_many(int op, cusigmoid_place const *place, int dtype, void const *const *const *in, void *const *const *out,
                          std::size_t const *n, std::size_t count);

cusigmoid_status workspace_size(int op, cusigmoid_place const *place, std::size_t rows, std::size_t cols, std::size_t *bytes);

}  // namespace cusigmoid::engine
