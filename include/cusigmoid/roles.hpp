// SPDX-License-Identifier: Apache-2.0
// The words in which ops.hpp describes an op: the roles of its operands, the tuples of element types, the results of one element.
#pragma once
#include "cusigmoid/dtypes.hpp"
#include "cusigmoid/parameters.hpp"
#include "cusigmoid/target.hpp"

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

template <class... Lists>
struct join_impl;
template <class... T>
struct join_impl<list<T...>> {
  using type = list<T...>;
};
template <class... T, class... U, class... More>
struct join_impl<list<T...>, list<U...>, More...> : join_impl<list<T..., U...>, More...> {};
}  // namespace internal

/// The i-th type of a list; the types of several lists.
template <int i, class List>
using at = typename internal::at_impl<i, List>::type;
template <class... Lists>
using join = typename internal::join_impl<Lists...>::type;

/// Several results of one element.
template <class A, int n>
struct many {
  A value[n];
};
template <class A, class... More>
CUSIGMOID_FN many<A, 1 + sizeof...(More)> results(A first, More... more) {
  return {{first, more...}};
}

/// How an operand lies in its array, and what it is to the op.
enum class layout { elements, row, scalar, interleaved };
enum class reduction_kind { none, sum_all, sum_rows, largest };

namespace internal {
template <engine::layout where, int k, int K, reduction_kind reduction = reduction_kind::none>
struct role {
  static constexpr engine::layout layout = where;
  static constexpr reduction_kind reduces = reduction;
  static constexpr int part = k, parts = K;  // the k-th of K parts of one array, which begins at part 0
  static constexpr bool is_optional = false;
  static constexpr double if_absent = 0;
};
}  // namespace internal

// rows × cols elements: an array of their own; the k-th of K parts side by side in each row; every K-th element of a row, from the k-th on.
struct elem : internal::role<layout::elements, 0, 1> {};
template <int k, int K>
struct slice : internal::role<layout::elements, k, K> {};
template <int k, int K>
struct interleaved : internal::role<layout::interleaved, k, K> {};
// cols elements that serve every row, or K times as many; one element that serves all.
template <int k = 0, int K = 1>
struct row : internal::role<layout::row, k, K> {};
struct scalar : internal::role<layout::scalar, 0, 1> {};
// Results: the sum over all elements, over the rows, and the largest magnitude, also of what was there.
struct sum_all : internal::role<layout::scalar, 0, 1, reduction_kind::sum_all> {};
struct sum_rows : internal::role<layout::row, 0, 1, reduction_kind::sum_rows> {};
struct largest : internal::role<layout::scalar, 0, 1, reduction_kind::largest> {};

/// An input that a call may leave out, and what is computed with then.
template <class Role, int value>
struct optional : Role {
  static constexpr bool is_optional = true;
  static constexpr double if_absent = value;
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

template <class List, int n>
struct each_and_loss;
template <class... T, int n>
struct each_and_loss<list<T...>, n> {
  using type = list<join<typename repeat<T, n>::type, list<typename loss_type<T>::type>>...>;
};
template <int n, class T, class U>
using n_and = join<typename repeat<T, n>::type, list<U>>;

template <int n, class Between, class After, class Fp8, class... T>
using each_to_fp8 = list<join<typename repeat<T, n>::type, Between, list<Fp8>, After>...>;
template <int n, class Between, class After, class Fp8, bool fp8_in>
struct to_fp8_impl {
  using type = each_to_fp8<n, Between, After, Fp8, float, float16, bfloat16>;
};
template <int n, class Between, class After, class Fp8>
struct to_fp8_impl<n, Between, After, Fp8, true> {
  using type = each_to_fp8<n, Between, After, Fp8, float, float16, bfloat16, Fp8>;
};
template <int n, class Between, class After, class Fp8, bool fp8_in>
using to_fp8 = typename to_fp8_impl<n, Between, After, Fp8, fp8_in>::type;
}  // namespace internal

// Tuples of element types, one type an array.
/// Any one type for all n arrays.
template <int n>
using one_type = typename internal::each_of<element_types, n>::type;
/// Any one type for n arrays, and that of their loss.
template <int n>
using one_type_and_loss = typename internal::each_and_loss<element_types, n>::type;
/// n arrays of one type and one of another: the types that training mixes.
template <int n>
using mixed_types = list<internal::n_and<n, bfloat16, float>, internal::n_and<n, float16, float>, internal::n_and<n, float, bfloat16>,
                         internal::n_and<n, float, float16>>;
/// n arrays of one type, those of Between, one of fp8, those of After. The one type has 32 or 16 bits, or is fp8, too, where fp8_in.
template <int n, class Between, class After, bool fp8_in>
using scaled_types =
    join<internal::to_fp8<n, Between, After, float8_e4m3, fp8_in>, internal::to_fp8<n, Between, After, float8_e5m2, fp8_in>>;

/// The reduction among an op's results, which comes last.
template <class Op>
constexpr reduction_kind reduction_of = at<Op::out::size - 1, typename Op::out>::reduces;
/// Whether an op has results of each element.
template <class Op>
constexpr bool has_elements = at<0, typename Op::out>::reduces == reduction_kind::none;

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
