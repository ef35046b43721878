// SPDX-License-Identifier: Apache-2.0
#include "bench/arrays.hpp"

namespace bench {

std::size_t turns(std::size_t bytes) {
  int device = 0, l2 = 0;
  check(cudaGetDevice(&device));
  check(cudaDeviceGetAttribute(&l2, cudaDevAttrL2CacheSize, device));
  return 3 * static_cast<std::size_t>(l2) / bytes + 2;
}

/// The pattern over and over, from somewhere in its first half on.
void fill(memory &to, int dtype, range from, std::size_t input) {
  auto const &pattern = elements_of(dtype, from);
  std::size_t const half = pattern.size() / 2;
  std::size_t filled = std::min(half, to.size());
  check(cudaMemcpyAsync(to.data(), pattern.data() + half / 8 * (input % 8), filled, cudaMemcpyHostToDevice, to.stream()));
  for (std::size_t n; filled < to.size(); filled += n) {
    n = std::min(filled, to.size() - filled);
    check(cudaMemcpyAsync(to.data() + filled, to.data(), n, cudaMemcpyDeviceToDevice, to.stream()));
  }
}

}  // namespace bench
