// SPDX-License-Identifier: Apache-2.0
// Sums on the device: one block a tile, one launch a level of the tree.
#include "cuda/reduction.hpp"

#include "cuda/column_sums.hpp"
#include "cuda/launch_kernel.cuh"
#include "cuda/run.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// The binary tree over the threads of a block; the total is valid in thread 0. Addition commutes, so each half of a pair may hold it.
__device__ inline f64 add_block(f64 sum) {
  __shared__ double of_warp[tile_threads / 32];
  int const lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  for (int step = 1; step < 32; step *= 2) sum = sum + f64(__shfl_xor_sync(~0u, sum.v, step));
  if (lane == 0) of_warp[warp] = sum.v;
  __syncthreads();
  if (warp == 0) {
    sum = of_warp[lane % (tile_threads / 32)];
    for (int step = 1; step < tile_threads / 32; step *= 2) sum = sum + f64(__shfl_xor_sync(~0u, sum.v, step));
  }
  return sum;
}

/// Where a level leaves its sums: as doubles for the next level, or divided and rounded as the result.
template <class T>
struct sum_target {
  double *partials;
  T *result;
  double divisor;
  __device__ void store(std::size_t i, f64 sum) const {
    if (partials)
      partials[i] = sum.v;
    else
      result[i] = element<T>::narrow((sum / f64(divisor)).v);
  }
};

/// A table of a kernel's arguments where threads can look things up, for a block of as many threads as it has words.
template <class Table>
__device__ __forceinline__ Table const &shared_copy(Table const &argument, Table &copy) {
  if constexpr (std::is_empty_v<Table>) return argument;
  constexpr int words = sizeof(Table) / sizeof(word32);
  static_assert(std::is_empty_v<Table> || words == tile_threads);
  reinterpret_cast<word32 *>(&copy)[threadIdx.x] = reinterpret_cast<word32 const *>(&argument)[threadIdx.x];
  __syncthreads();
  return copy;
}

template <class Op, class ArrayTypes, class T>
__global__ void __launch_bounds__(tile_threads)
    sum_terms_kernel(__grid_constant__ sum_args<Op, ArrayTypes> const args, sum_target<T> const to) {
  __shared__ typename terms<Op, ArrayTypes>::table table;
  device::wait_for_kernels_before();
  auto const &copy = shared_copy(args.table, table);
  f64 const sum = add_block(sum_terms<Op, ArrayTypes>(args, copy, blockIdx.x, static_cast<int>(threadIdx.x)));
  if (threadIdx.x == 0) to.store(blockIdx.x, sum);
}

template <class T>
__global__ void __launch_bounds__(tile_threads) sum_partials_kernel(double const *terms, std::size_t n, sum_target<T> const to) {
  device::wait_for_kernels_before();
  f64 const sum = add_block(sum_partials(terms, n, blockIdx.x, static_cast<int>(threadIdx.x)));
  if (threadIdx.x == 0) to.store(blockIdx.x, sum);
}

/// A tile of `block_columns` columns: block b has tile b / column_blocks, and column_blocks of them make a row of sums.
template <class T, class Term>
__device__ void sum_columns(std::size_t rows, std::size_t cols, sum_target<T> const &to, Term &&term) {
  device::wait_for_kernels_before();
  __shared__ double sums[column_threads][block_columns];
  unsigned const column_blocks = static_cast<unsigned>((cols + block_columns - 1) / block_columns);
  std::size_t const tile_index = blockIdx.x / column_blocks;
  int const lane = static_cast<int>(threadIdx.x % block_columns), t = static_cast<int>(threadIdx.x / block_columns);
  std::size_t const column = std::size_t{blockIdx.x % column_blocks} * block_columns + static_cast<unsigned>(lane);
  if (column < cols) sums[t][lane] = column_thread_sum(rows, tile_index, t, [&](std::size_t row) { return term(row, column); }).v;
  __syncthreads();
  if (t != 0 || column >= cols) return;
  f64 s[column_threads];
  for (int i = 0; i < column_threads; ++i) s[i] = sums[i][lane];
  add_column_threads([&](int i) -> f64 & { return s[i]; });
  to.store(tile_index * cols + column, s[0]);
}

template <class Op>
struct column_args {
  std::size_t rows, cols;
  operand operands[Op::in::size + Op::out::size];
  parameters given;
};

template <class Op, class ArrayTypes, class T>
__global__ void __launch_bounds__(tile_threads) sum_columns_kernel(column_args<Op> const args, sum_target<T> const to) {
  sum_columns(args.rows, args.cols, to,
              [&](std::size_t row, std::size_t column) { return column_term<Op, ArrayTypes>(args.operands, args.given, row, column); });
}

template <class T>
__global__ void __launch_bounds__(tile_threads)
    sum_column_partials_kernel(double const *terms, std::size_t rows, std::size_t cols, sum_target<T> const to) {
  sum_columns(rows, cols, to, [&](std::size_t row, std::size_t column) { return f64(terms[row * cols + column]); });
}

}  // namespace CUSIGMOID_TARGET

namespace device {
namespace {

/// The levels of a tree: first(target), then, where all are wanted, next(partials, count, target) until one sum a column is left. tiles(n)
/// are the sums of n terms.
template <class T, class Tiles, class First, class Next>
int run_levels(call const &c, levels wanted, std::size_t terms, std::size_t cols, T *result, Tiles &&tiles, First &&first, Next &&next) {
  double *partials = static_cast<double *>(c.workspace);
  std::size_t n = tiles(terms);
  if (wanted == levels::first) return first(n, sum_target<T>{partials, result, c.given.divisor});
  int error = first(n, sum_target<T>{n == 1 ? nullptr : partials, result, c.given.divisor});
  while (n > 1 && error == cudaSuccess) {
    std::size_t const count = tiles(n);
    double *const target = partials + n * cols;
    error = next(partials, n, count, sum_target<T>{count == 1 ? nullptr : target, result, c.given.divisor});
    partials = target;
    n = count;
  }
  return error;
}

template <class Op, class ArrayTypes>
int sum_all_elements(tuning const &t, call const &c, levels wanted, void *stream) {
  using T = typename operand_types<Op, ArrayTypes>::template type<Op::in::size + Op::out::size - 1>;
  T *const result = static_cast<T *>(c.operands[Op::in::size + Op::out::size - 1].data);
  auto const args = make_sum_args<Op, ArrayTypes>(c);
  return run_levels(
      c, wanted, args.n, 1, result, tiles_of,
      [&](std::size_t tiles, sum_target<T> to) {
        return launch(t, sum_terms_kernel<Op, ArrayTypes, T>, tiles, tile_threads, stream, args, to);
      },
      [&](double const *partials, std::size_t n, std::size_t tiles, sum_target<T> to) {
        return launch(t, sum_partials_kernel<T>, tiles, tile_threads, stream, partials, n, to);
      });
}

template <class Op, class ArrayTypes>
int sum_each_column(tuning const &t, call const &c, levels wanted, void *stream) {
  using T = typename operand_types<Op, ArrayTypes>::template type<Op::in::size + Op::out::size - 1>;
  T *const result = static_cast<T *>(c.operands[Op::in::size + Op::out::size - 1].data);
  column_args<Op> args = {c.rows, c.cols, {}, c.given};
  for (int i = 0; i < Op::in::size + Op::out::size; ++i) args.operands[i] = c.operands[i];
  std::size_t const column_blocks = (c.cols + block_columns - 1) / block_columns;
  return run_levels(
      c, wanted, c.rows, c.cols, result, row_tiles_of,
      [&](std::size_t tiles, sum_target<T> to) {
        return launch(t, sum_columns_kernel<Op, ArrayTypes, T>, tiles * column_blocks, tile_threads, stream, args, to);
      },
      [&](double const *partials, std::size_t n, std::size_t tiles, sum_target<T> to) {
        return launch(t, sum_column_partials_kernel<T>, tiles * column_blocks, tile_threads, stream, partials, n, c.cols, to);
      });
}

}  // namespace

int run_sum(call const &c, levels wanted, void *stream) {
  tuning t;
  int error = find_tuning(t);
  if (error != cudaSuccess) return error;
  error = cudaErrorInvalidValue;
  visit(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (reduction_of<Op> == reduction_kind::sum_all)
      error = sum_all_elements<Op, ArrayTypes>(t, c, wanted, stream);
    else if constexpr (reduction_of<Op> == reduction_kind::sum_rows)
      error = sum_each_column<Op, ArrayTypes>(t, c, wanted, stream);
  });
  return error;
}

}  // namespace device
}  // namespace cusigmoid::engine
