// SPDX-License-Identifier: Apache-2.0
// The C++ and C interfaces: every function with every element type gives what the one door gives; device_buffer.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "cusigmoid/cusigmoid.hpp"
#include "cusigmoid/functions.hpp"
#include "tests/gpu.hpp"

using namespace cusigmoid;

namespace {

template <class T>
class Api : public testing::Test {
 protected:
  static std::vector<T> numbers(double first, double step) {
    std::vector<T> v;
    for (int i = 0; i < 24; ++i) v.push_back(engine::element<T>::narrow(first + step * i));
    return v;
  }
  std::vector<T> logits = numbers(-8, 0.7), gradients = numbers(2, -0.17), targets = numbers(0, 0.04);
};

using tested_types = testing::Types<double, float, float16, bfloat16, float8_e4m3, float8_e5m2>;
TYPED_TEST_SUITE(Api, tested_types);

template <class T>
bool equal(std::vector<T> const &a, std::vector<T> const &b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

TYPED_TEST(Api, FunctionsOfCppAndCAndTheFunctionObjectsGiveTheSameBits) {
  using T = TypeParam;
  auto const &x = this->logits, &dy = this->gradients;
  std::size_t const n = x.size();
  cusigmoid_dtype const dtype = static_cast<cusigmoid_dtype>(format<T>::id);
  std::vector<T> one(n), two(n), three(n);

  forward(cpu{}, x.data(), one.data(), n);
  EXPECT_EQ(cusigmoid_forward(cusigmoid_on_cpu(1), dtype, x.data(), two.data(), n), CUSIGMOID_SUCCESS);
  for (std::size_t i = 0; i < n; ++i) three[i] = functions::forward{}(x[i]);
  EXPECT_TRUE(equal(one, two) && equal(one, three));

  std::vector<T> const y = one;
  derivative(cpu{}, x.data(), one.data(), n);
  EXPECT_EQ(cusigmoid_derivative(cusigmoid_on_cpu(1), dtype, x.data(), two.data(), n), CUSIGMOID_SUCCESS);
  for (std::size_t i = 0; i < n; ++i) three[i] = functions::derivative{}(x[i]);
  EXPECT_TRUE(equal(one, two) && equal(one, three));

  backward(cpu{}, dy.data(), y.data(), one.data(), n);
  EXPECT_EQ(cusigmoid_backward(cusigmoid_on_cpu(1), dtype, dy.data(), y.data(), two.data(), n), CUSIGMOID_SUCCESS);
  for (std::size_t i = 0; i < n; ++i) three[i] = functions::backward{}(dy[i], y[i]);
  EXPECT_TRUE(equal(one, two) && equal(one, three));

  backward_from_input(cpu{}, dy.data(), x.data(), one.data(), n);
  EXPECT_EQ(cusigmoid_backward_from_input(cusigmoid_on_cpu(1), dtype, dy.data(), x.data(), two.data(), n), CUSIGMOID_SUCCESS);
  for (std::size_t i = 0; i < n; ++i) three[i] = functions::backward_from_input{}(dy[i], x[i]);
  EXPECT_TRUE(equal(one, two) && equal(one, three));
}

TYPED_TEST(Api, MatricesMayBePartsOfLargerOnes) {
  using T = TypeParam;
  auto const &x = this->logits;  // as 4 × 6, of which the right half is asked for
  std::vector<T> all(24), some(24, engine::element<T>::narrow(7));
  forward(cpu{}, x.data(), all.data(), 24);
  forward(cpu{}, matrix<T const>(x.data() + 3, 4, 3, 6), matrix<T>(some.data() + 3, 4, 3, 6));
  for (std::size_t i = 0; i < 24; ++i)
    EXPECT_EQ(engine::element<T>::widen(some[i]), i % 6 < 3 ? 7 : engine::element<T>::widen(all[i])) << i;
}

TYPED_TEST(Api, SwigluBackwardAndTheLossInCppAndC) {
  using T = TypeParam;
  std::vector<T> one(24), two(24);
  cusigmoid_dtype const dtype = static_cast<cusigmoid_dtype>(format<T>::id);
  swiglu_backward(cpu{}, matrix<T const>(this->gradients.data(), 3, 4), matrix<T const>(this->logits.data(), 3, 8),
                  matrix<T>(one.data(), 3, 8));
  EXPECT_EQ(cusigmoid_swiglu_backward(cusigmoid_on_cpu(0), dtype, this->gradients.data(), this->logits.data(), two.data(), 3, 4),
            CUSIGMOID_SUCCESS);
  EXPECT_TRUE(equal(one, two));

  typename loss_type<T>::type loss = -1, same = -2, nothing = -3;
  bce_with_logits_sum(cpu{}, this->logits.data(), this->targets.data(), &loss, 24);
  EXPECT_EQ(cusigmoid_bce_with_logits_sum(cusigmoid_on_cpu(0), dtype, this->logits.data(), this->targets.data(), &same, 24, nullptr, 0),
            CUSIGMOID_SUCCESS);
  EXPECT_EQ(loss, same);
  bce_with_logits_sum(cpu{}, this->logits.data(), this->targets.data(), &nothing, 0);
  EXPECT_EQ(nothing, 0);
}

TEST(Library, SaysItsVersionAndInstructionSet) {
  EXPECT_EQ(cusigmoid_version(), CUSIGMOID_VERSION_MAJOR * 10000 + CUSIGMOID_VERSION_MINOR * 100 + CUSIGMOID_VERSION_PATCH);
  char const *const asked = std::getenv("CUSIGMOID_ISA");
  if (asked)
    EXPECT_STREQ(cusigmoid_cpu_isa(), asked);
  else
    EXPECT_STRNE(cusigmoid_cpu_isa(), "");
}

TEST(Library, WorksInAForkedProcess) {
  std::size_t const n = 100000;
  std::vector<float> x(n, 1), y(n), expected(n);
  forward(cpu{4}, x.data(), expected.data(), n);  // threads are running now
  pid_t const child = fork();
  if (child == 0) {
    alarm(20);
    forward(cpu{4}, x.data(), y.data(), n);
    _exit(y == expected ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Library, WithoutADeviceADeviceCallSaysSo) {
  if (have_gpu()) return;
  float x = 0;
  try {
    forward(cuda{}, &x, &x, 1);
    FAIL() << "a device call without a device succeeded";
  } catch (cuda_error const &e) {
    EXPECT_TRUE(e.code() == 100 || e.code() == 35) << e.code();
    EXPECT_NE(std::string(e.what()).find("no CUDA device"), std::string::npos) << e.what();
  }
  EXPECT_THROW(device_buffer<float>(5), cuda_error);
}

TEST(DeviceBuffer, OfNothingNeedsNoDevice) {
  device_buffer<float> empty(0);
  EXPECT_EQ(empty.size(), 0u);
  EXPECT_EQ(empty.to_vector().size(), 0u);
}

TEST(DeviceBuffer, RefusesMoreBytesThanCanBeCounted) {
  EXPECT_THROW(device_buffer<double>(static_cast<std::size_t>(-1) / 4), std::invalid_argument);
}

TEST(GpuDeviceBuffer, MovesAndCopies) {
  CUSIGMOID_NEEDS_GPU();
  std::vector<float> const host = {1, 2, 3, 4};
  auto a = device_buffer<float>::from(host);
  EXPECT_EQ(a.to_vector(), host);
  float *const memory = a.data();
  device_buffer<float> b = std::move(a);
  EXPECT_EQ(b.data(), memory);
  EXPECT_EQ(a.data(), nullptr);
  EXPECT_EQ(a.size(), 0u);
  device_buffer<float> c(2);
  c = std::move(b);
  EXPECT_EQ(c.data(), memory);
  float wrong[3];
  EXPECT_THROW(c.copy_to(wrong, 3), std::invalid_argument);
  forward(cuda{}, c.data(), c.data(), c.size());
  EXPECT_EQ(c.to_vector()[0], functions::forward{}(1.0f));
}

}  // namespace
