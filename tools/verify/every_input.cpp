// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "tools/verify/rounding.hpp"
#include "tools/verify/trial.hpp"

namespace {

class every_input_trial : public trial {
 public:
  every_input_trial(row const &r, bool with_oracle) : row_(r), result_(oracle::results_of(r.info.name).front()), with_oracle_(with_oracle) {
    if (!with_oracle) return;
    if (r.inputs == 2) product_.emplace(*result_.f, *r.in, *r.out);
    least_ = rounded(result_.f->least), greatest_ = rounded(result_.f->greatest);
  }

  std::uint64_t blocks() const override { return row_.combinations() / block_size(); }
  std::size_t block_size() const override { return std::min<std::uint64_t>(row_.combinations(), 1 << 16); }

  void fill(std::uint64_t block, elements &e) const override {
    for (std::size_t i = 0; i < e.size(); ++i)
      for (int k = 0; k < row_.inputs; ++k) e.set_input(k, i, row_.input(k, block * e.size() + i));
  }

  report judge(std::uint64_t block, elements const &e, double) const override {
    report r;
    r.compared = r.measured = with_oracle_;
    r.ranged = with_oracle_ && result_.factors.empty();
    r.ascending = r.ranged && result_.f->ascending;
    std::uint64_t const first = block * e.size();
    double before = std::nan("");
    if (with_oracle_ && first > 0) before = value_of(*row_.out, expected(first - 1));
    for (std::size_t i = 0; i < e.size(); ++i) {
      std::uint64_t const input = first + i, got = e.result(0, i);
      if (!promised(input)) continue;
      ++r.tried;
      r.results.add(input, got);
      if (!with_oracle_) continue;
      std::uint64_t const right = expected(input);
      r.correct.add(input, right);
      if (got != right) count_wrong(r, input, got);
      if (i % oracle::spot_check_distance == block % oracle::spot_check_distance) r.unproven += right != proven(input);
      if (!r.ranged) continue;
      double const y = value_of(*row_.out, got);
      r.outside += y < least_ || y > greatest_;
      // bits ascend with x where x > 0 and descend where x < 0
      bool const negative = input >> (row_.in->bits() - 1);
      r.descents += r.ascending && (negative ? y > before : y < before);
      before = y;
    }
    return r;
  }

 private:
  double rounded(double v) const { return decode(*row_.out, oracle::nearest(*row_.out, v)); }
  double argument(std::uint64_t input) const { return value_of(*row_.in, row_.input(result_.argument, input)); }
  double factor(std::uint64_t input) const { return row_.inputs == 2 ? value_of(*row_.in, row_.input(result_.factors[0], input)) : 1; }
  bool promised(std::uint64_t input) const { return row_.inputs == 1 || result_.f->promises(argument(input)); }

  std::uint64_t expected(std::uint64_t input) const {
    if (product_) return product_->round(factor(input), row_.input(result_.argument, input));
    return round(*result_.f, *row_.out, argument(input));
  }
  std::uint64_t proven(std::uint64_t input) const { return round_exactly(*result_.f, *row_.out, argument(input), factor(input)); }

  void count_wrong(report &r, std::uint64_t input, std::uint64_t got) const {
    double const x = argument(input);
    double const error = std::isnan(x) ? HUGE_VAL
                                       : reference::ulp_error(reference::real(factor(input)) * oracle::value(*result_.f, x),
                                                              value_of(*row_.out, got), *row_.out);
    if (r.wrong++ != 0 && error <= r.max_ulp) return;  // a zero of the wrong sign is no error in ulp
    r.max_ulp = error;
    for (int k = 0; k < row_.inputs; ++k) r.worst[static_cast<std::size_t>(k)] = row_.input(k, input);
  }

  row const &row_;
  oracle::result result_;
  bool with_oracle_;
  double least_ = 0, greatest_ = 0;  // the bounds of its results, rounded as they are
  std::optional<oracle::product> product_;
};

}  // namespace

std::unique_ptr<trial> every_input(row const &r, bool with_oracle) { return std::make_unique<every_input_trial>(r, with_oracle); }
