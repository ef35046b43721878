// SPDX-License-Identifier: Apache-2.0
// The list of operations. An op says what its operands are, which element types it takes, and how one element is made.
#pragma once
#include "cusigmoid/conversions.hpp"
#include "cusigmoid/formulas.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

namespace internal {
template <int i, class T, class... Rest>
struct list_at : list_at<i - 1, Rest...> {};
template <class T, class... Rest>
struct list_at<0, T, Rest...> {
  using type = T;
};
template <int i, class List>
struct at_impl;
template <int i, class... T>
struct at_impl<i, list<T...>> : list_at<i, T...> {};
}  // namespace internal

/// The i-th type of a list.
template <int i, class List>
using at = typename internal::at_impl<i, List>::type;

/// Several results of one element.
template <class A, int n>
struct many {
  A value[n];
};
template <class A, class... More>
CUSIGMOID_FN many<A, 1 + sizeof...(More)> results(A first, More... more) {
  return {{first, more...}};
}

// Roles of operands. A slice<k, K> is the k-th of K parts side by side in the rows of one array; the array begins at slice<0, K>.
struct elem {
  static constexpr int part = 0, parts = 1;
};
template <int k, int K>
struct slice {
  static constexpr int part = k, parts = K;
};
struct sum_all {
  static constexpr int part = 0, parts = 1;
};

namespace internal {
template <class T, int n, class... More>
struct repeat : repeat<T, n - 1, T, More...> {};
template <class T, class... More>
struct repeat<T, 0, More...> {
  using type = list<More...>;
};

template <class List, int n>
struct each_of;
template <class... T, int n>
struct each_of<list<T...>, n> {
  using type = list<typename repeat<T, n>::type...>;
};

template <class List>
struct two_and_loss;
template <class... T>
struct two_and_loss<list<T...>> {
  using type = list<list<T, T, typename loss_type<T>::type>...>;
};
}  // namespace internal

// Tuples of element types, one type an array: any one type for all n arrays; any one type for two inputs, and that of their loss.
template <int n>
using one_type = typename internal::each_of<element_types, n>::type;
using two_and_loss = typename internal::two_and_loss<element_types>::type;

namespace ops {

struct forward {
  static constexpr const char *name = "forward";
  static constexpr const char *arrays[] = {"x", "y"};
  using in = list<elem>;
  using out = list<elem>;
  using dtypes = one_type<2>;
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(with_ties_broken(x, sigmoid(x)));
  }
};

struct derivative {
  static constexpr const char *name = "derivative";
  static constexpr const char *arrays[] = {"x", "dydx"};
  using in = list<elem>;
  using out = list<elem>;
  using dtypes = one_type<2>;
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(sigmoid_derivative(x));
  }
};

struct backward {
  static constexpr const char *name = "backward";
  static constexpr const char *arrays[] = {"dy", "y", "dx"};
  using in = list<elem, elem>;
  using out = list<elem>;
  using dtypes = one_type<3>;
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A dy, A y) {
    return results(dy * sigmoid_derivative_from_output(y));
  }
};

struct backward_from_input {
  static constexpr const char *name = "backward_from_input";
  static constexpr const char *arrays[] = {"dy", "x", "dx"};
  using in = list<elem, elem>;
  using out = list<elem>;
  using dtypes = one_type<3>;
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A dy, A x) {
    return results(dy * sigmoid_derivative(x));
  }
};

struct swiglu_backward {
  static constexpr const char *name = "swiglu_backward";
  static constexpr const char *arrays[] = {"dh", "x", "dx"};
  using in = list<elem, slice<0, 2>, slice<1, 2>>;  // dh, gate, up
  using out = list<slice<0, 2>, slice<1, 2>>;       // dgate, dup
  using dtypes = one_type<3>;
  template <class A>
  CUSIGMOID_FN static many<A, 2> apply(A dh, A gate, A up) {
    return results(dh * up * silu_derivative(gate), dh * silu(gate));
  }
};

struct bce_with_logits_sum {
  static constexpr const char *name = "bce_with_logits_sum";
  static constexpr const char *arrays[] = {"x", "target", "loss"};
  using in = list<elem, elem>;
  using out = list<sum_all>;
  using dtypes = two_and_loss;
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x, A target) {
    return results(bce_with_logits(x, target));
  }
};

}  // namespace ops

/// Every op; its place here is its number in the C interface.
using all_ops =
    list<ops::forward, ops::derivative, ops::backward, ops::backward_from_input, ops::swiglu_backward, ops::bce_with_logits_sum>;

template <class Role>
constexpr bool is_reduction = false;
template <>
inline constexpr bool is_reduction<sum_all> = true;

namespace internal {
template <class T>
constexpr bool is_double = false;
template <>
inline constexpr bool is_double<double> = true;

CUSIGMOID_FN f64 to_f64(double v) { return v; }
}  // namespace internal

/// One element of Op: elements in, results out as doubles that are rounded to the element type next. fp64 is computed in
/// double_double and rounded here, but for the terms of a sum, which are added as doubles anyway.
template <class Op, class... In>
CUSIGMOID_FN many<double, Op::out::size> evaluate(In... in) {
  constexpr int n = Op::out::size;
  many<double, n> rounded;
  if constexpr ((internal::is_double<In> || ...) && !is_reduction<at<0, typename Op::out>>) {
    auto const exact = Op::apply(to_double_double(element<In>::widen(in))...);
    for (int i = 0; i < n; ++i) rounded.value[i] = round_to_double(exact.value[i]);
  } else {
    auto const exact = Op::apply(internal::to_f64(element<In>::widen(in))...);
    for (int i = 0; i < n; ++i) rounded.value[i] = exact.value[i].v;
  }
  return rounded;
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
