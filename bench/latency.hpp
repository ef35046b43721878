// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "bench/stopwatch.hpp"

namespace bench {

/// What forward of one float costs, beside a launch of an empty kernel: the host in a call ("host_call"), the stream where calls follow
/// one another ("stream_latency"), a graph where they are its nodes ("graph_latency").
std::vector<row> measure_latency(stopwatch const &watch);

}  // namespace bench
