// SPDX-License-Identifier: Apache-2.0
// A page of memory between two that cannot be touched, and which of its bytes an array has.
#pragma once
#include <sys/mman.h>

#include <bitset>
#include <cstddef>
#include <cstring>

#include "cusigmoid/cusigmoid.h"
#include "tests/fuzz/require.hpp"

class arena {
 public:
  static constexpr std::size_t bytes = 4096;
  using set = std::bitset<bytes>;

  arena() {
    void *const pages = mmap(nullptr, 3 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(pages != MAP_FAILED, "three pages");
    begin_ = static_cast<unsigned char *>(pages) + bytes;
    require(mprotect(begin_, bytes, PROT_READ | PROT_WRITE) == 0, "one of them to be written");
    for (std::size_t i = 0; i < bytes; ++i) begin_[i] = static_cast<unsigned char>(i * 37 >> 3);  // numbers of all types
  }

  void *at(std::size_t offset) const { return begin_ + offset; }
  bool holds(void const *data, std::size_t size) const {
    auto const *const first = static_cast<unsigned char const *>(data);
    return first >= begin_ && first <= begin_ + bytes && size <= static_cast<std::size_t>(begin_ + bytes - first);
  }
  set bytes_of(cusigmoid_array const &a) const {
    set found;
    if (!a.rows || !a.cols) return found;
    std::size_t const size = cusigmoid_dtype_size(a.dtype);
    auto const first = static_cast<std::size_t>(static_cast<unsigned char const *>(a.data) - begin_);
    for (std::size_t row = 0; row < a.rows; ++row)
      for (std::size_t i = 0; i < a.cols * size; ++i) found.set(first + row * a.leading_dimension * size + i);
    return found;
  }

  /// What it held
  class snapshot {
   public:
    explicit snapshot(arena const &of) : of_(of) { std::memcpy(held_, of.begin_, bytes); }
    bool same_but_for(set const &written) const {
      if (std::memcmp(held_, of_.begin_, bytes) == 0) return true;
      for (std::size_t i = 0; i < bytes; ++i)
        if (held_[i] != of_.begin_[i] && !written[i]) return false;
      return true;
    }
    void restore(arena &to) const { std::memcpy(to.begin_, held_, bytes); }

   private:
    arena const &of_;
    unsigned char held_[bytes];
  };

 private:
  unsigned char *begin_;
};
