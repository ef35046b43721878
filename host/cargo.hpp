// SPDX-License-Identifier: Apache-2.0
// How a call on host arrays is cut into chunks: what of it goes to a device together, and how much.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include "cuda/column_sums.hpp"
#include "host/op_info.hpp"

namespace cusigmoid::engine {

/// A part of a call's arrays that travels as one: an operand, or all parts of an interleaved array.
struct cargo {
  enum class kind { elements, row, one, sums };  // of each element; of each column; of the call; of each tile
  kind what;
  bool in, out;
  char const *name;        // of its array
  int first, parts;        // operands
  std::size_t size, unit;  // bytes of an element, and of a column
  operand host;
  bool in_pinned_memory = false, contiguous = false;  // all of it; row after row

  bool needs_no_staging() const { return what == kind::elements && in_pinned_memory && contiguous; }
  char *at(std::size_t row, std::size_t column) const {
    return static_cast<char *>(host.data) + row * host.leading_dimension * size + column * unit;
  }
};

/// Where terms are added row by row whatever the columns, a row that serves every row goes along with each.
inline cargo::kind kind_of(int role, summation sum) {
  switch (role) {
    case CUSIGMOID_ROW: return sum == summation::of_all ? cargo::kind::elements : cargo::kind::row;
    case CUSIGMOID_SCALAR:
    case CUSIGMOID_LARGEST: return cargo::kind::one;
    case CUSIGMOID_SUM_ALL:
    case CUSIGMOID_SUM_ROWS: return cargo::kind::sums;
    default: return cargo::kind::elements;
  }
}

/// All of a call but the inputs that are left out.
inline std::vector<cargo> cargoes_of(op_info const &op, call const &c) {
  std::vector<cargo> all;
  int const arrays = op.inputs + op.outputs;
  for (int i = 0, next = 0; i < arrays; next += op.arrays[i++].parts) {
    cusigmoid_array_info const &array = op.arrays[i];
    if (i < op.inputs && !c.operands[next].data) continue;
    std::size_t const size = find_dtype(op.dtypes[c.dtypes * arrays + i])->size;
    int const together = array.role == CUSIGMOID_INTERLEAVED ? array.parts : 1;
    bool const in = i < op.inputs || array.role == CUSIGMOID_LARGEST;
    for (int part = next; part < next + array.parts; part += together)
      all.push_back({kind_of(array.role, op.sum()), in, i >= op.inputs, array.name, part, together, size,
                     size * static_cast<std::size_t>(together), c.operands[part]});
  }
  return all;
}

/// Columns that are computed together, and what of them makes a chunk: rows, or, where all terms are added up, a number of these.
struct chunk_sizes {
  std::size_t cols, amount;
};

constexpr std::size_t cargo_alignment = 256;  // as of device memory

/// Chunks that have room in so many bytes, which are at least those of a tile. Rows that are added up are cut between tiles, too.
inline chunk_sizes sizes_of_chunks(std::vector<cargo> const &cargoes, call const &c, summation sum, std::size_t bytes) {
  std::size_t of_element = 0, of_column = 0;
  for (cargo const &one : cargoes) {
    if (one.what == cargo::kind::elements) of_element += one.unit;
    if (one.what == cargo::kind::row) of_column += one.unit;
    if (one.what == cargo::kind::sums) of_element += 1, of_column += sizeof(double);  // more than the sums of tiles take
  }
  std::size_t const room = bytes - cargoes.size() * cargo_alignment;
  if (sum == summation::of_all) return {c.cols, room / of_element / tile * tile};
  bool const by_tiles = sum == summation::of_columns && c.rows > tile_rows;
  std::size_t const grain = by_tiles ? tile_rows : sum == summation::of_columns ? c.rows : 1;  // rows
  // NOLINTNEXTLINE(clang-analyzer-core.DivideZero): an operation with a sum of columns has elements, too
  std::size_t const cols = std::min(c.cols, room / (of_column + grain * of_element));
  std::size_t const rows = (room - cols * of_column) / (cols * of_element);
  return {cols, by_tiles ? rows / tile_rows * tile_rows : rows};
}

/// What a cargo has of n elements, cols in a row.
inline std::size_t bytes_of(cargo const &c, summation sum, std::size_t n, std::size_t cols) {
  switch (c.what) {
    case cargo::kind::elements: return n * c.unit;
    case cargo::kind::row: return cols * c.unit;
    case cargo::kind::one: return c.unit;
    case cargo::kind::sums: break;
  }
  return (sum == summation::of_columns ? row_tiles_of(n / cols) * cols : tiles_of(n)) * sizeof(double);
}

/// The part of a call that computes `cols` of its columns, from `column` on; its cargoes follow it.
inline call columns_of(call c, std::vector<cargo> &cargoes, summation sum, std::size_t column, std::size_t cols) {
  for (cargo &one : cargoes) {
    one.host = c.operands[one.first];
    one.contiguous = c.rows == 1 || one.host.leading_dimension * one.size == cols * one.unit;
    if (one.what == cargo::kind::one || sum == summation::of_all) continue;
    one.host.data = static_cast<char *>(one.host.data) + column * (one.what == cargo::kind::sums ? one.size : one.unit);
    c.operands[one.first].data = one.host.data;
  }
  c.cols = cols;
  return c;
}

/// Calls f(in the host array, bytes from the chunk's begin, bytes) for elements [first, last) of a matrix, counted row by row, of a chunk
/// that begins at `begin`.
template <class F>
void for_each_run(cargo const &c, std::size_t cols, std::size_t begin, std::size_t first, std::size_t last, F &&f) {
  while (first < last) {
    std::size_t const row = first / cols, column = first % cols;
    std::size_t const n = c.contiguous ? last - first : std::min(last - first, cols - column);
    f(c.at(row, column), (first - begin) * c.unit, n * c.unit);
    first += n;
  }
}

}  // namespace cusigmoid::engine
