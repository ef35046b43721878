// SPDX-License-Identifier: Apache-2.0
// Chunks visit every element of every array once, in the order that an operation reads them.
#include <gtest/gtest.h>

#include <vector>

#include "tools/cli/layout.hpp"

namespace {

using namespace cli;

struct element {
  std::uint64_t row, col;
  int part;
};

/// Where an element of rows × cols lies in an array, by the definition of its role in cusigmoid.h.
std::uint64_t place_of(cusigmoid_array_info const &a, std::uint64_t cols, element e) {
  std::uint64_t const parts = static_cast<std::uint64_t>(a.parts), part = static_cast<std::uint64_t>(e.part);
  switch (a.role) {
    case CUSIGMOID_SCALAR: return 0;
    case CUSIGMOID_ROW: return part * cols + e.col;
    case CUSIGMOID_INTERLEAVED: return (e.row * cols + e.col) * parts + part;
    default: return (e.row * parts + part) * cols + e.col;
  }
}

class Layout : public testing::TestWithParam<cusigmoid_array_info> {};

TEST_P(Layout, ChunksHoldEachElementWhereAnOperationReadsIt) {
  cusigmoid_array_info const first = {"x", CUSIGMOID_ELEMENTWISE, 1, 0}, a = GetParam();
  bool const has_rows = a.role == CUSIGMOID_ROW || a.role == CUSIGMOID_PACKED;
  for (npy_shape const &shape : {npy_shape{1}, npy_shape{17}, npy_shape{3, 5}, npy_shape{2, 3, 4}, npy_shape{8, 1}})
    for (std::uint64_t of_chunk = 0; of_chunk < 30; ++of_chunk) {
      layout lies(first, shape);
      std::uint64_t const cols = shape.back(), n = npy_elements(shape, 1);
      lies.cut(has_rows, of_chunk);
      std::vector<int> visits(n);
      for (std::uint64_t index = 0; index < lies.chunks(); ++index) {
        chunk const c = lies.chunk_at(index);
        EXPECT_LE(c.rows * c.cols, std::max<std::uint64_t>(of_chunk, 1));
        std::vector<std::uint64_t> memory;
        lies.for_each_run(a, c, [&](std::uint64_t begin, std::uint64_t count) {
          for (std::uint64_t i = 0; i < count; ++i) memory.push_back(begin + i);
        });
        ASSERT_EQ(memory.size(), layout::elements_in(a, c));
        for (std::uint64_t row = 0; row < c.rows; ++row)
          for (std::uint64_t col = 0; col < c.cols; ++col) {
            // flat arrays are one row, in which elements go on
            std::uint64_t const flat = has_rows ? 0 : c.col + col;
            element const here = has_rows ? element{c.row + row, c.col + col, 0} : element{flat / cols, flat % cols, 0};
            ++visits[here.row * cols + here.col];
            for (int part = 0; part < a.parts; ++part)
              EXPECT_EQ(memory[place_of(a, c.cols, {row, col, part})], place_of(a, cols, {here.row, here.col, part}));
          }
      }
      EXPECT_EQ(lies.shape_of(first), shape);
      EXPECT_EQ(visits, std::vector<int>(n, 1)) << npy_shape_text(shape) << " by " << of_chunk;
    }
}

INSTANTIATE_TEST_SUITE_P(Roles, Layout,
                         testing::Values(cusigmoid_array_info{"y", CUSIGMOID_ELEMENTWISE, 1, 0},
                                         cusigmoid_array_info{"y", CUSIGMOID_PACKED, 2, 0},
                                         cusigmoid_array_info{"y", CUSIGMOID_PACKED, 4, 0}, cusigmoid_array_info{"y", CUSIGMOID_ROW, 1, 0},
                                         cusigmoid_array_info{"y", CUSIGMOID_ROW, 4, 0},
                                         cusigmoid_array_info{"y", CUSIGMOID_INTERLEAVED, 2, 0},
                                         cusigmoid_array_info{"y", CUSIGMOID_SCALAR, 1, 0}));

TEST(LayoutOfNothing, HasNoChunks) {
  for (npy_shape const &shape : {npy_shape{0}, npy_shape{0, 5}, npy_shape{5, 0}, npy_shape{3, 0, 2}}) {
    layout lies({"x", CUSIGMOID_ELEMENTWISE, 1, 0}, shape);
    lies.cut(true, 10);
    EXPECT_EQ(lies.chunks(), 0u);
    EXPECT_EQ(lies.shape_of({"y", CUSIGMOID_ELEMENTWISE, 1, 0}), shape);
  }
}

TEST(LayoutOfParts, HasTheOthersShapes) {
  layout const lies({"x", CUSIGMOID_PACKED, 2, 0}, {3, 10});
  EXPECT_EQ(lies.shape_of({"y", CUSIGMOID_ELEMENTWISE, 1, 0}), (npy_shape{3, 5}));
  EXPECT_EQ(lies.shape_of({"y", CUSIGMOID_PACKED, 4, 0}), (npy_shape{3, 20}));
  EXPECT_EQ(lies.shape_of({"y", CUSIGMOID_ROW, 4, 0}), npy_shape{20});
  EXPECT_EQ(lies.shape_of({"y", CUSIGMOID_SCALAR, 1, 0}), npy_shape{1});
  EXPECT_THROW(layout({"x", CUSIGMOID_PACKED, 2, 0}, {3, 5}), std::runtime_error);
  EXPECT_THROW(layout({"x", CUSIGMOID_ELEMENTWISE, 1, 0}, {std::uint64_t{1} << 62}).shape_of({"y", CUSIGMOID_PACKED, 4, 0}),
               std::runtime_error);
}

}  // namespace
