// SPDX-License-Identifier: Apache-2.0
// One result whatever runs it: instruction sets, threads, the kernels' bodies on the host, and the GPU, over shapes, offsets, leading
// dimensions and in place.
#include <gtest/gtest.h>

#include "cusigmoid/pipeline.hpp"
#include "tests/executors.hpp"
#include "tests/gpu.hpp"

namespace {

class Engine : public testing::TestWithParam<typed_op> {
 protected:
  void compare(executor const &one, std::vector<executor> const &others) {
    std::uint64_t seed = 1;
    for (auto const &where : interesting_layouts(GetParam()))
      ASSERT_NO_FATAL_FAILURE(expect_same_bits(one, others, GetParam().op, GetParam().dtypes, where, seed++));
  }
};

TEST(Problem, ItsArraysAndTheirCopiesLieWhereTheLayoutSays) {
  for (std::size_t offset = 0; offset < 16; ++offset) {
    problem const first(CUSIGMOID_FORWARD, 1, {3, 5, 1, {offset, offset}, -1});
    std::vector<problem> copies(50, first);  // as many as malloc would not align by chance
    for (problem &copy : copies)
      for (cusigmoid_array const &array : operands_of(copy))
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(array.data) % 64, offset * copy.arrays[0].type().size % 64);
  }
}

TEST_P(Engine, EveryInstructionSetGivesTheSameBits) {
  std::vector<executor> every;
  for (auto const &isa : supported_instruction_sets()) every.push_back(instruction_set_named(isa));
  ASSERT_NO_FATAL_FAILURE(compare(cpu(), every));
  expect_same_bits(cpu(), every, GetParam().op, GetParam().dtypes, {1, 40000, 0, {}, -1}, 1);
}

TEST_P(Engine, EveryNumberOfThreadsGivesTheSameBits) {
  expect_same_bits(cpu(1), {cpu(2), cpu(8)}, GetParam().op, GetParam().dtypes, {3, 44001, 1, {}, -1}, 1);
}

TEST_P(Engine, TheKernelsOnTheHostGiveTheCpusBits) {
  if (!runs_on_host(problem(GetParam().op, GetParam().dtypes, {}))) return;
  compare(cpu(), {kernels_on_host<90>(), kernels_on_host<100>()});
}

INSTANTIATE_TEST_SUITE_P(Table, Engine, testing::ValuesIn(all_typed_ops()), testing::PrintToStringParamName());

class GpuEngine : public Engine {
  void SetUp() override { CUSIGMOID_NEEDS_GPU(); }
};

TEST_P(GpuEngine, GivesTheCpusBits) { compare(cpu(), {gpu()}); }

TEST_P(GpuEngine, GivesTheCpusBitsOnManyBlocks) {
  ASSERT_NO_FATAL_FAILURE(expect_same_bits(cpu(), {gpu()}, GetParam().op, GetParam().dtypes, {1, 300007, 0, {}, -1}, 1));
  ASSERT_NO_FATAL_FAILURE(expect_same_bits(cpu(), {gpu()}, GetParam().op, GetParam().dtypes, {257, 129, 3, {}, -1}, 2));
}

TEST_P(GpuEngine, GivesTheCpusBitsInChunksOfHostArrays) {
  static cusigmoid::pipeline const small(cusigmoid::offload{CUSIGMOID_ANY_DEVICE, std::size_t{512} << 10});
  typed_op const &op = GetParam();
  problem const one(op.op, op.dtypes, {1, 1, 0, {}, -1});
  bool const in_place =
      one.info.arrays[0].role == one.info.arrays[one.info.inputs].role && one.arrays[0].type().size == one.type(true, 0).size;
  std::uint64_t seed = 1;
  for (layout const &where : {layout{1, 100003, 0, {}, -1}, layout{1, 100003, 0, {}, in_place ? 0 : -1}, layout{300, 200, 0, {}, -1, true},
                              layout{257, 129, 3, {}, in_place ? 0 : -1}, layout{3, 30001, 1, {}, -1}})
    ASSERT_NO_FATAL_FAILURE(expect_same_bits(cpu(), {offloaded(small)}, op.op, op.dtypes, where, seed++));
}

INSTANTIATE_TEST_SUITE_P(Table, GpuEngine, testing::ValuesIn(all_typed_ops()), testing::PrintToStringParamName());

class GpuEveryInput : public GpuEngine {};

TEST_P(GpuEveryInput, GivesTheCpusBits) {
  problem p = with_every_input(GetParam()), on_gpu = p;
  cpu().run(p);
  gpu().run(on_gpu);
  for (std::size_t i = 0; i < p.where.cols; ++i) ASSERT_EQ(p.arrays[1].bits(0, i), on_gpu.arrays[1].bits(0, i)) << "input bits " << i;
}

INSTANTIATE_TEST_SUITE_P(Table, GpuEveryInput, testing::ValuesIn(typed_ops_where(has_few_inputs)), testing::PrintToStringParamName());

}  // namespace
