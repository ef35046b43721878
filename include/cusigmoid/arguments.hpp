// SPDX-License-Identifier: Apache-2.0
// What the functions of the C++ interface are given: places and matrices; and how these become the C interface's.
#pragma once
#include <cstddef>
#include <type_traits>

#include "cusigmoid/cusigmoid.h"
#include "cusigmoid/dtypes.hpp"
#include "cusigmoid/error.hpp"

struct CUstream_st;

namespace cusigmoid {

/// Device memory of the current device, in order on the stream.
struct cuda {
  CUstream_st *stream = nullptr;
  operator cusigmoid_place() const noexcept { return cusigmoid_on_cuda(stream); }
};

/// Host memory, on at most that many threads (0: all the machine has, or OMP_NUM_THREADS).
struct cpu {
  int threads = 0;
  operator cusigmoid_place() const noexcept { return cusigmoid_on_cpu(threads); }
};

/// Host memory, computed on a GPU in overlapped chunks: on the device of that number, which must be there, on any (the current one) or on
/// all; the last two on the CPU where there is none. Results are the same bits. Uses at most that much pinned host memory, and as much on
/// the devices (0: 256 MiB), for this call alone; pipeline is for many.
struct offload {
  int device = CUSIGMOID_ANY_DEVICE;
  std::size_t staging_bytes = 0;
  operator cusigmoid_place() const noexcept { return cusigmoid_on_offload(device, staging_bytes); }
};

/// A row-major matrix in the caller's memory, leading_dimension elements from row to row. Default: of nothing, which leaves an optional
/// input out.
template <class T>
struct matrix {
  T *data = nullptr;
  std::size_t rows = 0, cols = 0, leading_dimension = 0;
  matrix() = default;
  matrix(T *data_, std::size_t rows_, std::size_t cols_, std::size_t leading_dimension_)
      : data(data_), rows(rows_), cols(cols_), leading_dimension(leading_dimension_) {}
  matrix(T *data_, std::size_t rows_, std::size_t cols_) : matrix(data_, rows_, cols_, cols_) {}
  template <class U, class = std::enable_if_t<std::is_same_v<U const, T>>>
  matrix(matrix<U> const &m) : matrix(m.data, m.rows, m.cols, m.leading_dimension) {}
};

namespace detail {
template <class T>
struct identity {
  using type = T;
};
}  // namespace detail

/// A matrix that is only read; the element type comes from another argument.
template <class T>
using const_matrix = typename detail::identity<matrix<T const>>::type;

/// The first of elements that are only read; their type comes from another argument, so that nullptr will do where they may be left out.
template <class T>
using const_pointer = typename detail::identity<T const *>::type;

namespace detail {
// Overloads for two element types leave one type to the others, which know more of it.
template <class X, class Y>
using if_different = std::enable_if_t<!std::is_const_v<Y> && !std::is_same_v<std::remove_const_t<X>, Y>>;

template <class T>
constexpr cusigmoid_dtype dtype_of = static_cast<cusigmoid_dtype>(format<std::remove_const_t<T>>::id);

template <class T>
cusigmoid_array in(T *data, std::size_t n) {
  return cusigmoid_vector(dtype_of<T>, data, n);
}
template <class T>
cusigmoid_array in(matrix<T> const &m) {
  return cusigmoid_matrix(dtype_of<T>, m.data, m.rows, m.cols, m.leading_dimension);
}

// Left out where there is no data.
template <class T>
cusigmoid_array optional_in(matrix<T> const &m) {
  return in(m.data ? m : matrix<T>());
}
template <class T>
cusigmoid_array optional_in(T *data, std::size_t rows, std::size_t cols) {
  return optional_in(matrix<T>(data, rows, cols));
}

template <class T>
cusigmoid_array out(T *data, std::size_t n) {
  static_assert(!std::is_const_v<T>, "an output cannot be const");
  return in(data, n);
}
template <class T>
cusigmoid_array out(matrix<T> const &m) {
  static_assert(!std::is_const_v<T>, "an output cannot be const");
  return in(m);
}

inline cusigmoid_params with_workspace(void *workspace, std::size_t bytes) {
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  params.workspace = workspace;
  params.workspace_bytes = bytes;
  return params;
}

template <std::size_t inputs, std::size_t outputs>
void run(cusigmoid_op op, cusigmoid_place const &place, cusigmoid_array const (&in)[inputs], cusigmoid_array const (&out)[outputs],
         cusigmoid_params const &params = CUSIGMOID_PARAMS_INIT) {
  check(cusigmoid_run(op, &place, in, out, &params));
}

inline std::size_t workspace_size(cusigmoid_op op, cusigmoid_place const &place, std::size_t rows, std::size_t cols) {
  std::size_t bytes = 0;
  check(cusigmoid_workspace_size(op, &place, rows, cols, &bytes));
  return bytes;
}
}  // namespace detail

}  // namespace cusigmoid
