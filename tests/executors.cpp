// SPDX-License-Identifier: Apache-2.0
// The ways to run a problem.
#include <gtest/gtest.h>

#include <memory>

#include "cuda/elementwise.hpp"
#include "cuda/reduction.hpp"
#include "cusigmoid/cusigmoid.hpp"
#include "host/cpu/backend.hpp"
#include "host/run.hpp"
#include "tests/problem.hpp"

using namespace cusigmoid;
using namespace cusigmoid::engine;

namespace {

/// Runs through the public door with the arrays' memory at `bases`.
cusigmoid_status run_at(problem &p, cusigmoid_place const &place, std::vector<void *> const &bases,
                        cusigmoid_params const *params = nullptr) {
  std::vector<cusigmoid_array> arrays;
  for (int i = 0; i < p.count(); ++i) {
    auto const home = static_cast<std::size_t>(p.home(i));
    arrays.push_back(p.arrays[home].describe(bases[home]));
  }
  return cusigmoid_run(p.op, &place, arrays.data(), arrays.data() + p.info.inputs, params);
}

std::vector<void *> host_memory(problem &p) {
  std::vector<void *> bases;
  for (auto &array : p.arrays) bases.push_back(array.memory().data());
  return bases;
}

/// The problem as the backends see it.
engine::checked_call checked(problem &p) {
  std::vector<cusigmoid_array> arrays;
  auto const bases = host_memory(p);
  for (int i = 0; i < p.count(); ++i) {
    auto const home = static_cast<std::size_t>(p.home(i));
    arrays.push_back(p.arrays[home].describe(bases[home]));
  }
  cusigmoid_place const place = cusigmoid::cpu{};
  engine::checked_call c;
  EXPECT_EQ(engine::check(p.op, &place, arrays.data(), arrays.data() + p.info.inputs, nullptr, c), CUSIGMOID_SUCCESS)
      << cusigmoid_last_error();
  return c;
}

template <template <class, class> class Thread, class Op, class ArrayTypes>
void run_elementwise_kernel(elementwise_args<Op, ArrayTypes> const &args) {
  auto const blocks = static_cast<unsigned>(elementwise_blocks(args.plan.items()));
  for (unsigned block = 0; block < blocks; ++block)
    for (unsigned thread = 0; thread < unsigned{engine::elementwise.threads}; ++thread)
      Thread<Op, ArrayTypes>::run(args, block, thread, [&]() -> auto const & { return args.table; });
}

template <class Op, class ArrayTypes>
void run_elementwise_kernel(engine::call const &c) {
  auto const args = make_elementwise_args<Op, ArrayTypes>(c);
  if (args.plan.flat())
    run_elementwise_kernel<flat_thread>(args);
  else
    run_elementwise_kernel<strided_thread>(args);
}

/// The device's levels of the tree, the threads of a tile taken last to first.
template <class Op, class ArrayTypes>
void run_reduction_kernel(engine::call const &c) {
  using T = typename operand_types<Op, ArrayTypes>::template type<Op::in::size>;
  auto const args = make_reduce_args<Op>(c);
  auto const level = [](std::size_t n, auto &&thread) {
    std::vector<double> sums;
    for (std::size_t i = 0; i < tiles_of(n); ++i) {
      std::vector<f64> of_thread(tile_threads);
      for (int t = tile_threads; t-- > 0;) of_thread[static_cast<std::size_t>(t)] = thread(i, t);
      add_threads(of_thread.data());
      sums.push_back(of_thread[0].v);
    }
    return sums;
  };
  auto sums = level(args.n, [&](std::size_t i, int t) { return sum_terms<Op, ArrayTypes>(args, i, t); });
  while (sums.size() > 1) sums = level(sums.size(), [&](std::size_t i, int t) { return sum_partials(sums.data(), sums.size(), i, t); });
  *static_cast<T *>(c.operands[Op::in::size].data) = engine::element<T>::narrow(sums[0]);
}

}  // namespace

executor cpu(int threads) {
  return {"the CPU backend on " + std::to_string(threads) + " threads", [threads](problem &p) {
            ASSERT_EQ(run_at(p, cusigmoid::cpu{threads}, host_memory(p)), CUSIGMOID_SUCCESS) << cusigmoid_last_error();
          }};
}

executor instruction_set_named(std::string const &name) {
  for (auto const &isa : engine::cpu_backend::instruction_sets())
    if (isa.name == name)
      return {"the CPU backend for " + name, [isa](problem &p) {
                engine::checked_call const c = checked(p);
                if (c.c.rows && (c.c.cols || p.is_reduction())) engine::cpu_backend::run(isa, c.c, p.is_reduction(), 2);
              }};
  throw std::out_of_range(name);
}

std::vector<std::string> supported_instruction_sets() {
  std::vector<std::string> names;
  for (auto const &isa : engine::cpu_backend::instruction_sets())
    if (isa.supported()) names.emplace_back(isa.name);
  return names;
}

executor kernels_on_host() {
  return {"the kernels on the host", [](problem &p) {
            engine::checked_call const c = checked(p);
            if (!p.is_reduction() && (c.c.rows == 0 || c.c.cols == 0)) return;
            visit(c.c, [&]<class Op, class ArrayTypes>() {
              if constexpr (is_reduction<at<0, typename Op::out>>)
                run_reduction_kernel<Op, ArrayTypes>(c.c);
              else
                run_elementwise_kernel<Op, ArrayTypes>(c.c);
            });
          }};
}

executor gpu() {
  return {"the GPU", [](problem &p) {
            cusigmoid::cuda const place{};
            std::vector<device_buffer<unsigned char>> memory;
            std::vector<void *> bases;
            for (auto &array : p.arrays) {
              // device memory is aligned to 256 bytes: place the array as it is placed on the host
              std::size_t const shift = reinterpret_cast<std::uintptr_t>(array.memory().data()) % 64;
              device_buffer<unsigned char> buffer(shift + array.memory().size(), place.stream);
              std::vector<unsigned char> bytes(shift, 0xff);
              bytes.insert(bytes.end(), array.memory().begin(), array.memory().end());
              buffer.copy_from(bytes.data(), bytes.size());
              bases.push_back(buffer.data() + shift);
              memory.push_back(std::move(buffer));
            }
            cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
            cusigmoid_place const c_place = place;
            ASSERT_EQ(cusigmoid_workspace_size(p.op, &c_place, p.where.rows, p.where.cols, &params.workspace_bytes), CUSIGMOID_SUCCESS);
            device_buffer<unsigned char> workspace(params.workspace_bytes, place.stream);
            params.workspace = workspace.data();
            ASSERT_EQ(run_at(p, place, bases, &params), CUSIGMOID_SUCCESS) << cusigmoid_last_error();
            for (std::size_t i = 0; i < memory.size(); ++i) {
              auto const bytes = memory[i].to_vector();
              auto &host = p.arrays[i].memory();
              std::copy(bytes.end() - static_cast<std::ptrdiff_t>(host.size()), bytes.end(), host.begin());
            }
          }};
}
