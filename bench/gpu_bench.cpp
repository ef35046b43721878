// SPDX-License-Identifier: Apache-2.0
// Times every op on this GPU beside a device-to-device copy of as many bytes in the same run: a table on stdout, JSON with --out.
//
// Bytes are what a call reads and writes, all its arrays together; optional inputs are left out. Every call works on other arrays than
// the one before it; they come round again after more than three times the L2 cache. The inputs are random: zeros run faster.
#include <cuda_runtime_api.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/report.hpp"
#include "bench/stopwatch.hpp"
#include "cusigmoid/conversions.hpp"
#include "cusigmoid/cusigmoid.hpp"

namespace {

using bench::check, bench::memory, bench::row, bench::stopwatch;

char const usage[] =
    "usage: gpu_bench [--op NAME] [--dtype NAME] [--bytes N[K|M|G]]... [--quick] [--out FILE.json] [--digest SHA256]\n"
    "Times all ops on the current GPU. --bytes: what a call reads and writes (16M and 256M; --quick: 16M, and fewer repetitions).\n"
    "--digest: the library's source_digest, for the JSON.\n";

struct options {
  std::string op, dtype, out, digest;
  std::vector<std::size_t> bytes;
  bool quick = false;
};

/// How many sets of arrays the calls take in turn.
std::size_t sets_of(std::size_t bytes, cudaDeviceProp const &gpu) { return 3 * static_cast<std::size_t>(gpu.l2CacheSize) / bytes + 2; }

/// What an input is drawn from: a saved σ(x) or a target lies in [0, 1], a saved ±σ(−|x|) in [−1/2, 1/2], all else is as activations and
/// gradients are.
enum class range { any, fraction, half };
range range_of(std::string const &name) {
  return name == "y" || name == "target" ? range::fraction : name == "s" ? range::half : range::any;
}

std::vector<unsigned char> random_elements(int dtype, range in) {
  std::mt19937 random;
  std::uniform_real_distribution<double> uniform(in == range::half ? -0.5 : 0, in == range::half ? 0.5 : 1);
  std::normal_distribution<double> normal(0, 2);
  std::vector<unsigned char> bytes;
  auto const make = [&]<class T>(T) {
    if (static_cast<int>(cusigmoid::format<T>::id) != dtype) return;
    std::vector<T> elements(1 << 18);
    for (T &e : elements) e = cusigmoid::engine::element<T>::narrow(in == range::any ? normal(random) : uniform(random));
    auto const *const begin = reinterpret_cast<unsigned char const *>(elements.data());
    bytes.assign(begin, begin + elements.size() * sizeof(T));
  };
  [&]<class... T>(cusigmoid::engine::list<T...>) { (make(T{}), ...); }(cusigmoid::engine::element_types{});
  if (bytes.empty()) throw std::runtime_error("gpu_bench makes no elements of dtype " + std::to_string(dtype));
  return bytes;
}

/// The same, made once.
std::vector<unsigned char> const &elements_of(int dtype, range in) {
  static std::map<std::pair<int, range>, std::vector<unsigned char>> all;
  auto &elements = all[{dtype, in}];
  if (elements.empty()) elements = random_elements(dtype, in);
  return elements;
}

/// Fills a buffer with the pattern, over and over, from somewhere in its first half on: two inputs are not the same.
void fill(memory &to, std::vector<unsigned char> const &pattern, std::size_t input = 0) {
  std::size_t const half = pattern.size() / 2;
  std::size_t filled = std::min(half, to.size());
  check(cudaMemcpyAsync(to.data(), pattern.data() + half / 8 * (input % 8), filled, cudaMemcpyHostToDevice, to.stream()));
  for (std::size_t n; filled < to.size(); filled += n) {
    n = std::min(filled, to.size() - filled);
    check(cudaMemcpyAsync(to.data() + filled, to.data(), n, cudaMemcpyDeviceToDevice, to.stream()));
  }
}

row measure_copy(stopwatch &watch, std::size_t bytes, cudaDeviceProp const &gpu) {
  std::size_t const half = bytes / 2, sets = sets_of(bytes, gpu);
  memory from(sets * half, watch.stream()), to(sets * half, watch.stream());
  fill(from, elements_of(CUSIGMOID_FLOAT32, range::any));
  row r = watch.measure(2 * half, [&](std::size_t i) {
    std::size_t const offset = i % sets * half;
    check(cudaMemcpyAsync(to.data() + offset, from.data() + offset, half, cudaMemcpyDeviceToDevice, watch.stream()));
  });
  r.op = "copy";
  return r;
}

/// An array of an op over rows × cols elements, without data.
cusigmoid_array shape_of(cusigmoid_array_info const &info, int dtype, std::size_t rows, std::size_t cols) {
  std::size_t const width = static_cast<std::size_t>(info.parts) * cols;
  if (info.optional) return {sizeof(cusigmoid_array), nullptr, dtype, 0, 0, 0};
  switch (info.role) {
    case CUSIGMOID_ELEMENTWISE:
    case CUSIGMOID_PACKED:
    case CUSIGMOID_INTERLEAVED: return {sizeof(cusigmoid_array), nullptr, dtype, rows, width, width};
    case CUSIGMOID_ROW:
    case CUSIGMOID_SUM_ROWS: return {sizeof(cusigmoid_array), nullptr, dtype, 1, width, width};
    case CUSIGMOID_SCALAR:
    case CUSIGMOID_SUM_ALL:
    case CUSIGMOID_LARGEST: return {sizeof(cusigmoid_array), nullptr, dtype, 1, 1, 1};
    default: throw std::runtime_error(std::string("gpu_bench does not know the role of ") + info.name);
  }
}

std::size_t bytes_of(cusigmoid_array const &array) { return array.rows * array.cols * cusigmoid_dtype_size(array.dtype); }

row measure_op(stopwatch &watch, int op, cusigmoid_op_info const &info, int const *dtypes, std::size_t bytes, cudaDeviceProp const &gpu) {
  auto const shapes = [&](std::size_t rows, std::size_t cols) {
    std::vector<cusigmoid_array> list;
    for (int a = 0; a < info.inputs + info.outputs; ++a) list.push_back(shape_of(info.arrays[a], dtypes[a], rows, cols));
    return list;
  };
  auto const moved = [](std::vector<cusigmoid_array> const &list) {
    std::size_t sum = 0;
    for (cusigmoid_array const &array : list) sum += bytes_of(array);
    return sum;
  };
  std::size_t const n = std::max<std::size_t>(bytes / (moved(shapes(2, 1)) - moved(shapes(1, 1))), 1);  // by the bytes of one more element
  std::size_t const cols = std::min<std::size_t>(n, 4096), rows = n / cols;
  std::vector<cusigmoid_array> arrays = shapes(rows, cols);
  std::size_t const sets = sets_of(moved(arrays), gpu);

  std::vector<memory> buffers;
  auto const stride = [&](std::size_t a) { return (bytes_of(arrays[a]) + 255) / 256 * 256; };  // each array aligned as if allocated
  for (std::size_t a = 0; a < arrays.size(); ++a) {
    buffers.emplace_back(sets * stride(a), watch.stream());
    if (stride(a) == 0) continue;
    if (a < static_cast<std::size_t>(info.inputs))
      fill(buffers[a], elements_of(dtypes[a], range_of(info.arrays[a].name)), a);
    else if (info.arrays[a].role == CUSIGMOID_LARGEST)  // what it holds before counts, too
      check(cudaMemsetAsync(buffers[a].data(), 0, buffers[a].size(), watch.stream()));
  }
  cusigmoid_place const place = cusigmoid_on_cuda(watch.stream());
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  check(cusigmoid_workspace_size(op, &place, rows, cols, &params.workspace_bytes));
  memory workspace(params.workspace_bytes, watch.stream());
  params.workspace = workspace.data();

  row r = watch.measure(moved(arrays), [&](std::size_t i) {
    for (std::size_t a = 0; a < arrays.size(); ++a)
      if (stride(a) != 0) arrays[a].data = buffers[a].data() + i % sets * stride(a);
    check(cusigmoid_run(op, &place, arrays.data(), arrays.data() + info.inputs, &params));
  });
  r.op = info.name;
  for (cusigmoid_array const &array : arrays) r.dtypes.push_back(cusigmoid_dtype_name(array.dtype));
  return r;
}

std::vector<row> measure_all(stopwatch &watch, options const &o, cudaDeviceProp const &gpu) {
  std::vector<row> rows;
  for (std::size_t bytes : o.bytes) {
    double copy_gb_per_s = 0;
    auto const add = [&](row r) {
      if (copy_gb_per_s == 0) copy_gb_per_s = r.gb_per_s();
      r.copy_gb_per_s = copy_gb_per_s;
      bench::print(r);
      rows.push_back(r);
    };
    add(measure_copy(watch, bytes, gpu));
    cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
    for (int op = 0; cusigmoid_get_op_info(op, &info) == CUSIGMOID_SUCCESS; ++op)
      for (int tuple = 0; tuple < info.dtype_tuples; ++tuple) {
        int const *const dtypes = info.dtypes + tuple * (info.inputs + info.outputs);
        if ((o.op.empty() || o.op == info.name) && (o.dtype.empty() || o.dtype == cusigmoid_dtype_name(dtypes[0])))
          add(measure_op(watch, op, info, dtypes, bytes, gpu));
      }
  }
  if (rows.size() == o.bytes.size()) throw std::invalid_argument("no op of that name takes that dtype");
  return rows;
}

/// The machine, with the clocks that nvidia-smi reads while the GPU computes.
bench::machine describe(stopwatch &watch, cudaDeviceProp const &gpu) {
  bench::machine m = {gpu.name, std::to_string(gpu.major) + "." + std::to_string(gpu.minor), "", 0, 0, 0, 0, 0, 0};
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
  std::size_t const n = 1 << 24;
  memory x(n * sizeof(float), watch.stream()), y(x.size(), watch.stream());
  fill(x, elements_of(CUSIGMOID_FLOAT32, range::any));
  while (asked.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    check(cusigmoid_forward(cusigmoid_on_cuda(watch.stream()), CUSIGMOID_FLOAT32, x.data(), y.data(), n));
    check(cudaStreamSynchronize(watch.stream()));
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
    } else {
      throw std::invalid_argument("unknown option " + name);
    }
  }
  if (o.bytes.empty()) {
    o.bytes = {16 << 20};
    if (!o.quick) o.bytes.push_back(256 << 20);
  }
  return o;
}

}  // namespace

int main(int argc, char **argv) {
  try {
    if (argc == 2 && std::string(argv[1]) == "--help") return std::fputs(usage, stdout) < 0;
    options const o = parse(argc, argv);
    int device = 0;
    cudaDeviceProp gpu;
    check(cudaGetDevice(&device));
    check(cudaGetDeviceProperties(&gpu, device));
    stopwatch watch(o.quick ? 0.02 : 0.05);
    bench::print_heading();
    std::vector<row> const rows = measure_all(watch, o, gpu);
    if (!o.out.empty()) bench::write_json(o.out, describe(watch, gpu), o.digest, rows);
  } catch (std::invalid_argument const &e) {
    std::fprintf(stderr, "gpu_bench: %s\n%s", e.what(), usage);
    return 2;
  } catch (std::exception const &e) {
    std::fprintf(stderr, "gpu_bench: %s\n", e.what());
    return 1;
  }
}
