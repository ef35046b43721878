// SPDX-License-Identifier: Apache-2.0
// The engines behind device::run.
#pragma once
#include "cuda/launch.hpp"

namespace cusigmoid::engine::device {

/// The ops whose number is `group` modulo CUSIGMOID_GROUPS.
template <int group>
int run_elementwise(call const &c, void *stream);

template <int group>
int run_elementwise_many(call_of_many const &c, void *stream);

int run_sum(call const &c, void *stream);

}  // namespace cusigmoid::engine::device
