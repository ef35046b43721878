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

constexpr cusigmoid_role role_of(layout lies, int parts, reduction_kind reduces) {
  switch (reduces) {
    case reduction_kind::sum_all: return CUSIGMOID_SUM_ALL;
    case reduction_kind::sum_rows: return CUSIGMOID_SUM_ROWS;
    case reduction_kind::largest: return CUSIGMOID_LARGEST;
    case reduction_kind::none: break;
  }
  switch (lies) {
    case layout::row: return CUSIGMOID_ROW;
    case layout::scalar: return CUSIGMOID_SCALAR;
    case layout::interleaved: return CUSIGMOID_INTERLEAVED;
    case layout::elements: break;
  }
  return parts > 1 ? CUSIGMOID_PACKED : CUSIGMOID_ELEMENTWISE;
}

template <class Op, class List>
struct number_in;
template <class Op, class... T>
struct number_in<Op, list<T...>> {
  static constexpr int value = [] {
    int i = 0;
    (void)((std::is_same_v<Op, T> || (++i, false)) || ...);
    return i;
  }();
};

/// Whether two ops' operands have the same types, tuple by tuple, as far as there are some of the first.
template <class Op, class Kernel>
constexpr bool same_operands = []<std::size_t... t>(std::index_sequence<t...>) {
  constexpr auto same = []<std::size_t... i>(auto tuple, std::index_sequence<i...>) {
    using of_op = operand_types<Op, at<tuple.value, typename Op::dtypes>>;
    using of_kernel = operand_types<Kernel, at<tuple.value, typename Kernel::dtypes>>;
    return (std::is_same_v<typename of_op::template type<i>, typename of_kernel::template type<i>> && ...);
  };
  constexpr std::size_t operands = Op::in::size + Op::out::size;
  return (same(constant<t>{}, std::make_index_sequence<operands>{}) && ...);
}(std::make_index_sequence<Op::dtypes::size>{});

template <class Op>
constexpr int params_of = Op::takes == parameter_set::of_swiglu ? CUSIGMOID_SWIGLU_PARAMS
                          : Op::takes == parameter_set::of_loss ? CUSIGMOID_LOSS_PARAMS
                                                                : CUSIGMOID_NO_PARAMS;

template <class Op>
constexpr char const *max_error_of() {
  switch (Op::errors) {
    case accuracy::of_products: break;
    case accuracy::of_sums:
      return is_sum<Op>
                 ? "0.52 ulp + 2^-48 (float64: 2^-60) of the magnitudes of a sum's terms; over n elements or rows besides 2^-53·(⌈log2 n⌉ "
                   "+ 16) of theirs"
                 : "0.52 ulp + 2^-48 (float64: 2^-60) of the magnitudes of a sum's terms";
    case accuracy::scaled: return "0.52 ulp of float32 before the scale; then rounded to float32, and to the result";
  }
  return Op::in::size == 1   ? "correctly rounded; float64: 0.52 ulp"
         : Op::in::size == 2 ? "0.52 ulp; of two inputs of 16 bits or fewer: correctly rounded"
                             : "0.52 ulp";
}

/// Whether the first tuples are of one type each, in the order of these.
template <class Op>
constexpr bool begins_with_one_type = []<class... T>(list<T...>) {
  if constexpr (Op::dtypes::size < sizeof...(T)) return false;
  int i = 0;
  return ([&] {
    for (int k = 0; k < array_count<Op>; ++k)
      if (dtype_table<Op>[static_cast<std::size_t>(i * array_count<Op> + k)] != static_cast<int>(format<T>::id)) return false;
    return ++i, true;
  }() && ...);
}(element_types{});

template <class Op>
constexpr op_info describe() {
  static_assert(array_count<Op> <= CUSIGMOID_MAX_ARRAYS && Op::in::size + Op::out::size <= max_operands);
  static_assert(same_operands<Op, kernel_of<Op>>);
  op_info info = {Op::name,
                  number_in<kernel_of<Op>, all_ops>::value,
                  input_count<Op>,
                  array_count<Op> - input_count<Op>,
                  {},
                  Op::dtypes::size,
                  dtype_table<Op>.data(),
                  params_of<Op>,
                  Op::formula,
                  max_error_of<Op>(),
                  begins_with_one_type<Op>};
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    auto const add = [&]<class Role>(Role, int array) {
      info.arrays[array] = {Op::arrays[array], role_of(Role::layout, Role::parts, Role::reduces), Role::parts, Role::is_optional};
      info.plain = info.plain && info.arrays[array].role == CUSIGMOID_ELEMENTWISE && !Role::is_optional;
    };
    (add(typename with_doubles<Op>::template role<static_cast<int>(i)>{}, with_doubles<Op>::template array<static_cast<int>(i)>()), ...);
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
static_assert(all_ops::size == 43, "each op has its number in cusigmoid.h, and here");
static_assert(
    is_number<ops::forward, CUSIGMOID_FORWARD> && is_number<ops::derivative, CUSIGMOID_DERIVATIVE> &&
    is_number<ops::backward, CUSIGMOID_BACKWARD> && is_number<ops::backward_from_input, CUSIGMOID_BACKWARD_FROM_INPUT> &&
    is_number<ops::swiglu_backward, CUSIGMOID_SWIGLU_BACKWARD> && is_number<ops::bce_with_logits_sum, CUSIGMOID_BCE_WITH_LOGITS_SUM> &&
    is_number<ops::second_derivative, CUSIGMOID_SECOND_DERIVATIVE> && is_number<ops::log_sigmoid, CUSIGMOID_LOG_SIGMOID> &&
    is_number<ops::log_sigmoid_derivative, CUSIGMOID_LOG_SIGMOID_DERIVATIVE> &&
    is_number<ops::log_sigmoid_backward, CUSIGMOID_LOG_SIGMOID_BACKWARD> && is_number<ops::softplus, CUSIGMOID_SOFTPLUS> &&
    is_number<ops::softplus_derivative, CUSIGMOID_SOFTPLUS_DERIVATIVE> && is_number<ops::softplus_backward, CUSIGMOID_SOFTPLUS_BACKWARD> &&
    is_number<ops::silu, CUSIGMOID_SILU> && is_number<ops::silu_derivative, CUSIGMOID_SILU_DERIVATIVE> &&
    is_number<ops::silu_backward, CUSIGMOID_SILU_BACKWARD> && is_number<ops::silu_second_derivative, CUSIGMOID_SILU_SECOND_DERIVATIVE> &&
    is_number<ops::tanh, CUSIGMOID_TANH> && is_number<ops::tanh_derivative, CUSIGMOID_TANH_DERIVATIVE> &&
    is_number<ops::tanh_backward, CUSIGMOID_TANH_BACKWARD> && is_number<ops::signed_sigmoid, CUSIGMOID_SIGNED_SIGMOID> &&
    is_number<ops::backward_from_signed, CUSIGMOID_BACKWARD_FROM_SIGNED> && is_number<ops::bias_forward, CUSIGMOID_BIAS_FORWARD> &&
    is_number<ops::bias_backward, CUSIGMOID_BIAS_BACKWARD> && is_number<ops::glu, CUSIGMOID_GLU> &&
    is_number<ops::glu_split, CUSIGMOID_GLU_SPLIT> && is_number<ops::glu_interleaved, CUSIGMOID_GLU_INTERLEAVED> &&
    is_number<ops::glu_backward, CUSIGMOID_GLU_BACKWARD> && is_number<ops::glu_split_backward, CUSIGMOID_GLU_SPLIT_BACKWARD> &&
    is_number<ops::glu_interleaved_backward, CUSIGMOID_GLU_INTERLEAVED_BACKWARD> && is_number<ops::swiglu, CUSIGMOID_SWIGLU> &&
    is_number<ops::swiglu_split, CUSIGMOID_SWIGLU_SPLIT> && is_number<ops::swiglu_interleaved, CUSIGMOID_SWIGLU_INTERLEAVED> &&
    is_number<ops::swiglu_split_backward, CUSIGMOID_SWIGLU_SPLIT_BACKWARD> &&
    is_number<ops::swiglu_interleaved_backward, CUSIGMOID_SWIGLU_INTERLEAVED_BACKWARD> &&
    is_number<ops::forward_scaled, CUSIGMOID_FORWARD_SCALED> && is_number<ops::swiglu_scaled, CUSIGMOID_SWIGLU_SCALED> &&
    is_number<ops::swiglu_split_scaled, CUSIGMOID_SWIGLU_SPLIT_SCALED> && is_number<ops::bce_with_logits, CUSIGMOID_BCE_WITH_LOGITS> &&
    is_number<ops::bce_with_logits_backward, CUSIGMOID_BCE_WITH_LOGITS_BACKWARD> &&
    is_number<ops::bce_with_logits_forward_backward, CUSIGMOID_BCE_WITH_LOGITS_FORWARD_BACKWARD> &&
    is_number<ops::lstm_cell, CUSIGMOID_LSTM_CELL> && is_number<ops::lstm_cell_backward, CUSIGMOID_LSTM_CELL_BACKWARD>);
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
