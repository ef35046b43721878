// SPDX-License-Identifier: Apache-2.0
// One element of an op: elements in, results out, rounded as they are promised.
//
// Results of 32 bits and fewer are computed in f64, fp64 ones in double_double. Where the promise is the correctly rounded result (the
// inputs have 32 bits together or fewer) and f64 cannot tell it, since another number within its error is rounded otherwise, double_double
// does (Ziv 1991). What it cannot tell either is next to a tie, which formulas.hpp takes care to leave on the right side in f64.
#pragma once
#include "cusigmoid/ops.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

namespace internal {
template <class...>
using nothing = void;

template <class Op, class = void>
struct kernel_of_impl {
  using type = Op;
};
template <class Op>
struct kernel_of_impl<Op, nothing<typename Op::computed_as>> {
  using type = typename Op::computed_as;
};

template <class T>
constexpr bool is_double = false;
template <>
inline constexpr bool is_double<double> = true;

template <class T>
CUSIGMOID_FN bool are_same(T a, T b) {
  return a.bits == b.bits;
}
// by their bits, since -ftz=true takes subnormal floats for zeros
CUSIGMOID_FN bool are_same(float a, float b) { return __builtin_bit_cast(unsigned, a) == __builtin_bit_cast(unsigned, b); }
CUSIGMOID_FN bool are_same(double a, double b) { return bits_of(a) == bits_of(b); }

// Op::apply, with the parameters where it takes them.
template <class Op, class... A>
CUSIGMOID_FN auto apply(int, parameters const &p, A... in) -> decltype(Op::apply(p, in...)) {
  return Op::apply(p, in...);
}
template <class Op, class... A>
CUSIGMOID_FN auto apply(long, parameters const &, A... in) -> decltype(Op::apply(in...)) {
  return Op::apply(in...);
}
}  // namespace internal

/// The op whose results an op has: itself, or one that differs in where its operands lie.
template <class Op>
using kernel_of = typename internal::kernel_of_impl<Op>::type;

/// f64 errs by less than this in every op of ≤ 32 bits, relative to the result (tests/accuracy_test.cpp; proofs.md).
constexpr double f64_error = 0x1p-45;
/// double_double by less than this.
constexpr double double_double_error = 0x1p-60;

/// Op in f64.
template <class Op, class... Double>
CUSIGMOID_SHARED many<f64, Op::out::size> in_f64(parameters p, Double... in) {
  return internal::apply<Op>(0, p, f64(in)...);
}

/// Op in double_double, rounded to double.
template <class Op, class... Double>
CUSIGMOID_SHARED many<double, Op::out::size> in_double_double(parameters p, Double... in) {
  auto const exact = internal::apply<Op>(0, p, to_double_double(in)...);
  many<double, Op::out::size> rounded;
  for (int i = 0; i < Op::out::size; ++i) rounded.value[i] = round_to_double(exact.value[i]);
  return rounded;
}

/// Numbers a little less and a little more than the first result of Op, by what double_double may err; rounded to odd, so that they may be
/// rounded again.
struct bounds {
  double less, more;
};
template <class Op, class... Double>
CUSIGMOID_RARE bounds bounds_in_double_double(parameters p, Double... in) {
  auto const y = internal::apply<Op>(0, p, to_double_double(in)...).value[0];
  return {round_to_odd(y * double_double<f64>{1.0, -double_double_error, 0}),
          round_to_odd(y * double_double<f64>{1.0, double_double_error, 0})};
}

/// Whether an op can be computed in double_double: all but those with fixed roundings to float on the way.
template <class Op>
constexpr bool has_exact = internal::is_double<at<0, at<0, typename Op::dtypes>>>;

/// Whether all numbers as near to a result in f64 as that may err are rounded to the same T.
template <class T>
CUSIGMOID_FN bool rounds_alike(f64 v) {
  return internal::are_same(element<T>::narrow((v * f64(1 - f64_error)).v), element<T>::narrow((v * f64(1 + f64_error)).v));
}

/// Whether results of an op are promised to be the correctly rounded ones where its inputs have so many bits together: functions and
/// products of one input or two.
template <class Op>
constexpr bool rounds_correctly = Op::in::size <= 2 && reduction_of<Op> == reduction_kind::none && Op::out::size == 1;
constexpr int correctly_rounded_bits = 32;

/// The results of one element as doubles that are rounded to Out next.
template <class Op, class Out, class... In>
CUSIGMOID_FN many<double, Op::out::size> evaluate(parameters const &p, In... in) {
  constexpr int n = Op::out::size;
  many<double, n> rounded;
  if constexpr ((internal::is_double<In> || ...) && has_elements<Op>) {
    rounded = in_double_double<Op>(p, element<In>::widen(in)...);
  } else {
    auto const y = in_f64<Op>(p, element<In>::widen(in)...);
    for (int i = 0; i < n; ++i) rounded.value[i] = y.value[i].v;
    if constexpr (rounds_correctly<Op> && 8 * (static_cast<int>(sizeof(In)) + ...) <= correctly_rounded_bits)
      if (!rounds_alike<Out>(y.value[0])) {
        bounds const b = bounds_in_double_double<Op>(p, element<In>::widen(in)...);
        if (internal::are_same(element<Out>::narrow(b.less), element<Out>::narrow(b.more))) rounded.value[0] = b.less;
      }
  }
  return rounded;
}

/// The one result of an op whose operands are all of one type.
template <class Op, class T, class... Same>
CUSIGMOID_FN T result_of(T first, Same... more) {
  return element<T>::narrow(evaluate<Op, T>(default_parameters(), first, more...).value[0]);
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
