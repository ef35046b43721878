// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cusigmoid/cusigmoid.h"

namespace cusigmoid::engine {

/// cusigmoid_run, but that it may throw std::bad_alloc.
cusigmoid_status run(int op, cusigmoid_place const *place, cusigmoid_array const *in, cusigmoid_array const *out,
                     cusigmoid_params const *params);

}  // namespace cusigmoid::engine
