# SPDX-License-Identifier: Apache-2.0
"""Operations on arrays of NumPy, of CuPy, and of whoever else has __cuda_array_interface__ or DLPack."""

from __future__ import annotations

import functools
import math
import sys

import numpy

from . import _library
from ._library import DTYPE_IDS, DTYPES, Operation, Role
from ._shapes import Call, find_types, is_flat, no_types

_ON_CPU = _library.on_cpu()


class _Host:
    """Arrays of NumPy, and what becomes one by DLPack or __array__."""

    xp = numpy

    @staticmethod
    def array(value):
        if hasattr(value, "__dlpack__") and not isinstance(value, (numpy.ndarray, numpy.generic)):
            return numpy.from_dlpack(value)
        return numpy.asarray(value)

    @staticmethod
    def place():
        return _ON_CPU

    @staticmethod
    def address(array) -> int:
        return array.ctypes.data

    @staticmethod
    def may_share(a, b) -> bool:
        return numpy.may_share_memory(a, b)


class _Cupy:
    """Arrays of CuPy, on its current stream."""

    def __init__(self):
        import cupy

        self.xp = cupy

    def array(self, value):
        return self.xp.asarray(value)  # which takes __cuda_array_interface__ and DLPack as they are

    def place(self):
        return _library.on_cuda(self.xp.cuda.get_current_stream().ptr)

    @staticmethod
    def address(array) -> int:
        return array.data.ptr

    def may_share(self, a, b) -> bool:
        return self.xp.may_share_memory(a, b)


def _is_on_device(value) -> bool:
    return hasattr(value, "__cuda_array_interface__") or (hasattr(value, "__dlpack_device__") and value.__dlpack_device__()[0] in (2, 13))


def _backend(arrays):
    if not any(map(_is_on_device, arrays)):
        return _Host
    if "cupy" not in sys.modules and any(type(a).__module__.partition(".")[0] != "cupy" for a in arrays if _is_on_device(a)):
        return None  # another's arrays, and perhaps no CuPy here
    return _Cupy()


_UNKNOWN = -1


@functools.cache
def _dtype_id(dtype) -> int:
    dtype = numpy.dtype(dtype)
    return DTYPE_IDS.get(dtype.name, _UNKNOWN) if dtype.isnative else _UNKNOWN


def _described(backend, array, shape, dtype: int):
    """An array of the library's own terms, and whether it could be described without a copy."""
    rows, cols = shape
    size, leading = array.dtype.itemsize, cols
    if not array.flags.c_contiguous:
        if array.ndim != 2 or array.shape != shape or array.strides[1] != size or array.strides[0] % size or array.strides[0] < cols * size:
            return None
        leading = array.strides[0] // size
    return _library.describe(backend.address(array), dtype, rows, cols, leading)


def _inputs(operation: Operation, backend, values, dtypes):
    """The inputs as arrays of types that the operation takes, and these types."""
    arrays = [None if value is None else backend.array(value) for value in values]
    wanted = [None if dtype is None else _dtype_id(dtype) for dtype in dtypes]
    types = find_types(operation, [None if a is None else _dtype_id(a.dtype) for a in arrays], wanted)
    if types is not None:
        return arrays, types
    # as NumPy's functions do: one type for all, numbers of Python's taking that of the arrays, integers becoming double
    common = backend.xp.result_type(*(v if isinstance(v, (int, float)) else a for v, a in zip(values, arrays) if a is not None))
    if common.kind in "biu":
        common = numpy.dtype(numpy.float64)
    types = find_types(operation, [None if a is None else _dtype_id(common) for a in arrays], wanted)
    if types is None:
        outputs = [None if dtype is None else numpy.dtype(dtype).name for dtype in dtypes]
        raise no_types(operation, [None if a is None else a.dtype.name for a in arrays], outputs)
    return [None if a is None else a.astype(common, copy=False) for a in arrays], types


def _elements(operation: Operation, arrays):
    """The shape of the elements: of flat operations all inputs of elements broadcast together."""
    if not is_flat(operation, arrays):
        return None
    shapes = {a.shape for info, a in zip(operation.inputs, arrays) if a is not None and info.role is Role.ELEMENTWISE}
    return shapes.pop() if len(shapes) == 1 else numpy.broadcast_shapes(*shapes)


def call(operation: Operation, inputs, out, dtype, **keywords):
    """Runs an operation on arrays; what the functions of this package do."""
    wanted = out if isinstance(out, tuple) else (out,) if out is not None else (None,) * len(operation.outputs)
    if len(wanted) != len(operation.outputs):
        raise ValueError(f"{operation.name}: out has {len(wanted)} arrays, but there are {len(operation.outputs)} results")
    backend = _backend([v for v in (*inputs, *wanted) if v is not None])
    if backend is None:
        from . import _foreign

        return _foreign.call(operation, inputs, wanted, **keywords)
    dtypes = dtype if isinstance(dtype, tuple) else (dtype,)
    if dtype is None and out is not None:
        dtypes = tuple(None if array is None else array.dtype for array in wanted)
    arrays, types = _inputs(operation, backend, inputs, dtypes)
    shapes = [None if a is None else a.shape for a in arrays]
    this = Call(operation, shapes, _elements(operation, arrays))
    xp = backend.xp

    given = []
    for info, array, id_ in zip(operation.inputs, arrays, types):
        if array is None:
            given.append(_library.describe(None, id_, 0, 0, 0))
            continue
        if info.role is Role.ELEMENTWISE and array.shape != this.elements:
            array = xp.broadcast_to(array, this.elements)
        this.check(info, array.shape)
        described = _described(backend, array, this.matrix_of(info), id_)
        if described is None:
            array = xp.ascontiguousarray(array)
            described = _described(backend, array, this.matrix_of(info), id_)
        given.append(described)
        arrays[len(given) - 1] = array  # kept until the call is done

    results, written = [], []
    for info, place, id_ in zip(operation.outputs, wanted, types[len(inputs) :]):
        kind = _numpy_dtype(id_)
        if place is not None:
            _check_out(operation, this, info, place, kind)
        target = place
        described = None
        if place is not None and not _overlaps(backend, place, arrays):
            described = _described(backend, place, this.matrix_of(info), id_)
        if described is None:
            target = (xp.zeros if info.role is Role.LARGEST else xp.empty)(this.shape_of(info), kind)
            if place is not None and info.role is Role.LARGEST:
                target[...] = place
            described = _described(backend, target, this.matrix_of(info), id_)
        results.append(target if place is None else place)
        written.append((described, target, place))

    place = backend.place()
    params = _library.parameters(**keywords) if keywords else _library.NO_PARAMETERS
    workspace = _library.workspace_size(operation, place, this.rows, this.cols) if place.kind == _library.CUDA else 0
    if workspace:
        params = _library.parameters(**keywords)
        memory = xp.empty(math.ceil(workspace / 8), numpy.float64)
        params.workspace, params.workspace_bytes = backend.address(memory), workspace
    _library.run(operation, place, given, [described for described, _, _ in written], params)
    for _, target, asked in written:
        if asked is not None and target is not asked:
            asked[...] = target
    results = [r[()] if xp is numpy and r.ndim == 0 and w is None else r for r, w in zip(results, wanted)]  # a number, as NumPy's functions
    return results[0] if len(results) == 1 else tuple(results)


@functools.cache
def _numpy_dtype(id_: int):
    name = DTYPES[id_]
    if id_ < 3:
        return numpy.dtype(name)
    import ml_dtypes

    return numpy.dtype(getattr(ml_dtypes, name))


def _check_out(operation, this, info, out, dtype) -> None:
    if numpy.dtype(out.dtype) != dtype:
        raise TypeError(f"{operation.name}: out: {info.name} is of {numpy.dtype(out.dtype).name}, but the result is of {dtype.name}")
    this.check(info, out.shape)
    if isinstance(out, numpy.ndarray) and not out.flags.writeable:
        raise ValueError(f"{operation.name}: out: {info.name} is read-only")


def _overlaps(backend, out, arrays) -> bool:
    """Whether it shares memory with an input in another way than lying exactly on it."""
    for array in arrays:
        if array is None or array.size == 0 or not backend.may_share(out, array):
            continue
        same = backend.address(out) == backend.address(array) and out.strides == array.strides and out.shape == array.shape
        if not same:
            return True
    return False
