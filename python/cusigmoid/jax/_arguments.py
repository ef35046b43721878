# SPDX-License-Identifier: Apache-2.0
"""What the functions of cusigmoid.jax do before an operation is called: types are promoted, elements broadcast, as jax.numpy's do."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from .._library import DTYPE_IDS, DTYPES, Array, Operation, Role
from .._shapes import Call, find_types, is_flat, no_types
from ._kernels import Kernel
from ._varying import vary_as


def _id(dtype) -> int:
    return DTYPE_IDS.get(jnp.dtype(dtype).name, -1)


def _types(operation: Operation, arrays, dtype) -> tuple[int, ...]:
    dtypes = [None if d is None else jax.dtypes.canonicalize_dtype(d) for d in (dtype if isinstance(dtype, tuple) else (dtype,))]
    wanted = [None if d is None else _id(d) for d in dtypes]
    given = [a for a in arrays if a is not None]
    all_weak = all(a.weak_type for a in given)  # else those that are take the others' type
    types = find_types(operation, [None if a is None or (a.weak_type and not all_weak) else _id(a.dtype) for a in arrays], wanted)
    if types is None:
        common = _id(jnp.result_type(*given, float))  # integers become jax.numpy's float
        types = find_types(operation, [None if a is None else common for a in arrays], wanted)
    if types is None:
        raise no_types(operation, [None if a is None else a.dtype.name for a in arrays], [None if d is None else d.name for d in dtypes])
    return types


def _array(operation: Operation, info: Array, value):
    if value is None and not info.optional:
        raise TypeError(f"{operation.name}: {info.name} is None, but is needed")
    return None if value is None else jnp.asarray(value)


def prepare(operation: Operation, values, dtype, keywords) -> tuple[Kernel, list]:
    """The kernel, and the arrays that it takes."""
    arrays = [_array(operation, info, v) for info, v in zip(operation.inputs, values)]
    types = _types(operation, arrays, dtype)
    arrays = [None if a is None else a.astype(DTYPES[id_]) for a, id_ in zip(arrays, types)]
    if is_flat(operation, arrays):
        are_elements = [a is not None and info.role is Role.ELEMENTWISE for info, a in zip(operation.inputs, arrays)]
        shape = jnp.broadcast_shapes(*(a.shape for a, is_it in zip(arrays, are_elements) if is_it))
        arrays = [jnp.broadcast_to(a, shape) if is_it else a for a, is_it in zip(arrays, are_elements)]
    call = Call(operation, [None if a is None else a.shape for a in arrays])
    for info, a in zip(operation.inputs, arrays):
        if a is not None:
            call.check(info, a.shape)
    kernel = Kernel(operation, tuple(a is not None for a in arrays), types, keywords)
    given = [a.reshape(()) if info.is_one else a for info, a in zip(operation.inputs, arrays) if a is not None]
    return kernel, [vary_as(a, given) for a in given]
