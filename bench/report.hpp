// SPDX-License-Identifier: Apache-2.0
// What a benchmark reports: a table and JSON.
#pragma once
#include <cstdio>
#include <ctime>
#include <stdexcept>
#include <string>
#include <vector>

#include "cusigmoid/cusigmoid.h"

namespace bench {

struct row {
  std::string what = "bandwidth";  // or what of a call's latency: see latency.hpp
  std::string op;
  std::vector<std::string> dtypes;  // of its arrays
  std::string peer;                 // whose it is, where it is not ours
  std::size_t bytes = 0;            // read and written by one; 0 where latency is measured
  std::size_t repetitions = 0;
  double us = 0, us_p10 = 0, us_p90 = 0;
  double copy_gb_per_s = 0;  // of the better copy in the same run and size
  double gb_per_s() const { return static_cast<double>(bytes) / us * 1e-3; }
  double percent_of_copy() const { return 100 * gb_per_s() / copy_gb_per_s; }
};

struct machine {
  std::string gpu, compute_capability, driver;
  int multiprocessors, cuda_of_driver, cuda_runtime;
  int sm_mhz, memory_mhz, max_sm_mhz, max_memory_mhz;  // 0: unknown
};

inline void print_heading() {
  std::printf("%-32s %-17s %-20s %14s %9s %9s %9s %8s %7s\n", "op", "dtype", "peer", "bytes", "us", "p10", "p90", "GB/s", "% copy");
}

inline void print(row const &r) {
  std::string dtypes = r.dtypes.empty() ? "" : r.dtypes[0];
  for (std::size_t a = 1; a < r.dtypes.size(); ++a)
    if (r.dtypes[a] != r.dtypes[a - 1]) dtypes += "," + r.dtypes[a];
  std::string const amount = r.bytes ? std::to_string(r.bytes) : r.what;
  std::printf("%-32s %-17s %-20s %14s %9.2f %9.2f %9.2f", r.op.c_str(), dtypes.c_str(), r.peer.c_str(), amount.c_str(), r.us, r.us_p10,
              r.us_p90);
  if (r.bytes) std::printf(" %8.0f %7.1f", r.gb_per_s(), r.percent_of_copy());
  std::printf("\n");
  std::fflush(stdout);
}

inline std::string in_quotes(std::string const &text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) >= ' ') quoted += c;
  }
  return quoted + '"';
}

inline std::string quoted_or_null(std::string const &text) { return text.empty() ? "null" : in_quotes(text); }
inline std::string number_or_null(int number) { return number > 0 ? std::to_string(number) : "null"; }

inline void write_json(std::string const &path, machine const &m, std::string const &source_digest, std::vector<row> const &rows) {
  char date[32];
  std::time_t const now = std::time(nullptr);
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));

  std::FILE *const f = std::fopen(path.c_str(), "w");
  if (!f) throw std::runtime_error("cannot write " + path);
  std::fprintf(f, "{\n  \"date\": \"%s\",\n  \"gpu\": %s,\n  \"compute_capability\": \"%s\",\n", date, in_quotes(m.gpu).c_str(),
               m.compute_capability.c_str());
  std::fprintf(f, "  \"multiprocessors\": %d,\n", m.multiprocessors);
  std::fprintf(f, "  \"driver\": %s,\n  \"cuda_of_driver\": %d,\n  \"cuda_runtime\": %d,\n", quoted_or_null(m.driver).c_str(),
               m.cuda_of_driver, m.cuda_runtime);
  std::fprintf(f, "  \"clocks_mhz\": {\"sm\": %s, \"memory\": %s, \"max_sm\": %s, \"max_memory\": %s},\n", number_or_null(m.sm_mhz).c_str(),
               number_or_null(m.memory_mhz).c_str(), number_or_null(m.max_sm_mhz).c_str(), number_or_null(m.max_memory_mhz).c_str());
  std::fprintf(f, "  \"cusigmoid_version\": %d,\n  \"source_digest\": %s,\n  \"rows\": [", cusigmoid_version(),
               quoted_or_null(source_digest).c_str());
  for (row const &r : rows) {
    std::string dtypes;
    for (std::string const &name : r.dtypes) dtypes += (dtypes.empty() ? "" : ", ") + in_quotes(name);
    std::fprintf(f, "%s\n    {\"what\": \"%s\", \"op\": \"%s\", \"dtypes\": [%s], \"peer\": %s, \"bytes\": %zu, \"repetitions\": %zu, ",
                 &r == rows.data() ? "" : ",", r.what.c_str(), r.op.c_str(), dtypes.c_str(), in_quotes(r.peer).c_str(), r.bytes,
                 r.repetitions);
    std::fprintf(f, "\"us\": %.3f, \"us_p10\": %.3f, \"us_p90\": %.3f", r.us, r.us_p10, r.us_p90);
    if (r.bytes) std::fprintf(f, ", \"gb_per_s\": %.1f, \"percent_of_copy\": %.2f", r.gb_per_s(), r.percent_of_copy());
    std::fprintf(f, "}");
  }
  std::fprintf(f, "\n  ]\n}\n");
  bool const failed = std::ferror(f) != 0;
  if (std::fclose(f) != 0 || failed) throw std::runtime_error("cannot write " + path);
}

}  // namespace bench
