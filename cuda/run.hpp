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

/// How far a sum is computed: to the sums of its tiles, or to its result.
enum class levels { first, all };
int run_sum(call const &c, levels wanted, void *stream);

}  // namespace cusigmoid::engine::device
