// SPDX-License-Identifier: Apache-2.0
// Elements whose results a shortcut has left open: a block collects them, and computes them in full at its end. They are few, and spread
// over its warps, each of which would take as long for one of them as for 32.
#pragma once
#include "cuda/operands.hpp"
#include "cusigmoid/shortcuts.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// The parameters of a call, by value, as functions that are not inlined take them; nothing, for an op that has none.
struct no_parameters {
  CUSIGMOID_FN no_parameters(parameters const &) {}
  CUSIGMOID_FN operator parameters() const { return default_parameters(); }
};
template <class Op>
using parameters_of = std::conditional_t<Op::takes == parameter_set::none, no_parameters, parameters>;

/// A word of such elements, all operands of one type.
template <class Op, class ArrayTypes>
struct open_word {
  using T = at<0, ArrayTypes>;
  using types = operand_types<Op, ArrayTypes>;
  static constexpr int inputs = types::inputs, outputs = types::outputs, size = static_cast<int>(sizeof(word_of<T>) / sizeof(T));

  word_of<T> in[inputs];
  T *to[outputs];   // where its first element's results are stored
  int first, last;  // the elements [first, last) of it exist

  template <int output>
  static constexpr int step = step_of<typename types::template role<types::inputs + output>>;

  CUSIGMOID_RARE void evaluate(parameters_of<Op> given) const { evaluate(given, std::make_index_sequence<inputs>{}); }

 private:
  template <std::size_t... i>
  CUSIGMOID_FN void evaluate(parameters const &given, std::index_sequence<i...>) const {
    for (int k = first; k < last; ++k) {
      int const bit = 8 * static_cast<int>(sizeof(T)) * k;
      many<double, outputs> v;
      if (sizeof(T) == 8 || !is_trivial<Op>(given, v, element<T>::widen(element_at<T>(in[i], bit))...))
        v = engine::evaluate<Op, T>(given, element_at<T>(in[i], bit)...);
      for_each_constant<outputs>([&](auto o) { to[o.value][k * step<o.value>] = element<T>::narrow(v.value[o.value]); });
    }
  }
};

/// In memory that a block shares.
template <class Op, class ArrayTypes>
struct open_words {
  static constexpr int bytes = 8192, capacity = bytes / static_cast<int>(sizeof(open_word<Op, ArrayTypes>));
  int count;
  open_word<Op, ArrayTypes> at[capacity];

  CUSIGMOID_FN void clear() { count = 0; }
  /// Whether there was room.
  CUSIGMOID_FN bool take(open_word<Op, ArrayTypes> const &word) {
#if defined(__CUDA_ARCH__)
    int const place = atomicAdd(&count, 1);
#else
    int const place = count++;
#endif
    if (place >= capacity) return false;
    at[place] = word;
    return true;
  }
  /// Every so many of them, from one on, when all threads are done.
  CUSIGMOID_FN void evaluate(parameters_of<Op> given, int first, int step) const {
    int const n = count < capacity ? count : capacity;
    for (int i = first; i < n; i += step) at[i].evaluate(given);
  }
};

/// For ops without a shortcut.
struct no_open_words {
  CUSIGMOID_FN void clear() {}
  CUSIGMOID_FN void evaluate(parameters const &, int, int) const {}
};

/// Those of a thread's chunk. Apart from what it computes with: what has an address is in memory, and that is to stay in registers.
template <class Op, class ArrayTypes, int words>
struct open_chunk {
  using item = open_word<Op, ArrayTypes>;
  word_of<typename item::T> in[item::inputs][words];
  typename item::T *to[item::outputs];  // where the chunk begins
  int first, last;                      // the elements [first, last) of it exist
  unsigned open;                        // a bit for each word

  CUSIGMOID_RARE void leave_to(open_words<Op, ArrayTypes> &block, parameters_of<Op> given) const {
    for (int w = 0; w < words; ++w) {
      int const begin = w * item::size, before = first - begin, left = last - begin;
      if (!(open >> w & 1) || before >= item::size || left <= 0) continue;
      item one;
      for (int i = 0; i < item::inputs; ++i) one.in[i] = in[i][w];
      for_each_constant<item::outputs>([&](auto o) { one.to[o.value] = to[o.value] + begin * item::template step<o.value>; });
      one.first = before > 0 ? before : 0;
      one.last = left < item::size ? left : item::size;
      if (!block.take(one)) one.evaluate(given);
    }
  }
};

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
