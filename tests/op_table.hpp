// SPDX-License-Identifier: Apache-2.0
// The table of all tests that go over ops: one row an op. What its inputs are drawn from, what the exact result is, and how far a result
// may be from it.
#pragma once
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "cusigmoid/cusigmoid.h"
#include "tests/reference.hpp"

using random_bits = std::mt19937_64;
/// Draws an input; now and then a special value, where they are wanted.
using distribution = std::function<double(random_bits &, bool with_special_values)>;

using reals = std::vector<reference::real>;
/// A sum whose terms may cancel: its value, and the sum of their magnitudes, of which a part counts as an error besides.
struct sum_of_terms {
  reference::real value, magnitudes;
};

struct op_row_type {
  char const *name;
  std::vector<distribution> inputs;  // one an operand
  /// The exact results for one element's inputs; of a sum, its term.
  std::function<std::vector<sum_of_terms>(reals const &, cusigmoid_params const &)> exact;
  std::vector<double> if_absent = {};                                // of each input, where some are optional
  std::vector<cusigmoid_params> settings = {CUSIGMOID_PARAMS_INIT};  // parameters it is tried with
};

namespace inputs {

inline double uniform(random_bits &r, double low, double high) { return std::uniform_real_distribution<double>(low, high)(r); }

inline double special(random_bits &r) {
  static double const values[] = {0.0,      -0.0,    HUGE_VAL, -HUGE_VAL, std::nan(""), 1e-310, -1e-310,
                                  0x1p-149, 0x1p-24, 65504,    3e38,      -3e38,        1e308};
  return values[r() % std::size(values)];
}

/// Where σ and its relatives live: mostly |x| < 20, also the tails and the tiny.
inline double logit(random_bits &r, bool with_special_values) {
  switch (r() % (with_special_values ? 9 : 8)) {
    case 0: return uniform(r, -1, 1);
    case 1: return uniform(r, -110, 110);
    case 2: return uniform(r, -760, 760);
    case 3: return std::copysign(std::exp2(uniform(r, -60, 10)), uniform(r, -1, 1));
    case 8: return special(r);
    default: return uniform(r, -20, 20);
  }
}

/// A gradient: any magnitude around 1, at times far from it.
inline double gradient(random_bits &r, bool with_special_values) {
  switch (r() % (with_special_values ? 9 : 8)) {
    case 0: return std::copysign(std::exp2(uniform(r, -140, 120)), uniform(r, -1, 1));
    case 1: return std::copysign(std::exp2(uniform(r, -1070, 1020)), uniform(r, -1, 1));
    case 8: return special(r);
    default: return uniform(r, -2, 2);
  }
}

/// In [0, 1], its ends included.
inline double fraction(random_bits &r, bool with_special_values) {
  switch (r() % (with_special_values ? 8 : 7)) {
    case 0: return 0;
    case 1: return 1;
    case 2: return std::exp2(uniform(r, -30, 0));
    case 3: return 1 - std::exp2(uniform(r, -30, 0));
    case 7: return std::nan("");
    default: return uniform(r, 0, 1);
  }
}

/// What signed_sigmoid gives: in [−1/2, 1/2].
inline double signed_output(random_bits &r, bool with_special_values) {
  double const y = fraction(r, with_special_values);
  return std::copysign(y / 2, uniform(r, -1, 1));
}

/// Not negative, at times 0.
inline double weight(random_bits &r, bool with_special_values) { return 2 * fraction(r, with_special_values); }

/// An ordinary number.
inline double number(random_bits &r, bool with_special_values) {
  return with_special_values && r() % 9 == 0 ? special(r) : uniform(r, -3, 3);
}

/// The scale of fp8 numbers.
inline double scale(random_bits &r, bool) { return std::exp2(uniform(r, -4, 4)); }

}  // namespace inputs

namespace rows {
using namespace inputs;
using namespace reference;
using given = cusigmoid_params const &;
using function_of_one = real (*)(real const &);

inline std::vector<sum_of_terms> only(reals const &values) {
  std::vector<sum_of_terms> all;
  for (auto const &v : values) all.push_back({v, real(0)});
  return all;
}

/// y = f(x)
inline op_row_type unary(char const *name, function_of_one f) {
  return {name, {logit}, [f](reals const &in, given) { return only({f(in[0])}); }};
}
/// dx = dy·f(x)
inline op_row_type product(char const *name, function_of_one f, distribution x = logit) {
  return {name, {gradient, x}, [f](reals const &in, given) { return only({in[0] * f(in[1])}); }};
}

/// a·b
inline sum_of_terms times(real const &a, sum_of_terms const &b) {
  return {a * b.value, abs(a * b.value) < abs(a) * b.magnitudes ? abs(a) * b.magnitudes : abs(a * b.value)};
}

inline op_row_type glu(char const *name) {
  return {name, {gradient, logit}, [](reals const &in, given) { return only({in[0] * sigmoid(in[1])}); }};
}
inline op_row_type glu_backward(char const *name) {
  return {name, {gradient, gradient, logit}, [](reals const &in, given) {
            return only({in[0] * sigmoid(in[2]), in[0] * in[1] * sigmoid_derivative(in[2])});
          }};
}

inline cusigmoid_params with_swiglu(double alpha, double limit, double offset) {
  cusigmoid_params p = CUSIGMOID_PARAMS_INIT;
  p.alpha = alpha, p.limit = limit, p.offset = offset;
  return p;
}

/// The defaults, those of gpt-oss, and some that nobody takes; each parameter alone, too.
inline std::vector<cusigmoid_params> swiglu_settings() {
  return {CUSIGMOID_PARAMS_INIT, with_swiglu(1.702, 7, 1), with_swiglu(0.05, 0, -0.5),
          with_swiglu(-1, 0, 0), with_swiglu(0, 2, 0),     with_swiglu(0, 0, 1)};
}

struct clamped_gates {
  real gate, up, scaled;
  bool gate_held, up_held;
  clamped_gates(real const &g, real const &u, given p) : gate(g), up(u), scaled(g), gate_held(false), up_held(false) {
    real const limit = p.limit == 0 ? HUGE_VAL : p.limit;
    gate_held = limit < gate, up_held = limit < abs(up);
    if (gate_held) gate = limit;
    if (up_held) up = up < real(0) ? -limit : limit;
    up = up + real(p.offset);
    scaled = real(p.alpha == 0 ? 1 : p.alpha) * gate;
  }
};
inline op_row_type swiglu(char const *name) {
  return {name,
          {logit, gradient},
          [](reals const &in, given p) {
            clamped_gates const c(in[0], in[1], p);
            return only({c.gate * sigmoid(c.scaled) * c.up});
          },
          {},
          swiglu_settings()};
}
inline op_row_type swiglu_backward(char const *name, bool with_settings = true) {
  return {name,
          {gradient, logit, gradient},
          [](reals const &in, given p) {
            clamped_gates const c(in[1], in[2], p);
            return only({c.gate_held ? real(0) : in[0] * c.up * silu_derivative(c.scaled),
                         c.up_held ? real(0) : in[0] * c.gate * sigmoid(c.scaled)});
          },
          {},
          with_settings ? swiglu_settings() : std::vector<cusigmoid_params>{CUSIGMOID_PARAMS_INIT}};
}
inline op_row_type swiglu_scaled(char const *name) {
  return {name,
          {number, number, scale},
          [](reals const &in, given p) {
            clamped_gates const c(in[0], in[1], p);
            real const h = c.gate * sigmoid(c.scaled) * c.up;
            return only({h * in[2], h});
          },
          {0, 0, 1},
          swiglu_settings()};
}

inline std::vector<cusigmoid_params> loss_settings() {
  cusigmoid_params mean = CUSIGMOID_PARAMS_INIT;
  mean.mean = 1;
  return {CUSIGMOID_PARAMS_INIT, mean};
}
inline real zero_if(real const &weight, real const &v) { return weight.is_zero() ? real(0) : weight * v; }
/// w·[p·t·softplus(−x) + (1 − t)·softplus(x)]
inline real loss(reals const &in) {
  return zero_if(in[2], zero_if(in[3] * in[1], softplus(-in[0])) + zero_if(real(1) - in[1], softplus(in[0])));
}
/// w·[(1 − t)·σ(x) − p·t·σ(−x)]
inline sum_of_terms loss_gradient(reals const &in) {
  real const if_zero = zero_if(real(1) - in[1], sigmoid(in[0])), if_one = zero_if(in[3] * in[1], sigmoid(-in[0]));
  if (in[2].is_zero()) return {real(0), real(0)};
  bool const cancels = !if_zero.is_zero() && !if_one.is_zero();
  return {in[2] * (if_zero - if_one), cancels ? abs(in[2]) * (abs(if_zero) + abs(if_one)) : real(0)};
}

struct lstm {
  real i, f, g, o, c_prev, c;
  real reach_i, reach_f, reach_g, reach_o;  // the terms of each gate's sum
  real magnitudes;                          // of the terms of c, and of the gates' sums as far as they reach c
  explicit lstm(reals const &in)
      : i(in[0] + in[4]),
        f(in[1] + in[5]),
        g(in[2] + in[6]),
        o(in[3] + in[7]),
        c_prev(in[8]),
        reach_i(reach(in, 0)),
        reach_f(reach(in, 1)),
        reach_g(reach(in, 2)),
        reach_o(reach(in, 3)) {
    real const fc = sigmoid(f) * c_prev, ig = sigmoid(i) * tanh(g);
    c = fc + ig;
    // an error δ of a gate's sum changes its product by at most δ·|product| for σ, by δ·σ(i) for tanh
    magnitudes = abs(fc) * (real(1) + reach_f) + abs(ig) * (real(1) + reach_i) + sigmoid(i) * reach_g;
  }
  static real reach(reals const &in, std::size_t gate) { return abs(in[gate]) + abs(in[gate + 4]); }

  /// Those of i, f, g, o and c_prev.
  std::vector<sum_of_terms> gradients(real const &dh, real const &dc) const {
    real const through_h = dh * sigmoid(o) * tanh_derivative(c), d = dc + through_h;
    real const of_d = abs(dc) + abs(through_h) * (real(1) + reach_o + real(2) * magnitudes);
    auto const times = [&](real const &factor, real const &of_factor) {
      return sum_of_terms{d * factor, of_d * abs(factor) + abs(d) * of_factor};
    };
    real const di = tanh(g) * sigmoid_derivative(i), df = c_prev * sigmoid_derivative(f), dg = sigmoid(i) * tanh_derivative(g),
               d_o = dh * tanh(c) * sigmoid_derivative(o);
    return {times(di, abs(di) * reach_i + sigmoid_derivative(i) * reach_g),
            times(df, abs(df) * reach_f),
            times(dg, abs(dg) * (reach_i + real(2) * reach_g)),
            {d_o, abs(d_o) * (real(1) + reach_o) + abs(dh) * sigmoid_derivative(o) * magnitudes},
            times(sigmoid(f), sigmoid(f) * reach_f)};
  }
};

}  // namespace rows

inline std::vector<op_row_type> const &op_table() {
  using namespace rows;
  auto const minus_softplus = [](real const &x) { return -softplus(-x); };
  auto const sigmoid_of_minus = [](real const &x) { return sigmoid(-x); };
  auto const y_by_1_minus_y = [](real const &y) { return y * (real(1) - y); };
  auto const s_by_1_minus_s = [](real const &s) { return abs(s) * (real(1) - abs(s)); };
  auto const with_sign = [](real const &x) { return x < real(0) ? sigmoid(x) : -sigmoid(-x); };
  std::vector<distribution> const of_loss = {logit, fraction, weight, weight};
  std::vector<distribution> const of_lstm = {logit, logit, logit, logit, number, number, number, number, number};
  static std::vector<op_row_type> const table = {
      unary("forward", sigmoid),
      unary("derivative", sigmoid_derivative),
      product("backward", y_by_1_minus_y, fraction),
      product("backward_from_input", sigmoid_derivative),
      unary("second_derivative", sigmoid_second_derivative),
      unary("log_sigmoid", minus_softplus),
      unary("log_sigmoid_derivative", sigmoid_of_minus),
      product("log_sigmoid_backward", sigmoid_of_minus),
      unary("softplus", softplus),
      unary("softplus_derivative", sigmoid),
      product("softplus_backward", sigmoid),
      unary("silu", silu),
      unary("silu_derivative", silu_derivative),
      product("silu_backward", silu_derivative),
      unary("silu_second_derivative", silu_second_derivative),
      unary("tanh", [](real const &x) { return tanh(x); }),
      unary("tanh_derivative", tanh_derivative),
      product("tanh_backward", tanh_derivative),
      unary("signed_sigmoid", with_sign),
      product("backward_from_signed", s_by_1_minus_s, signed_output),
      {"bias_forward",
       {logit, number},
       [](reals const &in, given) {
         real const y = sigmoid(in[0] + in[1]);
         return std::vector<sum_of_terms>{{y, y * (abs(in[0]) + abs(in[1]))}};
       }},
      {"bias_backward",
       {gradient, logit, number},
       [](reals const &in, given) {
         real const dx = in[0] * sigmoid_derivative(in[1] + in[2]), magnitudes = abs(dx) * (abs(in[1]) + abs(in[2]));
         return std::vector<sum_of_terms>{{dx, magnitudes}, {dx, magnitudes}};
       }},
      glu("glu"),
      glu("glu_split"),
      glu("glu_interleaved"),
      glu_backward("glu_backward"),
      glu_backward("glu_split_backward"),
      glu_backward("glu_interleaved_backward"),
      swiglu("swiglu"),
      swiglu("swiglu_split"),
      swiglu("swiglu_interleaved"),
      swiglu_backward("swiglu_backward"),
      swiglu_backward("swiglu_split_backward"),
      swiglu_backward("swiglu_interleaved_backward"),
      {"forward_scaled", {number, scale, scale}, [](reals const &in, given) { return only({sigmoid(in[0] * in[1]) * in[2]}); }, {0, 1, 1}},
      swiglu_scaled("swiglu_scaled"),
      swiglu_scaled("swiglu_split_scaled"),
      {"bce_with_logits", of_loss, [](reals const &in, given) { return only({loss(in)}); }, {0, 0, 1, 1}},
      {"bce_with_logits_sum", of_loss, [](reals const &in, given) { return only({loss(in)}); }, {0, 0, 1, 1}, loss_settings()},
      {"bce_with_logits_backward",
       {logit, fraction, weight, weight, number},
       [](reals const &in, given) { return std::vector{times(in[4], loss_gradient(in))}; },
       {0, 0, 1, 1, 1},
       loss_settings()},
      {"bce_with_logits_forward_backward",
       of_loss,
       [](reals const &in, given) { return std::vector<sum_of_terms>{loss_gradient(in), {loss(in), real(0)}}; },
       {0, 0, 1, 1},
       loss_settings()},
      {"lstm_cell",
       of_lstm,
       [](reals const &in, given) {
         lstm const l(in);
         real const h = sigmoid(l.o) * tanh(l.c);
         return std::vector<sum_of_terms>{{l.c, l.magnitudes}, {h, sigmoid(l.o) * l.magnitudes + abs(h) * (real(1) + l.reach_o)}};
       },
       {0, 0, 0, 0, 0, 0, 0, 0, 0}},
      {"lstm_cell_backward",
       {logit, logit, logit, logit, number, number, number, number, number, gradient, gradient},
       [](reals const &in, given) { return lstm(in).gradients(in[9], in[10]); },
       std::vector<double>(11, 0)},
  };
  return table;
}

inline op_row_type const &op_row(std::string const &name) {
  for (auto const &row : op_table())
    if (row.name == name) return row;
  throw std::out_of_range("tests/op_table.hpp has no row for the op " + name);
}
