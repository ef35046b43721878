// SPDX-License-Identifier: Apache-2.0
#include <omp.h>

#include <optional>
#include <stdexcept>

#include "tools/progress.hpp"
#include "tools/verify/trial.hpp"

namespace {

/// Runs a block on CUDA, too, and counts what differs from the results in e, which become those of CUDA.
void run_on_cuda(trial const &t, row const &r, std::uint64_t block, elements &e, report &part) {
  elements on_cuda(r, e.size());
  t.fill(block, on_cuda);
#pragma omp critical(device)
  on_cuda.run(place::cuda);
  std::size_t first = 0;
  part.wrong = on_cuda.differences(e, first);
  part.compared = true;
  if (part.wrong)
    for (int k = 0; k < r.inputs; ++k) part.worst[static_cast<std::size_t>(k)] = e.input(k, first);
  std::swap(e, on_cuda);
}

}  // namespace

report in_parallel(row const &r, std::uint64_t steps, std::function<report(std::uint64_t step, double max_ulp)> const &step_report) {
  report total;
  progress line(std::string(r.info.name) + " " + r.dtype, steps);
  std::string error;
#pragma omp parallel for schedule(dynamic)
  for (std::uint64_t step = 0; step < steps; ++step) try {
      double max_ulp;
#pragma omp critical(total)
      max_ulp = total.max_ulp;
      report const part = step_report(step, max_ulp);
#pragma omp critical(total)
      total.add(part);
      line.step();
    } catch (std::exception const &thrown) {
#pragma omp critical(total)
      error = thrown.what();
    }
  if (!error.empty()) throw std::runtime_error(error);
  return total;
}

report run(trial const &t, row const &r, place where, std::uint64_t stride) {
  std::vector<std::optional<elements>> of_thread(static_cast<std::size_t>(omp_get_max_threads()));
  return in_parallel(r, (t.blocks() + stride - 1) / stride, [&](std::uint64_t step, double max_ulp) {
    std::uint64_t const block = step * stride;
    auto &e = of_thread[static_cast<std::size_t>(omp_get_thread_num())];
    if (!e) e.emplace(r, t.block_size());  // once: memory fresh from the system costs as much as the results
    t.fill(block, *e);
    e->run(place::cpu);
    report part;
    if (where == place::cuda) run_on_cuda(t, r, block, *e, part);
    part.add(t.judge(block, *e, max_ulp));
    return part;
  });
}
