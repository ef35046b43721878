// SPDX-License-Identifier: Apache-2.0
// Makes tests/hard_cases.inc: of each function of one fp32 number the inputs whose results lie closest to the middle between two floats,
// with the correctly rounded results. usage: hard_cases > tests/hard_cases.inc
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "tools/verify/rounding.hpp"

namespace {

constexpr std::size_t kept = 96;

struct hard_case {
  long double distance;  // from the middle, in ulp
  std::uint32_t input;
  bool operator<(hard_case const &other) const { return distance < other.distance; }
};

void keep_hardest(std::vector<hard_case> &cases) {
  std::size_t const n = std::min(kept, cases.size());
  std::nth_element(cases.begin(), cases.begin() + static_cast<std::ptrdiff_t>(n) - 1, cases.end());
  cases.resize(n);
}

long double distance_from_a_middle(long double y) {
  int const exponent = std::max(std::ilogb(y), -126);
  long double const in_ulps = std::scalbn(std::fabs(y), 23 - exponent);
  return std::fabs(in_ulps - std::floor(in_ulps) - 0.5L);
}

std::vector<hard_case> hardest(oracle::function const &f) {
  std::vector<hard_case> all;
#pragma omp parallel
  {
    std::vector<hard_case> mine;
#pragma omp for schedule(dynamic)
    for (std::uint64_t block = 0; block < 1 << 16; ++block)
      for (std::uint64_t i = block << 16; i < (block + 1) << 16; ++i) {
        auto const input = static_cast<std::uint32_t>(i);
        float x;
        std::memcpy(&x, &input, sizeof x);
        if (!(std::fabs(x) >= 0x1p-11f && std::fabs(x) < 120))
          continue;  // next to 0 there are thousands of near ties, and a rule of their own
        long double const distance = distance_from_a_middle(f.fast(x));
        if (mine.size() > kept && distance > mine[kept - 1].distance) continue;
        mine.push_back({distance, input});
        if (mine.size() >= 4 * kept) {
          keep_hardest(mine);
          std::sort(mine.begin(), mine.end());
        }
      }
#pragma omp critical
    all.insert(all.end(), mine.begin(), mine.end());
  }
  keep_hardest(all);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

int main() {
  auto const &type = traits(CUSIGMOID_FLOAT32);
  for (auto const &result : oracle::results()) {
    if (!result.factors.empty()) continue;
    for (auto const &c : hardest(*result.f)) {
      std::uint64_t const y = oracle::round_exactly(*result.f, type, decode(type, c.input), 1);
      std::printf("{\"%s\", 0x%08x, 0x%08llx},  // %.1Le ulp from the middle\n", result.op, c.input, static_cast<unsigned long long>(y),
                  c.distance);
    }
  }
}
