// SPDX-License-Identifier: Apache-2.0
// The elementwise engine: what one thread does. Plain C++ for host and device: elementwise.cu wraps it in __global__, the tests run every
// thread of every block on the host.
#pragma once
#include <type_traits>

#include "cuda/chunks.hpp"
#include "cuda/open_words.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

template <class Op, class ArrayTypes>
using table_of = typename shortcut_of<Op, ArrayTypes>::table;

template <class Op, class ArrayTypes>
struct elementwise_args {
  chunk_plan plan;
  operand operands[operand_types<Op, ArrayTypes>::operands];  // of a flat plan: moved back by its shift, to where block 0 begins
  unsigned first_whole, whole;                                // of a flat plan: the blocks with all of their elements
  parameters given;
  bool by_shortcut;  // whether that serves the call
  table_of<Op, ArrayTypes> table;
};

/// What a block of a flat plan holds.
template <class Op, class ArrayTypes>
constexpr int block_elements(tuning const &t) {
  thread_shape const shape = shape_of<Op, ArrayTypes>(t);
  return t.threads * shape.chunks * shape.width;
}

template <class Op, class ArrayTypes>
elementwise_args<Op, ArrayTypes> make_elementwise_args(call const &c, tuning const &t) {
  using types = operand_types<Op, ArrayTypes>;
  chunk_plan const planned = plan_chunks<Op, ArrayTypes>(c, shape_of<Op, ArrayTypes>(t));
  bool const by_shortcut = serves<Op, shortcut_of<Op, ArrayTypes>>(c.given);
  elementwise_args<Op, ArrayTypes> args = {planned, {}, 0, 0, c.given, by_shortcut, make_table<table_of<Op, ArrayTypes>>(c.given)};
  for (int i = 0; i < types::operands; ++i) args.operands[i] = c.operands[i];
  chunk_plan const &plan = args.plan;
  if (plan.flat()) {
    std::size_t const shift = static_cast<std::size_t>(plan.shift), end = shift + plan.cols;
    for_each_constant_on_host<types::operands>([&](auto i) {
      void *&data = args.operands[i.value].data;
      if (types::template role<i.value>::layout != layout::scalar && data)
        data = reinterpret_cast<void *>(reinterpret_cast<std::uintptr_t>(data) - shift * types::size(i.value));
    });
    args.first_whole = shift != 0;
    std::size_t const end_whole = end / static_cast<std::size_t>(block_elements<Op, ArrayTypes>(t));
    args.whole = end_whole > args.first_whole ? static_cast<unsigned>(end_whole) - args.first_whole : 0;
  }
  return args;
}

/// What the threads of a block have together: the op's table, where they can look things up, and what its shortcut leaves open.
template <class Op, class ArrayTypes>
using open_words_of = std::conditional_t<shortcut_of<Op, ArrayTypes>::exists, open_words<Op, ArrayTypes>, no_open_words>;
template <class Op, class ArrayTypes>
struct of_block {
  table_of<Op, ArrayTypes> const &table;
  open_words_of<Op, ArrayTypes> &open;
};

/// A few elements of each input, or of each output, to pass in registers.
template <class T, int n>
struct few {
  T at[n];
};
template <class Types, int first, int n, class Indices>
struct fews_of;
template <class Types, int first, int n, std::size_t... i>
struct fews_of<Types, first, n, std::index_sequence<i...>> {
  using type = pack<few<typename Types::template type<first + static_cast<int>(i)>, n>...>;
};
template <class Op, class ArrayTypes, int n>
using few_inputs = typename fews_of<operand_types<Op, ArrayTypes>, 0, n, std::make_index_sequence<Op::in::size>>::type;
template <class Op, class ArrayTypes, int n>
using few_outputs = typename fews_of<operand_types<Op, ArrayTypes>, Op::in::size, n, std::make_index_sequence<Op::out::size>>::type;

/// n elements in full. Not inlined: a thread comes here many times. (By value: a kernel's parameters have no address to pass on.)
template <class Op, class ArrayTypes, int n>
CUSIGMOID_SHARED few_outputs<Op, ArrayTypes, n> evaluate_few(parameters given, few_inputs<Op, ArrayTypes, n> in) {
  using types = operand_types<Op, ArrayTypes>;
  few_outputs<Op, ArrayTypes, n> out;
  CUSIGMOID_UNROLL
  for (int j = 0; j < n; ++j) {
    auto const result = evaluate_loaded<Op, ArrayTypes>(given, [&](auto i) { return get<i.value>(in).at[j]; });
    for_each_constant<types::outputs>([&](auto i) {
      get<i.value>(out).at[j] = element<typename types::template type<types::inputs + i.value>>::narrow(result.value[i.value]);
    });
  }
  return out;
}

/// V consecutive elements of each operand, in registers; moved by words of so many bytes at most.
template <class Op, class ArrayTypes, int V, int most = 16>
class elements {
  using types = operand_types<Op, ArrayTypes>;
  using shortcut_type = shortcut_of<Op, ArrayTypes>;
  template <int i>
  using role = typename types::template role<i>;
  template <int i>
  using type = typename types::template type<i>;
  using T = type<0>;
  static constexpr int words = V * static_cast<int>(sizeof(T)) / static_cast<int>(sizeof(word_of<T>));

  operand_vectors<Op, ArrayTypes, V> at_;
  unsigned open_ = 0;  // a bit for each word that the shortcut is not sure of

  /// Word by word.
  template <std::size_t... i>
  CUSIGMOID_FN void compute_by_shortcut(std::index_sequence<i...>, table_of<Op, ArrayTypes> const &table) {
    CUSIGMOID_UNROLL
    for (int w = 0; w < words; ++w) {
      results_of<Op, word_of<T>> out;
      if (!shortcut_type::attempt(table, out, get<static_cast<int>(i)>(at_).word(w)...)) open_ |= 1u << w;
      for_each_constant<types::outputs>([&](auto o) { get<types::inputs + o.value>(at_).set_word(w, result(out, o.value)); });
    }
  }

  CUSIGMOID_FN void compute_in_full(parameters const &given) {
    constexpr int n = word_elements<Op, ArrayTypes>;
    CUSIGMOID_UNROLL
    for (int j = 0; j < V; j += n) {
      few_inputs<Op, ArrayTypes, n> in;
      for_each_constant<types::inputs>([&](auto i) {
        CUSIGMOID_UNROLL
        for (int k = 0; k < n; ++k) get<i.value>(in).at[k] = get<i.value>(at_).at[j + k];
      });
      auto const out = evaluate_few<Op, ArrayTypes, n>(given, in);
      for_each_constant<types::outputs>([&](auto i) {
        CUSIGMOID_UNROLL
        for (int k = 0; k < n; ++k) get<types::inputs + i.value>(at_).at[j + k] = get<i.value>(out).at[k];
      });
    }
  }

  template <int i>
  CUSIGMOID_FN void fill(type<i> value) {
    CUSIGMOID_UNROLL
    for (int j = 0; j < V; ++j) get<i>(at_).at[j] = value;
  }

  /// Interleaved operands are moved together, by the first of them.
  template <int i, int... k>
  CUSIGMOID_FN void load_interleaved(type<i> const *from, int alignment, int first, int last, std::integer_sequence<int, k...>) {
    constexpr int K = sizeof...(k);
    vector_of<type<i>, V * K> all;
    load_vector<most>(all, from, alignment, first * K, last * K);
    CUSIGMOID_UNROLL
    for (int j = 0; j < V; ++j) ((get<i + k>(at_).at[j] = all.at[j * K + k]), ...);
  }
  template <int i, int... k>
  CUSIGMOID_FN void store_interleaved(type<i> *to, int alignment, int first, int last, std::integer_sequence<int, k...>) const {
    constexpr int K = sizeof...(k);
    vector_of<type<i>, V * K> all;
    CUSIGMOID_UNROLL
    for (int j = 0; j < V; ++j) ((all.at[j * K + k] = get<i + k>(at_).at[j]), ...);
    store_vector<most>(all, to, alignment, first * K, last * K);
  }

 public:
  /// Loads those in [first, last), the others are zero. address(i) is where operand i's begin, alignment(address) what
  /// load_vector is told of it.
  template <class Address, class Alignment>
  CUSIGMOID_FN void load(Address &&address, Alignment &&alignment, int first, int last) {
    for_each_constant<types::inputs>([&](auto operand) {
      constexpr int i = operand.value;
      type<i> const *const from = address(operand);
      if constexpr (role<i>::is_optional)
        if (!from) return fill<i>(absent_element<type<i>, role<i>>());
      if constexpr (role<i>::layout == layout::scalar) {
        fill<i>(*from);
      } else if constexpr (role<i>::layout == layout::interleaved) {
        if constexpr (role<i>::part == 0)
          load_interleaved<i>(from, alignment(from), first, last, std::make_integer_sequence<int, role<i>::parts>{});
      } else {
        load_vector<most>(get<i>(at_), from, alignment(from), first, last);
      }
    });
  }
  CUSIGMOID_FN void compute(elementwise_args<Op, ArrayTypes> const &args, table_of<Op, ArrayTypes> const &table) {
    constexpr bool has_parameters = Op::takes != parameter_set::none;
    if constexpr (shortcut_type::exists)
      if (!has_parameters || args.by_shortcut) return compute_by_shortcut(std::make_index_sequence<types::inputs>{}, table);
    if constexpr (!shortcut_type::exists || has_parameters) compute_in_full(args.given);
  }
  template <class Address, class Alignment>
  CUSIGMOID_FN void store(Address &&address, Alignment &&alignment, int first, int last) const {
    for_each_constant<types::outputs>([&](auto output) {
      constexpr int i = types::inputs + output.value;
      if constexpr (role<i>::reduces == reduction_kind::none) {
        type<i> *const to = address(constant<i>{});
        if constexpr (role<i>::layout == layout::interleaved) {
          if constexpr (role<i>::part == 0)
            store_interleaved<i>(to, alignment(to), first, last, std::make_integer_sequence<int, role<i>::parts>{});
        } else {
          store_vector<most>(get<i>(at_), to, alignment(to), first, last);
        }
      }
    });
  }
  /// Leaves to the block, after storing, what the shortcut has left open.
  template <class Address>
  CUSIGMOID_FN void leave_open(open_words_of<Op, ArrayTypes> &block, parameters const &given, Address &&address, int first,
                               int last) const {
    if constexpr (shortcut_type::exists) {
      if (open_ == 0) return;
      open_chunk<Op, ArrayTypes, words> chunk;
      for_each_constant<types::inputs>([&](auto i) {
        CUSIGMOID_UNROLL
        for (int w = 0; w < words; ++w) chunk.in[i.value][w] = get<i.value>(at_).word(w);
      });
      for_each_constant<types::outputs>([&](auto o) { chunk.to[o.value] = address(constant_of<types::inputs + o.value>{}); });
      chunk.first = first;
      chunk.last = last;
      chunk.open = open_;
      chunk.leave_to(block, given);
    }
  }
  /// The largest magnitude of the last output, as bits, which are in the order of the numbers. (What does not exist is 0.)
  CUSIGMOID_FN void raise(word32 &magnitude, int first, int last) const {
    if constexpr (reduction_of<Op> == reduction_kind::largest) {
      CUSIGMOID_UNROLL
      for (int j = 0; j < V; ++j) {
        word32 const bits = bits_of(f32(get<types::operands - 1>(at_).at[j])) & 0x7fffffff;
        if (j >= first && j < last && bits > magnitude) magnitude = bits;
      }
    }
  }
};

/// Where an operand's column `begin` of a row is; one element, or nothing, where the operand is that.
template <class Role, class T>
CUSIGMOID_FN T *element_address(operand const &o, std::size_t row, std::ptrdiff_t begin) {
  T *const data = static_cast<T *>(o.data);
  if constexpr (Role::layout == layout::scalar) return data;
  if constexpr (Role::is_optional)
    if (!data) return data;
  return data + (static_cast<std::ptrdiff_t>(row * o.leading_dimension) + begin * step_of<Role>);
}

// What one thread does. share() is called once, by all threads of a block, and gives what is of_block; while that is prepared the first
// loads are on their way. All loads of an element come before its stores, so an output may be an input. What is returned is the largest
// magnitude of an op that asks for it.

/// Any rows at any alignment: each chunk for itself. For the tuning of a compute capability.
template <class Op, class ArrayTypes, int compute_capability = compiled_for>
struct strided_thread {
  template <class Share>
  CUSIGMOID_FN static word32 run(elementwise_args<Op, ArrayTypes> const &args, unsigned block, unsigned thread, Share &&share) {
    chunk chunks[shape.chunks];
    elements<Op, ArrayTypes, shape.width, shape.word_bytes> e[shape.chunks];
    CUSIGMOID_UNROLL
    for (int u = 0; u < shape.chunks; ++u) {
      std::size_t const item = (std::size_t{block} * shape.chunks + static_cast<unsigned>(u)) * tuned.threads + thread;
      chunk const c = chunks[u] = chunk_at(args.plan, shape.width, item);
      e[u].load([&](auto i) { return address(args, c, i); }, [&](void const *p) { return alignment(c, p); }, c.first, c.last);
    }
    of_block<Op, ArrayTypes> const with = share();
    word32 magnitude = 0;
    CUSIGMOID_UNROLL
    for (int u = 0; u < shape.chunks; ++u) {
      chunk const c = chunks[u];
      auto const at = [&](auto i) { return address(args, c, i); };
      e[u].compute(args, with.table);
      e[u].store(at, [&](void const *p) { return alignment(c, p); }, c.first, c.last);
      e[u].leave_open(with.open, args.given, at, c.first, c.last);
      e[u].raise(magnitude, c.first, c.last);
    }
    return magnitude;
  }

 private:
  static constexpr tuning tuned = tuning_of(compute_capability);
  static constexpr thread_shape shape = shape_of<Op, ArrayTypes>(tuned);

  template <class I>
  CUSIGMOID_FN static auto address(elementwise_args<Op, ArrayTypes> const &args, chunk const &c, I) {
    using types = operand_types<Op, ArrayTypes>;
    return element_address<typename types::template role<I::value>, typename types::template type<I::value>>(args.operands[I::value], c.row,
                                                                                                             c.begin);
  }
  CUSIGMOID_FN static int alignment(chunk const &c, void const *p) {
    bool const exists = c.first == 0 && c.last == shape.width;
    return exists && is_aligned(p, shape.word_bytes) ? shape.word_bytes : exists && is_aligned(p, 16) ? 16 : 0;
  }
};

/// One row whose operands are aligned alike: the blocks but the first and the last have nothing to check.
template <class Op, class ArrayTypes, int compute_capability = compiled_for>
struct flat_thread {
  template <class Share>
  CUSIGMOID_FN static word32 run(elementwise_args<Op, ArrayTypes> const &args, unsigned block, unsigned thread, Share &&share) {
    constexpr int V = shape.width;
    if (block - args.first_whole >= args.whole) return run_edge(args, block, thread, share());

    elements<Op, ArrayTypes, V, shape.word_bytes> e[shape.chunks];
    auto const address = [&](int u) { return [&, u](auto i) { return begin<i.value>(args, block, thread * V, u * tuned.threads * V); }; };
    auto const aligned = [](void const *) { return shape.word_bytes; };
    CUSIGMOID_UNROLL
    for (int u = 0; u < shape.chunks; ++u) e[u].load(address(u), aligned, 0, V);
    of_block<Op, ArrayTypes> const with = share();
    word32 magnitude = 0;
    CUSIGMOID_UNROLL
    for (int u = 0; u < shape.chunks; ++u) {
      e[u].compute(args, with.table);
      e[u].store(address(u), aligned, 0, V);
      e[u].leave_open(with.open, args.given, address(u), 0, V);
      e[u].raise(magnitude, 0, V);
    }
    return magnitude;
  }

 private:
  static constexpr tuning tuned = tuning_of(compute_capability);
  static constexpr thread_shape shape = shape_of<Op, ArrayTypes>(tuned);
  static constexpr int span = block_elements<Op, ArrayTypes>(tuned);

  /// Where element j + more of a block is; by bytes, because the compiler does not take a common factor out of 64-bit offsets.
  template <int i>
  CUSIGMOID_FN static auto *begin(elementwise_args<Op, ArrayTypes> const &args, unsigned block, unsigned j, int more) {
    using types = operand_types<Op, ArrayTypes>;
    using T = typename types::template type<i>;
    using role = typename types::template role<i>;
    constexpr unsigned size = sizeof(T);
    char *const data = static_cast<char *>(args.operands[i].data);
    if constexpr (role::layout == layout::scalar) return reinterpret_cast<T *>(data);
    if constexpr (role::is_optional)
      if (!data) return reinterpret_cast<T *>(data);
    return reinterpret_cast<T *>(data + std::size_t{block} * (span * size) + std::size_t{j * size}) + more;
  }

  /// The elements of a block that has not all of its own: a word of them at a time.
  CUSIGMOID_FN static word32 run_edge(elementwise_args<Op, ArrayTypes> const &args, unsigned block, unsigned thread,
                                      of_block<Op, ArrayTypes> const &with) {
    constexpr int step = word_elements<Op, ArrayTypes>;
    int const first = block == 0 ? args.plan.shift : 0;
    std::size_t const left = static_cast<std::size_t>(args.plan.shift) + args.plan.cols - std::size_t{block} * span;
    int const last = left < span ? static_cast<int>(left) : span;
    auto const not_aligned = [](void const *) { return 0; };
    word32 magnitude = 0;
    for (int j = first + static_cast<int>(thread) * step; j < last; j += tuned.threads * step) {
      elements<Op, ArrayTypes, step> some;
      int const count = last - j < step ? last - j : step;
      auto const address = [&](auto i) { return begin<i.value>(args, block, static_cast<unsigned>(j), 0); };
      some.load(address, not_aligned, 0, count);
      some.compute(args, with.table);
      some.store(address, not_aligned, 0, count);
      some.leave_open(with.open, args.given, address, 0, count);
      some.raise(magnitude, 0, count);
    }
    return magnitude;
  }
};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
