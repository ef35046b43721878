// SPDX-License-Identifier: Apache-2.0
// An op's operands as types, and how a call finds its op. Plain C++, for host and device; no function of the standard library, because an
// inline function compiled for two instruction sets must not get one name.
#pragma once
#include <cstddef>
#include <type_traits>
#include <utility>

#include "cuda/launch.hpp"
#include "cusigmoid/evaluate.hpp"

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
template <int i>
using constant_of = std::integral_constant<int, i>;
template <std::size_t i>
using constant = constant_of<static_cast<int>(i)>;
template <class F, std::size_t... i>
CUSIGMOID_FN void for_each_constant(std::index_sequence<i...>, F &&f) {
  (f(constant<i>{}), ...);
}
template <int n, class F>
CUSIGMOID_FN void for_each_constant(F &&f) {
  for_each_constant(std::make_index_sequence<n>{}, f);
}

/// The same for what only the host does.
template <int n, class F>
void for_each_constant_on_host(F &&f) {
  [&]<std::size_t... i>(std::index_sequence<i...>) { (f(constant<i>{}), ...); }(std::make_index_sequence<n>{});
}

/// The element types of an op's operands from those of its arrays: an operand whose slice is not the first lives in the array before it.
template <class Op, class ArrayTypes>
struct operand_types {
  static constexpr int inputs = Op::in::size, outputs = Op::out::size, operands = inputs + outputs;

  template <int i>
  using role = at<i, join<typename Op::in, typename Op::out>>;
  template <int i>
  static constexpr int array() {
    if constexpr (i == 0)
      return 0;
    else
      return array<i - 1>() + (role<i>::part == 0);
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
  /// Bytes that an element has of the inputs, but for those that are one element.
  template <std::size_t... i>
  static constexpr std::size_t loaded(std::index_sequence<i...>) {
    return ((role<static_cast<int>(i)>::layout == layout::scalar ? 0 : size(static_cast<int>(i))) + ...);
  }
  static constexpr std::size_t loaded() { return loaded(std::make_index_sequence<inputs>{}); }
};

/// From an operand's element to the next one in a row.
template <class Role>
constexpr int step_of = Role::layout == layout::interleaved ? Role::parts : 1;

/// Op on the elements that load gives for its inputs 0, 1, …
template <class Op, class ArrayTypes, class Load, std::size_t... i>
CUSIGMOID_FN auto evaluate_loaded(std::index_sequence<i...>, parameters const &given, Load &&load) {
  using first_result = typename operand_types<Op, ArrayTypes>::template type<Op::in::size>;
  return evaluate<Op, first_result>(given, load(constant<i>{})...);
}
template <class Op, class ArrayTypes, class Load>
CUSIGMOID_FN auto evaluate_loaded(parameters const &given, Load &&load) {
  return evaluate_loaded<Op, ArrayTypes>(std::make_index_sequence<Op::in::size>{}, given, load);
}

/// What is computed with where an optional input is left out.
template <class T, class Role>
CUSIGMOID_FN T absent_element() {
  return element<T>::narrow(Role::if_absent);
}

template <class T, int V>
struct alignas(32) vector_of {
  T at[V];

  /// The elements as words of 32 bits, or of 64, one of which each element takes then.
  using word_type = std::conditional_t<sizeof(T) == 8, uint64, unsigned>;
  static constexpr int size = sizeof(word_type);
  CUSIGMOID_FN word_type word(int w) const {
    word_type bits;
    __builtin_memcpy(&bits, reinterpret_cast<char const *>(at) + size * w, size);
    return bits;
  }
  CUSIGMOID_FN void set_word(int w, word_type bits) { __builtin_memcpy(reinterpret_cast<char *>(at) + size * w, &bits, size); }
};

template <class Types, int V, class Indices>
struct vectors_of;
template <class Types, int V, std::size_t... i>
struct vectors_of<Types, V, std::index_sequence<i...>> {
  using type = pack<vector_of<typename Types::template type<static_cast<int>(i)>, V>...>;
};
/// V elements of each operand of an op.
template <class Op, class ArrayTypes, int V>
using operand_vectors = typename vectors_of<operand_types<Op, ArrayTypes>, V, std::make_index_sequence<Op::in::size + Op::out::size>>::type;

/// Whether an op is computed as itself.
template <class Op>
constexpr bool is_kernel = std::is_same_v<Op, kernel_of<Op>>;

/// Whether an op's results include a sum, so that the reduction engines run it.
template <class Op>
constexpr bool is_sum = reduction_of<Op> == reduction_kind::sum_all || reduction_of<Op> == reduction_kind::sum_rows;

namespace internal {
template <class List>
struct only_elements;
template <class... Role>
struct only_elements<list<Role...>> {
  static constexpr bool value = (std::is_same_v<Role, elem> && ...);
};
}  // namespace internal

/// Whether a tuple of element types is of one type.
template <class ArrayTypes>
constexpr bool is_one_type = false;
template <class T, class... Same>
constexpr bool is_one_type<list<T, Same...>> = (std::is_same_v<T, Same> && ...);

/// Whether an op can run on many lists of arrays at once: all of them are elementwise, it has one result, and no parameters.
template <class Op>
constexpr bool takes_many =
    internal::only_elements<join<typename Op::in, typename Op::out>>::value && Op::out::size == 1 && Op::takes == parameter_set::none;

/// Calls f.operator()<Op>() for the op of a call, and f.operator()<Op, ArrayTypes>() for its element types, too. Of the ops whose number is
/// `group` modulo `groups`, if that is said.
template <int group = 0, int groups = 1, class Call, class F>
void visit_op(Call const &c, F &&f) {
  auto const try_op = [&]<int op>(constant_of<op>) {
    if constexpr (is_kernel<at<op, all_ops>>) {
      if (c.op != op) return false;
      f.template operator()<at<op, all_ops>>();
      return true;
    } else {
      return false;
    }
  };
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (void)(try_op(constant_of<group + groups *static_cast<int>(i)>{}) || ...);
  }(std::make_index_sequence<(all_ops::size - group + groups - 1) / groups>{});
}
template <int group = 0, int groups = 1, class Call, class F>
void visit(Call const &c, F &&f) {
  visit_op<group, groups>(c, [&]<class Op>() {
    [&]<std::size_t... types>(std::index_sequence<types...>) {
      (void)((c.dtypes == int{types} && (f.template operator()<Op, at<types, typename Op::dtypes>>(), true)) || ...);
    }(std::make_index_sequence<Op::dtypes::size>{});
  });
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
