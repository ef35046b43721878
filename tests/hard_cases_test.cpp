// SPDX-License-Identifier: Apache-2.0
// The formulas' results for the hardest inputs, in full and by shortcuts. (gpu_test.cpp has them on the device.)
#include <gtest/gtest.h>

#include "cusigmoid/shortcuts.hpp"
#include "tests/hard_cases.hpp"

using namespace cusigmoid;
using namespace cusigmoid::engine;

namespace {

/// The op's results in full, and by its shortcut where that is sure.
template <class Op>
void expect_hard_cases_right() {
  auto const table = shortcut<Op, float>::table::make();
  int tried = 0;
  for (auto const &c : hard_cases) {
    if (c.op != Op::name) continue;
    ++tried;
    EXPECT_EQ(word_with(result_of<Op>(element_at<float>(c.input, 0)), 0), c.result) << std::hex << c.input;
    word32 result;
    if (shortcut<Op, float>::attempt(table, result, c.input)) {
      EXPECT_EQ(result, c.result) << "by its shortcut: " << std::hex << c.input;
    }
  }
  EXPECT_GT(tried, 90);
}

TEST(HardCases, OfForward) { expect_hard_cases_right<ops::forward>(); }
TEST(HardCases, OfDerivative) { expect_hard_cases_right<ops::derivative>(); }

/// σ(x) = 1/2 + x/4 − x³/48 + …, and 1/2 + x/4 in the middle between two floats.
TEST(HardCases, TiesOfForwardNextToZero) {
  for (int k = 1; k * 0x1p-24 < 0x1p-11; k += 2) {
    float const above = static_cast<float>(k * 0x1p-23), below = static_cast<float>(k * -0x1p-24);
    ASSERT_EQ(result_of<ops::forward>(above), 0.5 + (k - 1) * 0x1p-25) << above;
    ASSERT_EQ(result_of<ops::forward>(below), 0.5 - (k - 1) * 0x1p-26) << below;
  }
}

}  // namespace
