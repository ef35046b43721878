// SPDX-License-Identifier: Apache-2.0
// An op's operands as types, and how a call finds its op. Plain C++, for host and device; no function of the standard library, because an
// inline function compiled for two instruction sets must not get one name.
#pragma once
#include <cstddef>
#include <utility>

#include "cuda/launch.hpp"
#include "cusigmoid/ops.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// A tuple.
template <int i, class T>
struct leaf {
  T value;
};
template <class Indices, class... T>
struct pack_of;
template <std::size_t... i, class... T>
struct pack_of<std::index_sequence<i...>, T...> : leaf<static_cast<int>(i), T>... {};
template <class... T>
using pack = pack_of<std::index_sequence_for<T...>, T...>;
template <int i, class T>
CUSIGMOID_FN T &get(leaf<i, T> &l) {
  return l.value;
}
template <int i, class T>
CUSIGMOID_FN T const &get(leaf<i, T> const &l) {
  return l.value;
}

/// Calls f with 0, …, n − 1 as constants.
template <std::size_t i>
using constant = std::integral_constant<int, static_cast<int>(i)>;
template <class F, std::size_t... i>
CUSIGMOID_FN void for_each_constant(std::index_sequence<i...>, F &&f) {
  (f(constant<i>{}), ...);
}
template <int n, class F>
CUSIGMOID_FN void for_each_constant(F &&f) {
  for_each_constant(std::make_index_sequence<n>{}, f);
}

/// The element types of an op's operands from those of its arrays: an operand whose slice is not the first lives in the array before it.
template <class Op, class ArrayTypes>
struct operand_types {
  static constexpr int inputs = Op::in::size, outputs = Op::out::size, operands = inputs + outputs;

  template <int i>
  static constexpr int part() {
    if constexpr (i < inputs)
      return at<i, typename Op::in>::part;
    else
      return at<i - inputs, typename Op::out>::part;
  }
  template <int i>
  static constexpr int array() {
    if constexpr (i == 0)
      return 0;
    else
      return array<i - 1>() + (part<i>() == 0);
  }
  template <int i>
  using type = at<array<i>(), ArrayTypes>;

  template <class Indices>
  struct sizes;
  template <std::size_t... i>
  struct sizes<std::index_sequence<i...>> {
    static constexpr std::size_t value[] = {sizeof(type<static_cast<int>(i)>)...};
  };
  static constexpr std::size_t size(int i) { return sizes<std::make_index_sequence<operands>>::value[i]; }
  static constexpr std::size_t smallest() {
    std::size_t s = 16;
    for (int i = 0; i < operands; ++i) s = size(i) < s ? size(i) : s;
    return s;
  }
};

/// Op on the elements that load gives for its inputs 0, 1, …
template <class Op, class Load, std::size_t... i>
CUSIGMOID_FN auto evaluate_loaded(std::index_sequence<i...>, Load &&load) {
  return evaluate<Op>(load(constant<i>{})...);
}
template <class Op, class Load>
CUSIGMOID_FN auto evaluate_loaded(Load &&load) {
  return evaluate_loaded<Op>(std::make_index_sequence<Op::in::size>{}, load);
}

template <class T, int V>
struct alignas(16) vector_of {
  T at[V];

  /// The elements as words of 32 bits.
  CUSIGMOID_FN unsigned word(int w) const {
    unsigned bits;
    __builtin_memcpy(&bits, reinterpret_cast<char const *>(at) + 4 * w, 4);
    return bits;
  }
  CUSIGMOID_FN void set_word(int w, unsigned bits) { __builtin_memcpy(reinterpret_cast<char *>(at) + 4 * w, &bits, 4); }
};

template <class Types, int V, class Indices>
struct vectors_of;
template <class Types, int V, std::size_t... i>
struct vectors_of<Types, V, std::index_sequence<i...>> {
  using type = pack<vector_of<typename Types::template type<static_cast<int>(i)>, V>...>;
};
/// V elements of each input of an op, of each operand.
template <class Op, class ArrayTypes, int V>
using input_vectors = typename vectors_of<operand_types<Op, ArrayTypes>, V, std::make_index_sequence<Op::in::size>>::type;
template <class Op, class ArrayTypes, int V>
using operand_vectors = typename vectors_of<operand_types<Op, ArrayTypes>, V, std::make_index_sequence<Op::in::size + Op::out::size>>::type;

/// Calls f.operator()<Op, ArrayTypes>() for the op and the element types of a call.
template <class F>
void visit(call const &c, F &&f) {
  auto const try_types = [&]<class Op, std::size_t... types>(std::index_sequence<types...>) {
    ((c.dtypes == int{types} ? f.template operator()<Op, at<types, typename Op::dtypes>>() : void()), ...);
  };
  [&]<std::size_t... op>(std::index_sequence<op...>) {
    ((c.op == int{op} ? try_types.template operator()<at<op, all_ops>>(std::make_index_sequence<at<op, all_ops>::dtypes::size>{}) : void()),
     ...);
  }(std::make_index_sequence<all_ops::size>{});
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
