// SPDX-License-Identifier: Apache-2.0
// Prints a digest of the results of every op for every element type, in full and by shortcuts: the same text from every compiler.
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "cusigmoid/shortcuts.hpp"
#include "tools/verify/digest.hpp"

using namespace cusigmoid;
using namespace cusigmoid::engine;

namespace {

/// The i-th input: any bits, or a number near 1.
template <class T>
T input(std::uint64_t i, std::uint64_t operand) {
  std::uint64_t const random = digest::mix(i * 8 + operand);
  T any;
  std::memcpy(&any, &random, sizeof any);
  double const near_one = static_cast<double>(static_cast<std::int64_t>(random)) * 0x1p-60;  // within ±8
  return i % 2 ? any : element<T>::narrow(near_one);
}

template <class V>
std::uint64_t bits(V v) {
  std::uint64_t b = 0;
  std::memcpy(&b, &v, sizeof v);
  return b;
}

template <class Op, class T, std::size_t... k>
void print(std::index_sequence<k...>) {
  constexpr std::uint64_t n = 20000;
  digest d;
  for (std::uint64_t i = 0; i < n; ++i) {
    auto const result = evaluate<Op>(input<T>(i, k)...);
    for (double value : result.value) d.add(i, digest::mix(bits(element<T>::narrow(value))) >> 32);
  }
  if constexpr (shortcut<Op, T>::exists) {
    auto const table = shortcut<Op, T>::table::make();
    for (std::uint64_t i = 0; i < n; ++i) {
      word32 result;
      bool const sure = shortcut<Op, T>::attempt(table, static_cast<word32>(digest::mix(i * 8 + k))..., result);
      d.add(i, sure ? result : 0);
    }
  }
  std::printf("%s %s %s\n", Op::name, format<T>::name, d.text().c_str());
}

template <class... T>
void print_all(list<T...>) {
  auto const of_type = []<class U, class... Op>(U, list<Op...>) { (print<Op, U>(std::make_index_sequence<Op::in::size>{}), ...); };
  (of_type(T{}, all_ops{}), ...);
}

}  // namespace

int main() { print_all(element_types{}); }
