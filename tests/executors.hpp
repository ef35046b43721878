// SPDX-License-Identifier: Apache-2.0
// The ways to run a problem, which must give the same bits.
#pragma once
#include "tests/problem.hpp"

/// A way to run a problem. Fails the test on any error.
struct executor {
  std::string name;
  std::function<void(problem &)> run;
};

/// Runs the same inputs in all ways and expects of the others the bits of the one, unharmed guards and unharmed inputs.
void expect_same_bits(executor const &one, std::vector<executor> const &others, int op, int dtypes, layout const &where,
                      std::uint64_t seed);

/// The executors.
executor cpu(int threads = 0);  // the public door
executor instruction_set_named(std::string const &name);
template <int compute_capability>  // 90 or 100: whose words have 16 or 32 bytes
executor kernels_on_host();        // the kernels' bodies, every thread of every block in turn; of runs_on_host() ops
bool runs_on_host(problem const &p);
executor offloaded(cusigmoid_place const &place);  // the public door
executor gpu();                                    // the public door, device memory, a stream of its own

std::vector<std::string> supported_instruction_sets();
