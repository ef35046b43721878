// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "bench/stopwatch.hpp"

namespace bench {

/// Rows of "bus": copies of so many bytes between pinned memory and the device, and forward{offload} of an array of as many bytes, which
/// goes both ways, in pageable memory, in pinned memory, and in pageable memory registered for the call. Its rate is that of one way, and
/// held against the slower way's.
std::vector<row> measure_bus(stopwatch const &watch, std::size_t bytes);

}  // namespace bench
