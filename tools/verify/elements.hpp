// SPDX-License-Identifier: Apache-2.0
// Elements of a row's operands in host memory, and the library's results for them.
#pragma once
#include <bit>
#include <cstring>
#include <vector>

#include "tools/verify/rows.hpp"

enum class place { cpu, cuda };

/// The numbers that all elements of a type of 16 bits or fewer stand for.
inline std::vector<double> values_of(dtype_traits const &t) {
  std::vector<double> values;
  for (std::uint64_t bits = 0; t.bits() <= 16 && bits < std::uint64_t{1} << t.bits(); ++bits) values.push_back(decode(t, bits));
  return values;
}
inline std::vector<double> const small_values[] = {values_of(traits(0)), values_of(traits(1)), values_of(traits(2)),
                                                   values_of(traits(3)), values_of(traits(4)), values_of(traits(5))};

/// The number that bits stand for: decode() of tests/dtype.hpp, quickly.
inline double value_of(dtype_traits const &t, std::uint64_t bits) {
  if (t.size == 8) return std::bit_cast<double>(bits);
  if (t.size == 4) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  return small_values[t.dtype][bits];
}

class elements {
 public:
  elements(row const &r, std::size_t n);
  elements(elements &&) = default;
  elements &operator=(elements &&) = default;

  std::size_t size() const { return n_; }
  std::uint64_t input(int operand, std::size_t i) const { return get(operand, i); }
  std::uint64_t result(int operand, std::size_t i) const { return get(row_->inputs + operand, i); }
  void set_input(int operand, std::size_t i, std::uint64_t bits) { std::memcpy(at(operand, i), &bits, row_->in->size); }

  /// Computes the results; on CUDA by way of device memory. Throws where the library fails.
  void run(place where);
  /// The number of elements whose results are not those of `other`, and the first of them.
  std::size_t differences(elements const &other, std::size_t &first) const;

 private:
  unsigned char *at(int operand, std::size_t i) const {
    return operands_[static_cast<std::size_t>(operand)] + i * row_->type_of(operand).size;
  }
  std::uint64_t get(int operand, std::size_t i) const {
    unsigned char const *const from = at(operand, i);
    switch (row_->type_of(operand).size) {  // a memcpy of a size known to the compiler is one load
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
