/* SPDX-License-Identifier: Apache-2.0
 *
 * The C interface of cusigmoid: one door, cusigmoid_run, and typed functions over it.
 *
 * Every function returns a cusigmoid_status; cusigmoid_last_error() has the whole sentence, per thread. Structs begin with their size
 * in bytes (use the *_INIT macros), so that a newer library reads what an older program passes.
 *
 * The typed functions: all arrays of one dtype (losses: double for double, else float), contiguous; cusigmoid_run takes the rest. n
 * elements each, or rows × cols. An output may be exactly an input of the same shape. Maximum errors: functions of one input, and of
 * two inputs that have 32 bits together, are correctly rounded; the rest is within 0.52 ulp, sums as the C++ functions of the same
 * names say.
 */
#ifndef CUSIGMOID_H
#define CUSIGMOID_H

#include <stddef.h>
#include <stdint.h>

#define CUSIGMOID_VERSION_MAJOR 0
#define CUSIGMOID_VERSION_MINOR 1
#define CUSIGMOID_VERSION_PATCH 0

#if defined(__cplusplus)
extern "C" {
#define CUSIGMOID_NOEXCEPT noexcept
#else
#define CUSIGMOID_NOEXCEPT
#endif

#if defined(CUSIGMOID_BUILDING)
#define CUSIGMOID_API __attribute__((visibility("default")))
#else
#define CUSIGMOID_API
#endif

/* What every function returns. */
typedef enum cusigmoid_status {
  CUSIGMOID_SUCCESS = 0,
  CUSIGMOID_INVALID_ARGUMENT = 1, /* nothing was read or written */
  CUSIGMOID_NO_DEVICE = 2,        /* no CUDA device, no driver, or a library built without CUDA */
  CUSIGMOID_CUDA_ERROR = 3,       /* cusigmoid_last_cuda_error() has the code */
  CUSIGMOID_OUT_OF_MEMORY = 4,    /* of host memory */
  CUSIGMOID_INTERNAL_ERROR = 5
} cusigmoid_status;

/* The element types; the numbers are part of the ABI. */
typedef enum cusigmoid_dtype {
  CUSIGMOID_FLOAT64 = 0,
  CUSIGMOID_FLOAT32 = 1,
  CUSIGMOID_FLOAT16 = 2, /* IEEE binary16 */
  CUSIGMOID_BFLOAT16 = 3,
  CUSIGMOID_FLOAT8_E4M3 = 4, /* OCP, without infinities; results beyond 448 saturate */
  CUSIGMOID_FLOAT8_E5M2 = 5  /* OCP; results beyond 57344, infinite ones too, saturate */
} cusigmoid_dtype;

/* The operations; the numbers are part of the ABI. */
typedef enum cusigmoid_op {
  CUSIGMOID_FORWARD = 0,
  CUSIGMOID_DERIVATIVE = 1,
  CUSIGMOID_BACKWARD = 2,
  CUSIGMOID_BACKWARD_FROM_INPUT = 3,
  CUSIGMOID_SWIGLU_BACKWARD = 4,
  CUSIGMOID_BCE_WITH_LOGITS_SUM = 5,
  CUSIGMOID_SECOND_DERIVATIVE = 6,
  CUSIGMOID_LOG_SIGMOID = 7,
  CUSIGMOID_LOG_SIGMOID_DERIVATIVE = 8,
  CUSIGMOID_LOG_SIGMOID_BACKWARD = 9,
  CUSIGMOID_SOFTPLUS = 10,
  CUSIGMOID_SOFTPLUS_DERIVATIVE = 11,
  CUSIGMOID_SOFTPLUS_BACKWARD = 12,
  CUSIGMOID_SILU = 13,
  CUSIGMOID_SILU_DERIVATIVE = 14,
  CUSIGMOID_SILU_BACKWARD = 15,
  CUSIGMOID_SILU_SECOND_DERIVATIVE = 16,
  CUSIGMOID_TANH = 17,
  CUSIGMOID_TANH_DERIVATIVE = 18,
  CUSIGMOID_TANH_BACKWARD = 19,
  CUSIGMOID_SIGNED_SIGMOID = 20,
  CUSIGMOID_BACKWARD_FROM_SIGNED = 21,
  CUSIGMOID_BIAS_FORWARD = 22,
  CUSIGMOID_BIAS_BACKWARD = 23,
  CUSIGMOID_GLU = 24,
  CUSIGMOID_GLU_SPLIT = 25,
  CUSIGMOID_GLU_INTERLEAVED = 26,
  CUSIGMOID_GLU_BACKWARD = 27,
  CUSIGMOID_GLU_SPLIT_BACKWARD = 28,
  CUSIGMOID_GLU_INTERLEAVED_BACKWARD = 29,
  CUSIGMOID_SWIGLU = 30,
  CUSIGMOID_SWIGLU_SPLIT = 31,
  CUSIGMOID_SWIGLU_INTERLEAVED = 32,
  CUSIGMOID_SWIGLU_SPLIT_BACKWARD = 33,
  CUSIGMOID_SWIGLU_INTERLEAVED_BACKWARD = 34,
  CUSIGMOID_FORWARD_SCALED = 35,
  CUSIGMOID_SWIGLU_SCALED = 36,
  CUSIGMOID_SWIGLU_SPLIT_SCALED = 37,
  CUSIGMOID_BCE_WITH_LOGITS = 38,
  CUSIGMOID_BCE_WITH_LOGITS_BACKWARD = 39,
  CUSIGMOID_BCE_WITH_LOGITS_FORWARD_BACKWARD = 40,
  CUSIGMOID_LSTM_CELL = 41,
  CUSIGMOID_LSTM_CELL_BACKWARD = 42
} cusigmoid_op;

/* Where arrays are, and what computes. */
typedef enum cusigmoid_place_kind {
  CUSIGMOID_CPU = 0,    /* host memory; returns when done */
  CUSIGMOID_CUDA = 1,   /* device memory; asynchronous on the stream, no allocation, no synchronisation, capturable */
  CUSIGMOID_OFFLOAD = 2 /* host memory, computed on GPUs in overlapped chunks, or on the CPU where there is none; returns when done */
} cusigmoid_place_kind;

/* Devices and memory of offloaded calls, kept from one to the next. */
typedef struct cusigmoid_pipeline cusigmoid_pipeline;

/* Which devices compute an offloaded call, besides the number of one that must be there. Where there is no device, the CPU does. */
#define CUSIGMOID_ANY_DEVICE (-1) /* the current one */
#define CUSIGMOID_ALL_DEVICES (-2)

/* Where an operation runs. */
typedef struct cusigmoid_place {
  size_t struct_size;
  int kind;             /* cusigmoid_place_kind */
  int threads;          /* CPU, OFFLOAD: at most that many threads; 0: all the machine has, or OMP_NUM_THREADS */
  void *stream;         /* CUDA: a cudaStream_t of the current device; NULL: the default stream */
  size_t staging_bytes; /* OFFLOAD: at most that much pinned host memory, and as much on the devices; 0: 256 MiB; at least 256 KiB */
  int device_plus_one;  /* OFFLOAD: 1 + a device's number, CUSIGMOID_ANY_DEVICE or CUSIGMOID_ALL_DEVICES */
  cusigmoid_pipeline *pipeline; /* OFFLOAD: what to use instead of the two before, which are 0 then; NULL: one for this call */
} cusigmoid_place;

/* A row-major matrix; one-dimensional data is one row. An optional input is left out by an array of no data and no elements. */
typedef struct cusigmoid_array {
  size_t struct_size;
  void *data; /* aligned to its element */
  int dtype;  /* cusigmoid_dtype */
  size_t rows, cols;
  size_t leading_dimension; /* elements from one row to the next, at least cols; any value where rows is 1 */
} cusigmoid_array;

/* What an operation is given besides its arrays. Zero is the default of everything. */
typedef struct cusigmoid_params {
  size_t struct_size;
  void *workspace; /* CUDA sums: device memory of cusigmoid_workspace_size bytes, aligned to 8, unused by others until the call is done */
  size_t workspace_bytes;
  double alpha;  /* SwiGLU: gate·σ(alpha·gate)·(up + offset); 0 is 1 */
  double limit;  /* SwiGLU: gate is clamped to at most the limit, up to at most the limit in magnitude; 0 is none */
  double offset; /* SwiGLU */
  int mean;      /* losses: 1 for the mean over all elements, and its gradient, instead of the sum */
} cusigmoid_params;

/* How an array takes part in an operation over rows × cols elements. */
typedef enum cusigmoid_role {
  CUSIGMOID_ELEMENTWISE = 0, /* rows × cols */
  CUSIGMOID_PACKED = 1,      /* rows × parts·cols: the parts side by side in each row */
  CUSIGMOID_SUM_ALL = 2,     /* 1 × 1: the sum over all elements */
  CUSIGMOID_ROW = 3,         /* 1 × parts·cols: serves every row */
  CUSIGMOID_SCALAR = 4,      /* 1 × 1: serves every element */
  CUSIGMOID_INTERLEAVED = 5, /* rows × parts·cols: the parts of an element one after the other */
  CUSIGMOID_SUM_ROWS = 6,    /* 1 × cols: the sum over the rows */
  CUSIGMOID_LARGEST = 7      /* 1 × 1: raised to the largest magnitude of any element from what it holds, which is not negative */
} cusigmoid_role;

/* What an operation reads of cusigmoid_params, besides the workspace; the rest must be zero. */
typedef enum cusigmoid_param_set {
  CUSIGMOID_NO_PARAMS = 0,
  CUSIGMOID_SWIGLU_PARAMS = 1, /* alpha, limit, offset */
  CUSIGMOID_LOSS_PARAMS = 2    /* mean */
} cusigmoid_param_set;

#define CUSIGMOID_MAX_ARRAYS 8

/* An array of an operation. */
typedef struct cusigmoid_array_info {
  const char *name;
  int role;     /* cusigmoid_role */
  int parts;    /* of a packed, interleaved or row array, else 1 */
  int optional; /* 1: may be left out */
} cusigmoid_array_info;

/* What cusigmoid_get_op_info tells. The strings and lists are the library's. */
typedef struct cusigmoid_op_info {
  size_t struct_size;
  const char *name;
  int inputs, outputs;
  cusigmoid_array_info arrays[CUSIGMOID_MAX_ARRAYS]; /* the inputs, then the outputs */
  int dtype_tuples;                                  /* how many combinations of element types there are */
  const int *dtypes;                                 /* dtype_tuples × (inputs + outputs) values of cusigmoid_dtype */
  int params;                                        /* cusigmoid_param_set */
  const char *formula, *max_error;                   /* in words, UTF-8 */
} cusigmoid_op_info;

#define CUSIGMOID_PLACE_INIT {sizeof(cusigmoid_place), CUSIGMOID_CPU, 0, NULL, 0, 0, NULL}
#define CUSIGMOID_ARRAY_INIT {sizeof(cusigmoid_array), NULL, 0, 0, 0, 0}
#define CUSIGMOID_PARAMS_INIT {sizeof(cusigmoid_params), NULL, 0, 0, 0, 0, 0}
#define CUSIGMOID_OP_INFO_INIT {sizeof(cusigmoid_op_info), NULL, 0, 0, {{NULL, 0, 0, 0}}, 0, NULL, 0, NULL, NULL}

/* Runs one operation. in and out hold as many arrays as cusigmoid_get_op_info says, in its order. An output may be exactly an input of the
 * same role (in place); any other overlap is refused. Without elements nothing happens, except that a sum of nothing is 0, and a mean NaN.
 * params may be NULL. */
CUSIGMOID_API cusigmoid_status cusigmoid_run(int op, const cusigmoid_place *place, const cusigmoid_array *in, const cusigmoid_array *out,
                                             const cusigmoid_params *params) CUSIGMOID_NOEXCEPT;

/* Runs one operation with one output, no optional input and no parameters, all of whose arrays are elementwise and of one dtype, on each
 * of `count` lists of arrays: in[k][i] is input k, out[0][i] the output of list i, n[i] its elements. On CUDA in as few launches as kernel
 * parameters allow (hundreds of lists each), without allocating device memory; the pointers and sizes are read before it returns. An output
 * may be exactly an input of its own list; any other overlap, of two lists too, is refused. */
CUSIGMOID_API cusigmoid_status cusigmoid_run_many(int op, const cusigmoid_place *place, int dtype, const void *const *const *in,
                                                  void *const *const *out, const size_t *n, size_t count) CUSIGMOID_NOEXCEPT;

/* Bytes of workspace that op needs on CUDA for rows × cols elements (0 for operations without a sum, and always 0 for host memory). */
CUSIGMOID_API cusigmoid_status cusigmoid_workspace_size(int op, const cusigmoid_place *place, size_t rows, size_t cols, size_t *bytes)
    CUSIGMOID_NOEXCEPT;

/* What offloaded calls need of devices and memory, to be used by many of them, of several threads one after another: making it takes
 * milliseconds, which a call without one spends each time. place: of kind OFFLOAD. The memory is allocated by the calls, as far as they
 * need it. Destroy it before the process's CUDA ends; NULL is ignored. */
CUSIGMOID_API cusigmoid_status cusigmoid_pipeline_create(cusigmoid_pipeline **pipeline, const cusigmoid_place *place) CUSIGMOID_NOEXCEPT;
CUSIGMOID_API void cusigmoid_pipeline_destroy(cusigmoid_pipeline *pipeline) CUSIGMOID_NOEXCEPT;

/* What an operation takes and gives. Operations are numbered from 0; CUSIGMOID_INVALID_ARGUMENT past the last. */
CUSIGMOID_API cusigmoid_status cusigmoid_get_op_info(int op, cusigmoid_op_info *info) CUSIGMOID_NOEXCEPT;

/* The sentence that belongs to the last status other than success on this thread, and the CUDA error code if it was one, else 0. */
CUSIGMOID_API const char *cusigmoid_last_error(void) CUSIGMOID_NOEXCEPT;
CUSIGMOID_API int cusigmoid_last_cuda_error(void) CUSIGMOID_NOEXCEPT;

/* In words; of an unknown number, that it is unknown */
CUSIGMOID_API const char *cusigmoid_status_text(cusigmoid_status status) CUSIGMOID_NOEXCEPT;
CUSIGMOID_API const char *cusigmoid_dtype_name(int dtype) CUSIGMOID_NOEXCEPT;
CUSIGMOID_API size_t cusigmoid_dtype_size(int dtype) CUSIGMOID_NOEXCEPT; /* bytes of an element; 0 for no dtype */

/* The version of the library that was loaded: major·10000 + minor·100 + patch. */
CUSIGMOID_API int cusigmoid_version(void) CUSIGMOID_NOEXCEPT;

/* The instruction set of the CPU backend: the best the machine has, or the one that CUSIGMOID_ISA (x86-64, x86-64-v3, x86-64-v4) names;
 * "", and an error, where that is not to be had. */
CUSIGMOID_API const char *cusigmoid_cpu_isa(void) CUSIGMOID_NOEXCEPT;

/* Device memory, ordered on a stream (cudaMallocAsync, cudaFreeAsync, cudaMemcpyAsync); what device_buffer<T> is made of.
 * Copies go in any direction between host and device. */
CUSIGMOID_API cusigmoid_status cusigmoid_device_count(int *count) CUSIGMOID_NOEXCEPT; /* 0, and success, where there is none */
CUSIGMOID_API cusigmoid_status cusigmoid_device_malloc(void **data, size_t bytes, void *stream) CUSIGMOID_NOEXCEPT;
CUSIGMOID_API cusigmoid_status cusigmoid_device_free(void *data, void *stream) CUSIGMOID_NOEXCEPT;
CUSIGMOID_API cusigmoid_status cusigmoid_copy(void *to, const void *from, size_t bytes, void *stream) CUSIGMOID_NOEXCEPT;
CUSIGMOID_API cusigmoid_status cusigmoid_synchronize(void *stream) CUSIGMOID_NOEXCEPT;

/* ---- typed functions -------------------------------------------------------------------------------------------------------------- */

/* Host memory, on at most that many threads; 0: all the machine has, or OMP_NUM_THREADS */
static inline cusigmoid_place cusigmoid_on_cpu(int threads) {
  cusigmoid_place place = CUSIGMOID_PLACE_INIT;
  place.threads = threads;
  return place;
}

/* Device memory of the current device, in order on a cudaStream_t of it; NULL: the default stream */
static inline cusigmoid_place cusigmoid_on_cuda(void *stream) {
  cusigmoid_place place = CUSIGMOID_PLACE_INIT;
  place.kind = CUSIGMOID_CUDA;
  place.stream = stream;
  return place;
}

/* device: its number, CUSIGMOID_ANY_DEVICE or CUSIGMOID_ALL_DEVICES; staging_bytes: 0 for 256 MiB */
static inline cusigmoid_place cusigmoid_on_offload(int device, size_t staging_bytes) {
  cusigmoid_place place = CUSIGMOID_PLACE_INIT;
  place.kind = CUSIGMOID_OFFLOAD;
  place.staging_bytes = staging_bytes;
  place.device_plus_one = device + 1;
  return place;
}

/* Host memory, by what cusigmoid_pipeline_create made */
static inline cusigmoid_place cusigmoid_on_pipeline(cusigmoid_pipeline *pipeline) {
  cusigmoid_place place = CUSIGMOID_PLACE_INIT;
  place.kind = CUSIGMOID_OFFLOAD;
  place.pipeline = pipeline;
  return place;
}

/* const is dropped here and nowhere else: a descriptor serves inputs and outputs, and inputs are only read. */
static inline cusigmoid_array cusigmoid_matrix(cusigmoid_dtype dtype, const void *data, size_t rows, size_t cols,
                                               size_t leading_dimension) {
  cusigmoid_array array = CUSIGMOID_ARRAY_INIT;
  array.data = (void *)(uintptr_t)data;
  array.dtype = dtype;
  array.rows = rows;
  array.cols = cols;
  array.leading_dimension = leading_dimension;
  return array;
}

/* n contiguous elements */
static inline cusigmoid_array cusigmoid_vector(cusigmoid_dtype dtype, const void *data, size_t n) {
  return cusigmoid_matrix(dtype, data, 1, n, n);
}

/* An operation of one input and one output, n elements each */
static inline cusigmoid_status cusigmoid_run_unary(cusigmoid_op op, cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *y,
                                                   size_t n) {
  cusigmoid_array in = cusigmoid_vector(dtype, x, n), out = cusigmoid_vector(dtype, y, n);
  return cusigmoid_run(op, &place, &in, &out, NULL);
}

/* An operation of two inputs and one output, n elements each */
static inline cusigmoid_status cusigmoid_run_binary(cusigmoid_op op, cusigmoid_place place, cusigmoid_dtype dtype, const void *a,
                                                    const void *b, void *out, size_t n) {
  cusigmoid_array in[2], to = cusigmoid_vector(dtype, out, n);
  in[0] = cusigmoid_vector(dtype, a, n);
  in[1] = cusigmoid_vector(dtype, b, n);
  return cusigmoid_run(op, &place, in, &to, NULL);
}

/* Any operation on contiguous arrays, the pointers in the order of cusigmoid_get_op_info; NULL leaves an optional input out. */
static inline cusigmoid_status cusigmoid_run_contiguous(cusigmoid_op op, cusigmoid_place place, cusigmoid_dtype dtype,
                                                        const void *const *in, void *const *out, size_t rows, size_t cols,
                                                        const cusigmoid_params *params) {
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  cusigmoid_array arrays[CUSIGMOID_MAX_ARRAYS];
  cusigmoid_status status = cusigmoid_get_op_info(op, &info);
  int i;
  if (status != CUSIGMOID_SUCCESS) return status;
  for (i = 0; i < info.inputs + info.outputs; ++i) {
    const cusigmoid_array_info *array = &info.arrays[i];
    const void *data = i < info.inputs ? in[i] : out[i - info.inputs];
    int one = array->role == CUSIGMOID_SUM_ALL || array->role == CUSIGMOID_SCALAR || array->role == CUSIGMOID_LARGEST;
    int one_row = one || array->role == CUSIGMOID_ROW || array->role == CUSIGMOID_SUM_ROWS;
    size_t width = one ? 1 : cols * (size_t)array->parts;
    cusigmoid_dtype type = array->role == CUSIGMOID_SUM_ALL && dtype != CUSIGMOID_FLOAT64 ? CUSIGMOID_FLOAT32 : dtype;
    arrays[i] = cusigmoid_matrix(type, data, one_row ? 1 : rows, width, width);
    if (array->optional && !data) arrays[i].rows = arrays[i].cols = 0;
  }
  return cusigmoid_run(op, &place, arrays, arrays + info.inputs, params);
}

/* y = σ(x) = 1/(1 + e^−x) */
static inline cusigmoid_status cusigmoid_forward(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *y, size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_FORWARD, place, dtype, x, y, n);
}

/* dydx = σ′(x) = σ(x)·σ(−x) */
static inline cusigmoid_status cusigmoid_derivative(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *dydx, size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_DERIVATIVE, place, dtype, x, dydx, n);
}

/* d2ydx2 = σ″(x) = σ′(x)·(1 − 2σ(x)) */
static inline cusigmoid_status cusigmoid_second_derivative(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *d2ydx2,
                                                           size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_SECOND_DERIVATIVE, place, dtype, x, d2ydx2, n);
}

/* dx = dy·y·(1 − y) with y = σ(x) as saved; 0 where y has rounded to 1 */
static inline cusigmoid_status cusigmoid_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *y, void *dx,
                                                  size_t n) {
  return cusigmoid_run_binary(CUSIGMOID_BACKWARD, place, dtype, dy, y, dx, n);
}

/* dx = dy·σ′(x): keeps the gradient where y has rounded to 1; the recommended one */
static inline cusigmoid_status cusigmoid_backward_from_input(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *x,
                                                             void *dx, size_t n) {
  return cusigmoid_run_binary(CUSIGMOID_BACKWARD_FROM_INPUT, place, dtype, dy, x, dx, n);
}

/* s = σ(x) for x < 0, −σ(−x) for x ≥ 0: σ(x) and 1 − σ(x), both to full relative precision */
static inline cusigmoid_status cusigmoid_signed_sigmoid(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *s, size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_SIGNED_SIGMOID, place, dtype, x, s, n);
}

/* dx = dy·σ′(x) from s as saved: dy·|s|·(1 − |s|) */
static inline cusigmoid_status cusigmoid_backward_from_signed(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *s,
                                                              void *dx, size_t n) {
  return cusigmoid_run_binary(CUSIGMOID_BACKWARD_FROM_SIGNED, place, dtype, dy, s, dx, n);
}

/* y = ln σ(x) */
static inline cusigmoid_status cusigmoid_log_sigmoid(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *y, size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_LOG_SIGMOID, place, dtype, x, y, n);
}

/* dydx = σ(−x) */
static inline cusigmoid_status cusigmoid_log_sigmoid_derivative(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *dydx,
                                                                size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_LOG_SIGMOID_DERIVATIVE, place, dtype, x, dydx, n);
}

/* dx = dy·σ(−x) */
static inline cusigmoid_status cusigmoid_log_sigmoid_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *x,
                                                              void *dx, size_t n) {
  return cusigmoid_run_binary(CUSIGMOID_LOG_SIGMOID_BACKWARD, place, dtype, dy, x, dx, n);
}

/* y = ln(1 + e^x) */
static inline cusigmoid_status cusigmoid_softplus(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *y, size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_SOFTPLUS, place, dtype, x, y, n);
}

/* dydx = σ(x) */
static inline cusigmoid_status cusigmoid_softplus_derivative(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *dydx,
                                                             size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_SOFTPLUS_DERIVATIVE, place, dtype, x, dydx, n);
}

/* dx = dy·σ(x) */
static inline cusigmoid_status cusigmoid_softplus_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *x,
                                                           void *dx, size_t n) {
  return cusigmoid_run_binary(CUSIGMOID_SOFTPLUS_BACKWARD, place, dtype, dy, x, dx, n);
}

/* y = SiLU(x) = x·σ(x), −0 at −inf */
static inline cusigmoid_status cusigmoid_silu(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *y, size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_SILU, place, dtype, x, y, n);
}

/* dydx = SiLU′(x) = σ(x)·(1 + x·σ(−x)), −0 at −inf */
static inline cusigmoid_status cusigmoid_silu_derivative(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *dydx,
                                                         size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_SILU_DERIVATIVE, place, dtype, x, dydx, n);
}

/* d2ydx2 = SiLU″(x) = σ′(x)·(2 − x·tanh(x/2)), −0 at ±inf */
static inline cusigmoid_status cusigmoid_silu_second_derivative(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *d2ydx2,
                                                                size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_SILU_SECOND_DERIVATIVE, place, dtype, x, d2ydx2, n);
}

/* dx = dy·SiLU′(x) */
static inline cusigmoid_status cusigmoid_silu_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *x,
                                                       void *dx, size_t n) {
  return cusigmoid_run_binary(CUSIGMOID_SILU_BACKWARD, place, dtype, dy, x, dx, n);
}

/* y = tanh(x) */
static inline cusigmoid_status cusigmoid_tanh(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *y, size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_TANH, place, dtype, x, y, n);
}

/* dydx = 1 − tanh²(x) */
static inline cusigmoid_status cusigmoid_tanh_derivative(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *dydx,
                                                         size_t n) {
  return cusigmoid_run_unary(CUSIGMOID_TANH_DERIVATIVE, place, dtype, x, dydx, n);
}

/* dx = dy·tanh′(x), from the input x */
static inline cusigmoid_status cusigmoid_tanh_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *x,
                                                       void *dx, size_t n) {
  return cusigmoid_run_binary(CUSIGMOID_TANH_BACKWARD, place, dtype, dy, x, dx, n);
}

/* y = σ(x + bias); x, y: rows × cols; bias: cols */
static inline cusigmoid_status cusigmoid_bias_forward(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, const void *bias,
                                                      void *y, size_t rows, size_t cols) {
  const void *const in[] = {x, bias};
  void *const out[] = {y};
  return cusigmoid_run_contiguous(CUSIGMOID_BIAS_FORWARD, place, dtype, in, out, rows, cols, NULL);
}

/* dx = dy·σ′(x + bias); dbias: cols, the sums of dx over the rows, before it is rounded */
static inline cusigmoid_status cusigmoid_bias_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *x,
                                                       const void *bias, void *dx, void *dbias, size_t rows, size_t cols, void *workspace,
                                                       size_t workspace_bytes) {
  const void *const in[] = {dy, x, bias};
  void *const out[] = {dx, dbias};
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  params.workspace = workspace;
  params.workspace_bytes = workspace_bytes;
  return cusigmoid_run_contiguous(CUSIGMOID_BIAS_BACKWARD, place, dtype, in, out, rows, cols, &params);
}

/* y = a·σ(b), x = [a | b] side by side in each row; y: rows × cols; x: rows × 2·cols */
static inline cusigmoid_status cusigmoid_glu(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *y, size_t rows,
                                             size_t cols) {
  const void *const in[] = {x};
  void *const out[] = {y};
  return cusigmoid_run_contiguous(CUSIGMOID_GLU, place, dtype, in, out, rows, cols, NULL);
}

/* The same with a and b in turn: x = a, b, a, b, … */
static inline cusigmoid_status cusigmoid_glu_interleaved(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *y, size_t rows,
                                                         size_t cols) {
  const void *const in[] = {x};
  void *const out[] = {y};
  return cusigmoid_run_contiguous(CUSIGMOID_GLU_INTERLEAVED, place, dtype, in, out, rows, cols, NULL);
}

/* y = x·σ(gate) */
static inline cusigmoid_status cusigmoid_glu_split(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, const void *gate, void *y,
                                                   size_t n) {
  return cusigmoid_run_binary(CUSIGMOID_GLU_SPLIT, place, dtype, x, gate, y, n);
}

/* The gradient of cusigmoid_glu: da = dy·σ(b), db = dy·a·σ′(b); dy: rows × cols; x, dx: rows × 2·cols */
static inline cusigmoid_status cusigmoid_glu_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *x, void *dx,
                                                      size_t rows, size_t cols) {
  const void *const in[] = {dy, x};
  void *const out[] = {dx};
  return cusigmoid_run_contiguous(CUSIGMOID_GLU_BACKWARD, place, dtype, in, out, rows, cols, NULL);
}

/* The same with a and b in turn */
static inline cusigmoid_status cusigmoid_glu_interleaved_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy,
                                                                  const void *x, void *dx, size_t rows, size_t cols) {
  const void *const in[] = {dy, x};
  void *const out[] = {dx};
  return cusigmoid_run_contiguous(CUSIGMOID_GLU_INTERLEAVED_BACKWARD, place, dtype, in, out, rows, cols, NULL);
}

/* dx = dy·σ(gate), dgate = dy·x·σ′(gate) */
static inline cusigmoid_status cusigmoid_glu_split_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *x,
                                                            const void *gate, void *dx, void *dgate, size_t n) {
  const void *const in[] = {dy, x, gate};
  void *const out[] = {dx, dgate};
  return cusigmoid_run_contiguous(CUSIGMOID_GLU_SPLIT_BACKWARD, place, dtype, in, out, 1, n, NULL);
}

/* h = up·SiLU(gate), x = [gate | up] side by side in each row; h: rows × cols; x: rows × 2·cols; params: alpha, limit, offset, or NULL */
static inline cusigmoid_status cusigmoid_swiglu(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *h, size_t rows,
                                                size_t cols, const cusigmoid_params *params) {
  const void *const in[] = {x};
  void *const out[] = {h};
  return cusigmoid_run_contiguous(CUSIGMOID_SWIGLU, place, dtype, in, out, rows, cols, params);
}

/* The same with gate and up in turn */
static inline cusigmoid_status cusigmoid_swiglu_interleaved(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *h,
                                                            size_t rows, size_t cols, const cusigmoid_params *params) {
  const void *const in[] = {x};
  void *const out[] = {h};
  return cusigmoid_run_contiguous(CUSIGMOID_SWIGLU_INTERLEAVED, place, dtype, in, out, rows, cols, params);
}

/* The same with gate and up in arrays of their own */
static inline cusigmoid_status cusigmoid_swiglu_split(cusigmoid_place place, cusigmoid_dtype dtype, const void *gate, const void *up,
                                                      void *h, size_t n, const cusigmoid_params *params) {
  const void *const in[] = {gate, up};
  void *const out[] = {h};
  return cusigmoid_run_contiguous(CUSIGMOID_SWIGLU_SPLIT, place, dtype, in, out, 1, n, params);
}

/* The gradient of cusigmoid_swiglu without parameters: dgate = dh·up·SiLU′(gate), dup = dh·SiLU(gate); dh: rows × cols; x, dx: rows ×
 * 2·cols */
static inline cusigmoid_status cusigmoid_swiglu_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dh, const void *x,
                                                         void *dx, size_t rows, size_t cols) {
  const void *const in[] = {dh, x};
  void *const out[] = {dx};
  return cusigmoid_run_contiguous(CUSIGMOID_SWIGLU_BACKWARD, place, dtype, in, out, rows, cols, NULL);
}

/* The gradient of cusigmoid_swiglu_interleaved */
static inline cusigmoid_status cusigmoid_swiglu_interleaved_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dh,
                                                                     const void *x, void *dx, size_t rows, size_t cols,
                                                                     const cusigmoid_params *params) {
  const void *const in[] = {dh, x};
  void *const out[] = {dx};
  return cusigmoid_run_contiguous(CUSIGMOID_SWIGLU_INTERLEAVED_BACKWARD, place, dtype, in, out, rows, cols, params);
}

/* The gradient of cusigmoid_swiglu_split */
static inline cusigmoid_status cusigmoid_swiglu_split_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dh,
                                                               const void *gate, const void *up, void *dgate, void *dup, size_t n,
                                                               const cusigmoid_params *params) {
  const void *const in[] = {dh, gate, up};
  void *const out[] = {dgate, dup};
  return cusigmoid_run_contiguous(CUSIGMOID_SWIGLU_SPLIT_BACKWARD, place, dtype, in, out, 1, n, params);
}

/* loss = w·[p·t·softplus(−x) + (1 − t)·softplus(x)], the binary cross-entropy of the logits x with targets in [0, 1]; w: rows × cols,
 * p: cols, either NULL for 1 */
static inline cusigmoid_status cusigmoid_bce_with_logits(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, const void *target,
                                                         const void *weight, const void *pos_weight, void *loss, size_t rows, size_t cols) {
  const void *const in[] = {x, target, weight, pos_weight};
  void *const out[] = {loss};
  return cusigmoid_run_contiguous(CUSIGMOID_BCE_WITH_LOGITS, place, dtype, in, out, rows, cols, NULL);
}

/* loss[0] = the sum of cusigmoid_bce_with_logits without weights over n elements, in a tree that n alone determines. loss: one element, a
 * double for double inputs, else a float. */
static inline cusigmoid_status cusigmoid_bce_with_logits_sum(cusigmoid_place place, cusigmoid_dtype dtype, const void *x,
                                                             const void *target, void *loss, size_t n, void *workspace,
                                                             size_t workspace_bytes) {
  const void *in[4] = {NULL, NULL, NULL, NULL};
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  in[0] = x;
  in[1] = target;
  params.workspace = workspace;
  params.workspace_bytes = workspace_bytes;
  return cusigmoid_run_contiguous(CUSIGMOID_BCE_WITH_LOGITS_SUM, place, dtype, in, &loss, 1, n, &params);
}

/* dx = dloss·w·[(1 − t)·σ(x) − p·t·σ(−x)], over the number of elements where params say mean; dloss: one element, or NULL for 1 */
static inline cusigmoid_status cusigmoid_bce_with_logits_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *x,
                                                                  const void *target, const void *weight, const void *pos_weight,
                                                                  const void *dloss, void *dx, size_t rows, size_t cols,
                                                                  const cusigmoid_params *params) {
  const void *const in[] = {x, target, weight, pos_weight, dloss};
  void *const out[] = {dx};
  return cusigmoid_run_contiguous(CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, place, dtype, in, out, rows, cols, params);
}

/* The sum, or the mean, of the losses and its gradient in one pass */
static inline cusigmoid_status cusigmoid_bce_with_logits_forward_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *x,
                                                                          const void *target, const void *weight, const void *pos_weight,
                                                                          void *dx, void *loss, size_t rows, size_t cols,
                                                                          const cusigmoid_params *params) {
  const void *const in[] = {x, target, weight, pos_weight};
  void *const out[] = {dx, loss};
  return cusigmoid_run_contiguous(CUSIGMOID_BCE_WITH_LOGITS_FORWARD_BACKWARD, place, dtype, in, out, rows, cols, params);
}

/* c = σ(f)·c_prev + σ(i)·tanh(g), h = σ(o)·tanh(c), with [i | f | g | o] = gates + bias; gates: rows × 4·cols; bias: 4·cols, or NULL; the
 * others: rows × cols */
static inline cusigmoid_status cusigmoid_lstm_cell(cusigmoid_place place, cusigmoid_dtype dtype, const void *gates, const void *bias,
                                                   const void *c_prev, void *c, void *h, size_t rows, size_t cols) {
  const void *const in[] = {gates, bias, c_prev};
  void *const out[] = {c, h};
  return cusigmoid_run_contiguous(CUSIGMOID_LSTM_CELL, place, dtype, in, out, rows, cols, NULL);
}

/* Its gradient from the inputs: dh, dc: those of h and c, dc NULL for 0; dgates: rows × 4·cols */
static inline cusigmoid_status cusigmoid_lstm_cell_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *gates,
                                                            const void *bias, const void *c_prev, const void *dh, const void *dc,
                                                            void *dgates, void *dc_prev, size_t rows, size_t cols) {
  const void *const in[] = {gates, bias, c_prev, dh, dc};
  void *const out[] = {dgates, dc_prev};
  return cusigmoid_run_contiguous(CUSIGMOID_LSTM_CELL_BACKWARD, place, dtype, in, out, rows, cols, NULL);
}

#if defined(__cplusplus)
}
#endif
#endif
