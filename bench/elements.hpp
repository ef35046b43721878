// SPDX-License-Identifier: Apache-2.0
// Random elements for arrays. (Zeros would run faster.)
#pragma once
#include <string>
#include <vector>

namespace bench {

/// What elements are drawn from: a saved σ(x) or a target lies in [0, 1], a saved ±σ(−|x|) in [−1/2, 1/2], all else is as activations and
/// gradients are.
enum class range { any, fraction, half };

/// Of an op's array of that name.
range range_of(std::string const &array);

/// 2^18 elements, made once.
std::vector<unsigned char> const &elements_of(int dtype, range in);

}  // namespace bench
