// SPDX-License-Identifier: Apache-2.0
// The arithmetic of launches: which elements a chunk holds, how many blocks there are, also past 2^32; and the tree of reductions.
#include <gtest/gtest.h>

#include <vector>

#include "cuda/elementwise.hpp"
#include "cuda/reduction.hpp"
#include "host/overlap.hpp"

using namespace cusigmoid;
using namespace cusigmoid::engine;

namespace {

chunk_plan plan_of(std::uintptr_t in, std::uintptr_t out, std::size_t size, std::size_t rows, std::size_t cols,
                   std::size_t leading_dimension) {
  planned_operand const operands[] = {{{reinterpret_cast<void *>(in), leading_dimension}, engine::layout::elements, size, 1},
                                      {{reinterpret_cast<void *>(out), leading_dimension}, engine::layout::elements, size, 1}};
  return plan_chunks(operands, 2, operands[1], {static_cast<int>(16 / size), 1, 16}, rows, cols);
}

TEST(Tuning, IsThatOfTheLastRowThatAComputeCapabilityReaches) {
  for (tuning const &t : tunings) EXPECT_EQ(tuning_of(t.compute_capability).compute_capability, t.compute_capability);
  EXPECT_EQ(tuning_of(87).compute_capability, 86);
  EXPECT_EQ(tuning_of(103).compute_capability, 100);
  EXPECT_EQ(tuning_of(999).compute_capability, std::end(tunings)[-1].compute_capability);
}

TEST(Tuning, FillsWarpsAndDividesWordsIntoElements) {
  for (tuning const &t : tunings) {
    EXPECT_EQ(t.threads % 32, 0);
    EXPECT_TRUE(t.word_bytes == 16 || (t.word_bytes == 32 && t.compute_capability >= 100));
    EXPECT_TRUE(!t.launches_early || t.compute_capability >= 90);
  }
}

TEST(Tuning, GivesAThreadFewerChunksTheMoreItLoads) {
  tuning const t = {90, 256, 16, 2, 64, 168, 768, false};
  auto const shape = [&]<class Op, class... T>(list<T...>) { return shape_of<Op, list<T...>>(t); };
  EXPECT_EQ((shape.operator()<ops::forward>(list<float, float>{}).chunks), 2);
  EXPECT_EQ((shape.operator()<ops::forward>(list<float, bfloat16>{}).width), 8) << "16 bytes of the narrowest operand";
  EXPECT_EQ((shape.operator()<ops::backward>(list<float, float, float>{}).chunks), 2);
  EXPECT_EQ((shape.operator()<ops::glu_split_backward>(list<float, float, float, float, float>{}).chunks), 1);
}

TEST(Tuning, MovesNarrowerWordsWhereAShortcutHasMoreInputsThanRegistersHold) {
  auto const bytes = []<class Op, class T>(Op, T, int compute_capability) {
    using types = std::conditional_t<std::is_same_v<Op, ops::lstm_cell>, list<T, T, T, T, T>, list<T, T, T, T, T, T, T>>;
    return shape_of<Op, types>(tuning_of(compute_capability)).word_bytes;
  };
  EXPECT_EQ(bytes(ops::lstm_cell(), bfloat16(), 90), 16);
  EXPECT_EQ(bytes(ops::lstm_cell(), bfloat16(), 100), widest_word);
  EXPECT_EQ(bytes(ops::lstm_cell_backward(), bfloat16(), 90), 8);
  EXPECT_EQ(bytes(ops::lstm_cell_backward(), bfloat16(), 100), 16);
  EXPECT_EQ(bytes(ops::lstm_cell_backward(), double(), 90), 16) << "which has no shortcut";
}

TEST(ChunkPlan, HoldsEachElementOnce) {
  for (std::size_t size : {2, 4, 8})
    for (std::size_t cols : {1, 2, 3, 7, 8, 9, 16, 31, 100})
      for (std::size_t rows : {1, 2, 5})
        for (std::size_t offset = 0; offset < 16 / size; ++offset) {
          chunk_plan const plan = plan_of(0x1000, 0x8000 + offset * size, size, rows, cols, cols + 3);
          int const V = static_cast<int>(16 / size);
          std::vector<int> seen(plan.rows * plan.cols);
          for (std::size_t item = 0; item < plan.items() + 3; ++item) {
            chunk const c = chunk_at(plan, V, item);
            for (int j = c.first; j < c.last; ++j) ++seen[c.row * plan.cols + static_cast<std::size_t>(c.begin + j)];
          }
          for (int times : seen) ASSERT_EQ(times, 1);
        }
}

TEST(ChunkPlan, AlignsTheOutputAndSaysWhetherAllOperandsAre) {
  EXPECT_TRUE(plan_of(0x1000, 0x2000, 4, 1, 100, 100).aligned);
  EXPECT_TRUE(plan_of(0x1004, 0x2004, 4, 1, 100, 100).aligned) << "the same misalignment is a common head";
  EXPECT_EQ(plan_of(0x1004, 0x2004, 4, 1, 100, 100).shift, 1);
  EXPECT_FALSE(plan_of(0x1004, 0x2000, 4, 1, 100, 100).aligned);
  EXPECT_TRUE(plan_of(0x1000, 0x2000, 4, 3, 100, 100).flat());
  EXPECT_FALSE(plan_of(0x1000, 0x2000, 4, 3, 100, 104).flat()) << "rows of their own";
}

TEST(ChunkPlan, MakesOneRowOfContiguousRows) {
  chunk_plan const plan = plan_of(0x1000, 0x2000, 4, 7, 9, 9);
  EXPECT_EQ(plan.rows, 1u);
  EXPECT_EQ(plan.cols, 63u);
}

TEST(ChunkPlan, CountsPastTwoToThe32) {
  std::size_t const n = (std::size_t{1} << 33) + 5;
  chunk_plan const plan = plan_of(0x1000, 0x2000, 2, 1, n, n);
  EXPECT_EQ(plan.items(), (n + 7) / 8);
  EXPECT_EQ(elementwise_blocks(plan.items(), tuning_of(90), {8, 2, 16}), (plan.items() + 511) / 512);
  chunk const last = chunk_at(plan, 8, plan.items() - 1);
  EXPECT_EQ(last.begin, static_cast<std::ptrdiff_t>(std::size_t{1} << 33));
  EXPECT_EQ(last.last, 5);
  EXPECT_EQ(chunk_at(plan, 8, plan.items()).last, 0) << "a thread past the end has nothing to do";

  std::size_t const rows = std::size_t{1} << 22, cols = 4099;  // 2^34 elements in rows of their own
  chunk_plan const matrix = plan_of(0x1000, 0x2000, 2, rows, cols, cols + 1);
  chunk const end = chunk_at(matrix, 8, matrix.items() - 1);
  EXPECT_EQ(end.row, rows - 1);
  EXPECT_EQ(end.begin + end.last, static_cast<std::ptrdiff_t>(cols));
}

TEST(ReductionTree, CountsTilesPastTwoToThe32) {
  EXPECT_EQ(tiles_of(0), 1u);
  EXPECT_EQ(tiles_of(4096), 1u);
  EXPECT_EQ(tiles_of(4097), 2u);
  EXPECT_EQ(tiles_of((std::size_t{1} << 33) + 1), (std::size_t{1} << 21) + 1);
  EXPECT_EQ(engine::workspace_bytes(4096), 0u) << "one tile needs no partial sums";
  EXPECT_EQ(engine::workspace_bytes(4097), 2 * sizeof(double));
  std::size_t const n = std::size_t{1} << 33;
  EXPECT_EQ(engine::workspace_bytes(n), ((n >> 12) + (n >> 24)) * sizeof(double));
}

TEST(ReductionTree, IsABinaryTreeOverTheTermsOfAThreadAndThenOverTheThreads) {
  // 2^53 + 1 + 1 … : which ones survive shows the order in which they were added
  std::vector<double> terms(4096, 0.0);
  terms[0] = 0x1p53;
  terms[1] = 1;  // neighbour of term 0: lost in 2^53 + 1
  terms[2] = 1;
  terms[3] = 1;  // added to each other first: 2, which 2^53 keeps
  f64 const sum = sum_partials(terms.data(), terms.size(), 0, 0);
  EXPECT_EQ(sum.v, 0x1p53 + 2);
  std::vector<f64> of_thread(tile_threads, f64(0.0));
  of_thread[0] = 0x1p53, of_thread[1] = 1.0, of_thread[2] = 1.0, of_thread[3] = 1.0;
  add_threads(of_thread.data());
  EXPECT_EQ(of_thread[0].v, 0x1p53 + 2);
}

TEST(Overlap, IsExactForColumnsOfOneMatrix) {
  using engine::byte_matrix, engine::overlap;
  // rows of 100 bytes: columns 0-39 and 40-99
  EXPECT_FALSE(overlap(byte_matrix{1000, 5, 40, 100}, byte_matrix{1040, 5, 60, 100}));
  EXPECT_TRUE(overlap(byte_matrix{1000, 5, 41, 100}, byte_matrix{1040, 5, 60, 100}));
  EXPECT_TRUE(overlap(byte_matrix{1000, 5, 40, 100}, byte_matrix{1040, 5, 61, 100})) << "the second wraps into the first's next row";
  EXPECT_FALSE(overlap(byte_matrix{1000, 5, 40, 100}, byte_matrix{1440, 5, 60, 100})) << "one row, then none";
  EXPECT_FALSE(overlap(byte_matrix{1000, 2, 40, 100}, byte_matrix{1250, 2, 61, 100})) << "beyond the last row";
  EXPECT_FALSE(overlap(byte_matrix{1000, 1, 40, 40}, byte_matrix{1040, 1, 40, 40}));
  EXPECT_TRUE(overlap(byte_matrix{1000, 1, 41, 41}, byte_matrix{1040, 1, 40, 40}));
  EXPECT_TRUE(overlap(byte_matrix{1040, 1, 40, 40}, byte_matrix{1000, 1, 41, 41})) << "in either order";
  EXPECT_FALSE(overlap(byte_matrix{1000, 5, 40, 100}, byte_matrix{1040, 1, 60, 60})) << "a single row between two rows";
  EXPECT_TRUE(overlap(byte_matrix{1000, 5, 40, 100}, byte_matrix{1040, 5, 20, 90})) << "different strides are not told apart";
}

}  // namespace
