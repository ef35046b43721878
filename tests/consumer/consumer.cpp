// SPDX-License-Identifier: Apache-2.0
// The C++ interface on host memory; with an argument: what it says of device memory.
#include <cusigmoid/cusigmoid.hpp>

#include <cstdio>
#include <vector>

#include "bits.h"

template <class T>
void print_results() {
  using format = cusigmoid::format<T>;
  std::vector<T> x(count), dy(count), out(count);
  make_inputs(x.data(), sizeof(T), 0, format::fraction, format::bias);
  make_inputs(dy.data(), sizeof(T), count, format::fraction, format::bias);

  auto const print = [&](char const *op) { print_bits(op, format::name, out.data(), sizeof(T)); };

  using namespace cusigmoid;
  forward(cpu{}, x.data(), out.data(), count);
  print("forward");
  backward_from_input(cpu{}, dy.data(), x.data(), out.data(), count);
  print("backward_from_input");
  softplus(cpu{}, x.data(), out.data(), count);
  print("softplus");
  silu_second_derivative(cpu{}, x.data(), out.data(), count);
  print("silu_second_derivative");
  cusigmoid::tanh(cpu{}, x.data(), out.data(), count);
  print("tanh");
  swiglu(cpu{}, x.data(), dy.data(), out.data(), count, {1.702, 7, 1});
  print("swiglu");
  bce_with_logits(cpu{}, x.data(), dy.data(), out.data(), count);
  print("bce_with_logits");
}

int main(int argc, char **) {
  if (argc > 1) {
    try {
      cusigmoid::device_buffer<float> const buffer(count);
      std::puts("there is a CUDA device");
    } catch (cusigmoid::cuda_error const &error) {
      std::printf("cuda_error %d: %s\n", error.code(), error.what());
    }
    return 0;
  }
  print_results<double>();
  print_results<float>();
  print_results<cusigmoid::float16>();
}
