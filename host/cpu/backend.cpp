// SPDX-License-Identifier: Apache-2.0
#include "host/cpu/backend.hpp"

#include <omp.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <vector>

#include "cuda/column_sums.hpp"
#include "cuda/environment.hpp"
#include "host/error.hpp"

// The functions of instruction_set.cpp in the namespaces it was compiled for.
#define CUSIGMOID_DECLARE(target)                                                                     \
  namespace cusigmoid::engine::target {                                                               \
  void run_elements(call const &, std::size_t, std::size_t);                                          \
  void sum_tiles(call const &, std::size_t, std::size_t, double *);                                   \
  void sum_sums(double const *, std::size_t, std::size_t, std::size_t, double *);                     \
  void sum_column_sums(double const *, std::size_t, std::size_t, std::size_t, std::size_t, double *); \
  void finish(call const &, double const *, std::size_t);                                             \
  }
#define CUSIGMOID_ENTRY(name, target, condition) \
  {name,                                         \
   [] { return static_cast<bool>(condition); },  \
   target::run_elements,                         \
   target::sum_tiles,                            \
   target::sum_sums,                             \
   target::sum_column_sums,                      \
   target::finish}

#if defined(CUSIGMOID_DISPATCH)
CUSIGMOID_DECLARE(x86_64)
CUSIGMOID_DECLARE(x86_64_v3)
CUSIGMOID_DECLARE(x86_64_v4)
#else
CUSIGMOID_DECLARE(generic)
#endif

namespace cusigmoid::engine::cpu_backend {

std::span<instruction_set const> instruction_sets() {
  static constexpr instruction_set all[] = {
#if defined(CUSIGMOID_DISPATCH)
      CUSIGMOID_ENTRY("x86-64", x86_64, true),
      CUSIGMOID_ENTRY("x86-64-v3", x86_64_v3, __builtin_cpu_supports("x86-64-v3")),
      CUSIGMOID_ENTRY("x86-64-v4", x86_64_v4, __builtin_cpu_supports("x86-64-v4")),
#else
      CUSIGMOID_ENTRY("generic", generic, true),
#endif
  };
  return all;
}

namespace {

/// Elements below which a further thread costs more than it saves.
constexpr std::size_t elements_per_thread = 1 << 14;

struct choice {
  instruction_set const *isa;  // null: the environment asks for what is not there
  char const *asked;
};

choice choose() {
  char const *const asked = std::getenv("CUSIGMOID_ISA");
  if (!asked || !*asked) {
    instruction_set const *best = nullptr;
    for (auto const &isa : instruction_sets())
      if (isa.supported()) best = &isa;
    return {best, nullptr};
  }
  for (auto const &isa : instruction_sets())
    if (std::strcmp(isa.name, asked) == 0 && isa.supported()) return {&isa, asked};
  return {nullptr, asked};
}

/// Whether this process was forked from one that had already run on threads: OpenMP's pool did not come along, and would be waited for.
bool forked_after_threads() {
  static std::atomic<bool> forked{false};
  static bool const registered = pthread_atfork(nullptr, nullptr, [] { forked = true; }) == 0;
  return registered && forked;
}

/// Calls body(first, last) for parts of [0, n), in parallel; a part boundary is a multiple of `grain`.
template <class Body>
void parallel(std::size_t n, std::size_t grain, int threads, Body &&body) {
  std::size_t const pieces = n / grain + (n % grain != 0);
  if (threads <= 1 || pieces <= 1 || forked_after_threads()) {
    default_environment const environment;
    body(std::size_t{0}, n);
    return;
  }
#pragma omp parallel num_threads(threads)
  {
    default_environment const environment;
    std::size_t const count = static_cast<std::size_t>(omp_get_num_threads()), mine = static_cast<std::size_t>(omp_get_thread_num());
    std::size_t const first = pieces / count * mine + std::min(mine, pieces % count), size = pieces / count + (mine < pieces % count);
    if (size) body(first * grain, std::min(n, (first + size) * grain));
  }
}

}  // namespace

instruction_set const *chosen() {
  static choice const c = choose();
  if (!c.isa)
    fail(CUSIGMOID_INVALID_ARGUMENT, "CUSIGMOID_ISA is %s: this %s", c.asked,
         std::ranges::any_of(instruction_sets(), [](auto const &isa) { return std::strcmp(isa.name, c.asked) == 0; })
             ? "machine does not have that instruction set"
             : "library does not know that instruction set");
  return c.isa;
}

std::size_t last_level_cache() {
  // of one cache; sysconf may tell the sum of all that the machine has
  static std::size_t const kibibytes = [] {
    std::size_t size = 0;
    return std::ifstream("/sys/devices/system/cpu/cpu0/cache/index3/size") >> size ? size : std::size_t{32} << 10;
  }();
  return kibibytes << 10;
}

void run(instruction_set const &isa, call const &c, summation sum, int threads) {
  std::size_t const n = c.rows * c.cols;
  std::size_t const useful = std::max<std::size_t>(1, n / elements_per_thread);
  int const available = threads > 0 ? threads : omp_get_max_threads();
  int const count = static_cast<int>(std::min<std::size_t>(useful, static_cast<std::size_t>(available)));
  if (sum == summation::none) {
    constexpr std::size_t grain = 1024;  // whole cache lines, but for where an array begins
    parallel(n, grain, count, [&](std::size_t first, std::size_t last) { isa.run_elements(c, first, last); });
    return;
  }
  bool const columns = sum == summation::of_columns;
  auto const tiles = [&](std::size_t terms) { return columns ? row_tiles_of(terms) : tiles_of(terms); };
  std::size_t const width = columns ? c.cols : 1;  // sums of a tile
  std::size_t left = tiles(columns ? c.rows : n);
  std::vector<double> sums(left * width);
  parallel(left, 1, count, [&](std::size_t first, std::size_t last) { isa.sum_tiles(c, first, last, sums.data()); });
  default_environment const environment;
  while (left > 1) {
    std::size_t const fewer = tiles(left);
    std::vector<double> next(fewer * width);
    if (columns)
      isa.sum_column_sums(sums.data(), left, width, 0, fewer, next.data());
    else
      isa.sum_sums(sums.data(), left, 0, fewer, next.data());
    sums = std::move(next);
    left = fewer;
  }
  isa.finish(c, sums.data(), width);
}

cusigmoid_status run(call const &c, summation sum, int threads) {
  instruction_set const *const isa = chosen();
  if (!isa) return CUSIGMOID_INVALID_ARGUMENT;
  run(*isa, c, sum, threads);
  return CUSIGMOID_SUCCESS;
}

}  // namespace cusigmoid::engine::cpu_backend
