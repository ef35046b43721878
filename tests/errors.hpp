// SPDX-License-Identifier: Apache-2.0
// How far the results of a call are from those that the table of ops defines.
#pragma once
#include "tests/problem.hpp"

/// What is promised where results are not the correctly rounded ones, in ulp.
inline constexpr double error_bound = 0.52;

struct errors {
  double max_ulp = 0;       // beyond what sums lose where their terms cancel, and what a reduction may
  std::uint64_t wrong = 0;  // elements beyond the bound, not correctly rounded where they should be, or a NaN other than the one
  std::string first_wrong;  // the first of them, in words
};

/// Of a problem that has been run: of its elements and, unless its terms may overflow, of its sum.
errors errors_of(problem const &p, bool with_reduction);

/// Whether the promise is the correctly rounded result: functions and products of one or two inputs of 32 bits together or fewer.
bool is_correctly_rounded(problem const &p);
