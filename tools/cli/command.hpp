// SPDX-License-Identifier: Apache-2.0
// What the subcommands of `cusigmoid` have in common.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <stdexcept>

namespace cli {

/// Wrong usage: exit status 2. Any other exception is an error of the command: mostly 1.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct command {
  CLI::App *options;
  std::function<int()> run;  // after the options were read; returns the exit status
  int error_status = 1;
};

// Each adds its subcommand to the program.
command add_info(CLI::App &program);
command add_ops(CLI::App &program);
command add_apply(CLI::App &program);
command add_curve(CLI::App &program);
command add_verify(CLI::App &program);

}  // namespace cli
