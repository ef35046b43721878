# SPDX-License-Identifier: Apache-2.0
"""Operations as XLA calls them: one target for all of them, on every platform."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy

from .. import _library
from .._library import DTYPES, Array, Operation, Role
from .._shapes import Call
from ._varying import vary_as

_TARGET = "cusigmoid"


def _register() -> None:
    for platform, name in (("cpu", "cusigmoid_xla_cpu"), ("CUDA", "cusigmoid_xla_cuda")):
        try:
            handler = getattr(_library.LIBRARY, name)
        except AttributeError:
            raise ImportError("libcusigmoid was built without XLA's headers: install jaxlib and build it with -DCUSIGMOID_XLA=ON") from None
        jax.ffi.register_ffi_target(_TARGET, jax.ffi.pycapsule(handler), platform=platform)


_register()


@dataclass(frozen=True)
class Kernel:
    """An operation on arrays of which all but the shapes is known."""

    operation: Operation
    present: tuple[bool, ...]  # which inputs are given
    types: tuple[int, ...]  # of the operation's inputs and outputs
    keywords: tuple[tuple[str, object], ...]

    @property
    def inputs(self) -> list[Array]:
        """Those that are given."""
        return [info for info, present in zip(self.operation.inputs, self.present) if present]

    @property
    def output_dtypes(self) -> list:
        return [jnp.dtype(DTYPES[id_]) for id_ in self.types[len(self.present) :]]

    def call_on(self, arrays) -> Call:
        given = iter(arrays)
        return Call(self.operation, [next(given).shape if present else None for present in self.present])


def run(kernel: Kernel, *arrays) -> tuple:
    """The outputs, of arrays of the operation's types and shapes."""
    operation, call = kernel.operation, kernel.call_on(arrays)
    results = [jax.ShapeDtypeStruct(call.shape_of(info), dtype) for info, dtype in zip(operation.outputs, kernel.output_dtypes)]
    # The library raises what LARGEST outputs hold: they take the place of zeros.
    raised = [i for i, info in enumerate(operation.outputs) if info.role is Role.LARGEST]
    zeros = [vary_as(jnp.zeros(results[i].shape, results[i].dtype), arrays) for i in raised]
    # Sums on a GPU need memory. What a handler allocates itself could not be used in CUDA graphs.
    workspace = _library.workspace_size(operation, _library.on_cuda(0), call.rows, call.cols)
    memory = [jax.ShapeDtypeStruct((workspace,), numpy.uint8)] if workspace else []
    params = _library.parameters(**dict(kernel.keywords))
    outputs = jax.ffi.ffi_call(
        _TARGET,
        [*results, *memory],
        vmap_method="sequential",
        input_output_aliases={len(arrays) + k: i for k, i in enumerate(raised)},
    )(
        *arrays,
        *zeros,
        op=numpy.int32(operation.number),
        present=numpy.int32(sum(present << i for i, present in enumerate(kernel.present))),
        alpha=numpy.float64(params.alpha),
        limit=numpy.float64(params.limit),
        offset=numpy.float64(params.offset),
        mean=numpy.int32(params.mean),
    )
    return tuple(vary_as(output, arrays) for output in outputs[: len(results)])
