// SPDX-License-Identifier: Apache-2.0
// The function objects of functions.hpp in other people's loops: Thrust on its CPU system, and on CUDA where there is a GPU.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <gtest/gtest.h>
#include <thrust/device_vector.h>
#include <thrust/host_vector.h>
#include <thrust/system/cpp/execution_policy.h>
#include <thrust/transform.h>

#include <bit>
#include <cstring>

#include "cusigmoid/cusigmoid.hpp"
#include "cusigmoid/functions.hpp"
#include "tests/gpu.hpp"

using namespace cusigmoid;

namespace {

template <class T>
class Thrust : public testing::Test {
 protected:
  static constexpr std::size_t n = 5000;
  thrust::host_vector<T> x = numbers(-20, 0.0081), dy = numbers(1.5, -0.0003);

  static thrust::host_vector<T> numbers(double first, double step) {
    thrust::host_vector<T> v(n);
    for (std::size_t i = 0; i < n; ++i) v[i] = engine::element<T>::narrow(first + step * static_cast<double>(i));
    return v;
  }
  static bool equal(thrust::host_vector<T> const &a, thrust::host_vector<T> const &b) {
    return std::memcmp(a.data(), b.data(), n * sizeof(T)) == 0;
  }
  thrust::host_vector<T> y_expected() const {
    thrust::host_vector<T> y(n);
    forward(cpu{}, x.data(), y.data(), n);
    return y;
  }
  thrust::host_vector<T> dx_expected() const {
    thrust::host_vector<T> dx(n);
    backward_from_input(cpu{}, dy.data(), x.data(), dx.data(), n);
    return dx;
  }
};

using tested_types = testing::Types<double, float, float16, bfloat16, float8_e4m3, float8_e5m2>;
TYPED_TEST_SUITE(Thrust, tested_types);

TYPED_TEST(Thrust, OnTheCpuGivesTheLibrarysBits) {
  thrust::host_vector<TypeParam> y(this->n), dx(this->n);
  thrust::transform(thrust::cpp::par, this->x.begin(), this->x.end(), y.begin(), functions::forward{});
  thrust::transform(thrust::cpp::par, this->dy.begin(), this->dy.end(), this->x.begin(), dx.begin(), functions::backward_from_input{});
  EXPECT_TRUE(this->equal(y, this->y_expected()));
  EXPECT_TRUE(this->equal(dx, this->dx_expected()));
}

template <class T>
class GpuThrust : public Thrust<T> {};
TYPED_TEST_SUITE(GpuThrust, tested_types);

TYPED_TEST(GpuThrust, GivesTheLibrarysBits) {
  CUSIGMOID_NEEDS_GPU();
  thrust::device_vector<TypeParam> x = this->x, dy = this->dy, y(this->n), dx(this->n);
  thrust::transform(x.begin(), x.end(), y.begin(), functions::forward{});
  thrust::transform(dy.begin(), dy.end(), x.begin(), dx.begin(), functions::backward_from_input{});
  EXPECT_TRUE(this->equal(y, this->y_expected()));
  EXPECT_TRUE(this->equal(dx, this->dx_expected()));
}

/// CUDA's own types are taken as the library's. Beside CUDA's headers, which have a namespace ::cuda, the place is cusigmoid::cuda.
template <class Theirs, class Ours>
void expect_same_type() {
  Ours const ours = engine::element<Ours>::narrow(0.75);
  Theirs const theirs = std::bit_cast<Theirs>(ours);
  Theirs y;
  forward(cusigmoid::cpu{}, &theirs, &y, 1);
  Ours const expected = functions::forward{}(ours);
  EXPECT_EQ(std::memcmp(&y, &expected, sizeof y), 0);
  if (!have_gpu()) return;
  auto x = device_buffer<Theirs>::from(std::vector<Theirs>{theirs});
  forward(cusigmoid::cuda{}, x.data(), x.data(), 1);
  EXPECT_EQ(std::memcmp(x.to_vector().data(), &expected, sizeof y), 0);
}

TEST(CudaTypes, AreTheLibrarysTypes) {
  expect_same_type<__half, float16>();
  expect_same_type<__nv_bfloat16, bfloat16>();
  expect_same_type<__nv_fp8_e4m3, float8_e4m3>();
  expect_same_type<__nv_fp8_e5m2, float8_e5m2>();
}

}  // namespace
