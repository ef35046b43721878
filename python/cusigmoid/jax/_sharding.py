# SPDX-License-Identifier: Apache-2.0
"""Arrays that are shared out over devices: along which axes each device computes what it has, with nothing of another's.

Sums need whole arrays: added up by device, their bits would depend on the devices."""

from __future__ import annotations

import functools
import math

import jax
from jax.experimental.custom_partitioning import ArrayMapping, CompoundFactor, SdyShardingRule, custom_partitioning
from jax.sharding import AxisType, NamedSharding, PartitionSpec

from .._library import Array, Role
from . import _kernels
from ._kernels import Kernel


class _Layout:
    """The axes of an operation's arrays by name, for elements of so many axes: e0, e1, … are those of the elements."""

    def __init__(self, kernel: Kernel, ndim: int):
        self._elements = [f"e{i}" for i in range(ndim)]
        self.sizes = {}  # of axes that are none of any array's own
        outputs = kernel.operation.outputs
        self.inputs, self.outputs = tuple(map(self._axes_of, kernel.inputs)), tuple(map(self._axes_of, outputs))

        roles = {info.role for info in outputs}
        self.is_raised = [info.role is Role.LARGEST for info in outputs]
        # what fills up a smaller device's array must not be the largest, and the parts of an element stay together
        self._needs_even = any(self.is_raised) or bool(self.sizes)
        self._whole = {*self.sizes}
        if Role.SUM_ALL in roles:
            self._whole |= {*self._elements}
        if Role.SUM_ROWS in roles:
            self._whole |= {*self._elements[:-1]}
        packed = {f"packed{info.parts}" for info in (*kernel.inputs, *outputs) if self._is_packed(info)}
        if packed:  # a device's columns would be other ones in each part
            self._whole |= {*packed, self._elements[-1]}

        #: Whether any axes may be shared out, all arrays alike.
        self.is_local = not self._whole and not any(self.is_raised)

    @staticmethod
    def _is_packed(info: Array) -> bool:
        return info.parts > 1 and info.role is not Role.INTERLEAVED

    def _axes_of(self, info: Array) -> ArrayMapping:
        if info.is_one:
            return ArrayMapping()
        rows = () if info.role in (Role.ROW, Role.SUM_ROWS) else self._elements[:-1]
        columns = self._elements[-1:]
        if self._is_packed(info):
            columns = [f"packed{info.parts}"]
        elif info.role is Role.INTERLEAVED:
            self.sizes["part"] = info.parts
            columns = [CompoundFactor(*columns, "part")]
        return ArrayMapping(*rows, *columns)

    def rule(self) -> SdyShardingRule:
        return SdyShardingRule(self.inputs, self.outputs, **self.sizes)

    def assign(self, mesh, arguments, results) -> dict[str, tuple[str, ...]]:
        """Along which axes of the mesh each axis is shared out: as some array is, the results first."""
        found = {}
        for array, value in (*zip(self.outputs, results), *zip(self.inputs, arguments)):
            for axis, length, names in zip(array, value.shape, value.sharding.spec):
                names = names if isinstance(names, tuple) else () if names is None else (names,)
                if not isinstance(axis, str):
                    axis, length = axis[0], length // self.sizes["part"]
                taken = {name for others in found.values() for name in others}
                if axis in found or axis in self._whole or not names or taken & {*names}:
                    continue
                if not self._needs_even or length % math.prod(mesh.shape[name] for name in names) == 0:
                    found[axis] = names
        return found


def reshard(array, like):
    """The array shared out as a type says, where that is a part of types."""
    if AxisType.Explicit not in like.mesh.axis_types:
        return array
    return (jax.reshard if hasattr(jax, "reshard") else jax.sharding.reshard)(array, like)


def _sharding(mesh, array: ArrayMapping, assigned) -> NamedSharding:
    return NamedSharding(mesh, PartitionSpec(*(assigned.get(axis if isinstance(axis, str) else axis[0]) for axis in array)))


@functools.cache
def _partitioned(kernel: Kernel, ndim: int):
    layout = _Layout(kernel, ndim)

    @custom_partitioning
    def shared_out(*arrays):
        return _kernels.run(kernel, *arrays)

    def partition(mesh, arguments, results):
        if mesh.empty:  # the mesh's axes have no names here: inside a jax.shard_map over some of them
            if not layout.is_local:
                raise ValueError(
                    f"{kernel.operation.name}: the arrays are shared out over a mesh whose axes are not known; see jax.set_mesh"
                )
            as_given = [jax.tree.map(lambda array: array.sharding, arrays) for arrays in (results, arguments)]
            return mesh, functools.partial(_kernels.run, kernel), *as_given
        assigned = layout.assign(mesh, arguments, results)
        over = tuple(name for names in assigned.values() for name in names)

        def local(*arrays):
            outputs = _kernels.run(kernel, *arrays)
            return tuple(jax.lax.pmax(o, over) if is_raised and over else o for o, is_raised in zip(outputs, layout.is_raised))

        shardings = [tuple(_sharding(mesh, array, assigned) for array in arrays) for arrays in (layout.outputs, layout.inputs)]
        return mesh, local, *shardings

    shared_out.def_partition(partition, sharding_rule=layout.rule())
    return shared_out, layout


def run(kernel: Kernel, *arrays) -> tuple:
    """The outputs, of arrays of the operation's types and shapes, wherever these are."""
    shared_out, layout = _partitioned(kernel, len(kernel.call_on(arrays).elements))
    mesh = jax.sharding.get_abstract_mesh()
    if not layout.is_local and {AxisType.Manual, AxisType.Auto} <= {*mesh.axis_types}:  # inside a jax.shard_map over some axes
        rest = {name for name, type_ in zip(mesh.axis_names, mesh.axis_types) if type_ is AxisType.Auto}
        whole = functools.partial(_kernels.run, kernel)
        return jax.shard_map(whole, in_specs=PartitionSpec(), out_specs=PartitionSpec(), axis_names=rest)(*arrays)
    types = [jax.typeof(a) for a in arrays]
    mesh = next((t.sharding.mesh for t in types if AxisType.Explicit in t.sharding.mesh.axis_types), None)
    if mesh is None:
        return shared_out(*arrays)
    assigned = layout.assign(mesh, types, ())  # how an array is shared out is part of its type, which the compiler does not choose
    return jax.sharding.auto_axes(shared_out, out_sharding=tuple(_sharding(mesh, array, assigned) for array in layout.outputs))(*arrays)
