// SPDX-License-Identifier: Apache-2.0
// fp32 in float and fp64 in double: numbers in two parts, unevaluated, and a rounding test. Each formula once, for both.
#pragma once
#include "cusigmoid/shortcuts/shortcut.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// 2^(j/32), and what its rounding left, for numbers in two parts of a kind.
template <class Numbers>
struct exp2_table {
  using numbers = Numbers;
  using word = typename Numbers::word;
  struct alignas(2 * sizeof(word)) entry {
    word power;                     // the bits of 2^(j/32), less j << steps_to_exponent: adding (32·k + j) << that multiplies it by 2^k
    typename Numbers::number rest;  // ln(2^(j/32)/power)
  };
  entry at[constants::exp_steps];

  CUSIGMOID_FN entry of(word k) const { return at[k % constants::exp_steps]; }

  static exp2_table make() {
    exp2_table t;
    for (int j = 0; j < constants::exp_steps; ++j)
      t.at[j] = {Numbers::power(j) - (static_cast<word>(j) << Numbers::steps_to_exponent), Numbers::rest(j)};
    return t;
  }
};

/// Of two floats. The errors are relative.
struct in_two_floats {
  using number = float;
  using word = word32;
  using table = exp2_table<in_two_floats>;
  static constexpr float log2e = constants::log2e_float, ln2_hi = constants::ln2_float_hi, ln2_lo = constants::ln2_float_lo;
  static constexpr float magic = 0x1.8p18f;  // an ulp of it is 1/32: adding it leaves 32·(x/ln 2), rounded, in the low bits
  static constexpr int steps_to_exponent = 18;
  static word power(int j) { return bits_of(f32(constants::exp2_float(j))); }
  static float rest(int j) { return constants::exp2_float_rest(j); }
  static constexpr int degree = 2;
  struct coefficient {
    CUSIGMOID_FN float operator()(int i) const { return constants::exp_float(i); }
  };
  struct log_coefficient {
    CUSIGMOID_FN float operator()(int i) const { return static_cast<float>(constants::alternating_inverse(i)); }
  };
  static constexpr int log_degree = 4;                  // of ln(1 + z), |z| ≤ 2^−7
  static constexpr float log_magic = 0x1.8p16f - 0.5f;  // an ulp of it is 2^−7: adding it to c leaves 128·c − 64, rounded, in the low bits
  static word log_offset(int j) { return bits_of(f32(constants::log_float(j))); }
  static float log_offset_rest(int j) { return constants::log_float_rest(j); }
  static constexpr bool rest_is_large = false;
  static constexpr float one_is_larger_above = -12;  // in 1 + e^−x
  static constexpr bool inverts_both_parts = false;  // of that, whose low part is 2^−13 of it: as much as the inverse is off
  static constexpr float sigmoid_range = 80;         // beyond, low parts are lost, and results subnormal
  static constexpr float sigmoid_error = 0x1.6p-36f, sigmoid_product_error = 0x1.9p-36f;
  static constexpr float rough_sigmoid_error = 0x1.dp-36f;  // where the inverse is rough
  static constexpr float derivative_range = 64;             // beyond, the low parts would be subnormal
  static constexpr float derivative_error = 0x1.8p-36f;     // the largest of all x is 2^-35.49; a product adds 2^-45
  static constexpr float tanh_error = 0x1.8p-38f;
  static constexpr float tanh_range = 40;
  static constexpr float softplus_error = 0x1.8p-36f, softplus_square_error = 0x1.2p-23f;  // of the number, and of the square beside it
  static constexpr float loss_error = 0x1.9p-32f;                                          // of ln(1 + e^−|x|)
  static constexpr float softplus_range = 64;                                              // beyond, the low parts would be subnormal
  static constexpr float second_derivative_range = 32;
  static constexpr float second_derivative_error = 0x1.1p-36f;
  static constexpr float lstm_error = 0x1.28p-36f;
  static constexpr float smallest_product = 0x1p-100f;  // so that its low part, a multiple of 2^-149, is exact
  static constexpr float backward_error = 0x1p-43f;     // of dy·y·(1 − y)
  static constexpr float middle = 0x1p25f;              // a middle between floats is value/middle or more away from value
};

/// Of two doubles. Each error covers that of double_double, too, with which results are computed where these are not sure: in 2·10^7
/// arguments of all sizes they are never farther than 2^-64.37 (σ) and 2^-64.19 (σ′) from each other.
struct in_two_doubles {
  using number = double;
  using word = uint64;
  using table = exp2_table<in_two_doubles>;
  static constexpr double log2e = constants::log2e_double, ln2_hi = constants::ln2_double_hi, ln2_lo = constants::ln2_double_lo;
  static constexpr double magic = 0x1.8p47;
  static constexpr int steps_to_exponent = 47;
  static word power(int j) { return bits_of(constants::exp2_hi(j)); }
  static double rest(int j) { return constants::exp2_double_rest(j); }
  static constexpr int degree = 5;
  struct coefficient {
    CUSIGMOID_FN double operator()(int i) const { return constants::exp_double(i); }
  };
  struct log_coefficient {
    CUSIGMOID_FN double operator()(int i) const { return constants::alternating_inverse(i); }
  };
  static constexpr int log_degree = 9;
  static constexpr double log_magic = 0x1.8p45 - 0.5;
  static word log_offset(int j) { return bits_of(constants::log_double(j)); }
  static double log_offset_rest(int j) { return constants::log_double_rest(j); }
  static constexpr bool rest_is_large = true;  // 58·ln2_lo, where the smallest e^−x is
  static constexpr double one_is_larger_above = -24;
  static constexpr bool inverts_both_parts = true;
  static constexpr double sigmoid_range = 80;
  static constexpr double sigmoid_error = 0x1p-63, sigmoid_product_error = 0x1p-63, rough_sigmoid_error = 0x1p-63;
  static constexpr double derivative_range = 64;
  static constexpr double derivative_error = 0x1p-63;
  static constexpr double tanh_error = 0x1p-65;
  static constexpr double tanh_range = 40;
  static constexpr double softplus_error = 0x1p-63, softplus_square_error = 0x1.8p-52;
  static constexpr double softplus_range = 512;
  static constexpr double second_derivative_range = 64;
  static constexpr double second_derivative_error = 0x1.8p-64;
  static constexpr double lstm_error = 0x1p-63;
  static constexpr double smallest_product = 0x1p-900;
  static constexpr double backward_error = 0x1p-90;
  static constexpr double middle = 0x1p54;
};

/// exp2_table of floats as products, which are exact, of 2^(i/4) and 2^(j/32), each to 12 bits: two tables so small that vectors of eight
/// can permute them (host/cpu/tables.hpp).
struct exp2_factors {
  using numbers = in_two_floats;
  struct factor {
    float power, offset, rest;
    explicit factor(int i)
        : power(constants::exp2_factor(i)), offset(constants::exp2_factor_offset(i)), rest(constants::exp2_factor_rest(i)) {}
  };
  template <class F>
  struct entry_of {
    F product, offset, rest;  // ln(2^(k/32)/product) = offset + rest, the first a multiple of 2^−30
  };

  entry_of<f32> of(word32 k) const {
    factor const fourth(k >> 3 & 3), step(4 + (k & 7));
    return {f32(fourth.power) * f32(step.power), f32(fourth.offset) + f32(step.offset), f32(fourth.rest) + f32(step.rest)};
  }
};

/// Whether an entry of a table is one of exp2_factors, in lanes or not.
template <class Entry>
constexpr bool is_product = false;
template <class F>
constexpr bool is_product<exp2_factors::entry_of<F>> = true;

/// Those for an element type.
template <class T>
using in_two_parts = std::conditional_t<sizeof(T) == 8, in_two_doubles, in_two_floats>;

namespace internal {

/// e^−x = power·(1 + r + low), low of the order of r²; |r| ≤ ln 2/64 (and 2^−11, where entries are products).
template <class F>
struct exponential_in_parts {
  F power, r, low;
};
template <class Table, class F>
CUSIGMOID_FN exponential_in_parts<F> exp_of_minus_in_parts(Table const &table, F x) {
  using numbers = typename Table::numbers;
  using word = typename numbers::word;
  F const shifted = fma(x, -numbers::log2e, numbers::magic), steps = shifted - F(numbers::magic);
  auto const k = bits_of(shifted);
  auto const entry = table.of(k);
  F r = fma(steps, -numbers::ln2_hi, -x);  // exact
  F power;
  if constexpr (is_product<std::remove_const_t<decltype(entry)>>) {
    constexpr word whole_steps = -static_cast<word>(constants::exp_steps);
    r = r + entry.offset;  // a multiple of 2^-30 below 2^-6, too
    power = float_of(((k & whole_steps) << numbers::steps_to_exponent) + bits_of(entry.product));
  } else {
    power = float_of((k << numbers::steps_to_exponent) + entry.power);
  }
  F const rest = fma(steps, -numbers::ln2_lo, entry.rest);
  F p = polynomial<0, numbers::degree>(r, typename numbers::coefficient{});
  if constexpr (numbers::rest_is_large) p = fma(rest, 0.5, p);
  return {power, r, fma(r, fma(r, p, rest), rest)};
}

/// A number in two parts, off by less than a bound times itself; and one off by less than the bound times `size`, which is more where terms
/// of the number cancel, and less where their errors do.
template <class F>
struct two_parts {
  F value, low;
};
template <class F>
struct sized_parts {
  F value, low, size;
};

template <class F>
CUSIGMOID_FN two_parts<F> times(F a, two_parts<F> v) {
  F const product = a * v.value;
  return {product, fma(a, v.low, fma(a, v.value, -product))};
}
template <class F>
CUSIGMOID_FN two_parts<F> times(two_parts<F> a, two_parts<F> b) {
  F const product = a.value * b.value;
  return {product, fma(a.value, b.low, fma(a.low, b.value, fma(a.value, b.value, -product)))};
}
template <class F>
CUSIGMOID_FN sized_parts<F> times(F a, sized_parts<F> v) {
  two_parts<F> const product = times(a, two_parts<F>{v.value, v.low});
  return {product.value, product.low, abs(a) * v.size};
}

/// v, or −v where the other is negative.
template <class F>
CUSIGMOID_FN F with_sign(F v, F of) {
  return float_of(bits_of(v) ^ (bits_of(of) & bits_of(F(-0.0f))));
}
template <class F>
CUSIGMOID_FN two_parts<F> with_sign(two_parts<F> v, F of) {
  return {with_sign(v.value, of), with_sign(v.low, of)};
}

/// a/b, from an inverse of b's value.
template <class F>
CUSIGMOID_FN two_parts<F> quotient(two_parts<F> a, two_parts<F> b, F inverse) {
  F const first = a.value * inverse, remainder = fma(-first, b.low, fma(-first, b.value, a.value)) + a.low;
  return {first, remainder * inverse};
}
/// a + b, exactly (Knuth).
template <class F>
CUSIGMOID_FN two_parts<F> sum_in_parts(F a, F b) {
  F const sum = a + b, of_a = sum - b;
  return {sum, (a - of_a) + (b - (sum - of_a))};
}

/// Sets `result` to the number, rounded, and says whether everything within bound·value of it (for floats 2^−43 ≤ bound < 2^−34) is
/// rounded to the same. The middles between floats are value/middle or more away from value. Where |low| is a little smaller than that, so
/// little that the bound reaches them, middle·1.03·bound·|low| is more than bound·value still; where it is smaller yet, the bound does not
/// reach them.
template <class Numbers, class F, class Word>
CUSIGMOID_FN auto rounds_alike(two_parts<F> v, typename Numbers::number bound, Word &result) {
  typename Numbers::number const part = bound * (Numbers::middle * 0x1.08p0f);
  F const one_end = fma(v.low, 1 - part, v.value), other_end = fma(v.low, 1 + part, v.value);
  result = bits_of(one_end);
  return one_end == other_end;
}
/// The same of everything within bound·size.
template <class Numbers, class F, class Word>
CUSIGMOID_FN auto rounds_alike(sized_parts<F> v, typename Numbers::number bound, Word &result) {
  F const one_end = v.value + fma(v.size, -bound, v.low), other_end = v.value + fma(v.size, bound, v.low);
  result = bits_of(one_end);
  return one_end == other_end;
}

/// σ(x) = inverse·(1 + error) for |x| ≤ sigmoid_range, to within sigmoid_error: by the denominator 1 + e^−x and its inverse in two parts.
template <class F>
struct inverse_and_error {
  F inverse, error;
};
template <class Approximate, class Table, class F>
CUSIGMOID_FN inverse_and_error<F> sigmoid_in_parts(Table const &table, F x) {
  F const one = 1.0f;
  exponential_in_parts<F> const e = exp_of_minus_in_parts(table, x);
  // 1 + e^−x = sum + sum_low. For x far below 0 the 1 is the smaller one.
  F const sum = fma(e.power, e.r + one, one);
  auto const one_is_smaller = x <= F(Table::numbers::one_is_larger_above);
  F const difference = e.power - select(one_is_smaller, sum, sum - one);
  F const without_one = fma(e.power, e.low, fma(e.power, e.r, difference));
  F const sum_low = select(one_is_smaller, without_one + one, without_one);

  // 1/(sum + sum_low) = inverse·(1 + error): the error of whatever inverse, and its square, which counts
  F const inverse = Approximate::rough_inverse(Table::numbers::inverts_both_parts ? sum + sum_low : sum);
  F const error = fma(-sum_low, inverse, fma(-sum, inverse, one));
  return {inverse, fma(error, error, error)};
}

template <class Approximate, class Table, class F>
CUSIGMOID_FN two_parts<F> derivative_in_parts(Table const &table, F x) {
  exponential_in_parts<F> const e = exp_of_minus_in_parts(table, abs(x));
  F const one = 1.0f;
  // e^−|x|, 1 + e^−|x| and its square, each in two parts
  F const n = fma(e.power, e.r, e.power), n_low = fma(e.power, e.low, fma(e.power, e.r, e.power - n));
  F const sum = one + n, sum_low = (n - (sum - one)) + n_low;
  F const square = sum * sum, square_low = fma(fma(F(2.0f), sum, sum_low), sum_low, fma(sum, sum, -square));
  F const inverse = Approximate::inverse(square + square_low);
  F const quotient = (n + n_low) * inverse, remainder = fma(-quotient, square_low, fma(-quotient, square, n)) + n_low;
  return {quotient, remainder * inverse};
}

/// u = 1 − e^x for x ≤ 0, which is little more than −r where |x| is small: its error falls with it.
template <class F>
CUSIGMOID_FN two_parts<F> rest_of_one(exponential_in_parts<F> const &e) {
  // 1 − power is 0, or at least twice power·r, so that one less the other is exact
  F const one = 1.0f, without_r = one - e.power, rest = (one - without_r) - e.power;
  F const most = fma(-e.power, e.r, without_r), left = fma(-e.power, e.low, fma(-e.power, e.r, without_r - most)) + rest;
  F const u = most + left;
  return {u, (most - u) + left};
}
/// 2 − u for 0 ≤ u ≤ 1.
template <class F>
CUSIGMOID_FN two_parts<F> rest_of_two(two_parts<F> u) {
  F const two = 2.0f, sum = two - u.value;
  return {sum, ((two - sum) - u.value) - u.low};
}
/// By how much u errs, in units of its largest error.
template <class F>
CUSIGMOID_FN F size_of_error(F u) {
  F const part = u * F(160.0f), one = 1.0f;
  return select(part < one, part, one);
}

/// tanh(|x|) = u/(2 − u) for u = 1 − e^−2|x|.
template <class Numbers>
struct tanh_in_parts {
  using numbers = Numbers;
  static constexpr typename Numbers::number least = 0, most = Numbers::tanh_range, error = Numbers::tanh_error;

  template <class Approximate, class Table, class F>
  CUSIGMOID_FN static sized_parts<F> of(Table const &table, F magnitude) {
    two_parts<F> const u = rest_of_one(exp_of_minus_in_parts(table, magnitude + magnitude)), sum = rest_of_two(u);
    two_parts<F> const y = quotient(u, sum, Approximate::inverse(sum.value));
    return {y.value, y.low, size_of_error(y.value)};
  }
};

template <class Numbers>
struct forward_in_parts {
  static constexpr bool exists = true;
  using table = typename Numbers::table;

  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &t, Word &y, Word in) {
    using F = float_type<Word>;
    F const x = float_of(in), bound = Approximate::is_rough ? Numbers::rough_sigmoid_error : Numbers::sigmoid_error;
    auto const [inverse, error] = sigmoid_in_parts<Approximate>(t, x);
    F const low_end = fma(inverse, error - bound, inverse), high_end = fma(inverse, error + bound, inverse);
    y = bits_of(low_end);
    return both_hold(low_end == high_end, abs(x) <= F(Numbers::sigmoid_range));
  }
};

/// A function of |x|, with the sign of x or of −x, if `sign` is 1 or −1.
template <class Function, int sign>
struct function_in_parts {
  static constexpr bool exists = true;
  using numbers = typename Function::numbers;
  using table = typename numbers::table;

  template <class Approximate = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &t, Word &y, Word in) {
    using F = float_type<Word>;
    F const x = float_of(in), magnitude = abs(x), least = Function::least, most = Function::most;
    auto const alike = rounds_alike<numbers>(Function::template of<Approximate>(t, magnitude), Function::error, y);
    if constexpr (sign != 0) y = bits_of(with_sign(float_of(y), sign > 0 ? x : -x));
    return both_hold(alike, both_hold(magnitude >= least, magnitude <= most));
  }
};

/// dy·y·(1 − y), each factor and product in two parts.
template <class Numbers>
struct backward_in_parts {
  static constexpr bool exists = true;
  using table = no_table;

  template <class = machine, class Table, class Word>
  CUSIGMOID_FN static auto attempt(Table const &, Word &dx, Word dy_in, Word y_in) {
    using F = float_type<Word>;
    F const dy = float_of(dy_in), y = float_of(y_in), one = 1.0f;
    F const other = one - y, other_low = (one - other) - y;  // exact for |y| ≤ 1
    F const first = dy * y, first_low = fma(dy, y, -first);
    F const product = first * other;
    F const low = fma(first, other_low, fma(first_low, other, fma(first, other, -product)));
    auto const alike = rounds_alike<Numbers>(two_parts<F>{product, low}, Numbers::backward_error, dx);
    return both_hold(both_hold(alike, abs(y) <= one), abs(product) >= F(Numbers::smallest_product));
  }
};

}  // namespace internal

template <>
struct shortcut<ops::forward, float> : internal::forward_in_parts<in_two_floats> {};
template <>
struct shortcut<ops::forward, double> : internal::forward_in_parts<in_two_doubles> {};
template <>
struct shortcut<ops::tanh, float> : internal::function_in_parts<internal::tanh_in_parts<in_two_floats>, 1> {};
template <>
struct shortcut<ops::tanh, double> : internal::function_in_parts<internal::tanh_in_parts<in_two_doubles>, 1> {};
template <>
struct shortcut<ops::backward, float> : internal::backward_in_parts<in_two_floats> {};
template <>
struct shortcut<ops::backward, double> : internal::backward_in_parts<in_two_doubles> {};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
