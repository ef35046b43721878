// SPDX-License-Identifier: Apache-2.0
// Prints digests of results, in full and by shortcuts: the same text from every compiler. The ops are those that bring each formula and
// each shortcut, for every element type; besides some that give another type.
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

/// Of an op on elements of one type that gives another, or the same.
template <class Op, class In, class Out, std::size_t... k>
void print(std::index_sequence<k...>) {
  constexpr std::uint64_t n = 10000;
  digest d;
  for (std::uint64_t i = 0; i < n; ++i) {
    auto const result = evaluate<Op, Out>(default_parameters(), input<In>(i, k)...);
    for (double value : result.value) d.add(i, digest::mix(bits(element<Out>::narrow(value))) >> 32);
  }
  if constexpr (std::is_same_v<In, Out> && shortcut<Op, In>::exists) {
    auto const table = make_table<typename shortcut<Op, In>::table>(default_parameters());
    for (std::uint64_t i = 0; i < n; ++i) {
      results_of<Op, word_of<In>> results;
      bool const sure = shortcut<Op, In>::attempt(table, results, static_cast<word_of<In>>(digest::mix(i * 8 + k))...);
      for (int o = 0; o < Op::out::size; ++o) d.add(i, sure ? digest::mix(result(results, o)) >> 32 : 0);
    }
  }
  std::printf("%s %s %s %s\n", Op::name, format<In>::name, format<Out>::name, d.text().c_str());
}

template <class In, class Out, class... Op>
void print_all(list<Op...>) {
  (print<Op, In, Out>(std::make_index_sequence<Op::in::size>{}), ...);
}

using ops_of_every_type = list<ops::forward, ops::derivative, ops::backward, ops::backward_from_input, ops::swiglu_split_backward,
                               ops::bce_with_logits_sum, ops::silu_second_derivative, ops::lstm_cell>;

}  // namespace

int main() {
  [&]<class... T>(list<T...>) { (print_all<T, T>(ops_of_every_type{}), ...); }(element_types{});
  print_all<bfloat16, float8_e4m3>(list<ops::forward_scaled>{});
  print_all<float, float8_e5m2>(list<ops::swiglu_split_scaled>{});
  print_all<bfloat16, float>(list<ops::log_sigmoid>{});
}
