# SPDX-License-Identifier: Apache-2.0
"""jax.vmap: a batch is more rows, unless rows of one batch are not those of another."""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
from jax.custom_batching import custom_vmap

from .._library import Role
from ._kernels import Kernel
from ._sharding import run


@functools.cache
def batchable(kernel: Kernel):
    """What runs a kernel."""
    serves_all = [info.role in (Role.ROW, Role.SCALAR) for info in kernel.inputs]
    reduces = any(info.role in (Role.SUM_ALL, Role.SUM_ROWS, Role.LARGEST) for info in kernel.operation.outputs)

    @custom_vmap
    def batched(*arrays):
        return run(kernel, *arrays)

    @batched.def_vmap
    def rule(size, are_batched, *arrays):
        all_outputs = (True,) * len(kernel.operation.outputs)
        if reduces or any(one and is_batched for one, is_batched in zip(serves_all, are_batched)):

            def one_after_another(of_batch):
                given = iter(of_batch)
                return batched(*(next(given) if is_batched else a for a, is_batched in zip(arrays, are_batched)))

            return jax.lax.map(one_after_another, [a for a, is_batched in zip(arrays, are_batched) if is_batched]), all_outputs
        repeated = [
            a if is_batched or one else jnp.broadcast_to(a, (size, *a.shape)) for a, is_batched, one in zip(arrays, are_batched, serves_all)
        ]
        return batched(*repeated), all_outputs

    return batched
