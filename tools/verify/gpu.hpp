// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "tools/verify/digest.hpp"
#include "tools/verify/rows.hpp"

/// The digest of a row over all combinations of its inputs, computed on the current device; those for which nothing is promised are left
/// out. `promised` says which, by the bits of the last input.
digest digest_on_gpu(row const &r, std::vector<unsigned char> const &promised);
