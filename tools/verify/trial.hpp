// SPDX-License-Identifier: Apache-2.0
// What a row is tried with, in blocks that threads take, and how the results are judged.
#pragma once
#include <functional>
#include <memory>

#include "tools/verify/elements.hpp"
#include "tools/verify/report.hpp"

class trial {
 public:
  virtual ~trial() = default;
  virtual std::uint64_t blocks() const = 0;
  virtual std::size_t block_size() const = 0;
  virtual void fill(std::uint64_t block, elements &e) const = 0;
  /// The part of the report that a block's results make; max_ulp is the largest error so far, of any block.
  virtual report judge(std::uint64_t block, elements const &e, double max_ulp) const = 0;
};

/// Every combination of inputs in turn; the results are compared with the correctly rounded ones, or only digested.
std::unique_ptr<trial> every_input(row const &r, bool with_oracle);
/// So many samples of inputs, rounded up to whole blocks, and besides the neighbours of special points; errors are measured.
std::unique_ptr<trial> some_inputs(row const &r, std::uint64_t samples);

/// Samples of an operation whose results are sums, reductions or of packed arrays: drawn by the tests' table, and compared with MPFR's by
/// the table's definition. On CUDA the results must besides be the CPU's.
report run_by_definition(row const &r, place where, std::uint64_t samples);

/// Every so manieth block of a trial. On CUDA the results must besides be the CPU's.
report run(trial const &t, row const &r, place where, std::uint64_t stride);

/// The sum of so many reports, of which threads make one after another; max_ulp is the largest error so far.
report in_parallel(row const &r, std::uint64_t steps, std::function<report(std::uint64_t step, double max_ulp)> const &step_report);
