// SPDX-License-Identifier: Apache-2.0
// What a caller's streams, graphs and errors can rely on.
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <cfenv>
#include <cstring>
#include <numeric>
#include <vector>

#include "cusigmoid/cusigmoid.hpp"
#include "tests/gpu.hpp"
#include "tests/hard_cases.hpp"
#include "tests/problem.hpp"

using namespace cusigmoid;

namespace {

class Gpu : public testing::Test {
 protected:
  void SetUp() override { CUSIGMOID_NEEDS_GPU(); }

  static std::vector<float> numbers(std::size_t n) {
    std::vector<float> v(n);
    for (std::size_t i = 0; i < n; ++i) v[i] = static_cast<float>(i % 1000) * 0.03f - 15;
    return v;
  }
  static std::vector<float> on_cpu(std::vector<float> const &x) {
    std::vector<float> y(x.size());
    forward(cpu{}, x.data(), y.data(), x.size());
    return y;
  }
};

/// A stream that does not wait for the default one.
struct stream {
  cudaStream_t handle = nullptr;
  stream() { EXPECT_EQ(cudaStreamCreateWithFlags(&handle, cudaStreamNonBlocking), cudaSuccess); }
  ~stream() { cudaStreamDestroy(handle); }
};

/// What a stream is given, captured as a graph.
class graph {
 public:
  template <class Calls>
  graph(cudaStream_t stream, Calls const &calls) {
    EXPECT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), cudaSuccess);
    calls();
    EXPECT_EQ(cudaStreamEndCapture(stream, &nodes_), cudaSuccess);
    EXPECT_EQ(cudaGraphInstantiate(&executable_, nodes_, 0), cudaSuccess);
  }
  ~graph() {
    cudaGraphExecDestroy(executable_);
    cudaGraphDestroy(nodes_);
  }
  graph(graph const &) = delete;
  void launch(cudaStream_t stream) const { EXPECT_EQ(cudaGraphLaunch(executable_, stream), cudaSuccess); }

 private:
  cudaGraph_t nodes_ = nullptr;
  cudaGraphExec_t executable_ = nullptr;
};

TEST_F(Gpu, HardCasesAreRight) {
  for (auto const op : {CUSIGMOID_FORWARD, CUSIGMOID_DERIVATIVE}) {
    cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
    ASSERT_EQ(cusigmoid_get_op_info(op, &info), CUSIGMOID_SUCCESS);
    std::vector<std::uint32_t> inputs, results;
    for (auto const &c : hard_cases)
      if (c.op == info.name) {
        inputs.push_back(c.input);
        results.push_back(c.result);
      }
    auto x = device_buffer<std::uint32_t>::from(inputs);
    cusigmoid_array const array = cusigmoid_vector(CUSIGMOID_FLOAT32, x.data(), inputs.size());
    cusigmoid_place const place = cuda{};
    ASSERT_EQ(cusigmoid_run(op, &place, &array, &array, nullptr), CUSIGMOID_SUCCESS) << cusigmoid_last_error();
    EXPECT_EQ(x.to_vector(), results) << info.name;
  }
}

/// Tables are made once in a process: a test of its own (tests/CMakeLists.txt) runs this one first.
TEST_F(Gpu, TablesDoNotDependOnTheCallersEnvironment) {
  std::vector<float8_e4m3> x(256), y(256);
  for (unsigned i = 0; i < 256; ++i) x[i].bits = static_cast<unsigned char>(i);
  auto on_gpu = device_buffer<float8_e4m3>::from(x);
  std::fesetround(FE_UPWARD);
  forward(cuda{}, on_gpu.data(), on_gpu.data(), x.size());
  int const mode = std::fegetround();
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(mode, FE_UPWARD);
  forward(cpu{}, x.data(), y.data(), x.size());
  auto const got = on_gpu.to_vector();
  for (unsigned i = 0; i < 256; ++i) EXPECT_EQ(got[i].bits, y[i].bits) << i;
}

TEST_F(Gpu, WorkIsInOrderOnTheCallersStreamAndStreamsAreIndependent) {
  stream one, other;
  auto const x = numbers(100000);
  auto const expected = on_cpu(on_cpu(x));
  auto a = device_buffer<float>::from(x, one.handle), b = device_buffer<float>::from(x, other.handle);
  for (int i = 0; i < 2; ++i) {
    forward(cuda{one.handle}, a.data(), a.data(), a.size());
    forward(cuda{other.handle}, b.data(), b.data(), b.size());
  }
  EXPECT_EQ(a.to_vector(), expected);
  EXPECT_EQ(b.to_vector(), expected);
}

TEST_F(Gpu, CallsOfAGraphWaitForEachOther) {
  stream s;
  std::size_t const n = 10000;
  auto const x = numbers(n);
  device_buffer<float> in(n, s.handle), y(n, s.handle), dx(n, s.handle), loss(1, s.handle);
  device_buffer<double> workspace(bce_with_logits_sum_workspace(cuda{}, n) / sizeof(double), s.handle);
  ASSERT_EQ(cudaStreamSynchronize(s.handle), cudaSuccess);
  graph const captured(s.handle, [&] {
    forward(cuda{s.handle}, in.data(), y.data(), n);
    backward_from_input(cuda{s.handle}, y.data(), in.data(), dx.data(), n);
    backward(cuda{s.handle}, dx.data(), y.data(), dx.data(), n);
    bce_with_logits_sum(cuda{s.handle}, in.data(), y.data(), loss.data(), n, workspace.data(), workspace.size() * sizeof(double));
  });

  std::vector<float> h_y(n), h_dx(n);
  float h_loss = 0;
  forward(cpu{}, x.data(), h_y.data(), n);
  backward_from_input(cpu{}, h_y.data(), x.data(), h_dx.data(), n);
  backward(cpu{}, h_dx.data(), h_y.data(), h_dx.data(), n);
  bce_with_logits_sum(cpu{}, x.data(), h_y.data(), &h_loss, n);
  for (int replay = 0; replay < 2; ++replay) {
    in.copy_from(x.data(), n);
    captured.launch(s.handle);
    EXPECT_EQ(y.to_vector(), h_y);
    EXPECT_EQ(dx.to_vector(), h_dx);
    EXPECT_EQ(loss.to_vector()[0], h_loss);
  }
}

TEST_F(Gpu, EveryOpCanBeCapturedInAGraph) {
  stream s;
  for (typed_op const &op : all_typed_ops()) {
    problem expected(op.op, op.dtypes, layout{3, 700, 1, {}, -1});
    fill_random(expected, 1, true);
    problem p = expected;
    ASSERT_EQ(run_on_host(expected, cpu{}), CUSIGMOID_SUCCESS) << op;
    ASSERT_EQ(run_on_cuda(p, s.handle, [&](auto const &call) { graph(s.handle, call).launch(s.handle); }), CUSIGMOID_SUCCESS)
        << op << ": " << cusigmoid_last_error();
    for (std::size_t a = 0; a < p.arrays.size(); ++a) EXPECT_EQ(p.arrays[a].memory(), expected.arrays[a].memory()) << op << ", array " << a;
  }
}

TEST_F(Gpu, CallsLeaveNoMemoryBehind) {
  auto const free_bytes = [] {
    std::size_t left = 0, total = 0;
    EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    EXPECT_EQ(cudaMemGetInfo(&left, &total), cudaSuccess);
    return left;
  };
  std::size_t const n = 5000;  // more than a sum has in a tile
  auto x = device_buffer<float>::from(numbers(n));
  device_buffer<float> loss(1);
  device_buffer<double> workspace(bce_with_logits_sum_workspace(cuda{}, n) / sizeof(double));
  auto const calls = [&](int times) {
    for (int i = 0; i < times; ++i) {
      silu(cuda{}, x.data(), x.data(), n);
      bce_with_logits_sum(cuda{}, x.data(), x.data(), loss.data(), n, workspace.data(), workspace.size() * sizeof(double));
    }
    return free_bytes();
  };
  std::size_t const before = calls(10);
  EXPECT_EQ(calls(2000), before);
}

TEST_F(Gpu, AnErrorTheCallerHasPendingIsNeitherClearedNorClaimed) {
  auto const x = numbers(100);
  auto a = device_buffer<float>::from(x);
  EXPECT_EQ(cudaFree(reinterpret_cast<void *>(0x10)), cudaErrorInvalidValue);
  EXPECT_EQ(cudaPeekAtLastError(), cudaErrorInvalidValue);
  EXPECT_NO_THROW(forward(cuda{}, a.data(), a.data(), a.size()));
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidValue) << "the caller's error is still there";
  EXPECT_EQ(a.to_vector(), on_cpu(x));
}

TEST_F(Gpu, TheCurrentDeviceStays) {
  int devices = 0, before = 0, after = -1;
  ASSERT_EQ(cudaGetDeviceCount(&devices), cudaSuccess);
  ASSERT_EQ(cudaSetDevice(devices - 1), cudaSuccess);
  ASSERT_EQ(cudaGetDevice(&before), cudaSuccess);
  auto a = device_buffer<float>::from(numbers(1000));
  forward(cuda{}, a.data(), a.data(), a.size());
  a.to_vector();
  ASSERT_EQ(cudaGetDevice(&after), cudaSuccess);
  EXPECT_EQ(before, after);
  ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
}

TEST_F(Gpu, MoreThanTwoToThe32ElementsReachTheLastOne) {
  std::size_t const n = (std::size_t{1} << 32) + 5, bytes = n * sizeof(float16);
  std::size_t free_bytes = 0, total = 0;
  ASSERT_EQ(cudaMemGetInfo(&free_bytes, &total), cudaSuccess);
  if (free_bytes < bytes + (bytes >> 3)) GTEST_SKIP() << "needs a GPU with 10 GB free";
  device_buffer<unsigned short> x(n);
  ASSERT_EQ(cudaMemset(x.data(), 0, bytes), cudaSuccess);
  auto *const elements = reinterpret_cast<float16 *>(x.data());
  forward(cuda{}, elements, elements, n);
  for (std::size_t i : {std::size_t{0}, n / 2, std::size_t{1} << 32, n - 1}) {
    unsigned short y = 0;
    ASSERT_EQ(cudaMemcpy(&y, x.data() + i, sizeof y, cudaMemcpyDeviceToHost), cudaSuccess);
    EXPECT_EQ(y, 0x3800) << "σ(0) at " << i;
  }
}

}  // namespace
