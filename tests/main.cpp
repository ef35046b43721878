// SPDX-License-Identifier: Apache-2.0
// Runs the tests and says plainly how many were skipped for want of a GPU, or that the instruction set asked for is not there.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "host/cpu/backend.hpp"
#include "tests/gpu.hpp"

/// The status that ctest counts as skipped.
constexpr int skipped_status = 77;

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  char const *const asked = std::getenv("CUSIGMOID_ISA");
  for (auto const &isa : cusigmoid::engine::cpu_backend::instruction_sets())
    if (asked && asked == std::string_view(isa.name) && !isa.supported()) {
      std::printf("skipped: this machine has no %s\n", asked);
      return skipped_status;
    }
  int const status = RUN_ALL_TESTS();
  int const skipped = testing::UnitTest::GetInstance()->skipped_test_count();
  if (skipped) std::printf("skipped: %s (%d tests)\n", have_gpu() ? "too little GPU memory" : "no GPU", skipped);
  return status;
}
