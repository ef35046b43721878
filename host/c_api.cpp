// SPDX-License-Identifier: Apache-2.0
// The C interface. No exception leaves it.
#include <algorithm>
#include <cstring>
#include <new>

#include "cuda/launch.hpp"
#include "host/cpu/backend.hpp"
#include "host/error.hpp"
#include "host/offload.hpp"
#include "host/op_info.hpp"
#include "host/run.hpp"

using namespace cusigmoid;

namespace {

template <class Body>
cusigmoid_status guarded(Body &&body) noexcept {
  try {
    return body();
  } catch (std::bad_alloc const &) {
    return engine::fail(CUSIGMOID_OUT_OF_MEMORY, "out of host memory");
  } catch (...) {
    return engine::fail(CUSIGMOID_INTERNAL_ERROR, "internal error");
  }
}

}  // namespace

cusigmoid_status cusigmoid_run(int op, const cusigmoid_place *place, const cusigmoid_array *in, const cusigmoid_array *out,
                               const cusigmoid_params *params) noexcept {
  return guarded([&] { return engine::run(op, place, in, out, params); });
}

cusigmoid_status cusigmoid_run_many(int op, const cusigmoid_place *place, int dtype, const void *const *const *in, void *const *const *out,
                                    const size_t *n, size_t count) noexcept {
  return guarded([&] { return engine::run_many(op, place, dtype, in, out, n, count); });
}

cusigmoid_status cusigmoid_workspace_size(int op, const cusigmoid_place *place, size_t rows, size_t cols, size_t *bytes) noexcept {
  return engine::workspace_size(op, place, rows, cols, bytes);
}

cusigmoid_status cusigmoid_pipeline_create(cusigmoid_pipeline **pipeline, const cusigmoid_place *place) noexcept {
  return guarded([&] { return engine::create_pipeline(pipeline, place); });
}

void cusigmoid_pipeline_destroy(cusigmoid_pipeline *pipeline) noexcept { delete pipeline; }

cusigmoid_status cusigmoid_get_op_info(int op, cusigmoid_op_info *to) noexcept {
  if (!to) return engine::fail(CUSIGMOID_INVALID_ARGUMENT, "cusigmoid_get_op_info: info is null");
  // An older program's struct is given what it has, a newer one's is zero where this library knows nothing.
  constexpr std::size_t first = 256, largest = 4096;  // bytes in version 0.1.0; a size beyond is a mistake, not a later version
  std::size_t const size = to->struct_size;
  if (size < first || size > largest)
    return engine::fail(CUSIGMOID_INVALID_ARGUMENT, "cusigmoid_get_op_info: info: struct_size is %zu, not sizeof(cusigmoid_op_info) = %zu",
                        size, sizeof *to);
  engine::op_info const *const info = engine::find_op(op);
  if (!info) return engine::fail(CUSIGMOID_INVALID_ARGUMENT, "cusigmoid_get_op_info: op %d is unknown", op);
  cusigmoid_op_info known = {size,         info->name,   info->inputs,  info->outputs,  {}, info->dtype_tuples,
                             info->dtypes, info->params, info->formula, info->max_error};
  for (int i = 0; i < CUSIGMOID_MAX_ARRAYS; ++i) known.arrays[i] = info->arrays[i];
  std::memset(static_cast<void *>(to), 0, size);
  std::memcpy(to, &known, std::min(size, sizeof known));
  return CUSIGMOID_SUCCESS;
}

const char *cusigmoid_last_error(void) noexcept { return engine::last_error(); }
int cusigmoid_last_cuda_error(void) noexcept { return engine::last_cuda_error(); }

const char *cusigmoid_status_text(cusigmoid_status status) noexcept {
  switch (status) {
    case CUSIGMOID_SUCCESS: return "success";
    case CUSIGMOID_INVALID_ARGUMENT: return "invalid argument";
    case CUSIGMOID_NO_DEVICE: return "no CUDA device";
    case CUSIGMOID_CUDA_ERROR: return "CUDA error";
    case CUSIGMOID_OUT_OF_MEMORY: return "out of host memory";
    case CUSIGMOID_INTERNAL_ERROR: return "internal error";
  }
  return "unknown status";
}

const char *cusigmoid_dtype_name(int dtype) noexcept {
  engine::dtype_info const *const info = engine::find_dtype(dtype);
  return info ? info->name : "unknown dtype";
}

size_t cusigmoid_dtype_size(int dtype) noexcept {
  engine::dtype_info const *const info = engine::find_dtype(dtype);
  return info ? info->size : 0;
}

int cusigmoid_version(void) noexcept { return CUSIGMOID_VERSION_MAJOR * 10000 + CUSIGMOID_VERSION_MINOR * 100 + CUSIGMOID_VERSION_PATCH; }

const char *cusigmoid_cpu_isa(void) noexcept {
  engine::cpu_backend::instruction_set const *const isa = engine::cpu_backend::chosen();
  return isa ? isa->name : "";
}

cusigmoid_status cusigmoid_device_count(int *count) noexcept {
  if (!count) return engine::fail(CUSIGMOID_INVALID_ARGUMENT, "cusigmoid_device_count: count is null");
  int const error = engine::device::count(count);
  if (error != 0) *count = 0;
  return engine::is_no_device(error) ? CUSIGMOID_SUCCESS : engine::from_cuda(error, "cusigmoid_device_count");
}

cusigmoid_status cusigmoid_device_malloc(void **data, size_t bytes, void *stream) noexcept {
  if (!data) return engine::fail(CUSIGMOID_INVALID_ARGUMENT, "cusigmoid_device_malloc: data is null");
  *data = nullptr;
  return bytes ? engine::from_cuda(engine::device::allocate(data, bytes, stream), "cusigmoid_device_malloc") : CUSIGMOID_SUCCESS;
}

cusigmoid_status cusigmoid_device_free(void *data, void *stream) noexcept {
  return data ? engine::from_cuda(engine::device::release(data, stream), "cusigmoid_device_free") : CUSIGMOID_SUCCESS;
}

cusigmoid_status cusigmoid_copy(void *to, const void *from, size_t bytes, void *stream) noexcept {
  if (bytes == 0) return CUSIGMOID_SUCCESS;
  if (!to || !from)
    return engine::fail(CUSIGMOID_INVALID_ARGUMENT, "cusigmoid_copy: %s is null, but bytes is %zu", to ? "from" : "to", bytes);
  return engine::from_cuda(engine::device::copy(to, from, bytes, stream), "cusigmoid_copy");
}

cusigmoid_status cusigmoid_synchronize(void *stream) noexcept {
  return engine::from_cuda(engine::device::synchronize(stream), "cusigmoid_synchronize");
}
