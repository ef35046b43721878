// SPDX-License-Identifier: Apache-2.0
// The list of operations. An op says what its operands are, which element types it takes, and how one element is made.
#pragma once
#include "cusigmoid/conversions.hpp"
#include "cusigmoid/formulas.hpp"
#include "cusigmoid/roles.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {
namespace ops {

struct any_op {
  static constexpr parameter_set takes = parameter_set::none;
  static constexpr accuracy errors = accuracy::of_products;
};

// ---- one input, and gradients of such ------------------------------------------------------------------------------------------------

// What ops of one kind share: their arrays and types.
struct function : any_op {
  static constexpr const char *arrays[] = {"x", "y"};
  using in = list<elem>;
  using out = list<elem>;
  using dtypes = join<one_type<2>, mixed_types<1>>;
};
struct derivative_of_function : function {
  static constexpr const char *arrays[] = {"x", "dydx"};
  using dtypes = one_type<2>;
};
/// The gradient of a function's input: dx = dy·f′(x).
struct backward_of_function : any_op {
  static constexpr const char *arrays[] = {"dy", "x", "dx"};
  using in = list<elem, elem>;
  using out = list<elem>;
  using dtypes = one_type<3>;
};

struct forward : function {
  static constexpr const char *name = "forward";
  static constexpr const char *formula = "y = σ(x) = 1/(1 + e^−x)";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(with_ties_broken(x, sigmoid(x)));
  }
};

struct derivative : derivative_of_function {
  static constexpr const char *name = "derivative";
  static constexpr const char *formula = "dydx = σ′(x) = σ(x)·σ(−x)";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(sigmoid_derivative(x));
  }
};

struct backward : backward_of_function {
  static constexpr const char *name = "backward";
  static constexpr const char *formula = "dx = dy·y·(1 − y), from the output y in [0, 1]";
  static constexpr const char *arrays[] = {"dy", "y", "dx"};
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A dy, A y) {
    return results(dy * sigmoid_derivative_from_output(y));
  }
};

struct backward_from_input : backward_of_function {
  static constexpr const char *name = "backward_from_input";
  static constexpr const char *formula = "dx = dy·σ′(x)";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A dy, A x) {
    return results(dy * sigmoid_derivative(x));
  }
};

struct second_derivative : derivative_of_function {
  static constexpr const char *name = "second_derivative";
  static constexpr const char *formula = "dydx = σ″(x) = σ′(x)·(1 − 2σ(x))";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(sigmoid_second_derivative(x));
  }
};

struct log_sigmoid : function {
  static constexpr const char *name = "log_sigmoid";
  static constexpr const char *formula = "y = ln σ(x) = −ln(1 + e^−x)";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(-engine::softplus(-x));
  }
};

struct log_sigmoid_derivative : derivative_of_function {
  static constexpr const char *name = "log_sigmoid_derivative";
  static constexpr const char *formula = "dydx = σ(−x)";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(with_ties_broken(-x, sigmoid(-x)));
  }
};

struct log_sigmoid_backward : backward_of_function {
  static constexpr const char *name = "log_sigmoid_backward";
  static constexpr const char *formula = "dx = dy·σ(−x)";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A dy, A x) {
    return results(dy * with_ties_broken(-x, sigmoid(-x)));
  }
};

struct softplus : function {
  static constexpr const char *name = "softplus";
  static constexpr const char *formula = "y = ln(1 + e^x)";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(engine::softplus(x));
  }
};

struct softplus_derivative : derivative_of_function {
  static constexpr const char *name = "softplus_derivative";
  static constexpr const char *formula = "dydx = σ(x)";
  using computed_as = forward;
};

struct softplus_backward : backward_of_function {
  static constexpr const char *name = "softplus_backward";
  static constexpr const char *formula = "dx = dy·σ(x)";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A dy, A x) {
    return results(dy * with_ties_broken(x, sigmoid(x)));
  }
};

struct silu : function {
  static constexpr const char *name = "silu";
  static constexpr const char *formula = "y = x·σ(x), −0 at −inf";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(engine::silu(x, x));
  }
};

struct silu_derivative : derivative_of_function {
  static constexpr const char *name = "silu_derivative";
  static constexpr const char *formula = "dydx = σ(x)·(1 + x·σ(−x)), −0 at −inf";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(engine::silu_derivative(x));
  }
};

struct silu_backward : backward_of_function {
  static constexpr const char *name = "silu_backward";
  static constexpr const char *formula = "dx = dy·SiLU′(x) = dy·σ(x)·(1 + x·σ(−x))";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A dy, A x) {
    return results(dy * engine::silu_derivative(x));
  }
};

struct silu_second_derivative : derivative_of_function {
  static constexpr const char *name = "silu_second_derivative";
  static constexpr const char *formula = "dydx = SiLU″(x) = σ′(x)·(2 − x·tanh(x/2)), −0 at ±inf";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(engine::silu_second_derivative(x));
  }
};

struct tanh : function {
  static constexpr const char *name = "tanh";
  static constexpr const char *formula = "y = tanh(x)";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(engine::tanh(x));
  }
};

struct tanh_derivative : derivative_of_function {
  static constexpr const char *name = "tanh_derivative";
  static constexpr const char *formula = "dydx = 1 − tanh²(x)";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    return results(engine::tanh_derivative(x));
  }
};

struct tanh_backward : backward_of_function {
  static constexpr const char *name = "tanh_backward";
  static constexpr const char *formula = "dx = dy·(1 − tanh²(x)), from the input x";
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A dy, A x) {
    return results(dy * engine::tanh_derivative(x));
  }
};

// s = ±σ(−|x|), with the sign of −x: both σ(x) and 1 − σ(x) in full relative precision.
struct signed_sigmoid : function {
  static constexpr const char *name = "signed_sigmoid";
  static constexpr const char *formula = "s = σ(x) where x < 0, else −σ(−x)";
  static constexpr const char *arrays[] = {"x", "s"};
  using dtypes = one_type<2>;
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x) {
    A const minus = select(is_negative(x), x, -x), y = with_ties_broken(minus, sigmoid(minus));
    return results(select(is_negative(x), y, -y));
  }
};

struct backward_from_signed : backward_of_function {
  static constexpr const char *name = "backward_from_signed";
  static constexpr const char *formula = "dx = dy·|s|·(1 − |s|), from s = signed_sigmoid(x)";
  static constexpr const char *arrays[] = {"dy", "s", "dx"};
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A dy, A s) {
    return results(dy * sigmoid_derivative_from_output(magnitude(s)));
  }
};

// ---- gates ---------------------------------------------------------------------------------------------------------------------------

struct bias_forward : any_op {
  static constexpr accuracy errors = accuracy::of_sums;
  static constexpr const char *name = "bias_forward";
  static constexpr const char *formula = "y = σ(x + bias)";
  static constexpr const char *arrays[] = {"x", "bias", "y"};
  using in = list<elem, row<>>;
  using out = list<elem>;
  using dtypes = one_type<3>;
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x, A bias) {
    return results(sigmoid(x + bias));
  }
};

struct bias_backward : any_op {
  static constexpr accuracy errors = accuracy::of_sums;
  static constexpr const char *name = "bias_backward";
  static constexpr const char *formula = "dx = dy·σ′(x + bias); dbias: its sum over the rows, before it is rounded";
  static constexpr const char *arrays[] = {"dy", "x", "bias", "dx", "dbias"};
  using in = list<elem, elem, row<>>;
  using out = list<elem, sum_rows>;
  using dtypes = one_type<5>;
  template <class A>
  CUSIGMOID_FN static many<A, 2> apply(A dy, A x, A bias) {
    A const dx = dy * sigmoid_derivative(x + bias);
    return results(dx, dx);
  }
};

// Gated units, their two inputs in arrays of their own (split), or packed in the rows of one: side by side, or interleaved.

struct glu_split : any_op {
  static constexpr const char *name = "glu_split";
  static constexpr const char *formula = "y = x·σ(gate)";
  static constexpr const char *arrays[] = {"x", "gate", "y"};
  using in = list<elem, elem>;
  using out = list<elem>;
  using dtypes = one_type<3>;
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x, A gate) {
    return results(x * with_ties_broken(gate, sigmoid(gate)));
  }
};

struct glu : glu_split {
  static constexpr const char *name = "glu";
  static constexpr const char *formula = "y = a·σ(b), [a | b] = x";
  static constexpr const char *arrays[] = {"x", "y"};
  using in = list<slice<0, 2>, slice<1, 2>>;
  using dtypes = one_type<2>;
  using computed_as = glu_split;
};

struct glu_interleaved : glu {
  static constexpr const char *name = "glu_interleaved";
  static constexpr const char *formula = "y = a·σ(b), a and b in turn in x";
  using in = list<interleaved<0, 2>, interleaved<1, 2>>;
  using computed_as = glu_interleaved;
};

struct glu_split_backward : any_op {
  static constexpr const char *name = "glu_split_backward";
  static constexpr const char *formula = "dx = dy·σ(gate), dgate = dy·x·σ′(gate)";
  static constexpr const char *arrays[] = {"dy", "x", "gate", "dx", "dgate"};
  using in = list<elem, elem, elem>;
  using out = list<elem, elem>;
  using dtypes = one_type<5>;
  template <class A>
  CUSIGMOID_FN static many<A, 2> apply(A dy, A x, A gate) {
    return results(dy * with_ties_broken(gate, sigmoid(gate)), dy * x * sigmoid_derivative(gate));
  }
};

struct glu_backward : glu_split_backward {
  static constexpr const char *name = "glu_backward";
  static constexpr const char *formula = "da = dy·σ(b), db = dy·a·σ′(b); [a | b] = x, [da | db] = dx";
  static constexpr const char *arrays[] = {"dy", "x", "dx"};
  using in = list<elem, slice<0, 2>, slice<1, 2>>;
  using out = list<slice<0, 2>, slice<1, 2>>;
  using dtypes = one_type<3>;
  using computed_as = glu_split_backward;
};

struct glu_interleaved_backward : glu_backward {
  static constexpr const char *name = "glu_interleaved_backward";
  static constexpr const char *formula = "da = dy·σ(b), db = dy·a·σ′(b); a and b in turn in x, da and db in dx";
  using in = list<elem, interleaved<0, 2>, interleaved<1, 2>>;
  using out = list<interleaved<0, 2>, interleaved<1, 2>>;
  using computed_as = glu_interleaved_backward;
};

struct swiglu_split : any_op {
  static constexpr parameter_set takes = parameter_set::of_swiglu;
  static constexpr const char *name = "swiglu_split";
  static constexpr const char *formula = "h = gate·σ(alpha·gate)·(up + offset), gate at most limit, |up| at most limit";
  static constexpr const char *arrays[] = {"gate", "up", "h"};
  using in = list<elem, elem>;
  using out = list<elem>;
  using dtypes = join<one_type<3>, mixed_types<2>>;
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(parameters const &p, A gate, A up) {
    return results(engine::swiglu(p, gate, up));
  }
};

struct swiglu : swiglu_split {
  static constexpr const char *name = "swiglu";
  static constexpr const char *formula = "h = gate·σ(alpha·gate)·(up + offset), gate at most limit, |up| at most limit; [gate | up] = x";
  static constexpr const char *arrays[] = {"x", "h"};
  using in = list<slice<0, 2>, slice<1, 2>>;
  using dtypes = join<one_type<2>, mixed_types<1>>;
  using computed_as = swiglu_split;
};

struct swiglu_interleaved : swiglu {
  static constexpr const char *name = "swiglu_interleaved";
  static constexpr const char *formula =
      "h = gate·σ(alpha·gate)·(up + offset), gate at most limit, |up| at most limit; gate and up in turn in x";
  using in = list<interleaved<0, 2>, interleaved<1, 2>>;
  using computed_as = swiglu_interleaved;
};

struct swiglu_split_backward : any_op {
  static constexpr parameter_set takes = parameter_set::of_swiglu;
  static constexpr const char *name = "swiglu_split_backward";
  static constexpr const char *formula = "dgate, dup: the gradients of swiglu_split, dh being that of h";
  static constexpr const char *arrays[] = {"dh", "gate", "up", "dgate", "dup"};
  using in = list<elem, elem, elem>;
  using out = list<elem, elem>;
  using dtypes = one_type<5>;
  template <class A>
  CUSIGMOID_FN static many<A, 2> apply(parameters const &p, A dh, A gate, A up) {
    gated_gradient<A> const d = engine::swiglu_gradient(p, dh, gate, up);
    return results(d.of_gate, d.of_up);
  }
};

struct swiglu_backward : swiglu_split_backward {
  static constexpr const char *name = "swiglu_backward";
  static constexpr const char *formula = "dx = [dgate | dup]: the gradients of swiglu, dh being that of h";
  static constexpr const char *arrays[] = {"dh", "x", "dx"};
  using in = list<elem, slice<0, 2>, slice<1, 2>>;
  using out = list<slice<0, 2>, slice<1, 2>>;
  using dtypes = one_type<3>;
  using computed_as = swiglu_split_backward;
};

struct swiglu_interleaved_backward : swiglu_backward {
  static constexpr const char *name = "swiglu_interleaved_backward";
  static constexpr const char *formula = "dx = dgate and dup in turn: the gradients of swiglu_interleaved, dh being that of h";
  using in = list<elem, interleaved<0, 2>, interleaved<1, 2>>;
  using out = list<interleaved<0, 2>, interleaved<1, 2>>;
  using computed_as = swiglu_interleaved_backward;
};

// ---- fp8 with scale ------------------------------------------------------------------------------------------------------------------

// The fp32 result, rounded, times the scale, rounded, and converted: a fixed sequence.

struct forward_scaled : any_op {
  static constexpr accuracy errors = accuracy::scaled;
  static constexpr const char *name = "forward_scaled";
  static constexpr const char *formula = "y = y_scale·σ(x_scale·x)";
  static constexpr const char *arrays[] = {"x", "x_scale", "y_scale", "y"};
  using in = list<elem, optional<scalar, 1>, optional<scalar, 1>>;
  using out = list<elem>;
  using dtypes = scaled_types<1, list<float, float>, list<>, true>;
  CUSIGMOID_FN static many<f64, 1> apply(f64 x, f64 x_scale, f64 y_scale) {
    return results(scaled_in_float(sigmoid(x * x_scale), y_scale));
  }
};

struct swiglu_split_scaled : any_op {
  static constexpr parameter_set takes = parameter_set::of_swiglu;
  static constexpr accuracy errors = accuracy::scaled;
  static constexpr const char *name = "swiglu_split_scaled";
  static constexpr const char *formula = "h = scale·SwiGLU(gate, up); amax: raised to the largest |SwiGLU(gate, up)|";
  static constexpr const char *arrays[] = {"gate", "up", "scale", "h", "amax"};
  using in = list<elem, elem, optional<scalar, 1>>;
  using out = list<elem, largest>;
  using dtypes = scaled_types<2, list<float>, list<float>, false>;
  CUSIGMOID_FN static many<f64, 2> apply(parameters const &p, f64 gate, f64 up, f64 scale) {
    f64 const h = engine::swiglu(p, gate, up);
    return results(scaled_in_float(h, scale), h);
  }
};

struct swiglu_scaled : swiglu_split_scaled {
  static constexpr const char *name = "swiglu_scaled";
  static constexpr const char *formula = "h = scale·SwiGLU(gate, up), [gate | up] = x; amax: raised to the largest |SwiGLU(gate, up)|";
  static constexpr const char *arrays[] = {"x", "scale", "h", "amax"};
  using in = list<slice<0, 2>, slice<1, 2>, optional<scalar, 1>>;
  using dtypes = scaled_types<1, list<float>, list<float>, false>;
  using computed_as = swiglu_split_scaled;
};

// ---- losses --------------------------------------------------------------------------------------------------------------------------

struct bce_with_logits : any_op {
  static constexpr accuracy errors = accuracy::of_sums;
  static constexpr const char *name = "bce_with_logits";
  static constexpr const char *formula = "loss = weight·[pos_weight·target·softplus(−x) + (1 − target)·softplus(x)]";
  static constexpr const char *arrays[] = {"x", "target", "weight", "pos_weight", "loss"};
  using in = list<elem, elem, optional<elem, 1>, optional<row<>, 1>>;
  using out = list<elem>;
  using dtypes = one_type<5>;
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(A x, A target, A weight, A pos_weight) {
    return results(engine::bce_with_logits(x, target, weight, pos_weight));
  }
};

struct bce_with_logits_sum : bce_with_logits {
  static constexpr parameter_set takes = parameter_set::of_loss;
  static constexpr const char *name = "bce_with_logits_sum";
  static constexpr const char *formula = "loss = Σ weight·[pos_weight·target·softplus(−x) + (1 − target)·softplus(x)]";
  using out = list<sum_all>;
  using dtypes = one_type_and_loss<4>;
  /// Of a finite x and a given ln(1 + e^−|x|), with weights or without.
  template <class... A>
  CUSIGMOID_FN static auto of_logarithm(parameters const &, A... in) {
    return results(bce_of_logarithm(in...));
  }
};

struct bce_with_logits_backward : any_op {
  static constexpr parameter_set takes = parameter_set::of_loss;
  static constexpr accuracy errors = accuracy::of_sums;
  static constexpr const char *name = "bce_with_logits_backward";
  static constexpr const char *formula =
      "dx = dloss·weight·[(1 − target)·σ(x) − pos_weight·target·σ(−x)], over the number of elements for the mean";
  static constexpr const char *arrays[] = {"x", "target", "weight", "pos_weight", "dloss", "dx"};
  using in = list<elem, elem, optional<elem, 1>, optional<row<>, 1>, optional<scalar, 1>>;
  using out = list<elem>;
  using dtypes = one_type<6>;
  template <class A>
  CUSIGMOID_FN static many<A, 1> apply(parameters const &p, A x, A target, A weight, A pos_weight, A dloss) {
    return results(bce_with_logits_gradient(p, dloss, x, target, weight, pos_weight));
  }
};

struct bce_with_logits_forward_backward : any_op {
  static constexpr parameter_set takes = parameter_set::of_loss;
  static constexpr accuracy errors = accuracy::of_sums;
  static constexpr const char *name = "bce_with_logits_forward_backward";
  static constexpr const char *formula = "dx and loss: bce_with_logits_backward and bce_with_logits_sum in one pass, or of the mean";
  static constexpr const char *arrays[] = {"x", "target", "weight", "pos_weight", "dx", "loss"};
  using in = bce_with_logits::in;
  using out = list<elem, sum_all>;
  using dtypes = one_type_and_loss<5>;
  template <class A>
  CUSIGMOID_FN static many<A, 2> apply(parameters const &p, A x, A target, A weight, A pos_weight) {
    return results(bce_with_logits_gradient(p, number<A>::one(), x, target, weight, pos_weight),
                   engine::bce_with_logits(x, target, weight, pos_weight));
  }
  template <class A>
  CUSIGMOID_FN static many<A, 2> of_logarithm(parameters const &p, A x, A target, A weight, A pos_weight, A logarithm) {
    return results(bce_with_logits_gradient(p, number<A>::one(), x, target, weight, pos_weight),
                   bce_of_logarithm(x, target, weight, pos_weight, logarithm));
  }
  template <class A>
  CUSIGMOID_FN static many<A, 2> of_logarithm(parameters const &p, A x, A target, A logarithm) {
    A const one = number<A>::one();
    return results(bce_with_logits_gradient(p, one, x, target, one, one), bce_of_logarithm(x, target, logarithm));
  }
};

// ---- recurrent cells -----------------------------------------------------------------------------------------------------------------

// The elementwise part of an LSTM: the gates i, f, g, o side by side in each row, before their activation and without their bias.

struct lstm_cell : any_op {
  static constexpr accuracy errors = accuracy::of_sums;
  static constexpr const char *name = "lstm_cell";
  static constexpr const char *formula = "c = σ(f)·c_prev + σ(i)·tanh(g), h = σ(o)·tanh(c), [i | f | g | o] = gates + bias";
  static constexpr const char *arrays[] = {"gates", "bias", "c_prev", "c", "h"};
  using in = list<slice<0, 4>, slice<1, 4>, slice<2, 4>, slice<3, 4>, optional<row<0, 4>, 0>, optional<row<1, 4>, 0>,
                  optional<row<2, 4>, 0>, optional<row<3, 4>, 0>, elem>;
  using out = list<elem, elem>;
  using dtypes = join<one_type<5>, list<list<float, float, float, float, float16>, list<float, float, float, float, bfloat16>>>;
  template <class A>
  CUSIGMOID_FN static many<A, 2> apply(A i, A f, A g, A o, A i_bias, A f_bias, A g_bias, A o_bias, A c_prev) {
    A const c = sigmoid(f + f_bias) * c_prev + sigmoid(i + i_bias) * engine::tanh(g + g_bias);
    return results(c, sigmoid(o + o_bias) * engine::tanh(c));
  }
};

struct lstm_cell_backward : any_op {
  static constexpr accuracy errors = accuracy::of_sums;
  static constexpr const char *name = "lstm_cell_backward";
  static constexpr const char *formula = "dgates, dc_prev: the gradients of lstm_cell from its inputs, dh and dc being those of h and c";
  static constexpr const char *arrays[] = {"gates", "bias", "c_prev", "dh", "dc", "dgates", "dc_prev"};
  using in = join<lstm_cell::in, list<elem, optional<elem, 0>>>;
  using out = list<slice<0, 4>, slice<1, 4>, slice<2, 4>, slice<3, 4>, elem>;
  using dtypes =
      join<one_type<7>,
           list<list<float, float, float, float16, float, float, float>, list<float, float, float, bfloat16, float, float, float>>>;
  template <class A>
  CUSIGMOID_FN static many<A, 5> apply(A i, A f, A g, A o, A i_bias, A f_bias, A g_bias, A o_bias, A c_prev, A dh, A dc) {
    i = i + i_bias, f = f + f_bias, g = g + g_bias, o = o + o_bias;
    A const of_i = sigmoid(i), of_f = sigmoid(f), of_g = engine::tanh(g), of_o = sigmoid(o), c = of_f * c_prev + of_i * of_g;
    A const d = dc + dh * of_o * engine::tanh_derivative(c);  // the whole gradient of c
    return results(d * of_g * sigmoid_derivative(i), d * c_prev * sigmoid_derivative(f), d * of_i * engine::tanh_derivative(g),
                   dh * engine::tanh(c) * sigmoid_derivative(o), d * of_f);
  }
};

}  // namespace ops

/// Every op; its place here is its number in the C interface.
using all_ops =
    list<ops::forward, ops::derivative, ops::backward, ops::backward_from_input, ops::swiglu_backward, ops::bce_with_logits_sum,
         ops::second_derivative, ops::log_sigmoid, ops::log_sigmoid_derivative, ops::log_sigmoid_backward, ops::softplus,
         ops::softplus_derivative, ops::softplus_backward, ops::silu, ops::silu_derivative, ops::silu_backward, ops::silu_second_derivative,
         ops::tanh, ops::tanh_derivative, ops::tanh_backward, ops::signed_sigmoid, ops::backward_from_signed, ops::bias_forward,
         ops::bias_backward, ops::glu, ops::glu_split, ops::glu_interleaved, ops::glu_backward, ops::glu_split_backward,
         ops::glu_interleaved_backward, ops::swiglu, ops::swiglu_split, ops::swiglu_interleaved, ops::swiglu_split_backward,
         ops::swiglu_interleaved_backward, ops::forward_scaled, ops::swiglu_scaled, ops::swiglu_split_scaled, ops::bce_with_logits,
         ops::bce_with_logits_backward, ops::bce_with_logits_forward_backward, ops::lstm_cell, ops::lstm_cell_backward>;

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
