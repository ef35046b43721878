// SPDX-License-Identifier: Apache-2.0
// Results against MPFR, for every op and element type of the table.
#include <gtest/gtest.h>

#include "tests/errors.hpp"
#include "tests/executors.hpp"
#include "tests/op_table.hpp"

namespace {

class Accuracy : public testing::TestWithParam<typed_op> {};

void expect_within_bounds(problem const &p, bool with_reduction = true) {
  errors const found = errors_of(p, with_reduction);
  ASSERT_EQ(found.wrong, 0u) << found.first_wrong;
}

TEST_P(Accuracy, WhereTheFunctionsLiveIsWithinTheBound) {
  auto const &settings = op_row(problem(GetParam().op, GetParam().dtypes, {}).info.name).settings;
  for (auto const &params : settings) {
    problem p(GetParam().op, GetParam().dtypes, {2, 5000 / settings.size(), 0, {}, -1});
    p.params = params;
    fill_random(p, 1, false);
    cpu().run(p);
    ASSERT_NO_FATAL_FAILURE(expect_within_bounds(p));
  }
}

TEST_P(Accuracy, BitsOfAnyPatternAreWithinTheBound) {
  problem p(GetParam().op, GetParam().dtypes, {1, 10000, 0, {}, -1});
  fill_any_bits(p, 7);
  cpu().run(p);
  expect_within_bounds(p, false);  // terms may overflow
}

bool is_elementwise(problem const &p) { return p.has_elements(p.info.inputs); }
INSTANTIATE_TEST_SUITE_P(Table, Accuracy, testing::ValuesIn(typed_ops_where(is_elementwise)), testing::PrintToStringParamName());

class AccuracyOfCancellingSums : public testing::TestWithParam<typed_op> {};

TEST_P(AccuracyOfCancellingSums, IsWithinTheBound) {
  problem p(GetParam().op, GetParam().dtypes, {2, 2000, 0, {}, -1});
  ASSERT_TRUE(fill_cancelling(p, 9));
  cpu().run(p);
  expect_within_bounds(p);
}

bool can_cancel(problem p) { return fill_cancelling(p, 9); }
INSTANTIATE_TEST_SUITE_P(Table, AccuracyOfCancellingSums, testing::ValuesIn(typed_ops_where(can_cancel)),
                         testing::PrintToStringParamName());

class AccuracyOfSums : public testing::TestWithParam<typed_op> {};

TEST_P(AccuracyOfSums, RandomInputsAreWithinTheBound) {
  std::uint64_t seed = 1;
  std::vector<layout> shapes;
  for (auto [rows, cols] : {std::pair{1, 1}, {1, 2}, {1, 3}, {3, 100}, {1, 4097}, {1, 9000}, {129, 33}, {5000, 2}})
    shapes.push_back({static_cast<std::size_t>(rows), static_cast<std::size_t>(cols), 0, {}, -1});
  for (auto const &params : op_row(problem(GetParam().op, GetParam().dtypes, {}).info.name).settings)
    for (layout const &where : shapes) {
      int const repeats = where.rows * where.cols == 1 ? 500 : 1;
      for (int repeat = 0; repeat < repeats; ++repeat) {
        problem p(GetParam().op, GetParam().dtypes, where);
        p.params = params;
        fill_random(p, seed++, false);
        cpu().run(p);
        ASSERT_NO_FATAL_FAILURE(expect_within_bounds(p));
      }
    }
}

bool is_sum(problem const &p) { return p.is_sum(); }
INSTANTIATE_TEST_SUITE_P(Table, AccuracyOfSums, testing::ValuesIn(typed_ops_where(is_sum)), testing::PrintToStringParamName());

class AccuracyOfEveryInput : public testing::TestWithParam<typed_op> {};

TEST_P(AccuracyOfEveryInput, IsWithinTheBound) {
  problem p = with_every_input(GetParam());
  cpu().run(p);
  expect_within_bounds(p);
}

INSTANTIATE_TEST_SUITE_P(Table, AccuracyOfEveryInput, testing::ValuesIn(typed_ops_where(has_few_inputs)),
                         testing::PrintToStringParamName());

class AccuracyOfPairs : public testing::TestWithParam<typed_op> {};

/// Two inputs of 16 bits: each sign and exponent of the one with each of the other, the fractions random. Two of 8 bits: all pairs.
TEST_P(AccuracyOfPairs, AreCorrectlyRounded) {
  problem p(GetParam().op, GetParam().dtypes, {1, 65536, 0, {}, -1});
  random_bits random(11);
  std::size_t n = 0;
  for (std::uint64_t i = 0; i < 65536; ++i) {
    std::uint64_t pair[] = {i >> 8, i & 255};
    auto const &t = p.type(false, 0);
    if (t.size == 2)
      for (auto &bits : pair) {  // the upper byte has the sign and most of the exponent
        bits = bits << 8 | (random() & 255);
      }
    double const first = decode(t, pair[0]), second = decode(t, pair[1]);
    if (!std::isfinite(first) || !std::isfinite(second)) continue;
    if (p.op == CUSIGMOID_BACKWARD && !(second >= 0 && second <= 1)) continue;
    if (p.op == CUSIGMOID_BACKWARD_FROM_SIGNED && !(std::fabs(second) <= 0.5)) continue;
    p.set_input(0, 0, n, first);
    p.set_input(1, 0, n++, second);
  }
  for (; n < 65536; ++n) p.set_input(0, 0, n, 0), p.set_input(1, 0, n, 0);
  cpu().run(p);
  expect_within_bounds(p);
}

bool has_two_short_inputs(problem const &p) { return p.operands(false) == 2 && is_correctly_rounded(p); }
INSTANTIATE_TEST_SUITE_P(Table, AccuracyOfPairs, testing::ValuesIn(typed_ops_where(has_two_short_inputs)),
                         testing::PrintToStringParamName());

}  // namespace
