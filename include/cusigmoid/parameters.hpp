// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cusigmoid/target.hpp"

namespace cusigmoid::engine {

/// What an op is given besides its operands.
struct parameters {
  double alpha, limit, offset;  // of SwiGLU: gate·σ(alpha·gate)·(up + offset), the gate and |up| no larger than the limit
  double divisor;               // of sums of losses and their gradients
};
/// Which of them an op reads.
enum class parameter_set { none, of_swiglu, of_loss };

/// What is promised of an op's results: they are products, or sums that may cancel, or float results that are scaled and converted.
enum class accuracy { of_products, of_sums, scaled };

CUSIGMOID_FN constexpr parameters default_parameters() { return {1, __builtin_bit_cast(double, 0x7ff0000000000000ull), 0, 1}; }

}  // namespace cusigmoid::engine
