// SPDX-License-Identifier: Apache-2.0
// cusigmoid-verify: the proof as a program. Runs every input of an operation of one input of 32 bits or fewer and compares the results, or
// their digest, with the correctly rounded ones.
#include <omp.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "cusigmoid/cusigmoid.hpp"
#include "tools/verify/digest.hpp"
#include "tools/verify/gpu.hpp"
#include "tools/verify/oracle.hpp"

namespace {

struct golden_digest {
  char const *op, *dtype, *digest;
};
constexpr golden_digest golden[] = {
#include "tools/verify/golden.inc"
};

/// Inputs that one thread takes at a time.
constexpr std::uint64_t block_size = 1 << 16;

struct row {
  int op;
  char const *name;
  dtype_traits const *type;

  std::uint64_t inputs() const { return std::uint64_t{1} << type->bits(); }
  char const *dtype() const { return cusigmoid_dtype_name(type->dtype); }
  oracle::function const &function() const {
    auto const *const f = oracle::find(name);
    if (!f) throw std::runtime_error(std::string("tools/verify/oracle.hpp has no ") + name);
    return *f;
  }
};

/// What came out of a row.
struct report {
  digest results, correct;  // correct: the oracle's
  bool compared = false;    // with the oracle, element by element; the figures below are then known
  std::uint64_t wrong = 0, first_wrong = ~std::uint64_t{0}, hard = 0, outside = 0, descents = 0;
  double max_ulp = 0.5;  // of wrong results; the others are within 1/2

  void add(report const &r) {
    results.add(r.results);
    correct.add(r.correct);
    wrong += r.wrong, hard += r.hard, outside += r.outside, descents += r.descents;
    first_wrong = std::min(first_wrong, r.first_wrong);
    max_ulp = std::max(max_ulp, r.max_ulp);
  }
};

void check(cusigmoid_status status) {
  if (status != CUSIGMOID_SUCCESS) throw std::runtime_error(cusigmoid_last_error());
}

/// A run of consecutive inputs and their results.
class block {
 public:
  block(row const &r, std::uint64_t first, std::size_t n) : row_(r), first_(first), in_(n * r.type->size), out_(in_.size()) {
    for (std::size_t i = 0; i < n; ++i) put(in_, i, first + i);
    cusigmoid_array const x = cusigmoid_vector(static_cast<cusigmoid_dtype>(r.type->dtype), in_.data(), n);
    cusigmoid_array const y = cusigmoid_vector(static_cast<cusigmoid_dtype>(r.type->dtype), out_.data(), n);
    cusigmoid_place const place = cusigmoid_on_cpu(1);
    check(cusigmoid_run(r.op, &place, &x, &y, nullptr));
  }

  std::uint64_t result(std::size_t i) const {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &out_[i * row_.type->size], row_.type->size);
    return bits;
  }

  report check_results(bool with_oracle) const {
    report r;
    std::size_t const n = in_.size() / row_.type->size;
    for (std::size_t i = 0; i < n; ++i) r.results.add(first_ + i, result(i));
    if (!with_oracle) return r;
    auto const &f = row_.function();
    auto const &t = *row_.type;
    double before = std::nan("");
    for (std::size_t i = 0; i < n; ++i) {
      double const x = decode(t, first_ + i), y = decode(t, result(i));
      std::uint64_t const expected = oracle::round(f, t, x, r.hard);
      r.correct.add(first_ + i, expected);
      if (result(i) != expected) {
        if (r.wrong++ == 0) r.first_wrong = first_ + i;
        r.max_ulp = std::max(r.max_ulp, reference::ulp_error(f.exact(x), y, t));
      }
      r.outside += y < 0 || y > 1;
      // bits ascend with x where x > 0 and descend where x < 0
      bool const ascending = x >= 0;
      r.descents += ascending ? y < before : y > before;
      before = y;
    }
    return r;
  }

 private:
  void put(std::vector<unsigned char> &to, std::size_t i, std::uint64_t bits) const {
    std::memcpy(&to[i * row_.type->size], &bits, row_.type->size);
  }
  row const &row_;
  std::uint64_t first_;
  std::vector<unsigned char> in_, out_;
};

/// A line that says how far it is, on a terminal.
class progress {
 public:
  progress(row const &r, std::uint64_t steps) : row_(r), steps_(steps), shown_(isatty(STDERR_FILENO)) {}
  ~progress() {
    if (shown_) std::fprintf(stderr, "\r\033[K");
  }
  void step() {
    std::uint64_t const done = ++done_;
    if (shown_ && done % std::max<std::uint64_t>(steps_ / 100, 1) == 0)
      std::fprintf(stderr, "\r%s %s %3d %%", row_.name, row_.dtype(), static_cast<int>(100 * done / steps_));
  }

 private:
  row const &row_;
  std::uint64_t steps_;
  std::atomic<std::uint64_t> done_ = 0;
  bool shown_;
};

report run_on_cpu(row const &r, bool with_oracle, std::uint64_t stride) {
  std::uint64_t const size = std::min(r.inputs(), block_size), blocks = r.inputs() / size;
  report total;
  total.compared = with_oracle;
  progress line(r, blocks / stride + 1);
  std::string error;
#pragma omp parallel for schedule(dynamic)
  for (std::uint64_t b = 0; b < blocks; b += stride) try {
      report const part = block(r, b * size, size).check_results(with_oracle);
#pragma omp critical
      total.add(part);
      line.step();
    } catch (std::exception const &e) {
#pragma omp critical
      error = e.what();
    }
  if (!error.empty()) throw std::runtime_error(error);
  return total;
}

char const *golden_digest_of(row const &r) {
  for (auto const &g : golden)
    if (g.op == std::string_view(r.name) && g.dtype == std::string_view(r.dtype())) return g.digest;
  return "";
}

/// Prints a row of the table; whether all was right.
bool print(row const &r, report const &p, std::uint64_t stride) {
  bool const is_forward = r.op == CUSIGMOID_FORWARD, whole = stride == 1 || r.inputs() <= block_size;
  std::uint64_t const inputs = whole ? r.inputs() : (r.inputs() / block_size + stride - 1) / stride * block_size;
  std::printf("%-20s %-12s %11llu", r.name, r.dtype(), static_cast<unsigned long long>(inputs));
  if (p.compared)
    std::printf(" %10llu %8.4f %9s %8llu", static_cast<unsigned long long>(p.wrong), p.max_ulp,
                !is_forward       ? "-"
                : p.descents == 0 ? "yes"
                                  : "NO",
                static_cast<unsigned long long>(p.outside));
  else
    std::printf(" %10s %8s %9s %8s", "-", "-", "-", "-");

  std::string const golden_digest = golden_digest_of(r);
  bool const same = !whole || p.results.text() == golden_digest;
  std::printf("  %s%s\n", whole ? p.results.text().c_str() : "(some inputs)", same ? "" : " NOT THE GOLDEN ONE");
  if (p.wrong) std::printf("  the first wrong one is of the input with the bits %llx\n", static_cast<unsigned long long>(p.first_wrong));
  if (p.compared && whole && p.correct.text() != golden_digest)
    std::printf("  the oracle's digest is not the golden one: {\"%s\", \"%s\", \"%s\"},\n", r.name, r.dtype(), p.correct.text().c_str());
  std::fflush(stdout);
  return same && p.wrong == 0 && p.outside == 0 && (!is_forward || p.descents == 0) &&
         (!p.compared || !whole || p.correct.text() == golden_digest);
}

std::vector<row> rows_where(std::string const &op, std::string const &dtype) {
  std::vector<row> rows;
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  for (int i = 0; cusigmoid_get_op_info(i, &info) == CUSIGMOID_SUCCESS; ++i)
    for (int t = 0; t < info.dtype_tuples; ++t) {
      auto const &type = traits(info.dtypes[t * (info.inputs + info.outputs)]);
      if (info.inputs != 1 || info.arrays[0].parts != 1 || type.size > 4) continue;
      row const r = {i, info.name, &type};
      if ((op.empty() || op == r.name) && (dtype.empty() || dtype == r.dtype())) rows.push_back(r);
    }
  return rows;
}

}  // namespace

int main(int argc, char **argv) {
  CLI::App app(
      "Tries every input of the operations of one input of 32 bits or fewer.\n"
      "Without --oracle the results' digest is compared with that of the correctly rounded ones.");
  std::string op, dtype, place = "cpu";
  std::uint64_t stride = 1;
  bool with_oracle = false, all = false;
  app.add_flag("--all", all, "all operations and types (the default)");
  app.add_option("--op", op, "this operation only");
  app.add_option("--dtype", dtype, "this element type only");
  app.add_option("--place", place, "where the results come from")->check(CLI::IsMember({"cpu", "cuda"}));
  app.add_option("--stride", stride, "every so manieth block of 65536 inputs; needs --oracle")->check(CLI::PositiveNumber);
  app.add_flag("--oracle", with_oracle, "compute each correctly rounded result anew (x87 and MPFR)");
  CLI11_PARSE(app, argc, argv);

  try {
    if (stride > 1 && !with_oracle) throw std::runtime_error("--stride without --oracle would compare nothing");
    if (place == "cuda" && with_oracle) throw std::runtime_error("--oracle is for --place cpu; on CUDA the digest tells");
    if (all && !(op.empty() && dtype.empty())) throw std::runtime_error("--all beside --op or --dtype");
    auto const rows = rows_where(op, dtype);
    if (rows.empty()) throw std::runtime_error("no operation '" + op + "' of one input takes the type '" + dtype + "'");
    std::printf("%-20s %-12s %11s %10s %8s %9s %8s  %s\n", "op", "dtype", "inputs", "wrong", "max ulp", "monotonic", "outside", "digest");
    bool right = true;
    for (row const &r : rows) {
      report p;
      if (place == "cpu")
        p = run_on_cpu(r, with_oracle, stride);
      else
        p.results = digest_on_gpu(r.op, r.type->dtype, r.inputs());
      right = print(r, p, stride) && right;
    }
    return right ? 0 : 1;
  } catch (std::exception const &e) {
    std::fprintf(stderr, "cusigmoid-verify: %s\n", e.what());
    return 2;
  }
}
