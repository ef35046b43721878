# SPDX-License-Identifier: Apache-2.0
"""torch.ops.cusigmoid: every operation on tensors of the CPU and of GPUs, and what its results look like."""

from __future__ import annotations

import torch

from .. import _library
from .._library import DTYPES, OPERATIONS, Operation, Role
from .._shapes import Call, find_types, no_types

DTYPE_OF_ID = [getattr(torch, name) for name in DTYPES]
ID_OF_DTYPE = {dtype: number for number, dtype in enumerate(DTYPE_OF_ID)}
LIBRARY = torch.library.Library("cusigmoid", "DEF")
#: σ whose gradient is taken from the saved output.
FORWARD_SAVING_OUTPUT = "forward_saving_output"


def schema(operation: Operation, name: str) -> str:
    """As PyTorch writes it; dtype is that of the first result, or of the last."""
    arguments = [f"Tensor{'?' * array.optional} {array.name}" for array in operation.inputs] + ["*", "ScalarType? dtype=None"]
    if operation.takes_swiglu_params:
        arguments += ["float alpha=1.0", "float? limit=None", "float offset=0.0"]
    if operation.takes_mean:
        arguments += ["int mean=0"]  # a bool would not be part of the key by which DTensor keeps how an operator is shared out
    results = ", ".join("Tensor" for _ in operation.outputs)
    return f"{name}({', '.join(arguments)}) -> {results if len(operation.outputs) == 1 else f'({results})'}"


_types = {}  # found before


def types_of(operation: Operation, tensors, dtype) -> tuple[int, ...]:
    key = (operation, dtype, *(None if t is None else t.dtype for t in tensors))
    if key not in _types:
        _types[key] = _find_types(operation, tensors, dtype)
    return _types[key]


def _find_types(operation: Operation, tensors, dtype) -> tuple[int, ...]:
    ids = [None if t is None else ID_OF_DTYPE.get(t.dtype, -1) for t in tensors]
    wanted = None if dtype is None else ID_OF_DTYPE.get(dtype, -1)
    types = find_types(operation, ids, (wanted,)) or find_types(operation, ids, (None, wanted))
    if types is None:
        names = [None if t is None else str(t.dtype).removeprefix("torch.") for t in tensors]
        raise no_types(operation, names, [None if dtype is None else str(dtype).removeprefix("torch.")])
    return types


def expect(operation: Operation, tensors, dtype) -> tuple[Call, tuple[int, ...]]:
    """The call that tensors make, whose shapes and types are what the operation takes, as they are."""
    types = types_of(operation, tensors, dtype)
    call = Call(operation, [None if t is None else t.shape for t in tensors])
    for info, t in zip(operation.inputs, tensors):
        if t is not None:
            call.check(info, t.shape)
            if t.device != tensors[0].device:
                raise ValueError(f"{operation.name}: {info.name} is on {t.device}, but {operation.inputs[0].name} on {tensors[0].device}")
    return call, types


def results_of(operation: Operation, call: Call, types, like) -> list[torch.Tensor]:
    new = types[len(operation.inputs) :]
    return [like.new_empty(call.shape_of(info), dtype=DTYPE_OF_ID[t]) for info, t in zip(operation.outputs, new)]


def _described(call: Call, info, tensor, dtype: int):
    """A tensor in the library's terms, and the tensor that it describes, which is a copy where rows do not follow one another."""
    if tensor is None:
        return _library.describe(None, dtype, 0, 0, 0), None
    rows, cols = call.matrix_of(info)
    leading = cols
    if not tensor.is_contiguous():
        if tensor.dim() == 2 and tensor.shape == (rows, cols) and tensor.stride(1) == 1 and tensor.stride(0) >= cols:
            leading = tensor.stride(0)
        else:
            tensor = tensor.contiguous()
    return _library.describe(tensor.data_ptr(), dtype, rows, cols, leading), tensor


def _make_kernel(operation: Operation):
    def kernel(*tensors, dtype=None, **parameters):
        call, types = expect(operation, tensors, dtype)
        results = results_of(operation, call, types, tensors[0])
        for info, result in zip(operation.outputs, results):
            if info.role is Role.LARGEST:
                result.zero_()
        described = [
            _described(call, info, t, id_) for info, t, id_ in zip((*operation.inputs, *operation.outputs), (*tensors, *results), types)
        ]
        structs = [struct for struct, _ in described]
        inputs, outputs = structs[: len(tensors)], structs[len(tensors) :]
        params = _library.parameters(**parameters) if parameters else _library.NO_PARAMETERS
        if tensors[0].device.type == "cpu":
            _library.run(operation, _library.on_cpu(torch.get_num_threads()), inputs, outputs, params)
        else:
            with torch.cuda.device(tensors[0].device):
                place = _library.on_cuda(torch.cuda.current_stream().cuda_stream)
                bytes_ = _library.workspace_size(operation, place, call.rows, call.cols)
                workspace = torch.empty(bytes_, dtype=torch.uint8, device=tensors[0].device)
                if bytes_:
                    params = _library.parameters(**parameters)
                    params.workspace, params.workspace_bytes = workspace.data_ptr(), bytes_
                _library.run(operation, place, inputs, outputs, params)
        return results[0] if len(results) == 1 else tuple(results)

    return kernel


def _make_fake(operation: Operation):
    def fake(*tensors, dtype=None, **_):
        results = results_of(operation, *expect(operation, tensors, dtype), tensors[0])
        return results[0] if len(results) == 1 else tuple(results)

    return fake


def _register(operation: Operation, name: str) -> None:
    LIBRARY.define(schema(operation, name), tags=(torch.Tag.pt2_compliant_tag,))
    kernel = _make_kernel(operation)
    for key in ("CPU", "CUDA"):
        LIBRARY.impl(name, kernel, key)
    torch.library.register_fake(f"cusigmoid::{name}", _make_fake(operation), lib=LIBRARY)


for _operation in OPERATIONS.values():
    _register(_operation, _operation.name)
_register(OPERATIONS["forward"], FORWARD_SAVING_OUTPUT)


def op(name: str):
    """torch.ops.cusigmoid.<name>, without a look at overloads."""
    return getattr(torch.ops.cusigmoid, name).default
