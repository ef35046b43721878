// SPDX-License-Identifier: Apache-2.0
// Each formula once, over a number type A:
//   f64                  53 bits, for results of 32 bits and fewer and for terms of fp64 sums
//   double_double<f64>   106 bits, for fp64 results
// All of them stand on e = e^−|x| ≤ 1 and 1 + e, which never overflow and never cancel. 1 − y of a rounded y appears only in
// `backward`, whose input is the rounded y.
#pragma once
#include "cusigmoid/logarithm.hpp"
#include "cusigmoid/roles.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// |x|, 0 for −0.
template <class F>
CUSIGMOID_FN plain<F> magnitude(F x) {
  return abs(x);
}
template <class F>
CUSIGMOID_FN double_double<F> magnitude(double_double<F> x) {
  return select(is_zero(x), number<double_double<F>>::zero(), select(is_negative(x), -x, x));
}

/// a/b for 2^−100 ≤ b ≤ 2^100.
template <class F>
CUSIGMOID_FN plain<F> quotient(F a, F b) {
  return a * inverse(b);
}
template <class F>
CUSIGMOID_FN double_double<F> quotient(double_double<F> a, double_double<F> b) {
  return a / b;
}

/// What σ and its relatives are made of: σ(x) = of_x/sum, σ(−x) = of_minus_x/sum.
template <class A>
struct logistic {
  A of_x, of_minus_x, sum;
};

template <class A>
CUSIGMOID_FN logistic<A> logistic_parts(A x) {
  A const e = exp_of_minus_abs(x), one = number<A>::one();
  auto const negative = is_negative(x);
  return {select(negative, e, one), select(negative, one, e), one + e};
}

/// σ(x) = 1/(1 + e^−x)
template <class A>
CUSIGMOID_FN A sigmoid(A x) {
  logistic<A> const s = logistic_parts(x);
  return quotient(s.of_x, s.sum);
}

namespace internal {
/// 1/2 + slope·x − … as it is to be rounded, or multiplied by a number of few bits and rounded. That sum may be half-way between two
/// results of up to 24 bits and the rest below the last place of a double: a little less of x falls on the right side, and too little less
/// to leave any other interval between two results. So does what is next to 1/2 where a double has no room for x.
template <class F>
CUSIGMOID_FN F next_to_half(F x, double less_than_slope) {
  F const y = fma(x, less_than_slope, 0.5), zero = 0.0, below = 0.5 - 0x1p-54, above = 0.5 + 0x1p-53;
  return select(y == F(0.5), select(x < zero, below, select(x > zero, above, y)), y);
}
constexpr double next_to_half_range = 0x1p-15;
}  // namespace internal

/// y = σ(x) = 1/2 + x/4 − x³/48 + …, ties broken.
template <class A>
CUSIGMOID_FN A with_ties_broken(A x, A y) {
  if constexpr (is_plain<A>)
    return select(abs(x) < A(internal::next_to_half_range), internal::next_to_half(x, 0.25 * (1 - 0x1p-30)), y);
  else
    return y;  // a tie of fp64 taken the wrong way is an error of 1/2 ulp still
}

namespace internal {
/// y, known to be less than the bound, a power of two. Computed as the bound itself it would make a tie of a product that is none.
/// (double_double is rounded with so few bits to spare that it would gain nothing.)
template <class A>
CUSIGMOID_FN A less_than(double bound, A y) {
  if constexpr (is_plain<A>)
    return select(y >= A(bound), A(bound * (1 - 0x1p-53)), y);
  else
    return y;
}
}  // namespace internal

/// σ′(x) = σ(x)·σ(−x) = e^−|x|/(1 + e^−|x|)²
template <class A>
CUSIGMOID_FN A sigmoid_derivative(A x) {
  logistic<A> const s = logistic_parts(x);
  A const y = quotient(s.of_x * s.of_minus_x, s.sum * s.sum);
  return select(is_zero(x), y, internal::less_than(0.25, y));
}

/// σ′ from a saved y = σ(x): y·(1 − y)
template <class A>
CUSIGMOID_FN A sigmoid_derivative_from_output(A y) {
  A const other = number<A>::one() - y;
  return y * select(is_negative(-y), internal::less_than(1.0, other), other);
}

template <class F>
CUSIGMOID_FN plain<F> plus_two(F x) {
  return F(2.0) + x;
}

namespace internal {
/// Where a double has no room for the x³ of x − x³/3 + …, the next number below x: x itself may be half-way between two results.
template <class A>
CUSIGMOID_FN A with_tanh_ties_broken(A x, A y) {
  if constexpr (is_plain<A>)
    return select(abs(x) < A(0x1p-26), x * A(1 - 0x1p-53), y);
  else
    return y;
}

struct tanh_coefficients {
  CUSIGMOID_FN double operator()(int i) const { return constants::tanh_series(i); }
};
}  // namespace internal

/// tanh(x) = (1 − e^−2|x|)/(1 + e^−2|x|) with the sign of x.
template <class A>
CUSIGMOID_FN A tanh(A x) {
  A const less = expm1_of_minus_abs(twice(x)), y = quotient(-less, plus_two(less));
  return internal::with_tanh_ties_broken(x, select(is_negative(x), -y, y));
}
template <class F>
CUSIGMOID_FN double_double<F> tanh(double_double<F> x) {
  F const plain = internal::high_part(x), square = plain * plain;
  if (!(abs(plain) < 0x1p-5)) {
    double_double<F> const e = exp_of_minus_abs(twice(x)), one = number<double_double<F>>::one(), y = (one - e) / (one + e);
    return select(is_negative(x), -y, y);
  }
  double_double<F> const factor = {square * internal::polynomial<1, 5>(square, internal::tanh_coefficients{}), 0.0, 0};
  return select(is_zero(x), x, x + x * factor);
}

/// tanh′(x) = 1 − tanh²(x) = 4σ′(2x)
template <class A>
CUSIGMOID_FN A tanh_derivative(A x) {
  return twice(twice(sigmoid_derivative(twice(x))));
}

/// σ″(x) = σ(x)·σ(−x)·(1 − 2σ(x)) = −σ′(x)·tanh(x/2)
template <class A>
CUSIGMOID_FN A sigmoid_second_derivative(A x) {
  return -(sigmoid_derivative(x) * tanh(half(x)));
}

namespace internal {
/// x·σ(u) for u = αx: x/2 + ux/4 − u³x/48 + …, its ties broken like those of 1/2 + u/4. The third term is what counts but for the least of
/// numbers, where the second is below the last place.
template <class A>
CUSIGMOID_FN A with_silu_ties_broken(A x, A u, A y) {
  if constexpr (is_plain<A>) {
    A const zero = 0.0, first = x * A(0.5), two_terms = fma(first, u * A(0.5), first);
    A const nudged = select(abs(u) < A(0x1p-46), fma(first, select(u < zero, A(-0x1p-52), A(0x1p-52)), first),
                            two_terms * select(u < zero, A(1 + 0x1p-52), A(1 - 0x1p-52)));
    return select(both_hold(abs(u) < A(0x1p-16), abs(u) > zero), nudged, y);
  } else {
    return y;
  }
}
}  // namespace internal

/// x, saturated where σ(u) vanishes, which is kept from doing so.
template <class A>
CUSIGMOID_FN A saturated_with(A u, A x) {
  auto const high = internal::high_part(u);
  return select(high < decltype(internal::high_part(u))(-number<A>::saturation), saturated(x), x);
}

/// x·σ(u), SiLU(x) for u = x; −0 at −inf.
template <class A>
CUSIGMOID_FN A silu(A x, A u) {
  logistic<A> const s = logistic_parts(u);
  A const y = internal::less_than(1.0, quotient(s.of_x, s.sum));
  return internal::with_silu_ties_broken(x, u, saturated_with(u, x) * y);
}

namespace internal {
/// σ(x)·(1 + x·σ(−x)), whose sum cancels next to its zero at −1.278….
template <class A>
CUSIGMOID_FN A silu_derivative_by_definition(A x) {
  logistic<A> const s = logistic_parts(x);
  return quotient(s.of_x * (s.sum + saturated(x) * s.of_minus_x), s.sum * s.sum);
}

/// σ′(x)·(2 − x·tanh(x/2)), which cancels next to its zeros at ±2.399….
template <class A>
CUSIGMOID_FN A silu_second_derivative_by_definition(A x) {
  return sigmoid_derivative(x) * (number<A>::two() - saturated(x) * tanh(half(x)));
}

struct silu_derivative_series {
  static constexpr double zero_hi = constants::silu_derivative_zero_hi, zero_mid = constants::silu_derivative_zero_mid,
                          zero_lo = constants::silu_derivative_zero_lo;
  CUSIGMOID_FN double operator()(int i) const { return constants::silu_derivative_series_hi(i); }
  CUSIGMOID_FN double low(int i) const { return constants::silu_derivative_series_lo(i); }
};
struct silu_second_derivative_series {
  static constexpr double zero_hi = constants::silu_second_derivative_zero_hi, zero_mid = constants::silu_second_derivative_zero_mid,
                          zero_lo = constants::silu_second_derivative_zero_lo;
  CUSIGMOID_FN double operator()(int i) const { return constants::silu_second_derivative_series_hi(i); }
  CUSIGMOID_FN double low(int i) const { return constants::silu_second_derivative_series_lo(i); }
};

/// Within this distance of its zero a function is computed by its Taylor series there, to the 17th power: cut off at 2^−66.
constexpr double series_range = 0.125;

template <class Series, class F>
CUSIGMOID_FN plain<F> about_zero(F x, F rest, Series series) {
  F const distance = ((x - F(Series::zero_hi)) - F(Series::zero_mid)) + rest;  // the first difference is exact
  return distance * polynomial<1, 17>(distance, series);
}

/// The first terms in two parts.
template <class Series, class F>
CUSIGMOID_FN double_double<F> double_double_about_zero(F x, F x_lo, Series series) {
  double_double<F> distance = two_sum(x - F(Series::zero_hi), F(-Series::zero_mid), 0);
  distance.lo = distance.lo + (x_lo - F(Series::zero_lo));
  double_double<F> sum = {polynomial<4, 17>(distance.hi, series), 0.0, 0};
  for (int i = 3; i >= 1; --i) sum = double_double<F>{series(i), series.low(i), 0} + distance * sum;
  return distance * sum;
}
template <class Series>
CUSIGMOID_FN double_double<f64> about_zero(double_double<f64> x, double_double<f64>, Series series) {
  return double_double_about_zero(high_part(x), high_part(double_double<f64>{x.lo, 0.0, x.exponent}), series);
}

/// y, but next to its zero by a series.
template <class Series, class A>
CUSIGMOID_FN A with_series(A x, A rest, A y) {
  if constexpr (!number<A>::is_estimate) {
    using plain_type = decltype(high_part(x));
    auto const is_next = abs(high_part(x) - plain_type(Series::zero_hi)) < plain_type(series_range);
    if (any_hold(is_next)) return select(is_next, about_zero(x, rest, Series{}), y);
  }
  return y;
}
template <class A>
CUSIGMOID_FN A with_silu_derivative_ties_broken(A x, A y) {
  if constexpr (is_plain<A>)
    return select(abs(x) < A(next_to_half_range), next_to_half(x, 0.5 * (1 - 0x1p-30)), y);
  else
    return y;
}
}  // namespace internal

/// SiLU′(x) = σ(x)·(1 + x·σ(−x)) = 1/2 + x/2 − x³/12 + …; −0 at −inf. Of x + rest, where an f64 x has no room for all of its argument.
template <class A>
CUSIGMOID_FN A silu_derivative(A x, A rest = number<A>::zero()) {
  A const y = internal::with_silu_derivative_ties_broken(x, internal::silu_derivative_by_definition(x));
  return internal::with_series<internal::silu_derivative_series>(x, rest, y);
}

/// SiLU″(x) = σ′(x)·(2 − x·tanh(x/2)); −0 at ±inf.
template <class A>
CUSIGMOID_FN A silu_second_derivative(A x) {
  return internal::with_series<internal::silu_second_derivative_series>(magnitude(x), number<A>::zero(),
                                                                        internal::silu_second_derivative_by_definition(x));
}

namespace internal {
/// What is more than x, where a double has no room for how much: x may be half-way between two results.
template <class A>
CUSIGMOID_FN A more_than(A x, A y) {
  if constexpr (is_plain<A>)
    return select(y == x, x * A(1 + 0x1p-52), y);
  else
    return y;
}
}  // namespace internal

/// softplus(x) = ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|)
template <class A>
CUSIGMOID_FN A softplus(A x) {
  A const positive_part = select(is_negative(x), number<A>::zero(), x);
  return internal::more_than(x, positive_part + log1p_of_fraction(exp_of_minus_abs(x)));
}

// ---- several inputs ------------------------------------------------------------------------------------------------------------------

namespace internal {
template <class A>
CUSIGMOID_FN auto is_above(A x, double limit) {
  return is_negative(number<A>::from(limit) - x);
}
/// What is computed where there is no limit, and otherwise.
template <class A, class Limited>
CUSIGMOID_FN A unless_limited(double limit, A v, Limited &&limited) {
  return limit > largest_double ? v : limited();
}
/// x, or the limit where x is above.
template <class A>
CUSIGMOID_FN A at_most(A x, double limit) {
  return unless_limited(limit, x, [&] { return select(is_above(x, limit), number<A>::from(limit), x); });
}
template <class A>
CUSIGMOID_FN A plus(A x, double offset) {
  return offset == 0 ? x : x + number<A>::from(offset);  // which keeps −0
}
/// x between −limit and limit.
template <class A>
CUSIGMOID_FN A clamped(A x, double limit) {
  return -at_most(-at_most(x, limit), limit);
}
template <class A>
CUSIGMOID_FN A times(double factor, A x) {
  return factor == 1 ? x : number<A>::from(factor) * x;
}
template <class A>
CUSIGMOID_FN A divided(A x, double divisor) {
  if constexpr (!number<A>::is_estimate)
    if (divisor == 1) return x;
  return x * (number<A>::one() / number<A>::from(divisor));  // one quotient for all elements
}
/// a·b − product, as far as the number type has no room for it.
template <class A>
CUSIGMOID_FN A rest_of_product(A a, A b, A product) {
  if constexpr (is_plain<A>)
    return fma(a, b, -product);
  else
    return number<A>::zero();
}
}  // namespace internal

/// SwiGLU: gate·σ(α·gate)·(up + offset), the gate no larger than the limit, |up| neither.
template <class A>
CUSIGMOID_FN A swiglu(parameters const &p, A gate, A up) {
  A const g = internal::at_most(gate, p.limit);
  return silu(g, internal::times(p.alpha, g)) * internal::plus(internal::clamped(up, p.limit), p.offset);
}

template <class A>
struct gated_gradient {
  A of_gate, of_up;
};
/// Its gradients times dh; 0 for what a limit holds. With u = α·gate that by the gate is SiLU′(u)·(up + offset).
template <class A>
CUSIGMOID_FN gated_gradient<A> swiglu_gradient(parameters const &p, A dh, A gate, A up) {
  A const g = internal::at_most(gate, p.limit), scaled = internal::times(p.alpha, g), zero = number<A>::zero();
  A const factor = internal::plus(internal::clamped(up, p.limit), p.offset);
  A const of_gate = dh * factor * silu_derivative(scaled, internal::rest_of_product(number<A>::from(p.alpha), g, scaled)),
          of_up = dh * silu(g, scaled);
  auto const of_gate_if_limited = [&] { return select(internal::is_above(gate, p.limit), zero, of_gate); };
  auto const of_up_if_limited = [&] {
    return select(either_holds(internal::is_above(up, p.limit), internal::is_above(-up, p.limit)), zero, of_up);
  };
  return {internal::unless_limited(p.limit, of_gate, of_gate_if_limited), internal::unless_limited(p.limit, of_up, of_up_if_limited)};
}

/// weight·v, 0 for a weight of zero whatever v is.
template <class A>
CUSIGMOID_FN A weighted(A weight, A v) {
  return select(is_zero(weight), number<A>::zero(), weight * v);
}

/// Binary cross-entropy of the logit x with target t, w·[p·t·softplus(−x) + (1 − t)·softplus(x)].
template <class A>
CUSIGMOID_FN A bce_with_logits(A x, A t, A w, A p) {
  A const logarithm = log1p_of_fraction(exp_of_minus_abs_to_zero(x));
  A const if_one = select(is_negative(x), logarithm - x, logarithm), if_zero = select(is_negative(x), logarithm, logarithm + x);
  return weighted(w, weighted(p * t, if_one) + weighted(number<A>::one() - t, if_zero));
}

/// The same of a finite x and a given ln(1 + e^−|x|), and without weights.
template <class A>
CUSIGMOID_FN A bce_of_logarithm(A x, A t, A w, A p, A logarithm) {
  A const one = number<A>::one(), if_one = p * t, if_zero = one - t;
  A const both = select(p == one, one, if_one + if_zero);
  return weighted(w, fma(magnitude(x), select(is_negative(x), if_one, if_zero), both * logarithm));
}
template <class A>
CUSIGMOID_FN A bce_of_logarithm(A x, A t, A logarithm) {
  return fma(magnitude(x), select(is_negative(x), t, number<A>::one() - t), logarithm);
}

/// Its gradient, dloss·w·[(1 − t)·σ(x) − p·t·σ(−x)]/divisor; 0 where weights of zero hide x.
template <class A>
CUSIGMOID_FN A bce_with_logits_gradient(parameters const &given, A dloss, A x, A t, A w, A p) {
  logistic<A> const s = logistic_parts(x);
  A const if_one = p * t, if_zero = number<A>::one() - t;
  A const sum = weighted(if_zero, s.of_x) - weighted(if_one, s.of_minus_x);
  auto const hidden = either_holds(is_zero(w), both_hold(is_zero(if_one), is_zero(if_zero)));
  return select(hidden, number<A>::zero(), internal::divided(quotient(dloss * w * sum, s.sum), given.divisor));
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
