// SPDX-License-Identifier: Apache-2.0
// Which thread does which elements: chunks of V consecutive elements of a row, placed so that the first output's are aligned to 16 bytes.
#pragma once
#include <cstddef>
#include <cstdint>

#include "cuda/operands.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// Elements that several threads share out, row by row in chunks. Chunk c of a row holds the columns from c·V − shift to c·V − shift + V,
/// as far as they exist.
struct chunk_plan {
  std::size_t rows, cols, chunks;  // chunks of a row
  int shift;                       // of 0 … V − 1
  bool aligned;                    // each operand's whole chunks of the first row are aligned to 16 bytes
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
  for (int i = 0; i < n; ++i) aligned = aligned && (address(i) + head * sizes[i]) % 16 == 0;
  int const shift = static_cast<int>((V - head % V) % V);
  return {rows, cols, (cols + shift + V - 1) / V, shift, aligned};
}

/// What one memory instruction moves of V elements of T: at most 16 bytes.
template <class T, int V>
constexpr int word_bytes = sizeof(T) * V < 16 ? static_cast<int>(sizeof(T) * V) : 16;

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
  using type = uint4;  // the type that nvcc moves by one instruction
};
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

/// Copies V elements from memory to registers: in whole words if `whole` (they all exist and are aligned), else element by element, those
/// of [first, last); the others become zero.
template <class T, int V>
CUSIGMOID_FN void load_vector(vector_of<T, V> &to, T const *from, bool whole, int first, int last) {
  constexpr int bytes = word_bytes<T, V>;
  if constexpr (bytes >= 4)
    if (whole) {
      using moved = typename word<bytes>::type;
      CUSIGMOID_UNROLL
      for (int w = 0; w < static_cast<int>(sizeof(T)) * V / bytes; ++w)
        reinterpret_cast<moved *>(to.at)[w] = reinterpret_cast<moved const *>(from)[w];
      return;
    }
  CUSIGMOID_UNROLL
  for (int j = 0; j < V; ++j) to.at[j] = j >= first && j < last ? from[j] : T{};
}

#if defined(__CUDACC__)
/// One instruction. (Left to the compiler, 16 bytes that come from single registers are stored in four pieces.)
__device__ __forceinline__ void store_word(void *to, uint4 v) {
  asm volatile("st.global.v4.b32 [%0], {%1, %2, %3, %4};" ::"l"(__cvta_generic_to_global(to)), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w)
               : "memory");
}
#endif

template <class T, int V>
CUSIGMOID_FN void store_vector(vector_of<T, V> const &from, T *to, bool whole, int first, int last) {
  constexpr int bytes = word_bytes<T, V>;
  if constexpr (bytes == 16)
    if (whole) {
      using moved = typename word<bytes>::type;
      CUSIGMOID_UNROLL
      for (int w = 0; w < static_cast<int>(sizeof(T)) * V / bytes; ++w)
#if defined(__CUDA_ARCH__)
        store_word(reinterpret_cast<moved *>(to) + w, reinterpret_cast<moved const *>(from.at)[w]);
#else
        reinterpret_cast<moved *>(to)[w] = reinterpret_cast<moved const *>(from.at)[w];
#endif
      return;
    }
  CUSIGMOID_UNROLL
  for (int j = 0; j < V; ++j)
    if (j >= first && j < last) to[j] = from.at[j];
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
