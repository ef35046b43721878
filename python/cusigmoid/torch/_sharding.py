# SPDX-License-Identifier: Apache-2.0
"""How operations of DTensors are shared out: by any dimension of the elements, but not by the last where columns of several parts lie
in it. Nothing is gathered for it; sums stay partial; gradients of what is partial are partial."""

from __future__ import annotations

import functools

from torch.distributed.tensor import Partial, Replicate, Shard
from torch.distributed.tensor.experimental import register_sharding

from .._gradients import FROM_OUTPUT, GRADIENTS
from .._library import OPERATIONS, Array, Operation, Role
from ._kernels import FORWARD_SAVING_OUTPUT, op

_LINEAR = {*GRADIENTS.values(), *FROM_OUTPUT.values()}  # in what they are given named d…


def _placement(array: Array, dim: int, by_columns: bool):
    """Where an array is where the elements are sharded by that dimension; None: it cannot be."""
    match array.role:
        case Role.ELEMENTWISE:
            return Shard(dim)
        case Role.PACKED | Role.INTERLEAVED:
            return None if by_columns else Shard(dim)
        case Role.ROW if by_columns:
            return Shard(0) if array.parts == 1 else None
        case Role.ROW | Role.SCALAR:
            return Replicate()
        case Role.SUM_ROWS if by_columns:
            return Shard(0)
        case Role.SUM_ALL | Role.SUM_ROWS:
            return Partial("sum")
        case Role.LARGEST:
            return Partial("max")


def strategies(operation: Operation, dims: int, given: list[bool], mean: bool):
    """What is accepted: (placements of the outputs, placements of the inputs, None for those that are not given)."""

    def of_inputs(place):
        return [place(array) if one else None for array, one in zip(operation.inputs, given)]

    yield [Replicate() for _ in operation.outputs], of_inputs(lambda array: Replicate())
    if mean:  # over elements of which none of the shards knows the number
        return
    for dim in range(dims):
        place = functools.partial(_placement, dim=dim, by_columns=dim == dims - 1)
        inputs, outputs = of_inputs(place), [place(array) for array in operation.outputs]
        if None not in outputs and all(placement is not None for placement, one in zip(inputs, given) if one):
            yield outputs, inputs
    if operation.name in _LINEAR and any(one and array.name.startswith("d") for array, one in zip(operation.inputs, given)):
        yield (
            [Partial("sum") for _ in operation.outputs],
            of_inputs(lambda array: Partial("sum") if array.name.startswith("d") else Replicate()),
        )


def _register(operation: Operation, name: str) -> None:
    @register_sharding(op(name))
    def _(*tensors, mean=0, **_):
        return list(strategies(operation, len(tensors[0].shape), [t is not None for t in tensors], bool(mean)))


for _operation in OPERATIONS.values():
    _register(_operation, _operation.name)
_register(OPERATIONS["forward"], FORWARD_SAVING_OUTPUT)
