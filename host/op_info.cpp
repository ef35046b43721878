// SPDX-License-Identifier: Apache-2.0
#include "host/op_info.hpp"

#include <array>

#include "cuda/operands.hpp"

namespace cusigmoid::engine {
namespace {

template <class Op>
using with_doubles = operand_types<Op, at<0, typename Op::dtypes>>;  // which array an operand lies in does not depend on the types

template <class Op>
constexpr int array_count = with_doubles<Op>::template array<Op::in::size + Op::out::size - 1>() + 1;

template <class Op>
constexpr int input_count = with_doubles<Op>::template array<Op::in::size - 1>() + 1;

template <class Op, class Types>
struct tuple_ids;
template <class Op, class... T>
struct tuple_ids<Op, list<T...>> {
  static_assert(sizeof...(T) == array_count<Op>, "each of an op's dtype tuples has one type for each array");
  static constexpr std::array<int, sizeof...(T)> value = {static_cast<int>(format<T>::id)...};
};

template <class Op>
constexpr auto dtype_table = []<std::size_t... i>(std::index_sequence<i...>) {
  std::array<int, array_count<Op> * sizeof...(i)> table = {};
  std::size_t k = 0;
  (
      [&] {
        for (int id : tuple_ids<Op, at<static_cast<int>(i), typename Op::dtypes>>::value) table[k++] = id;
      }(),
      ...);
  return table;
}(std::make_index_sequence<Op::dtypes::size>{});

template <class Role>
constexpr cusigmoid_role role_of = is_reduction<Role> ? CUSIGMOID_SUM_ALL
                                   : Role::parts > 1  ? CUSIGMOID_PACKED
                                                      : CUSIGMOID_ELEMENTWISE;

template <class Op>
constexpr op_info describe() {
  static_assert(array_count<Op> <= CUSIGMOID_MAX_ARRAYS && Op::in::size + Op::out::size <= max_operands);
  op_info info = {Op::name, input_count<Op>, array_count<Op> - input_count<Op>, {}, Op::dtypes::size, dtype_table<Op>.data()};
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    auto const add = [&]<class Role>(Role, int array) { info.arrays[array] = {Op::arrays[array], role_of<Role>, Role::parts}; };
    constexpr int inputs = Op::in::size;
    auto const add_operand = [&]<int k>(std::integral_constant<int, k>) {
      if constexpr (k < inputs)
        add(at<k, typename Op::in>{}, with_doubles<Op>::template array<k>());
      else
        add(at<k - inputs, typename Op::out>{}, with_doubles<Op>::template array<k>());
    };
    (add_operand(std::integral_constant<int, static_cast<int>(i)>{}), ...);
  }(std::make_index_sequence<Op::in::size + Op::out::size>{});
  return info;
}

template <class List>
struct table_of;
template <class... Op>
struct table_of<list<Op...>> {
  static constexpr std::array<op_info, sizeof...(Op)> value = {describe<Op>()...};
};

// The places in all_ops are the numbers of the C interface.
template <class Op, int number>
constexpr bool is_number = std::is_same_v<at<number, all_ops>, Op>;
static_assert(all_ops::size == CUSIGMOID_BCE_WITH_LOGITS_SUM + 1, "each op has its number in cusigmoid.h, and here");
static_assert(is_number<ops::forward, CUSIGMOID_FORWARD> && is_number<ops::derivative, CUSIGMOID_DERIVATIVE> &&
              is_number<ops::backward, CUSIGMOID_BACKWARD> && is_number<ops::backward_from_input, CUSIGMOID_BACKWARD_FROM_INPUT> &&
              is_number<ops::swiglu_backward, CUSIGMOID_SWIGLU_BACKWARD> &&
              is_number<ops::bce_with_logits_sum, CUSIGMOID_BCE_WITH_LOGITS_SUM>);
static_assert(static_cast<int>(dtype::float64) == CUSIGMOID_FLOAT64 && static_cast<int>(dtype::float32) == CUSIGMOID_FLOAT32 &&
              static_cast<int>(dtype::float16) == CUSIGMOID_FLOAT16 && static_cast<int>(dtype::bfloat16) == CUSIGMOID_BFLOAT16 &&
              static_cast<int>(dtype::float8_e4m3) == CUSIGMOID_FLOAT8_E4M3 &&
              static_cast<int>(dtype::float8_e5m2) == CUSIGMOID_FLOAT8_E5M2);

}  // namespace

op_info const *find_op(int op) {
  constexpr auto const &table = table_of<all_ops>::value;
  return op >= 0 && op < static_cast<int>(table.size()) ? &table[static_cast<std::size_t>(op)] : nullptr;
}

dtype_info const *find_dtype(int dtype) {
  static constexpr auto table = []<class... T>(list<T...>) {
    static_assert([](int i) { return ((static_cast<int>(format<T>::id) == i++) && ...); }(0),
                  "element_types are in the order of their numbers");
    return std::array{dtype_info{format<T>::name, sizeof(T)}...};
  }(element_types{});
  return dtype >= 0 && dtype < static_cast<int>(table.size()) ? &table[static_cast<std::size_t>(dtype)] : nullptr;
}

}  // namespace cusigmoid::engine
