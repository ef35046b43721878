// SPDX-License-Identifier: Apache-2.0
// Elementwise ops by their shortcuts, as many words at once as a vector has lanes, and in full where a shortcut is not sure.
#pragma once
#include "cuda/elementwise.hpp"
#include "host/cpu/backend.hpp"
#include "host/cpu/blocks.hpp"
#include "host/cpu/vectors.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// Whether each operand of an op is elements side by side, in rows.
template <class Op, class All = join<typename Op::in, typename Op::out>>
constexpr bool is_contiguous = false;
template <class Op, class... Role>
constexpr bool is_contiguous<Op, list<Role...>> = ((Role::layout == layout::elements && !Role::is_optional) && ...);

/// Tables of 8-bit results are looked up word by word, by any processor.
template <class T>
using batch = std::conditional_t<sizeof(T) == 1, word32, std::conditional_t<sizeof(T) == 8, long_words, words>>;
/// A shortcut's table as a batch looks things up in it.
template <class Table>
struct lanes_of_impl {
  using type = Table;
};
template <class Numbers>
struct lanes_of_impl<exp2_table<Numbers>> {
  using type = exp2_lanes<Numbers>;
};
template <>
struct lanes_of_impl<log1p_table> {
  using type = log1p_lanes;
};
template <class Table>
using lanes_of = typename lanes_of_impl<Table>::type;

/// By vectors, and by tables of 8 bits.
template <class Op, class ArrayTypes, class T = at<0, ArrayTypes>>
constexpr bool has_fast_shortcut = shortcut_of<Op, ArrayTypes>::exists && is_contiguous<Op> &&
                                   (sizeof(T) == 1 ? !std::is_base_of_v<internal::estimated<Op, T>, shortcut<Op, T>> : has_vectors);

template <class Op, class ArrayTypes, class Indices = std::make_index_sequence<Op::in::size>>
class shortcut_loop;
template <class Op, class ArrayTypes, std::size_t... i>
class shortcut_loop<Op, ArrayTypes, std::index_sequence<i...>> {
  using T = at<0, ArrayTypes>;
  using Word = batch<T>;
  using table = lanes_of<table_of<Op, ArrayTypes>>;
  using results = results_of<Op, Word>;
  static constexpr int inputs = sizeof...(i), outputs = Op::out::size, in_word = static_cast<int>(sizeof(word_of<T>) / sizeof(T));
  static constexpr std::size_t in_batch = sizeof(Word) / sizeof(T);
  static constexpr std::size_t past_caches = 4;  // times the last-level cache: below it, storing past it is slower still (Zen 5, 2 cores)

  call const &call_;
  table const &table_ = made_once();
  bool const is_past_caches_ = call_.rows * call_.cols > past_caches *(cpu_backend::last_level_cache() / ((inputs + outputs) * sizeof(T)));

  static table const &made_once() {
    static table const made{table_of<Op, ArrayTypes>::make()};
    return made;
  }

  /// The elements, a bit each, of which a lane of words may tell something.
  static uint64 elements_of_lanes(uint64 lanes) {
    if (in_word == 1) return lanes;
    uint64 elements = 0;
    for (; lanes; lanes &= lanes - 1) {
      int const j = __builtin_ctzll(lanes);
      elements |= ((uint64{1} << in_word) - 1) << (in_word * j);
      if (std::is_same_v<T, float16>) elements |= ((uint64{1} << in_batch / 2) + 1) << j;  // halves<float16, words>
    }
    return elements;
  }

  /// Computes again those results of a batch whose elements have a bit in `unsure`.
  CUSIGMOID_RARE static void evaluate_unsure(parameters const &given, T const (&in)[inputs][in_batch], T (&out)[outputs][in_batch],
                                             uint64 unsure) {
    auto const evaluate_one = [&](int j) {
      auto const v = evaluate<Op, T>(given, in[i][j]...);
      for (int o = 0; o < outputs; ++o) out[o][j] = element<T>::narrow(v.value[o]);
    };
    int const count = __builtin_popcountll(unsure);  // 0 where none is unsure but zeros behind the last element
    constexpr int few = 4;
    if (in_word == 1 && count == 1) return evaluate_one(__builtin_ctzll(unsure));  // as a rule
    if (in_word > 1 && count <= few) {
      for (; unsure; unsure &= unsure - 1) evaluate_one(__builtin_ctzll(unsure));
      return;
    }
    numbers<Op> v;
    int which[in_batch], n = 0;
    for (; unsure; unsure &= unsure - 1) {
      int const j = __builtin_ctzll(unsure);
      many<double, outputs> known;
      if (sizeof(T) <= 4 && trivial<Op>::result(known, element<T>::widen(in[i][j])...)) {
        for (int o = 0; o < outputs; ++o) out[o][j] = element<T>::narrow(known.value[o]);
      } else {
        ((v.in[i][n] = element<T>::widen(in[i][j])), ...);
        which[n++] = j;
      }
    }
    if (n) v.evaluate(given, functions_of_operands<Op, ArrayTypes>::value, n);
    for (int o = 0; o < outputs; ++o)
      for (int k = 0; k < n; ++k) out[o][which[k]] = element<T>::narrow(v.out[o][k]);
  }

  /// The results of a batch of which n elements exist.
  template <class... Same>
  CUSIGMOID_FN results compute(int n, Same... in) const {
    results out;
    auto const sure = shortcut_of<Op, ArrayTypes>::template attempt<machine_in_lanes>(table_, out, in...);
    if (all_hold(sure)) return out;
    T elements[inputs][in_batch], computed[outputs][in_batch];
    (store(in, elements[i]), ...);
    for (int o = 0; o < outputs; ++o) store(result(out, o), computed[o]);
    constexpr int lanes = static_cast<int>(in_batch) / in_word;
    uint64 const unsure = elements_of_lanes(~bits_of(sure) & ~uint64{0} >> (64 - lanes));
    evaluate_unsure(call_.given, elements, computed, unsure & ~uint64{0} >> (64 - n));
    for (int o = 0; o < outputs; ++o) result(out, o) = load<Word>(computed[o]);
    return out;
  }

  /// Whether elements are lanes that can be moved alone.
  static constexpr bool can_be_partial = [] {
    if constexpr (std::is_integral_v<Word>)
      return false;
    else
      return in_word == 1 && Word::can_be_partial;
  }();

  /// The n first elements, with zeros behind them.
  static Word load_first(std::size_t n, T const *from) {
    if constexpr (can_be_partial) {
      return Word::load_first(n, from);
    } else {
      T elements[in_batch] = {};
      __builtin_memcpy(elements, from, n * sizeof(T));
      return load<Word>(elements);
    }
  }
  static void store_first_elements(std::size_t n, Word w, T *to) {
    if constexpr (can_be_partial) {
      store_first(n, w, to);
    } else {
      T elements[in_batch];
      store(w, elements);
      __builtin_memcpy(to, elements, n * sizeof(T));
    }
  }

  // All loads of an element come before its store: an output may be an input.
  void run_in_caches(T const *const (&in)[inputs], T *const (&out)[outputs], std::size_t j, std::size_t last) const {
    for (; last - j >= in_batch; j += in_batch) {
      results r = compute(in_batch, load<Word>(in[i] + j)...);
      for (int o = 0; o < outputs; ++o) store(result(r, o), out[o] + j);
    }
    if (std::size_t const left = last - j) {
      results r = compute(static_cast<int>(left), load_first(left, in[i] + j)...);
      for (int o = 0; o < outputs; ++o) store_first_elements(left, result(r, o), out[o] + j);
    }
  }

  /// Most of the elements [j, last); where those that are left begin. What is not going to be read soon is stored past the caches, which
  /// alone is slower than not to: the processor must be told what to load, and keeps more of memory busy where several pages are in turn.
  std::size_t run_past_caches(T const *const (&in)[inputs], T *const (&out)[outputs], std::size_t j, std::size_t last) const {
    constexpr std::size_t page = 4096 / sizeof(T), pages = 4, line = 64 / sizeof(T), stretch = 2 * line;
    auto const head_of = [&](T *to) { return (line - reinterpret_cast<std::uintptr_t>(to + j) / sizeof(T) % line) % line; };
    std::size_t const head = head_of(out[0]);
    for (T *const to : out)
      if (head_of(to) != head) return j;
    if (last - j < head + pages * page) return j;
    run_in_caches(in, out, j, j + head);
    for (j += head; last - j >= pages * page; j += pages * page)
      for (std::size_t k = j; k < j + page; k += stretch)
        for (std::size_t at = k; at < k + pages * page; at += page) {
          for (std::size_t next = at + pages * page; next < at + pages * page + stretch; next += line)
            (__builtin_prefetch(in[i] + next), ...);
          for (std::size_t m = at; m < at + stretch; m += in_batch) {
            results r = compute(in_batch, load<Word>(in[i] + m)...);
            for (int o = 0; o < outputs; ++o) stream(result(r, o), out[o] + m);
          }
        }
    hwy::FlushStream();
    return j;
  }

 public:
  explicit shortcut_loop(call const &c) : call_(c) {}

  /// Columns [first, last) of a row.
  void run(std::size_t row, std::size_t first, std::size_t last) const {
    auto const begin = [&](std::size_t k) { return static_cast<T *>(call_.operands[k].data) + row * call_.operands[k].leading_dimension; };
    T const *const in[] = {begin(i)...};
    T *out[outputs];
    for (int o = 0; o < outputs; ++o) out[o] = begin(static_cast<std::size_t>(inputs + o));
    if constexpr (!std::is_same_v<Word, word32>)
      if (is_past_caches_) first = run_past_caches(in, out, first, last);
    run_in_caches(in, out, first, last);
  }
};

/// Elements [first, last) of a call, if its op has a shortcut for its types; whether it has.
template <class Op>
bool run_by_shortcut(call const &c, std::size_t first, std::size_t last) {
  auto const run = [&]<class ArrayTypes>(ArrayTypes) {
    if constexpr (has_fast_shortcut<Op, ArrayTypes>) {
      if (Op::takes != parameter_set::none && !serve(c.given)) return false;
      shortcut_loop<Op, ArrayTypes> const loop(c);
      for_each_row(c.cols, first, last, [&](std::size_t row, std::size_t begin, std::size_t end) { loop.run(row, begin, end); });
      return true;
    } else {
      return false;
    }
  };
  return [&]<std::size_t... t>(std::index_sequence<t...>) {
    return ((c.dtypes == int{t} && run(at<static_cast<int>(t), typename Op::dtypes>())) || ...);
  }(std::make_index_sequence<Op::dtypes::size>{});
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
