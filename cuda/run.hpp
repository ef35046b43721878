// SPDX-License-Identifier: Apache-2.0
// The two engines behind device::run.
#pragma once
#include "cuda/launch.hpp"

namespace cusigmoid::engine::device {

int run_elementwise(call const &c, void *stream);
int run_reduction(call const &c, void *stream);

}  // namespace cusigmoid::engine::device
