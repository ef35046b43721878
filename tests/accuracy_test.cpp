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
  bool const bias = p.op == CUSIGMOID_BIAS_FORWARD;  // a sum
  return bits <= 32 && p.operands(false) <= 2 && p.operands(true) == 1 && !p.is_sum() && !bias && p.params.alpha == 0 &&
         p.params.offset == 0;
}

class Accuracy : public testing::TestWithParam<typed_op> {};

reals inputs_of(problem const &p, std::size_t row, std::size_t col) {
  reals in;
  for (int i = 0; i < p.operands(false); ++i) in.push_back(p.get(false, i, row, col));
  return in;
}

std::string text_of(reals const &in) {
  std::string all;
  for (auto const &v : in) all.append(" ").append(std::to_string(v.to_double()));
  return all;
}

/// What may be lost where terms cancel: 2^−48 of their magnitudes, 2^−60 in fp64.
real tolerance(problem const &p, sum_of_terms const &exact) { return exact.magnitudes.scaled(p.type(false, 0).size == 8 ? -60 : -48); }

/// The error of a result beyond a tolerance.
double ulp_error_beyond(real const &tolerance, real const &exact, double got, dtype_traits const &type) {
  if (std::isnan(got) || exact.is_nan() || exact.is_infinite() || tolerance.is_zero()) return ulp_error(exact, got, type);
  if (std::isfinite(got) && abs(real(got) - exact) < tolerance) return 0;
  return ulp_error(real(got) < exact ? exact - tolerance : exact + tolerance, got, type);
}

/// The errors of the elements of a problem that has been run.
void expect_within_bounds(problem const &p) {
  op_row_type const &row = op_row(p.info.name);
  int const results = p.operands(true) - (p.reduction() != CUSIGMOID_ELEMENTWISE);
  for (std::size_t r = 0; r < p.where.rows; ++r)
    for (std::size_t c = 0; c < p.where.cols; ++c) {
      auto const in = inputs_of(p, r, c);
      if (p.operands(false) == 1 && in[0].is_infinite()) continue;  // a limit: special_values_test.cpp
      auto const exact = row.exact(in, p.params);
      for (int o = 0; o < results; ++o) {
        sum_of_terms const &e = exact[static_cast<std::size_t>(o)];
        double const got = p.get(true, o, r, c), error = ulp_error_beyond(tolerance(p, e), e.value, got, p.type(true, o));
        ASSERT_LE(error, 0.52) << p.info.name << ": result " << o << " is " << got << ", exactly " << e.value.to_double()
                               << ", for the inputs" << text_of(in);
        if (is_correctly_rounded(p)) {
          ASSERT_TRUE(correctly_rounded(e.value, got, p.bits(true, o, r, c), p.type(true, o)))
              << p.info.name << " of" << text_of(in) << " is not correctly rounded: " << got;
        }
        if (std::isnan(got)) {
          ASSERT_EQ(p.bits(true, o, r, c), p.type(true, o).quiet_nan);
        }
      }
    }
}

/// A sum of n terms may be off by what a tree of doubles can lose: 2^−53·(⌈log2 n⌉ + 16)·Σ|terms|, and 2^−1074 for each subnormal term.
class adder {
 public:
  void add(problem const &p, sum_of_terms const &term) {
    sum_ = sum_ + term.value;
    magnitudes_ = magnitudes_ + abs(term.value);
    lost_ = lost_ + tolerance(p, term);
    ++n_;
  }
  void expect(double got, double divisor, dtype_traits const &type) const {
    double const levels = n_ ? std::ceil(std::log2(static_cast<double>(n_))) : 0;
    real const all = (magnitudes_.scaled(-53) * real(levels + 16) + real(static_cast<double>(n_)).scaled(-1074) + lost_) / real(divisor);
    ASSERT_LE(ulp_error_beyond(all, sum_ / real(divisor), got, type), 0.52)
        << got << " is not the sum of " << n_ << " terms, " << sum_.to_double() << ", over " << divisor;
  }

 private:
  real sum_, magnitudes_, lost_;
  std::size_t n_ = 0;
};

void expect_sums_within_bounds(problem const &p) {
  op_row_type const &row = op_row(p.info.name);
  int const result = p.operands(true) - 1;
  bool const columns = p.reduction() == CUSIGMOID_SUM_ROWS;
  std::vector<adder> sums(columns ? p.where.cols : 1);
  for (std::size_t r = 0; r < p.where.rows; ++r)
    for (std::size_t c = 0; c < p.where.cols; ++c)
      sums[columns ? c : 0].add(p, row.exact(inputs_of(p, r, c), p.params)[static_cast<std::size_t>(result)]);
  double const divisor = p.params.mean ? static_cast<double>(p.where.rows * p.where.cols) : 1;
  for (std::size_t c = 0; c < sums.size(); ++c)
    ASSERT_NO_FATAL_FAILURE(sums[c].expect(p.get(true, result, 0, c), divisor, p.type(true, result)));
}

/// The largest magnitude lies between those of the exact results, a rounding to float away.
void expect_largest_within_bounds(problem const &p) {
  real largest;
  for (std::size_t r = 0; r < p.where.rows; ++r)
    for (std::size_t c = 0; c < p.where.cols; ++c) {
      real const h = abs(op_row(p.info.name).exact(inputs_of(p, r, c), p.params).back().value);
      if (largest < h) largest = h;
    }
  ASSERT_LE(ulp_error(largest, p.get(true, p.operands(true) - 1, 0, 0), p.type(true, p.operands(true) - 1)), 0.52);
}

TEST_P(Accuracy, WhereTheFunctionsLiveIsWithinTheBound) {
  auto const &settings = op_row(problem(GetParam().op, GetParam().dtypes, {}).info.name).settings;
  for (auto const &params : settings) {
    problem p(GetParam().op, GetParam().dtypes, {2, 5000 / settings.size(), 0, {}, -1});
    p.params = params;
    fill_random(p, 1, false);
    cpu().run(p);
    ASSERT_NO_FATAL_FAILURE(expect_within_bounds(p));
    if (p.reduction() == CUSIGMOID_LARGEST) {
      ASSERT_NO_FATAL_FAILURE(expect_largest_within_bounds(p));
    }
  }
}

/// Bits of any pattern: all magnitudes, subnormal numbers, results beyond the largest and below the smallest number.
TEST_P(Accuracy, RandomBitsAreWithinTheBound) {
  problem p(GetParam().op, GetParam().dtypes, {1, 10000, 0, {}, -1});
  random_bits random(7);
  auto const draw = [&](int operand) {
    auto const &t = p.type(false, operand);
    bool const fraction = p.op == CUSIGMOID_BACKWARD && operand == 1;          // y is in [0, 1]
    bool const half = p.op == CUSIGMOID_BACKWARD_FROM_SIGNED && operand == 1;  // |s| is in [0, 1/2]
    bool const loss = std::string(p.info.name).find("bce") == 0;
    for (;;) {
      double v = decode(t, random() >> (64 - t.bits()));
      if (loss && (operand == 2 || operand == 3)) v = std::fabs(v);
      bool const in_fraction = v >= 0 && v <= 1;
      if (fraction || (loss && operand == 1) ? in_fraction : half ? std::fabs(v) <= 0.5 : std::isfinite(v)) return v;
    }
  };
  for (int i = 0; i < p.operands(false); ++i)
    for (std::size_t c = 0; c < p.where.cols; ++c)
      if (p.has_own(false, i, 0, c)) p.set_input(i, 0, c, draw(i));
  cpu().run(p);
  expect_within_bounds(p);
}

bool is_elementwise(problem const &p) { return p.has_elements(p.info.inputs); }
INSTANTIATE_TEST_SUITE_P(Table, Accuracy, testing::ValuesIn(typed_ops_where(is_elementwise)), testing::PrintToStringParamName());

class AccuracyOfSums : public testing::TestWithParam<typed_op> {};

TEST_P(AccuracyOfSums, RandomInputsAreWithinTheBound) {
  std::uint64_t seed = 1;
  std::vector<layout> shapes;
  for (auto [rows, cols] : {std::pair{1, 1}, {1, 2}, {1, 3}, {3, 100}, {1, 4097}, {1, 9000}, {129, 33}, {5000, 2}})
    shapes.push_back({static_cast<std::size_t>(rows), static_cast<std::size_t>(cols), 0, {}, -1});
  for (auto const &params : op_row(problem(GetParam().op, GetParam().dtypes, {}).info.name).settings)
    for (layout const &where : shapes) {
      int const repeats = where.rows * where.cols == 1 ? 500 : 2;
      for (int repeat = 0; repeat < repeats; ++repeat) {
        problem p(GetParam().op, GetParam().dtypes, where);
        p.params = params;
        fill_random(p, seed++, false);
        cpu().run(p);
        ASSERT_NO_FATAL_FAILURE(expect_sums_within_bounds(p));
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
