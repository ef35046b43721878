// SPDX-License-Identifier: Apache-2.0
// The derivatives that the table calls exact are those of the functions it calls exact: by finite differences in MPFR. So a gradient that
// is within its bound of the table's (accuracy_test.cpp) is the gradient of its function.
#include <gtest/gtest.h>

#include "tests/op_table.hpp"

namespace {

using reference::real;

constexpr int step = -60;  // of a central difference: its error is about 2^−120 of the third derivative

real value(char const *op, reals const &in, std::size_t output = 0) { return op_row(op).exact(in, CUSIGMOID_PARAMS_INIT)[output].value; }

/// ∂op/∂in[i]
real difference(char const *op, reals in, std::size_t i, std::size_t output = 0) {
  real const h = real(1).scaled(step), x = in[i];
  in[i] = x + h;
  real const above = value(op, in, output);
  in[i] = x - h;
  return (above - value(op, in, output)).scaled(-step - 1);
}

void expect_close(real const &difference, real const &derivative, char const *what) {
  EXPECT_TRUE(abs(difference - derivative) < (abs(derivative) + real(1)).scaled(-100))
      << what << ": " << difference.to_double() << " and " << derivative.to_double();
}

std::vector<double> const points = {-7.25, -2.4, -1.3, -0.5, 0.0, 0.01, 0.75, 1.5, 2.4, 9.0};

TEST(Gradients, OfFunctionsOfOneInput) {
  std::pair<char const *, char const *> const pairs[] = {
      {"forward", "derivative"},           {"derivative", "second_derivative"}, {"log_sigmoid", "log_sigmoid_derivative"},
      {"softplus", "softplus_derivative"}, {"silu", "silu_derivative"},         {"silu_derivative", "silu_second_derivative"},
      {"tanh", "tanh_derivative"},
  };
  for (auto const &[function, derivative] : pairs)
    for (double x : points) expect_close(difference(function, {x}, 0), value(derivative, {x}), derivative);
  for (auto const &[function, backward] : {std::pair{"forward", "backward_from_input"},
                                           {"log_sigmoid", "log_sigmoid_backward"},
                                           {"softplus", "softplus_backward"},
                                           {"silu", "silu_backward"},
                                           {"tanh", "tanh_backward"}})
    for (double x : points) expect_close(real(-1.7) * difference(function, {x}, 0), value(backward, {-1.7, x}), backward);
  for (double x : points) {
    expect_close(value("backward", {3, value("forward", {x})}), value("backward_from_input", {3, x}), "backward");
    expect_close(value("backward_from_signed", {3, value("signed_sigmoid", {x})}), value("backward_from_input", {3, x}), "from signed");
  }
}

TEST(Gradients, OfGates) {
  for (double x : points)
    for (double other : {-1.25, 0.4}) {
      expect_close(real(2) * difference("glu", {other, x}, 0), value("glu_backward", {2, other, x}, 0), "dx of glu");
      expect_close(real(2) * difference("glu", {other, x}, 1), value("glu_backward", {2, other, x}, 1), "dgate of glu");
      expect_close(real(2) * difference("swiglu", {x, other}, 0), value("swiglu_backward", {2, x, other}, 0), "dgate of swiglu");
      expect_close(real(2) * difference("swiglu", {x, other}, 1), value("swiglu_backward", {2, x, other}, 1), "dup of swiglu");
      expect_close(real(2) * difference("bias_forward", {x, other}, 0), value("bias_backward", {2, x, other}, 0), "dx of a bias");
    }
}

TEST(Gradients, OfTheLoss) {
  for (double x : points)
    for (double t : {0.0, 0.3, 1.0})
      expect_close(real(2) * difference("bce_with_logits", {x, t, 1.5, 0.7}, 0), value("bce_with_logits_backward", {x, t, 1.5, 0.7, 2}),
                   "the loss");
}

TEST(Gradients, OfTheLstmCell) {
  reals const in = {0.3, -1.2, 0.8, 1.7, -0.1, 0.5, 0.25, -0.75, 0.9};
  real const dh = -1.3, dc = 0.6;
  reals with_gradients = in;
  with_gradients.push_back(dh);
  with_gradients.push_back(dc);
  for (std::size_t i : {0u, 1u, 2u, 3u, 8u}) {
    real const through = dc * difference("lstm_cell", in, i, 0) + dh * difference("lstm_cell", in, i, 1);
    expect_close(through, value("lstm_cell_backward", with_gradients, i == 8 ? 4 : i), "the LSTM cell");
  }
}

}  // namespace
