// SPDX-License-Identifier: Apache-2.0
// What XLA calls, for cusigmoid.jax: any operation, on buffers of the host or of a CUDA device. Only headers of XLA are needed.
#include <xla/ffi/api/ffi.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "cusigmoid/cusigmoid.h"

extern "C" {
CUSIGMOID_API XLA_FFI_Error *cusigmoid_xla_cpu(XLA_FFI_CallFrame *frame);
CUSIGMOID_API XLA_FFI_Error *cusigmoid_xla_cuda(XLA_FFI_CallFrame *frame);
}

namespace {

namespace ffi = xla::ffi;

int dtype_of(ffi::DataType type) {
  switch (type) {
    case ffi::F64: return CUSIGMOID_FLOAT64;
    case ffi::F32: return CUSIGMOID_FLOAT32;
    case ffi::F16: return CUSIGMOID_FLOAT16;
    case ffi::BF16: return CUSIGMOID_BFLOAT16;
    case ffi::F8E4M3FN: return CUSIGMOID_FLOAT8_E4M3;
    case ffi::F8E5M2: return CUSIGMOID_FLOAT8_E5M2;
    default: return -1;  // which cusigmoid_run refuses, naming the array
  }
}

ffi::Error to_error(cusigmoid_status status) {
  switch (status) {
    case CUSIGMOID_SUCCESS: return ffi::Error::Success();
    case CUSIGMOID_INVALID_ARGUMENT: return ffi::Error::InvalidArgument(cusigmoid_last_error());
    case CUSIGMOID_NO_DEVICE: return {ffi::ErrorCode::kFailedPrecondition, cusigmoid_last_error()};
    case CUSIGMOID_OUT_OF_MEMORY: return {ffi::ErrorCode::kResourceExhausted, cusigmoid_last_error()};
    default: return ffi::Error::Internal(cusigmoid_last_error());
  }
}

bool is_elementwise_or_one(int role) {
  return role == CUSIGMOID_ELEMENTWISE || role == CUSIGMOID_SCALAR || role == CUSIGMOID_SUM_ALL || role == CUSIGMOID_LARGEST;
}

/// The last axis has the columns and those before it the rows, unless rows mean nothing.
cusigmoid_array describe(ffi::AnyBuffer const &buffer, bool is_flat) {
  cusigmoid_array array = CUSIGMOID_ARRAY_INIT;
  ffi::AnyBuffer::Dimensions const shape = buffer.dimensions();
  array.data = buffer.untyped_data();
  array.dtype = dtype_of(buffer.element_type());
  array.rows = 1, array.cols = 1;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    std::size_t const length = static_cast<std::size_t>(shape[axis]);
    (is_flat || axis + 1 == shape.size() ? array.cols : array.rows) *= length;
  }
  array.leading_dimension = array.cols;
  return array;
}

/// present: bit i for input i; what is absent has no argument. A result after the outputs is the workspace: as memory of the program it may
/// be used in CUDA graphs, unlike what a handler allocates.
ffi::Error run(cusigmoid_place const &place, std::int32_t op, std::int32_t present, double alpha, double limit, double offset,
               std::int32_t mean, ffi::RemainingArgs args, ffi::RemainingRets rets) {
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  if (auto const status = cusigmoid_get_op_info(op, &info)) return to_error(status);

  auto const is_present = [&](int i) { return i >= info.inputs || (present >> i & 1); };
  bool is_flat = true;
  for (int i = 0; i < info.inputs + info.outputs; ++i) is_flat = is_flat && (!is_present(i) || is_elementwise_or_one(info.arrays[i].role));

  cusigmoid_array in[CUSIGMOID_MAX_ARRAYS], out[CUSIGMOID_MAX_ARRAYS];
  std::size_t taken = 0;
  for (int i = 0; i < info.inputs; ++i) {
    in[i] = CUSIGMOID_ARRAY_INIT;
    if (!is_present(i)) continue;
    auto const buffer = args.get<ffi::AnyBuffer>(taken++);
    if (!buffer) return buffer.error();
    in[i] = describe(*buffer, is_flat);
  }
  std::size_t const outputs = static_cast<std::size_t>(info.outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    auto buffer = rets.get<ffi::AnyBuffer>(i);
    if (!buffer) return buffer.error();
    out[i] = describe(**buffer, is_flat);
  }

  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  params.alpha = alpha, params.limit = limit, params.offset = offset, params.mean = mean;
  if (rets.size() > outputs) {
    auto buffer = rets.get<ffi::AnyBuffer>(outputs);
    if (!buffer) return buffer.error();
    params.workspace = (*buffer)->untyped_data();
    params.workspace_bytes = (*buffer)->size_bytes();
  }
  return to_error(cusigmoid_run(op, &place, in, out, &params));
}

template <class... Rest>
ffi::Error run_on_cpu(Rest... rest) {
  return run(cusigmoid_on_cpu(0), rest...);
}

template <class... Rest>
ffi::Error run_on_cuda(void *stream, Rest... rest) {
  return run(cusigmoid_on_cuda(stream), rest...);
}

auto with_operation(auto binding) {
  return std::move(binding)
      .template Attr<std::int32_t>("op")
      .template Attr<std::int32_t>("present")
      .template Attr<double>("alpha")
      .template Attr<double>("limit")
      .template Attr<double>("offset")
      .template Attr<std::int32_t>("mean")
      .RemainingArgs()
      .RemainingRets();
}

}  // namespace

XLA_FFI_Error *cusigmoid_xla_cpu(XLA_FFI_CallFrame *frame) {
  using handler = ffi::Error (*)(std::int32_t, std::int32_t, double, double, double, std::int32_t, ffi::RemainingArgs, ffi::RemainingRets);
  static auto *const called = with_operation(ffi::Ffi::Bind()).To(handler{run_on_cpu}).release();  // may be called until the process ends
  return called->Call(frame);
}

XLA_FFI_Error *cusigmoid_xla_cuda(XLA_FFI_CallFrame *frame) {
  // The stream is a cudaStream_t, a pointer to a type that only CUDA's headers name.
  using handler =
      ffi::Error (*)(void *, std::int32_t, std::int32_t, double, double, double, std::int32_t, ffi::RemainingArgs, ffi::RemainingRets);
  static auto *const called = with_operation(ffi::Ffi::Bind().Ctx<ffi::PlatformStream<void *>>())
                                  .To(handler{run_on_cuda}, {ffi::Traits::kCmdBufferCompatible})
                                  .release();
  return called->Call(frame);
}
