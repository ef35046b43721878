// SPDX-License-Identifier: Apache-2.0
// The table of all tests that go over ops: one row an op. What its inputs are drawn from, what the exact result is, and how far a result
// may be from it.
#pragma once
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tests/reference.hpp"

using random_bits = std::mt19937_64;
/// Draws an input; now and then a special value, where they are wanted.
using distribution = std::function<double(random_bits &, bool with_special_values)>;

struct op_row_type {
  char const *name;
  std::vector<distribution> inputs;  // one an operand
  /// The exact results for one element's inputs; of a sum, its term.
  std::function<std::vector<reference::real>(std::vector<reference::real> const &)> exact;
  double ulp;  // the bound; for a sum besides what the tree may add
};

namespace inputs {

inline double uniform(random_bits &r, double low, double high) { return std::uniform_real_distribution<double>(low, high)(r); }

inline double special(random_bits &r) {
  static double const values[] = {0.0,      -0.0,    HUGE_VAL, -HUGE_VAL, std::nan(""), 1e-310, -1e-310,
                                  0x1p-149, 0x1p-24, 65504,    3e38,      -3e38,        1e308};
  return values[r() % std::size(values)];
}

/// Where σ and its relatives live: mostly |x| < 20, also the tails and the tiny.
inline double logit(random_bits &r, bool with_special_values) {
  switch (r() % (with_special_values ? 9 : 8)) {
    case 0: return uniform(r, -1, 1);
    case 1: return uniform(r, -110, 110);
    case 2: return uniform(r, -760, 760);
    case 3: return std::copysign(std::exp2(uniform(r, -60, 10)), uniform(r, -1, 1));
    case 8: return special(r);
    default: return uniform(r, -20, 20);
  }
}

/// A gradient: any magnitude around 1, at times far from it.
inline double gradient(random_bits &r, bool with_special_values) {
  switch (r() % (with_special_values ? 9 : 8)) {
    case 0: return std::copysign(std::exp2(uniform(r, -140, 120)), uniform(r, -1, 1));
    case 1: return std::copysign(std::exp2(uniform(r, -1070, 1020)), uniform(r, -1, 1));
    case 8: return special(r);
    default: return uniform(r, -2, 2);
  }
}

/// In [0, 1], its ends included.
inline double fraction(random_bits &r, bool with_special_values) {
  switch (r() % (with_special_values ? 8 : 7)) {
    case 0: return 0;
    case 1: return 1;
    case 2: return std::exp2(uniform(r, -30, 0));
    case 3: return 1 - std::exp2(uniform(r, -30, 0));
    case 7: return std::nan("");
    default: return uniform(r, 0, 1);
  }
}

}  // namespace inputs

inline std::vector<op_row_type> const &op_table() {
  using reference::real;
  using reals = std::vector<real> const &;
  using namespace inputs;
  static std::vector<op_row_type> const table = {
      {"forward", {logit}, [](reals in) { return std::vector{sigmoid(in[0])}; }, 0.52},
      {"derivative", {logit}, [](reals in) { return std::vector{sigmoid_derivative(in[0])}; }, 0.52},
      {"backward", {gradient, fraction}, [](reals in) { return std::vector{in[0] * in[1] * (real(1) - in[1])}; }, 0.52},
      {"backward_from_input", {gradient, logit}, [](reals in) { return std::vector{in[0] * sigmoid_derivative(in[1])}; }, 0.52},
      {"swiglu_backward",
       {gradient, logit, gradient},
       [](reals in) { return std::vector{in[0] * in[2] * silu_derivative(in[1]), in[0] * silu(in[1])}; },
       0.52},
      {"bce_with_logits_sum", {logit, fraction}, [](reals in) { return std::vector{bce_with_logits(in[0], in[1])}; }, 0.52},
  };
  return table;
}

inline op_row_type const &op_row(std::string const &name) {
  for (auto const &row : op_table())
    if (row.name == name) return row;
  throw std::out_of_range("tests/op_table.hpp has no row for the op " + name);
}
