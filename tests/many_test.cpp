// SPDX-License-Identifier: Apache-2.0
// cusigmoid_run_many: each list as if it were run alone, and nothing else touched.
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "cusigmoid/cusigmoid.hpp"
#include "tests/dtype.hpp"
#include "tests/gpu.hpp"

namespace {

/// Arrays of bytes in one block of memory, with gaps between them, and on a device if wanted.
struct lists {
  int op, dtype;
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  std::vector<std::size_t> n;
  std::vector<unsigned char> memory;
  std::vector<std::vector<std::size_t>> offsets;  // of each array of the op, list by list

  lists(int op_, int dtype_, std::vector<std::size_t> sizes, std::uint64_t seed) : op(op_), dtype(dtype_), n(std::move(sizes)) {
    EXPECT_EQ(cusigmoid_get_op_info(op, &info), CUSIGMOID_SUCCESS);
    std::mt19937_64 random(seed);
    std::size_t const size = cusigmoid_dtype_size(dtype);
    std::size_t end = 0;
    offsets.resize(static_cast<std::size_t>(arrays()));
    for (std::size_t i = 0; i < n.size(); ++i)
      for (auto &of_array : offsets) {
        end += size * (random() % 5);  // aligned to the element alone
        of_array.push_back(end);
        end += n[i] * size;
      }
    memory.resize(end + 16);
    for (auto &byte : memory) byte = static_cast<unsigned char>(random());
  }

  int arrays() const { return info.inputs + info.outputs; }

  cusigmoid_status run(cusigmoid_place const &place, unsigned char *base) {
    std::vector<std::vector<void *>> pointers;
    for (auto const &of_array : offsets) {
      pointers.emplace_back();
      for (std::size_t offset : of_array) pointers.back().push_back(base + offset);
    }
    std::vector<void *const *> all;
    for (auto const &p : pointers) all.push_back(p.data());
    std::vector<void const *const *> in(all.begin(), all.begin() + info.inputs);
    return cusigmoid_run_many(op, &place, dtype, in.data(), all.data() + info.inputs, n.data(), n.size());
  }

  /// One call after the other.
  void run_alone() {
    for (std::size_t i = 0; i < n.size(); ++i) {
      std::vector<cusigmoid_array> each;
      for (auto const &of_array : offsets)
        each.push_back(cusigmoid_vector(static_cast<cusigmoid_dtype>(dtype), memory.data() + of_array[i], n[i]));
      cusigmoid_place const place = cusigmoid_on_cpu(1);
      ASSERT_EQ(cusigmoid_run(op, &place, each.data(), each.data() + info.inputs, nullptr), CUSIGMOID_SUCCESS);
    }
  }
};

std::vector<std::size_t> mixed_sizes(std::size_t count) {
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < count; ++i) sizes.push_back(i % 7 == 0 ? 0 : i % 50 == 1 ? 5000 + i : i * 37 % 40);
  return sizes;
}

class Many : public testing::TestWithParam<int> {
 protected:
  void expect_same(int op, int dtype, std::vector<std::size_t> const &sizes) {
    lists together(op, dtype, sizes, 5), alone = together;
    alone.run_alone();
    if (GetParam() == CUSIGMOID_CPU) {
      ASSERT_EQ(together.run(cusigmoid_on_cpu(2), together.memory.data()), CUSIGMOID_SUCCESS) << cusigmoid_last_error();
    } else {
      auto device = cusigmoid::device_buffer<unsigned char>::from(together.memory);
      ASSERT_EQ(together.run(cusigmoid_on_cuda(nullptr), device.data()), CUSIGMOID_SUCCESS) << cusigmoid_last_error();
      together.memory = device.to_vector();
    }
    EXPECT_TRUE(together.memory == alone.memory) << together.info.name << " of " << cusigmoid_dtype_name(dtype);
  }
  void SetUp() override {
    if (GetParam() == CUSIGMOID_CUDA) CUSIGMOID_NEEDS_GPU();
  }
};

TEST_P(Many, EachListIsAsIfItWereAlone) {
  for (int dtype = CUSIGMOID_FLOAT64; dtype <= CUSIGMOID_FLOAT8_E5M2; ++dtype)
    for (int op :
         {CUSIGMOID_FORWARD, CUSIGMOID_BACKWARD_FROM_INPUT, CUSIGMOID_SILU, CUSIGMOID_TANH_BACKWARD, CUSIGMOID_SOFTPLUS_DERIVATIVE})
      ASSERT_NO_FATAL_FAILURE(expect_same(op, dtype, mixed_sizes(60)));
}

TEST_P(Many, MoreListsThanALaunchTakes) {
  ASSERT_NO_FATAL_FAILURE(expect_same(CUSIGMOID_SILU_BACKWARD, CUSIGMOID_BFLOAT16, mixed_sizes(2000)));
}

TEST_P(Many, NoListsAndEmptyListsDoNothing) {
  ASSERT_NO_FATAL_FAILURE(expect_same(CUSIGMOID_SILU, CUSIGMOID_FLOAT32, {}));
  ASSERT_NO_FATAL_FAILURE(expect_same(CUSIGMOID_SILU, CUSIGMOID_FLOAT32, {0, 0, 0}));
}

INSTANTIATE_TEST_SUITE_P(Cpu, Many, testing::Values(int{CUSIGMOID_CPU}));
INSTANTIATE_TEST_SUITE_P(Gpu, Many, testing::Values(int{CUSIGMOID_CUDA}));

TEST(ManyInCpp, TakesListsOfPointers) {
  using namespace cusigmoid;
  std::vector<float> x = {-1, 0, 1, 2, 3}, dy = {1, 2, 3, 4, 5}, y(5), dx(5), expected(5);
  std::vector<float *> const xs = {x.data(), x.data() + 2}, dys = {dy.data(), dy.data() + 2}, ys = {y.data(), y.data() + 2},
                             dxs = {dx.data(), dx.data() + 2};
  std::size_t const n[] = {2, 3};
  multi_tensor(CUSIGMOID_SILU, cpu{}, xs.data(), ys.data(), n, 2);
  silu(cpu{}, x.data(), expected.data(), 5);
  EXPECT_EQ(y, expected);
  multi_tensor(CUSIGMOID_SILU_BACKWARD, cpu{}, dys.data(), xs.data(), dxs.data(), n, 2);
  silu_backward(cpu{}, dy.data(), x.data(), expected.data(), 5);
  EXPECT_EQ(dx, expected);
  EXPECT_THROW(multi_tensor(CUSIGMOID_SILU_BACKWARD, cpu{}, xs.data(), ys.data(), n, 2), std::invalid_argument) << "one input of two";
  EXPECT_THROW(multi_tensor(CUSIGMOID_SILU, cpu{}, dys.data(), xs.data(), dxs.data(), n, 2), std::invalid_argument) << "two inputs of one";
  EXPECT_THROW(multi_tensor(CUSIGMOID_GLU, cpu{}, xs.data(), ys.data(), n, 2), std::invalid_argument);
}

class ManyArguments : public testing::Test {
 protected:
  float memory[64] = {};
  std::vector<float *> x = {memory, memory + 10}, y = {memory + 20, memory + 30};
  std::vector<std::size_t> n = {10, 10};
  int op = CUSIGMOID_SILU, dtype = CUSIGMOID_FLOAT32;

  std::string refusal() {
    for (float &m : memory) m = 42;
    void const *const *const in[] = {reinterpret_cast<void const *const *>(x.data())};
    void *const *const out[] = {reinterpret_cast<void *const *>(y.data())};
    cusigmoid_place const place = cusigmoid_on_cpu(1);
    EXPECT_EQ(cusigmoid_run_many(op, &place, dtype, in, out, n.data(), n.size()), CUSIGMOID_INVALID_ARGUMENT);
    for (float m : memory) EXPECT_EQ(m, 42) << "something was written";
    return cusigmoid_last_error();
  }
  void expect_refused(std::initializer_list<char const *> parts) {
    std::string const sentence = refusal();
    for (char const *part : parts) EXPECT_NE(sentence.find(part), std::string::npos) << "'" << part << "' is missing in: " << sentence;
  }
};

TEST_F(ManyArguments, ANullPointer) {
  y[1] = nullptr;
  expect_refused({"silu: y[1] is null, but has 10 elements"});
}
TEST_F(ManyArguments, AMisalignedPointer) {
  x[0] = reinterpret_cast<float *>(reinterpret_cast<char *>(memory) + 2);
  expect_refused({"silu: x[0]: address", "not a multiple of its element's 4 bytes"});
}
TEST_F(ManyArguments, OverlapOfTwoLists) {
  y[0] = memory + 32;  // the elements 32 to 41, and y[1] has 30 to 39
  expect_refused({"silu: y[0] at", "overlaps y[1] at"});
  y[0] = x[1];  // in place of another list's input
  expect_refused({"silu:", "overlaps"});
  y[0] = memory + 5;
  expect_refused({"silu: y[0] at", "overlaps x[0] at"});
}
TEST_F(ManyArguments, MoreElementsThanMemory) {
  n[1] = SIZE_MAX / 2;
  expect_refused({"silu: x[1]", "run past the end of memory"});
}
TEST_F(ManyArguments, AnOperationWithOtherArrays) {
  op = CUSIGMOID_SWIGLU_BACKWARD;
  expect_refused({"swiglu_backward: runs on one list of arrays only"});
  op = CUSIGMOID_SILU;
  dtype = 77;
  expect_refused({"silu: dtype 77 is unknown"});
}
TEST_F(ManyArguments, InPlaceAndSharedInputsAreNoOverlap) {
  y = x;
  void const *const *const in[] = {reinterpret_cast<void const *const *>(x.data())};
  void *const *const out[] = {reinterpret_cast<void *const *>(y.data())};
  cusigmoid_place const place = cusigmoid_on_cpu(1);
  EXPECT_EQ(cusigmoid_run_many(op, &place, dtype, in, out, n.data(), n.size()), CUSIGMOID_SUCCESS);
  x[1] = x[0];
  y = {memory + 20, memory + 30};
  EXPECT_EQ(cusigmoid_run_many(op, &place, dtype, in, out, n.data(), n.size()), CUSIGMOID_SUCCESS);
}

}  // namespace
