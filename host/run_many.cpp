// SPDX-License-Identifier: Apache-2.0
// One op on many lists of arrays: the checks, and the calls.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "host/check.hpp"
#include "host/cpu/backend.hpp"
#include "host/error.hpp"
#include "host/offload.hpp"
#include "host/run.hpp"

namespace cusigmoid::engine {
namespace {

struct many {
  op_info const &op;
  call_of_many const &c;
  std::size_t element_size;

  void const *data(int array, std::size_t i) const { return array < op.inputs ? c.in[array][i] : c.out[array - op.inputs][i]; }
  char const *name(int array) const { return op.arrays[array].name; }

  cusigmoid_status check_arrays() const {
    for (std::size_t i = 0; i < c.count; ++i)
      for (int a = 0; a < op.inputs + op.outputs && c.n[i]; ++a) {
        auto const address = reinterpret_cast<std::uintptr_t>(data(a, i));
        if (address == 0) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s[%zu] is null, but has %zu elements", op.name, name(a), i, c.n[i]);
        if (address % element_size)
          return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s[%zu]: address %p is not a multiple of its element's %zu bytes", op.name, name(a),
                      i, data(a, i), element_size);
        if (c.n[i] > PTRDIFF_MAX / element_size || address + c.n[i] * element_size < address)
          return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s[%zu]: %zu elements from %p on run past the end of memory", op.name, name(a), i,
                      c.n[i], data(a, i));
      }
    return CUSIGMOID_SUCCESS;
  }

  cusigmoid_status check_memory_kinds(cusigmoid_place const &place) const {
    if (place.kind == CUSIGMOID_CUDA)
      if (auto const s = check_stream(place, op.name)) return s;
    for (std::size_t i = 0; i < c.count; ++i)
      for (int a = 0; a < op.inputs + op.outputs && c.n[i]; ++a) {
        std::string const array = std::string(name(a)) + "[" + std::to_string(i) + "]";
        if (auto const s = check_memory_kind(place, op.name, array.c_str(), data(a, i), c.n[i] * element_size)) return s;
      }
    return CUSIGMOID_SUCCESS;
  }

  struct span {
    std::uintptr_t begin, end;
    std::size_t list;
    int array;
    bool operator<(span const &other) const { return begin < other.begin; }
  };

  /// Lists are computed in no order, so what one writes no other may touch.
  cusigmoid_status check_overlap() const {
    std::vector<span> spans;
    spans.reserve(c.count * static_cast<std::size_t>(op.inputs + op.outputs));
    for (std::size_t i = 0; i < c.count; ++i)
      for (int a = 0; a < op.inputs + op.outputs && c.n[i]; ++a) {
        bool const in_place = a < op.inputs && data(a, i) == data(op.inputs, i);
        auto const begin = reinterpret_cast<std::uintptr_t>(data(a, i));
        if (!in_place) spans.push_back({begin, begin + c.n[i] * element_size, i, a});
      }
    std::sort(spans.begin(), spans.end());
    span const *furthest = nullptr, *furthest_output = nullptr;
    for (span const &s : spans) {
      bool const output = s.array >= op.inputs;
      span const *const other = output ? furthest : furthest_output;
      if (other && s.begin < other->end)
        return fail(CUSIGMOID_INVALID_ARGUMENT,
                    "%s: %s[%zu] at %p overlaps %s[%zu] at %p; an output may only be exactly an input of its list", op.name, name(s.array),
                    s.list, data(s.array, s.list), name(other->array), other->list, data(other->array, other->list));
      if (!furthest || s.end > furthest->end) furthest = &s;
      if (output && (!furthest_output || s.end > furthest_output->end)) furthest_output = &s;
    }
    return CUSIGMOID_SUCCESS;
  }

  /// f(the call of a list) for each
  template <class F>
  cusigmoid_status one_by_one(F &&f) const {
    for (std::size_t i = 0; i < c.count; ++i) {
      if (c.n[i] == 0) continue;
      call one = {c.op, c.dtypes, 1, c.n[i], {}, default_parameters(), nullptr};
      for (int a = 0; a < op.inputs + op.outputs; ++a) one.operands[a] = {const_cast<void *>(data(a, i)), c.n[i]};
      if (auto const s = f(one)) return s;
    }
    return CUSIGMOID_SUCCESS;
  }

  cusigmoid_status run(cusigmoid_place const &place) const {
    switch (place.kind) {
      case CUSIGMOID_CPU: return one_by_one([&](call const &one) { return cpu_backend::run(one, summation::none, place.threads); });
      case CUSIGMOID_OFFLOAD: return run_offloaded(place);
      default: return launch_checked(op.name, place.stream, [&] { return device::run_many(op.name, c, place.stream); });
    }
  }

  cusigmoid_status run_offloaded(cusigmoid_place place) const {
    cusigmoid_pipeline of_all_lists;
    if (!place.pipeline) {
      if (auto const s = of_all_lists.open(place, op.name)) return s;
      place.pipeline = &of_all_lists;
    }
    return one_by_one([&](call const &one) { return offload({&op, place, one}); });
  }
};

/// The place of a tuple of one type among an op's, or −1.
int tuple_of(op_info const &op, int dtype) {
  int const arrays = op.inputs + op.outputs;
  for (int t = 0; t < op.dtype_tuples; ++t)
    if (std::all_of(op.dtypes + t * arrays, op.dtypes + (t + 1) * arrays, [&](int d) { return d == dtype; })) return t;
  return -1;
}

}  // namespace

cusigmoid_status run_many(int op, cusigmoid_place const *where, int dtype, void const *const *const *in, void *const *const *out,
                          std::size_t const *n, std::size_t count) {
  op_info const *const info = find_op(op);
  cusigmoid_place place;
  if (!info) return fail(CUSIGMOID_INVALID_ARGUMENT, "cusigmoid_run_many: op %d is unknown", op);
  if (auto const s = find_place(place, where, info->name)) return s;
  bool elementwise = info->outputs == 1;
  for (int a = 0; a < info->inputs + info->outputs; ++a)
    elementwise = elementwise && info->arrays[a].role == CUSIGMOID_ELEMENTWISE && !info->arrays[a].optional;
  if (!elementwise || info->params != CUSIGMOID_NO_PARAMS)
    return fail(CUSIGMOID_INVALID_ARGUMENT,
                "%s: runs on one list of arrays only: it has another output, parameters, or arrays that are not elementwise", info->name);
  int const types = tuple_of(*info, dtype);
  if (types < 0) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: dtype %d is unknown", info->name, dtype);
  if (count == 0) return CUSIGMOID_SUCCESS;
  if (!in || !out || !n) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s is null", info->name, !in ? "in" : !out ? "out" : "n");
  for (int a = 0; a < info->inputs; ++a)
    if (!in[a]) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: the list of %s is null", info->name, info->arrays[a].name);
  if (!out[0]) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: the list of %s is null", info->name, info->arrays[info->inputs].name);

  call_of_many const c = {info->kernel, types, in, out, n, count};
  many const m = {*info, c, find_dtype(dtype)->size};
  if (auto const s = m.check_arrays()) return s;
  if (auto const s = m.check_overlap()) return s;
  if (costly_checks())
    if (auto const s = m.check_memory_kinds(place)) return s;
  return m.run(place);
}

}  // namespace cusigmoid::engine
