// SPDX-License-Identifier: Apache-2.0
// Times the ops on this GPU beside copies of as many bytes and others' σ in the same run: a table on stdout, JSON with --out.
//
// Bytes are what a call reads and writes, all its arrays together; optional inputs are left out.
#include <cuda_runtime_api.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/bus.hpp"
#include "bench/kernels.hpp"
#include "bench/latency.hpp"
#include "bench/operation.hpp"
#include "bench/peers.hpp"

namespace {

using bench::check, bench::row, bench::stopwatch;

char const usage[] =
    "usage: gpu_bench [--op NAME] [--dtype NAME] [--bytes N[K|M|G]]... [--quick] [--out FILE.json] [--digest SHA256]\n"
    "       gpu_bench --profile OP DTYPE [--bytes N[K|M|G]]\n"
    "Times all ops on the current GPU where a call reads and writes 16M and 256M bytes in all, and a few of them from 4K to 1G; what one "
    "call\n"
    "costs; forward of host arrays, beside the bus; and others' sigmoid. --quick: fewer sizes and repetitions. --bytes: all ops at these "
    "sizes instead.\n"
    "--digest: the library's source_digest, for the JSON. --profile: an op a few times, for a profiler (256M).\n";

struct options {
  std::string op, dtype, out, digest;
  std::vector<std::size_t> bytes;
  bool quick = false, profile = false;

  bool name(char const *an_op, char const *its_dtype) const { return (op.empty() || op == an_op) && (dtype.empty() || dtype == its_dtype); }
};

/// An op with the types of its arrays.
struct typed_op {
  int op;
  cusigmoid_op_info info;
  int const *dtypes;
};

/// Those that the options name; of an op's types those of one type come first.
std::vector<typed_op> typed_ops(options const &o) {
  std::vector<typed_op> list;
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  for (int op = 0; cusigmoid_get_op_info(op, &info) == CUSIGMOID_SUCCESS; ++op)
    for (int tuple = 0; tuple < info.dtype_tuples; ++tuple) {
      int const *const dtypes = info.dtypes + tuple * (info.inputs + info.outputs);
      if (o.name(info.name, cusigmoid_dtype_name(dtypes[0]))) list.push_back({op, info, dtypes});
    }
  if (list.empty()) throw std::invalid_argument("no op of that name takes that dtype");
  return list;
}

// What is measured at many sizes.
bool is_on_curve(int dtype) { return dtype == CUSIGMOID_FLOAT32 || dtype == CUSIGMOID_BFLOAT16; }
bool is_on_curve(typed_op const &t) {
  return (t.op == CUSIGMOID_FORWARD || t.op == CUSIGMOID_BACKWARD || t.op == CUSIGMOID_SWIGLU_SPLIT) && is_on_curve(t.dtypes[0]) &&
         std::all_of(t.dtypes, t.dtypes + t.info.inputs + t.info.outputs, [&](int dtype) { return dtype == t.dtypes[0]; });
}

struct size {
  std::size_t bytes;
  bool all_ops;
};

std::vector<size> sizes(options const &o) {
  std::vector<size> list;
  for (std::size_t bytes : o.bytes) list.push_back({bytes, true});
  if (!list.empty()) return list;
  std::size_t const largest = o.quick ? 16 << 20 : 1 << 30;
  for (std::size_t bytes = 4096; bytes <= largest; bytes *= o.quick ? 64 : 4)
    list.push_back({bytes, bytes == 16 << 20 || bytes == 256 << 20});
  return list;
}

/// From one array to another, each of half the bytes: copies and peers.
row measure_peer(stopwatch &watch, char const *op, bench::peer const &peer, std::size_t bytes) {
  std::size_t const half = bytes / 2 / 16 * 16, turns = bench::turns(2 * half);
  bench::array_in_turn x(half, turns, watch.on()), y(half, turns, watch.on());
  bench::fill(x.all(), peer.dtype);
  std::size_t const n = half / cusigmoid_dtype_size(peer.dtype);
  row r = watch.measure(2 * half, [&](std::size_t i) { peer.forward(x.of_call(i), y.of_call(i), n, watch.on()); });
  r.op = op, r.peer = peer.name;
  r.dtypes.assign(2, cusigmoid_dtype_name(peer.dtype));
  return r;
}

/// Which copy is the faster differs from GPU to GPU.
std::vector<row> measure_copies(stopwatch &watch, std::size_t bytes) {
  bench::peer const by_memcpy = {"cudaMemcpyAsync", CUSIGMOID_FLOAT32, [](void const *x, void *y, std::size_t n, cudaStream_t stream) {
                                   check(cudaMemcpyAsync(y, x, n * sizeof(float), cudaMemcpyDeviceToDevice, stream));
                                 }};
  bench::peer const by_kernel = {"copy kernel", CUSIGMOID_FLOAT32, [](void const *x, void *y, std::size_t n, cudaStream_t stream) {
                                   check(bench::copy_by_kernel(x, y, n * sizeof(float), stream));
                                 }};
  return {measure_peer(watch, "copy", by_memcpy, bytes), measure_peer(watch, "copy", by_kernel, bytes)};
}

std::vector<row> measure_all(stopwatch &watch, options const &o) {
  std::vector<row> rows;
  double copy_gb_per_s = 0;
  auto const add = [&](row r) {
    if (r.copy_gb_per_s == 0) r.copy_gb_per_s = copy_gb_per_s;
    bench::print(r);
    rows.push_back(r);
  };
  auto const ops = typed_ops(o);
  auto peers = bench::cccl_peers(), more = bench::cudnn_peers();
  peers.insert(peers.end(), more.begin(), more.end());

  bench::print_heading();
  if (o.name("forward", "float32")) {
    for (row const &r : bench::measure_latency(watch)) add(r);
    for (row const &r : bench::measure_bus(watch, o.quick ? 8 << 20 : 512 << 20)) add(r);
  }
  for (auto const [bytes, all_ops] : sizes(o)) {
    std::size_t available, total;
    check(cudaMemGetInfo(&available, &total));
    if (bench::turns(bytes) * bytes > available) {
      std::fprintf(stderr, "gpu_bench: no memory for calls of %zu bytes\n", bytes);
      continue;
    }
    auto const copies = measure_copies(watch, bytes);
    copy_gb_per_s = std::max(copies[0].gb_per_s(), copies[1].gb_per_s());
    for (row const &r : copies) add(r);
    for (typed_op const &t : ops) {
      if (!all_ops && !is_on_curve(t)) continue;
      bench::operation call(t.op, t.info, t.dtypes, bytes, watch.on());
      row r = watch.measure(call.bytes(), call);
      r.op = t.info.name, r.dtypes = call.dtypes();
      add(r);
    }
    for (bench::peer const &p : peers) {
      if (!o.name("forward", cusigmoid_dtype_name(p.dtype)) || !(all_ops || is_on_curve(p.dtype))) continue;
      try {
        add(measure_peer(watch, "forward", p, bytes));
      } catch (bench::peer_error const &e) {
        std::fprintf(stderr, "gpu_bench: %s, %s: %s\n", p.name.c_str(), cusigmoid_dtype_name(p.dtype), e.what());
      }
    }
  }
  return rows;
}

void profile(options const &o) {
  typed_op const t = typed_ops(o).front();
  bench::stream stream;
  bench::operation call(t.op, t.info, t.dtypes, o.bytes.empty() ? 256 << 20 : o.bytes[0], stream);
  for (std::size_t i = 0; i < 5; ++i) call(i);
  check(cudaStreamSynchronize(stream));
}

/// The machine, with the clocks that nvidia-smi reads while the GPU computes.
bench::machine describe(stopwatch &watch) {
  int device = 0;
  cudaDeviceProp gpu;
  check(cudaGetDevice(&device));
  check(cudaGetDeviceProperties(&gpu, device));
  bench::machine m = {gpu.name, std::to_string(gpu.major) + "." + std::to_string(gpu.minor), "", gpu.multiProcessorCount, 0, 0, 0, 0, 0, 0};
  check(cudaDriverGetVersion(&m.cuda_of_driver));
  check(cudaRuntimeGetVersion(&m.cuda_runtime));

  char command[256];
  std::snprintf(command, sizeof command,
                "nvidia-smi -i %08x:%02x:%02x.0 --format=csv,noheader,nounits "
                "--query-gpu=driver_version,clocks.sm,clocks.mem,clocks.max.sm,clocks.max.mem 2>/dev/null",
                static_cast<unsigned>(gpu.pciDomainID), static_cast<unsigned>(gpu.pciBusID), static_cast<unsigned>(gpu.pciDeviceID));
  auto asked = std::async(std::launch::async, [&] {
    std::FILE *const answer = popen(command, "r");
    if (!answer) return;
    char driver[64] = "";
    if (std::fscanf(answer, "%63[0-9.], %d, %d, %d, %d", driver, &m.sm_mhz, &m.memory_mhz, &m.max_sm_mhz, &m.max_memory_mhz) > 0)
      m.driver = driver;
    pclose(answer);
  });
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  check(cusigmoid_get_op_info(CUSIGMOID_FORWARD, &info));
  int const dtypes[] = {CUSIGMOID_FLOAT32, CUSIGMOID_FLOAT32};
  bench::operation busy(CUSIGMOID_FORWARD, info, dtypes, 128 << 20, watch.on());
  for (std::size_t i = 0; asked.wait_for(std::chrono::seconds(0)) != std::future_status::ready; ++i) {
    busy(i);
    check(cudaStreamSynchronize(watch.on()));
  }
  asked.get();
  return m;
}

std::size_t parse_bytes(std::string const &text) {
  char *end;
  std::size_t const n = std::strtoull(text.c_str(), &end, 10);
  std::string const unit = end;
  int const shift = unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : 0;
  if (n == 0 || (shift == 0 && !unit.empty())) throw std::invalid_argument("--bytes " + text + " is not a number of bytes");
  return std::max<std::size_t>(n << shift, 512);
}

options parse(int argc, char **argv) {
  options o;
  for (int i = 1; i < argc; ++i) {
    std::string const name = argv[i];
    auto const value = [&]() -> std::string {
      if (++i == argc) throw std::invalid_argument(name + " needs a value");
      return argv[i];
    };
    if (name == "--op") {
      o.op = value();
    } else if (name == "--dtype") {
      o.dtype = value();
    } else if (name == "--bytes") {
      o.bytes.push_back(parse_bytes(value()));
    } else if (name == "--out") {
      o.out = value();
    } else if (name == "--digest") {
      o.digest = value();
    } else if (name == "--quick") {
      o.quick = true;
    } else if (name == "--profile") {
      o.profile = true;
      o.op = value();
      o.dtype = value();
    } else {
      throw std::invalid_argument("unknown option " + name);
    }
  }
  return o;
}

}  // namespace

int main(int argc, char **argv) {
  try {
    if (argc == 2 && std::string(argv[1]) == "--help") return std::fputs(usage, stdout) < 0;
    options const o = parse(argc, argv);
    if (o.profile) {
      profile(o);
      return 0;
    }
    stopwatch watch(o.quick ? 0.02 : 0.05);
    std::vector<row> const rows = measure_all(watch, o);
    if (!o.out.empty()) bench::write_json(o.out, describe(watch), o.digest, rows);
  } catch (std::invalid_argument const &e) {
    std::fprintf(stderr, "gpu_bench: %s\n%s", e.what(), usage);
    return 2;
  } catch (std::exception const &e) {
    std::fprintf(stderr, "gpu_bench: %s\n", e.what());
    return 1;
  }
}
