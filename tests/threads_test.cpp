// SPDX-License-Identifier: Apache-2.0
// Many threads of a program call at once. Also a program of its own, for ThreadSanitizer.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "cuda/launch.hpp"
#include "cusigmoid/cusigmoid.hpp"
#include "cusigmoid/functions.hpp"
#include "tests/gpu.hpp"
#include "tests/problem.hpp"

using namespace cusigmoid;

namespace {

constexpr int threads = 8;

/// body(the thread's number) on so many threads that begin together
template <class Body>
void on_threads(Body const &body) {
  std::atomic<int> ready{0};
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t)
    running.emplace_back([&, t] {
      for (++ready; ready < threads;) std::this_thread::yield();
      body(t);
    });
  for (auto &t : running) t.join();
}

/// All operations, with the results of a thread alone; then of all threads at once, each in an order of its own.
void expect_the_same_of_all_threads(std::function<cusigmoid_status(problem &, int)> const &run) {
  std::vector<problem> alone;
  std::uint64_t bytes = 0;
  for (typed_op const &op : all_typed_ops()) {
    problem &p = alone.emplace_back(op.op, op.dtypes, layout{3, 700, 1, {}, -1});
    fill_random(p, alone.size(), true);
    ASSERT_EQ(run_on_host(p, cpu{1}), CUSIGMOID_SUCCESS) << op << ": " << cusigmoid_last_error();
    for (auto &array : p.arrays) bytes += array.memory().size();
  }
  std::atomic<int> wrong{0};
  on_threads([&](int t) {
    for (std::size_t i = 0; i < alone.size(); ++i) {
      problem const &expected = alone[(i * 7 + static_cast<std::size_t>(t) * 31) % alone.size()];
      problem mine(expected);
      for (int o = mine.info.inputs; o < mine.count(); ++o)
        if (mine.info.arrays[o].role != CUSIGMOID_LARGEST) {  // which is raised from what it holds
          auto &memory = mine.arrays[static_cast<std::size_t>(o)].memory();
          std::fill(memory.begin(), memory.end(), static_cast<unsigned char>(0xff));
        }
      bool same = run(mine, t) == CUSIGMOID_SUCCESS;
      for (std::size_t a = 0; a < mine.arrays.size(); ++a)
        for (std::size_t row = 0; row < mine.arrays[a].rows(); ++row)
          for (std::size_t col = 0; col < mine.arrays[a].cols(); ++col)
            same = same && mine.arrays[a].bits(row, col) == expected.arrays[a].bits(row, col);
      wrong += !same;
    }
  });
  EXPECT_EQ(wrong, 0);
  std::printf("figure: threads %d, calls %zu, bytes %llu\n", threads, threads * alone.size(),
              static_cast<unsigned long long>(threads * bytes));
}

TEST(Threads, MayMakeTheFirstCallsTogether) {  // run alone it is what the name says
  std::atomic<int> wrong{0};
  on_threads([&](int t) {
    float x = static_cast<float>(t), y = 0;
    float8_e4m3 eighth[4] = {};
    forward(cpu{2}, &x, &y, 1);
    forward(cpu{}, eighth, eighth, 4);
    wrong += y != functions::forward{}(x) || eighth[0].bits != 0x30 || *cusigmoid_cpu_isa() == '\0';
  });
  EXPECT_EQ(wrong, 0);
}

TEST(Threads, MayRunEveryOperationAtOnce) {
  expect_the_same_of_all_threads([](problem &p, int) { return run_on_host(p, cpu{2}); });
}

TEST(Threads, OfOneCallMayFindTheirResultsInPlaceOfAnOptionalInput) {
  constexpr std::size_t many = 1 << 17;
  std::vector<bfloat16> x(many), target(many), weight(many), loss(many), expected(many);
  for (std::size_t i = 0; i < many; ++i) {
    x[i] = {static_cast<std::uint16_t>(0x3f00 + i % 256)};
    weight[i] = {static_cast<std::uint16_t>(0x3f80 - i % 64)};
  }
  bce_options<bfloat16> options;
  options.weight = weight.data();
  on_threads([&](int t) {
    if (t != 0) return;
    bce_with_logits(cpu{1}, x.data(), target.data(), expected.data(), many, options);
    bce_with_logits(cpu{4}, x.data(), target.data(), weight.data(), many, options);
  });
  EXPECT_EQ(std::memcmp(weight.data(), expected.data(), many * sizeof(bfloat16)), 0);
}

TEST(Threads, MayOffloadAtOnce) {
  expect_the_same_of_all_threads([](problem &p, int) { return run_on_host(p, offload{}); });
}

TEST(Threads, HaveErrorsOfTheirOwn) {
  std::atomic<int> wrong{0};
  on_threads([&](int t) {
    for (int i = 0; i < 1000; ++i) {
      cusigmoid_get_op_info(1000 + t, nullptr);
      cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
      cusigmoid_get_op_info(1000 + t, &info);
      wrong += cusigmoid_last_error() != "cusigmoid_get_op_info: op " + std::to_string(1000 + t) + " is unknown";
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST(GpuThreads, MayRunEveryOperationAtOnceEachOnItsStream) {
  CUSIGMOID_NEEDS_GPU();
  void *streams[threads];
  for (void *&stream : streams) ASSERT_EQ(engine::device::create_stream(&stream), 0);
  expect_the_same_of_all_threads([&](problem &p, int t) { return run_on_cuda(p, streams[t]); });
  for (void *const stream : streams) EXPECT_EQ(engine::device::destroy_stream(stream), 0);
}

TEST(GpuThreads, MayUseTheirDefaultStreams) {
  CUSIGMOID_NEEDS_GPU();
  auto *const per_thread = reinterpret_cast<void *>(2);  // cudaStreamPerThread
  expect_the_same_of_all_threads([&](problem &p, int) { return run_on_cuda(p, per_thread); });
}

}  // namespace
