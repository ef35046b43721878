// SPDX-License-Identifier: Apache-2.0
// What cpu_bench times: the library's operations, and others' σ, on the same arrays in host memory.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cusigmoid/cusigmoid.h"

namespace bench {

/// An op's arrays, inputs random, of one element type (but a loss as the library has it); optional inputs are left out.
class workload {
 public:
  /// So many elements, at least one, that a call moves about so many bytes. Array number a begins a·offset bytes past a page.
  workload(int op, int dtype, std::size_t bytes, std::size_t offset = 0);

  int op() const { return op_; }
  int inputs() const { return info_.inputs; }
  std::size_t elements() const { return elements_; }
  std::size_t bytes() const { return bytes_; }
  std::vector<cusigmoid_array> const &arrays() const { return arrays_; }
  void const *x() const { return arrays_.front().data; }
  void *y() const { return arrays_.back().data; }

 private:
  int op_;
  cusigmoid_op_info info_ = CUSIGMOID_OP_INFO_INIT;
  std::size_t elements_, bytes_;
  std::vector<cusigmoid_array> arrays_;
  std::unique_ptr<void, decltype(&std::free)> memory_{nullptr, std::free};
};

/// May be repeated.
using call = std::function<void()>;

/// Throw std::runtime_error where the library refuses.
call ours(workload const &work, int threads);
/// From the first array to the last: as many bytes as a σ moves.
call copy(workload const &work, int threads);

/// Others' σ.
struct cpu_peer {
  std::string name, version;
  int dtype;
  double ulp;  // its largest error where |x| < 16
  /// Throws std::exception where this machine lacks what it needs.
  std::function<call(workload const &, int threads)> prepare;
};

/// Those that the build found.
std::vector<cpu_peer> cpu_peers();

/// Compares them with the library on a few elements and prints how far apart they are; 0 where each is within its error.
int check_cpu_peers();

/// kernel(from, to, n) over all elements, each thread with a part that begins at a page where the arrays do.
template <class T>
call in_parts(void (*kernel)(T const *, T *, std::size_t), T const *x, T *y, std::size_t n, int threads) {
  if (threads == 1) return [=] { kernel(x, y, n); };
  return [=] {
  // Fewer are not worth a second thread, as the library has it.
#pragma omp parallel for num_threads(threads) if (n > 1 << 14) schedule(static)
    for (int t = 0; t < threads; ++t) {
      auto const begin_of = [&](int part) {
        return std::min(n, n / 4096 * static_cast<std::size_t>(part) / static_cast<std::size_t>(threads) * 4096);
      };
      std::size_t const begin = begin_of(t), end = t + 1 == threads ? n : begin_of(t + 1);
      kernel(x + begin, y + begin, end - begin);
    }
  };
}

}  // namespace bench
