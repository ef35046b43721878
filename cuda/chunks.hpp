// SPDX-License-Identifier: Apache-2.0
// Which thread does which elements: chunks of V consecutive elements of a row, placed so that the first output's are aligned.
#pragma once
#include <cstddef>
#include <cstdint>

#include "cuda/operands.hpp"
#include "cuda/tuning.hpp"
#include "cusigmoid/shortcuts.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// Elements that several threads share out, row by row in chunks. Chunk c of a row holds the columns from c·V − shift to c·V − shift + V,
/// as far as they exist.
struct chunk_plan {
  std::size_t rows, cols, chunks;  // chunks of a row
  int shift;                       // of 0 … V − 1
  bool aligned;                    // each operand's whole chunks of the first row are aligned to a memory instruction's bytes
  CUSIGMOID_FN std::size_t items() const { return rows * chunks; }
  bool flat() const { return rows == 1 && aligned; }
};

struct chunk {
  std::size_t row;
  std::ptrdiff_t begin;  // the column of its first element; negative where the row begins inside the chunk
  int first, last;       // the elements [first, last) of it exist
};

CUSIGMOID_FN chunk chunk_at(chunk_plan const &plan, int V, std::size_t item) {
  if (item >= plan.items()) return {0, 0, 0, 0};
  std::size_t const row = plan.rows == 1 ? 0 : item / plan.chunks;
  std::ptrdiff_t const begin = static_cast<std::ptrdiff_t>((item - row * plan.chunks) * static_cast<std::size_t>(V)) - plan.shift;
  std::ptrdiff_t const left = static_cast<std::ptrdiff_t>(plan.cols) - begin;
  return {row, begin, begin < 0 ? static_cast<int>(-begin) : 0, left < V ? static_cast<int>(left) : V};
}

namespace internal {
template <class Op, class ArrayTypes>
struct shortcut_of : std::conditional_t<is_one_type<ArrayTypes>, shortcut<Op, at<0, ArrayTypes>>, shortcut<Op, void, 0>> {};
}  // namespace internal

/// The shortcut of an op whose arrays are all of one type, if there is one.
template <class Op, class ArrayTypes>
using shortcut_of = internal::shortcut_of<Op, ArrayTypes>;

/// A thread's share of an op: so many chunks of so many elements, moved by words of so many bytes at most.
struct thread_shape {
  int width, chunks, word_bytes;
};
template <class Op, class ArrayTypes>
constexpr thread_shape shape_of(tuning const &t) {
  using types = operand_types<Op, ArrayTypes>;
  int const smallest = static_cast<int>(types::smallest()), loaded = static_cast<int>(types::loaded());
  int word_bytes = t.word_bytes;
  if (shortcut_of<Op, ArrayTypes>::exists)
    while (word_bytes > 8 && word_bytes / smallest * loaded > t.held) word_bytes /= 2;
  int const width = word_bytes / smallest, fit = t.in_flight / (width * loaded);
  return {width, fit < 1 ? 1 : fit < t.chunks ? fit : t.chunks, word_bytes};
}

/// Blocks for that many chunks.
constexpr std::size_t elementwise_blocks(std::size_t items, tuning const &t, thread_shape const &shape) {
  std::size_t const per_block = static_cast<std::size_t>(t.threads * shape.chunks);
  return items / per_block + (items % per_block != 0);
}

/// Elements that fill a word of 32 bits, or one, in the narrowest operand.
template <class Op, class ArrayTypes>
constexpr int word_elements =
    operand_types<Op, ArrayTypes>::smallest() < 4 ? static_cast<int>(4 / operand_types<Op, ArrayTypes>::smallest()) : 1;

/// An operand as the plan sees it: how it lies, and the bytes it has for each column.
struct planned_operand {
  operand at;
  layout lies;
  std::size_t size;
  int parts;  // of an interleaved array
};

/// The shift that aligns an output's chunks to `bytes`, and the chunks of a row.
CUSIGMOID_FN int shift_of(void const *output, std::size_t size, thread_shape shape) {
  std::size_t const bytes = static_cast<std::size_t>(shape.word_bytes), V = static_cast<std::size_t>(shape.width);
  std::size_t const head = (bytes - reinterpret_cast<std::uintptr_t>(output) % bytes) % bytes / size;  // elements before the first aligned
  return static_cast<int>((V - head % V) % V);
}
CUSIGMOID_FN std::size_t chunks_of(std::size_t cols, int shift, int V) {
  return (cols + static_cast<std::size_t>(shift) + static_cast<std::size_t>(V) - 1) / static_cast<std::size_t>(V);
}

/// A plan for the operands of a call, without those that are one element or left out.
inline chunk_plan plan_chunks(planned_operand const *operands, int n, planned_operand const &first_output, thread_shape const &shape,
                              std::size_t rows, std::size_t cols) {
  bool contiguous = true, aligned = true;
  for (int i = 0; i < n; ++i) {
    planned_operand const &o = operands[i];
    contiguous = contiguous && o.lies != layout::row && o.at.leading_dimension == cols * static_cast<std::size_t>(o.parts);
    aligned = aligned && o.lies != layout::interleaved;
  }
  if (contiguous || rows == 1) {
    cols *= rows;
    rows = 1;
  }
  auto const address = [](planned_operand const &o) { return reinterpret_cast<std::uintptr_t>(o.at.data); };
  int const V = shape.width, shift = shift_of(first_output.at.data, first_output.size, shape);
  std::size_t const head = static_cast<std::size_t>((V - shift) % V), bytes = static_cast<std::size_t>(shape.word_bytes);
  for (int i = 0; i < n; ++i) aligned = aligned && (address(operands[i]) + head * operands[i].size) % bytes == 0;
  return {rows, cols, chunks_of(cols, shift, V), shift, aligned};
}

/// The same for the operands of an op.
template <class Op, class ArrayTypes>
chunk_plan plan_chunks(call const &c, thread_shape const &shape) {
  using types = operand_types<Op, ArrayTypes>;
  planned_operand planned[types::operands], first_output = {};
  int n = 0;
  for_each_constant_on_host<types::operands>([&](auto i) {
    using role = typename types::template role<i.value>;
    planned_operand const o = {c.operands[i.value], role::layout, types::size(i.value),
                               role::layout == layout::interleaved ? role::parts : 1};
    if (i.value == types::inputs) first_output = o;
    bool const moves =
        role::layout != layout::scalar && !(role::is_optional && !o.at.data) && !(o.lies == layout::interleaved && role::part);
    if (moves) planned[n++] = o;
  });
  return plan_chunks(planned, n, first_output, shape, c.rows, c.cols);
}

/// What one memory instruction moves of V elements of T: at most `most` bytes.
template <class T, int V, int most>
constexpr int word_bytes = sizeof(T) * V < most ? static_cast<int>(sizeof(T) * V) : most;

#if defined(__CUDACC__)
template <int bytes>
struct word;
template <>
struct word<4> {
  using type = unsigned;
};
template <>
struct word<8> {
  using type = uint2;
};
template <>
struct word<16> {
  using type = uint4;  // the types that nvcc moves by one instruction
};
#if __CUDACC_VER_MAJOR__ >= 13
template <>
struct word<32> {
  using type = ulonglong4_32a;
};
#endif
#else
template <int bytes>
struct word {
  struct alignas(bytes) [[gnu::may_alias]] type {
    std::uint32_t part[bytes / 4];
  };
};
#endif

CUSIGMOID_FN bool is_aligned(void const *p, int bytes) {
  return (reinterpret_cast<std::uintptr_t>(p) & static_cast<std::uintptr_t>(bytes - 1)) == 0;
}

template <int bytes, class T, int V>
CUSIGMOID_FN void load_words(vector_of<T, V> &to, T const *from) {
  using moved = typename word<bytes>::type;
  CUSIGMOID_UNROLL
  for (int w = 0; w < static_cast<int>(sizeof(T)) * V / bytes; ++w)
    reinterpret_cast<moved *>(to.at)[w] = reinterpret_cast<moved const *>(from)[w];
}

/// Copies V elements from memory to registers: in words as wide as the address is known to be a multiple of (0 where they do not all
/// exist), else element by element, those of [first, last); the others become zero.
template <int most, class T, int V>
CUSIGMOID_FN void load_vector(vector_of<T, V> &to, T const *from, int alignment, int first, int last) {
  constexpr int bytes = word_bytes<T, V, most>;
  if constexpr (bytes >= 4)
    if (alignment >= bytes) return load_words<bytes>(to, from);
  if constexpr (bytes > 16)
    if (alignment >= 16) return load_words<16>(to, from);
  CUSIGMOID_UNROLL
  for (int j = 0; j < V; ++j) to.at[j] = j >= first && j < last ? from[j] : T{};
}

#if defined(__CUDACC__)
/// One instruction. (Left to the compiler, 16 bytes that come from single registers are stored in four pieces.)
__device__ __forceinline__ void store_word(void *to, uint2 v) {
  asm volatile("st.global.v2.b32 [%0], {%1, %2};" ::"l"(__cvta_generic_to_global(to)), "r"(v.x), "r"(v.y) : "memory");
}
__device__ __forceinline__ void store_word(void *to, uint4 v) {
  asm volatile("st.global.v4.b32 [%0], {%1, %2, %3, %4};" ::"l"(__cvta_generic_to_global(to)), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w)
               : "memory");
}
#if __CUDACC_VER_MAJOR__ >= 13
__device__ __forceinline__ void store_word(void *to, ulonglong4_32a v) {
  asm volatile("st.global.v4.b64 [%0], {%1, %2, %3, %4};" ::"l"(__cvta_generic_to_global(to)), "l"(v.x), "l"(v.y), "l"(v.z), "l"(v.w)
               : "memory");
}
#endif
#endif

template <int bytes, class T, int V>
CUSIGMOID_FN void store_words(vector_of<T, V> const &from, T *to) {
  using moved = typename word<bytes>::type;
  CUSIGMOID_UNROLL
  for (int w = 0; w < static_cast<int>(sizeof(T)) * V / bytes; ++w)
#if defined(__CUDA_ARCH__)
    store_word(reinterpret_cast<moved *>(to) + w, reinterpret_cast<moved const *>(from.at)[w]);
#else
    reinterpret_cast<moved *>(to)[w] = reinterpret_cast<moved const *>(from.at)[w];
#endif
}

template <int most, class T, int V>
CUSIGMOID_FN void store_vector(vector_of<T, V> const &from, T *to, int alignment, int first, int last) {
  constexpr int bytes = word_bytes<T, V, most>;
  if constexpr (bytes >= 8)
    if (alignment >= bytes) return store_words<bytes>(from, to);
  if constexpr (bytes > 16)
    if (alignment >= 16) return store_words<16>(from, to);
  CUSIGMOID_UNROLL
  for (int j = 0; j < V; ++j)
    if (j >= first && j < last) to[j] = from.at[j];
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
