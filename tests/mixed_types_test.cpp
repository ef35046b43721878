// SPDX-License-Identifier: Apache-2.0
// Functions of the C++ interface whose arrays have two types give what the one door gives.
#include <gtest/gtest.h>

#include <type_traits>
#include <vector>

#include "tests/interfaces.hpp"

using namespace cusigmoid;

namespace {

/// Ops that take two types, from X to Y.
template <class X, class Y>
void expect_same_with_mixed_types() {
  cusigmoid_params const none = CUSIGMOID_PARAMS_INIT;
  auto const x = numbers<X>(-4, 0.7), up = numbers<X>(3, -0.5), packed = numbers<X>(-3, 0.3, 2 * n);
  std::vector<X> not_const = x;
  struct row {
    cusigmoid_op op;
    void (*cpp)(cusigmoid_place, X const *, Y *, std::size_t);
    void (*of_matrices)(cusigmoid_place, matrix<X const>, matrix<Y>);
    void (*of_matrices_not_const)(cusigmoid_place, matrix<X>, matrix<Y>);
  };
  for (row const &r : {
           row{CUSIGMOID_FORWARD, forward<X, Y>, forward<X const, Y>, forward<X, Y>},
           row{CUSIGMOID_LOG_SIGMOID, log_sigmoid<X, Y>, log_sigmoid<X const, Y>, log_sigmoid<X, Y>},
           row{CUSIGMOID_SOFTPLUS, softplus<X, Y>, softplus<X const, Y>, softplus<X, Y>},
           row{CUSIGMOID_SILU, silu<X, Y>, silu<X const, Y>, silu<X, Y>},
           row{CUSIGMOID_TANH, cusigmoid::tanh<X, Y>, cusigmoid::tanh<X const, Y>, cusigmoid::tanh<X, Y>},
       })
    expect_same<Y>(
        r.op, {x}, none, [&](auto &y) { r.cpp(cpu{}, x.data(), y.data(), n); },
        [&](auto &y) { r.of_matrices(cpu{}, as_matrix(x), as_matrix(y)); },
        [&](auto &y) { r.of_matrices_not_const(cpu{}, as_matrix(not_const), as_matrix(y)); });
  expect_same<Y>(
      CUSIGMOID_SWIGLU_SPLIT, {x, up}, none, [&](auto &h) { swiglu(cpu{}, x.data(), up.data(), h.data(), n); },
      [&](auto &h) { swiglu(cpu{}, as_matrix(not_const), as_matrix(up), as_matrix(h)); },
      [&](auto &h) { swiglu(cpu{}, as_matrix(x), as_matrix(up), as_matrix(h)); });
  expect_same<Y>(CUSIGMOID_SWIGLU, {packed}, none, [&](auto &h) { swiglu(cpu{}, as_matrix(packed), as_matrix(h)); });
  expect_same<Y>(CUSIGMOID_SWIGLU_INTERLEAVED, {packed}, none,
                 [&](auto &h) { swiglu_interleaved(cpu{}, as_matrix(packed), as_matrix(h)); });
}
TEST(MixedTypes, GiveTheSameBits) {
  expect_same_with_mixed_types<bfloat16, float>();
  expect_same_with_mixed_types<float16, float>();
  expect_same_with_mixed_types<float, bfloat16>();
  expect_same_with_mixed_types<float, float16>();
}

template <class H>
void expect_same_cells_with_mixed_types() {
  cusigmoid_params const none = CUSIGMOID_PARAMS_INIT;
  auto const gates = numbers<float>(-3, 0.13, 4 * n), c_prev = numbers<float>(-1, 0.2);
  auto const dh = numbers<H>(2, -0.17);
  expect_same<float, H>(CUSIGMOID_LSTM_CELL, {gates, left_out, c_prev}, none, [&](auto &c, auto &h) {
    lstm_cell(cpu{}, as_matrix(gates), nullptr, as_matrix(c_prev), as_matrix(c), as_matrix(h));
  });
  expect_same<float, float>(CUSIGMOID_LSTM_CELL_BACKWARD, {gates, left_out, c_prev, dh, left_out}, none, [&](auto &dgates, auto &dc_prev) {
    lstm_cell_backward(cpu{}, as_matrix(gates), nullptr, as_matrix(c_prev), as_matrix(dh), {}, as_matrix(dgates), as_matrix(dc_prev));
  });
}
TEST(MixedTypes, OfCellsGiveTheSameBits) {
  expect_same_cells_with_mixed_types<float16>();
  expect_same_cells_with_mixed_types<bfloat16>();
}

template <class X, class Y>
void expect_same_scaled() {
  cusigmoid_params const none = CUSIGMOID_PARAMS_INIT;
  auto const x = numbers<X>(-4, 0.7), up = numbers<X>(3, -0.5), packed = numbers<X>(-3, 0.3, 2 * n);
  std::vector<float> const scale = {0.375f}, other = {24};
  float const *const s = scale.data();
  expect_same<Y>(
      CUSIGMOID_FORWARD_SCALED, {x, scale, other}, none, [&](auto &y) { forward_scaled(cpu{}, x.data(), s, other.data(), y.data(), n); },
      [&](auto &y) { forward_scaled(cpu{}, as_matrix(x), s, other.data(), as_matrix(y)); });
  expect_same<Y>(CUSIGMOID_FORWARD_SCALED, {x, left_out, left_out}, none,
                 [&](auto &y) { forward_scaled(cpu{}, x.data(), nullptr, nullptr, y.data(), n); });
  if constexpr (!std::is_same_v<X, Y>) {
    swiglu_options const o = {1.702, 2, 1};
    cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
    params.alpha = o.alpha, params.limit = o.limit, params.offset = o.offset;
    expect_same<Y, float>(
        CUSIGMOID_SWIGLU_SPLIT_SCALED, {x, up, scale}, params,
        [&](auto &h, auto &amax) { swiglu_scaled(cpu{}, x.data(), up.data(), s, h.data(), amax.data(), n, o); },
        [&](auto &h, auto &amax) { swiglu_scaled(cpu{}, as_matrix(x), as_matrix(up), s, as_matrix(h), amax.data(), o); });
    expect_same<Y, float>(CUSIGMOID_SWIGLU_SCALED, {packed, left_out}, none,
                          [&](auto &h, auto &amax) { swiglu_scaled(cpu{}, as_matrix(packed), nullptr, as_matrix(h), amax.data()); });
  }
}
template <class Y>
void expect_same_scaled_to() {
  expect_same_scaled<float, Y>();
  expect_same_scaled<float16, Y>();
  expect_same_scaled<bfloat16, Y>();
  expect_same_scaled<Y, Y>();
}
TEST(Scaled, GivesTheSameBits) {
  expect_same_scaled_to<float8_e4m3>();
  expect_same_scaled_to<float8_e5m2>();
}

}  // namespace
