# SPDX-License-Identifier: Apache-2.0
"""The C interface of libcusigmoid (cusigmoid.h) by ctypes: its structs, its operations, its errors."""

from __future__ import annotations

import ctypes
import enum
import functools
import os
import pathlib
from dataclasses import dataclass

CPU, CUDA = 0, 1  # cusigmoid_place_kind
MAX_ARRAYS = 8

# The names of cusigmoid_dtype as NumPy (with ml_dtypes), PyTorch and JAX have them.
DTYPES = ("float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2")
DTYPE_IDS = {name: number for number, name in enumerate(DTYPES)}


class Role(enum.IntEnum):
    """How an array takes part in an operation over rows × cols elements (cusigmoid_role)."""

    ELEMENTWISE = 0
    PACKED = 1
    SUM_ALL = 2
    ROW = 3
    SCALAR = 4
    INTERLEAVED = 5
    SUM_ROWS = 6
    LARGEST = 7


class Place(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("kind", ctypes.c_int),
        ("threads", ctypes.c_int),
        ("stream", ctypes.c_void_p),
        ("staging_bytes", ctypes.c_size_t),
        ("device_plus_one", ctypes.c_int),
        ("pipeline", ctypes.c_void_p),
    ]


class ArrayStruct(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("data", ctypes.c_void_p),
        ("dtype", ctypes.c_int),
        ("rows", ctypes.c_size_t),
        ("cols", ctypes.c_size_t),
        ("leading_dimension", ctypes.c_size_t),
    ]


class Params(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("workspace", ctypes.c_void_p),
        ("workspace_bytes", ctypes.c_size_t),
        ("alpha", ctypes.c_double),
        ("limit", ctypes.c_double),
        ("offset", ctypes.c_double),
        ("mean", ctypes.c_int),
    ]


class _ArrayInfo(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("role", ctypes.c_int), ("parts", ctypes.c_int), ("optional", ctypes.c_int)]


class _OpInfo(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("name", ctypes.c_char_p),
        ("inputs", ctypes.c_int),
        ("outputs", ctypes.c_int),
        ("arrays", _ArrayInfo * MAX_ARRAYS),
        ("dtype_tuples", ctypes.c_int),
        ("dtypes", ctypes.POINTER(ctypes.c_int)),
        ("params", ctypes.c_int),
        ("formula", ctypes.c_char_p),
        ("max_error", ctypes.c_char_p),
    ]


@dataclass(frozen=True, eq=False)
class Array:
    """One array of an operation."""

    name: str
    role: Role
    parts: int
    optional: bool

    @functools.cached_property
    def is_one(self) -> bool:
        """Whether it is a single element."""
        return self.role in (Role.SUM_ALL, Role.SCALAR, Role.LARGEST)

    @functools.cached_property
    def is_flat(self) -> bool:
        """Whether rows and columns mean nothing to it."""
        return self.role is Role.ELEMENTWISE or self.is_one


@dataclass(frozen=True, eq=False)
class Operation:
    """What cusigmoid_get_op_info tells of an operation."""

    number: int
    name: str
    formula: str
    max_error: str
    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]
    dtypes: tuple[tuple[int, ...], ...]  # of the inputs and outputs
    takes_swiglu_params: bool
    takes_mean: bool

    @functools.cached_property
    def is_flat(self) -> bool:
        """Whether it is of elements alone, whatever optional inputs are given."""
        return all(array.is_flat for array in (*self.inputs, *self.outputs))


class CudaError(RuntimeError):
    """A CUDA call failed, or there is no device; `code` is the cudaError_t."""

    def __init__(self, message: str, code: int):
        super().__init__(message)
        self.code = code


def _load() -> ctypes.CDLL:
    path = os.environ.get("CUSIGMOID_LIBRARY") or pathlib.Path(__file__).with_name("libcusigmoid.so")
    lib = ctypes.CDLL(str(path))
    lib.cusigmoid_last_error.restype = ctypes.c_char_p
    pointer = ctypes.c_void_p
    lib.cusigmoid_run.argtypes = [ctypes.c_int, pointer, pointer, pointer, pointer]
    lib.cusigmoid_get_op_info.argtypes = [ctypes.c_int, pointer]
    lib.cusigmoid_workspace_size.argtypes = [ctypes.c_int, pointer, ctypes.c_size_t, ctypes.c_size_t, pointer]
    return lib


LIBRARY = _load()


def check(status: int) -> None:
    """Raises what a cusigmoid_status stands for."""
    if status == 0:
        return
    message = LIBRARY.cusigmoid_last_error().decode()
    if status == 1:
        raise ValueError(message)
    if status in (2, 3):
        raise CudaError(message, LIBRARY.cusigmoid_last_cuda_error())
    if status == 4:
        raise MemoryError(message)
    raise RuntimeError(message)


def _operations():
    info = _OpInfo(struct_size=ctypes.sizeof(_OpInfo))
    number = 0
    while LIBRARY.cusigmoid_get_op_info(number, ctypes.byref(info)) == 0:
        count = info.inputs + info.outputs
        arrays = tuple(Array(a.name.decode(), Role(a.role), a.parts, bool(a.optional)) for a in info.arrays[:count])
        dtypes = tuple(tuple(info.dtypes[t * count : (t + 1) * count]) for t in range(info.dtype_tuples))
        yield Operation(
            number,
            info.name.decode(),
            info.formula.decode(),
            info.max_error.decode(),
            arrays[: info.inputs],
            arrays[info.inputs :],
            dtypes,
            info.params == 1,
            info.params == 2,
        )
        number += 1


OPERATIONS = {operation.name: operation for operation in _operations()}


def describe(data: int, dtype: int, rows: int, cols: int, leading_dimension: int) -> ArrayStruct:
    return ArrayStruct(ctypes.sizeof(ArrayStruct), data, dtype, rows, cols, leading_dimension)


def on_cpu(threads: int = 0) -> Place:
    return Place(ctypes.sizeof(Place), CPU, threads)


def on_cuda(stream: int) -> Place:
    return Place(ctypes.sizeof(Place), CUDA, 0, stream)


def parameters(alpha: float = 1.0, limit: float | None = None, offset: float = 0.0, mean: bool = False) -> Params:
    """cusigmoid_params in Python's terms: a limit of None is none."""
    if alpha == 0:
        raise ValueError("alpha is 0")
    if limit == 0:
        raise ValueError("limit is 0")
    return Params(ctypes.sizeof(Params), None, 0, 0 if alpha == 1 else alpha, limit or 0, offset, mean)


NO_PARAMETERS = parameters()


def workspace_size(operation: Operation, place: Place, rows: int, cols: int) -> int:
    size = ctypes.c_size_t()
    check(LIBRARY.cusigmoid_workspace_size(operation.number, ctypes.byref(place), rows, cols, ctypes.byref(size)))
    return size.value


def run(operation: Operation, place: Place, inputs: list[ArrayStruct], outputs: list[ArrayStruct], params: Params) -> None:
    """cusigmoid_run; ctypes lets other threads go on meanwhile."""
    given, wanted = (ArrayStruct * len(inputs))(*inputs), (ArrayStruct * len(outputs))(*outputs)
    check(LIBRARY.cusigmoid_run(operation.number, ctypes.byref(place), given, wanted, ctypes.byref(params)))
