// SPDX-License-Identifier: Apache-2.0
// SiLU and its gradient by Thrust, with the library's function objects, and the same bits from the library's own kernels.
//   nvcc -std=c++17 -I include thrust.cu -lcusigmoid
// Thrust's headers have a namespace ::cuda, beside which the library's place is cusigmoid::cuda; hence no `using namespace cusigmoid`.
#include <thrust/device_vector.h>
#include <thrust/tabulate.h>
#include <thrust/transform.h>

#include <cstdio>

#include "cusigmoid/cusigmoid.hpp"
#include "cusigmoid/functions.hpp"

namespace functions = cusigmoid::functions;

struct ramp {
  float first, step;
  __host__ __device__ float operator()(std::ptrdiff_t i) const { return first + step * static_cast<float>(i); }
};

int main() {
  std::size_t const n = 1 << 20;
  thrust::device_vector<float> x(n), dy(n), y(n), dx(n), same_y(n), same_dx(n);
  thrust::tabulate(x.begin(), x.end(), ramp{-20, 4e-5f});
  thrust::tabulate(dy.begin(), dy.end(), ramp{1, -1e-6f});

  thrust::transform(x.begin(), x.end(), y.begin(), functions::silu{});
  thrust::transform(dy.begin(), dy.end(), x.begin(), dx.begin(), functions::silu_backward{});

  auto const data = [](thrust::device_vector<float> &v) { return thrust::raw_pointer_cast(v.data()); };
  cusigmoid::silu(cusigmoid::cuda{}, data(x), data(same_y), n);
  cusigmoid::silu_backward(cusigmoid::cuda{}, data(dy), data(x), data(same_dx), n);

  bool const same = y == same_y && dx == same_dx;
  std::puts(same ? "the same bits" : "not the same");
  return same ? 0 : 1;
}
