// SPDX-License-Identifier: Apache-2.0
// Products of a function of one input and others, in float: a rounding test of the product, from the bound that the function has.
#pragma once
#include <type_traits>
#include <utility>

#include "cusigmoid/shortcuts/sixteen_bits.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {
namespace internal {

// The functions. parts(): to a relative error below `error` for arguments of magnitude ≤ `range`. roughly(): to 2^−19, for arguments from
// `least` to `greatest`; it has e^±x to 2^−19.7 (its exponent, below 24, to 2^−20; log2 e to 2^−25 of it; ex2 to 2^−22), the inverse to
// 2^−23, or squared to 2^−22, and a few roundings.

struct sigmoid_factor {
  template <class Numbers>
  static constexpr typename Numbers::number error = Numbers::sigmoid_product_error;
  static constexpr float range = 40, least = -16, greatest = __builtin_bit_cast(float, 0x7f800000u);
  template <class Approximate, class Table, class F>
  CUSIGMOID_FN static two_parts<F> parts(Table const &t, F x) {
    auto const [inverse, relative] = sigmoid_in_parts<Approximate>(t, x);
    F const value = fma(inverse, relative, inverse);
    return {value, fma(inverse, relative, inverse - value)};
  }
  template <class Approximate, class F>
  CUSIGMOID_FN static F roughly(F x) {
    return Approximate::inverse(Approximate::exp2(fma(x, -log2e, 0.0f)) + F(1.0f));
  }
};

/// Of any sign.
struct derivative_factor {
  template <class Numbers>
  static constexpr typename Numbers::number error = Numbers::derivative_error;
  static constexpr float range = in_two_floats::derivative_range, least = -16, greatest = 16;
  template <class Approximate, class Table, class F>
  CUSIGMOID_FN static two_parts<F> parts(Table const &t, F x) {
    return derivative_in_parts<Approximate>(t, x);
  }
  template <class Approximate, class F>
  CUSIGMOID_FN static F roughly(F x) {
    F const e = Approximate::exp2(fma(abs(x), -log2e, 0.0f)), inverse = Approximate::inverse(e + F(1.0f));
    return e * inverse * inverse;
  }
};

/// tanh′(x) = 4·σ′(2·x), here of 2·x.
struct tanh_derivative_factor : derivative_factor {
  template <class Approximate, class Table, class F>
  CUSIGMOID_FN static two_parts<F> parts(Table const &t, F twice) {
    two_parts<F> const d = derivative_factor::parts<Approximate>(t, twice);
    return {d.value * F(4.0f), d.low * F(4.0f)};
  }
  template <class Approximate, class F>
  CUSIGMOID_FN static F roughly(F twice) {
    return derivative_factor::roughly<Approximate>(twice) * F(4.0f);
  }
};

/// SiLU′(x) = s·(1 + x·(1 − s)) for s = σ(x). What s errs by, relatively, the result errs by times s·(1 + x·(1 − 2s)), and by less than
/// 2^−5·s of it by all other roundings (float_shortcuts tries every float).
struct silu_derivative_factor {
  template <class Numbers>
  static constexpr typename Numbers::number error = Numbers::sigmoid_product_error;
  static constexpr float range = sigmoid_factor::range;
  template <class Approximate, class Table, class F>
  CUSIGMOID_FN static sized_parts<F> parts(Table const &t, F x) {
    auto const [s, s_low] = sigmoid_factor::parts<Approximate>(t, x);
    F const one = 1.0f;
    F const other = one - s, other_low = ((one - other) - s) - s_low;
    auto const [product, product_low] = times(x, two_parts<F>{other, other_low});
    F const sum = one + product, sum_low = (product - (sum - one)) + product_low;
    F const value = s * sum, low = fma(s, sum_low, fma(s_low, sum, fma(s, sum, -value)));
    return {value, low, s * (abs(fma(-x, s, sum)) + F(0x1p-5f))};
  }
};

/// What a result of an op is: function(argument), times each of so many factors.
template <class F, int n>
struct term {
  F argument;
  F factors[n];
};
template <class F>
struct term<F, 0> {
  F argument;
};
template <class Op, int output = 0>
struct product;  // function; of(in…), a term

template <>
struct product<ops::derivative> {
  using function = derivative_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 0> of(F x) {
    return {x};
  }
};
template <>
struct product<ops::backward_from_input> {
  using function = derivative_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 1> of(F dy, F x) {
    return {x, {dy}};
  }
};
template <>
struct product<ops::log_sigmoid_derivative> {
  using function = sigmoid_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 0> of(F x) {
    return {-x};
  }
};
template <>
struct product<ops::signed_sigmoid> {
  using function = sigmoid_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 1> of(F x) {
    return {-abs(x), {select(x < F(0.0f), F(1.0f), F(-1.0f))}};
  }
};
template <>
struct product<ops::tanh_derivative> {
  using function = tanh_derivative_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 0> of(F x) {
    return {x + x};
  }
};
template <>
struct product<ops::tanh_backward> {
  using function = tanh_derivative_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 1> of(F dy, F x) {
    return {x + x, {dy}};
  }
};
template <>
struct product<ops::log_sigmoid_backward> {
  using function = sigmoid_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 1> of(F dy, F x) {
    return {-x, {dy}};
  }
};
template <>
struct product<ops::softplus_backward> {
  using function = sigmoid_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 1> of(F dy, F x) {
    return {x, {dy}};
  }
};
template <>
struct product<ops::silu> {
  using function = sigmoid_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 1> of(F x) {
    return {x, {x}};
  }
};
template <>
struct product<ops::silu_derivative> {
  using function = silu_derivative_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 0> of(F x) {
    return {x};
  }
};
template <>
struct product<ops::silu_backward> {
  using function = silu_derivative_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 1> of(F dy, F x) {
    return {x, {dy}};
  }
};
template <>
struct product<ops::glu_split> {
  using function = sigmoid_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 1> of(F x, F gate) {
    return {gate, {x}};
  }
};
template <>
struct product<ops::glu_interleaved> : product<ops::glu_split> {};
template <>
struct product<ops::swiglu_split> {
  using function = sigmoid_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 2> of(F gate, F up) {
    return {gate, {gate, up}};
  }
};
template <>
struct product<ops::swiglu_interleaved> : product<ops::swiglu_split> {};

template <>
struct product<ops::glu_split_backward, 0> {
  using function = sigmoid_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 1> of(F dy, F, F gate) {
    return {gate, {dy}};
  }
};
template <>
struct product<ops::glu_split_backward, 1> {
  using function = derivative_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 2> of(F dy, F x, F gate) {
    return {gate, {x, dy}};
  }
};
template <int output>
struct product<ops::glu_interleaved_backward, output> : product<ops::glu_split_backward, output> {};
template <>
struct product<ops::swiglu_split_backward, 0> {
  using function = silu_derivative_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 2> of(F dh, F gate, F up) {
    return {gate, {up, dh}};
  }
};
template <>
struct product<ops::swiglu_split_backward, 1> {
  using function = sigmoid_factor;
  template <class F>
  CUSIGMOID_FN static term<F, 2> of(F dh, F gate, F) {
    return {gate, {gate, dh}};
  }
};
template <int output>
struct product<ops::swiglu_interleaved_backward, output> : product<ops::swiglu_split_backward, output> {};

/// fp32 and fp64: each product in two parts.
template <class Op, class Numbers>
struct product_in_parts {
  static constexpr bool exists = true;
  using table = typename Numbers::table;

  template <class Approximate = machine, class Table, class Out, class... Word>
  CUSIGMOID_FN static auto attempt(Table const &t, Out &out, Word... in) {
    return attempt_all<Approximate>(std::make_integer_sequence<int, Op::out::size>{}, t, out, float_of(in)...);
  }

 private:
  // What results have in common, the compiler computes once.
  template <class Approximate, int first, int... more, class Table, class Out, class... F>
  CUSIGMOID_FN static auto attempt_all(std::integer_sequence<int, first, more...>, Table const &t, Out &out, F... in) {
    auto sure = attempt_term<Approximate, product<Op, first>>(t, product<Op, first>::of(in...), result(out, first));
    ((sure = both_hold(sure, attempt_term<Approximate, product<Op, more>>(t, product<Op, more>::of(in...), result(out, more)))), ...);
    return sure;
  }
  template <class Approximate, class Product, class Table, class F, int n, class Word>
  CUSIGMOID_FN static auto attempt_term(Table const &t, term<F, n> const &in, Word &result) {
    using function = typename Product::function;
    auto v = function::template parts<Approximate>(t, in.argument);
    auto in_range = abs(in.argument) <= F(function::range);
    if constexpr (n > 0) {
      CUSIGMOID_UNROLL
      for (int i = 0; i < n; ++i) {
        v = times(in.factors[i], v);
        in_range = both_hold(in_range, abs(v.value) >= F(Numbers::smallest_product));
      }
    }
    return both_hold(rounds_alike<Numbers>(v, function::template error<Numbers>, result), in_range);
  }
};

/// fp32 and fp64 σ(x + bias): of the sum's two parts the lower, below 2^−20, counts by σ′. Its square, times σ″, is below 2^−41 of the
/// result.
template <class Numbers>
struct sigmoid_of_sum_in_parts {
  static constexpr bool exists = true;
  using table = typename Numbers::table;

  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &t, Word &y, Word x_in, Word bias_in) {
    using F = float_type<Word>;
    F const one = 1.0f;
    auto const [sum, sum_low] = sum_in_parts<F>(float_of(x_in), float_of(bias_in));
    auto const [s, s_low] = sigmoid_factor::parts<Approximate>(t, sum);
    sized_parts<F> const v = {s, fma(sum_low, s * (one - s), s_low), s};
    return both_hold(rounds_alike<Numbers>(v, sigmoid_factor::error<Numbers>, y), abs(sum) < F(32.0f));
  }
};

/// 16 bits, two elements a word, products in float. bf16 leaves room for the errors of the approximate instructions; fp16 does not, and has
/// its function as fp32 has.
template <class Op, class T>
struct product_of_halves {
  static constexpr bool exists = true;
  static constexpr bool is_rough = format<T>::id == dtype::bfloat16;
  using table = std::conditional_t<is_rough, no_table, in_two_floats::table>;

  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &t, Word &result, Word in) {
    auto const x = halves<T, Word>::unpack(in);
    return attempt_terms<Approximate>(t, product<Op>::of(x.lower), product<Op>::of(x.upper), result);
  }
  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &t, Word &result, Word first, Word second) {
    auto const a = halves<T, Word>::unpack(first), b = halves<T, Word>::unpack(second);
    return attempt_terms<Approximate>(t, product<Op>::of(a.lower, b.lower), product<Op>::of(a.upper, b.upper), result);
  }

 private:
  using function = typename product<Op>::function;
  template <class Approximate, class Table, class Term, class Word>
  CUSIGMOID_FN static auto attempt_terms(Table const &t, Term const &lower, Term const &upper, Word &result) {
    using F = float_type<Word>;
    truth_type<Word> in_range = true;
    two_floats<F> const v = {value_of<Approximate>(t, lower, in_range), value_of<Approximate>(t, upper, in_range)};
    constexpr float bound = is_rough ? 0x1p-19f : 0x1p-22f;
    return both_hold(rounds_alike<T>(v, bound, result), in_range);
  }
  template <class Approximate, class Table, class F, int n, class Truth>
  CUSIGMOID_FN static F value_of(Table const &t, term<F, n> const &in, Truth &in_range) {
    F v = 0.0f;
    if constexpr (is_rough) {
      v = function::template roughly<Approximate>(in.argument);
      in_range = both_hold(in_range, both_hold(in.argument >= F(function::least), in.argument <= F(function::greatest)));
    } else {
      two_parts<F> const f = function::template parts<Approximate>(t, in.argument);
      v = f.value + f.low;
      in_range = both_hold(in_range, abs(in.argument) <= F(function::range));
    }
    if constexpr (n > 0) {
      CUSIGMOID_UNROLL
      for (int i = 0; i < n; ++i) {
        if (i > 0) in_range = both_hold(in_range, abs(v) >= F(smallest_product_of_halves<T>));
        v = v * in.factors[i];
      }
    }
    return v;
  }
};

/// Whether an op is a product of 16-bit numbers: those of several results, and with options, are estimated.
template <class Op, class = void>
constexpr bool is_of_halves = false;
template <class Op>
constexpr bool is_of_halves<Op, nothing<decltype(product<Op>::function::least)>> = Op::out::size == 1 && Op::takes == parameter_set::none;

}  // namespace internal

/// Of 64 and 32 bits; of 16 but where there is one above, if the function is known roughly.
template <class Op, int inputs>
struct shortcut<Op, double, 8, inputs, internal::nothing<typename internal::product<Op>::function>>
    : internal::product_in_parts<Op, in_two_doubles> {};
template <class Op, int inputs>
struct shortcut<Op, float, 4, inputs, internal::nothing<typename internal::product<Op>::function>>
    : internal::product_in_parts<Op, in_two_floats> {};
template <>
struct shortcut<ops::bias_forward, float> : internal::sigmoid_of_sum_in_parts<in_two_floats> {};
template <>
struct shortcut<ops::bias_forward, double> : internal::sigmoid_of_sum_in_parts<in_two_doubles> {};
template <class Op, class T, int inputs>
struct shortcut<Op, T, 2, inputs, std::enable_if_t<internal::is_of_halves<Op>>> : internal::product_of_halves<Op, T> {};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
