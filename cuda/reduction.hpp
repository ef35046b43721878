// SPDX-License-Identifier: Apache-2.0
// Sums over all elements: a tree that the number of terms alone determines, so that every place adds the same numbers in the same order.
//
// Terms are added in tiles of 4096 to one partial sum each, partial sums likewise, until one is left. Within a tile thread t of 256 has the
// terms 1024·j + 4·t + w, adds them as a binary tree over (j, w), and the threads' sums are added as a binary tree over t. A term that does
// not exist counts as 0.
#pragma once
#include "cuda/chunks.hpp"
#include "cusigmoid/loss_terms.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {

constexpr int tile_threads = 256, tile_groups = 4, group_width = 4, tile = tile_threads * tile_groups * group_width;

/// At least one, so that a sum of nothing is written, too.
constexpr std::size_t tiles_of(std::size_t n) { return n == 0 ? 1 : n / tile + (n % tile != 0); }

/// Bytes of partial sums that a reduction over n terms leaves on the way: a double a tile of each level but the last.
constexpr std::size_t workspace_bytes(std::size_t n) {
  std::size_t partials = 0;
  for (std::size_t sums = tiles_of(n); sums > 1; sums = tiles_of(sums)) partials += sums;
  return partials * sizeof(double);
}

/// The sum of the terms that thread t of a tile has; four(i, terms) gives the terms i to i + 3, 0 for those that do not exist.
template <class Four>
CUSIGMOID_FN f64 thread_sum(std::size_t tile_index, int t, Four &&four) {
  constexpr int count = tile_groups * group_width;
  f64 s[count];
  CUSIGMOID_UNROLL
  for (int j = 0; j < tile_groups; ++j)
    four(tile_index * tile + static_cast<std::size_t>((j * tile_threads + t) * group_width), s + j * group_width);
  CUSIGMOID_UNROLL
  for (int step = 1; step < count; step *= 2) {
    CUSIGMOID_UNROLL
    for (int l = 0; l + step < count; l += 2 * step) s[l] = s[l] + s[l + step];
  }
  return s[0];
}

/// The tree over the threads of a tile where all their sums are in one array; leaves the total in sums[0].
CUSIGMOID_FN void add_threads(f64 *sums) {
  for (int step = 1; step < tile_threads; step *= 2)
    for (int t = 0; t < tile_threads; t += 2 * step) sums[t] = sums[t] + sums[t + step];
}

template <class T>
constexpr int group_bytes = word_bytes<T, group_width, 16>;

/// Inputs that a call cannot leave out, which come first.
template <class Roles>
constexpr int required = 0;
template <class... Role>
constexpr int required<list<Role...>> = (int{!Role::is_optional} + ...);

/// Four consecutive elements of one operand, from logical index i on of n, cols in a row.
template <class Role, class T>
CUSIGMOID_FN void load_four(vector_of<T, group_width> &to, operand const &o, std::size_t i, std::size_t n, std::size_t cols) {
  T const *const from = static_cast<T const *>(o.data);
  bool const same = Role::layout == layout::scalar || (Role::is_optional && !from);
  if (same) {
    T const value = from ? *from : absent_element<T, Role>();
    for (int w = 0; w < group_width; ++w) to.at[w] = value;
  } else if (cols == n) {  // one row
    int const last = i >= n ? 0 : n - i < group_width ? static_cast<int>(n - i) : group_width;
    load_vector<16>(to, from + i, last == group_width && is_aligned(from + i, group_bytes<T>) ? 16 : 0, 0, last);
  } else {
    for (int w = 0; w < group_width; ++w, ++i) to.at[w] = i < n ? from[i / cols * o.leading_dimension + i % cols] : T{};
  }
}

template <class T>
CUSIGMOID_FN void store_four(vector_of<T, group_width> const &from, operand const &o, std::size_t i, std::size_t n, std::size_t cols) {
  T *const to = static_cast<T *>(o.data);
  if (cols == n) {
    int const last = i >= n ? 0 : n - i < group_width ? static_cast<int>(n - i) : group_width;
    store_vector<16>(from, to + i, last == group_width && is_aligned(to + i, group_bytes<T>) ? 16 : 0, 0, last);
  } else {
    for (int w = 0; w < group_width; ++w, ++i)
      if (i < n) to[i / cols * o.leading_dimension + i % cols] = from.at[w];
  }
}

template <class Op, class ArrayTypes>
struct sum_args {
  std::size_t n, cols;  // terms, and terms of a row
  operand operands[Op::in::size + Op::out::size];
  parameters given;
  bool is_plain;  // one row, aligned, without optional inputs
  typename terms<Op, ArrayTypes>::table table;
};

template <class Op, class ArrayTypes>
sum_args<Op, ArrayTypes> make_sum_args(call const &c) {
  using types = operand_types<Op, ArrayTypes>;
  chunk_plan const plan = plan_chunks<Op, ArrayTypes>(c, {group_width, 1, 16});
  std::size_t const n = c.rows * c.cols;
  sum_args<Op, ArrayTypes> args = {n, plan.cols, {}, c.given, plan.cols == n, terms<Op, ArrayTypes>::table::make()};
  for_each_constant_on_host<types::operands>([&](auto i) {
    operand const &o = args.operands[i.value] = c.operands[i.value];
    using role = typename types::template role<i.value>;
    if (role::is_optional ? o.data != nullptr
                          : role::layout == layout::elements && !is_aligned(o.data, group_bytes<typename types::template type<i.value>>))
      args.is_plain = false;
  });
  return args;
}

namespace internal {
/// The results of one element for which there are no terms.
template <class Op, class ArrayTypes, class... In>
CUSIGMOID_SHARED many<double, Op::out::size> evaluate_term(parameters given, In... in) {
  return evaluate<Op, typename operand_types<Op, ArrayTypes>::template type<Op::in::size>>(given, in...);
}
template <class Op, class ArrayTypes, class Load, std::size_t... i>
CUSIGMOID_FN many<double, Op::out::size> evaluate_term(std::index_sequence<i...>, parameters const &given, Load &&load) {
  return evaluate_term<Op, ArrayTypes>(given, load(constant<i>{})...);
}
template <class Op, class ArrayTypes, class Load, std::size_t... i>
CUSIGMOID_FN bool attempt_term(std::index_sequence<i...>, sum_args<Op, ArrayTypes> const &args,
                               typename terms<Op, ArrayTypes>::table const &table, many<double, Op::out::size> &results, Load &&load) {
  return terms<Op, ArrayTypes>::attempt(table, args.given, results, load(constant<i>{})...);
}

/// Whether all terms of the tile exist, of a plain call.
template <bool is_whole, class Op, class ArrayTypes>
CUSIGMOID_FN f64 sum_terms(sum_args<Op, ArrayTypes> const &args, typename terms<Op, ArrayTypes>::table const &table, std::size_t tile_index,
                           int t) {
  using types = operand_types<Op, ArrayTypes>;
  return thread_sum(tile_index, t, [&](std::size_t first, f64 *sums) {
    operand_vectors<Op, ArrayTypes, group_width> v;
    for_each_constant<types::inputs>([&](auto i) {
      using T = typename types::template type<i.value>;
      using role = typename types::template role<i.value>;
      if constexpr (!is_whole)
        load_four<role>(get<i.value>(v), args.operands[i.value], first, args.n, args.cols);
      else if constexpr (!role::is_optional)
        load_words<group_bytes<T>>(get<i.value>(v), static_cast<T const *>(args.operands[i.value].data) + first);
      else
        for (int w = 0; w < group_width; ++w) get<i.value>(v).at[w] = absent_element<T, role>();
    });
    many<double, types::outputs> results[group_width];
    if constexpr (terms<Op, ArrayTypes>::exists) {
      bool known[group_width], all_known = true;
      CUSIGMOID_UNROLL
      for (int w = 0; w < group_width; ++w) {
        known[w] = attempt_term<Op, ArrayTypes>(std::make_index_sequence<is_whole ? required<typename Op::in> : types::inputs>{}, args,
                                                table, results[w], [&](auto i) { return get<i.value>(v).at[w]; });
        all_known = both_hold(all_known, known[w]);
      }
      if (!all_known) {
        CUSIGMOID_UNROLL
        for (int w = 0; w < group_width; ++w)
          if (!known[w])
            results[w] = evaluate_term<Op, ArrayTypes>(std::make_index_sequence<Op::in::size>{}, args.given,
                                                       [&](auto i) { return get<i.value>(v).at[w]; });
      }
    } else {
      CUSIGMOID_UNROLL
      for (int w = 0; w < group_width; ++w)
        results[w] = evaluate_loaded<Op, ArrayTypes>(args.given, [&](auto i) { return get<i.value>(v).at[w]; });
    }
    CUSIGMOID_UNROLL
    for (int w = 0; w < group_width; ++w) {
      bool const exists = is_whole || first + static_cast<std::size_t>(w) < args.n;
      sums[w] = select<f64>(exists, results[w].value[types::outputs - 1], 0.0);
      for_each_constant<types::outputs - 1>([&](auto i) {
        constexpr int o = types::inputs + i.value;
        get<o>(v).at[w] = element<typename types::template type<o>>::narrow(results[w].value[i.value]);
      });
    }
    for_each_constant<types::outputs - 1>([&](auto i) {
      constexpr int o = types::inputs + i.value;
      store_four(get<o>(v), args.operands[o], first, args.n, args.cols);
    });
  });
}
}  // namespace internal

/// What thread t adds of tile `tile_index` of the terms of Op, whose other results it stores. The table is that of args, or a copy.
template <class Op, class ArrayTypes>
CUSIGMOID_FN f64 sum_terms(sum_args<Op, ArrayTypes> const &args, typename terms<Op, ArrayTypes>::table const &table, std::size_t tile_index,
                           int t) {
  if constexpr (terms<Op, ArrayTypes>::exists)
    if (args.is_plain && (tile_index + 1) * tile <= args.n) return internal::sum_terms<true>(args, table, tile_index, t);
  return internal::sum_terms<false>(args, table, tile_index, t);
}

/// The same of n partial sums.
CUSIGMOID_FN f64 sum_partials(double const *partials, std::size_t n, std::size_t tile_index, int t) {
  return thread_sum(tile_index, t, [&](std::size_t first, f64 *terms) {
    CUSIGMOID_UNROLL
    for (int w = 0; w < group_width; ++w) {
      std::size_t const i = first + static_cast<std::size_t>(w);
      terms[w] = i < n ? partials[i] : 0.0;
    }
  });
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
