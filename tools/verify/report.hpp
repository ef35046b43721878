// SPDX-License-Identifier: Apache-2.0
// What came out of a row, and the table that is printed. Cells have no blanks in them, so that tools/accuracy/make.py reads what people
// read.
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "tools/verify/digest.hpp"
#include "tools/verify/rows.hpp"

struct report {
  // what was looked at
  bool compared = false;   // each result with what it should be
  bool measured = false;   // how large errors are
  bool ranged = false;     // whether results are outside of the function's range
  bool ascending = false;  // and whether they ascend with the input
  // what was found
  digest results, correct;     // correct: the oracle's
  std::uint64_t tried = 0;     // elements
  std::uint64_t wrong = 0;     // not correctly rounded; of samples, beyond the bound; on CUDA, not the CPU's
  std::uint64_t outside = 0;   // of the function's range
  std::uint64_t descents = 0;  // results less than that of the next smaller input
  std::uint64_t unproven = 0;  // of the oracle's results, those that MPFR alone does not confirm
  double max_ulp = 0;
  std::array<std::uint64_t, CUSIGMOID_MAX_ARRAYS> worst = {};  // the bits of the inputs with the largest error
  std::string remark;                                          // of what is wrong, where bits do not say it

  void add(report const &part);
};

/// How a row was run, for its first cells.
struct conditions {
  std::string where;  // the place: cuda, or the instruction set
  std::uint64_t stride = 1;
  bool whole = false;  // every input there is was tried
};

void print_header();
/// Prints a row of the table, and what is wrong with it; whether all is right.
bool print(row const &r, report const &p, conditions const &c);
