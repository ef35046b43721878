// SPDX-License-Identifier: Apache-2.0
// An operation over NumPy files, a chunk at a time.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include "tools/cli/command.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/layout.hpp"
#include "tools/cli/operations.hpp"
#include "tools/cli/place.hpp"
#include "tools/progress.hpp"

namespace cli {
namespace {

struct options {
  std::string op, dtype, to, place = "auto";
  std::vector<std::string> in, out;
  int threads = 0;
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
};

/// An array of the operation, and its file: of an input it exists, of an output it is made.
struct array {
  cusigmoid_array_info info;
  std::string path;
  npy_header header;
  int dtype = -1;
  std::optional<input_file> from;
  std::unique_ptr<output_file> to;

  std::uint64_t element_size() const { return cusigmoid_dtype_size(dtype); }
  bool is_left_out() const { return path.empty(); }
  /// Whether its elements are as many as the operation's, so that its memory counts.
  bool has_elements() const { return !is_left_out() && info.role != CUSIGMOID_SCALAR && info.role != CUSIGMOID_ROW; }
};

operation const &operation_of(options const &o) {
  operation const &op = find_operation(o.op);
  for (auto const &out : op.out())
    if (out.role == CUSIGMOID_SUM_ALL || out.role == CUSIGMOID_SUM_ROWS || out.role == CUSIGMOID_LARGEST)
      throw usage_error(o.op + " reduces all its elements to " + out.name + "; apply takes operations that do not");
  return op;
}

/// The files that go with the arrays: in the operation's order; optional ones may be missing at the end, and '-' leaves one out.
std::vector<array> inputs_of(operation const &op, options const &o) {
  std::vector<array> arrays;
  auto const refuse = [&] {
    throw usage_error(o.op + " takes the inputs " + names_of(op.in()) + ", but " + std::to_string(o.in.size()) + " were given");
  };
  if (o.in.size() > op.in().size()) refuse();
  for (auto const &info : op.in()) {
    std::string const path = arrays.size() < o.in.size() ? o.in[arrays.size()] : "-";
    if (path != "-") {
      arrays.push_back({info, path, {}, -1, {}, {}});
    } else if (info.optional) {
      arrays.push_back({info, {}, {}, -1, {}, {}});
    } else if (arrays.size() < o.in.size()) {
      throw usage_error(o.op + ": its input " + info.name + " cannot be left out");
    } else {
      refuse();
    }
  }
  return arrays;
}

std::vector<array> outputs_of(operation const &op, options const &o) {
  if (o.out.size() != op.out().size())
    throw usage_error(o.op + " has the outputs " + names_of(op.out()) + ", but -o names " + std::to_string(o.out.size()) + " files");
  std::set<std::filesystem::path> names;
  std::vector<array> arrays;
  for (auto const &path : o.out) {
    if (!names.insert(std::filesystem::weakly_canonical(path)).second) throw usage_error(path + " is named for two outputs");
    arrays.push_back({op.out()[arrays.size()], path, {}, -1, {}, {}});
  }
  return arrays;
}

/// Opens an input and reads what its header says.
void open(array &a, int named_dtype) {
  a.from.emplace(a.path);
  std::string begin(std::min<std::uint64_t>(a.from->size(), npy_header_limit), '\0');
  a.from->read(begin, 0);
  try {
    a.header = parse_npy_header(begin);
    a.dtype = npy_dtype(a.header.descr, named_dtype);
    std::uint64_t const bytes = npy_elements(a.header.shape, a.element_size()) * a.element_size();
    std::uint64_t const there = a.from->size() - a.header.data_offset;
    if (there != bytes)
      throw std::runtime_error((there < bytes ? "truncated: " : "") + std::string("its array of shape ") + npy_shape_text(a.header.shape) +
                               " has " + std::to_string(bytes) + " bytes, but the file has " + std::to_string(there) + " after the header");
  } catch (std::runtime_error const &e) {
    throw std::runtime_error(a.path + ": " + e.what());
  }
}

/// The first combination of element types that the inputs have, and, if that is asked for, an output; the outputs get theirs.
void find_types(operation const &op, std::vector<array> const &in, std::vector<array> &out, int wanted) {
  for (int tuple = 0; tuple < op.dtype_tuples; ++tuple) {
    auto const dtypes = op.dtypes_of(tuple);
    auto const results = dtypes.subspan(in.size());
    bool matches = wanted < 0 || std::ranges::find(results, wanted) != results.end();
    for (std::size_t i = 0; i < in.size(); ++i) matches = matches && (in[i].is_left_out() || in[i].dtype == dtypes[i]);
    if (!matches) continue;
    for (std::size_t i = 0; i < out.size(); ++i) out[i].dtype = results[i];
    return;
  }
  std::string given;
  for (array const &a : in)
    if (!a.is_left_out()) given += (given.empty() ? "" : ", ") + a.path + " of " + cusigmoid_dtype_name(a.dtype);
  throw std::runtime_error(given + ": " + op.name + " takes no such element types" +
                           (wanted < 0 ? "" : std::string(" to ") + cusigmoid_dtype_name(wanted)) + " (cusigmoid ops " + op.name +
                           " lists them)");
}

/// What one worker computes with: memory for a chunk of each array.
class worker {
 public:
  worker(operation const &op, layout const &lies, cusigmoid_place const &place, cusigmoid_params const &params, std::vector<array> &in,
         std::vector<array> &out)
      : op_(op), lies_(lies), place_(place), params_(params), in_(in), out_(out) {
    for (auto const *arrays : {&in, &out})
      for (array const &a : *arrays) {
        constexpr std::size_t alignment = 64;
        std::size_t const bytes = a.is_left_out() ? 0 : layout::elements_in(a.info, lies.chunk_at(0)) * a.element_size();
        memory_.emplace_back(static_cast<char *>(std::aligned_alloc(alignment, (bytes / alignment + 1) * alignment)));
        if (!memory_.back()) throw std::bad_alloc();
      }
  }

  void run(std::uint64_t index) {
    chunk const c = lies_.chunk_at(index);
    cusigmoid_array arrays[CUSIGMOID_MAX_ARRAYS];
    for (std::size_t i = 0; i < memory_.size(); ++i) {
      array const &a = at(i);
      arrays[i] = CUSIGMOID_ARRAY_INIT;
      if (!a.is_left_out()) arrays[i] = layout::matrix(a.info, c, a.dtype, memory_[i].get());
    }
    for (std::size_t i = 0; i < in_.size(); ++i)
      if (!in_[i].is_left_out()) for_each_run(i, c, [&](std::span<char> bytes, std::uint64_t offset) { in_[i].from->read(bytes, offset); });
    check(cusigmoid_run(op_.number, &place_, arrays, arrays + in_.size(), &params_));
    for (std::size_t i = in_.size(); i < memory_.size(); ++i)
      for_each_run(i, c, [&](std::span<char> bytes, std::uint64_t offset) { at(i).to->write(bytes, offset); });
  }

 private:
  struct release {
    void operator()(char *p) const { std::free(p); }
  };

  array &at(std::size_t i) { return i < in_.size() ? in_[i] : out_[i - in_.size()]; }

  /// Calls f(where in memory, where in the file) for each run of an array's elements.
  template <class F>
  void for_each_run(std::size_t i, chunk const &c, F &&f) {
    array const &a = at(i);
    char *next = memory_[i].get();
    lies_.for_each_run(a.info, c, [&](std::uint64_t first, std::uint64_t count) {
      std::size_t const bytes = count * a.element_size();
      f(std::span(next, bytes), a.header.data_offset + first * a.element_size());
      next += bytes;
    });
  }

  operation const &op_;
  layout const &lies_;
  cusigmoid_place place_;
  cusigmoid_params params_;
  std::vector<array> &in_, &out_;
  std::vector<std::unique_ptr<char, release>> memory_;
};

/// Calls make_worker() on each of so many threads, and what it makes with all indices below `steps`; the first exception ends all.
template <class F>
void share(std::size_t threads, std::uint64_t steps, F const &make_worker) {
  std::atomic<std::uint64_t> next = 0;
  std::exception_ptr thrown;
  std::mutex throwing;
  auto const work = [&] {
    try {
      auto worker = make_worker();
      for (std::uint64_t step; (step = next++) < steps;) worker(step);
    } catch (...) {
      std::lock_guard const lock(throwing);
      if (!thrown) thrown = std::current_exception();
      next = steps;
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min<std::uint64_t>(threads, steps); ++i) others.emplace_back(work);
    work();
  }
  if (thrown) std::rethrow_exception(thrown);
}

layout layout_of(array const &first) try { return layout(first.info, first.header.shape); } catch (std::runtime_error const &e) {
  throw std::runtime_error(first.path + ": " + e.what());
}

void check_shapes(std::vector<array> const &in, layout const &lies) {
  for (array const &a : in) {
    if (a.is_left_out()) continue;
    npy_shape const shape = lies.shape_of(a.info);
    bool const fits = a.info.role == CUSIGMOID_SCALAR ? npy_elements(a.header.shape, 1) == 1 : a.header.shape == shape;
    if (fits) continue;
    throw std::runtime_error(a.path + ": shape " + npy_shape_text(a.header.shape) + ", but as " + a.info.name + " beside " + in[0].path +
                             " of shape " + npy_shape_text(in[0].header.shape) + " it must be " + npy_shape_text(shape));
  }
}

/// Cuts into chunks of so many bytes of all arrays together.
void cut(layout &lies, std::vector<array> const &in, std::vector<array> const &out, std::size_t chunk_bytes) {
  std::uint64_t element_bytes = 0;
  bool has_rows = false;
  for (auto const *arrays : {&in, &out})
    for (array const &a : *arrays) {
      if (a.has_elements()) element_bytes += static_cast<std::uint64_t>(a.info.parts) * a.element_size();
      has_rows = has_rows || (!a.is_left_out() && (a.info.role == CUSIGMOID_ROW || a.info.role == CUSIGMOID_PACKED));
    }
  lies.cut(has_rows, chunk_bytes / element_bytes);
}

/// Makes the output's file, with its header and its size. The bits of a type are written as an input of that type has them.
void create(array &a, std::vector<array> const &in, layout const &lies) {
  auto const same = std::ranges::find(in, a.dtype, &array::dtype);
  std::string const descr = same != in.end() ? same->header.descr : npy_descr(a.dtype);
  a.header = {descr, lies.shape_of(a.info)};
  std::string const header = format_npy_header(a.header.descr, a.header.shape);
  a.header.data_offset = header.size();
  std::uint64_t const bytes = npy_elements(a.header.shape, a.element_size()) * a.element_size();
  a.to = std::make_unique<output_file>(a.path);
  a.to->resize(header.size() + bytes);
  a.to->write(header, 0);
}

int run(options const &o) {
  operation const &op = operation_of(o);
  int const named = o.dtype.empty() ? -1 : find_dtype(o.dtype), wanted = o.to.empty() ? -1 : find_dtype(o.to);
  std::vector<array> in = inputs_of(op, o), out = outputs_of(op, o);
  if (op.params != CUSIGMOID_SWIGLU_PARAMS && (o.params.alpha != 0 || o.params.limit != 0 || o.params.offset != 0))
    throw usage_error(o.op + " has none of the parameters --alpha, --limit and --offset");
  apply_place const place(o.place, o.threads);

  for (array &a : in)
    if (!a.is_left_out()) open(a, named);
  if (named >= 0 && std::ranges::find(in, named, &array::dtype) == in.end())
    throw usage_error("--dtype " + o.dtype + ": " + in[0].path + " is of " + cusigmoid_dtype_name(in[0].dtype));
  find_types(op, in, out, wanted);
  layout lies = layout_of(in[0]);
  check_shapes(in, lies);
  cut(lies, in, out, place.chunk_bytes());
  std::vector<output_file *> files;
  for (array &a : out) {
    create(a, in, lies);
    files.push_back(a.to.get());
  }
  {
    progress line(o.op, lies.chunks());
    share(place.workers(), lies.chunks(), [&] {
      return [&, w = std::make_unique<worker>(op, lies, place.get(), o.params, in, out)](std::uint64_t index) {
        w->run(index);
        line.step();
      };
    });
  }
  output_file::commit(files);
  return 0;
}

}  // namespace

command add_apply(CLI::App &program) {
  auto const o = std::make_shared<options>();
  CLI::App *const app = program.add_subcommand("apply", "An operation over NumPy files (.npy)");
  app->footer(
      "Inputs in the order that `cusigmoid ops OP` tells; optional ones are left out at the end, or by a '-'. Any shape; rows are the "
      "last\n"
      "axis. The files are read in chunks, and may be larger than memory. An output appears whole or not at all.");
  app->add_option("OP", o->op, "the operation (cusigmoid ops lists all); none that sums over its elements")->required();
  app->add_option("IN", o->in, "files of float64, float32 or float16, or, with --dtype, of bits: uint16 or uint8, or ml_dtypes' types")
      ->required();
  app->add_option("-o,--output", o->out, "the outputs' files; may be inputs")->required();
  app->add_option("--dtype", o->dtype, "the type of files that hold bits: bfloat16, float8_e4m3, float8_e5m2 (or float16)");
  app->add_option("--to", o->to, "the type of the outputs, or of one, where the operation gives several (default: the inputs')");
  app->add_option("--place", o->place, "auto (the GPU if there is one), cpu or cuda:N; the results are the same")->capture_default_str();
  app->add_option("--threads", o->threads, "at most so many (default: as many as the machine has)")->check(CLI::PositiveNumber);
  auto const not_zero =
      CLI::Validator([](std::string &text) { return std::strtod(text.c_str(), nullptr) == 0 ? "must not be 0" : ""; }, "NONZERO");
  app->add_option("--alpha", o->params.alpha, "of SwiGLU: gate·σ(alpha·gate)·(up + offset) (default: 1)")->check(not_zero);
  app->add_option("--limit", o->params.limit, "of SwiGLU: gate is at most that, up in magnitude (default: none)")
      ->check(CLI::PositiveNumber);
  app->add_option("--offset", o->params.offset, "of SwiGLU (default: 0)");
  return {app, [o] { return run(*o); }};
}

}  // namespace cli
