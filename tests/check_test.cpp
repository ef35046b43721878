// SPDX-License-Identifier: Apache-2.0
// What CUSIGMOID_CHECK=1 finds, and what is said of errors that end a process's CUDA.
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "cusigmoid/cusigmoid.hpp"
#include "host/check.hpp"
#include "tests/gpu.hpp"
#include "tests/refusal.hpp"

using namespace cusigmoid;

namespace {

struct with_checks {
  bool const before = engine::costly_checks().exchange(true);
  ~with_checks() { engine::costly_checks() = before; }
};

class GpuCheck : public testing::Test {
 protected:
  void SetUp() override { CUSIGMOID_NEEDS_GPU(); }

  static int devices() {
    int count = 0;
    EXPECT_EQ(cudaGetDeviceCount(&count), cudaSuccess);
    return count;
  }

  with_checks const checks_;
};

float *allocate(cudaError_t (*by)(void **, std::size_t), std::size_t bytes) {
  void *memory = nullptr;
  EXPECT_EQ(by(&memory, bytes), cudaSuccess);
  return static_cast<float *>(memory);
}

void expect_parts(std::string const &sentence, std::initializer_list<char const *> parts) {
  for (char const *const part : parts) EXPECT_NE(sentence.find(part), std::string::npos) << sentence;
}

TEST_F(GpuCheck, HostMemoryIsNotTheDevices) {
  int reaches_host_memory = 0;
  ASSERT_EQ(cudaDeviceGetAttribute(&reaches_host_memory, cudaDevAttrPageableMemoryAccess, 0), cudaSuccess);
  if (reaches_host_memory) return;
  std::vector<float> host(8);
  device_buffer<float> x(8);
  expect_parts(refusal([&] { forward(cuda{}, host.data(), x.data(), 8); }), {"forward: x at 0x", "is host memory, or freed"});
  expect_parts(refusal([&] { forward(cuda{}, x.data(), host.data(), 8); }), {"forward: y at 0x"});
  device_buffer<float> many(1 << 16), loss(1);  // more than one block adds up
  std::vector<double> workspace(bce_with_logits_sum_workspace(cuda{}, many.size()) / sizeof(double));
  auto const sum = [&] {
    bce_with_logits_sum(cuda{}, many.data(), many.data(), loss.data(), many.size(), workspace.data(), workspace.size() * sizeof(double));
  };
  expect_parts(refusal(sum), {"bce_with_logits_sum: workspace at 0x", "is host memory"});
  float const *const inputs[] = {x.data(), host.data()};
  float *const outputs[] = {x.data(), host.data()};
  std::size_t const n[] = {8, 8};
  expect_parts(refusal([&] { multi_tensor(CUSIGMOID_SILU, cuda{}, inputs, outputs, n, 2); }), {"silu: x[1] at 0x", "is host memory"});
}

TEST_F(GpuCheck, DeviceMemoryIsNotTheCpus) {
  std::vector<float> host(8);
  device_buffer<float> x(8);
  expect_parts(refusal([&] { forward(cpu{}, host.data(), x.data(), 8); }),
               {"forward: y at 0x", "memory of device 0, which the CPU cannot"});
}

TEST_F(GpuCheck, AnArrayEndsInTheMemoryItBeginsIn) {
  float *const x = allocate(cudaMalloc, 8 * sizeof(float));
  std::size_t const beyond = std::size_t{1} << 32;
  expect_parts(refusal([&] { forward(cuda{}, x, x, beyond); }), {"forward: x: its 17179869184 bytes from 0x", "another kind"});
  cudaFree(x);
}

TEST_F(GpuCheck, PinnedAndManagedMemoryIsBoth) {
  auto const managed = [](void **memory, std::size_t bytes) { return cudaMallocManaged(memory, bytes, cudaMemAttachGlobal); };
  for (float *const x : {allocate(cudaMallocHost, sizeof(float)), allocate(managed, sizeof(float))}) {
    *x = 0;
    EXPECT_NO_THROW(forward(cuda{}, x, x, 1));
    EXPECT_EQ(*x, 0.5f) << "the checks have waited for it";
    EXPECT_NO_THROW(forward(cpu{}, x, x, 1));
    EXPECT_TRUE(cudaFreeHost(x) == cudaSuccess || cudaFree(x) == cudaSuccess);
  }
  cudaGetLastError();  // of cudaFreeHost, which the managed one is not for
}

TEST_F(GpuCheck, StreamsAndMemoryAreOfTheCurrentDevice) {
  if (devices() < 2) return;
  cudaStream_t other = nullptr;
  ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
  ASSERT_EQ(cudaStreamCreate(&other), cudaSuccess);
  float *const there = allocate(cudaMalloc, sizeof(float));
  ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
  device_buffer<float> x(1);
  EXPECT_EQ(refusal([&] { forward(cuda{other}, x.data(), x.data(), 1); }),
            "forward: place: the stream is of device 1, but device 0 is current");
  expect_parts(refusal([&] { forward(cuda{}, x.data(), there, 1); }), {"forward: y at 0x", "memory of device 1, but device 0 is current"});
  EXPECT_EQ(cudaFree(there), cudaSuccess);
  EXPECT_EQ(cudaStreamDestroy(other), cudaSuccess);
}

TEST_F(GpuCheck, DoesNotWaitInACapture) {
  cudaStream_t stream = nullptr;
  ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
  auto x = device_buffer<float>::from(std::vector<float>{0}, stream);
  ASSERT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
  cudaGraph_t graph = nullptr;
  ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), cudaSuccess);
  EXPECT_NO_THROW(forward(cuda{stream}, x.data(), x.data(), 1));
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaSuccess);
  EXPECT_EQ(x.to_vector()[0], 0) << "it was captured, not run";
  cudaGraphDestroy(graph);
  x = device_buffer<float>(0);
  EXPECT_EQ(cudaStreamDestroy(stream), cudaSuccess);
}

// After such a fault a process's CUDA is of no use, so it is a process of its own that has it.
class GpuCheckDeathTest : public GpuCheck {
 protected:
  void SetUp() override {
    GpuCheck::SetUp();
    GTEST_FLAG_SET(death_test_style, "threadsafe");
  }

  /// Two rows in memory, with one between them that is not: what no look at the ends of an array shows.
  static matrix<float> with_a_hole() {
    constexpr std::size_t apart = std::size_t{1} << 24;
    float *block[] = {allocate(cudaMalloc, apart), allocate(cudaMalloc, apart)};
    if (block[0] > block[1]) std::swap(block[0], block[1]);
    auto const distance = static_cast<std::size_t>(block[1] - block[0]) + apart / sizeof(float) - 2;
    return {block[0], 3, 1, distance / 2};
  }

  [[noreturn]] static void exit_with_what(std::initializer_list<void (*)(matrix<float>)> calls) {
    matrix<float> const wrong = with_a_hole();
    for (auto const call : calls)
      if (std::string const said = refusal<cuda_error>([&] { call(wrong); }); said != "nothing was thrown")
        std::fprintf(stderr, "%s\n", said.c_str());
    std::_Exit(1);  // what a lost context held cannot be freed
  }
};

TEST_F(GpuCheckDeathTest, AFaultIsOfTheCallThatCausedIt) {
  EXPECT_EXIT(exit_with_what({[](matrix<float> x) { forward(cuda{}, x, x); }}), testing::ExitedWithCode(1),
              "forward: (this call's kernels failed: )?cudaErrorIllegalAddress: .*; this process can use CUDA no more and has to end");
}

TEST_F(GpuCheckDeathTest, AFaultOfEarlierWorkIsNotThisCalls) {
  EXPECT_EXIT(exit_with_what({[](matrix<float> x) {
                                engine::costly_checks() = false;
                                forward(cuda{}, x, x);
                                engine::costly_checks() = true;
                              },
                              [](matrix<float> x) { derivative(cuda{}, x.data, x.data, 1); }}),
              testing::ExitedWithCode(1), "derivative: what was on the stream before this call failed: cudaErrorIllegalAddress");
}

}  // namespace
