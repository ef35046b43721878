// SPDX-License-Identifier: Apache-2.0
// What tests of the interfaces have in common: arrays, and that a call writes what the one door writes.
#pragma once
#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <tuple>
#include <vector>

#include "cusigmoid/cusigmoid.hpp"
#include "cusigmoid/functions.hpp"

namespace cusigmoid {

template <class T>
constexpr cusigmoid_dtype dtype_of = static_cast<cusigmoid_dtype>(format<T>::id);

template <class T>
std::vector<T> numbers(double first, double step, std::size_t n = 12) {
  std::vector<T> v;
  for (std::size_t i = 0; i < n; ++i) v.push_back(engine::element<T>::narrow(first + step * static_cast<double>(i)));
  return v;
}

template <class T>
bool equal(std::vector<T> const &a, std::vector<T> const &b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

/// An input of the one door: the elements of a vector, or left out.
struct given {
  int dtype = 0;
  void const *data = nullptr;
  std::size_t size = 0;
  given() = default;
  template <class T>
  given(std::vector<T> const &v) : dtype(dtype_of<T>), data(v.data()), size(v.size()) {}
};
inline given const left_out;

// Everything is 3 × 4, or parts thereof: as n elements, 12.
constexpr std::size_t rows = 3, cols = 4, n = rows * cols;
template <class T>
matrix<T> as_matrix(std::vector<T> &v) {
  return {v.data(), rows, v.size() / rows};
}
template <class T>
matrix<T const> as_matrix(std::vector<T> const &v) {
  return {v.data(), rows, v.size() / rows};
}

/// Contiguous, of the shape that the op's role asks for.
inline cusigmoid_array array(cusigmoid_array_info const &info, int dtype, void const *data) {
  bool const one = info.role == CUSIGMOID_SUM_ALL || info.role == CUSIGMOID_SCALAR || info.role == CUSIGMOID_LARGEST;
  bool const one_row = one || info.role == CUSIGMOID_ROW || info.role == CUSIGMOID_SUM_ROWS;
  std::size_t const width = one ? 1 : cols * static_cast<std::size_t>(info.parts);
  return cusigmoid_matrix(static_cast<cusigmoid_dtype>(dtype), data, one_row ? 1 : rows, width, width);
}

/// What expect_same has been called for.
inline std::set<int> ops_checked;

/// Each call, which is given vectors for the outputs, writes what cusigmoid_run writes.
template <class... Out, class... Call>
void expect_same(int op, std::vector<given> const &in, cusigmoid_params const &params, Call const &...calls) {
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  ASSERT_EQ(cusigmoid_get_op_info(op, &info), CUSIGMOID_SUCCESS);
  ASSERT_EQ(in.size(), static_cast<std::size_t>(info.inputs));
  ops_checked.insert(op);
  std::vector<cusigmoid_array> arrays;
  for (std::size_t i = 0; i < in.size(); ++i) {
    arrays.push_back(in[i].data ? array(info.arrays[i], in[i].dtype, in[i].data) : cusigmoid_array CUSIGMOID_ARRAY_INIT);
    ASSERT_EQ(arrays[i].rows * arrays[i].cols, in[i].size) << info.arrays[i].name;
  }
  std::tuple<std::vector<Out>...> expected;
  std::apply(
      [&](auto &...out) {
        auto const add = [&](auto &v) {
          using element = typename std::decay_t<decltype(v)>::value_type;
          cusigmoid_array a = array(info.arrays[arrays.size()], dtype_of<element>, nullptr);
          v.resize(a.rows * a.cols);
          a.data = v.data();
          arrays.push_back(a);
        };
        (add(out), ...);
      },
      expected);
  auto const blank = expected;
  cusigmoid_place const place = cusigmoid_on_cpu(0);
  ASSERT_EQ(cusigmoid_run(op, &place, arrays.data(), arrays.data() + info.inputs, &params), CUSIGMOID_SUCCESS) << cusigmoid_last_error();

  int which = 0;
  auto const check = [&](auto const &call) {
    auto written = blank;
    std::apply(call, written);
    std::apply(
        [&](auto const &...one) {
          std::apply([&](auto const &...other) { EXPECT_TRUE((equal(one, other) && ...)) << info.name << ", call " << which; }, expected);
        },
        written);
    ++which;
  };
  (check(calls), ...);
}

}  // namespace cusigmoid
