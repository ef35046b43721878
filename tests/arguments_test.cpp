// SPDX-License-Identifier: Apache-2.0
// Misuse is answered with an error that names the argument and its value, and nothing is written.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>

#include "cusigmoid/cusigmoid.hpp"

namespace {

class Arguments : public testing::TestWithParam<int> {
 protected:
  // dh is 2 × 3, x and dx are 2 × 6
  float memory[64] = {};
  cusigmoid_place place = {sizeof(cusigmoid_place), GetParam(), 0, nullptr, 0, 0, nullptr};
  cusigmoid_array in[2] = {cusigmoid_matrix(CUSIGMOID_FLOAT32, memory, 2, 3, 3), cusigmoid_matrix(CUSIGMOID_FLOAT32, memory + 16, 2, 6, 6)};
  cusigmoid_array out = cusigmoid_matrix(CUSIGMOID_FLOAT32, memory + 32, 2, 6, 6);
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  int op = CUSIGMOID_SWIGLU_BACKWARD;

  void SetUp() override {
    for (float &m : memory) m = 42;
  }

  /// The call fails with a sentence that has each of the given parts.
  void expect_refused(std::initializer_list<char const *> parts) {
    EXPECT_EQ(cusigmoid_run(op, &place, in, &out, &params), CUSIGMOID_INVALID_ARGUMENT);
    std::string const sentence = cusigmoid_last_error();
    for (char const *part : parts) EXPECT_NE(sentence.find(part), std::string::npos) << "'" << part << "' is missing in: " << sentence;
    for (float m : memory) ASSERT_EQ(m, 42) << "something was written";
  }
};

TEST_P(Arguments, UnknownOp) {
  op = 12345;
  expect_refused({"op 12345"});
  op = -1;
  expect_refused({"op -1"});
}
TEST_P(Arguments, UnknownPlace) {
  place.kind = 7;
  expect_refused({"place", "kind 7"});
}
TEST_P(Arguments, NegativeThreads) {
  place.threads = -3;
  expect_refused({"place", "threads is -3"});
}
TEST_P(Arguments, StructsOfAnotherSize) {
  for (std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{5000}, SIZE_MAX}) {
    in[0].struct_size = size;
    expect_refused({"dh", "struct_size is", std::to_string(size).c_str()});
  }
  in[0].struct_size = sizeof(cusigmoid_array);
  in[1].struct_size = sizeof(cusigmoid_array) + 8;
  expect_refused({"x: struct_size is 56"});
  in[1].struct_size = sizeof(cusigmoid_array);
  place.struct_size = 3;
  expect_refused({"place", "struct_size is 3"});
}
TEST_P(Arguments, ALaterVersionsStructIsTakenAsLongAsItAsksForNothingNew) {
  struct {
    cusigmoid_place known;
    std::size_t unknown;
  } later = {place, 1};
  later.known.struct_size = sizeof later;
  for (auto *a : {&in[0], &in[1], &out}) a->rows = 0;
  EXPECT_EQ(cusigmoid_run(op, &later.known, in, &out, nullptr), CUSIGMOID_INVALID_ARGUMENT);
  EXPECT_NE(std::string(cusigmoid_last_error()).find("place: struct_size is 56"), std::string::npos) << cusigmoid_last_error();
  later.unknown = 0;
  EXPECT_EQ(cusigmoid_run(op, &later.known, in, &out, nullptr), CUSIGMOID_SUCCESS) << cusigmoid_last_error();
}
TEST_P(Arguments, NullPointer) {
  in[1].data = nullptr;
  expect_refused({"x is null", "2 × 6"});
  in[1].data = memory + 16;
  out.data = nullptr;
  expect_refused({"dx is null"});
}
TEST_P(Arguments, UnknownDtype) {
  in[1].dtype = 99;
  expect_refused({"x", "dtype 99"});
}
TEST_P(Arguments, WrongDtypeForTheOp) {
  out.dtype = CUSIGMOID_FLOAT64;
  expect_refused({"dx", "float64"});
  out.dtype = CUSIGMOID_FLOAT32;
  in[1].dtype = CUSIGMOID_BFLOAT16;
  expect_refused({"x", "bfloat16"});
}
TEST_P(Arguments, WrongShape) {
  out.cols = 5;
  expect_refused({"dx is 2 × 5", "2 × 6"});
  out.cols = 6;
  in[1].rows = 3;
  expect_refused({"x is 3 × 6", "2 × 6"});
}
TEST_P(Arguments, LeadingDimensionLessThanColumns) {
  in[1].leading_dimension = 5;
  expect_refused({"x", "leading_dimension 5", "6 columns"});
}
TEST_P(Arguments, Misaligned) {
  in[0].data = reinterpret_cast<char *>(memory) + 2;
  expect_refused({"dh", "not a multiple", "4 bytes"});
}
TEST_P(Arguments, PartialOverlap) {
  out.data = memory + 17;
  expect_refused({"dx", "overlaps x"});
  out.data = memory + 1;
  expect_refused({"dx", "overlaps dh"});
}
TEST_P(Arguments, InPlaceOfAnArrayOfAnotherRole) {
  op = CUSIGMOID_GLU;
  in[0] = cusigmoid_matrix(CUSIGMOID_FLOAT32, memory, 2, 6, 6);
  out = cusigmoid_matrix(CUSIGMOID_FLOAT32, memory, 2, 3, 6);
  expect_refused({"y at", "overlaps x"});
}
TEST_P(Arguments, ARowOrAScalarOfAnotherShape) {
  op = CUSIGMOID_BIAS_FORWARD;
  in[1] = cusigmoid_vector(CUSIGMOID_FLOAT32, memory + 16, 2);
  out = cusigmoid_matrix(CUSIGMOID_FLOAT32, memory + 32, 2, 3, 3);
  expect_refused({"bias is 1 × 2", "it must be 1 × 3"});
  in[1] = cusigmoid_matrix(CUSIGMOID_FLOAT32, memory + 16, 2, 3, 3);
  expect_refused({"bias is 2 × 3", "it must be 1 × 3"});
}
TEST_P(Arguments, AnInputLeftOutThatIsNotOptional) {
  in[1] = CUSIGMOID_ARRAY_INIT;
  in[1].dtype = CUSIGMOID_FLOAT32;
  expect_refused({"x is 0 × 0", "it must be 2 × 6"});
}
TEST_P(Arguments, ParametersThatAnOperationDoesNotHave) {
  op = CUSIGMOID_GLU_BACKWARD;
  params.alpha = 1.5;
  expect_refused({"params", "alpha is 1.5", "no such parameter"});
  params = CUSIGMOID_PARAMS_INIT;
  params.mean = 1;
  expect_refused({"params", "mean is 1", "no such parameter"});
}
TEST_P(Arguments, ParametersThatMakeNoSense) {
  params.limit = -2;
  expect_refused({"params", "limit is -2"});
  params.limit = std::numeric_limits<double>::quiet_NaN();
  expect_refused({"params", "limit is nan", "finite"});
  params = CUSIGMOID_PARAMS_INIT;
  params.alpha = HUGE_VAL;
  expect_refused({"params", "alpha is inf", "finite"});
}
TEST_P(Arguments, TypesThatAreNotMixed) {
  op = CUSIGMOID_SWIGLU;
  in[0] = cusigmoid_matrix(CUSIGMOID_FLOAT64, memory, 2, 6, 6);
  out = cusigmoid_matrix(CUSIGMOID_FLOAT32, memory + 32, 2, 3, 3);
  expect_refused({"h: dtype float32", "beside the arrays before it"});
}
TEST_P(Arguments, MoreElementsThanMemory) {
  for (auto *a : {&in[0], &in[1], &out}) a->rows = SIZE_MAX / 4;
  expect_refused({"dh", "more bytes than an object can have"});
  for (auto *a : {&in[0], &in[1], &out}) a->rows = 1;
  in[0].cols = in[1].cols = out.cols = SIZE_MAX;
  expect_refused({"dh", "more bytes"});
}
TEST_P(Arguments, NoArrays) {
  EXPECT_EQ(cusigmoid_run(op, &place, nullptr, &out, nullptr), CUSIGMOID_INVALID_ARGUMENT);
  EXPECT_STREQ(cusigmoid_last_error(), "swiglu_backward: in is null");
  EXPECT_EQ(cusigmoid_run(op, &place, in, nullptr, nullptr), CUSIGMOID_INVALID_ARGUMENT);
  EXPECT_STREQ(cusigmoid_last_error(), "swiglu_backward: out is null");
  EXPECT_EQ(cusigmoid_run(op, nullptr, in, &out, nullptr), CUSIGMOID_INVALID_ARGUMENT);
  EXPECT_STREQ(cusigmoid_last_error(), "swiglu_backward: place is null");
}
TEST_P(Arguments, NothingToDoIsNoError) {
  for (auto *a : {&in[0], &in[1], &out}) a->rows = 0, a->data = nullptr;
  EXPECT_EQ(cusigmoid_run(op, &place, in, &out, nullptr), CUSIGMOID_SUCCESS) << cusigmoid_last_error();
}

INSTANTIATE_TEST_SUITE_P(Places, Arguments, testing::Values(CUSIGMOID_CPU, CUSIGMOID_CUDA, CUSIGMOID_OFFLOAD), [](auto const &place) {
  return place.param == CUSIGMOID_CPU ? "cpu" : place.param == CUSIGMOID_CUDA ? "cuda" : "offload";
});

TEST(Workspace, TooSmallOrMisalignedOnCudaIsRefused) {
  float x = 0, loss = 0;
  cusigmoid::cuda const place;
  std::size_t const n = 5000;
  EXPECT_EQ(cusigmoid::bce_with_logits_sum_workspace(place, n), 16u);
  EXPECT_EQ(cusigmoid::bce_with_logits_sum_workspace(cusigmoid::cpu{}, n), 0u);
  EXPECT_EQ(cusigmoid_bce_with_logits_sum(place, CUSIGMOID_FLOAT32, &x, &x, &loss, n, nullptr, 0), CUSIGMOID_INVALID_ARGUMENT);
  // x and target may be one array, they are only read; loss must not lie in it
  alignas(8) static float memory[5002];
  double workspace[2];
  EXPECT_EQ(cusigmoid_bce_with_logits_sum(place, CUSIGMOID_FLOAT32, memory, memory, memory + 5001, n, workspace, 15),
            CUSIGMOID_INVALID_ARGUMENT);
  EXPECT_TRUE(std::string(cusigmoid_last_error()).starts_with("bce_with_logits_sum: workspace: 15 bytes at 0x")) << cusigmoid_last_error();
  EXPECT_EQ(cusigmoid_bce_with_logits_sum(place, CUSIGMOID_FLOAT32, memory, memory, memory + 5001, n, memory + 2, 16),
            CUSIGMOID_INVALID_ARGUMENT);
  EXPECT_NE(std::string(cusigmoid_last_error()).find("overlaps x"), std::string::npos) << cusigmoid_last_error();
  std::size_t bytes;
  cusigmoid_place wrong = place;
  wrong.kind = 7;
  EXPECT_EQ(cusigmoid_workspace_size(CUSIGMOID_FORWARD, &wrong, 1, 1, &bytes), CUSIGMOID_INVALID_ARGUMENT);
}

TEST(Errors, BecomeExceptions) {
  float x[4] = {};
  EXPECT_THROW(cusigmoid::forward(cusigmoid::cpu{}, x, x + 1, 2), std::invalid_argument);
  EXPECT_THROW(cusigmoid::forward(cusigmoid::cpu{-1}, x, x, 4), std::invalid_argument);
  EXPECT_NO_THROW(cusigmoid::forward(cusigmoid::cpu{}, x, x, 4));
}

TEST(Errors, StayUntilTheNextOne) {
  cusigmoid_run(99, nullptr, nullptr, nullptr, nullptr);
  int devices;
  EXPECT_EQ(cusigmoid_device_count(&devices), CUSIGMOID_SUCCESS);
  EXPECT_STREQ(cusigmoid_last_error(), "cusigmoid_run: op 99 is unknown");
}

TEST(Errors, BelongToTheirThread) {
  EXPECT_EQ(cusigmoid_run(99, nullptr, nullptr, nullptr, nullptr), CUSIGMOID_INVALID_ARGUMENT);
  EXPECT_STREQ(cusigmoid_last_error(), "cusigmoid_run: op 99 is unknown");
  std::string other;
  std::thread([&] { other = cusigmoid_last_error(); }).join();
  EXPECT_EQ(other, "");
}

TEST(OpInfo, TellsNamesRolesAndTypes) {
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  ASSERT_EQ(cusigmoid_get_op_info(CUSIGMOID_SWIGLU_BACKWARD, &info), CUSIGMOID_SUCCESS);
  EXPECT_STREQ(info.name, "swiglu_backward");
  EXPECT_EQ(info.inputs, 2);
  EXPECT_EQ(info.outputs, 1);
  EXPECT_STREQ(info.arrays[1].name, "x");
  EXPECT_EQ(info.arrays[1].role, CUSIGMOID_PACKED);
  EXPECT_EQ(info.arrays[1].parts, 2);
  ASSERT_EQ(cusigmoid_get_op_info(CUSIGMOID_BCE_WITH_LOGITS_SUM, &info), CUSIGMOID_SUCCESS);
  EXPECT_TRUE(info.arrays[2].optional && info.arrays[3].optional && !info.arrays[1].optional);
  EXPECT_EQ(info.arrays[3].role, CUSIGMOID_ROW);
  EXPECT_EQ(info.arrays[4].role, CUSIGMOID_SUM_ALL);
  EXPECT_EQ(info.dtypes[2 * 5 + 0], CUSIGMOID_FLOAT16);
  EXPECT_EQ(info.dtypes[2 * 5 + 4], CUSIGMOID_FLOAT32);
  EXPECT_EQ(info.params, CUSIGMOID_LOSS_PARAMS);
}

TEST(OpInfo, FillsALaterVersionsStructAsFarAsItKnowsIt) {
  struct {
    cusigmoid_op_info known;
    void *later;
  } info = {CUSIGMOID_OP_INFO_INIT, &info};
  info.known.struct_size = sizeof info;
  ASSERT_EQ(cusigmoid_get_op_info(CUSIGMOID_TANH, &info.known), CUSIGMOID_SUCCESS);
  EXPECT_EQ(info.known.struct_size, sizeof info);
  EXPECT_STREQ(info.known.name, "tanh");
  EXPECT_EQ(info.later, nullptr);
  for (std::size_t const wrong : {std::size_t{0}, sizeof(cusigmoid_op_info) - 1, SIZE_MAX}) {
    info.known.struct_size = wrong;
    EXPECT_EQ(cusigmoid_get_op_info(CUSIGMOID_TANH, &info.known), CUSIGMOID_INVALID_ARGUMENT) << wrong;
  }
}

}  // namespace
