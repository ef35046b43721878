// SPDX-License-Identifier: Apache-2.0
// Results against MPFR, for every op and element type of the table.
#include <gtest/gtest.h>

#include "tests/op_table.hpp"
#include "tests/problem.hpp"

using reference::real;

namespace {

/// Where one or two inputs have 32 bits together or fewer, the promise is the correctly rounded result.
bool is_correctly_rounded(problem const &p) {
  int bits = 0;
  for (int i = 0; i < p.operands(false); ++i) bits += p.type(false, i).bits();
  return bits <= 32 && p.operands(false) <= 2 && !p.is_reduction();
}

class Accuracy : public testing::TestWithParam<typed_op> {};

std::vector<real> inputs_of(problem const &p, std::size_t col) {
  std::vector<real> in;
  for (int i = 0; i < p.operands(false); ++i) in.push_back(p.get(false, i, 0, col));
  return in;
}

/// The largest error of a problem that has been run.
void expect_within_bounds(problem const &p) {
  op_row_type const &row = op_row(p.info.name);
  for (std::size_t c = 0; c < p.where.cols; ++c) {
    auto const in = inputs_of(p, c);
    if (p.operands(false) == 1 && in[0].is_infinite()) continue;  // a limit: special_values_test.cpp
    auto const exact = row.exact(in);
    for (int o = 0; o < p.operands(true); ++o) {
      double const got = p.get(true, o, 0, c), error = ulp_error(exact[static_cast<std::size_t>(o)], got, p.type(true, o));
      ASSERT_LE(error, row.ulp) << p.info.name << ": result " << o << " is " << got << ", exactly "
                                << exact[static_cast<std::size_t>(o)].to_double() << ", for the inputs " << in[0].to_double() << " "
                                << in.back().to_double();
      if (is_correctly_rounded(p)) {
        ASSERT_TRUE(correctly_rounded(exact[static_cast<std::size_t>(o)], got, p.bits(true, o, 0, c), p.type(true, o)))
            << p.info.name << " of " << in[0].to_double() << " and " << in.back().to_double() << " is not correctly rounded: " << got;
      }
      if (std::isnan(got)) {
        ASSERT_EQ(p.bits(true, o, 0, c), p.type(true, o).quiet_nan);
      }
    }
  }
}

/// A sum of n terms may be off by what a tree of doubles can lose: 2^−53·(⌈log2 n⌉ + 16)·Σ|terms|, and 2^−1074 for each subnormal term.
void expect_sum_within_bounds(problem const &p) {
  op_row_type const &row = op_row(p.info.name);
  real sum, magnitudes;
  for (std::size_t c = 0; c < p.where.cols; ++c) {
    real const term = row.exact(inputs_of(p, c))[0];
    sum = sum + term;
    magnitudes = magnitudes + abs(term);
  }
  double const got = p.get(true, 0, 0, 0);
  double const levels = std::ceil(std::log2(static_cast<double>(p.where.cols)));
  real const tolerance = magnitudes.scaled(-53) * real(levels + 16) + real(static_cast<double>(p.where.cols)).scaled(-1074);
  real const nearest_allowed = got < sum.to_double() ? sum - tolerance : sum + tolerance;
  if (abs(real(got) - sum) < tolerance) return;
  ASSERT_LE(ulp_error(nearest_allowed, got, p.type(true, 0)), row.ulp)
      << got << " is not the sum of " << p.where.cols << " terms, " << sum.to_double();
}

TEST_P(Accuracy, WhereTheFunctionsLiveIsWithinTheBound) {
  problem p(GetParam().op, GetParam().dtypes, {1, 20000, 0, {}, -1});
  fill_random(p, 1, false);
  cpu().run(p);
  expect_within_bounds(p);
}

/// Bits of any pattern: all magnitudes, subnormal numbers, results beyond the largest and below the smallest number.
TEST_P(Accuracy, AnyFiniteInputsAreWithinTheBound) {
  problem p(GetParam().op, GetParam().dtypes, {1, 20000, 0, {}, -1});
  random_bits random(7);
  auto const draw = [&](int operand) {
    auto const &t = p.type(false, operand);
    bool const fraction = p.op == CUSIGMOID_BACKWARD && operand == 1;  // y is in [0, 1]
    for (;;) {
      double const v = decode(t, random() >> (64 - t.bits()));
      if (fraction ? v >= 0 && v <= 1 : std::isfinite(v)) return v;
    }
  };
  for (std::size_t c = 0; c < p.where.cols; ++c)
    for (int i = 0; i < p.operands(false); ++i) p.set_input(i, 0, c, draw(i));
  cpu().run(p);
  expect_within_bounds(p);
}

bool is_elementwise(problem const &p) { return !p.is_reduction(); }
INSTANTIATE_TEST_SUITE_P(Table, Accuracy, testing::ValuesIn(typed_ops_where(is_elementwise)), testing::PrintToStringParamName());

class AccuracyOfSums : public testing::TestWithParam<typed_op> {};

TEST_P(AccuracyOfSums, RandomInputsAreWithinTheBound) {
  std::uint64_t seed = 1;
  for (std::size_t n : {1, 2, 3, 100, 4097, 9000})
    for (int repeat = 0; repeat < (n == 1 ? 1000 : 2); ++repeat) {
      problem p(GetParam().op, GetParam().dtypes, {1, n, 0, {}, -1});
      fill_random(p, seed++, false);
      cpu().run(p);
      ASSERT_NO_FATAL_FAILURE(expect_sum_within_bounds(p));
    }
}

bool is_reduction(problem const &p) { return p.is_reduction(); }
INSTANTIATE_TEST_SUITE_P(Table, AccuracyOfSums, testing::ValuesIn(typed_ops_where(is_reduction)), testing::PrintToStringParamName());

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
