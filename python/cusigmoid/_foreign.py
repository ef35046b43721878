# SPDX-License-Identifier: Apache-2.0
"""Operations on device arrays of which only __cuda_array_interface__ is known."""

from __future__ import annotations

import ctypes

import numpy

from . import _library
from ._library import DTYPE_IDS, Operation
from ._shapes import Call, find_types, no_types


class _Device:
    """What an array's interface says of it."""

    def __init__(self, operation: Operation, name: str, array):
        try:
            interface = array.__cuda_array_interface__
        except AttributeError:
            raise TypeError(f"{operation.name}: {name} is not on the GPU, but others are, and CuPy is not imported") from None
        self.shape = tuple(interface["shape"])
        self.dtype = getattr(array, "dtype", None) or numpy.dtype(interface["typestr"])
        self.address, self.read_only = interface["data"]
        self.stream = interface.get("stream")
        size = int(interface["typestr"][2:])  # NumPy does not know all that ml_dtypes writes there
        strides, expected = interface.get("strides"), size
        for length, stride in zip(reversed(self.shape), reversed(strides or ())):
            if length > 1 and stride != expected:
                raise ValueError(f"{operation.name}: {name} is not contiguous; CuPy, if imported, would copy it")
            expected *= length

    @property
    def name(self) -> str:
        return str(self.dtype).rpartition(".")[2]


def call(operation: Operation, inputs, out, **keywords):
    if any(array is None for array in out):
        raise ValueError(f"{operation.name}: out is needed for arrays on a GPU that are not CuPy's")
    given = [None if a is None else _Device(operation, info.name, a) for info, a in zip(operation.inputs, inputs)]
    wanted = [_Device(operation, info.name, a) for info, a in zip(operation.outputs, out)]
    names = [None if a is None else a.name for a in given]
    ids = [None if name is None else DTYPE_IDS.get(name, -1) for name in names]
    types = find_types(operation, ids, [DTYPE_IDS.get(array.name, -1) for array in wanted])
    if types is None:
        raise no_types(operation, names, [array.name for array in wanted])
    this = Call(operation, [None if a is None else a.shape for a in given])

    def described(infos, arrays, dtypes):
        for info, array, dtype in zip(infos, arrays, dtypes):
            if array is None:
                yield _library.describe(None, dtype, 0, 0, 0)
                continue
            this.check(info, array.shape)
            rows, cols = this.matrix_of(info)
            yield _library.describe(array.address, dtype, rows, cols, cols)

    for info, array in zip(operation.outputs, wanted):
        if array.read_only:
            raise ValueError(f"{operation.name}: out: {info.name} is read-only")
    streams = {a.stream for a in (*given, *wanted) if a is not None and a.stream is not None}
    if len(streams) > 1:
        raise ValueError(f"{operation.name}: the arrays belong to several streams: {sorted(streams)}")
    stream = streams.pop() if streams else 0
    place = _library.on_cuda(stream)
    params = _library.parameters(**keywords)
    before, after = list(described(operation.inputs, given, types)), list(described(operation.outputs, wanted, types[len(inputs) :]))
    with _Workspace(_library.workspace_size(operation, place, this.rows, this.cols), stream) as workspace:
        params.workspace, params.workspace_bytes = workspace.address, workspace.size
        _library.run(operation, place, before, after, params)
    return out[0] if len(out) == 1 else tuple(out)


class _Workspace:
    """Device memory in the stream's order."""

    def __init__(self, size: int, stream: int):
        self.address, self.size, self._stream = ctypes.c_void_p(), size, ctypes.c_void_p(stream)

    def __enter__(self):
        _library.check(_library.LIBRARY.cusigmoid_device_malloc(ctypes.byref(self.address), ctypes.c_size_t(self.size), self._stream))
        return self

    def __exit__(self, *_):
        _library.LIBRARY.cusigmoid_device_free(self.address, self._stream)
