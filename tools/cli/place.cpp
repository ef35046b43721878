// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/place.hpp"

#include <algorithm>
#include <charconv>
#include <thread>

#include "tools/cli/command.hpp"
#include "tools/cli/operations.hpp"

namespace cli {
namespace {

/// Of all workers' chunks
constexpr std::size_t memory = std::size_t{256} << 20;
/// On the CPU a chunk stays in the second-level cache between reading, computing and writing it.
constexpr std::size_t chunk_on_cpu = std::size_t{1} << 20;
/// A pipeline takes this apart again and is filled anew for each; while one chunk is there, others are read and written.
constexpr std::size_t chunk_on_gpu = std::size_t{64} << 20, workers_on_gpu = 3, staging = std::size_t{128} << 20;

constexpr int on_cpu = -1;

/// The number of the device, or on_cpu.
int device_of(std::string const &name) {
  constexpr std::string_view prefix = "cuda:";
  int devices = 0;
  if (name == "cpu") return on_cpu;
  if (name == "auto") {
    check(cusigmoid_device_count(&devices));
    return devices > 0 ? 0 : on_cpu;
  }
  int device = 0;
  char const *const end = name.data() + name.size();
  auto const read = std::from_chars(name.data() + std::min(prefix.size(), name.size()), end, device);
  if (!name.starts_with(prefix) || read.ec != std::errc() || read.ptr != end || device < 0)
    throw usage_error("unknown place '" + name + "' (there are auto, cpu and cuda:N)");
  check(cusigmoid_device_count(&devices));
  if (device >= devices)
    throw std::runtime_error("--place " + name + ": there " +
                             (devices == 0   ? "is no CUDA device"
                              : devices == 1 ? "is one CUDA device, cuda:0"
                                             : "are " + std::to_string(devices) + " CUDA devices, from cuda:0 on"));
  return device;
}

}  // namespace

apply_place::apply_place(std::string const &name, int threads) {
  int const device = device_of(name);
  std::size_t const wanted = threads > 0 ? static_cast<std::size_t>(threads) : std::max(1u, std::thread::hardware_concurrency());
  if (device == on_cpu) {
    place_ = cusigmoid_on_cpu(1);  // each worker computes its own chunk
    chunk_bytes_ = chunk_on_cpu;
    workers_ = std::min(wanted, memory / chunk_bytes_);
    return;
  }
  cusigmoid_place const offload = cusigmoid_on_offload(device, staging);
  cusigmoid_pipeline *made = nullptr;
  check(cusigmoid_pipeline_create(&made, &offload));
  pipeline_.reset(made);
  place_ = cusigmoid_on_pipeline(made);
  chunk_bytes_ = chunk_on_gpu;
  workers_ = std::min(wanted, workers_on_gpu);
}

}  // namespace cli
