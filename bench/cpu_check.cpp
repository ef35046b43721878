// SPDX-License-Identifier: Apache-2.0
// That the peers compute what they should.
#include <cmath>
#include <cstdio>
#include <cstring>

#include "bench/cpu_calls.hpp"
#include "cusigmoid/conversions.hpp"

namespace bench {
namespace {

/// How many elements of `theirs` are further than so many ulp from ours, which is within 0.52 ulp itself.
template <class T>
std::size_t count_wrong(T const *theirs, std::vector<T> const &ours, double ulp) {
  using element = cusigmoid::engine::element<T>;
  std::size_t wrong = 0;
  double worst = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    double const y = element::widen(ours[i]), one_ulp = std::ldexp(1, std::ilogb(y) - cusigmoid::format<T>::fraction);
    double const off = std::fabs(element::widen(theirs[i]) - y) / one_ulp;
    if (off > worst) worst = off;
    wrong += !(off <= ulp + 0.52);
  }
  std::printf("%.2f ulp at most from ours: %s\n", worst, wrong ? "WRONG" : "fine");
  return wrong;
}

}  // namespace

int check_cpu_peers() {
  std::size_t wrong = 0;
  for (cpu_peer const &p : cpu_peers())
    for (int threads : {1, 2}) {
      workload const work(CUSIGMOID_FORWARD, p.dtype, 400'008);  // not a whole number of vectors
      std::printf("%s %s, %s, %d threads: ", p.name.c_str(), p.version.c_str(), cusigmoid_dtype_name(p.dtype), threads);
      auto const compare = [&]<class T>(T) {
        if (static_cast<int>(cusigmoid::format<T>::id) != p.dtype) return;
        T *const y = static_cast<T *>(work.y());
        ours(work, 1)();
        std::vector<T> const expected(y, y + work.elements());
        std::memset(static_cast<void *>(y), 0, work.elements() * sizeof(T));
        p.prepare(work, threads)();
        wrong += count_wrong(y, expected, p.ulp);
      };
      try {
        [&]<class... T>(cusigmoid::engine::list<T...>) { (compare(T{}), ...); }(cusigmoid::engine::element_types{});
      } catch (std::exception const &e) {
        std::printf("not on this machine: %s\n", e.what());
      }
    }
  return wrong != 0;
}

}  // namespace bench
