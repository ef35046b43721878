// SPDX-License-Identifier: Apache-2.0
#include "tools/verify/report.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <string_view>

namespace {

struct golden_digest {
  std::string_view op, dtype, digest;
};
constexpr golden_digest golden[] = {
#include "tools/verify/golden.inc"
};

std::string_view golden_digest_of(row const &r) {
  for (auto const &g : golden)
    if (g.op == r.info.name && g.dtype == r.dtype) return g.digest;
  return "";
}

/// The bits of the inputs with the largest error, where it is an error that says something.
std::string worst_inputs(row const &r, report const &p) {
  if (r.by_definition || (p.wrong == 0 && (r.exhaustible() || p.max_ulp == 0))) return "-";
  std::string text;
  for (int k = 0; k < r.inputs; ++k) {
    char bits[24];
    std::snprintf(bits, sizeof bits, "%s%0*" PRIx64, k ? "," : "", static_cast<int>(2 * r.in->size), p.worst[static_cast<std::size_t>(k)]);
    text += bits;
  }
  return text;
}

}  // namespace

void report::add(report const &part) {
  if (part.max_ulp > max_ulp || (wrong == 0 && part.wrong && max_ulp == 0)) worst = part.worst;
  max_ulp = std::max(max_ulp, part.max_ulp);
  compared = compared || part.compared, measured = measured || part.measured;
  ranged = ranged || part.ranged, ascending = ascending || part.ascending;
  results.add(part.results), correct.add(part.correct);
  if (remark.empty()) remark = part.remark;
  tried += part.tried, wrong += part.wrong, outside += part.outside, descents += part.descents, unproven += part.unproven;
}

void print_header() {
  std::printf("%-32s %-22s %-10s %-10s %10s %10s %8s %9s %7s %-32s %s\n", "op", "dtype", "place", "inputs", "tried", "wrong", "max_ulp",
              "monotonic", "outside", "digest", "worst_at");
}

bool print(row const &r, report const &p, conditions const &c) {
  std::string const inputs = c.whole ? "all" : !r.exhaustible() ? "samples" : "every_" + std::to_string(c.stride);
  auto const cell = [](bool known, std::uint64_t n) { return known ? std::to_string(n) : "-"; };
  std::string ulp = "-";
  if (p.measured && r.exhaustible() && p.wrong == 0) {
    ulp = "<=0.5";
  } else if (p.measured) {
    char text[24];
    std::snprintf(text, sizeof text, "%.5f", p.max_ulp);
    ulp = text;
  }
  std::printf("%-32s %-22s %-10s %-10s %10" PRIu64 " %10s %8s %9s %7s %-32s %s\n", r.info.name, r.dtype.c_str(), c.where.c_str(),
              inputs.c_str(), p.tried, cell(p.compared, p.wrong).c_str(), ulp.c_str(),
              !p.ascending ? "-"
              : p.descents ? "no"
                           : "yes",
              cell(p.ranged, p.outside).c_str(), p.results.text().c_str(), worst_inputs(r, p).c_str());

  bool right = p.wrong == 0 && p.outside == 0 && p.descents == 0 && p.unproven == 0;
  if (!p.remark.empty()) std::printf("  %s\n", p.remark.c_str());
  if (p.unproven) std::printf("  the oracle itself is wrong: MPFR alone does not confirm %" PRIu64 " of its results\n", p.unproven);
  if (c.whole) {
    std::string_view const expected = golden_digest_of(r);
    if (p.results.text() != expected) right = false, std::printf("  these are not the correctly rounded results, by their digest\n");
    if (p.correct != digest{} && p.correct.text() != expected)
      right = false, std::printf("  golden.inc lacks {\"%s\", \"%s\", \"%s\"},\n", r.info.name, r.dtype.c_str(), p.correct.text().c_str());
  }
  std::fflush(stdout);
  return right;
}
