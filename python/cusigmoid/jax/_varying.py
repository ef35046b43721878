# SPDX-License-Identifier: Apache-2.0
"""Inside jax.shard_map: along which axes of the mesh arrays differ from device to device. JAX derives it for what it computes itself."""

from __future__ import annotations

import jax


def _of(array) -> frozenset[str]:
    type_ = jax.typeof(array)
    return type_.manual_axis_type.varying if hasattr(type_, "manual_axis_type") else type_.vma  # the latter before JAX 0.10


def vary_as(array, others):
    """The array as one that differs along the axes along which any of others does; its gradient is summed over those that are new."""
    axes = tuple(sorted(frozenset().union(*map(_of, others)) - _of(array)))
    if not axes:
        return array
    return jax.lax.pcast(array, axes, to="varying") if hasattr(jax.lax, "pcast") else jax.lax.pvary(array, axes)
