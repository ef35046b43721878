// SPDX-License-Identifier: Apache-2.0
// Calls on host arrays, computed on GPUs.
#pragma once
#include "host/pipeline.hpp"
#include "host/run.hpp"

namespace cusigmoid::engine {

/// Runs a checked call of place CUSIGMOID_OFFLOAD: through the place's pipeline, or one for this call. May throw std::bad_alloc.
cusigmoid_status offload(checked_call const &checked);

cusigmoid_status create_pipeline(cusigmoid_pipeline **to, cusigmoid_place const *place);

}  // namespace cusigmoid::engine
