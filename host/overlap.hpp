// SPDX-License-Identifier: Apache-2.0
// Whether two strided matrices share a byte.
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>

namespace cusigmoid::engine {

/// rows runs of `width` bytes, one every `stride` bytes (width ≤ stride).
struct byte_matrix {
  std::uintptr_t address;
  std::size_t rows, width, stride;
  std::uintptr_t end() const { return address + (rows - 1) * stride + width; }
};

/// Exact where the strides are equal, so that two groups of columns of one matrix do not overlap; else whether the spans from the first
/// byte to the last do.
inline bool overlap(byte_matrix a, byte_matrix b) {
  if (a.address > b.address) std::swap(a, b);
  if (b.address >= a.end()) return false;
  if (a.rows == 1) a.stride = b.stride;
  if (b.rows == 1) b.stride = a.stride;
  if (a.stride != b.stride || a.width > a.stride || b.width > b.stride || a.stride == 0) return true;
  // b begins in a's row q, at column r; its row j meets a's row j + q, and where it runs past the stride also a's row j + q + 1.
  std::size_t const q = (b.address - a.address) / a.stride, r = (b.address - a.address) % a.stride;
  return (r < a.width && q < a.rows) || (r + b.width > a.stride && q + 1 < a.rows);
}

}  // namespace cusigmoid::engine
