// SPDX-License-Identifier: Apache-2.0
#include "tests/executors.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "cuda/column_sums.hpp"
#include "cuda/elementwise.hpp"
#include "cusigmoid/cusigmoid.hpp"
#include "host/cpu/backend.hpp"
#include "host/run.hpp"
#include "tests/op_table.hpp"

using namespace cusigmoid;
using namespace cusigmoid::engine;

namespace {

template <class T, class... Among>
constexpr bool list_has = (std::is_same_v<T, Among> || ...);

/// The problem as the backends see it.
engine::checked_call checked(problem &p) {
  auto const arrays = operands_of(p);
  cusigmoid_place const place = cusigmoid::cpu{};
  engine::checked_call c;
  EXPECT_EQ(engine::check(p.op, &place, arrays.data(), arrays.data() + p.info.inputs, &p.params, c), CUSIGMOID_SUCCESS)
      << cusigmoid_last_error();
  return c;
}

template <template <class, class, int> class Thread, int compute_capability, class Op, class ArrayTypes>
word32 run_elementwise_kernel(elementwise_args<Op, ArrayTypes> const &args) {
  constexpr tuning t = tuning_of(compute_capability);
  word32 largest = 0;
  auto const blocks = static_cast<unsigned>(elementwise_blocks(args.plan.items(), t, shape_of<Op, ArrayTypes>(t)));
  open_words_of<Op, ArrayTypes> open;
  auto const share = [&] { return of_block<Op, ArrayTypes>{args.table, open}; };
  for (unsigned block = 0; block < blocks; ++block) {
    open.clear();
    for (unsigned thread = 0; thread < unsigned{t.threads}; ++thread)
      largest = std::max(largest, Thread<Op, ArrayTypes, compute_capability>::run(args, block, thread, share));
    for (int thread = 0; thread < t.threads; ++thread) open.evaluate(args.given, thread, t.threads);
  }
  return largest;
}

template <int compute_capability, class Op, class ArrayTypes>
void run_elementwise_kernel(engine::call const &c) {
  auto const args = make_elementwise_args<Op, ArrayTypes>(c, tuning_of(compute_capability));
  word32 const largest = args.plan.flat() ? run_elementwise_kernel<flat_thread, compute_capability>(args)
                                          : run_elementwise_kernel<strided_thread, compute_capability>(args);
  if constexpr (reduction_of<Op> == reduction_kind::largest) {
    auto *const to = static_cast<word32 *>(c.operands[Op::in::size + Op::out::size - 1].data);
    *to = std::max(*to, largest);
  }
}

/// The device's levels of a tree, the threads of a tile taken last to first: thread(tile, t), then next(sums, tile, t).
template <class Tiles, class First, class Next, class AddThreads>
f64 run_tree(std::size_t terms, int threads, Tiles &&tiles, First &&first, Next &&next, AddThreads &&add) {
  auto const level = [&](std::size_t n, auto &&thread) {
    std::vector<double> sums;
    for (std::size_t i = 0; i < tiles(n); ++i) {
      std::vector<f64> of_thread(static_cast<std::size_t>(threads));
      for (int t = threads; t-- > 0;) of_thread[static_cast<std::size_t>(t)] = thread(i, t);
      add(of_thread.data());
      sums.push_back(of_thread[0].v);
    }
    return sums;
  };
  auto sums = level(terms, first);
  while (sums.size() > 1) sums = level(sums.size(), [&](std::size_t i, int t) { return next(sums, i, t); });
  return sums[0];
}

template <class Op, class ArrayTypes>
void run_sum_kernel(engine::call const &c) {
  using T = typename operand_types<Op, ArrayTypes>::template type<Op::in::size + Op::out::size - 1>;
  T *const result = static_cast<T *>(c.operands[Op::in::size + Op::out::size - 1].data);
  auto const rounded = [&](f64 sum) { return engine::element<T>::narrow((sum / f64(c.given.divisor)).v); };
  if constexpr (reduction_of<Op> == reduction_kind::sum_all) {
    auto const args = make_sum_args<Op, ArrayTypes>(c);
    *result = rounded(run_tree(
        args.n, tile_threads, tiles_of, [&](std::size_t i, int t) { return sum_terms<Op, ArrayTypes>(args, args.table, i, t); },
        [](auto const &sums, std::size_t i, int t) { return sum_partials(sums.data(), sums.size(), i, t); }, add_threads));
  } else {
    for (std::size_t column = 0; column < c.cols; ++column)
      result[column] = rounded(run_tree(
          c.rows, column_threads, row_tiles_of,
          [&](std::size_t i, int t) {
            return column_thread_sum(c.rows, i, t,
                                     [&](std::size_t row) { return column_term<Op, ArrayTypes>(c.operands, c.given, row, column); });
          },
          [](auto const &sums, std::size_t i, int t) {
            return column_thread_sum(sums.size(), i, t, [&](std::size_t row) { return f64(sums[row]); });
          },
          [](f64 *sums) { add_column_threads([&](int t) -> f64 & { return sums[t]; }); }));
  }
}

/// The ops whose bodies are compiled for the host too: one of each way through the engine. The rest runs on the virtual GPU.
template <class Op>
constexpr bool on_host =
    list_has<Op, ops::forward, ops::backward_from_input, ops::bias_forward, ops::bias_backward, ops::glu_interleaved_backward,
             ops::swiglu_interleaved, ops::swiglu_split_scaled, ops::bce_with_logits, ops::bce_with_logits_forward_backward>;

}  // namespace

executor cpu(int threads) {
  return {"the CPU backend on " + std::to_string(threads) + " threads",
          [threads](problem &p) { ASSERT_EQ(run_on_host(p, cusigmoid_on_cpu(threads)), CUSIGMOID_SUCCESS) << cusigmoid_last_error(); }};
}

executor offloaded(cusigmoid_place const &place) {
  return {"offload", [place](problem &p) { ASSERT_EQ(run_on_host(p, place), CUSIGMOID_SUCCESS) << cusigmoid_last_error(); }};
}

executor instruction_set_named(std::string const &name) {
  for (auto const &isa : engine::cpu_backend::instruction_sets())
    if (isa.name == name)
      return {"the CPU backend for " + name, [isa](problem &p) {
                engine::checked_call const c = checked(p);
                if (!engine::has_nothing_to_do(c)) engine::cpu_backend::run(isa, c.c, c.info->sum(), 2);
              }};
  throw std::out_of_range(name);
}

std::vector<std::string> supported_instruction_sets() {
  std::vector<std::string> names;
  for (auto const &isa : engine::cpu_backend::instruction_sets())
    if (isa.supported()) names.emplace_back(isa.name);
  return names;
}

bool runs_on_host(problem const &p) {
  bool runs = false;
  engine::call c = {};
  c.op = engine::find_op(p.op)->kernel;
  visit_op(c, [&]<class Op>() { runs = on_host<Op>; });
  return runs;
}

template <int compute_capability>
executor kernels_on_host() {
  return {"the kernels on the host, shaped as for sm_" + std::to_string(compute_capability), [](problem &p) {
            engine::checked_call const c = checked(p);
            if (engine::has_nothing_to_do(c)) return;
            visit(c.c, [&]<class Op, class ArrayTypes>() {
              if constexpr (on_host<Op> && is_sum<Op>)
                run_sum_kernel<Op, ArrayTypes>(c.c);
              else if constexpr (on_host<Op>)
                run_elementwise_kernel<compute_capability, Op, ArrayTypes>(c.c);
            });
          }};
}
template executor kernels_on_host<90>();
template executor kernels_on_host<100>();

executor gpu() {
  return {"the GPU", [](problem &p) { ASSERT_EQ(run_on_cuda(p), CUSIGMOID_SUCCESS) << cusigmoid_last_error(); }};
}

void expect_same_bits(executor const &one, std::vector<executor> const &others, int op, int dtypes, ::layout const &where,
                      std::uint64_t seed) {
  problem before(op, dtypes, where);
  bool const sum_of_many = before.is_sum() && where.rows * where.cols > 64;  // it would be NaN whatever else is added
  fill_random(before, seed, !sum_of_many);
  auto const &settings = op_row(before.info.name).settings;
  before.params = settings[seed % settings.size()];
  problem a = before;
  one.run(a);
  for (executor const &other : others) {
    SCOPED_TRACE(std::string(a.info.name) + " of " + cusigmoid_dtype_name(a.arrays[0].type().dtype) + ", " + where.name() + ": " +
                 one.name + " and " + other.name);
    problem b = before;
    other.run(b);
    if (testing::Test::HasFatalFailure()) return;
    for (int i = 0; i < a.count(); ++i) {
      auto const k = static_cast<std::size_t>(i);
      ASSERT_TRUE(a.arrays[k].guards_intact() && b.arrays[k].guards_intact()) << "written outside " << a.info.arrays[i].name;
      bool const written = i >= a.info.inputs || i == where.in_place;
      if (a.arrays[k] == b.arrays[k] && (written || a.arrays[k] == before.arrays[k])) continue;  // else say where they differ
      for (std::size_t r = 0; r < a.arrays[k].rows(); ++r)
        for (std::size_t c = 0; c < a.arrays[k].cols(); ++c) {
          ASSERT_EQ(a.arrays[k].bits(r, c), b.arrays[k].bits(r, c)) << a.info.arrays[i].name << "[" << r << ", " << c << "]";
          if (!written) {
            ASSERT_EQ(a.arrays[k].bits(r, c), before.arrays[k].bits(r, c)) << "input " << a.info.arrays[i].name << " was changed";
          }
        }
    }
  }
}
