// SPDX-License-Identifier: Apache-2.0
// What the C++ interface takes and refuses, what the library says of itself, device_buffer.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "cusigmoid/cusigmoid.hpp"
#include "cusigmoid/functions.hpp"
#include "tests/gpu.hpp"
#include "tests/refusal.hpp"

using namespace cusigmoid;

namespace {

TEST(Cpp, TakesWhatCanBeAnInput) {
  std::vector<float> x = {-1, 0, 1, 2}, y(4), expected(4), h(2);
  forward(cpu{}, x.data(), expected.data(), 4);
  matrix const from(x.data(), 2, 2), to(y.data(), 2, 2);
  auto const expect_forward = [&](char const *call) {
    EXPECT_EQ(y, expected) << call;
    std::fill(y.begin(), y.end(), 7.0f);
  };
  forward(cpu{}, from, to);
  expect_forward("matrix<float> for matrix<float const>");
  forward(cpu{}, {x.data(), 2, 2}, to);
  expect_forward("{data, rows, cols}");
  forward<float>(cpu{}, from, {y.data(), 2, 2});
  expect_forward("<float>");
  forward<float>(cpu{}, nullptr, nullptr, 0);
  swiglu(cpu{}, {x.data(), 1, 4}, matrix(h.data(), 1, 2), {1.702, 7, 1});
  bias_forward(cpu{}, {x.data(), 2, 2}, x.data(), to);
}

TEST(Cpp, NothingMakesASumOfNothing) {
  float loss = -1, x = 0;
  bce_with_logits_sum(cpu{}, &x, &x, &loss, 0);
  EXPECT_EQ(loss, 0);
  loss = -1;
  bce_with_logits_mean(cpu{}, &x, &x, &loss, 0);
  EXPECT_NE(loss, loss);
  bias_backward(cpu{}, {&x, 0, 1}, {&x, 0, 1}, &x, matrix(&x, 0, 1), &loss);
  EXPECT_EQ(loss, 0);
}

TEST(Cpp, RefusesPairsOfTypesThatTheLibraryDoesNotHave) {
  double x = 0;
  float y = 0;
  float16 z = {};
  EXPECT_EQ(refusal([&] { forward(cpu{}, &x, &y, 1); }), "forward: y: dtype float32 is not supported beside the arrays before it");
  EXPECT_EQ(refusal([&] { silu(cpu{}, matrix(&y, 1, 1), matrix(&x, 1, 1)); }),
            "silu: y: dtype float64 is not supported beside the arrays before it");
  EXPECT_EQ(refusal([&] { swiglu(cpu{}, &x, &x, &z, 1); }), "swiglu_split: h: dtype float16 is not supported beside the arrays before it");
  EXPECT_EQ(refusal([&] { forward_scaled(cpu{}, &y, nullptr, nullptr, &y, 1); }),
            "forward_scaled: y: dtype float32 is not supported beside the arrays before it");
  EXPECT_EQ(refusal([&] { lstm_cell(cpu{}, matrix(&y, 1, 0), nullptr, matrix(&y, 1, 0), matrix(&y, 1, 0), matrix(&x, 1, 0)); }),
            "lstm_cell: h: dtype float64 is not supported beside the arrays before it");
}

TEST(Cpp, RefusesWrongShapesAndOptions) {
  float x[8] = {}, y[8] = {};
  EXPECT_EQ(refusal([&] { glu(cpu{}, {x, 1, 5}, matrix(y, 1, 2)); }), "glu: x is 1 × 5, but beside x of 1 × 5 it must be 1 × 4");
  EXPECT_EQ(refusal([&] { swiglu(cpu{}, {x, 1, 8}, matrix(y, 1, 4), {0, 0, 0}); }), "swiglu: options: alpha is 0");
  EXPECT_EQ(refusal([&] { swiglu(cpu{}, {x, 1, 8}, matrix(y, 1, 4), {1, -1, 0}); }),
            "swiglu: params: limit is -1; it must not be negative");
  EXPECT_EQ(refusal([&] { bias_forward(cpu{}, {x, 2, 4}, nullptr, matrix(y, 2, 4)); }),
            "bias_forward: bias is null, but has 1 × 4 elements");
  EXPECT_EQ(refusal([&] { swiglu_scaled(cpu{}, matrix(x, 1, 8), nullptr, matrix(reinterpret_cast<float8_e4m3 *>(y), 1, 4), nullptr); }),
            "swiglu_scaled: amax is null, but has 1 × 1 elements");
}

TEST(Cpp, AsksForAWorkspaceOnCuda) {
  std::size_t const many = 1 << 16, of_columns = 4;
  EXPECT_EQ(bce_with_logits_sum_workspace(cpu{}, many), 0u);
  EXPECT_EQ(bias_backward_workspace(cpu{}, many / of_columns, of_columns), 0u);
  std::string const of_sum = std::to_string(bce_with_logits_sum_workspace(cuda{}, many)),
                    of_bias = std::to_string(bias_backward_workspace(cuda{}, many / of_columns, of_columns));
  std::vector<float> const numbers_in(many);
  std::vector<float> numbers_out(many);
  float const *const x = numbers_in.data();
  float *const dx = numbers_out.data();
  float loss = 0, db[of_columns];
  matrix const xs(x, many / of_columns, of_columns);
  matrix const dxs(dx, many / of_columns, of_columns);
  auto const expect_asked_for = [](std::string const &sentence, std::string bytes) {
    EXPECT_NE(sentence.find("workspace: 0 bytes"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find(bytes.insert(0, "but ").append(" are needed")), std::string::npos) << sentence;
  };
  expect_asked_for(refusal([&] { bce_with_logits_sum(cuda{}, x, x, &loss, many); }), of_sum);
  expect_asked_for(refusal([&] { bce_with_logits_mean(cuda{}, xs, xs, &loss, {}, dx, 0); }), of_sum);
  expect_asked_for(refusal([&] { bce_with_logits_forward_backward(cuda{}, x, x, &loss, dx, many); }), of_sum);
  expect_asked_for(refusal([&] { bias_backward(cuda{}, xs, xs, x, dxs, db); }), of_bias);
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
  std::size_t const many = 100000;
  std::vector<float> x(many, 1), y(many), expected(many);
  forward(cpu{4}, x.data(), expected.data(), many);  // threads are running now
  pid_t const child = fork();
  if (child == 0) {
    alarm(20);
    forward(cpu{4}, x.data(), y.data(), many);
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
