// SPDX-License-Identifier: Apache-2.0
#include "host/cpu/backend.hpp"

#include <omp.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "cuda/column_sums.hpp"
#include "host/cpu/parallel.hpp"
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

/// Of one cache: sysconf may tell the sum of all that the machine has.
std::size_t cache_size(char const *cache, std::size_t usual_kibibytes) {
  std::size_t kibibytes;
  std::ifstream file(std::string("/sys/devices/system/cpu/cpu0/cache/") + cache + "/size");
  return (file >> kibibytes ? kibibytes : usual_kibibytes) << 10;
}

}  // namespace

instruction_set const *chosen() {
  static choice const c = choose();
  if (!c.isa)
    fail(CUSIGMOID_INVALID_ARGUMENT, "CUSIGMOID_ISA is %s: this %s", c.asked,
         // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): without a name that was asked for, there is one
         std::ranges::any_of(instruction_sets(), [](auto const &isa) { return std::strcmp(isa.name, c.asked) == 0; })
             ? "machine does not have that instruction set"
             : "library does not know that instruction set");
  return c.isa;
}

cache_sizes &caches() {
  static cache_sizes sizes = {cache_size("index0", 32), cache_size("index3", 32 << 10)};
  return sizes;
}

void run(instruction_set const &isa, call const &c, summation sum, int threads) {
  std::size_t const n = c.rows * c.cols;
  std::size_t const useful = std::max<std::size_t>(1, n / elements_per_thread);
  auto const available = [&] { return static_cast<std::size_t>(threads > 0 ? threads : omp_get_max_threads()); };
  int const count = useful == 1 ? 1 : static_cast<int>(std::min(useful, available()));
  if (sum == summation::none) {
    constexpr std::size_t grain = 1024;  // whole cache lines, but for where an array begins
    parallel(n, grain, count, [&](std::size_t first, std::size_t last) { isa.run_elements(c, first, last); });
    return;
  }
  tile_sums sums(c, sum);
  parallel(sums.tiles(), 1, count, [&](std::size_t first, std::size_t last) { isa.sum_tiles(c, first, last, sums.data()); });
  sums.finish(isa, c);
}

tile_sums::tile_sums(call const &c, summation sum)
    : columns_(sum == summation::of_columns),
      width_(columns_ ? c.cols : 1),
      sums_(tiles_of(columns_ ? c.rows : c.rows * c.cols) * width_) {}

std::size_t tile_sums::tiles_of(std::size_t terms) const { return columns_ ? row_tiles_of(terms) : engine::tiles_of(terms); }

void tile_sums::finish(instruction_set const &isa, call const &c) {
  default_environment const environment;
  for (std::size_t n = tiles(); n > 1; n = tiles()) {
    std::size_t const fewer = tiles_of(n);
    std::vector<double> next(fewer * width_);
    if (columns_)
      isa.sum_column_sums(sums_.data(), n, width_, 0, fewer, next.data());
    else
      isa.sum_sums(sums_.data(), n, 0, fewer, next.data());
    sums_ = std::move(next);
  }
  isa.finish(c, sums_.data(), width_);
}

cusigmoid_status run(call const &c, summation sum, int threads) {
  instruction_set const *const isa = chosen();
  if (!isa) return CUSIGMOID_INVALID_ARGUMENT;
  run(*isa, c, sum, threads);
  return CUSIGMOID_SUCCESS;
}

}  // namespace cusigmoid::engine::cpu_backend
