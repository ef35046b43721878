// SPDX-License-Identifier: Apache-2.0
// The CPU backend's inner loops, compiled once for each instruction set with CUSIGMOID_TARGET naming it. Everything here lives in that
// namespace, so that no function of a better instruction set can be taken for one of a lesser.
#include "cuda/reduction.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {
namespace {

template <class Op, class ArrayTypes>
void run_row(call const &c, std::size_t row, std::size_t first, std::size_t last) {
  using types = operand_types<Op, ArrayTypes>;
  operand const *const operands = c.operands;
  for (std::size_t i = first; i < last; ++i) {
    auto const result = evaluate_loaded<Op>([&](auto k) {
      using T = typename types::template type<k.value>;
      return static_cast<T const *>(operands[k.value].data)[row * operands[k.value].leading_dimension + i];
    });
    for_each_constant<types::outputs>([&](auto k) {
      constexpr int o = types::inputs + k.value;
      using T = typename types::template type<o>;
      static_cast<T *>(operands[o].data)[row * operands[o].leading_dimension + i] = element<T>::narrow(result.value[k.value]);
    });
  }
}

template <class Term>
void sum_tile(f64 *sums, Term &&term) {
  for (int t = 0; t < tile_threads; ++t) sums[t] = term(t);
  add_threads(sums);
}

}  // namespace

void run_elements(call const &c, std::size_t first, std::size_t last) {
  visit(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (!is_reduction<at<0, typename Op::out>>)
      for (std::size_t row = first / c.cols, i = first; i < last; ++row) {
        std::size_t const begin = i - row * c.cols, left = last - i, end = left < c.cols - begin ? begin + left : c.cols;
        run_row<Op, ArrayTypes>(c, row, begin, end);
        i += end - begin;
      }
  });
}

void sum_tiles(call const &c, std::size_t first, std::size_t last, double *sums) {
  visit(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (is_reduction<at<0, typename Op::out>>) {
      auto const args = make_reduce_args<Op>(c);
      f64 of_thread[tile_threads];
      for (std::size_t i = first; i < last; ++i) {
        sum_tile(of_thread, [&](int t) { return sum_terms<Op, ArrayTypes>(args, i, t); });
        sums[i] = of_thread[0].v;
      }
    }
  });
}

void sum_sums(double const *sums, std::size_t n, std::size_t first, std::size_t last, double *next) {
  f64 of_thread[tile_threads];
  for (std::size_t i = first; i < last; ++i) {
    sum_tile(of_thread, [&](int t) { return sum_partials(sums, n, i, t); });
    next[i] = of_thread[0].v;
  }
}

void finish(call const &c, double sum) {
  visit(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (is_reduction<at<0, typename Op::out>>) {
      using T = typename operand_types<Op, ArrayTypes>::template type<Op::in::size>;
      *static_cast<T *>(c.operands[Op::in::size].data) = element<T>::narrow(sum);
    }
  });
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
