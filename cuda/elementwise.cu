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

/// What the threads of a block share: a kernel prepares it, gives it to its threads, and has them compute at its end what is left open.
template <class Op, class ArrayTypes>
class shared_by_block {
  using table = table_of<Op, ArrayTypes>;
  static constexpr bool in_arguments = sizeof(table) <= 16 * sizeof(word32);  // where a few words, not looked up, are as near
  static constexpr int words = in_arguments ? 1 : sizeof(table) / sizeof(word32);

 public:
  /// In shared memory.
  struct memory {
    alignas(256) word32 table_words[words];
    open_words_of<Op, ArrayTypes> open;
  };

  __device__ __forceinline__ explicit shared_by_block(memory &m) : memory_(m) {}

  /// The block's first loads are on their way meanwhile.
  __device__ __forceinline__ of_block<Op, ArrayTypes> prepare(table const &argument) {
    if constexpr (!shortcut_of<Op, ArrayTypes>::exists) return {argument, memory_.open};
    if (threadIdx.x == 0) memory_.open.clear();
    if constexpr (!in_arguments) {
      CUSIGMOID_UNROLL
      for (int first = 0; first < words; first += compiled_tuning.threads)
        if (int const i = first + static_cast<int>(threadIdx.x); i < words)
          memory_.table_words[i] = reinterpret_cast<word32 const *>(&argument)[i];
    }
    __syncthreads();
    if constexpr (in_arguments)
      return {argument, memory_.open};
    else
      return {reinterpret_cast<table const &>(memory_.table_words), memory_.open};
  }
  __device__ __forceinline__ void finish(parameters const &given) const {
    if constexpr (shortcut_of<Op, ArrayTypes>::exists) {
      __syncthreads();
      memory_.open.evaluate(given, static_cast<int>(threadIdx.x), compiled_tuning.threads);
    }
  }

 private:
  memory &memory_;
};

/// A launch is shaped by what another object of the library was compiled for (find_tuning): where this one was compiled for other
/// architectures, an error, not elements that no thread has.
__device__ __forceinline__ void stop_if_launched_for_other_code() {
  if (blockDim.x != compiled_tuning.threads) __trap();
}

namespace internal {
/// Where a thread computes 32 results, or several of doubles, or holds as many inputs as the LSTM cell has.
template <class Op, class ArrayTypes, class T = at<0, ArrayTypes>>
constexpr bool needs_more_registers =
    Op::in::size > 8 ||
    (sizeof(T) == 1 ? std::is_base_of_v<estimated<Op, T>, shortcut_of<Op, ArrayTypes>> : sizeof(T) == 8 && Op::out::size > 1);
/// Where it converts that many of 8 bits by several instructions each.
template <class Op, class ArrayTypes>
constexpr bool needs_most_registers = compiled_for < 80 && Op::in::size > 8 && sizeof(at<0, ArrayTypes>) == 1;
}  // namespace internal

/// Blocks that are to fit on an SM. Where the assembler is told none, it takes registers for the rare path from the fast one to fit more.
template <class Op, class ArrayTypes>
constexpr int least_blocks() {
  if (!shortcut_of<Op, ArrayTypes>::exists) return 1;
  int const thirds = internal::needs_most_registers<Op, ArrayTypes> ? 1 : internal::needs_more_registers<Op, ArrayTypes> ? 2 : 3;
  return compiled_tuning.resident * thirds / 3 / compiled_tuning.threads;
}

template <class Op, class ArrayTypes, template <class, class, int> class Thread>
__global__ void __launch_bounds__(compiled_tuning.threads, least_blocks<Op, ArrayTypes>())
    elementwise_kernel(__grid_constant__ elementwise_args<Op, ArrayTypes> const args) {
  device::wait_for_kernels_before();
  stop_if_launched_for_other_code();
  using shared_type = shared_by_block<Op, ArrayTypes>;
  __shared__ typename shared_type::memory memory;
  shared_type shared(memory);
  word32 const magnitude =
      Thread<Op, ArrayTypes, compiled_for>::run(args, blockIdx.x, threadIdx.x, [&] { return shared.prepare(args.table); });
  shared.finish(args.given);
  if constexpr (reduction_of<Op> == reduction_kind::largest) raise(args.operands[Op::in::size + Op::out::size - 1].data, magnitude);
}

template <class Op, class ArrayTypes>
__global__ void __launch_bounds__(compiled_tuning.threads, least_blocks<Op, ArrayTypes>())
    many_kernel(__grid_constant__ many_args<Op, ArrayTypes> const args) {
  device::wait_for_kernels_before();
  stop_if_launched_for_other_code();
  using shared_type = shared_by_block<Op, ArrayTypes>;
  __shared__ typename shared_type::memory memory;
  shared_type shared(memory);
  thread_of_many<Op, ArrayTypes>::run(args, blockIdx.x, threadIdx.x, [&] { return shared.prepare(args.table); });
  shared.finish(default_parameters());
}

}  // namespace CUSIGMOID_TARGET

template <>
int device::run_elementwise<CUSIGMOID_GROUP>(call const &c, void *stream) {
  default_environment const environment;  // for the tables
  tuning t;
  int error = find_tuning(t);
  if (error != cudaSuccess) return error;
  error = cudaErrorInvalidValue;
  visit<CUSIGMOID_GROUP, CUSIGMOID_GROUPS>(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (!is_sum<Op>) {
      auto const args = make_elementwise_args<Op, ArrayTypes>(c, t);
      auto const kernel =
          args.plan.flat() ? elementwise_kernel<Op, ArrayTypes, flat_thread> : elementwise_kernel<Op, ArrayTypes, strided_thread>;
      error = launch(t, kernel, elementwise_blocks(args.plan.items(), t, shape_of<Op, ArrayTypes>(t)), t.threads, stream, args);
    }
  });
  return error;
}

template <>
int device::run_elementwise_many<CUSIGMOID_GROUP>(call_of_many const &c, void *stream) {
  default_environment const environment;
  tuning t;
  int error = find_tuning(t);
  if (error != cudaSuccess) return error;
  error = cudaErrorInvalidValue;
  visit<CUSIGMOID_GROUP, CUSIGMOID_GROUPS>(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (takes_many<Op> && is_one_type<ArrayTypes>) {
      many_args<Op, ArrayTypes> args;
      args.table = make_table<table_of<Op, ArrayTypes>>(default_parameters());
      error = cudaSuccess;
      for (std::size_t next = 0; next < c.count && error == cudaSuccess;)
        if (std::size_t const blocks = take_lists(args, c, next, t))
          error = launch(t, many_kernel<Op, ArrayTypes>, blocks, t.threads, stream, args);
    }
  });
  return error;
}

}  // namespace cusigmoid::engine
