// SPDX-License-Identifier: Apache-2.0
// Elementwise ops on the device: the kernel and its launch.
#include "cuda/elementwise.hpp"

#include "cuda/launch_kernel.cuh"
#include "cuda/run.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

template <class Op, class ArrayTypes, bool aligned>
__global__ void __launch_bounds__(elementwise.threads) elementwise_kernel(elementwise_args_of<Op, ArrayTypes> const args) {
  elementwise_thread<Op, ArrayTypes, aligned>(args, blockIdx.x, static_cast<int>(threadIdx.x));
}

}  // namespace CUSIGMOID_TARGET

int device::run_elementwise(call const &c, void *stream) {
  int error = cudaErrorInvalidValue;
  visit(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (!is_reduction<at<0, typename Op::out>>) {
      auto const args = make_elementwise_args<Op, ArrayTypes>(c);
      auto const kernel = args.plan.aligned ? elementwise_kernel<Op, ArrayTypes, true> : elementwise_kernel<Op, ArrayTypes, false>;
      error = launch(kernel, elementwise_blocks(args.plan.items()), elementwise.threads, stream, args);
    }
  });
  return error;
}

}  // namespace cusigmoid::engine
