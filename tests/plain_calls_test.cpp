// SPDX-License-Identifier: Apache-2.0
// Calls whose arrays are plain are checked in a short way. What it accepts, the full checks accept, too, and find the same in.
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "host/check.hpp"
#include "host/op_info.hpp"
#include "host/run.hpp"

using namespace cusigmoid;
using namespace cusigmoid::engine;

namespace {

constexpr int n = 24;

/// Arrays of n elements each, apart from one another.
struct arrays {
  int op, inputs;
  std::vector<std::vector<double>> memory;
  std::vector<cusigmoid_array> all;

  arrays(int number, op_info const &info, int dtype) : op(number), inputs(info.inputs) {
    for (int i = 0; i < info.inputs + info.outputs; ++i) {
      memory.emplace_back(2 * n);
      all.push_back(cusigmoid_vector(static_cast<cusigmoid_dtype>(dtype), memory.back().data(), n));
    }
  }
  cusigmoid_array &input() { return all.front(); }
  cusigmoid_array &output() { return all.back(); }

  cusigmoid_status check(bool in_full, checked_call &to) const {
    bool const before = costly_checks().exchange(in_full);  // with them no call is checked in the short way
    cusigmoid_place const place = cusigmoid_on_cpu(1);
    cusigmoid_status const status = engine::check(op, &place, all.data(), all.data() + inputs, nullptr, to);
    costly_checks() = before;
    return status;
  }
};

void expect_the_same_of_both(arrays const &a, char const *what) {
  checked_call plain, full;
  cusigmoid_status const status = a.check(true, full);
  ASSERT_EQ(a.check(false, plain), status) << what;
  if (status != CUSIGMOID_SUCCESS) return;
  EXPECT_EQ(plain.info, full.info);
  EXPECT_EQ(plain.c.op, full.c.op) << what;
  EXPECT_EQ(plain.c.dtypes, full.c.dtypes) << what;
  EXPECT_EQ(plain.c.rows, full.c.rows) << what;
  EXPECT_EQ(plain.c.cols, full.c.cols) << what;
  for (std::size_t i = 0; i < a.all.size(); ++i) {
    EXPECT_EQ(plain.c.operands[i].data, full.c.operands[i].data) << what;
    EXPECT_EQ(plain.c.operands[i].leading_dimension, full.c.operands[i].leading_dimension) << what;
  }
}

TEST(PlainCalls, AreCheckedAsAllOthersAre) {
  struct change {
    char const *what;
    std::function<void(arrays &)> make;
  };
  auto const moved = [](void *data, std::ptrdiff_t bytes) { return static_cast<void *>(static_cast<char *>(data) + bytes); };
  change const changes[] = {
      {"plain", [](arrays &) {}},
      {"in place", [](arrays &a) { a.output().data = a.input().data; }},
      {"in part over an input", [&](arrays &a) { a.output().data = moved(a.input().data, 8); }},
      {"just before an input", [&](arrays &a) { a.output().data = moved(a.input().data, -8); }},
      {"an output over another", [](arrays &a) { a.output().data = a.all[static_cast<std::size_t>(a.inputs)].data; }},
      {"misaligned", [&](arrays &a) { a.output().data = moved(a.output().data, 1); }},
      {"no data", [](arrays &a) { a.input().data = nullptr; }},
      {"at the end of memory", [](arrays &a) { a.output().data = reinterpret_cast<void *>(std::uintptr_t{0} - 8); }},
      {"fewer elements", [](arrays &a) { a.output().cols = n - 1; }},
      {"no elements",
       [](arrays &a) {
         for (cusigmoid_array &array : a.all) array.cols = 0;
       }},
      {"too many elements",
       [](arrays &a) {
         for (cusigmoid_array &array : a.all) array.cols = SIZE_MAX / 2;
       }},
      {"rows",
       [](arrays &a) {
         for (cusigmoid_array &array : a.all) array.rows = 2, array.cols = n / 2, array.leading_dimension = n / 2;
       }},
      {"an unknown type", [](arrays &a) { a.input().dtype = 99; }},
      {"another type", [](arrays &a) { a.output().dtype = a.output().dtype == CUSIGMOID_FLOAT32 ? CUSIGMOID_FLOAT64 : CUSIGMOID_FLOAT32; }},
      {"no size of a struct", [](arrays &a) { a.output().struct_size = 0; }},
  };
  for (int op = 0; op_info const *const info = find_op(op); ++op)
    for (int dtype = 0; find_dtype(dtype); ++dtype)
      for (change const &c : changes) {
        arrays a(op, *info, dtype);
        c.make(a);
        ASSERT_NO_FATAL_FAILURE(expect_the_same_of_both(a, c.what)) << info->name << ", type " << dtype;
      }
}

TEST(PlainCalls, AreOfElementsAlone) {
  for (int const op : {CUSIGMOID_FORWARD, CUSIGMOID_BACKWARD, CUSIGMOID_SWIGLU_SPLIT_BACKWARD}) EXPECT_TRUE(find_op(op)->plain);
  for (int const op : {CUSIGMOID_BIAS_FORWARD, CUSIGMOID_BCE_WITH_LOGITS, CUSIGMOID_BCE_WITH_LOGITS_SUM, CUSIGMOID_GLU})
    EXPECT_FALSE(find_op(op)->plain);
}

}  // namespace
