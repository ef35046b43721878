// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>

/// A line that says how far something is, on a terminal.
class progress {
 public:
  progress(std::string what, std::uint64_t steps) : what_(std::move(what)), steps_(steps), shown_(isatty(STDERR_FILENO)) {}
  ~progress() {
    if (shown_) std::fprintf(stderr, "\r\033[K");
  }
  progress(progress const &) = delete;
  progress &operator=(progress const &) = delete;

  /// Of any thread
  void step() {
    if (!shown_) return;
    std::lock_guard const lock(counting_);  // printed, too, so that the line does not go back
    if (++done_ % std::max<std::uint64_t>(steps_ / 100, 1) == 0)
      std::fprintf(stderr, "\r%s %3d %%", what_.c_str(), static_cast<int>(100 * done_ / steps_));
  }

 private:
  std::string what_;
  std::uint64_t steps_;
  bool shown_;
  std::mutex counting_;
  std::uint64_t done_ = 0;
};
