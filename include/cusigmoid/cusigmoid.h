/* SPDX-License-Identifier: Apache-2.0
 *
 * The C interface of cusigmoid: one door, cusigmoid_run, and typed functions over it.
 *
 * Every function returns a cusigmoid_status; cusigmoid_last_error() has the whole sentence, per thread. Structs begin with their size
 * in bytes (use the *_INIT macros), so that a newer library reads what an older program passes.
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

typedef enum cusigmoid_status {
  CUSIGMOID_SUCCESS = 0,
  CUSIGMOID_INVALID_ARGUMENT = 1, /* nothing was read or written */
  CUSIGMOID_NO_DEVICE = 2,        /* no CUDA device, no driver, or a library built without CUDA */
  CUSIGMOID_CUDA_ERROR = 3,       /* cusigmoid_last_cuda_error() has the code */
  CUSIGMOID_OUT_OF_MEMORY = 4,    /* of host memory */
  CUSIGMOID_INTERNAL_ERROR = 5
} cusigmoid_status;

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
  CUSIGMOID_BCE_WITH_LOGITS_SUM = 5
} cusigmoid_op;

typedef enum cusigmoid_place_kind {
  CUSIGMOID_CPU = 0, /* host memory; returns when done */
  CUSIGMOID_CUDA = 1 /* device memory; asynchronous on the stream, no allocation, no synchronisation, capturable */
} cusigmoid_place_kind;

/* Where an operation runs. */
typedef struct cusigmoid_place {
  size_t struct_size;
  int kind;     /* cusigmoid_place_kind */
  int threads;  /* CPU: at most that many threads; 0: all the machine has, or OMP_NUM_THREADS */
  void *stream; /* CUDA: a cudaStream_t of the current device; NULL: the default stream */
} cusigmoid_place;

/* A row-major matrix; one-dimensional data is one row. */
typedef struct cusigmoid_array {
  size_t struct_size;
  void *data; /* aligned to its element */
  int dtype;  /* cusigmoid_dtype */
  size_t rows, cols;
  size_t leading_dimension; /* elements from one row to the next, at least cols; any value where rows is 1 */
} cusigmoid_array;

typedef struct cusigmoid_params {
  size_t struct_size;
  void *workspace; /* CUDA reductions: device memory of cusigmoid_workspace_size bytes, aligned to 8, unused by others until the call is
                      done */
  size_t workspace_bytes;
} cusigmoid_params;

/* How an array takes part in an operation over rows × cols elements. */
typedef enum cusigmoid_role {
  CUSIGMOID_ELEMENTWISE = 0, /* rows × cols */
  CUSIGMOID_PACKED = 1,      /* rows × parts·cols: the parts side by side in each row */
  CUSIGMOID_SUM_ALL = 2      /* 1 × 1: the sum over all elements */
} cusigmoid_role;

#define CUSIGMOID_MAX_ARRAYS 8

typedef struct cusigmoid_array_info {
  const char *name;
  int role;  /* cusigmoid_role */
  int parts; /* of a packed array, else 1 */
} cusigmoid_array_info;

typedef struct cusigmoid_op_info {
  size_t struct_size;
  const char *name;
  int inputs, outputs;
  cusigmoid_array_info arrays[CUSIGMOID_MAX_ARRAYS]; /* the inputs, then the outputs */
  int dtype_tuples;                                  /* how many combinations of element types there are */
  const int *dtypes;                                 /* dtype_tuples × (inputs + outputs) values of cusigmoid_dtype */
} cusigmoid_op_info;

#define CUSIGMOID_PLACE_INIT {sizeof(cusigmoid_place), CUSIGMOID_CPU, 0, NULL}
#define CUSIGMOID_ARRAY_INIT {sizeof(cusigmoid_array), NULL, 0, 0, 0, 0}
#define CUSIGMOID_PARAMS_INIT {sizeof(cusigmoid_params), NULL, 0}
#define CUSIGMOID_OP_INFO_INIT {sizeof(cusigmoid_op_info), NULL, 0, 0, {{NULL, 0, 0}}, 0, NULL}

/* Runs one operation. in and out hold as many arrays as cusigmoid_get_op_info says, in its order. An output may be exactly an input of the
 * same role (in place); any other overlap is refused. Without elements nothing happens, except that a sum of nothing is 0.
 * params may be NULL. */
CUSIGMOID_API cusigmoid_status cusigmoid_run(int op, const cusigmoid_place *place, const cusigmoid_array *in, const cusigmoid_array *out,
                                             const cusigmoid_params *params) CUSIGMOID_NOEXCEPT;

/* Bytes of workspace that op needs on CUDA for rows × cols elements (0 for elementwise operations, and always 0 on the CPU). */
CUSIGMOID_API cusigmoid_status cusigmoid_workspace_size(int op, const cusigmoid_place *place, size_t rows, size_t cols, size_t *bytes)
    CUSIGMOID_NOEXCEPT;

/* What an operation takes and gives. Operations are numbered from 0; CUSIGMOID_INVALID_ARGUMENT past the last. */
CUSIGMOID_API cusigmoid_status cusigmoid_get_op_info(int op, cusigmoid_op_info *info) CUSIGMOID_NOEXCEPT;

/* The sentence that belongs to the last status other than success on this thread, and the CUDA error code if it was one, else 0. */
CUSIGMOID_API const char *cusigmoid_last_error(void) CUSIGMOID_NOEXCEPT;
CUSIGMOID_API int cusigmoid_last_cuda_error(void) CUSIGMOID_NOEXCEPT;

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
/* Maximum errors: forward and derivative are correctly rounded in 32 bits and fewer; they, backward, backward_from_input and
 * swiglu_backward are within 0.52 ulp in every type, products of two inputs of 16 bits or fewer correctly rounded;
 * bce_with_logits_sum within 0.52 ulp + 2^-53·(log2 n + 16) of the loss. */

static inline cusigmoid_place cusigmoid_on_cpu(int threads) {
  cusigmoid_place place = CUSIGMOID_PLACE_INIT;
  place.threads = threads;
  return place;
}

static inline cusigmoid_place cusigmoid_on_cuda(void *stream) {
  cusigmoid_place place = CUSIGMOID_PLACE_INIT;
  place.kind = CUSIGMOID_CUDA;
  place.stream = stream;
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

static inline cusigmoid_array cusigmoid_vector(cusigmoid_dtype dtype, const void *data, size_t n) {
  return cusigmoid_matrix(dtype, data, 1, n, n);
}

/* y[i] = σ(x[i]) = 1/(1 + e^−x[i]); n elements each; y may be x. */
static inline cusigmoid_status cusigmoid_forward(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *y, size_t n) {
  cusigmoid_array in = cusigmoid_vector(dtype, x, n), out = cusigmoid_vector(dtype, y, n);
  return cusigmoid_run(CUSIGMOID_FORWARD, &place, &in, &out, NULL);
}

/* dydx[i] = σ′(x[i]) = σ(x[i])·σ(−x[i]); dydx may be x. */
static inline cusigmoid_status cusigmoid_derivative(cusigmoid_place place, cusigmoid_dtype dtype, const void *x, void *dydx, size_t n) {
  cusigmoid_array in = cusigmoid_vector(dtype, x, n), out = cusigmoid_vector(dtype, dydx, n);
  return cusigmoid_run(CUSIGMOID_DERIVATIVE, &place, &in, &out, NULL);
}

/* dx[i] = dy[i]·y[i]·(1 − y[i]) with y[i] = σ(x[i]) as saved; 0 where y[i] has rounded to 1. dx may be dy or y. */
static inline cusigmoid_status cusigmoid_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *y, void *dx,
                                                  size_t n) {
  cusigmoid_array in[2], out = cusigmoid_vector(dtype, dx, n);
  in[0] = cusigmoid_vector(dtype, dy, n);
  in[1] = cusigmoid_vector(dtype, y, n);
  return cusigmoid_run(CUSIGMOID_BACKWARD, &place, in, &out, NULL);
}

/* dx[i] = dy[i]·σ′(x[i]): keeps the gradient where y has rounded to 1; the recommended one. dx may be dy or x. */
static inline cusigmoid_status cusigmoid_backward_from_input(cusigmoid_place place, cusigmoid_dtype dtype, const void *dy, const void *x,
                                                             void *dx, size_t n) {
  cusigmoid_array in[2], out = cusigmoid_vector(dtype, dx, n);
  in[0] = cusigmoid_vector(dtype, dy, n);
  in[1] = cusigmoid_vector(dtype, x, n);
  return cusigmoid_run(CUSIGMOID_BACKWARD_FROM_INPUT, &place, in, &out, NULL);
}

/* The gradient of h = up·SiLU(gate), x = [gate | up] packed in each row: dgate = dh·up·SiLU′(gate), dup = dh·SiLU(gate).
 * dh is rows × cols; x and dx are rows × 2·cols; all contiguous (cusigmoid_run takes leading dimensions). dx may be x. */
static inline cusigmoid_status cusigmoid_swiglu_backward(cusigmoid_place place, cusigmoid_dtype dtype, const void *dh, const void *x,
                                                         void *dx, size_t rows, size_t cols) {
  cusigmoid_array in[2], out = cusigmoid_matrix(dtype, dx, rows, 2 * cols, 2 * cols);
  in[0] = cusigmoid_matrix(dtype, dh, rows, cols, cols);
  in[1] = cusigmoid_matrix(dtype, x, rows, 2 * cols, 2 * cols);
  return cusigmoid_run(CUSIGMOID_SWIGLU_BACKWARD, &place, in, &out, NULL);
}

/* loss[0] = Σ target[i]·softplus(−x[i]) + (1 − target[i])·softplus(x[i]), the binary cross-entropy of the logits x, target[i] in [0, 1].
 * loss has one element: a double for double inputs, else a float. Added in a tree that n alone determines. */
static inline cusigmoid_status cusigmoid_bce_with_logits_sum(cusigmoid_place place, cusigmoid_dtype dtype, const void *x,
                                                             const void *target, void *loss, size_t n, void *workspace,
                                                             size_t workspace_bytes) {
  cusigmoid_array in[2], out = cusigmoid_vector(dtype == CUSIGMOID_FLOAT64 ? CUSIGMOID_FLOAT64 : CUSIGMOID_FLOAT32, loss, 1);
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  in[0] = cusigmoid_vector(dtype, x, n);
  in[1] = cusigmoid_vector(dtype, target, n);
  params.workspace = workspace;
  params.workspace_bytes = workspace_bytes;
  return cusigmoid_run(CUSIGMOID_BCE_WITH_LOGITS_SUM, &place, in, &out, &params);
}

#if defined(__cplusplus)
}
#endif
#endif
