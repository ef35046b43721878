// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "tests/errors.hpp"
#include "tests/op_table.hpp"
#include "tools/verify/trial.hpp"

namespace {

constexpr std::size_t block_size = 1 << 8;

/// A block's inputs: mostly where the functions live, at times of all magnitudes or such that sums cancel; and all settings in turn.
problem drawn(row const &r, std::uint64_t block, bool &of_any_bits) {
  random_bits random(block);
  static layout const shapes[] = {{1, block_size, 0, {}, -1}, {8, block_size / 8, 0, {}, -1}, {block_size / 2, 2, 0, {}, -1}};
  auto const &settings = op_row(r.info.name).settings;
  problem p(r.typed.op, r.typed.dtypes, shapes[random() % std::size(shapes)]);
  p.params = settings[random() % settings.size()];
  of_any_bits = block % 4 == 1 && p.has_elements(r.info.inputs);
  if (of_any_bits)
    fill_any_bits(p, block);
  else if (block % 4 != 2 || !fill_cancelling(p, block))
    fill_random(p, block, false);
  return p;
}

void check(cusigmoid_status status) {
  if (status != CUSIGMOID_SUCCESS) throw std::runtime_error(cusigmoid_last_error());
}

template <class Visit>
void for_each_result(problem const &p, Visit const &visit) {
  for (int o = 0; o < p.operands(true); ++o)
    for (std::size_t row = 0; row < p.where.rows; ++row)
      for (std::size_t col = 0; col < p.where.cols; ++col) visit(o, row, col);
}

}  // namespace

report run_by_definition(row const &r, place where, std::uint64_t samples) {
  return in_parallel(r, (samples + block_size - 1) / block_size, [&](std::uint64_t block, double) {
    bool of_any_bits;
    problem p = drawn(r, block, of_any_bits);
    problem on_cuda = p;
    check(run_on_host(p, cusigmoid_on_cpu(1)));
    report part;
    part.compared = part.measured = true;
    part.tried = block_size;
    std::uint64_t at = block * block_size * static_cast<std::uint64_t>(r.outputs);
    for_each_result(p, [&](int o, std::size_t row, std::size_t col) { part.results.add_sample(at++, p.bits(true, o, row, col)); });
    if (where == place::cuda) {
#pragma omp critical(device)
      check(run_on_cuda(on_cuda));
      for_each_result(
          p, [&](int o, std::size_t row, std::size_t col) { part.wrong += p.bits(true, o, row, col) != on_cuda.bits(true, o, row, col); });
      if (part.wrong) part.remark = "the CPU's results and those of CUDA differ";
    }
    errors const found = errors_of(p, !of_any_bits);  // whose sums may overflow
    part.max_ulp = found.max_ulp;
    part.wrong += found.wrong;
    if (part.remark.empty()) part.remark = found.first_wrong;
    return part;
  });
}
