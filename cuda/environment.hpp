// SPDX-License-Identifier: Apache-2.0
// The floating-point environment of host code that makes results.
#pragma once
#include <cstdint>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace cusigmoid::engine {

/// While it lives, this thread rounds to nearest and keeps subnormals, whatever the caller had set; the caller's rounding mode, FTZ, DAZ
/// and exception flags come back after.
class default_environment {
 public:
  default_environment() : before_(get()) {
    if ((before_ & ~flags) != initial) set(initial);
  }
  ~default_environment() {
    if (get() != before_) set(before_);  // to look takes no time beside that
  }
  default_environment(default_environment const &) = delete;
  default_environment &operator=(default_environment const &) = delete;

 private:
#if defined(__x86_64__)
  using word = unsigned;
  static constexpr word initial = 0x1f80;  // all exceptions masked, nearest, no FTZ, no DAZ
  static constexpr word flags = 0x3f;      // of exceptions that there have been
  static word get() { return _mm_getcsr(); }
  static void set(word w) { _mm_setcsr(w); }
#elif defined(__aarch64__)
  using word = std::uint64_t;
  static constexpr word initial = 0;
  static constexpr word flags = 0;  // are in another register
  static word get() {
    word w;
    __asm__ volatile("mrs %0, fpcr" : "=r"(w));
    return w;
  }
  static void set(word w) { __asm__ volatile("msr fpcr, %0" : : "r"(w)); }
#else
#error "cusigmoid: how this processor's floating-point environment is set is not known"
#endif
  word before_;
};

}  // namespace cusigmoid::engine
