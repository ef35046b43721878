// SPDX-License-Identifier: Apache-2.0
// Sums over the rows, one for each column: a tree that the number of rows alone determines.
//
// Rows are added in tiles of 128 to one partial sum each, partial sums likewise, until one is left. Within a tile thread t of 8 has the
// rows 8·j + t, adds them as a binary tree over j, and the threads' sums are added as a binary tree over t. A row that does not exist
// counts as 0.
#pragma once
#include "cuda/reduction.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

constexpr int column_threads = 8, rows_of_thread = 16, tile_rows = column_threads * rows_of_thread;
/// Columns of a block.
constexpr int block_columns = tile_threads / column_threads;

constexpr std::size_t row_tiles_of(std::size_t rows) { return rows == 0 ? 1 : rows / tile_rows + (rows % tile_rows != 0); }

/// Bytes of partial sums: a double a column and tile of each level but the last.
constexpr std::size_t column_workspace_bytes(std::size_t rows, std::size_t cols) {
  std::size_t partials = 0;
  for (std::size_t sums = row_tiles_of(rows); sums > 1; sums = row_tiles_of(sums)) partials += sums;
  return partials * cols * sizeof(double);
}

/// The sum of the terms that thread t of a tile has of a column; term(row) gives one.
template <class Term>
CUSIGMOID_FN f64 column_thread_sum(std::size_t rows, std::size_t tile_index, int t, Term &&term) {
  f64 s[rows_of_thread];
  CUSIGMOID_UNROLL
  for (int j = 0; j < rows_of_thread; ++j) {
    std::size_t const row = tile_index * tile_rows + static_cast<std::size_t>(j * column_threads + t);
    s[j] = row < rows ? term(row) : f64(0.0);
  }
  CUSIGMOID_UNROLL
  for (int step = 1; step < rows_of_thread; step *= 2) {
    CUSIGMOID_UNROLL
    for (int j = 0; j + step < rows_of_thread; j += 2 * step) s[j] = s[j] + s[j + step];
  }
  return s[0];
}

/// The tree over the threads of a column; at(t) is where the sum of thread t is, and at(0) is left with the total.
template <class At>
CUSIGMOID_FN void add_column_threads(At &&at) {
  for (int step = 1; step < column_threads; step *= 2)
    for (int t = 0; t < column_threads; t += 2 * step) at(t) = at(t) + at(t + step);
}

/// The term of Op at a row and column, whose other results it stores.
template <class Op, class ArrayTypes>
CUSIGMOID_FN f64 column_term(operand const *operands, parameters const &given, std::size_t row, std::size_t column) {
  using types = operand_types<Op, ArrayTypes>;
  auto const result = evaluate_loaded<Op, ArrayTypes>(given, [&](auto i) {
    using T = typename types::template type<i.value>;
    static_assert(!types::template role<i.value>::is_optional && types::template role<i.value>::layout != layout::scalar);
    operand const &o = operands[i.value];
    return static_cast<T const *>(o.data)[row * o.leading_dimension + column];
  });
  for_each_constant<types::outputs - 1>([&](auto i) {
    constexpr int k = types::inputs + i.value;
    using T = typename types::template type<k>;
    operand const &o = operands[k];
    static_cast<T *>(o.data)[row * o.leading_dimension + column] = element<T>::narrow(result.value[i.value]);
  });
  return result.value[types::outputs - 1];
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
