// SPDX-License-Identifier: Apache-2.0
// Elementwise ops on the device: the kernel and its launch.
#include "cuda/elementwise.hpp"

#include <type_traits>

#include "cuda/environment.hpp"
#include "cuda/launch_kernel.cuh"
#include "cuda/run.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// Each block copies the op's table, if it has one, from the arguments to shared memory while its first loads are on their way.
template <class Thread, class Args>
__global__ void __launch_bounds__(elementwise.threads) elementwise_kernel(__grid_constant__ Args const args) {
  using table = decltype(args.table);
  Thread::run(args, blockIdx.x, threadIdx.x, [&]() -> table const & {
    if constexpr (std::is_empty_v<table>) {
      return args.table;
    } else {
      constexpr int words = sizeof(table) / sizeof(word32);
      static_assert(words <= elementwise.threads);
      alignas(256) __shared__ word32 shared[words];
      if (threadIdx.x < words) shared[threadIdx.x] = reinterpret_cast<word32 const *>(&args.table)[threadIdx.x];
      __syncthreads();
      return reinterpret_cast<table const &>(shared);
    }
  });
}

}  // namespace CUSIGMOID_TARGET

int device::run_elementwise(call const &c, void *stream) {
  default_environment const environment;  // for the tables
  int error = cudaErrorInvalidValue;
  visit(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (!is_reduction<at<0, typename Op::out>>) {
      auto const args = make_elementwise_args<Op, ArrayTypes>(c);
      using args_type = elementwise_args<Op, ArrayTypes>;
      auto const kernel = args.plan.flat() ? elementwise_kernel<flat_thread<Op, ArrayTypes>, args_type>
                                           : elementwise_kernel<strided_thread<Op, ArrayTypes>, args_type>;
      error = launch(kernel, elementwise_blocks(args.plan.items()), elementwise.threads, stream, args);
    }
  });
  return error;
}

}  // namespace cusigmoid::engine
