// SPDX-License-Identifier: Apache-2.0
// Host arrays computed on GPUs, and on the CPU where there is none. That chunks give the CPU's bits is in engine_test.cpp.
#include <gtest/gtest.h>

#include <climits>
#include <string>
#include <thread>
#include <vector>

#include "cuda/launch.hpp"
#include "cusigmoid/cusigmoid.hpp"
#include "tests/gpu.hpp"
#include "tests/refusal.hpp"

using namespace cusigmoid;
namespace device = cusigmoid::engine::device;

namespace {

constexpr std::size_t small_staging = std::size_t{256} << 10;

std::vector<float> numbers(std::size_t n) {
  std::vector<float> v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = static_cast<float>(i % 1000) * 0.03f - 15;
  return v;
}

std::vector<float> forward_at(cusigmoid_place const &place, std::vector<float> const &x) {
  std::vector<float> y(x.size());
  forward(place, x.data(), y.data(), x.size());
  return y;
}

int devices() {
  int count = 0;
  EXPECT_EQ(cusigmoid_device_count(&count), CUSIGMOID_SUCCESS);
  return count;
}

TEST(Offload, GivesTheCpusBitsWhateverTheMachineHas) {
  auto const x = numbers(300000);
  EXPECT_EQ(forward_at(offload{}, x), forward_at(cpu{}, x));
  EXPECT_EQ(forward_at(offload{CUSIGMOID_ALL_DEVICES, small_staging}, x), forward_at(cpu{}, x));
  pipeline const kept;
  for (std::size_t n : {1000, 0, 300000}) {
    auto const some = numbers(n);
    EXPECT_EQ(forward_at(kept, some), forward_at(cpu{}, some));
  }
}

TEST(Offload, TakesArraysLargerThanItsMemory) {  // than the device's, too, as tests/CMakeLists.txt runs it
  auto x = numbers(1500000);
  auto const expected = forward_at(cpu{}, x);
  forward(offload{CUSIGMOID_ANY_DEVICE, small_staging * 4}, x.data(), x.data(), x.size());
  EXPECT_EQ(x, expected);
}

TEST(Offload, AddsUpWithoutAWorkspace) {
  auto const x = numbers(100000);
  std::vector<float> const target(x.size(), 0.25f);
  EXPECT_EQ(bce_with_logits_sum_workspace(offload{}, x.size()), 0u);
  float expected, sum;
  bce_with_logits_sum(cpu{}, x.data(), target.data(), &expected, x.size());
  bce_with_logits_sum(offload{CUSIGMOID_ANY_DEVICE, small_staging}, x.data(), target.data(), &sum, x.size());
  EXPECT_EQ(sum, expected);
  bce_with_logits_sum(offload{}, x.data(), target.data(), &sum, 0);
  EXPECT_EQ(sum, 0);
}

TEST(Offload, AddsUpRowsThatAreCutBetweenTiles) {
  std::size_t const rows = 1000, cols = 150;
  auto const x = numbers(rows * cols), bias = numbers(cols);
  struct results {
    std::vector<float> dx = std::vector<float>(rows * cols), dbias = std::vector<float>(cols);
  };
  auto const backward_at = [&](cusigmoid_place const &place) {
    results r;
    bias_backward(place, {x.data(), rows, cols}, {x.data(), rows, cols}, bias.data(), matrix(r.dx.data(), rows, cols), r.dbias.data());
    return r;
  };
  results const expected = backward_at(cpu{}), actual = backward_at(offload{CUSIGMOID_ANY_DEVICE, small_staging});
  EXPECT_EQ(actual.dx, expected.dx);
  EXPECT_EQ(actual.dbias, expected.dbias);
}

TEST(Offload, RunsManyLists) {
  auto const x = numbers(70000);
  std::vector<float> y(x.size());
  float const *const in[] = {x.data(), x.data() + 50, x.data() + 50};
  float *const out[] = {y.data(), y.data() + 50, y.data() + 50};
  std::size_t const n[] = {50, 0, x.size() - 50};
  multi_tensor(CUSIGMOID_FORWARD, offload{CUSIGMOID_ANY_DEVICE, small_staging}, in, out, n, 3);
  EXPECT_EQ(y, forward_at(cpu{}, x));
}

TEST(Offload, InsistsOnADevice) {
  float x = 0;
  int const none = devices();
  std::string const number = std::to_string(none);
  if (none == 0) {
    EXPECT_NE(refusal<cuda_error>([&] { forward(offload{0}, &x, &x, 1); }).find("no CUDA device"), std::string::npos);
    EXPECT_NE(refusal<cuda_error>([&] { pipeline const made(offload{0}); }).find("no CUDA device"), std::string::npos);
  } else {
    EXPECT_EQ(refusal([&] { forward(offload{none}, &x, &x, 1); }),
              "forward: place: device is " + number + ", but there are " + number + ", numbered from 0");
    EXPECT_NO_THROW(forward(offload{none - 1}, &x, &x, 1));
  }
}

TEST(Offload, RefusesAPlaceThatContradictsItself) {
  float x = 0;
  EXPECT_EQ(refusal([&] { forward(offload{-3}, &x, &x, 1); }), "forward: place: device is -3");
  EXPECT_EQ(refusal([&] { forward(offload{CUSIGMOID_ANY_DEVICE, 1000}, &x, &x, 1); }),
            "forward: place: staging_bytes is 1000, less than 262144");
  cusigmoid_place lowest = offload{};
  lowest.device_plus_one = INT_MIN;
  EXPECT_EQ(refusal([&] { forward(lowest, &x, &x, 1); }), "forward: place: device is -2147483649");
  pipeline const kept;
  cusigmoid_place both = kept;
  both.staging_bytes = small_staging;
  EXPECT_EQ(refusal([&] { forward(both, &x, &x, 1); }),
            "forward: place: staging_bytes or device_plus_one is set, but the pipeline has its own");
  cusigmoid_place other = cpu{};
  other.device_plus_one = 1;
  EXPECT_EQ(refusal([&] { forward(other, &x, &x, 1); }),
            "forward: place: staging_bytes, device_plus_one or pipeline is set, but kind is not CUSIGMOID_OFFLOAD");
  cusigmoid_pipeline *made = nullptr;
  other = cpu{};
  EXPECT_EQ(cusigmoid_pipeline_create(&made, &other), CUSIGMOID_INVALID_ARGUMENT);
  EXPECT_STREQ(cusigmoid_last_error(), "cusigmoid_pipeline_create: place: must be of kind CUSIGMOID_OFFLOAD and have no pipeline");
  EXPECT_EQ(cusigmoid_pipeline_create(nullptr, &other), CUSIGMOID_INVALID_ARGUMENT);
  cusigmoid_pipeline_destroy(nullptr);
}

class GpuOffload : public testing::Test {
 protected:
  void SetUp() override { CUSIGMOID_NEEDS_GPU(); }
};

TEST_F(GpuOffload, OfManyThreadsSharesAPipeline) {
  pipeline const kept(offload{CUSIGMOID_ANY_DEVICE, std::size_t{1} << 20});
  auto const x = numbers(200000), expected = forward_at(cpu{}, x);
  std::vector<std::thread> threads;
  std::vector<std::vector<float>> y(4);
  for (auto &one : y) threads.emplace_back([&] { one = forward_at(kept, x); });
  for (auto &t : threads) t.join();
  for (auto const &one : y) EXPECT_EQ(one, expected);
}

TEST_F(GpuOffload, CopiesPinnedMemoryWithoutStaging) {
  auto const x = numbers(200000);
  void *memory = nullptr;
  ASSERT_EQ(device::allocate_pinned(&memory, x.size() * sizeof(float)), 0);
  auto *const pinned = static_cast<float *>(memory);
  std::copy(x.begin(), x.end(), pinned);
  forward(offload{CUSIGMOID_ANY_DEVICE, small_staging}, pinned, pinned, x.size());
  EXPECT_EQ(std::vector<float>(pinned, pinned + x.size()), forward_at(cpu{}, x));
  EXPECT_EQ(device::release_pinned(memory), 0);
}

TEST_F(GpuOffload, RefusesDeviceMemory) {
  device_buffer<float> const x(8);
  float y[8];
  EXPECT_NE(refusal([&] { forward(offload{}, x.data(), y, 8); }).find("forward: x at 0x"), std::string::npos);
}

TEST_F(GpuOffload, LeavesTheCurrentDeviceAsItWas) {
  int before = 0, after = 0;
  auto const x = numbers(300000), expected = forward_at(cpu{}, x);
  for (before = 0; before < devices(); ++before) {
    ASSERT_EQ(device::set_current_device(before), 0);
    for (int of_call = CUSIGMOID_ALL_DEVICES; of_call < devices(); ++of_call) {
      EXPECT_EQ(forward_at(offload{of_call, small_staging * 4}, x), expected);
      ASSERT_EQ(device::current_device(&after), 0);
      EXPECT_EQ(after, before) << "after a call on device " << of_call;
    }
  }
  ASSERT_EQ(device::set_current_device(0), 0);
}

}  // namespace
