// SPDX-License-Identifier: Apache-2.0
// Tuning as data. Nothing here changes a result.
#pragma once

namespace cusigmoid::engine {

struct elementwise_tuning {
  int threads;  // of a block
  int chunks;   // 16-byte chunks of the narrowest operand that a thread has in flight
};

/// The start point for sm_90: two 16-byte loads an input in flight in each thread.
constexpr elementwise_tuning elementwise = {256, 2};

}  // namespace cusigmoid::engine
