// SPDX-License-Identifier: Apache-2.0
// The CPU backend's inner loops, compiled once for each instruction set with CUSIGMOID_TARGET naming it. Everything here lives in that
// namespace, so that no function of a better instruction set can be taken for one of a lesser.
//
// Elementwise ops go block by block through arrays of doubles: one loop for each op, one for each element type, none for each pair of them.
#include "cuda/column_sums.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {
namespace {

constexpr int block = 256;

/// What is done with n elements of a type, `step` elements from one to the next.
struct element_functions {
  int size;
  void (*widen)(void const *from, std::ptrdiff_t step, double *to, int n);
  void (*narrow)(double const *from, void *to, std::ptrdiff_t step, int n);
  /// Marks the numbers that are rounded otherwise than others as near as f64 may err; whether there are any.
  bool (*mark_unsure)(double const *numbers, unsigned char *unsure, int n);
  bool (*are_rounded_alike)(bounds const &);
};

template <class T>
constexpr element_functions functions_of = {
    sizeof(T),
    [](void const *from, std::ptrdiff_t step, double *to, int n) {
      T const *const elements = static_cast<T const *>(from);
      if (step == 1)
        for (int j = 0; j < n; ++j) to[j] = element<T>::widen(elements[j]);
      else
        for (int j = 0; j < n; ++j) to[j] = element<T>::widen(elements[j * step]);
    },
    [](double const *from, void *to, std::ptrdiff_t step, int n) {
      T *const elements = static_cast<T *>(to);
      if (step == 1)
        for (int j = 0; j < n; ++j) elements[j] = element<T>::narrow(from[j]);
      else
        for (int j = 0; j < n; ++j) elements[j * step] = element<T>::narrow(from[j]);
    },
    [](double const *numbers, unsigned char *unsure, int n) {
      unsigned any = 0;
      for (int j = 0; j < n; ++j) any |= unsure[j] = !rounds_alike<T>(numbers[j]);
      return any != 0;
    },
    [](bounds const &b) { return internal::are_same(element<T>::narrow(b.less), element<T>::narrow(b.more)); },
};

/// By the place in all_ops and Op::dtypes: the functions for each of an op's operands.
template <class Op, class ArrayTypes, class Indices = std::make_index_sequence<Op::in::size + Op::out::size>>
struct functions_of_operands;
template <class Op, class ArrayTypes, std::size_t... i>
struct functions_of_operands<Op, ArrayTypes, std::index_sequence<i...>> {
  static constexpr element_functions const *value[] = {
      &functions_of<typename operand_types<Op, ArrayTypes>::template type<static_cast<int>(i)>>...};
};

template <class Op>
element_functions const *const *find_functions(int dtypes) {
  return [&]<std::size_t... t>(std::index_sequence<t...>) {
    static constexpr element_functions const *const *table[] = {
        functions_of_operands<Op, at<static_cast<int>(t), typename Op::dtypes>>::value...};
    return table[dtypes];
  }(std::make_index_sequence<Op::dtypes::size>{});
}

/// Op on n elements of each input.
template <class Op>
struct numbers {
  static constexpr int inputs = Op::in::size, outputs = Op::out::size;
  double in[inputs][block], out[outputs][block];

  template <class Evaluate, std::size_t... i>
  void evaluate_each(int n, Evaluate &&evaluate_one, std::index_sequence<i...>) {
    for (int j = 0; j < n; ++j) {
      auto const result = evaluate_one(in[i][j]...);
      for (int o = 0; o < outputs; ++o) out[o][j] = result.value[o];
    }
  }

  void evaluate(parameters const &given, element_functions const *const *types, int n) {
    auto const indices = std::make_index_sequence<inputs>{};
    int bits = 0;
    bool in_double = false;
    for (int i = 0; i < inputs; ++i) bits += 8 * types[i]->size, in_double = in_double || types[i]->size == sizeof(double);
    if constexpr (has_exact<Op>)
      if (in_double) return evaluate_each(n, [&](auto... x) { return in_double_double<Op>(given, x...); }, indices);

    evaluate_each(
        n,
        [&](auto... x) {
          auto const y = in_f64<Op>(given, x...);
          many<double, outputs> plain;
          for (int o = 0; o < outputs; ++o) plain.value[o] = y.value[o].v;
          return plain;
        },
        indices);
    if constexpr (rounds_correctly<Op>)
      if (bits <= correctly_rounded_bits) settle(given, *types[inputs], n, indices);
  }

  /// Those that f64 cannot tell how to round, by double_double where that can.
  template <std::size_t... i>
  void settle(parameters const &given, element_functions const &type, int n, std::index_sequence<i...>) {
    unsigned char unsure[block];
    if (!type.mark_unsure(out[0], unsure, n)) return;
    for (int j = 0; j < n; ++j)
      if (unsure[j]) {
        bounds const b = bounds_in_double_double<Op>(given, in[i][j]...);
        if (type.are_rounded_alike(b)) out[0][j] = b.less;
      }
  }
};

/// Raises *to to a magnitude; other threads do so, too.
void raise(float *to, float magnitude) {
  unsigned const bits = __builtin_bit_cast(unsigned, magnitude) & 0x7fffffff;  // in the order of the numbers, NaN last
  unsigned *const word = reinterpret_cast<unsigned *>(to);
  unsigned seen = __atomic_load_n(word, __ATOMIC_RELAXED);
  while (seen < bits && !__atomic_compare_exchange_n(word, &seen, bits, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

/// The elements [first, last) of a row.
template <class Op>
void run_row(call const &c, element_functions const *const *types, std::size_t row, std::size_t first, std::size_t last) {
  using operands = operand_types<Op, at<0, typename Op::dtypes>>;
  numbers<Op> v;
  auto const address = [&](auto i, std::size_t column) {
    using role = typename operands::template role<i.value>;
    std::size_t const step = role::layout == layout::interleaved ? role::parts : role::layout == layout::scalar ? 0 : 1;
    operand const &o = c.operands[i.value];
    return static_cast<char *>(o.data) + (row * o.leading_dimension + column * step) * static_cast<std::size_t>(types[i.value]->size);
  };
  for (std::size_t column = first; column < last; column += block) {
    int const n = last - column < block ? static_cast<int>(last - column) : block;
    for_each_constant<operands::inputs>([&](auto i) {
      using role = typename operands::template role<i.value>;
      if (role::is_optional && !c.operands[i.value].data)
        for (int j = 0; j < n; ++j) v.in[i.value][j] = role::if_absent;
      else
        types[i.value]->widen(address(i, column),
                              role::layout == layout::interleaved ? role::parts
                              : role::layout == layout::scalar    ? 0
                                                                  : 1,
                              v.in[i.value], n);
    });
    v.evaluate(c.given, types, n);
    for_each_constant<operands::outputs>([&](auto o) {
      constexpr int i = operands::inputs + o.value;
      using role = typename operands::template role<i>;
      if constexpr (role::reduces == reduction_kind::largest) {
        float largest_of_block[block], largest = 0;
        types[i]->narrow(v.out[o.value], largest_of_block, 1, n);
        for (int j = 0; j < n; ++j) raise(&largest, largest_of_block[j]);
        raise(static_cast<float *>(c.operands[i].data), largest);
      } else {
        types[i]->narrow(v.out[o.value], address(constant<i>{}, column), role::layout == layout::interleaved ? role::parts : 1, n);
      }
    });
  }
}

template <class Term>
void sum_tile(f64 *sums, Term &&term) {
  for (int t = 0; t < tile_threads; ++t) sums[t] = term(t);
  add_threads(sums);
}

/// The sum of one column's terms in one tile of rows.
template <class Term>
double sum_column(std::size_t rows, std::size_t tile_index, Term &&term) {
  f64 sums[column_threads];
  for (int t = 0; t < column_threads; ++t) sums[t] = column_thread_sum(rows, tile_index, t, term);
  add_column_threads([&](int t) -> f64 & { return sums[t]; });
  return sums[0].v;
}

}  // namespace

void run_elements(call const &c, std::size_t first, std::size_t last) {
  visit_op(c, [&]<class Op>() {
    if constexpr (!is_sum<Op>) {
      element_functions const *const *const types = find_functions<Op>(c.dtypes);
      for (std::size_t row = first / c.cols, i = first; i < last; ++row) {
        std::size_t const begin = i - row * c.cols, left = last - i, end = left < c.cols - begin ? begin + left : c.cols;
        run_row<Op>(c, types, row, begin, end);
        i += end - begin;
      }
    }
  });
}

void sum_tiles(call const &c, std::size_t first, std::size_t last, double *sums) {
  visit(c, [&]<class Op, class ArrayTypes>() {
    if constexpr (reduction_of<Op> == reduction_kind::sum_all) {
      auto const args = make_sum_args<Op, ArrayTypes>(c);
      f64 of_thread[tile_threads];
      for (std::size_t i = first; i < last; ++i) {
        sum_tile(of_thread, [&](int t) { return sum_terms<Op, ArrayTypes>(args, i, t); });
        sums[i] = of_thread[0].v;
      }
    } else if constexpr (reduction_of<Op> == reduction_kind::sum_rows) {
      for (std::size_t i = first; i < last; ++i)
        for (std::size_t column = 0; column < c.cols; ++column)
          sums[i * c.cols + column] =
              sum_column(c.rows, i, [&](std::size_t row) { return column_term<Op, ArrayTypes>(c.operands, c.given, row, column); });
    }
  });
}

void sum_sums(double const *sums, std::size_t n, std::size_t first, std::size_t last, double *next) {
  f64 of_thread[tile_threads];
  for (std::size_t i = first; i < last; ++i) {
    sum_tile(of_thread, [&](int t) { return sum_partials(sums, n, i, t); });
    next[i] = of_thread[0].v;
  }
}

void sum_column_sums(double const *sums, std::size_t n, std::size_t cols, std::size_t first, std::size_t last, double *next) {
  for (std::size_t i = first; i < last; ++i)
    for (std::size_t column = 0; column < cols; ++column)
      next[i * cols + column] = sum_column(n, i, [&](std::size_t row) { return f64(sums[row * cols + column]); });
}

void finish(call const &c, double const *sums, std::size_t n) {
  visit_op(c, [&]<class Op>() {
    if constexpr (is_sum<Op>) {
      constexpr int result = Op::in::size + Op::out::size - 1;
      element_functions const &type = *find_functions<Op>(c.dtypes)[result];
      for (std::size_t i = 0; i < n; ++i) {
        double const quotient = sums[i] / c.given.divisor;
        type.narrow(&quotient, static_cast<char *>(c.operands[result].data) + i * static_cast<std::size_t>(type.size), 1, 1);
      }
    }
  });
}

}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
