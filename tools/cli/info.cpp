// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <thread>

#include "tools/cli/command.hpp"
#include "tools/cli/operations.hpp"

namespace cli {
namespace {

int run() {
  int devices = 0;
  check(cusigmoid_device_count(&devices));
  char const *const isa = cusigmoid_cpu_isa();
  if (!*isa) throw std::runtime_error(cusigmoid_last_error());
  std::printf("version          %s\n", version().c_str());
  std::printf("places           auto cpu");
  for (int device = 0; device < devices; ++device) std::printf(" cuda:%d", device);
  std::printf("\nCUDA devices     %d\n", devices);
  std::printf("instruction set  %s\n", isa);
  std::printf("threads          %u\n", std::thread::hardware_concurrency());
  return 0;
}

}  // namespace

command add_info(CLI::App &program) {
  return {program.add_subcommand("info", "Version, places to compute on, CUDA devices, instruction set in use"), run};
}

}  // namespace cli
