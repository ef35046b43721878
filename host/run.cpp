// SPDX-License-Identifier: Apache-2.0
// The one door: checks a call and hands it to its place. Nothing is written before every check has passed.
#include <cmath>
#include <cstdint>
#include <cstring>

#include "cuda/column_sums.hpp"
#include "host/check.hpp"
#include "host/cpu/backend.hpp"
#include "host/error.hpp"
#include "host/offload.hpp"
#include "host/overlap.hpp"
#include "host/run.hpp"

namespace cusigmoid::engine {
namespace {

// The sizes of the structs of the first version: no caller has less.
constexpr std::size_t first_place = 24, first_array = 48, first_params = 24;

/// A caller's struct as this library knows it. What an older, shorter one lacks is zero; what a newer, longer one has beyond must be zero.
template <class T>
bool read_struct(T &to, void const *from, std::size_t first_size) {
  std::size_t size;
  std::memcpy(&size, from, sizeof size);
  if (size == sizeof to) {
    std::memcpy(&to, from, sizeof to);  // of a size that the compiler knows: a few moves
    return true;
  }
  constexpr std::size_t largest = 4096;  // a size beyond is a mistake, not a later version
  if (size < first_size || size > largest) return false;
  auto const *const bytes = static_cast<unsigned char const *>(from);
  for (std::size_t i = sizeof to; i < size; ++i)
    if (bytes[i]) return false;
  std::memset(&to, 0, sizeof to);
  std::memcpy(&to, from, size < sizeof to ? size : sizeof to);
  return true;
}

/// For all structs alike: what is wrong with one that read_struct refuses.
cusigmoid_status refuse_struct(char const *op, char const *name, std::size_t size, std::size_t expected) {
  return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s: struct_size is %zu, not %zu, or what this version does not know in it is not zero", op,
              name, size, expected);
}

char const *dtype_name(int dtype) {
  dtype_info const *const info = find_dtype(dtype);
  return info ? info->name : "an unknown dtype";
}

/// The arrays of a call beside what their op expects of them.
struct arguments {
  op_info const &op;
  cusigmoid_array arrays[CUSIGMOID_MAX_ARRAYS];
  std::size_t element_size[CUSIGMOID_MAX_ARRAYS];  // of those that are not absent, once their types are found
  std::size_t rows = 0, cols = 0;
  unsigned absent = 0;  // a bit for each optional input that the caller has left out

  explicit arguments(op_info const &info) : op(info) {}
  int count() const { return op.inputs + op.outputs; }

  cusigmoid_status read(char const *list, cusigmoid_array const *from, int first, int n) {
    if (!from) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s is null", op.name, list);
    std::size_t const stride = from->struct_size;  // an array of structs as large as the caller's
    for (int i = 0; i < n; ++i) {
      void const *const one = reinterpret_cast<char const *>(from) + static_cast<std::size_t>(i) * stride;
      std::size_t size;
      std::memcpy(&size, one, sizeof size);
      if (size != stride || !read_struct(arrays[first + i], one, first_array))
        return refuse_struct(op.name, op.arrays[first + i].name, size, sizeof(cusigmoid_array));
      cusigmoid_array const &a = arrays[first + i];
      if (op.arrays[first + i].optional && !a.data && !a.rows && !a.cols) absent |= 1u << (first + i);
    }
    return CUSIGMOID_SUCCESS;
  }

  /// The place of the arrays' element types among the op's tuples.
  cusigmoid_status find_types(int &types) {
    for (int i = 0; i < count(); ++i) {
      if (is_absent(i)) continue;
      dtype_info const *const type = find_dtype(arrays[i].dtype);
      if (!type) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s: dtype %d is unknown", op.name, op.arrays[i].name, arrays[i].dtype);
      element_size[i] = type->size;
    }
    int best = -1;  // how far the longest match goes: the array after it is the one to name
    for (types = 0; types < op.dtype_tuples; ++types) {
      int matching = 0;
      while (matching < count() && (is_absent(matching) || arrays[matching].dtype == op.dtypes[types * count() + matching])) ++matching;
      if (matching == count()) return CUSIGMOID_SUCCESS;
      best = matching > best ? matching : best;
    }
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s: dtype %s is not supported%s", op.name, op.arrays[best].name,
                dtype_name(arrays[best].dtype), best ? " beside the arrays before it" : "");
  }

  bool is_absent(int i) const { return absent >> i & 1; }

  /// Shapes: rows × cols is what the first array says.
  cusigmoid_status find_shape() {
    rows = arrays[0].rows;
    cols = arrays[0].cols;
    if (int const parts = op.arrays[0].parts; parts > 1) cols /= static_cast<std::size_t>(parts);  // slow, beside a small call
    for (int i = 0; i < count(); ++i) {
      if (is_absent(i)) continue;
      cusigmoid_array &a = arrays[i];
      cusigmoid_array_info const &info = op.arrays[i];
      std::size_t const parts = static_cast<std::size_t>(info.parts);
      bool const one = info.role == CUSIGMOID_SUM_ALL || info.role == CUSIGMOID_SCALAR || info.role == CUSIGMOID_LARGEST;
      bool const one_row = one || info.role == CUSIGMOID_ROW || info.role == CUSIGMOID_SUM_ROWS;
      if (!one && cols > SIZE_MAX / parts)
        return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s: %zu parts of %zu columns are more than size_t can count", op.name, info.name,
                    parts, cols);
      std::size_t const want_rows = one_row ? 1 : rows, want_cols = one ? 1 : cols * parts;
      if (a.rows != want_rows || a.cols != want_cols)
        return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s is %zu × %zu, but beside %s of %zu × %zu it must be %zu × %zu", op.name, info.name,
                    a.rows, a.cols, op.arrays[0].name, arrays[0].rows, arrays[0].cols, want_rows, want_cols);
      if (a.rows <= 1) a.leading_dimension = a.cols;
      if (a.leading_dimension < a.cols)
        return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s: leading_dimension %zu is less than the %zu columns", op.name, info.name,
                    a.leading_dimension, a.cols);
      // ptrdiff_t bounds every offset the engines compute
      std::ptrdiff_t elements, bytes;
      if (__builtin_mul_overflow(a.rows, a.leading_dimension, &elements) || __builtin_mul_overflow(elements, element_size[i], &bytes))
        return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s: %zu rows of %zu elements are more bytes than an object can have", op.name,
                    info.name, a.rows, a.leading_dimension);
    }
    return CUSIGMOID_SUCCESS;
  }

  bool is_used(int i) const { return arrays[i].rows && arrays[i].cols; }

  cusigmoid_status check_memory() const {
    for (int i = 0; i < count(); ++i) {
      if (!is_used(i)) continue;
      std::uintptr_t const address = reinterpret_cast<std::uintptr_t>(arrays[i].data);
      if (address == 0)
        return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s is null, but has %zu × %zu elements", op.name, op.arrays[i].name, arrays[i].rows,
                    arrays[i].cols);
      if (address & (element_size[i] - 1))
        return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s: address %p is not a multiple of its element's %zu bytes", op.name,
                    op.arrays[i].name, arrays[i].data, element_size[i]);
      if (bytes(i).end() < address)
        return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s: %zu rows of %zu elements from %p on run past the end of memory", op.name,
                    op.arrays[i].name, arrays[i].rows, arrays[i].leading_dimension, arrays[i].data);
    }
    for (int o = op.inputs; o < count(); ++o)
      for (int i = 0; i < o; ++i)
        if (is_used(i) && is_used(o) && overlap(bytes(i), bytes(o)) && !in_place(i, o))
          return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s at %p overlaps %s at %p; an output may only be exactly an input", op.name,
                      op.arrays[o].name, arrays[o].data, op.arrays[i].name, arrays[i].data);
    return CUSIGMOID_SUCCESS;
  }

  cusigmoid_status check_memory_kinds(cusigmoid_place const &place) const {
    if (place.kind == CUSIGMOID_CUDA)
      if (auto const s = check_stream(place, op.name)) return s;
    for (int i = 0; i < count(); ++i)
      if (is_used(i))
        if (auto const s = check_memory_kind(place, op.name, op.arrays[i].name, arrays[i].data, bytes(i).end() - bytes(i).address))
          return s;
    return CUSIGMOID_SUCCESS;
  }

  byte_matrix bytes(int i) const {
    std::size_t const size = element_size[i];
    return {reinterpret_cast<std::uintptr_t>(arrays[i].data), arrays[i].rows, arrays[i].cols * size, arrays[i].leading_dimension * size};
  }

  /// Each element of output o lies exactly on the one of input i that is read for it, and on nothing else.
  bool in_place(int i, int o) const {
    return i < op.inputs && op.arrays[i].role == op.arrays[o].role && op.arrays[i].parts == op.arrays[o].parts &&
           arrays[i].data == arrays[o].data && element_size[i] == element_size[o] &&
           arrays[i].leading_dimension == arrays[o].leading_dimension;
  }

  /// Whether the rows of all arrays follow one another, so that they are one row.
  bool is_one_row() const {
    if (rows <= 1) return false;
    for (int i = 0; i < count(); ++i) {
      int const role = op.arrays[i].role;
      bool const elements = role == CUSIGMOID_ELEMENTWISE || role == CUSIGMOID_INTERLEAVED;
      bool const one = role == CUSIGMOID_SCALAR || role == CUSIGMOID_LARGEST || role == CUSIGMOID_SUM_ALL;
      if (!is_absent(i) && !one && !(elements && arrays[i].leading_dimension == arrays[i].cols)) return false;
    }
    return true;
  }

  /// The arrays' parts, each an operand.
  void fill(call &c) const {
    bool const one_row = is_one_row();
    c.rows = one_row ? 1 : rows;
    c.cols = one_row ? rows * cols : cols;
    operand *next = c.operands;
    for (int i = 0; i < count(); ++i) {
      int const role = op.arrays[i].role;
      std::size_t const step = is_absent(i) ? 0 : (role == CUSIGMOID_INTERLEAVED ? 1 : cols) * element_size[i];  // from part to part
      for (int part = 0; part < op.arrays[i].parts; ++part) {
        char *const data = static_cast<char *>(arrays[i].data);
        *next++ = {data ? data + static_cast<std::size_t>(part) * step : nullptr,
                   role == CUSIGMOID_ROW || role == CUSIGMOID_SCALAR ? 0 : arrays[i].leading_dimension};
      }
    }
  }
};

/// Most calls: an array for each operand of an op, all of one type and, side by side, of as many elements, each output exactly an input or
/// apart from the arrays before it. Of these, whose elements may take no longer, `arguments` would find the same; false of all others.
bool find_plain_call(op_info const &op, cusigmoid_array const *in, cusigmoid_array const *out, call &c) {
  if (!op.plain || !in || !out || in->struct_size != sizeof *in || out->struct_size != sizeof *out) return false;
  dtype_info const *const type = find_dtype(in->dtype);
  std::size_t const n = in->cols;
  if (!type || n == 0 || n > PTRDIFF_MAX / 8) return false;  // 8: the largest type's bytes
  std::size_t const bytes = n * type->size;
  for (int i = 0; i < op.inputs + op.outputs; ++i) {
    cusigmoid_array const &a = i < op.inputs ? in[i] : out[i - op.inputs];
    std::uintptr_t const address = reinterpret_cast<std::uintptr_t>(a.data);
    if (a.struct_size != sizeof a || a.dtype != in->dtype || a.rows != 1 || a.cols != n || address == 0 || address & (type->size - 1) ||
        address > UINTPTR_MAX - bytes)
      return false;
    for (int k = 0; i >= op.inputs && k < i; ++k) {
      std::uintptr_t const other = reinterpret_cast<std::uintptr_t>(c.operands[k].data);
      bool const apart = address < other ? other - address >= bytes : address - other >= bytes;
      if (!apart && (address != other || k >= op.inputs)) return false;
    }
    c.operands[i] = {a.data, n};
  }
  c.dtypes = in->dtype;
  c.rows = 1, c.cols = n;
  return true;
}

/// The parameters that an op computes with, where they are not the default.
cusigmoid_status find_parameters(arguments const &a, cusigmoid_params const &given, call &c) {
  op_info const &op = a.op;
  auto const refuse = [&](char const *name, double value, char const *why) {
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: params: %s is %g; %s", op.name, name, value, why);
  };
  struct field {
    char const *name;
    double value;
    int set;
  };
  for (field const &f :
       {field{"alpha", given.alpha, CUSIGMOID_SWIGLU_PARAMS}, field{"limit", given.limit, CUSIGMOID_SWIGLU_PARAMS},
        field{"offset", given.offset, CUSIGMOID_SWIGLU_PARAMS}, field{"mean", static_cast<double>(given.mean), CUSIGMOID_LOSS_PARAMS}}) {
    if (f.value != 0 && op.params != f.set) return refuse(f.name, f.value, "this operation has no such parameter, it must be 0");
    if (!std::isfinite(f.value)) return refuse(f.name, f.value, "it must be finite");
  }
  if (given.limit < 0) return refuse("limit", given.limit, "it must not be negative");
  if (given.mean != 0 && given.mean != 1) return refuse("mean", given.mean, "it must be 0 or 1");
  if (given.alpha != 0) c.given.alpha = given.alpha;
  if (given.limit != 0) c.given.limit = given.limit;
  c.given.offset = given.offset;
  if (given.mean) c.given.divisor = static_cast<double>(a.rows) * static_cast<double>(a.cols);
  return CUSIGMOID_SUCCESS;
}

std::size_t workspace_of(op_info const &op, std::size_t rows, std::size_t cols) {
  switch (op.sum()) {
    case summation::of_all: return workspace_bytes(rows * cols);
    case summation::of_columns: return column_workspace_bytes(rows, cols);
    case summation::none: break;
  }
  return 0;
}

cusigmoid_status check_workspace(arguments const &a, call const &c, cusigmoid_params const &params) {
  char const *const op = a.op.name;
  std::size_t const needed = workspace_of(a.op, c.rows, c.cols);
  if (needed == 0) return CUSIGMOID_SUCCESS;
  std::uintptr_t const address = reinterpret_cast<std::uintptr_t>(params.workspace);
  if (params.workspace_bytes < needed || address == 0)
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: workspace: %zu bytes at %p, but %zu are needed", op, params.workspace_bytes,
                params.workspace, needed);
  if (address % alignof(double))
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: workspace: address %p is not a multiple of %zu", op, params.workspace, alignof(double));
  for (int i = 0; i < a.count(); ++i)
    if (a.is_used(i) && overlap(a.bytes(i), {address, 1, needed, needed}))
      return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: workspace at %p overlaps %s at %p", op, params.workspace, a.op.arrays[i].name,
                  a.arrays[i].data);
  return CUSIGMOID_SUCCESS;
}

}  // namespace

cusigmoid_status find_place(cusigmoid_place &to, cusigmoid_place const *from, char const *op) {
  if (!from) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: place is null", op);
  if (!read_struct(to, from, first_place)) return refuse_struct(op, "place", from->struct_size, sizeof(cusigmoid_place));
  if (to.kind < CUSIGMOID_CPU || to.kind > CUSIGMOID_OFFLOAD)
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: place: kind %d is unknown", op, to.kind);
  if (to.threads < 0) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: place: threads is %d", op, to.threads);
  bool const bounded = to.staging_bytes || to.device_plus_one;
  if (to.kind != CUSIGMOID_OFFLOAD && (bounded || to.pipeline))
    return fail(CUSIGMOID_INVALID_ARGUMENT,
                "%s: place: staging_bytes, device_plus_one or pipeline is set, but kind is not CUSIGMOID_OFFLOAD", op);
  if (to.pipeline && bounded)
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: place: staging_bytes or device_plus_one is set, but the pipeline has its own", op);
  if (to.device_plus_one < CUSIGMOID_ALL_DEVICES + 1)
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: place: device is %lld", op, to.device_plus_one - 1LL);
  if (to.staging_bytes && to.staging_bytes < pipeline::smallest_staging)
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: place: staging_bytes is %zu, less than %zu", op, to.staging_bytes,
                pipeline::smallest_staging);
  return CUSIGMOID_SUCCESS;
}

cusigmoid_status check(int op, cusigmoid_place const *where, cusigmoid_array const *in, cusigmoid_array const *out,
                       cusigmoid_params const *given, checked_call &to) {
  op_info const *const info = find_op(op);
  if (!info) return fail(CUSIGMOID_INVALID_ARGUMENT, "cusigmoid_run: op %d is unknown", op);
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  if (auto const s = find_place(to.place, where, info->name)) return s;
  if (given && !read_struct(params, given, first_params))
    return refuse_struct(info->name, "params", given->struct_size, sizeof(cusigmoid_params));

  to.info = info;
  to.c.op = info->kernel, to.c.workspace = params.workspace;  // one by one, since clearing all operands takes as long as a small call
  to.c.given = default_parameters();
  bool const has_parameters = params.alpha != 0 || params.limit != 0 || params.offset != 0 || params.mean != 0;
  if (!has_parameters && !costly_checks() && find_plain_call(*info, in, out, to.c)) return CUSIGMOID_SUCCESS;

  arguments a(*info);
  if (auto const s = a.read("in", in, 0, info->inputs)) return s;
  if (auto const s = a.read("out", out, info->inputs, info->outputs)) return s;
  if (auto const s = a.find_types(to.c.dtypes)) return s;
  if (auto const s = a.find_shape()) return s;
  if (auto const s = a.check_memory()) return s;
  a.fill(to.c);
  if (has_parameters)
    if (auto const s = find_parameters(a, params, to.c)) return s;
  if (to.place.kind == CUSIGMOID_CUDA)
    if (auto const s = check_workspace(a, to.c, params)) return s;
  if (!costly_checks()) return CUSIGMOID_SUCCESS;
  if (auto const s = a.check_memory_kinds(to.place)) return s;
  std::size_t const needed = to.place.kind == CUSIGMOID_CUDA ? workspace_of(*info, to.c.rows, to.c.cols) : 0;
  return needed ? check_memory_kind(to.place, info->name, "workspace", params.workspace, needed) : CUSIGMOID_SUCCESS;
}

bool has_nothing_to_do(checked_call const &checked) {
  call const &c = checked.c;
  switch (checked.info->sum()) {
    case summation::of_all: return false;  // a sum of nothing is written, too
    case summation::of_columns: return c.cols == 0;
    case summation::none: break;
  }
  return c.rows == 0 || c.cols == 0;
}

cusigmoid_status run(int op, cusigmoid_place const *place, cusigmoid_array const *in, cusigmoid_array const *out,
                     cusigmoid_params const *params) {
  checked_call checked;
  if (auto const s = check(op, place, in, out, params, checked)) return s;
  call const &c = checked.c;
  if (has_nothing_to_do(checked)) return CUSIGMOID_SUCCESS;
  if (checked.place.kind == CUSIGMOID_CPU) return cpu_backend::run(c, checked.info->sum(), checked.place.threads);
  if (checked.place.kind == CUSIGMOID_OFFLOAD) return offload(checked);
  char const *const name = checked.info->name;
  return launch_checked(name, checked.place.stream, [&] { return device::run(name, c, checked.place.stream); });
}

cusigmoid_status workspace_size(int op, cusigmoid_place const *where, std::size_t rows, std::size_t cols, std::size_t *bytes) {
  constexpr char const *function = "cusigmoid_workspace_size";
  op_info const *const info = find_op(op);
  cusigmoid_place place;
  if (!info) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: op %d is unknown", function, op);
  if (auto const s = find_place(place, where, function)) return s;
  if (!bytes) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: bytes is null", function);
  if (cols && rows > SIZE_MAX / cols)
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %zu × %zu elements are more than size_t can count", function, rows, cols);
  *bytes = place.kind == CUSIGMOID_CUDA ? workspace_of(*info, rows, cols) : 0;
  return CUSIGMOID_SUCCESS;
}

}  // namespace cusigmoid::engine
