// SPDX-License-Identifier: Apache-2.0
#include "bench/elements.hpp"

#include <map>
#include <random>
#include <stdexcept>
#include <utility>

#include "cusigmoid/conversions.hpp"

namespace bench {
namespace {

std::vector<unsigned char> random_elements(int dtype, range in) {
  std::mt19937 random;
  std::uniform_real_distribution<double> uniform(in == range::half ? -0.5 : 0, in == range::half ? 0.5 : 1);
  std::normal_distribution<double> normal(0, 3);
  std::vector<unsigned char> bytes;
  auto const make = [&]<class T>(T) {
    if (static_cast<int>(cusigmoid::format<T>::id) != dtype) return;
    std::vector<T> elements(1 << 18);
    for (T &e : elements) e = cusigmoid::engine::element<T>::narrow(in == range::any ? normal(random) : uniform(random));
    auto const *const begin = reinterpret_cast<unsigned char const *>(elements.data());
    bytes.assign(begin, begin + elements.size() * sizeof(T));
  };
  [&]<class... T>(cusigmoid::engine::list<T...>) { (make(T{}), ...); }(cusigmoid::engine::element_types{});
  if (bytes.empty()) throw std::runtime_error("no elements are made of dtype " + std::to_string(dtype));
  return bytes;
}

}  // namespace

range range_of(std::string const &array) {
  return array == "y" || array == "target" ? range::fraction : array == "s" ? range::half : range::any;
}

std::vector<unsigned char> const &elements_of(int dtype, range in) {
  static std::map<std::pair<int, range>, std::vector<unsigned char>> all;
  auto &elements = all[{dtype, in}];
  if (elements.empty()) elements = random_elements(dtype, in);
  return elements;
}

}  // namespace bench
