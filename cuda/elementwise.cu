// SPDX-License-Identifier: Apache-2.0
// Elementwise ops on the device: the kernel and its launch. Compiled several times, each for every CUSIGMOID_GROUPS-th op from
// CUSIGMOID_GROUP on, so that the compiler has more than one core to run on; for all of them where that is not said.
#if !defined(CUSIGMOID_GROUP)
#define CUSIGMOID_GROUP 0
#define CUSIGMOID_GROUPS 1
#endif
#include "cuda/environment.hpp"
#include "cuda/launch_kernel.cuh"
#include "cuda/many.hpp"
#include "cuda/run.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// Raises *to to a magnitude, as bits, of any thread of the warp. The largest does not depend on the order.
__device__ inline void raise(void *to, word32 magnitude) {
  for (int step = 1; step < 32; step *= 2) {
    word32 const other = __shfl_xor_sync(~0u, magnitude, step);
    magnitude = other > magnitude ? other : magnitude;
  }
  if (threadIdx.x % 32 == 0) atomicMax(static_cast<word32 *>(to), magnitude);
}

/// Copies an op's table, if it has one, from a kernel's arguments to shared memory; the block's first loads are on their way meanwhile.
template <class Table>
__device__ __forceinline__ Table const &shared(Table const &argument) {
  if constexpr (std::is_empty_v<Table>) {
    return argument;
  } else {
    constexpr int words = sizeof(Table) / sizeof(word32);
    static_assert(words <= elementwise.threads);
    alignas(256) __shared__ word32 copy[words];
    if (threadIdx.x < words) copy[threadIdx.x] = reinterpret_cast<word32 const *>(&argument)[threadIdx.x];
    __syncthreads();
    return reinterpret_cast<Table const &>(copy);
  }
}

template <class Op, class Thread, class Args>
__global__ void __launch_bounds__(elementwise.threads) elementwise_kernel(__grid_constant__ Args const args) {
  word32 const magnitude = Thread::run(args, blockIdx.x, threadIdx.x, [&]() -> auto const & { return shared(args.table); });
  if constexpr (reduction_of<Op> == reduction_kind::largest) raise(args.operands[Op::in::size + Op::out::size - 1].data, magnitude);
}

template <class Op, class ArrayTypes>
__global__ void __launch_bounds__(elementwise.threads) many_kernel(__grid_constant__ many_args<Op, ArrayTypes> const args) {
  thread_of_many<Op, ArrayTypes>::run(args, blockIdx.x, threadIdx.x, [&]() -> auto const & { return shared(args.table); });
}

}  // namespace CUSIGMOID_TARGET

template <>
int device::run_elementwise<CUSIGMOID_GROUP>(call const &c, void *stream) {
  default_environment const environment;  // for the tables
  int error = cudaErrorInvalidValue;
  visit<CUSIGMOID_GROUP, CUSIGMOID_GROUPS>(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (!is_sum<Op>) {
      auto const args = make_elementwise_args<Op, ArrayTypes>(c);
      using args_type = elementwise_args<Op, ArrayTypes>;
      auto const kernel = args.plan.flat() ? elementwise_kernel<Op, flat_thread<Op, ArrayTypes>, args_type>
                                           : elementwise_kernel<Op, strided_thread<Op, ArrayTypes>, args_type>;
      error = launch(kernel, elementwise_blocks(args.plan.items()), elementwise.threads, stream, args);
    }
  });
  return error;
}

template <>
int device::run_elementwise_many<CUSIGMOID_GROUP>(call_of_many const &c, void *stream) {
  default_environment const environment;
  int error = cudaErrorInvalidValue;
  visit<CUSIGMOID_GROUP, CUSIGMOID_GROUPS>(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (takes_many<Op> && is_one_type<ArrayTypes>) {
      many_args<Op, ArrayTypes> args;
      args.table = table_of<Op, ArrayTypes>::make();
      error = cudaSuccess;
      for (std::size_t next = 0; next < c.count && error == cudaSuccess;)
        if (std::size_t const blocks = take_lists(args, c, next))
          error = launch(many_kernel<Op, ArrayTypes>, blocks, elementwise.threads, stream, args);
    }
  });
  return error;
}

}  // namespace cusigmoid::engine
