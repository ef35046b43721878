# SPDX-License-Identifier: Apache-2.0
"""torch.vmap: a batch is more rows, unless rows of one batch are not those of another."""

from __future__ import annotations

import torch

from .._library import OPERATIONS, Operation, Role
from ._kernels import FORWARD_SAVING_OUTPUT, LIBRARY, op


def _register(operation: Operation, name: str) -> None:
    serves_all = [array.role in (Role.ROW, Role.SCALAR) for array in operation.inputs]
    reduces = any(array.role in (Role.SUM_ALL, Role.SUM_ROWS, Role.LARGEST) for array in operation.outputs)

    def rule(info, in_dims, *tensors, **keywords):
        def batch(t, dim):
            return t if t is None else t.unsqueeze(0).expand(info.batch_size, *t.shape) if dim is None else t.movedim(dim, 0)

        if reduces or any(one and dim is not None for one, dim in zip(serves_all, in_dims)):
            batched = [batch(t, dim) for t, dim in zip(tensors, in_dims)]
            results = [op(name)(*(None if t is None else t[i] for t in batched), **keywords) for i in range(info.batch_size)]
            if not isinstance(results[0], tuple):
                return torch.stack(results), 0
            return tuple(torch.stack(each) for each in zip(*results)), (0,) * len(results[0])
        batched = [t if one else batch(t, dim) for t, dim, one in zip(tensors, in_dims, serves_all)]
        result = op(name)(*batched, **keywords)
        return result, 0 if isinstance(result, torch.Tensor) else (0,) * len(result)

    torch.library.register_vmap(f"cusigmoid::{name}", rule, lib=LIBRARY)


for _operation in OPERATIONS.values():
    _register(_operation, _operation.name)
_register(OPERATIONS["forward"], FORWARD_SAVING_OUTPUT)
