// SPDX-License-Identifier: Apache-2.0
// The elementwise engine: what one thread does. Plain C++ for host and device: elementwise.cu wraps it in __global__, the tests run every
// thread of every block on the host.
#pragma once
#include "cuda/chunks.hpp"
#include "cuda/tuning.hpp"
#include "cusigmoid/shortcuts.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// The shortcut of an op whose arrays are all of one type of 32 bits or fewer, if there is one.
template <class Op, class ArrayTypes>
using shortcut_of = shortcut<Op, at<0, ArrayTypes>>;
template <class Op, class ArrayTypes>
using table_of = typename shortcut_of<Op, ArrayTypes>::table;

template <class Op, class ArrayTypes>
struct elementwise_args {
  chunk_plan plan;
  operand operands[operand_types<Op, ArrayTypes>::operands];  // of a flat plan: moved back by its shift, to where block 0 begins
  unsigned first_whole, whole;                                // of a flat plan: the blocks with all of their elements
  table_of<Op, ArrayTypes> table;
};

/// What a block of a flat plan holds.
template <class Op, class ArrayTypes>
constexpr int block_elements = elementwise.threads * elementwise.chunks * chunk_width<Op, ArrayTypes>;

template <class Op, class ArrayTypes>
elementwise_args<Op, ArrayTypes> make_elementwise_args(call const &c) {
  using types = operand_types<Op, ArrayTypes>;
  elementwise_args<Op, ArrayTypes> args = {{}, {}, 0, 0, table_of<Op, ArrayTypes>::make()};
  std::size_t sizes[types::operands];
  for (int i = 0; i < types::operands; ++i) {
    args.operands[i] = c.operands[i];
    sizes[i] = types::size(i);
  }
  chunk_plan &plan = args.plan;
  plan = plan_chunks(args.operands, sizes, types::operands, types::inputs, chunk_width<Op, ArrayTypes>, c.rows, c.cols);
  if (plan.flat()) {
    std::size_t const shift = static_cast<std::size_t>(plan.shift), end = shift + plan.cols;
    for (int i = 0; i < types::operands; ++i)
      args.operands[i].data = reinterpret_cast<void *>(reinterpret_cast<std::uintptr_t>(args.operands[i].data) - shift * sizes[i]);
    args.first_whole = shift != 0;
    std::size_t const end_whole = end / block_elements<Op, ArrayTypes>;
    args.whole = end_whole > args.first_whole ? static_cast<unsigned>(end_whole) - args.first_whole : 0;
  }
  return args;
}

/// Blocks for a plan, each of `threads` threads with `chunks` chunks each.
constexpr std::size_t elementwise_blocks(std::size_t items) {
  constexpr std::size_t per_block = elementwise.threads * elementwise.chunks;
  return items / per_block + (items % per_block != 0);
}

/// One word of results, each evaluated in full unless it is trivial.
template <class Op, class T, class... Word>
CUSIGMOID_RARE word32 evaluate_word(Word... in) {
  word32 results = 0;
  for (int bit = 0; bit < 32; bit += 8 * static_cast<int>(sizeof(T))) {
    double result;
    if (!trivial<Op>::result(result, element<T>::widen(element_at<T>(in, bit))...))
      result = evaluate<Op>(element_at<T>(in, bit)...).value[0];
    results |= word_with(element<T>::narrow(result), bit);
  }
  return results;
}

/// V consecutive elements of each operand, in registers.
template <class Op, class ArrayTypes, int V>
class elements {
  using types = operand_types<Op, ArrayTypes>;
  using shortcut_type = shortcut_of<Op, ArrayTypes>;
  operand_vectors<Op, ArrayTypes, V> at_;

  /// Word by word, and in full where the shortcut is not sure.
  template <std::size_t... i>
  CUSIGMOID_FN void compute_by_shortcut(std::index_sequence<i...>, table_of<Op, ArrayTypes> const &table) {
    using T = at<0, ArrayTypes>;
    constexpr int words = V * static_cast<int>(sizeof(T)) / 4;
    auto &out = get<types::inputs>(at_);
    bool sure[words], all_sure = true;
    CUSIGMOID_UNROLL
    for (int w = 0; w < words; ++w) {
      word32 result;
      sure[w] = shortcut_type::attempt(table, get<static_cast<int>(i)>(at_).word(w)..., result);
      out.set_word(w, result);
      all_sure = both_hold(all_sure, sure[w]);
    }
    if (all_sure) return;
    CUSIGMOID_UNROLL
    for (int w = 0; w < words; ++w)
      if (!sure[w]) out.set_word(w, evaluate_word<Op, T>(get<static_cast<int>(i)>(at_).word(w)...));
  }

  CUSIGMOID_FN void compute_in_full() {
    CUSIGMOID_UNROLL
    for (int j = 0; j < V; ++j) {
      auto const result = evaluate_loaded<Op>([&](auto i) { return get<i.value>(at_).at[j]; });
      for_each_constant<types::outputs>([&](auto i) {
        constexpr int o = types::inputs + i.value;
        get<o>(at_).at[j] = element<typename types::template type<o>>::narrow(result.value[i.value]);
      });
    }
  }

 public:
  /// Loads those in [first, last), the others are zero. address(i) is where operand i's begin, whole(address) whether they can be moved
  /// in whole words.
  template <class Address, class Whole>
  CUSIGMOID_FN void load(Address &&address, Whole &&whole, int first, int last) {
    for_each_constant<types::inputs>([&](auto i) {
      auto const *const from = address(i);
      load_vector(get<i.value>(at_), from, whole(from), first, last);
    });
  }
  CUSIGMOID_FN void compute(table_of<Op, ArrayTypes> const &table) {
    if constexpr (shortcut_type::exists)
      compute_by_shortcut(std::make_index_sequence<types::inputs>{}, table);
    else
      compute_in_full();
  }
  template <class Address, class Whole>
  CUSIGMOID_FN void store(Address &&address, Whole &&whole, int first, int last) const {
    for_each_constant<types::outputs>([&](auto i) {
      constexpr int o = types::inputs + i.value;
      auto *const to = address(constant<o>{});
      store_vector(get<o>(at_), to, whole(to), first, last);
    });
  }
};

// What one thread does. share() is called once, by all threads of a block, and gives the op's table where they can look things up; while it
// is copied the first loads are on their way. All loads of an element come before its stores, so an output may be an input.

/// Any rows at any alignment: each chunk for itself.
template <class Op, class ArrayTypes>
struct strided_thread {
  template <class Share>
  CUSIGMOID_FN static void run(elementwise_args<Op, ArrayTypes> const &args, unsigned block, unsigned thread, Share &&share) {
    constexpr int V = chunk_width<Op, ArrayTypes>, in_flight = elementwise.chunks;
    chunk chunks[in_flight];
    elements<Op, ArrayTypes, V> e[in_flight];
    CUSIGMOID_UNROLL
    for (int u = 0; u < in_flight; ++u) {
      std::size_t const item = (std::size_t{block} * in_flight + static_cast<unsigned>(u)) * elementwise.threads + thread;
      chunk const c = chunks[u] = chunk_at(args.plan, V, item);
      e[u].load([&](auto i) { return address(args, c, i); }, [&](void const *p) { return is_whole(c) && is_aligned(p, 16); }, c.first,
                c.last);
    }
    table_of<Op, ArrayTypes> const &table = share();
    CUSIGMOID_UNROLL
    for (int u = 0; u < in_flight; ++u) {
      chunk const c = chunks[u];
      e[u].compute(table);
      e[u].store([&](auto i) { return address(args, c, i); }, [&](void const *p) { return is_whole(c) && is_aligned(p, 16); }, c.first,
                 c.last);
    }
  }

 private:
  template <class I>
  CUSIGMOID_FN static auto address(elementwise_args<Op, ArrayTypes> const &args, chunk const &c, I) {
    return chunk_address<typename operand_types<Op, ArrayTypes>::template type<I::value>>(args.operands[I::value], c);
  }
  CUSIGMOID_FN static bool is_whole(chunk const &c) { return c.first == 0 && c.last == chunk_width<Op, ArrayTypes>; }
};

/// One row whose operands are aligned alike: the blocks but the first and the last have nothing to check.
template <class Op, class ArrayTypes>
struct flat_thread {
  template <class Share>
  CUSIGMOID_FN static void run(elementwise_args<Op, ArrayTypes> const &args, unsigned block, unsigned thread, Share &&share) {
    constexpr int V = chunk_width<Op, ArrayTypes>, in_flight = elementwise.chunks;
    if (block - args.first_whole >= args.whole) return run_edge(args, block, thread, share());

    elements<Op, ArrayTypes, V> e[in_flight];
    auto const address = [&](int u) {
      return [&, u](auto i) { return begin<i.value>(args, block, thread * V) + u * elementwise.threads * V; };
    };
    auto const whole = [](void const *) { return true; };
    CUSIGMOID_UNROLL
    for (int u = 0; u < in_flight; ++u) e[u].load(address(u), whole, 0, V);
    table_of<Op, ArrayTypes> const &table = share();
    CUSIGMOID_UNROLL
    for (int u = 0; u < in_flight; ++u) {
      e[u].compute(table);
      e[u].store(address(u), whole, 0, V);
    }
  }

 private:
  static constexpr int span = block_elements<Op, ArrayTypes>;

  /// Where element j of a block is; by bytes, because the compiler does not take a common factor out of 64-bit offsets.
  template <int i>
  CUSIGMOID_FN static auto *begin(elementwise_args<Op, ArrayTypes> const &args, unsigned block, unsigned j) {
    using T = typename operand_types<Op, ArrayTypes>::template type<i>;
    constexpr unsigned size = sizeof(T);
    return reinterpret_cast<T *>(static_cast<char *>(args.operands[i].data) + std::size_t{block} * (span * size) + std::size_t{j * size});
  }

  /// The elements of a block that has not all of its own: a word of them at a time.
  CUSIGMOID_FN static void run_edge(elementwise_args<Op, ArrayTypes> const &args, unsigned block, unsigned thread,
                                    table_of<Op, ArrayTypes> const &table) {
    constexpr int step = shortcut_of<Op, ArrayTypes>::exists ? 4 / static_cast<int>(sizeof(at<0, ArrayTypes>)) : 1;
    int const first = block == 0 ? args.plan.shift : 0;
    std::size_t const left = static_cast<std::size_t>(args.plan.shift) + args.plan.cols - std::size_t{block} * span;
    int const last = left < span ? static_cast<int>(left) : span;
    auto const whole = [](void const *) { return false; };
    for (int j = first + static_cast<int>(thread) * step; j < last; j += elementwise.threads * step) {
      elements<Op, ArrayTypes, step> few;
      int const count = last - j < step ? last - j : step;
      auto const address = [&](auto i) { return begin<i.value>(args, block, static_cast<unsigned>(j)); };
      few.load(address, whole, 0, count);
      few.compute(table);
      few.store(address, whole, 0, count);
    }
  }
};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
