// SPDX-License-Identifier: Apache-2.0
// σ and its family for anyone's kernel or host code (C++17, CUDA, NVRTC), the same bits as the library's: function objects for Thrust, CUB
// and one's own loops. T is double, float, cusigmoid::float16, …: the types of dtypes.hpp. They read and write no memory, never fail, and
// give the one quiet NaN for every NaN. On the host they assume the default floating-point environment.
#pragma once
#include "cusigmoid/ops.hpp"

namespace cusigmoid {
inline namespace CUSIGMOID_TARGET {
namespace functions {

/// y = σ(x) = 1/(1 + e^−x), in [0, 1]; σ(−inf) = 0, σ(inf) = 1. Maximum error: 0.52 ulp.
struct forward {
  template <class T>
  CUSIGMOID_FN T operator()(T x) const {
    return engine::element<T>::narrow(engine::evaluate<engine::ops::forward>(x).value[0]);
  }
};

/// σ′(x) = σ(x)·σ(−x), in [0, 1/4]. Maximum error: 0.52 ulp.
struct derivative {
  template <class T>
  CUSIGMOID_FN T operator()(T x) const {
    return engine::element<T>::narrow(engine::evaluate<engine::ops::derivative>(x).value[0]);
  }
};

/// dy·y·(1 − y) from the saved output y in [0, 1]. Maximum error: 0.52 ulp of that product; 0 where y has rounded to 1.
struct backward {
  template <class T>
  CUSIGMOID_FN T operator()(T dy, T y) const {
    return engine::element<T>::narrow(engine::evaluate<engine::ops::backward>(dy, y).value[0]);
  }
};

/// dy·σ′(x) from the input x: keeps the gradient where y has rounded to 1. Maximum error: 0.52 ulp.
struct backward_from_input {
  template <class T>
  CUSIGMOID_FN T operator()(T dy, T x) const {
    return engine::element<T>::narrow(engine::evaluate<engine::ops::backward_from_input>(dy, x).value[0]);
  }
};

}  // namespace functions
}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid
