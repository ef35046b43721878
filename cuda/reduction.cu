// SPDX-License-Identifier: Apache-2.0
// Reductions on the device: one block a tile, one launch a level of the tree.
#include "cuda/reduction.hpp"

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

/// Where a level leaves its sums: as doubles for the next level, or rounded as the result.
template <class T>
__device__ void store_sum(f64 sum, double *partials, T *result) {
  if (threadIdx.x != 0) return;
  if (partials)
    partials[blockIdx.x] = sum.v;
  else
    *result = element<T>::narrow(sum.v);
}

template <class Op, class ArrayTypes, class T>
__global__ void __launch_bounds__(tile_threads) sum_terms_kernel(reduce_args<Op::in::size> const args, double *partials, T *result) {
  store_sum(add_block(sum_terms<Op, ArrayTypes>(args, blockIdx.x, static_cast<int>(threadIdx.x))), partials, result);
}

template <class T>
__global__ void __launch_bounds__(tile_threads) sum_partials_kernel(double const *terms, std::size_t n, double *partials, T *result) {
  store_sum(add_block(sum_partials(terms, n, blockIdx.x, static_cast<int>(threadIdx.x))), partials, result);
}

}  // namespace CUSIGMOID_TARGET

int device::run_reduction(call const &c, void *stream) {
  int error = cudaErrorInvalidValue;
  visit(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (is_reduction<at<0, typename Op::out>>) {
      using T = typename operand_types<Op, ArrayTypes>::template type<Op::in::size>;
      T *const result = static_cast<T *>(c.operands[Op::in::size].data);
      auto const args = make_reduce_args<Op>(c);
      double *partials = static_cast<double *>(c.workspace);
      std::size_t n = tiles_of(args.n);
      error = launch(sum_terms_kernel<Op, ArrayTypes, T>, n, tile_threads, stream, args, n == 1 ? nullptr : partials, result);
      while (n > 1 && error == cudaSuccess) {
        std::size_t const tiles = tiles_of(n);
        double *const next = partials + n;
        error = launch(sum_partials_kernel<T>, tiles, tile_threads, stream, static_cast<double const *>(partials), n,
                       tiles == 1 ? nullptr : next, result);
        partials = next;
        n = tiles;
      }
    }
  });
  return error;
}

}  // namespace cusigmoid::engine
