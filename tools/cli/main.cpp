// SPDX-License-Identifier: Apache-2.0
// cusigmoid: the library as a program.
#include <csignal>
#include <cstdio>
#include <system_error>

#include "tools/cli/command.hpp"
#include "tools/cli/operations.hpp"

namespace {

constexpr int wrong_usage = 2;

/// What was printed may have got nowhere: a full disk.
void flush_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) throw std::system_error(errno, std::generic_category(), "standard output");
}

int run(cli::command const &c) {
  int status;
  try {
    status = c.run();
    flush_output();
  } catch (std::exception const &e) {
    std::fprintf(stderr, "cusigmoid %s: %s\n", c.options->get_name().c_str(), e.what());
    status = dynamic_cast<cli::usage_error const *>(&e) ? wrong_usage : c.error_status;
  }
  return status;
}

}  // namespace

int main(int argc, char **argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file larger than allowed is an error of write
  CLI::App program("The logistic function and what training builds on it, over NumPy files; the same bits on every CPU and GPU.",
                   "cusigmoid");
  program.require_subcommand(0, 1);
  program.set_version_flag("--version", "cusigmoid " + cli::version());
  program.footer("cusigmoid COMMAND --help says more. Exit status: 0 all right, 1 an error, 2 wrong usage.");
  cli::command const commands[] = {
      cli::add_info(program),   cli::add_ops(program), cli::add_apply(program), cli::add_curve(program),
#if defined(CUSIGMOID_CLI_VERIFY)
      cli::add_verify(program),
#endif
  };
  try {
    program.parse(argc, argv);
  } catch (CLI::ParseError const &e) {
    return program.exit(e) == 0 ? 0 : wrong_usage;
  }
  for (cli::command const &c : commands)
    if (c.options->parsed()) return run(c);
  std::fputs(program.help().c_str(), stderr);
  return wrong_usage;
}
