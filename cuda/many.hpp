// SPDX-License-Identifier: Apache-2.0
// One op on many lists of arrays in one launch: which of them a block works on.
#pragma once
#include "cuda/elementwise.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// Bytes of parameters that a kernel may have.
constexpr std::size_t parameter_bytes = 32764;

template <class Op, class ArrayTypes>
struct many_args {
  struct list_of_arrays {
    void *data[Op::in::size + Op::out::size];
    std::size_t n;
    unsigned first_block;
  };
  static constexpr int most = static_cast<int>((parameter_bytes - sizeof(table_of<Op, ArrayTypes>) - 64) / sizeof(list_of_arrays));

  table_of<Op, ArrayTypes> table;
  int count;
  list_of_arrays lists[most];
};

/// The list that a block belongs to: the last whose first block is not after it.
template <class Op, class ArrayTypes>
CUSIGMOID_FN int list_of_block(many_args<Op, ArrayTypes> const &args, unsigned block) {
  int low = 0, high = args.count;
  while (high - low > 1) {
    int const middle = (low + high) / 2;
    if (args.lists[middle].first_block <= block)
      low = middle;
    else
      high = middle;
  }
  return low;
}

template <class Op, class ArrayTypes, int compute_capability = compiled_for>
struct thread_of_many {
  static_assert(sizeof(many_args<Op, ArrayTypes>) <= parameter_bytes);
  static constexpr thread_shape shape = shape_of<Op, ArrayTypes>(tuning_of(compute_capability));

  template <class Share>
  CUSIGMOID_FN static void run(many_args<Op, ArrayTypes> const &args, unsigned block, unsigned thread, Share &&share) {
    using types = operand_types<Op, ArrayTypes>;
    auto const &list = args.lists[list_of_block(args, block)];
    elementwise_args<Op, ArrayTypes> one;
    int const shift = shift_of(list.data[types::inputs], sizeof(typename types::template type<types::inputs>), shape);
    one.plan = {1, list.n, chunks_of(list.n, shift, shape.width), shift, false};
    one.given = default_parameters();
    one.by_shortcut = true;
    CUSIGMOID_UNROLL
    for (int i = 0; i < types::operands; ++i) one.operands[i] = {list.data[i], list.n};
    strided_thread<Op, ArrayTypes, compute_capability>::run(one, block - list.first_block, thread, share);
  }
};

/// Puts lists from `next` on into args, as far as they and 2^31 blocks go; next becomes the first that is left. The blocks.
template <class Op, class ArrayTypes>
std::size_t take_lists(many_args<Op, ArrayTypes> &args, call_of_many const &c, std::size_t &next, tuning const &t) {
  using types = operand_types<Op, ArrayTypes>;
  thread_shape const shape = shape_of<Op, ArrayTypes>(t);
  std::size_t blocks = 0;
  for (args.count = 0; next < c.count && args.count < args.most; ++next) {
    if (c.n[next] == 0) continue;
    auto &list = args.lists[args.count];
    for (int i = 0; i < types::inputs; ++i) list.data[i] = const_cast<void *>(c.in[i][next]);
    list.data[types::inputs] = c.out[0][next];
    list.n = c.n[next];
    list.first_block = static_cast<unsigned>(blocks);
    int const shift = shift_of(list.data[types::inputs], types::size(types::inputs), shape);
    std::size_t const more = elementwise_blocks(chunks_of(list.n, shift, shape.width), t, shape);
    if (args.count && blocks + more > 0x7fffffff) break;
    blocks += more;
    ++args.count;
  }
  return blocks;
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
