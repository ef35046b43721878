// SPDX-License-Identifier: Apache-2.0
// What consumer.cpp prints, from functions.hpp as the user's compiler and flags make it.
#include <cusigmoid/functions.hpp>

#include <cstdio>
#include <vector>

#include "bits.h"

template <class T>
void print_results() {
  using format = cusigmoid::format<T>;
  std::vector<T> x(count), dy(count), out(count);
  make_inputs(x.data(), sizeof(T), 0, format::fraction, format::bias);
  make_inputs(dy.data(), sizeof(T), count, format::fraction, format::bias);

  auto const print = [&](char const *op, auto result) {
    for (std::size_t i = 0; i < count; ++i) out[i] = result(x[i], dy[i]);
    print_bits(op, format::name, out.data(), sizeof(T));
  };

  namespace f = cusigmoid::functions;
  print("forward", [](T x, T) { return f::forward{}(x); });
  print("backward_from_input", [](T x, T dy) { return f::backward_from_input{}(dy, x); });
  print("softplus", [](T x, T) { return f::softplus{}(x); });
  print("silu_second_derivative", [](T x, T) { return f::silu_second_derivative{}(x); });
  print("tanh", [](T x, T) { return f::tanh{}(x); });
  print("swiglu", f::swiglu{1.702, 7, 1});
  print("bce_with_logits", f::bce_with_logits{});
}

// The functions are so accurate inside that a merged product and sum would hardly ever show in their results, so look at one here:
// (1 + 2^-30)·(1 - 2^-30) - 1 is 0 in two roundings and -2^-60 in one.
bool contracts() {
  double volatile const above = 1 + 0x1p-30, below = 1 - 0x1p-30;
  return (cusigmoid::engine::f64(above) * cusigmoid::engine::f64(below) - cusigmoid::engine::f64(1.0)).v != 0;
}

int main() {
  if (contracts()) return std::puts("a product was merged with a sum"), 1;
  print_results<double>();
  print_results<float>();
  print_results<cusigmoid::float16>();
}
