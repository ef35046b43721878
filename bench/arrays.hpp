// SPDX-License-Identifier: Apache-2.0
// Arrays of random elements on the device.
#pragma once
#include <cstddef>

#include "bench/elements.hpp"
#include "bench/stopwatch.hpp"

namespace bench {

/// How many arrays, of as many bytes together as a call moves, the calls take in turn: what a call works on has left the L2 cache, with
/// more than three times its size in between.
std::size_t turns(std::size_t bytes);

/// An array for each turn.
class array_in_turn {
 public:
  array_in_turn(std::size_t bytes, std::size_t turns, cudaStream_t stream)
      : stride_((bytes + 255) / 256 * 256), turns_(turns), all_(turns * stride_, stream) {}
  /// Null where the array has no bytes.
  unsigned char *of_call(std::size_t i) { return stride_ ? all_.data() + i % turns_ * stride_ : nullptr; }
  memory &all() { return all_; }

 private:
  std::size_t stride_, turns_;  // aligned as if allocated
  memory all_;
};

/// Random elements; of two inputs of a call not the same.
void fill(memory &to, int dtype, range from = range::any, std::size_t input = 0);

}  // namespace bench
