// SPDX-License-Identifier: Apache-2.0
#include "tests/errors.hpp"

#include <algorithm>
#include <sstream>

#include "tests/op_table.hpp"

using reference::real;

namespace {

reals inputs_of(problem const &p, std::size_t row, std::size_t col) {
  reals in;
  for (int i = 0; i < p.operands(false); ++i) in.push_back(p.get(false, i, row, col));
  return in;
}

/// What may be lost where terms cancel: 2^−48 of their magnitudes, 2^−60 in fp64.
real tolerance(problem const &p, sum_of_terms const &exact) { return exact.magnitudes.scaled(p.type(false, 0).size == 8 ? -60 : -48); }

/// The error of a result beyond a tolerance.
double ulp_error_beyond(real const &tolerance, real const &exact, double got, dtype_traits const &type) {
  if (std::isnan(got) || exact.is_nan() || exact.is_infinite() || tolerance.is_zero()) return ulp_error(exact, got, type);
  if (std::isfinite(got) && abs(real(got) - exact) < tolerance) return 0;
  return ulp_error(real(got) < exact ? exact - tolerance : exact + tolerance, got, type);
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
  real exact(double divisor) const { return sum_ / real(divisor); }
  real may_lose(double divisor) const {
    double const levels = n_ ? std::ceil(std::log2(static_cast<double>(n_))) : 0;
    return (magnitudes_.scaled(-53) * real(levels + 16) + real(static_cast<double>(n_)).scaled(-1074) + lost_) / real(divisor);
  }

 private:
  real sum_, magnitudes_, lost_;
  std::size_t n_ = 0;
};

class measurement {
 public:
  explicit measurement(problem const &p)
      : p_(p), row_(op_row(p.info.name)), divisor_(p.params.mean ? static_cast<double>(p.where.rows * p.where.cols) : 1) {}

  void elements(int results) {
    for (std::size_t r = 0; r < p_.where.rows; ++r)
      for (std::size_t c = 0; c < p_.where.cols; ++c) {
        auto const in = inputs_of(p_, r, c);
        if (p_.operands(false) == 1 && in[0].is_infinite()) continue;  // a limit: special_values_test.cpp
        auto const exact = row_.exact(in, p_.params);
        for (int o = 0; o < results; ++o) {
          sum_of_terms e = exact[static_cast<std::size_t>(o)];
          if (p_.params.mean) e = {e.value / real(divisor_), e.magnitudes / real(divisor_)};
          double const got = p_.get(true, o, r, c);
          std::uint64_t const bits = p_.bits(true, o, r, c);
          bool right = !std::isnan(got) || bits == p_.type(true, o).quiet_nan;
          if (is_correctly_rounded(p_)) right = right && correctly_rounded(e.value, got, bits, p_.type(true, o));
          note(o, ulp_error_beyond(tolerance(p_, e), e.value, got, p_.type(true, o)), right, got, e.value, in);
        }
      }
  }

  void sums(int result) {
    bool const columns = p_.reduction() == CUSIGMOID_SUM_ROWS;
    std::vector<adder> sums(columns ? p_.where.cols : 1);
    for (std::size_t r = 0; r < p_.where.rows; ++r)
      for (std::size_t c = 0; c < p_.where.cols; ++c)
        sums[columns ? c : 0].add(p_, row_.exact(inputs_of(p_, r, c), p_.params)[static_cast<std::size_t>(result)]);
    for (std::size_t c = 0; c < sums.size(); ++c) {
      real const exact = sums[c].exact(divisor_);
      double const got = p_.get(true, result, 0, c);
      note(result, ulp_error_beyond(sums[c].may_lose(divisor_), exact, got, p_.type(true, result)), true, got, exact, {});
    }
  }

  /// The largest magnitude lies between those of the exact results, a rounding to float away.
  void largest(int result) {
    real exact;
    for (std::size_t r = 0; r < p_.where.rows; ++r)
      for (std::size_t c = 0; c < p_.where.cols; ++c) {
        real const h = abs(row_.exact(inputs_of(p_, r, c), p_.params).back().value);
        if (exact < h) exact = h;
      }
    double const got = p_.get(true, result, 0, 0);
    note(result, ulp_error(exact, got, p_.type(true, result)), true, got, exact, {});
  }

  errors const &found() const { return found_; }

 private:
  void note(int output, double error, bool right, double got, real const &exact, reals const &in) {
    found_.max_ulp = std::max(found_.max_ulp, error);
    if (error <= error_bound && right) return;
    if (found_.wrong++) return;
    std::ostringstream text;
    text << p_.info.name << " of " << cusigmoid_dtype_name(p_.type(false, 0).dtype) << ", " << p_.where.name() << ": result " << output
         << " is " << got << ", exactly " << exact.to_double() << ", " << error << " ulp";
    if (error <= error_bound) text << " (not correctly rounded, or a NaN other than the one)";
    if (!in.empty()) text << ", for the inputs";
    for (auto const &v : in) text << " " << v.to_double();
    found_.first_wrong = text.str();
  }

  problem const &p_;
  op_row_type const &row_;
  double const divisor_;
  errors found_;
};

}  // namespace

bool is_correctly_rounded(problem const &p) {
  int bits = 0;
  for (int i = 0; i < p.operands(false); ++i) bits += p.type(false, i).bits();
  bool const bias = p.op == CUSIGMOID_BIAS_FORWARD;  // a sum
  return bits <= 32 && p.operands(false) <= 2 && p.operands(true) == 1 && !p.is_sum() && !bias && p.params.alpha == 0 &&
         p.params.offset == 0;
}

errors errors_of(problem const &p, bool with_reduction) {
  measurement m(p);
  int const results = p.operands(true);
  bool const reduces = p.reduction() != CUSIGMOID_ELEMENTWISE;
  m.elements(results - reduces);
  if (with_reduction && p.is_sum()) m.sums(results - 1);
  if (with_reduction && p.reduction() == CUSIGMOID_LARGEST) m.largest(results - 1);
  return m.found();
}
