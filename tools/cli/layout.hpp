// SPDX-License-Identifier: Apache-2.0
// Where the elements of an operation lie in its arrays, and how they are cut into chunks.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "cusigmoid/cusigmoid.h"
#include "tools/cli/npy.hpp"

namespace cli {

/// Some columns of some rows: either all columns, or one row.
struct chunk {
  std::uint64_t row, rows, col, cols;
};

/// The arrays of an operation over rows of elements: of an array of shape (..., cols), or (..., parts·cols), the last axis is a row.
class layout {
 public:
  /// By the shape of the first array. Throws std::runtime_error where its last axis is no multiple of its parts.
  layout(cusigmoid_array_info const &first, npy_shape const &shape);

  /// The shape that an array must have; that of a scalar, any of one element, is (1,).
  npy_shape shape_of(cusigmoid_array_info const &array) const;

  /// Cuts into chunks of at most that many elements, if that is one at least. `has_rows`: whether rows must be told apart, since an array
  /// is packed or serves every row.
  void cut(bool has_rows, std::uint64_t elements_per_chunk);
  std::uint64_t chunks() const { return chunks_; }
  chunk chunk_at(std::uint64_t index) const;

  /// Calls f(first, count) for each run of elements that an array has in a chunk, `first` counting from the array's own first, in the
  /// order in which cusigmoid_run wants them one after the other.
  template <class F>
  void for_each_run(cusigmoid_array_info const &array, chunk const &c, F &&f) const {
    std::uint64_t const parts = static_cast<std::uint64_t>(array.parts);
    bool const every_row = array.role == CUSIGMOID_ROW, in_parts = every_row || array.role == CUSIGMOID_PACKED;
    if (array.role == CUSIGMOID_SCALAR) {
      f(std::uint64_t{0}, std::uint64_t{1});
    } else if (!in_parts || c.cols == cols_) {
      f((every_row ? 0 : c.row * cols_ + c.col) * parts, (every_row ? 1 : c.rows) * c.cols * parts);
    } else {
      std::uint64_t const row = every_row ? 0 : c.row * cols_ * parts;
      for (std::uint64_t part = 0; part < parts; ++part) f(row + part * cols_ + c.col, c.cols);
    }
  }
  /// The elements of all those runs.
  static std::uint64_t elements_in(cusigmoid_array_info const &array, chunk const &c);
  /// An array in memory with those elements.
  static cusigmoid_array matrix(cusigmoid_array_info const &array, chunk const &c, int dtype, void *data);

 private:
  npy_shape outer_;                             // all axes but the last
  std::uint64_t last_;                          // the last, in elements of the operation
  std::uint64_t rows_ = 1, cols_, chunks_ = 0;  // as they are cut
  std::uint64_t per_chunk_ = 0;                 // rows of a chunk, or columns
  bool is_wide_ = false;                        // a chunk is a part of a row
};

}  // namespace cli
