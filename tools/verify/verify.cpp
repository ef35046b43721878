// SPDX-License-Identifier: Apache-2.0
// The proof as a program. Compares results with the correctly rounded ones for every input where all can be tried, and measures errors for
// samples elsewhere.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/cli/command.hpp"
#include "tools/verify/gpu.hpp"
#include "tools/verify/oracle.hpp"
#include "tools/verify/trial.hpp"

namespace {

/// The status that ctest counts as skipped.
constexpr int skipped_status = 77;
/// MPFR judges each result of an operation that is tried by its definition: so many fewer are tried.
constexpr std::uint64_t cost_of_definitions = 16;

struct options {
  std::string op, place_name = "cpu";
  std::vector<std::string> dtypes;
  int inputs = 0;
  std::uint64_t stride = 1, samples = 1 << 22;
  bool all = false, with_oracle = false, by_definition = false;

  place where() const { return place_name == "cuda" ? place::cuda : place::cpu; }
};

/// A row on the GPU by its digest alone, computed there.
report digest_report(row const &r) {
  auto const &f = *oracle::results_of(r.info.name).front().f;
  std::vector<unsigned char> promised;  // of one input everything is
  std::uint64_t count = r.combinations();
  if (r.inputs == 2) {
    std::uint64_t const elements = std::uint64_t{1} << r.in->bits();
    count = 0;
    for (std::uint64_t bits = 0; bits < elements; ++bits) {
      promised.push_back(f.promises(decode(*r.in, bits)));
      count += promised.back() * elements;
    }
  }
  report p;
  p.results = digest_on_gpu(r, promised);
  p.tried = count;
  return p;
}

/// The rows that are asked for, type by type; of every type there must be some.
std::vector<row> rows_of(options const &o) {
  std::vector<row> rows;
  for (std::string const &dtype : o.dtypes.empty() ? std::vector<std::string>{""} : o.dtypes) {
    std::size_t const before = rows.size();
    for (row const &r : rows_where(o.op, dtype))
      if ((o.inputs == 0 || o.inputs == r.inputs) && (r.by_definition || !o.by_definition)) rows.push_back(r);
    if (rows.size() > before) continue;
    std::string none = "no operation";
    if (!o.op.empty()) none += " '" + o.op + "'";
    if (o.inputs) none += " of " + std::to_string(o.inputs) + " inputs";
    throw std::runtime_error(dtype.empty() ? none : none + " takes the type '" + dtype + "'");
  }
  return rows;
}

bool verify(row const &r, options const &o) {
  conditions c = {o.where() == place::cuda ? "cuda" : cusigmoid_cpu_isa(), o.stride, r.exhaustible()};
  if (r.by_definition) return print(r, run_by_definition(r, o.where(), std::max<std::uint64_t>(o.samples / cost_of_definitions, 1)), c);
  if (!r.exhaustible()) return print(r, run(*some_inputs(r, o.samples), r, o.where(), 1), c);
  auto const trial = every_input(r, o.with_oracle);
  c.whole = o.stride == 1 || trial->blocks() == 1;
  bool const by_digest = o.where() == place::cuda && o.stride == 1 && !o.with_oracle;
  return print(r, by_digest ? digest_report(r) : run(*trial, r, o.where(), o.stride), c);
}

int run(options const &o) {
  if (!*cusigmoid_cpu_isa()) {
    std::printf("skipped: %s\n", cusigmoid_last_error());
    return skipped_status;
  }
  if (o.stride > 1 && !o.with_oracle && o.where() == place::cpu)
    throw std::runtime_error("--stride without --oracle would compare nothing");
  bool const some = !o.op.empty() || !o.dtypes.empty() || o.inputs != 0 || o.by_definition;
  if (o.all && some) throw std::runtime_error("--all beside --op, --dtype, --inputs or --by-definition");
  std::vector<row> const rows = rows_of(o);
  print_header();
  bool right = true;
  for (row const &r : rows) right = verify(r, o) && right;
  return right ? 0 : 1;
}

}  // namespace

cli::command cli::add_verify(CLI::App &program) {
  auto const o = std::make_shared<options>();
  CLI::App *const app = program.add_subcommand("verify", "Tries every input, or samples where there are too many");
  app->add_flag("--all", o->all, "all operations and types (the default)");
  app->add_option("--op", o->op, "this operation only");
  app->add_option("--dtype", o->dtypes, "this element type only, or these; float32_bfloat16: float32 inputs, bfloat16 results")
      ->allow_extra_args(false);
  app->add_option("--inputs", o->inputs, "operations of so many inputs only")->check(CLI::PositiveNumber);
  app->add_flag("--by-definition", o->by_definition, "operations only whose results are sums, reductions or of packed arrays");
  app->add_option("--place", o->place_name, "where the results come from")->check(CLI::IsMember({"cpu", "cuda"}));
  app->add_flag("--oracle", o->with_oracle, "compute each correctly rounded result anew (x87 and MPFR)");
  app->add_option("--stride", o->stride, "every so manieth block of 65536 combinations; needs --oracle, or CUDA to compare with the CPU")
      ->check(CLI::PositiveNumber);
  app->add_option("--samples", o->samples, "so many where not every combination is tried; by definition a 16th of them")
      ->check(CLI::PositiveNumber);
  app->footer(
      "Of functions of an input and products with them, whose inputs have 32 bits together or fewer, every combination is tried: the\n"
      "results' digest is compared with that of the correctly rounded ones. Elsewhere the error of samples is measured.\n"
      "Exit status: 0 all right, 1 something wrong, 2 an error, 77 the instruction set that CUSIGMOID_ISA names is not to be had.");
  constexpr int error_status = 2;  // 1 is a wrong result
  return {app, [o] { return run(*o); }, error_status};
}
