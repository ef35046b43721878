# SPDX-License-Identifier: Apache-2.0
"""What the functions of cusigmoid.torch do before an operator of torch.ops.cusigmoid is called: one type, one shape, as PyTorch's do."""

from __future__ import annotations

import functools

import torch

from .._library import Operation, Role
from .._shapes import find_types, is_flat
from ._kernels import ID_OF_DTYPE, op


def _of_one_type(operation: Operation, values, dtype) -> list[torch.Tensor | None]:
    like = next((v for v in values if isinstance(v, torch.Tensor)), None)
    if all(v is None or isinstance(v, torch.Tensor) for v in values):
        ids = [None if v is None else ID_OF_DTYPE.get(v.dtype, -1) for v in values]
        wanted = None if dtype is None else ID_OF_DTYPE.get(dtype, -1)
        if find_types(operation, ids, (wanted,)) or find_types(operation, ids, (None, wanted)):
            return list(values)
    present = [v for v in values if v is not None]
    common = functools.reduce(torch.promote_types, [v.dtype for v in present if isinstance(v, torch.Tensor)] or [torch.get_default_dtype()])
    if not common.is_floating_point and not common.is_complex:
        common = torch.get_default_dtype()
    device = None if like is None else like.device
    return [None if v is None else torch.as_tensor(v, device=device).to(common) for v in values]


def _are_alike(values) -> bool:
    first = values[0]
    if not isinstance(first, torch.Tensor) or not first.is_floating_point():
        return False
    return all(v is first or (isinstance(v, torch.Tensor) and v.dtype == first.dtype and v.shape == first.shape) for v in values)


def call(operation: Operation, values, dtype, **keywords):
    if _are_alike(values):
        return op(operation.name)(*values, dtype=dtype, **keywords)
    tensors = _of_one_type(operation, values, dtype)
    if is_flat(operation, tensors):
        elements = [t for info, t in zip(operation.inputs, tensors) if t is not None and info.role is Role.ELEMENTWISE]
        if len({t.shape for t in elements}) > 1:
            shape = torch.broadcast_shapes(*(t.shape for t in elements))
            tensors = [
                t.expand(shape) if t is not None and info.role is Role.ELEMENTWISE else t for info, t in zip(operation.inputs, tensors)
            ]
    return op(operation.name)(*tensors, dtype=dtype, **keywords)
