// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/layout.hpp"

#include <algorithm>
#include <stdexcept>

namespace cli {

layout::layout(cusigmoid_array_info const &first, npy_shape const &shape) : outer_(shape.begin(), shape.end() - 1) {
  std::uint64_t const parts = static_cast<std::uint64_t>(first.parts);
  if (shape.back() % parts)
    throw std::runtime_error("shape " + npy_shape_text(shape) + ": the last axis holds " + std::to_string(parts) +
                             " parts, but is no multiple of that");
  last_ = cols_ = shape.back() / parts;
  for (std::uint64_t const axis : outer_) rows_ *= axis;  // npy_elements has seen that it is no overflow, but for empty arrays
}

npy_shape layout::shape_of(cusigmoid_array_info const &array) const {
  std::uint64_t width;
  if (array.role == CUSIGMOID_SCALAR) return {1};
  if (__builtin_mul_overflow(last_, static_cast<std::uint64_t>(array.parts), &width))
    throw std::runtime_error(std::string(array.name) + " of " + std::to_string(array.parts) + "·" + std::to_string(cols_) +
                             " columns overflows");
  if (array.role == CUSIGMOID_ROW) return {width};
  npy_shape shape = outer_;
  shape.push_back(width);
  return shape;
}

void layout::cut(bool has_rows, std::uint64_t elements_per_chunk) {
  if (rows_ == 0 || cols_ == 0) return;
  if (!has_rows) {
    cols_ *= rows_;
    rows_ = 1;
  }
  std::uint64_t const most = std::max<std::uint64_t>(elements_per_chunk, 1);
  is_wide_ = cols_ > most;
  per_chunk_ = is_wide_ ? most : most / cols_;
  std::uint64_t const whole = is_wide_ ? cols_ : rows_;
  chunks_ = (whole / per_chunk_ + (whole % per_chunk_ != 0)) * (is_wide_ ? rows_ : 1);
}

chunk layout::chunk_at(std::uint64_t index) const {
  if (!is_wide_) {
    std::uint64_t const row = index * per_chunk_;
    return {row, std::min(per_chunk_, rows_ - row), 0, cols_};
  }
  std::uint64_t const of_row = chunks_ / rows_, col = index % of_row * per_chunk_;
  return {index / of_row, 1, col, std::min(per_chunk_, cols_ - col)};
}

std::uint64_t layout::elements_in(cusigmoid_array_info const &array, chunk const &c) {
  if (array.role == CUSIGMOID_SCALAR) return 1;
  return (array.role == CUSIGMOID_ROW ? 1 : c.rows) * c.cols * static_cast<std::uint64_t>(array.parts);
}

cusigmoid_array layout::matrix(cusigmoid_array_info const &array, chunk const &c, int dtype, void *data) {
  std::uint64_t const rows = array.role == CUSIGMOID_SCALAR || array.role == CUSIGMOID_ROW ? 1 : c.rows;
  std::uint64_t const cols = elements_in(array, c) / rows;
  return cusigmoid_matrix(static_cast<cusigmoid_dtype>(dtype), data, rows, cols, cols);
}

}  // namespace cli
