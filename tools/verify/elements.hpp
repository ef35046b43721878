// SPDX-License-Identifier: Apache-2.0
// Elements of a row's operands in host memory, and the library's results for them.
#pragma once
#include <bit>
#include <cstring>
#include <vector>

#include "tools/verify/rows.hpp"

enum class place { cpu, cuda };

/// The number that bits stand for: decode() of tests/dtype.hpp, quickly where the machine has the type.
inline double value_of(dtype_traits const &t, std::uint64_t bits) {
  if (t.size == 8) return std::bit_cast<double>(bits);
  if (t.size == 4) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  return decode(t, bits);
}

class elements {
 public:
  elements(row const &r, std::size_t n);
  elements(elements &&) = default;
  elements &operator=(elements &&) = default;

  std::size_t size() const { return n_; }
  std::uint64_t input(int operand, std::size_t i) const { return get(operand, i); }
  std::uint64_t result(int operand, std::size_t i) const { return get(row_->inputs + operand, i); }
  void set_input(int operand, std::size_t i, std::uint64_t bits) { std::memcpy(at(operand, i), &bits, row_->type->size); }

  /// Computes the results; on CUDA by way of device memory. Throws where the library fails.
  void run(place where);
  /// The number of elements whose results are not those of `other`, and the first of them.
  std::size_t differences(elements const &other, std::size_t &first) const;

 private:
  unsigned char *at(int operand, std::size_t i) { return operands_[static_cast<std::size_t>(operand)] + i * row_->type->size; }
  std::uint64_t get(int operand, std::size_t i) const {
    unsigned char const *const from = operands_[static_cast<std::size_t>(operand)] + i * row_->type->size;
    switch (row_->type->size) {  // a memcpy of a size known to the compiler is one load
      case 1: return *from;
      case 2: return load<std::uint16_t>(from);
      case 4: return load<std::uint32_t>(from);
      default: return load<std::uint64_t>(from);
    }
  }
  template <class Bits>
  static std::uint64_t load(unsigned char const *from) {
    Bits bits;
    std::memcpy(&bits, from, sizeof bits);
    return bits;
  }

  row const *row_;
  std::size_t n_;
  std::vector<std::vector<unsigned char>> arrays_;
  std::vector<unsigned char *> operands_;  // where each begins
};
