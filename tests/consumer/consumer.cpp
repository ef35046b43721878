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

  cusigmoid::forward(cusigmoid::cpu{}, x.data(), out.data(), count);
  print_bits("forward", format::name, out.data(), sizeof(T));
  cusigmoid::backward_from_input(cusigmoid::cpu{}, dy.data(), x.data(), out.data(), count);
  print_bits("backward_from_input", format::name, out.data(), sizeof(T));
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
