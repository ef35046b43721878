// SPDX-License-Identifier: Apache-2.0
// What cpu_bench reports: a table while it runs, and JSON.
#pragma once
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bench/report.hpp"

namespace bench {

struct cpu_row {
  std::string op, dtype;
  std::string peer;  // whose it is, where it is not ours
  int threads = 1;
  std::size_t asked = 0;                // about how many bytes; 0: one element
  std::size_t elements = 0, bytes = 0;  // of a call; bytes are read and written
  std::vector<double> us = {};          // a call, in each repetition; ascending
  double copy_gb_per_s = 0;             // by as many threads in the same run; 0: not measured

  std::string name() const {
    return op + "/" + dtype + "/" + (peer.empty() ? "cusigmoid" : peer) + "/" + std::to_string(threads) + "/" + std::to_string(asked);
  }
  double median() const { return us[us.size() / 2]; }
  double ns_per_element() const { return 1e3 * median() / static_cast<double>(elements); }
  double gb_per_s() const { return 1e-3 * static_cast<double>(bytes) / median(); }
  double percent_of_copy() const { return 100 * gb_per_s() / copy_gb_per_s; }
};

/// Makes a row of each benchmark's repetitions.
class cpu_table : public benchmark::BenchmarkReporter {
 public:
  explicit cpu_table(std::map<std::string, cpu_row *> const &of_name) : of_name_(of_name) {}

  bool ReportContext(Context const &context) override {
    PrintBasicContext(&GetErrorStream(), context);
    std::printf("%-20s %-11s %-10s %7s %11s %13s %13s %11s %9s %7s\n", "op", "dtype", "peer", "threads", "bytes", "us", "least",
                "ns/element", "GB/s", "% copy");
    return true;
  }

  void ReportRuns(std::vector<Run> const &runs) override {
    cpu_row &row = *of_name_.at(runs.front().run_name.function_name);
    if (runs.front().run_type != Run::RT_Iteration) return;
    for (Run const &run : runs)
      if (run.counters.count("measured")) row.us.push_back(1e6 * run.real_accumulated_time / static_cast<double>(run.iterations));
    if (row.us.empty()) return;
    std::sort(row.us.begin(), row.us.end());
    double &copy = copies_[{row.asked, row.threads}];
    if (row.op == "copy") copy = row.gb_per_s();
    row.copy_gb_per_s = copy;
    std::printf("%-20s %-11s %-10s %7d %11zu %13.3f %13.3f %11.3f %9.3f", row.op.c_str(), row.dtype.c_str(), row.peer.c_str(), row.threads,
                row.bytes, row.median(), row.us[0], row.ns_per_element(), row.gb_per_s());
    if (copy > 0) std::printf(" %7.1f", row.percent_of_copy());
    std::printf("\n");
    std::fflush(stdout);
  }

 private:
  std::map<std::string, cpu_row *> of_name_;
  std::map<std::pair<std::size_t, int>, double> copies_;
};

/// As /proc/cpuinfo has it.
inline std::string cpu_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(std::min(line.find(':') + 2, line.size()));
  return "unknown CPU";
}

inline void write_json(std::string const &path, std::string const &source_digest, std::map<std::string, std::string> const &versions,
                       std::vector<cpu_row const *> const &rows) {
  char date[32];
  std::time_t const now = std::time(nullptr);
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  std::FILE *const f = std::fopen(path.c_str(), "w");
  if (!f) throw std::runtime_error("cannot write " + path);
  std::fprintf(f, "{\n  \"date\": \"%s\",\n  \"cpu\": %s,\n  \"cores\": %d,\n  \"caches\": {", date, in_quotes(cpu_name()).c_str(),
               benchmark::CPUInfo::Get().num_cpus);
  char const *separator = "";
  for (auto const &cache : benchmark::CPUInfo::Get().caches) {
    std::fprintf(f, "%s\"L%d %s\": %d", separator, cache.level, cache.type.c_str(), cache.size);
    separator = ", ";
  }
  std::fprintf(f, "},\n  \"isa\": \"%s\",\n  \"compiler\": %s,\n  \"cusigmoid_version\": %d,\n  \"source_digest\": %s,\n  \"versions\": {",
               cusigmoid_cpu_isa(), in_quotes(__VERSION__).c_str(), cusigmoid_version(), quoted_or_null(source_digest).c_str());
  separator = "";
  for (auto const &[peer, version] : versions) {
    std::fprintf(f, "%s%s: %s", separator, in_quotes(peer).c_str(), quoted_or_null(version).c_str());
    separator = ", ";
  }
  std::fprintf(f, "},\n  \"rows\": [");
  for (cpu_row const *r : rows) {
    std::fprintf(f, "%s\n    {\"op\": \"%s\", \"dtype\": \"%s\", \"peer\": \"%s\", \"threads\": %d, ", r == rows[0] ? "" : ",",
                 r->op.c_str(), r->dtype.c_str(), r->peer.c_str(), r->threads);
    std::fprintf(f, "\"elements\": %zu, \"bytes\": %zu, \"repetitions\": %zu, \"us\": %.6g, \"us_min\": %.6g, ", r->elements, r->bytes,
                 r->us.size(), r->median(), r->us[0]);
    std::fprintf(f, "\"ns_per_element\": %.4g, \"gb_per_s\": %.4g", r->ns_per_element(), r->gb_per_s());
    if (r->copy_gb_per_s > 0) std::fprintf(f, ", \"percent_of_copy\": %.4g", r->percent_of_copy());
    std::fprintf(f, "}");
  }
  std::fprintf(f, "\n  ]\n}\n");
  bool const failed = std::ferror(f) != 0;
  if (std::fclose(f) != 0 || failed) throw std::runtime_error("cannot write " + path);
}

}  // namespace bench
