// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "tools/verify/digest.hpp"

/// The digest of an operation of one input over its first `inputs` inputs, all computed on the current device.
digest digest_on_gpu(int op, int dtype, std::uint64_t inputs);
