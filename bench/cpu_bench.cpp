// SPDX-License-Identifier: Apache-2.0
// Times the CPU backend beside memcpy of as many bytes and others' σ, in one process and on the same arrays: a table on stdout, JSON with
// --out.
//
// Bytes are what a call reads and writes, all its arrays together: a σ over 1 GiB has arrays of 512 MiB.
#include <omp.h>

#include <chrono>
#include <deque>
#include <stdexcept>

#include "bench/cpu_calls.hpp"
#include "bench/cpu_table.hpp"

namespace {

using clock_type = std::chrono::steady_clock;
using bench::cpu_peer, bench::cpu_row, bench::workload;

char const usage[] =
    "usage: cpu_bench [--quick] [--seconds S] [--offset N] [--out FILE.json] [--digest SHA256] [--benchmark_filter=REGEX ...]\n"
    "       cpu_bench --check\n"
    "Times float32 forward, others' too, on one core and on all from one element to 1 GiB, and the other ops and types at three sizes.\n"
    "--quick: the smallest sizes, once. --seconds: measure nothing more after so long. --offset: an op's array number a begins a*N bytes "
    "past a page. --digest: the library's\n"
    "source_digest, for the JSON. Google Benchmark's own options follow; its names are OP/DTYPE/PEER/THREADS/BYTES/real_time.\n"
    "--check: compares the others' results with ours and measures nothing.\n";

constexpr int ops[] = {CUSIGMOID_FORWARD,      CUSIGMOID_DERIVATIVE,         CUSIGMOID_BACKWARD, CUSIGMOID_BACKWARD_FROM_INPUT,
                       CUSIGMOID_SWIGLU_SPLIT, CUSIGMOID_BCE_WITH_LOGITS_SUM};
constexpr int dtypes[] = {CUSIGMOID_FLOAT64,  CUSIGMOID_FLOAT32,     CUSIGMOID_FLOAT16,
                          CUSIGMOID_BFLOAT16, CUSIGMOID_FLOAT8_E4M3, CUSIGMOID_FLOAT8_E5M2};
// In a core's L1, in a last-level cache, and past any.
constexpr std::size_t in_l1 = 32 << 10, in_cache = 16 << 20, in_memory = 1 << 30;

/// One of the things to be measured.
struct test {
  int op, dtype;
  std::function<bench::call(workload const &, int threads)> prepare;
  cpu_row row;
  double seconds = 0;  // spent on it

  bool same_arrays(test const &other) const { return op == other.op && dtype == other.dtype && row.asked == other.row.asked; }
};

/// The copy first: the share of it is known as soon as the others are.
std::deque<test> plan(bool quick) {
  std::deque<test> tests;
  std::vector<cpu_peer> const peers = bench::cpu_peers();
  int const all = omp_get_max_threads();
  auto const add = [&](int op, int dtype, std::size_t size, int threads, std::string const &peer, auto const &prepare) {
    cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
    cusigmoid_get_op_info(op, &info);
    tests.push_back({op, dtype, prepare, {peer == "memcpy" ? "copy" : info.name, cusigmoid_dtype_name(dtype), peer, threads, size}});
  };
  auto const add_sizes = [&](std::size_t size) {
    for (int threads = 1;; threads = all) {
      if (size) add(CUSIGMOID_FORWARD, CUSIGMOID_FLOAT32, size, threads, "memcpy", bench::copy);
      bool const all_ops = size == in_l1 ? threads == 1 : (size == in_cache || size == in_memory) && threads == all;
      for (int op : ops)
        for (int dtype : dtypes) {
          bool const on_curve = op == CUSIGMOID_FORWARD && dtype == CUSIGMOID_FLOAT32;
          if (!all_ops && !on_curve) continue;
          add(op, dtype, size, threads, "", bench::ours);
          for (cpu_peer const &p : peers)
            if (op == CUSIGMOID_FORWARD && p.dtype == dtype) add(op, dtype, size, threads, p.name, p.prepare);
        }
      if (threads == all) break;
    }
  };
  add_sizes(in_l1);
  add_sizes(0);
  if (quick) return tests;
  add_sizes(in_memory);  // what matters most first: time may run out
  add_sizes(in_cache);
  for (std::size_t size = 2 * in_l1; size < in_memory; size *= 2)
    if (size != in_cache) add_sizes(size);
  return tests;
}

/// Times a test with what is kept between its repetitions; tests that follow one another share arrays.
void time(benchmark::State &state, test &t, clock_type::time_point deadline, std::size_t offset) {
  static std::unique_ptr<workload> work;
  static test const *arrays_of = nullptr, *prepared = nullptr;
  static bench::call call;
  if (t.seconds > 0.3 || clock_type::now() > deadline) {  // what takes long is not repeated often
    while (state.KeepRunning()) {
    }
    return;
  }
  try {
    if (prepared != &t) {
      static int const all = omp_get_max_threads();
      omp_set_num_threads(all);
      call = nullptr, prepared = nullptr;
      if (!arrays_of || !t.same_arrays(*arrays_of)) {
        work.reset();
        work = std::make_unique<workload>(t.op, t.dtype, t.row.asked, offset);
        arrays_of = &t;
      }
      t.row.elements = work->elements(), t.row.bytes = work->bytes();
      call = t.prepare(*work, t.row.threads);
      call();
      prepared = &t;
    }
    auto const begin = clock_type::now();
    for (auto _ : state) call();
    t.seconds += std::chrono::duration<double>(clock_type::now() - begin).count();
    state.counters["measured"] = 1;
  } catch (std::exception const &e) {
    std::fprintf(stderr, "cpu_bench: %s\n", e.what());
    state.SkipWithError(e.what());
  }
}

}  // namespace

int main(int argc, char **argv) {
  auto deadline = clock_type::time_point::max();
  bool quick = false;
  std::string out, digest;
  std::size_t offset = 0;
  std::vector<char *> options = {argv[0]};
  for (int i = 1; i < argc; ++i) {
    std::string const name = argv[i];
    bool const has_value = i + 1 < argc;
    if (name == "--check" && argc == 2) return bench::check_cpu_peers();
    if (name == "--help") return std::fputs(usage, stdout) < 0;
    if (name == "--quick") {
      quick = true;
    } else if (name == "--out" && has_value) {
      out = argv[++i];
    } else if (name == "--digest" && has_value) {
      digest = argv[++i];
    } else if (name == "--seconds" && has_value) {
      deadline = clock_type::now() + std::chrono::seconds(std::strtoull(argv[++i], nullptr, 10));
    } else if (name == "--offset" && has_value) {
      offset = std::strtoull(argv[++i], nullptr, 10);
    } else {
      options.push_back(argv[i]);
    }
  }
  std::string min_time = quick ? "--benchmark_min_time=0" : "--benchmark_min_time=0.01";
  std::string repetitions = quick ? "--benchmark_repetitions=1" : "--benchmark_repetitions=11";
  options.insert(options.begin() + 1, {min_time.data(), repetitions.data()});  // what the user says comes later, and counts
  int count = static_cast<int>(options.size());
  benchmark::Initialize(&count, options.data());
  if (benchmark::ReportUnrecognizedArguments(count, options.data())) return std::fputs(usage, stderr), 2;

  std::deque<test> tests = plan(quick);
  std::map<std::string, cpu_row *> of_name;
  for (test &t : tests) {
    std::string const name = t.row.name();
    of_name[name] = &t.row;
    benchmark::RegisterBenchmark(name.c_str(), [=, &t](benchmark::State &state) { time(state, t, deadline, offset); })->UseRealTime();
  }
  bench::cpu_table table(of_name);
  if (benchmark::RunSpecifiedBenchmarks(&table) == 0) return 1;

  if (out.empty()) return 0;
  std::map<std::string, std::string> versions;
  for (cpu_peer const &p : bench::cpu_peers()) versions[p.name] = p.version;
  std::vector<cpu_row const *> rows;
  for (test const &t : tests)
    if (!t.row.us.empty()) rows.push_back(&t.row);
  try {
    bench::write_json(out, digest, versions, rows);
  } catch (std::exception const &e) {
    std::fprintf(stderr, "cpu_bench: %s\n", e.what());
    return 1;
  }
}
