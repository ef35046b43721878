// SPDX-License-Identifier: Apache-2.0
// What a shortcut is, and the instructions that shortcuts are made of.
#pragma once
#include <type_traits>

#include "cusigmoid/arithmetic32.hpp"
#include "cusigmoid/evaluate.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// 32 bits of consecutive elements, the first in the lowest.
using word32 = unsigned;

/// The float of a word's bits, and what comparing words gives. Shortcuts are templates over Word: one, or a vector of them with the same
/// operations (host/cpu/vectors.hpp).
template <class Word>
using float_type = decltype(float_of(Word{}));
template <class Word>
using truth_type = decltype(Word{} == Word{});

/// The word that shortcuts take elements of a type in.
template <class T>
using word_of = std::conditional_t<sizeof(T) == 8, uint64, word32>;

/// The element of a word that begins at a bit, and back.
template <class T>
CUSIGMOID_FN T element_at(word_of<T> w, int bit) {
  if constexpr (sizeof(T) >= 4)
    return float_of(w).v;
  else
    return {static_cast<decltype(T::bits)>(w >> bit)};
}
template <class T>
CUSIGMOID_FN word_of<T> word_with(T element, int bit) {
  if constexpr (sizeof(T) == 8)
    return bits_of(f64(element));
  else if constexpr (sizeof(T) == 4)
    return bits_of(f32(element));
  else
    return word32{element.bits} << bit;
}

struct no_table {
  static no_table make() { return {}; }
};

namespace internal {
struct no_shortcut {
  static constexpr bool exists = false;
  using table = no_table;
};
template <class Op, class T>
struct estimated;  // estimated.hpp
}  // namespace internal

/// Where an op has a shortcut for an element type:
///   attempt(table, out, in…)  sets out, a results_of<Op, Word>, of one word of elements, or a vector of words, and says whether it is
///                             surely what evaluate<Op> gives, whatever the approximate instructions give within their documented bounds;
///   table                     what attempt looks up, made on the host; of the call's parameters where its make() takes them;
///   serves(parameters)        whether it serves a call with such parameters, if not the defaults alone.
/// One input of ≤ 32 bits: all inputs are tried, with each instruction at both ends of its bound (tests/shortcuts_test.cpp; fp32:
/// tools/proofs/float_shortcuts.cpp). Others: results are within a bound of evaluate's, and sure if all numbers as near are rounded to the
/// same (Ziv 1991); docs/proofs.md says which bounds are proven.
template <class Op, class T, int bytes = sizeof(T), int inputs = Op::in::size, class = void>
struct shortcut : std::conditional_t<bytes == 1 || bytes == 2, internal::estimated<Op, T>, internal::no_shortcut> {};

/// What attempt sets: a word, or as many as an op has outputs.
template <class Op, class Word>
using results_of = std::conditional_t<Op::out::size == 1, Word, many<Word, Op::out::size>>;
template <class Word>
CUSIGMOID_FN Word &result(Word &one, int) {
  return one;
}
template <class Word, int n>
CUSIGMOID_FN Word &result(many<Word, n> &all, int i) {
  return all.value[i];
}

/// The approximate instructions, which give other bits on other machines.
struct machine {
  /// 1/a to within 1 ulp, for normal a and 1/a.
  CUSIGMOID_FN static f32 inverse(f32 a) {
#if defined(__CUDA_ARCH__)
    float r;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(a.v));
    return r;
#else
    return 1.0f / a.v;
#endif
  }
  /// The same for double, where 1/a is normal in float: by a step of the third order.
  CUSIGMOID_FN static f64 inverse(f64 a) {
    f64 const seed = rough_inverse(a), rest = fma(-a, seed, 1.0);
    return fma(seed, fma(rest, rest, rest), seed);
  }
  /// 1/a, normal in float, to within 2^−14 of it for float, if `is_rough`, and 2^−22 for double.
  static constexpr bool is_rough = false;
  CUSIGMOID_FN static f32 rough_inverse(f32 a) { return inverse(a); }
  CUSIGMOID_FN static f64 rough_inverse(f64 a) {
#if defined(__CUDA_ARCH__)
    double seed;
    asm("{.reg .f32 s;\n\tcvt.rn.f32.f64 s, %1;\n\trcp.approx.ftz.f32 s, s;\n\tcvt.f64.f32 %0, s;}" : "=d"(seed) : "d"(a.v));
    return seed;
#else
    return static_cast<double>(1.0f / static_cast<float>(a.v));
#endif
  }
  /// 2^a to within 2 ulp; 0 below 2^−126.
  CUSIGMOID_FN static f32 exp2(f32 a) {
#if defined(__CUDA_ARCH__)
    float r;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(a.v));
    return r;
#else
    return static_cast<float>(__builtin_exp2(static_cast<double>(a.v)));
#endif
  }
  /// The same of what is not below −126 and not above 127, or is cut off there by the instruction.
  CUSIGMOID_FN static f32 exp2_within(f32 a) { return exp2(a); }
};

/// Results that need no computing, of inputs that shortcuts leave open and that come in bulk: saturated ones, zeros, NaN. For the element
/// types of ≤ 32 bits; of SwiGLU without options.
template <class Op>
struct trivial {
  template <class... In>
  CUSIGMOID_FN static bool result(many<double, Op::out::size> &, In...) {
    return false;
  }
};

template <>
struct trivial<ops::forward> {
  CUSIGMOID_FN static bool result(many<double, 1> &y, double x) {
    constexpr double saturation = 87, underflow = -105;
    y.value[0] = x > saturation ? 1 : x < underflow ? 0 : x;
    return x > saturation || x < underflow || x != x;
  }
};

template <>
struct trivial<ops::derivative> {
  CUSIGMOID_FN static bool result(many<double, 1> &dydx, double x) {
    constexpr double underflow = 105;
    bool const zero = x > underflow || x < -underflow;
    dydx.value[0] = zero ? 0 : x;
    return zero || x != x;
  }
};

CUSIGMOID_FN bool are_default(parameters const &p) {
  parameters const d = default_parameters();
  return p.alpha == d.alpha && p.limit == d.limit && p.offset == d.offset && p.divisor == d.divisor;
}

namespace internal {
template <class Shortcut>
auto serves(int, parameters const &p) -> decltype(Shortcut::serves(p)) {
  return Shortcut::serves(p);
}
template <class Shortcut>
bool serves(long, parameters const &p) {
  return are_default(p);
}
template <class Table, class = void>
constexpr bool is_of_parameters = false;
template <class Table>
constexpr bool is_of_parameters<Table, nothing<decltype(Table::make(default_parameters()))>> = true;
}  // namespace internal

/// Whether an op's shortcut serves a call, and the table that it has then.
template <class Op, class Shortcut>
bool serves(parameters const &p) {
  if constexpr (Op::takes == parameter_set::none)
    return Shortcut::exists;
  else
    return Shortcut::exists && internal::serves<Shortcut>(0, p);
}
template <class Table>
Table make_table(parameters const &p) {
  if constexpr (internal::is_of_parameters<Table>)
    return Table::make(p);
  else
    return Table::make();
}

namespace internal {
CUSIGMOID_FN bool is_number(double v) { return is_finite(f64(v)); }
CUSIGMOID_FN double zero_of_sign(uint64 bits) { return double_of(bits & uint64{1} << 63); }
}  // namespace internal

template <>
struct trivial<ops::backward> {
  CUSIGMOID_FN static bool result(many<double, 1> &dx, double dy, double y) {
    dx.value[0] = internal::zero_of_sign(bits_of(dy) ^ bits_of(y));
    return internal::is_number(dy) && y >= 0 && y <= 1 && (dy == 0 || y == 0 || y == 1);
  }
};

template <>
struct trivial<ops::backward_from_input> {
  CUSIGMOID_FN static bool result(many<double, 1> &dx, double dy, double x) {
    constexpr double underflow = 250;  // of σ′ times any number of 32 bits
    dx.value[0] = internal::zero_of_sign(bits_of(dy));
    return internal::is_number(dy) && x == x && (dy == 0 || x > underflow || x < -underflow);
  }
};

namespace internal {
/// The first input times a positive function of it or of the second: zero.
struct zero_times {
  template <class... Rest>
  CUSIGMOID_FN static bool result(many<double, 1> &y, double first, Rest... rest) {
    y.value[0] = first;
    return first == 0 && (is_number(rest) && ... && true);
  }
};
struct zero_swiglu {
  CUSIGMOID_FN static bool result(many<double, 1> &h, double gate, double up) {
    h.value[0] = zero_of_sign(bits_of(gate) ^ bits_of(up));
    return is_number(gate) && is_number(up) && (gate == 0 || up == 0);
  }
};
}  // namespace internal

namespace internal {
/// Gradients of zero: the first input times a factor for each output, of which only the sign counts.
template <class... Factor>
CUSIGMOID_FN bool zero_gradients(many<double, sizeof...(Factor)> &dx, double dy, Factor... factor) {
  dx = {{zero_of_sign(bits_of(dy) ^ bits_of(factor))...}};
  return dy == 0 && (is_number(factor) && ...);
}
/// A number with the sign of SiLU′(x).
CUSIGMOID_FN double silu_slope(double x) { return x - constants::silu_derivative_zero_hi; }
struct zero_glu_gradients {
  CUSIGMOID_FN static bool result(many<double, 2> &d, double dy, double x, double gate) {
    return zero_gradients(d, dy, is_number(gate) ? 1 : gate, x);
  }
};
struct zero_swiglu_gradients {
  CUSIGMOID_FN static bool result(many<double, 2> &d, double dh, double gate, double up) {
    return zero_gradients(d, dh, is_number(up) ? double_of(bits_of(silu_slope(gate)) ^ (bits_of(up) & uint64{1} << 63)) : up, gate);
  }
};
}  // namespace internal

template <>
struct trivial<ops::silu_backward> {
  CUSIGMOID_FN static bool result(many<double, 1> &dx, double dy, double x) {
    return internal::zero_gradients(dx, dy, internal::silu_slope(x));
  }
};
template <>
struct trivial<ops::glu_split_backward> : internal::zero_glu_gradients {};
template <>
struct trivial<ops::glu_interleaved_backward> : internal::zero_glu_gradients {};
template <>
struct trivial<ops::swiglu_split_backward> : internal::zero_swiglu_gradients {};
template <>
struct trivial<ops::swiglu_interleaved_backward> : internal::zero_swiglu_gradients {};

template <>
struct trivial<ops::tanh> {
  CUSIGMOID_FN static bool result(many<double, 1> &y, double x) {
    constexpr double saturation = 10;
    y.value[0] = x > saturation ? 1 : x < -saturation ? -1 : x;
    return x == 0 || x > saturation || x < -saturation;
  }
};
template <>
struct trivial<ops::softplus> {
  CUSIGMOID_FN static bool result(many<double, 1> &y, double x) {
    constexpr double saturation = 64, underflow = -105;
    y.value[0] = x < underflow ? 0 : x;
    return x > saturation || x < underflow;
  }
};
template <>
struct trivial<ops::log_sigmoid> {
  CUSIGMOID_FN static bool result(many<double, 1> &y, double x) {
    bool const known = trivial<ops::softplus>::result(y, -x);
    y.value[0] = (-f64(y.value[0])).v;
    return known;
  }
};
template <>
struct trivial<ops::second_derivative> {
  CUSIGMOID_FN static bool result(many<double, 1> &y, double x) {
    y.value[0] = -x;
    return x == 0;
  }
};
/// What a weight of zero hides.
template <>
struct trivial<ops::bce_with_logits> {
  CUSIGMOID_FN static bool result(many<double, 1> &loss, double, double, double weight, double) {
    loss.value[0] = 0;
    return weight == 0;
  }
};
template <>
struct trivial<ops::bce_with_logits_backward> {
  CUSIGMOID_FN static bool result(many<double, 1> &dx, double, double, double weight, double, double) {
    dx.value[0] = 0;
    return weight == 0;
  }
};

/// Sequences are padded with zeros.
template <>
struct trivial<ops::lstm_cell> {
  CUSIGMOID_FN static bool result(many<double, 2> &c_and_h, double i, double f, double g, double o, double i_bias, double f_bias,
                                  double g_bias, double o_bias, double c_prev) {
    double const sum = g + g_bias, c = c_prev + sum;
    c_and_h = {{c, c}};
    return c_prev == 0 && sum == 0 && internal::is_number(i + i_bias) && internal::is_number(f + f_bias) && internal::is_number(o + o_bias);
  }
};

template <>
struct trivial<ops::silu> : internal::zero_times {};
template <>
struct trivial<ops::log_sigmoid_backward> : internal::zero_times {};
template <>
struct trivial<ops::softplus_backward> : internal::zero_times {};
template <>
struct trivial<ops::tanh_backward> : internal::zero_times {};
template <>
struct trivial<ops::glu_split> : internal::zero_times {};
template <>
struct trivial<ops::glu_interleaved> : internal::zero_times {};
template <>
struct trivial<ops::swiglu_split> : internal::zero_swiglu {};
template <>
struct trivial<ops::swiglu_interleaved> : internal::zero_swiglu {};

/// Whether a call has such a result.
template <class Op, class... In>
CUSIGMOID_FN bool is_trivial(parameters const &p, many<double, Op::out::size> &v, In... in) {
  return (Op::takes != parameter_set::of_swiglu || are_default(p)) && trivial<Op>::result(v, in...);
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
