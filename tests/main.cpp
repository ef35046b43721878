// SPDX-License-Identifier: Apache-2.0
// Runs the tests and says plainly how many were skipped for want of a GPU.
#include <gtest/gtest.h>

#include <cstdio>

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  int const status = RUN_ALL_TESTS();
  if (int const skipped = testing::UnitTest::GetInstance()->skipped_test_count()) std::printf("skipped: no GPU (%d tests)\n", skipped);
  return status;
}
