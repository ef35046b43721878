// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tools/verify/samples.hpp"
#include "tools/verify/trial.hpp"

namespace {

/// The promise where results are not known to be correctly rounded.
constexpr double bound = 0.52;

class some_inputs_trial : public trial {
 public:
  some_inputs_trial(row const &r, std::uint64_t samples)
      : row_(r),
        type_(*r.out),
        sampler_(*r.in, *r.out),
        results_(oracle::results_of(r.info.name)),
        argument_(results_[0].argument),
        random_blocks_((samples + block_size() - 1) / block_size()) {
    if (r.in->bits() <= 16) return;  // samples visit each argument many times
    points_ = sampler_.special_points(*results_[0].f);
    blocks_a_point_ = std::clamp<std::uint64_t>(random_blocks_ / 4, 1, (1 << 20) / block_size());
  }

  std::uint64_t blocks() const override { return random_blocks_ + points_.size() * blocks_a_point_; }
  std::size_t block_size() const override { return 1 << 16; }

  void fill(std::uint64_t block, elements &e) const override {
    auto const &f = *results_[0].f;
    for (std::size_t i = 0; i < e.size(); ++i) {
      random_numbers random(block * e.size() + i);
      for (int k = 0; k < row_.inputs; ++k)
        if (k != argument_)
          e.set_input(k, i, sampler_.factor(random));
        else if (block < random_blocks_)
          e.set_input(k, i, points_.empty() || random.below(16) ? sampler_.argument(f, random) : at_a_point(random));
        else
          e.set_input(k, i, next_to_a_point(block - random_blocks_, i));
    }
  }

  report judge(std::uint64_t block, elements const &e, double max_ulp) const override {
    report r;
    r.compared = r.measured = true;
    r.ranged = row_.inputs == 1;
    r.max_ulp = max_ulp;
    for (std::size_t i = 0; i < e.size(); ++i) {
      ++r.tried;
      for (int o = 0; o < row_.outputs; ++o) {
        std::uint64_t const bits = e.result(o, i);
        double const y = value_of(type_, bits);
        r.results.add_sample((block * e.size() + i) * results_.size() + static_cast<std::size_t>(o), bits);
        auto const &f = *results_[static_cast<std::size_t>(o)].f;
        r.outside += r.ranged && (y < f.least || y > f.greatest);
        measure(r, e, i, results_[static_cast<std::size_t>(o)], y);
      }
    }
    return r;
  }

 private:
  /// The nearest of a point's neighbours, which the run of all of them visits but once.
  std::uint64_t at_a_point(random_numbers &random) const {
    std::uint64_t const point = points_[random.below(points_.size())];
    return sampler_.neighbour(point, static_cast<std::int64_t>(random.below(9)) - 4, *results_[0].f);
  }
  std::uint64_t next_to_a_point(std::uint64_t block, std::size_t i) const {
    std::int64_t const here = static_cast<std::int64_t>(block % blocks_a_point_ * block_size() + i);
    std::int64_t const middle = static_cast<std::int64_t>(blocks_a_point_ * block_size() / 2);
    return sampler_.neighbour(points_[block / blocks_a_point_], here - middle, *results_[0].f);
  }

  double input(elements const &e, int operand, std::size_t i) const { return value_of(*row_.in, e.input(operand, i)); }

  /// By MPFR where long double cannot tell whether this error is the largest so far, or beyond the bound.
  void measure(report &r, elements const &e, std::size_t i, oracle::result const &result, double got) const {
    long double fast = result.f->fast(input(e, result.argument, i));
    for (int k : result.factors) fast *= input(e, k, i);
    // the error of `fast` in ulp of a result, whose significand is less than 2; and that of errors as doubles
    double const uncertainty = std::ldexp(2 * static_cast<double>(oracle::fast_error), type_.fraction) + 0x1p-50;
    double const estimate = estimated_error(fast, got);
    bool const spot_check = i % oracle::spot_check_distance == 0;
    if (!spot_check && estimate + uncertainty <= std::min(r.max_ulp, bound)) return;
    reference::real exact = oracle::value(*result.f, input(e, result.argument, i));
    for (int k : result.factors) exact = exact * reference::real(input(e, k, i));
    double const error = reference::ulp_error(exact, got, type_);
    r.unproven += std::isfinite(estimate) && std::isfinite(error) && std::fabs(estimate - error) > uncertainty;
    r.wrong += error > bound || (got == 0 && std::signbit(got) != exact.is_negative());
    if (error <= r.max_ulp) return;
    r.max_ulp = error;
    for (int k = 0; k < row_.inputs; ++k) r.worst[static_cast<std::size_t>(k)] = e.input(k, i);
  }

  /// In ulp of the exact result; HUGE_VAL where MPFR should have a look.
  double estimated_error(long double exact, double got) const {
    if (std::isnan(exact) || std::isnan(got)) return HUGE_VAL;
    if (got == 0 && std::signbit(got) != std::signbit(exact)) return HUGE_VAL;
    if (exact == 0) return got == 0 ? 0 : HUGE_VAL;
    int const exponent = std::max(ilogbl(exact), 1 - type_.bias), largest = std::ilogb(value_of(type_, type_.largest));
    if (exponent > largest) return got == beyond(exact < 0) ? 0 : HUGE_VAL;
    if (exponent == largest) return HUGE_VAL;
    return static_cast<double>(ldexpl(std::fabs(got - exact), type_.fraction - exponent));
  }
  /// What results larger than the largest number become.
  double beyond(bool negative) const {
    double const magnitude = type_.saturates ? value_of(type_, type_.largest) : HUGE_VAL;
    return negative ? -magnitude : magnitude;
  }

  row const &row_;
  dtype_traits const &type_;  // of results
  sampler sampler_;
  std::vector<oracle::result> results_;
  int argument_;  // of all results
  std::uint64_t random_blocks_, blocks_a_point_ = 0;
  std::vector<std::uint64_t> points_;
};

}  // namespace

std::unique_ptr<trial> some_inputs(row const &r, std::uint64_t samples) { return std::make_unique<some_inputs_trial>(r, samples); }
