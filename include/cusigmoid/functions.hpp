// SPDX-License-Identifier: Apache-2.0
// σ and its family for anyone's kernel or host code (C++17, CUDA, NVRTC), the same bits as the library's: function objects for Thrust, CUB,
// epilogues and one's own loops. T is double, float, cusigmoid::float16, …: the types of dtypes.hpp. They read and write no memory, never
// fail, and give the one quiet NaN for every NaN. On the host they assume the default floating-point environment.
//
// Maximum errors: functions of one number of 32 bits or fewer are correctly rounded, and so are those of two numbers of 16 bits or fewer;
// all else is within 0.52 ulp, and more only where it says so. (<math.h>, too, has a tanh: write functions::tanh.)
#pragma once
#include "cusigmoid/evaluate.hpp"

namespace cusigmoid {
inline namespace CUSIGMOID_TARGET {
namespace functions {

namespace internal {
/// The one result of an op of one input or two.
template <class Op>
struct of_one {
  template <class T>
  CUSIGMOID_FN T operator()(T x) const {
    return engine::result_of<engine::kernel_of<Op>>(x);
  }
};
template <class Op>
struct of_two {
  template <class T>
  CUSIGMOID_FN T operator()(T first, T second) const {
    return engine::result_of<engine::kernel_of<Op>>(first, second);
  }
};
}  // namespace internal

// ---- f(x) ----------------------------------------------------------------------------------------------------------------------------

/// σ(x) = 1/(1 + e^−x), in [0, 1], monotonic; σ(−inf) = 0, σ(inf) = 1.
struct forward : internal::of_one<engine::ops::forward> {};
/// σ′(x) = σ(x)·σ(−x), in [0, 1/4]; 0 at ±inf.
struct derivative : internal::of_one<engine::ops::derivative> {};
/// σ″(x) = −σ′(x)·tanh(x/2), within ±0.0963; 0 at ±inf.
struct second_derivative : internal::of_one<engine::ops::second_derivative> {};
/// σ(x) where x < 0, else −σ(−x), within ±1/2: both σ(x) and 1 − σ(x) to full relative precision.
struct signed_sigmoid : internal::of_one<engine::ops::signed_sigmoid> {};

/// ln σ(x) ≤ 0; −inf at −inf, −0 at inf.
struct log_sigmoid : internal::of_one<engine::ops::log_sigmoid> {};
/// σ(−x), in [0, 1]; 1 at −inf, 0 at inf.
struct log_sigmoid_derivative : internal::of_one<engine::ops::log_sigmoid_derivative> {};
/// ln(1 + e^x) ≥ 0; 0 at −inf, inf at inf.
struct softplus : internal::of_one<engine::ops::softplus> {};
/// σ(x), as forward.
struct softplus_derivative : internal::of_one<engine::ops::softplus_derivative> {};

/// SiLU(x) = x·σ(x) ≥ −0.2785; −0 at −inf, inf at inf.
struct silu : internal::of_one<engine::ops::silu> {};
/// SiLU′(x) = σ(x)·(1 + x·σ(−x)), in [−0.0999, 1.0999], 0 at −1.278…; −0 at −inf, 1 at inf.
struct silu_derivative : internal::of_one<engine::ops::silu_derivative> {};
/// SiLU″(x) = σ′(x)·(2 − x·tanh(x/2)), in [−0.0370, 1/2], 0 at ±2.399…; −0 at ±inf.
struct silu_second_derivative : internal::of_one<engine::ops::silu_second_derivative> {};
/// tanh(x), in [−1, 1]; ±1 at ±inf.
struct tanh : internal::of_one<engine::ops::tanh> {};
/// tanh′(x) = 1 − tanh²(x), in [0, 1]; 0 at ±inf.
struct tanh_derivative : internal::of_one<engine::ops::tanh_derivative> {};

// ---- gradients: f(dy, x); ±inf·0 is NaN -------------------------------------------------------------------------------------------------

/// dy·y·(1 − y) from the saved output y in [0, 1]; 0 where y has rounded to 1.
struct backward : internal::of_two<engine::ops::backward> {};
/// dy·σ′(x) from the input x: keeps the gradient where y has rounded to 1.
struct backward_from_input : internal::of_two<engine::ops::backward_from_input> {};
/// dy·|s|·(1 − |s|) from s = signed_sigmoid(x) as saved: keeps the gradient, too.
struct backward_from_signed : internal::of_two<engine::ops::backward_from_signed> {};
/// dy·σ(−x).
struct log_sigmoid_backward : internal::of_two<engine::ops::log_sigmoid_backward> {};
/// dy·σ(x).
struct softplus_backward : internal::of_two<engine::ops::softplus_backward> {};
/// dy·SiLU′(x).
struct silu_backward : internal::of_two<engine::ops::silu_backward> {};
/// dy·tanh′(x).
struct tanh_backward : internal::of_two<engine::ops::tanh_backward> {};

// ---- gates ---------------------------------------------------------------------------------------------------------------------------

/// Two results, as in: auto const [dx, dgate] = glu_backward{}(dy, x, gate).
template <class T>
struct two {
  T first, second;
};

/// σ(x + bias). Maximum error: 2^−48·y·(|x| + |bias|) more (double: 2^−60).
struct bias_forward : internal::of_two<engine::ops::bias_forward> {};
/// x·σ(gate).
struct glu : internal::of_two<engine::ops::glu_split> {};

namespace internal {
template <class Op, class T>
CUSIGMOID_FN two<T> gradient_of(engine::parameters const &p, T dy, T first, T second) {
  auto const d = engine::evaluate<Op, T>(p, dy, first, second);
  return {engine::element<T>::narrow(d.value[0]), engine::element<T>::narrow(d.value[1])};
}
CUSIGMOID_FN engine::parameters of_swiglu(double alpha, double limit, double offset) {
  engine::parameters p = engine::default_parameters();
  p.alpha = alpha, p.offset = offset;
  if (limit != 0) p.limit = limit;
  return p;
}
}  // namespace internal

/// From (dy, x, gate): dy·σ(gate), dy·x·σ′(gate).
struct glu_backward {
  template <class T>
  CUSIGMOID_FN two<T> operator()(T dy, T x, T gate) const {
    return internal::gradient_of<engine::ops::glu_split_backward>(engine::default_parameters(), dy, x, gate);
  }
};

/// gate·σ(alpha·gate)·(up + offset): as it stands here up·SiLU(gate). With a limit other than 0 gate is at most the limit, and up between
/// −limit and limit. gpt-oss has {1.702, 7, 1}.
struct swiglu {
  double alpha = 1, limit = 0, offset = 0;
  template <class T>
  CUSIGMOID_FN T operator()(T gate, T up) const {
    auto const h = engine::evaluate<engine::ops::swiglu_split, T>(internal::of_swiglu(alpha, limit, offset), gate, up);
    return engine::element<T>::narrow(h.value[0]);
  }
};
/// Its gradient from (dh, gate, up): dh·(up + offset)·SiLU′(alpha·gate), dh·gate·σ(alpha·gate), and 0 for what a limit holds.
struct swiglu_backward {
  double alpha = 1, limit = 0, offset = 0;
  template <class T>
  CUSIGMOID_FN two<T> operator()(T dh, T gate, T up) const {
    return internal::gradient_of<engine::ops::swiglu_split_backward>(internal::of_swiglu(alpha, limit, offset), dh, gate, up);
  }
};

// ---- losses --------------------------------------------------------------------------------------------------------------------------

/// Binary cross-entropy of the logit x with target t in [0, 1], w·[p·t·softplus(−x) + (1 − t)·softplus(x)] ≥ 0 for w, p ≥ 0; without them
/// they are 1.
struct bce_with_logits {
  template <class T>
  CUSIGMOID_FN T operator()(T x, T target, T weight, T pos_weight) const {
    return engine::result_of<engine::ops::bce_with_logits>(x, target, weight, pos_weight);
  }
  template <class T>
  CUSIGMOID_FN T operator()(T x, T target) const {
    T const one = engine::element<T>::narrow(1);
    return (*this)(x, target, one, one);
  }
};
/// Its derivative by x, w·[(1 − t)·σ(x) − p·t·σ(−x)]. Maximum error where t is not 0 or 1: 2^−48·Σ|terms| more (double: 2^−60).
struct bce_with_logits_backward {
  template <class T>
  CUSIGMOID_FN T operator()(T x, T target, T weight, T pos_weight) const {
    return engine::result_of<engine::ops::bce_with_logits_backward>(x, target, weight, pos_weight, engine::element<T>::narrow(1));
  }
  template <class T>
  CUSIGMOID_FN T operator()(T x, T target) const {
    T const one = engine::element<T>::narrow(1);
    return (*this)(x, target, one, one);
  }
};

}  // namespace functions
}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid
