// SPDX-License-Identifier: Apache-2.0
// The CPU backend: shares a call out to threads, each of which runs code for the machine's instruction set.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "cuda/launch.hpp"
#include "cusigmoid/cusigmoid.h"
#include "host/op_info.hpp"

namespace cusigmoid::engine::cpu_backend {

/// The code of one instruction set (instruction_set.cpp, compiled once for each).
struct instruction_set {
  char const *name;
  bool (*supported)();
  /// Elements [first, last) of the call, counted row by row.
  void (*run_elements)(call const &c, std::size_t first, std::size_t last);
  /// The sums of tiles [first, last) of the call's terms, or of each of its columns.
  void (*sum_tiles)(call const &c, std::size_t first, std::size_t last, double *sums);
  /// The sums of n sums, [first, last) of their tiles, and the same of n sums of each column.
  void (*sum_sums)(double const *sums, std::size_t n, std::size_t first, std::size_t last, double *next);
  void (*sum_column_sums)(double const *sums, std::size_t n, std::size_t cols, std::size_t first, std::size_t last, double *next);
  /// Rounds the last sums to the call's n results.
  void (*finish)(call const &c, double const *sums, std::size_t n);
};

/// All this library was built with, the best last.
std::span<instruction_set const> instruction_sets();

/// The one in use: the best the machine has, or what the environment variable CUSIGMOID_ISA names; null, with the error set, where that
/// is unknown or the machine lacks it.
instruction_set const *chosen();

/// Bytes of a core's first cache for data, and of the last one before memory, where the system tells. Tests set others.
struct cache_sizes {
  std::size_t first_level, last_level;
};
cache_sizes &caches();

/// The sums of the tiles of a call's terms, or of each of its columns: the first level of their tree.
class tile_sums {
 public:
  tile_sums(call const &c, summation sum);
  std::size_t tiles() const { return sums_.size() / width_; }
  double *data() { return sums_.data(); }
  /// The other levels, and the call's results of them.
  void finish(instruction_set const &isa, call const &c);

 private:
  std::size_t tiles_of(std::size_t terms) const;

  bool columns_;
  std::size_t width_;  // sums of a tile
  std::vector<double> sums_;
};

/// Runs a checked call on at most that many threads (0: all the machine has). May throw std::bad_alloc.
cusigmoid_status run(call const &c, summation sum, int threads);
void run(instruction_set const &isa, call const &c, summation sum, int threads);

}  // namespace cusigmoid::engine::cpu_backend
