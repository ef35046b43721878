// SPDX-License-Identifier: Apache-2.0
// The CPU backend's inner loops, compiled once for each instruction set with CUSIGMOID_TARGET naming it. Everything here lives in that
// namespace, so that no function of a better instruction set can be taken for one of a lesser.
#include "cuda/column_sums.hpp"
#include "host/cpu/blocks.hpp"
#include "host/cpu/shortcut_loops.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {
namespace {

/// Raises *to to a magnitude; other threads do so, too.
void raise(float *to, float magnitude) {
  unsigned const bits = __builtin_bit_cast(unsigned, magnitude) & 0x7fffffff;  // in the order of the numbers, NaN last
  unsigned *const word = reinterpret_cast<unsigned *>(to);
  unsigned seen = __atomic_load_n(word, __ATOMIC_RELAXED);
  while (seen < bits && !__atomic_compare_exchange_n(word, &seen, bits, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

/// The elements [first, last) of a row; what is to be summed is put at `terms`.
template <class Op>
void run_row(call const &c, element_functions const *const *types, std::size_t row, std::size_t first, std::size_t last,
             double *terms = nullptr) {
  using operands = operand_types<Op, at<0, typename Op::dtypes>>;
  numbers<Op> v;
  auto const address = [&](auto i, std::size_t column) {
    using role = typename operands::template role<i.value>;
    std::size_t const step = role::layout == layout::interleaved ? role::parts : role::layout == layout::scalar ? 0 : 1;
    operand const &o = c.operands[i.value];
    return static_cast<char *>(o.data) + (row * o.leading_dimension + column * step) * static_cast<std::size_t>(types[i.value]->size);
  };
  for (std::size_t column = first; column < last; column += block_size) {
    int const n = last - column < block_size ? static_cast<int>(last - column) : block_size;
    for_each_constant<operands::inputs>([&](auto i) {
      using role = typename operands::template role<i.value>;
      if (role::is_optional && !c.operands[i.value].data)
        for (int j = 0; j < n; ++j) v.in[i.value][j] = role::if_absent;
      else
        types[i.value]->widen(address(i, column),
                              role::layout == layout::interleaved ? role::parts
                              : role::layout == layout::scalar    ? 0
                                                                  : 1,
                              v.in[i.value], n);
    });
    v.evaluate(c.given, types, n);
    for_each_constant<operands::outputs>([&](auto o) {
      constexpr int i = operands::inputs + o.value;
      using role = typename operands::template role<i>;
      if constexpr (role::reduces == reduction_kind::largest) {
        float largest_of_block[block_size], largest = 0;
        types[i]->narrow(v.out[o.value], largest_of_block, 1, n);
        for (int j = 0; j < n; ++j) raise(&largest, largest_of_block[j]);
        raise(static_cast<float *>(c.operands[i].data), largest);
      } else if constexpr (role::reduces == reduction_kind::sum_all) {
        for (int j = 0; j < n; ++j) terms[column - first + static_cast<std::size_t>(j)] = v.out[o.value][j];
      } else {
        types[i]->narrow(v.out[o.value], address(constant<i>{}, column), role::layout == layout::interleaved ? role::parts : 1, n);
      }
    });
  }
}

/// The sum of a tile's terms, 0 for those that do not exist: thread_sum of all threads at once, and add_threads.
double sum_tile(double const (&terms)[tile]) {
  constexpr int groups = tile / group_width;
  static_assert(group_width == 4 && tile_groups == 4);
  f64 of_group[groups], sums[tile_threads];
  for (int i = 0; i < groups; ++i) {
    double const *const four = terms + group_width * i;
    of_group[i] = (f64(four[0]) + four[1]) + (f64(four[2]) + four[3]);
  }
  for (int t = 0; t < tile_threads; ++t)
    sums[t] = (of_group[t] + of_group[t + tile_threads]) + (of_group[t + 2 * tile_threads] + of_group[t + 3 * tile_threads]);
  for (int n = tile_threads; n > 1; n /= 2)
    for (int t = 0; t < n / 2; ++t) sums[t] = sums[2 * t] + sums[2 * t + 1];
  return sums[0].v;
}

/// The sum of one column's terms in one tile of rows.
template <class Term>
double sum_column(std::size_t rows, std::size_t tile_index, Term &&term) {
  f64 sums[column_threads];
  for (int t = 0; t < column_threads; ++t) sums[t] = column_thread_sum(rows, tile_index, t, term);
  add_column_threads([&](int t) -> f64 & { return sums[t]; });
  return sums[0].v;
}

/// The sum of the terms of a tile.
template <class Op>
double sum_elements(call const &c, element_functions const *const *types, std::size_t tile_index) {
  double terms[tile];
  std::size_t const n = c.rows * c.cols, begin = tile_index * tile, end = n - begin < tile ? n : begin + tile;
  double *next = terms;
  if (n > 0)
    for_each_row(c.cols, begin, end, [&](std::size_t row, std::size_t first, std::size_t last) {
      run_row<Op>(c, types, row, first, last, next);
      next += last - first;
    });
  for (; next != terms + tile; ++next) *next = 0;
  return sum_tile(terms);
}

}  // namespace

void run_elements(call const &c, std::size_t first, std::size_t last) {
  visit_op(c, [&]<class Op>() {
    if constexpr (!is_sum<Op>) {
      if (run_by_shortcut<Op>(c, first, last)) return;
      element_functions const *const *const types = find_functions<Op>(c.dtypes);
      for_each_row(c.cols, first, last,
                   [&](std::size_t row, std::size_t begin, std::size_t end) { run_row<Op>(c, types, row, begin, end); });
    }
  });
}

void sum_tiles(call const &c, std::size_t first, std::size_t last, double *sums) {
  visit_op(c, [&]<class Op>() {
    if constexpr (reduction_of<Op> == reduction_kind::sum_all) {
      element_functions const *const *const types = find_functions<Op>(c.dtypes);
      for (std::size_t i = first; i < last; ++i) sums[i] = sum_elements<Op>(c, types, i);
    }
  });
  visit(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (reduction_of<Op> == reduction_kind::sum_rows) {
      for (std::size_t i = first; i < last; ++i)
        for (std::size_t column = 0; column < c.cols; ++column)
          sums[i * c.cols + column] =
              sum_column(c.rows, i, [&](std::size_t row) { return column_term<Op, ArrayTypes>(c.operands, c.given, row, column); });
    }
  });
}

void sum_sums(double const *sums, std::size_t n, std::size_t first, std::size_t last, double *next) {
  double terms[tile];
  for (std::size_t i = first; i < last; ++i) {
    for (std::size_t k = 0; k < tile; ++k) terms[k] = i * tile + k < n ? sums[i * tile + k] : 0;
    next[i] = sum_tile(terms);
  }
}

void sum_column_sums(double const *sums, std::size_t n, std::size_t cols, std::size_t first, std::size_t last, double *next) {
  for (std::size_t i = first; i < last; ++i)
    for (std::size_t column = 0; column < cols; ++column)
      next[i * cols + column] = sum_column(n, i, [&](std::size_t row) { return f64(sums[row * cols + column]); });
}

void finish(call const &c, double const *sums, std::size_t n) {
  visit_op(c, [&]<class Op>() {
    if constexpr (is_sum<Op>) {
      constexpr int result = Op::in::size + Op::out::size - 1;
      element_functions const &type = *find_functions<Op>(c.dtypes)[result];
      for (std::size_t i = 0; i < n; ++i) {
        double const quotient = sums[i] / c.given.divisor;
        type.narrow(&quotient, static_cast<char *>(c.operands[result].data) + i * static_cast<std::size_t>(type.size), 1, 1);
      }
    }
  });
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
