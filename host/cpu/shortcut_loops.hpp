// SPDX-License-Identifier: Apache-2.0
// Elementwise ops by their shortcuts, as many words at once as a vector has lanes, and in full where a shortcut is not sure.
#pragma once
#include "cuda/elementwise.hpp"
#include "host/cpu/backend.hpp"
#include "host/cpu/blocks.hpp"
#include "host/cpu/tables.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

/// Whether an operand of a row is elements side by side, or one for all of them.
template <class Role>
constexpr bool is_side_by_side = Role::layout != layout::interleaved && Role::reduces == reduction_kind::none;
template <class Op, class All = join<typename Op::in, typename Op::out>>
constexpr bool has_rows = false;
template <class Op, class... Role>
constexpr bool has_rows<Op, list<Role...>> = (is_side_by_side<Role> && ...);

/// Whether an input may be the same for all elements.
template <class Role>
constexpr bool may_be_one = Role::is_optional || Role::layout == layout::scalar;

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
template <class Numbers>
struct lanes_of_impl<log1p_table<Numbers>> {
  using type = log1p_lanes<Numbers>;
};
template <class Table>
using lanes_of = typename lanes_of_impl<Table>::type;

/// Whether a shortcut computes as many words at once as a batch is.
template <class Op, class ArrayTypes, class Word = batch<at<0, ArrayTypes>>, class Indices = std::make_index_sequence<Op::in::size>>
constexpr bool is_in_lanes = false;
template <class Op, class ArrayTypes, class Word, std::size_t... i>
constexpr bool is_in_lanes<Op, ArrayTypes, Word, std::index_sequence<i...>> =
    requires(lanes_of<table_of<Op, ArrayTypes>> const &t, results_of<Op, Word> &out, Word const (&in)[Op::in::size]) {
      shortcut_of<Op, ArrayTypes>::template attempt<machine_in_lanes>(t, out, in[i]...);
    };

/// By vectors, and by tables of 8 bits.
template <class Op, class ArrayTypes, class T = at<0, ArrayTypes>>
constexpr bool has_fast_shortcut = [] {
  if constexpr (!shortcut_of<Op, ArrayTypes>::exists || !has_rows<Op>)
    return false;
  else if constexpr (sizeof(T) == 1)
    return !std::is_base_of_v<internal::estimated<Op, T>, shortcut<Op, T>>;
  else
    return has_vectors && is_in_lanes<Op, ArrayTypes>;
}();

// What would only be slow, should it become false.
template <class... Op>
constexpr bool are_fast = ((has_fast_shortcut<Op, at<0, typename Op::dtypes>> && has_fast_shortcut<Op, at<1, typename Op::dtypes>>) && ...);
static_assert(!has_vectors || are_fast<ops::forward, ops::backward, ops::softplus, ops::tanh, ops::second_derivative, ops::bias_forward,
                                       ops::swiglu_split_backward, ops::lstm_cell>);

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
  static constexpr std::size_t past_caches = 2;  // times the last-level cache: from 1.5 on it pays (Zen 3, 2 cores)

  template <std::size_t k>
  using role = at<static_cast<int>(k), typename Op::in>;
  static constexpr bool some_may_be_one = (may_be_one<role<i>> || ...);

  call const &call_;
  static constexpr bool makes_table = internal::is_of_parameters<table_of<Op, ArrayTypes>>;
  std::conditional_t<makes_table, table, table const &> table_;
  bool const is_past_caches_ = call_.rows * call_.cols > past_caches *(cpu_backend::caches().last_level / (arrays() * sizeof(T)));
  // Of inputs that are the same for all elements: a batch of that one, and 0; of others nothing, and all bits.
  T ones_[some_may_be_one ? inputs : 1][in_batch];
  std::size_t columns_[some_may_be_one ? inputs : 1];

  /// Those that are as long as the call.
  std::size_t arrays() const {
    return outputs + (std::size_t{role<i>::layout == layout::elements && call_.operands[i].data != nullptr} + ...);
  }

  template <std::size_t k>
  void find_one() {
    if constexpr (may_be_one<role<k>>) {
      T const *const given = static_cast<T const *>(call_.operands[k].data);
      columns_[k] = given && role<k>::layout != layout::scalar ? ~std::size_t{0} : 0;
      if (columns_[k]) return;  // another thread may store a result there, if it is one's array, too
      T const one = given ? *given : element<T>::narrow(role<k>::if_absent);
      for (T &element : ones_[k]) element = one;
    }
  }
  /// Where element j of an input is.
  template <std::size_t k>
  T const *element_of(T const *const (&in)[inputs], std::size_t j) const {
    if constexpr (may_be_one<role<k>>)
      return in[k] + (j & columns_[k]);
    else
      return in[k] + j;
  }

  static table made(parameters const &given) { return table{make_table<table_of<Op, ArrayTypes>>(given)}; }
  static table const &made_once() {
    static table const once = made(default_parameters());
    return once;
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
      if (sizeof(T) <= 4 && is_trivial<Op>(given, known, element<T>::widen(in[i][j])...)) {
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

  /// Whole batches from element j on, as many as end before `last`; where those that are left begin. All loads of an element come before
  /// its store: an output may be an input. Past the caches: those `ahead` are told to be loaded.
  template <bool past_caches>
  CUSIGMOID_FN std::size_t run_batches(T const *const (&in)[inputs], T *const (&out)[outputs], std::size_t j, std::size_t last,
                                       std::size_t ahead = 0) const {
    for (; last - j >= in_batch; j += in_batch) {
      if constexpr (past_caches) (__builtin_prefetch(element_of<i>(in, j + ahead)), ...);
      results r = compute(in_batch, load<Word>(element_of<i>(in, j))...);
      for (int o = 0; o < outputs; ++o)
        if constexpr (past_caches)
          stream(result(r, o), out[o] + j);
        else
          store(result(r, o), out[o] + j);
    }
    return j;
  }
  void run_all(T const *const (&in)[inputs], T *const (&out)[outputs], std::size_t j, std::size_t last) const {
    j = run_batches<false>(in, out, j, last);
    if (std::size_t const n = last - j) {
      results r = compute(static_cast<int>(n), load_first(n, element_of<i>(in, j))...);
      for (int o = 0; o < outputs; ++o) store_first_elements(n, result(r, o), out[o] + j);
    }
  }

  /// What is not going to be read soon is stored past the caches, which alone is slower than not to: the processor must be told what to
  /// load. Where its first cache has room for them, four pages in turn keep more of memory busy (seen with one input and two
  /// on Zen 5; with 32 KiB, on Zen 3 and 4, it is slower). As run_batches.
  std::size_t run_past_caches(T const *const (&in)[inputs], T *const (&out)[outputs], std::size_t j, std::size_t last) const {
    constexpr std::size_t page = 4096 / sizeof(T), line = 64 / sizeof(T), room_for_four = 48 << 10;
    std::size_t const pages = inputs <= 2 && cpu_backend::caches().first_level >= room_for_four ? 4 : 1,
                      stretch = pages == 1 ? page : 2 * line;
    auto const head_of = [&](T *to) { return (line - reinterpret_cast<std::uintptr_t>(to + j) / sizeof(T) % line) % line; };
    std::size_t const head = head_of(out[0]);
    for (T *const to : out)
      if (head_of(to) != head) return j;
    if (last - j < head + pages * page) return j;
    run_all(in, out, j, j + head);
    for (j += head; last - j >= pages * page; j += pages * page)
      for (std::size_t k = j; k < j + page; k += stretch)
        for (std::size_t at = k; at < k + pages * page; at += page) run_batches<true>(in, out, at, at + stretch, pages * page);
    hwy::FlushStream();
    return j;
  }

 public:
  explicit shortcut_loop(call const &c)
      : call_(c), table_([&]() -> decltype(table_) {
          if constexpr (makes_table)
            return made(c.given);
          else
            return made_once();
        }()) {
    (find_one<i>(), ...);
  }

  /// Columns [first, last) of a row.
  void run(std::size_t row, std::size_t first, std::size_t last) const {
    auto const begin = [&](std::size_t k) { return static_cast<T *>(call_.operands[k].data) + row * call_.operands[k].leading_dimension; };
    auto const begin_of_input = [&]<std::size_t k>(std::integral_constant<std::size_t, k>) -> T const * {
      if constexpr (may_be_one<role<k>>)
        if (!columns_[k]) return ones_[k];
      return begin(k);
    };
    T const *const in[] = {begin_of_input(std::integral_constant<std::size_t, i>())...};
    T *out[outputs];
    for (int o = 0; o < outputs; ++o) out[o] = begin(static_cast<std::size_t>(inputs + o));
    if constexpr (!std::is_same_v<Word, word32>)
      if (is_past_caches_) first = run_past_caches(in, out, first, last);
    run_all(in, out, first, last);
  }
};

/// Elements [first, last) of a call, if its op has a shortcut for its types; whether it has.
template <class Op>
bool run_by_shortcut(call const &c, std::size_t first, std::size_t last) {
  auto const run = [&]<class ArrayTypes>(ArrayTypes) {
    if constexpr (has_fast_shortcut<Op, ArrayTypes>) {
      if (!serves<Op, shortcut_of<Op, ArrayTypes>>(c.given)) return false;
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
