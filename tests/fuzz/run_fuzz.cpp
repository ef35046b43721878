// SPDX-License-Identifier: Apache-2.0
// cusigmoid_run with any descriptors, of arrays in guarded memory or of ones that no memory can hold. A call that is refused writes
// nothing, one that succeeds its outputs alone; and those overlap nothing else.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "cusigmoid/cusigmoid.h"
#include "tests/fuzz/arena.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using wide = unsigned __int128;
arena memory;

/// A number that a shape may have: small, or at the ends of what can be counted.
std::size_t extent(FuzzedDataProvider &from) {
  switch (from.ConsumeIntegralInRange(0, 15)) {
    case 0: return from.ConsumeIntegral<std::size_t>();
    case 1: return SIZE_MAX >> from.ConsumeIntegralInRange(0, 63);
    default: return from.ConsumeIntegralInRange<std::size_t>(0, 40);
  }
}

/// Whether an array lies in the arena; or is more than memory, so that a call must be refused.
enum class fit { inside, nowhere, outside };
fit fit_of(cusigmoid_array const &a) {
  if (!a.rows || !a.cols) return fit::inside;  // of nothing, whatever its address
  wide const size = std::max<std::size_t>(1, cusigmoid_dtype_size(a.dtype));
  std::size_t const from_row_to_row = a.rows > 1 ? a.leading_dimension : a.cols;
  if (from_row_to_row < a.cols) return fit::nowhere;
  wide const all = static_cast<wide>(a.rows) * from_row_to_row * size;
  if (all > PTRDIFF_MAX) return fit::nowhere;
  wide const used = (static_cast<wide>(a.rows - 1) * from_row_to_row + a.cols) * size;
  if (!a.data) return fit::nowhere;
  return memory.holds(a.data, static_cast<std::size_t>(used)) ? fit::inside : fit::outside;
}

cusigmoid_array array(FuzzedDataProvider &from) {
  cusigmoid_array a = CUSIGMOID_ARRAY_INIT;
  a.dtype = from.ConsumeIntegralInRange(-1, 6);
  a.rows = from.ConsumeBool() ? 1 : extent(from);
  a.cols = extent(from);
  a.leading_dimension = from.ConsumeBool() ? a.cols : extent(from);
  a.data = from.ConsumeIntegralInRange(0, 15) ? memory.at(from.ConsumeIntegralInRange<std::size_t>(0, arena::bytes)) : nullptr;
  if (fit_of(a) == fit::outside) a.rows = 1, a.cols = from.ConsumeIntegralInRange<std::size_t>(0, 8);
  if (fit_of(a) == fit::outside) a.data = memory.at(0);
  return a;
}

/// The arrays of an op as it wants them, so that more than refusals are tried.
void make_sound(cusigmoid_op_info const &op, std::vector<cusigmoid_array> &arrays, FuzzedDataProvider &from) {
  int const count = op.inputs + op.outputs, tuple = from.ConsumeIntegralInRange(0, op.dtype_tuples - 1);
  std::size_t const rows = from.ConsumeIntegralInRange<std::size_t>(0, 4), cols = from.ConsumeIntegralInRange<std::size_t>(0, 24);
  for (int i = 0; i < count; ++i) {
    cusigmoid_array &a = arrays[static_cast<std::size_t>(i)];
    int const role = op.arrays[i].role;
    bool const one = role == CUSIGMOID_SUM_ALL || role == CUSIGMOID_SCALAR || role == CUSIGMOID_LARGEST;
    a.dtype = op.dtypes[tuple * count + i];
    a.rows = one || role == CUSIGMOID_ROW || role == CUSIGMOID_SUM_ROWS ? 1 : rows;
    a.cols = one ? 1 : cols * static_cast<std::size_t>(op.arrays[i].parts);
    a.leading_dimension = a.cols + from.ConsumeIntegralInRange<std::size_t>(0, 3);
    std::size_t const size = cusigmoid_dtype_size(a.dtype), bytes = (a.rows ? a.rows * a.leading_dimension : 0) * size;
    if (op.arrays[i].optional && from.ConsumeBool())
      a.data = nullptr, a.rows = a.cols = 0;
    else if (i >= op.inputs && from.ConsumeBool())
      a.data = arrays[0].data, a.leading_dimension = arrays[0].leading_dimension;
    else
      a.data = memory.at(from.ConsumeIntegralInRange<std::size_t>(0, (arena::bytes - std::min(bytes, arena::bytes)) / size) * size);
    if (fit_of(a) == fit::outside) a.rows = a.cols = 0;
  }
}

/// The descriptors as a caller has them: structs of any size one after the other, with nothing behind them.
struct list {
  std::vector<unsigned char> bytes;
  list(cusigmoid_array const *arrays, int count, FuzzedDataProvider &from) {
    constexpr std::size_t sizes[] = {0, 8, 40, 56, 64, SIZE_MAX};
    std::size_t const size = from.ConsumeIntegralInRange(0, 15) ? sizeof(cusigmoid_array) : from.PickValueInArray(sizes);
    std::size_t const stride = std::clamp<std::size_t>(size, sizeof size, 64);
    bytes.resize(static_cast<std::size_t>(count) * stride);
    for (int i = 0; i < count; ++i) {
      unsigned char *const to = bytes.data() + static_cast<std::size_t>(i) * stride;
      std::memcpy(to, &arrays[i], std::min(stride, sizeof *arrays));
      std::memcpy(to, &size, sizeof size);
      if (stride > sizeof *arrays) to[stride - 1] = from.ConsumeBool();
    }
  }
  cusigmoid_array const *data() const { return reinterpret_cast<cusigmoid_array const *>(bytes.data()); }
};

cusigmoid_place place(FuzzedDataProvider &from) {
  cusigmoid_place to = CUSIGMOID_PLACE_INIT;
  to.kind = from.ConsumeIntegralInRange(-1, 3);
  to.threads = from.ConsumeIntegralInRange(-1, 2);
  if (from.ConsumeIntegralInRange(0, 7) == 0) to.staging_bytes = std::size_t{1} << from.ConsumeIntegralInRange(0, 63);
  if (from.ConsumeIntegralInRange(0, 7) == 0) to.device_plus_one = from.ConsumeIntegral<int>();
  return to;
}

cusigmoid_params parameters(FuzzedDataProvider &from) {
  cusigmoid_params to = CUSIGMOID_PARAMS_INIT;
  to.alpha = from.ConsumeFloatingPoint<double>();
  to.limit = from.ConsumeFloatingPoint<double>();
  to.offset = from.ConsumeFloatingPoint<double>();
  to.mean = from.ConsumeIntegralInRange(-1, 2);
  to.workspace = memory.at(from.ConsumeIntegralInRange<std::size_t>(0, arena::bytes));
  to.workspace_bytes = extent(from);
  return to;
}

bool same_elements(cusigmoid_op_info const &op, std::vector<cusigmoid_array> const &arrays, std::size_t i, std::size_t o) {
  cusigmoid_array const &a = arrays[i], &b = arrays[o];
  bool const same_rows = a.leading_dimension == b.leading_dimension || a.rows <= 1;
  return i < static_cast<std::size_t>(op.inputs) && op.arrays[i].role == op.arrays[o].role && a.data == b.data && same_rows &&
         cusigmoid_dtype_size(a.dtype) == cusigmoid_dtype_size(b.dtype);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const *data, std::size_t size) {
  FuzzedDataProvider from(data, size);
  int const op = from.ConsumeIntegralInRange(-1, 45);
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  bool const known = cusigmoid_get_op_info(op, &info) == CUSIGMOID_SUCCESS;
  int const inputs = known ? info.inputs : 1, outputs = known ? info.outputs : 1;
  std::vector<cusigmoid_array> arrays;
  for (int i = 0; i < inputs + outputs; ++i) arrays.push_back(array(from));
  if (known && from.ConsumeIntegralInRange(0, 3)) make_sound(info, arrays, from);
  bool const fits = std::all_of(arrays.begin(), arrays.end(), [](auto const &a) { return fit_of(a) == fit::inside; });
  list const in(arrays.data(), inputs, from), out(arrays.data() + inputs, outputs, from);
  cusigmoid_place const where = place(from);
  bool const has_parameters = from.ConsumeIntegralInRange(0, 3) == 0;
  cusigmoid_params const params = has_parameters ? parameters(from) : cusigmoid_params{};

  arena::snapshot const before(memory);
  cusigmoid_status const status = cusigmoid_run(op, &where, in.data(), out.data(), has_parameters ? &params : nullptr);
  if (status != CUSIGMOID_SUCCESS) {
    require(before.same_but_for({}), "a call that fails writes nothing");
    require(*cusigmoid_last_error() != '\0', "a call that fails says why");
    return 0;
  }
  require(known && where.kind >= CUSIGMOID_CPU && where.kind <= CUSIGMOID_OFFLOAD, "an operation, and a place, that there are");
  require(fits, "arrays that memory can hold");
  arena::set written;
  for (std::size_t o = static_cast<std::size_t>(inputs); o < arrays.size(); ++o) {
    arena::set const output = memory.bytes_of(arrays[o]);
    for (std::size_t i = 0; i < o; ++i)
      require((memory.bytes_of(arrays[i]) & output).none() || same_elements(info, arrays, i, o), "an output that overlaps nothing");
    written |= output;
  }
  require(before.same_but_for(written), "a call that succeeds writes its outputs alone");
  before.restore(memory);
  return 0;
}
