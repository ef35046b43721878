// SPDX-License-Identifier: Apache-2.0
// The header of NumPy's files (.npy): which type, shape and order the array after it has.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

using npy_shape = std::vector<std::uint64_t>;

struct npy_header {
  std::string descr;  // the element type as NumPy writes it: "<f4"
  npy_shape shape;
  std::uint64_t data_offset = 0;
};

/// So many bytes of a file hold any header that is read: NumPy's own take hundreds.
constexpr std::size_t npy_header_limit = 1 << 16;
/// As many as NumPy has.
constexpr std::size_t npy_axis_limit = 64;

/// The header that a file begins with, of format version 1, 2 or 3; `begin` is its first npy_header_limit bytes, or all. The array is
/// little-endian, in C order and has an axis; whatever is otherwise throws std::runtime_error, which says what was found.
npy_header parse_npy_header(std::string_view begin);

/// As numpy.save writes it, of version 1.0.
std::string format_npy_header(std::string_view descr, npy_shape const &shape);

/// How many elements there are; throws std::runtime_error where so many bytes are more than a file can have.
std::uint64_t npy_elements(npy_shape const &shape, std::uint64_t element_size);

/// "(2, 3)"
std::string npy_shape_text(npy_shape const &shape);

/// The dtype (cusigmoid_dtype) of a descr that says it, for which `named` is not looked at; of one that holds bits, as numpy.save writes
/// unsigned integers or ml_dtypes' types, `named`, if its size is right. Throws std::runtime_error for others; -1 stands for no name.
int npy_dtype(std::string_view descr, int named);
/// Whether the descr says it, and a name is not looked at.
bool npy_descr_says_dtype(std::string_view descr);
/// The descr of a dtype: of bfloat16 and fp8 the unsigned integer of its bits.
std::string npy_descr(int dtype);

}  // namespace cli
