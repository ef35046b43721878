// SPDX-License-Identifier: Apache-2.0
#include "bench/arrays.hpp"

#include <map>
#include <random>
#include <string>
#include <utility>

#include "cusigmoid/conversions.hpp"

namespace bench {
namespace {

std::vector<unsigned char> random_elements(int dtype, range in) {
  std::mt19937 random;
  std::uniform_real_distribution<double> uniform(in == range::half ? -0.5 : 0, in == range::half ? 0.5 : 1);
  std::normal_distribution<double> normal(0, 2);
  std::vector<unsigned char> bytes;
  auto const make = [&]<class T>(T) {
    if (static_cast<int>(cusigmoid::format<T>::id) != dtype) return;
    std::vector<T> elements(1 << 18);
    for (T &e : elements) e = cusigmoid::engine::element<T>::narrow(in == range::any ? normal(random) : uniform(random));
    auto const *const begin = reinterpret_cast<unsigned char const *>(elements.data());
    bytes.assign(begin, begin + elements.size() * sizeof(T));
  };
  [&]<class... T>(cusigmoid::engine::list<T...>) { (make(T{}), ...); }(cusigmoid::engine::element_types{});
  if (bytes.empty()) throw std::runtime_error("gpu_bench makes no elements of dtype " + std::to_string(dtype));
  return bytes;
}

/// The same, made once.
std::vector<unsigned char> const &elements_of(int dtype, range in) {
  static std::map<std::pair<int, range>, std::vector<unsigned char>> all;
  auto &elements = all[{dtype, in}];
  if (elements.empty()) elements = random_elements(dtype, in);
  return elements;
}

}  // namespace

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
