// SPDX-License-Identifier: Apache-2.0
// Second derivatives of fp32 and fp64: quotients of e = e^−|x|, u = 1 − e and 1 + e in two parts.
#pragma once
#include "cusigmoid/shortcuts/two_parts.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {
namespace internal {

/// e·m/(1 + e)³ for e = e^−|x|.
template <class F>
struct over_cube {
  two_parts<F> e, sum, cube;
  F inverse;

  template <class Approximate>
  CUSIGMOID_FN static over_cube of(exponential_in_parts<F> const &given) {
    F const one = 1.0f, e = fma(given.power, given.r + given.low, given.power);
    F const e_low = fma(given.power, given.low, fma(given.power, given.r, given.power - e));
    F const nearest = one + e;
    two_parts<F> const sum = {nearest, (e - (nearest - one)) + e_low}, cube = times(times(sum, sum), sum);
    return {{e, e_low}, sum, cube, Approximate::inverse(cube.value)};
  }
  CUSIGMOID_FN sized_parts<F> times_with_size(two_parts<F> m, F size) const {
    two_parts<F> const y = quotient(times(e, m), cube, inverse);
    return {y.value, y.low, e.value * inverse * size};
  }
};

/// −σ″(|x|) = e·u/(1 + e)³ for u = 1 − e
template <class Numbers>
struct second_derivative_in_parts {
  using numbers = Numbers;
  static constexpr typename Numbers::number least = Numbers::smallest_product, most = Numbers::second_derivative_range,
                                            error = Numbers::second_derivative_error;

  template <class Approximate, class Table, class F>
  CUSIGMOID_FN static sized_parts<F> of(Table const &table, F magnitude) {
    exponential_in_parts<F> const e = exp_of_minus_in_parts(table, magnitude);
    two_parts<F> const u = rest_of_one(e);
    return over_cube<F>::template of<Approximate>(e).times_with_size(u, size_of_error(u.value));
  }
};

/// SiLU″(x) = e·(2·(1 + e) − |x|·u)/(1 + e)³, whose terms cancel next to its zeros.
template <class Numbers>
struct silu_second_derivative_in_parts {
  using numbers = Numbers;
  static constexpr typename Numbers::number least = 0, most = Numbers::second_derivative_range, error = Numbers::second_derivative_error;

  template <class Approximate, class Table, class F>
  CUSIGMOID_FN static sized_parts<F> of(Table const &table, F magnitude) {
    auto const v = over_cube<F>::template of<Approximate>(exp_of_minus_in_parts(table, magnitude));
    F const one = 1.0f, two = 2.0f, u = one - v.e.value, first = two * v.sum.value;
    two_parts<F> const other = times(magnitude, two_parts<F>{u, ((one - u) - v.e.value) - v.e.low});
    two_parts<F> const difference = sum_in_parts(first, -other.value);
    return v.times_with_size({difference.value, difference.low + fma(two, v.sum.low, -other.low)}, first + other.value);
  }
};

}  // namespace internal

template <>
struct shortcut<ops::second_derivative, float> : internal::function_in_parts<internal::second_derivative_in_parts<in_two_floats>, -1> {};
template <>
struct shortcut<ops::second_derivative, double> : internal::function_in_parts<internal::second_derivative_in_parts<in_two_doubles>, -1> {};
template <>
struct shortcut<ops::silu_second_derivative, float>
    : internal::function_in_parts<internal::silu_second_derivative_in_parts<in_two_floats>, 0> {};
template <>
struct shortcut<ops::silu_second_derivative, double>
    : internal::function_in_parts<internal::silu_second_derivative_in_parts<in_two_doubles>, 0> {};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
