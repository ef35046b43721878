// SPDX-License-Identifier: Apache-2.0
// The elementwise engine: which thread does which elements, and what one thread does. Plain C++ for host and device: elementwise.cu wraps
// it in __global__, the tests run every thread of every block on the host.
#pragma once
#include <cstddef>
#include <cstdint>

#include "cuda/operands.hpp"
#include "cuda/tuning.hpp"
#include "cusigmoid/shortcuts.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

// ---- chunks: V consecutive elements of a row, placed so that the first output's are aligned to 16 bytes ------------------------------

/// Elements that several threads share out, row by row in chunks. Chunk c of a row holds the columns from c·V − shift to c·V − shift + V,
/// as far as they exist.
struct chunk_plan {
  std::size_t rows, cols, chunks;  // chunks of a row
  int shift;                       // of 0 … V − 1
  bool aligned;                    // each operand's whole chunks are aligned to 16 bytes
  CUSIGMOID_FN std::size_t items() const { return rows * chunks; }
};

struct chunk {
  std::size_t row;
  std::ptrdiff_t begin;  // the column of its first element; negative where the row begins inside the chunk
  int first, last;       // the elements [first, last) of it exist
};

CUSIGMOID_FN chunk chunk_at(chunk_plan const &plan, int V, std::size_t item) {
  if (item >= plan.items()) return {0, 0, 0, 0};
  std::size_t const row = plan.rows == 1 ? 0 : item / plan.chunks;
  std::ptrdiff_t const begin = static_cast<std::ptrdiff_t>((item - row * plan.chunks) * V) - plan.shift;
  std::ptrdiff_t const left = static_cast<std::ptrdiff_t>(plan.cols) - begin;
  return {row, begin, begin < 0 ? static_cast<int>(-begin) : 0, left < V ? static_cast<int>(left) : V};
}

template <class T>
CUSIGMOID_FN T *chunk_address(operand const &o, chunk const &c) {
  return static_cast<T *>(o.data) + (static_cast<std::ptrdiff_t>(c.row * o.leading_dimension) + c.begin);
}

template <class Op, class ArrayTypes>
constexpr int chunk_width = static_cast<int>(16 / operand_types<Op, ArrayTypes>::smallest());

inline chunk_plan plan_chunks(operand const *operands, std::size_t const *sizes, int n, int first_output, int V, std::size_t rows,
                              std::size_t cols) {
  bool contiguous = true;
  for (int i = 0; i < n; ++i) contiguous = contiguous && operands[i].leading_dimension == cols;
  if (contiguous || rows == 1) {
    cols *= rows;
    rows = 1;
  }
  auto const address = [&](int i) { return reinterpret_cast<std::uintptr_t>(operands[i].data); };
  std::size_t const head = (16 - address(first_output) % 16) % 16 / sizes[first_output];  // elements before the first aligned one
  bool aligned = true;
  for (int i = 0; i < n; ++i)
    aligned = aligned && (address(i) + head * sizes[i]) % 16 == 0 && (rows == 1 || operands[i].leading_dimension * sizes[i] % 16 == 0);
  int const shift = static_cast<int>((V - head % V) % V);
  return {rows, cols, (cols + shift + V - 1) / V, shift, aligned};
}

/// What one memory instruction moves of V elements of T: at most 16 bytes.
template <class T, int V>
constexpr int word_bytes = sizeof(T) * V < 16 ? static_cast<int>(sizeof(T) * V) : 16;

template <int bytes>
struct alignas(bytes) [[gnu::may_alias]] word {
  std::uint32_t part[bytes / 4];
};

CUSIGMOID_FN bool is_aligned(void const *p, int bytes) {
  return (reinterpret_cast<std::uintptr_t>(p) & static_cast<std::uintptr_t>(bytes - 1)) == 0;
}

/// Copies V elements from memory to registers: in whole words if `whole` (they all exist and are aligned), else element by element, those
/// of [first, last); the others become zero.
template <class T, int V>
CUSIGMOID_FN void load_vector(vector_of<T, V> &to, T const *from, bool whole, int first, int last) {
  constexpr int bytes = word_bytes<T, V>;
  if (whole) {
    CUSIGMOID_UNROLL
    for (int w = 0; w < static_cast<int>(sizeof(T)) * V / bytes; ++w)
      reinterpret_cast<word<bytes> *>(to.at)[w] = reinterpret_cast<word<bytes> const *>(from)[w];
  } else {
    CUSIGMOID_UNROLL
    for (int j = 0; j < V; ++j) to.at[j] = j >= first && j < last ? from[j] : T{};
  }
}

template <class T, int V>
CUSIGMOID_FN void store_vector(vector_of<T, V> const &from, T *to, bool whole, int first, int last) {
  constexpr int bytes = word_bytes<T, V>;
  if (whole) {
    CUSIGMOID_UNROLL
    for (int w = 0; w < static_cast<int>(sizeof(T)) * V / bytes; ++w)
      reinterpret_cast<word<bytes> *>(to)[w] = reinterpret_cast<word<bytes> const *>(from.at)[w];
  } else {
    CUSIGMOID_UNROLL
    for (int j = 0; j < V; ++j)
      if (j >= first && j < last) to[j] = from.at[j];
  }
}

// ---- elementwise ---------------------------------------------------------------------------------------------------------------------

template <int n>
struct elementwise_args {
  chunk_plan plan;
  operand operands[n];
};

template <class Op, class ArrayTypes>
using elementwise_args_of = elementwise_args<operand_types<Op, ArrayTypes>::operands>;

template <class Op, class ArrayTypes>
elementwise_args_of<Op, ArrayTypes> make_elementwise_args(call const &c) {
  using types = operand_types<Op, ArrayTypes>;
  elementwise_args_of<Op, ArrayTypes> args;
  std::size_t sizes[types::operands];
  for (int i = 0; i < types::operands; ++i) {
    args.operands[i] = c.operands[i];
    sizes[i] = types::size(i);
  }
  args.plan = plan_chunks(args.operands, sizes, types::operands, types::inputs, chunk_width<Op, ArrayTypes>, c.rows, c.cols);
  return args;
}

/// Blocks for a plan, each of `threads` threads with `in_flight` chunks each.
constexpr std::size_t elementwise_blocks(std::size_t items) {
  constexpr std::size_t per_block = elementwise.threads * elementwise.chunks;
  return items / per_block + (items % per_block != 0);
}

template <class Op, class T>
CUSIGMOID_RARE T evaluate_in_full(T x) {
  return element<T>::narrow(evaluate<Op>(x).value[0]);
}

/// Op by its shortcut, and in full where that is not sure.
template <class Op, class T, int V>
CUSIGMOID_FN void evaluate_by_shortcut(vector_of<T, V> const &x, vector_of<T, V> &y) {
  unsigned unsure = 0;
  CUSIGMOID_UNROLL
  for (int j = 0; j < V; ++j) unsure |= shortcut<Op, T>::attempt(x.at[j], y.at[j]) ? 0 : 1u << j;
  if (unsure == 0) return;
  CUSIGMOID_UNROLL
  for (int j = 0; j < V; ++j)
    if (unsure >> j & 1) y.at[j] = evaluate_in_full<Op>(x.at[j]);
}

/// What one thread of one block does. All its loads come before its first store, so an output may be an input.
template <class Op, class ArrayTypes, bool aligned>
CUSIGMOID_FN void elementwise_thread(elementwise_args_of<Op, ArrayTypes> const &args, std::size_t block, int thread) {
  using types = operand_types<Op, ArrayTypes>;
  constexpr int V = chunk_width<Op, ArrayTypes>, in_flight = elementwise.chunks, threads = elementwise.threads;

  operand_vectors<Op, ArrayTypes, V> v[in_flight];
  chunk chunks[in_flight];
  CUSIGMOID_UNROLL
  for (int u = 0; u < in_flight; ++u) {
    chunks[u] = chunk_at(args.plan, V, block * (threads * in_flight) + static_cast<std::size_t>(u * threads + thread));
    for_each_constant<types::inputs>([&](auto i) {
      using T = typename types::template type<i.value>;
      T const *const from = chunk_address<T const>(args.operands[i.value], chunks[u]);
      bool const whole = chunks[u].first == 0 && chunks[u].last == V && (aligned || is_aligned(from, 16));
      load_vector(get<i.value>(v[u]), from, whole, chunks[u].first, chunks[u].last);
    });
  }
  CUSIGMOID_UNROLL
  for (int u = 0; u < in_flight; ++u) {
    if constexpr (shortcut<Op, typename types::template type<0>>::exists) {
      evaluate_by_shortcut<Op>(get<0>(v[u]), get<1>(v[u]));
    } else {
      CUSIGMOID_UNROLL
      for (int j = 0; j < V; ++j) {
        auto const result = evaluate_loaded<Op>([&](auto i) { return get<i.value>(v[u]).at[j]; });
        for_each_constant<types::outputs>([&](auto i) {
          using T = typename types::template type<types::inputs + i.value>;
          get<types::inputs + i.value>(v[u]).at[j] = element<T>::narrow(result.value[i.value]);
        });
      }
    }
    for_each_constant<types::outputs>([&](auto i) {
      constexpr int o = types::inputs + i.value;
      using T = typename types::template type<o>;
      T *const to = chunk_address<T>(args.operands[o], chunks[u]);
      bool const whole = chunks[u].first == 0 && chunks[u].last == V && (aligned || is_aligned(to, 16));
      store_vector(get<o>(v[u]), to, whole, chunks[u].first, chunks[u].last);
    });
  }
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
