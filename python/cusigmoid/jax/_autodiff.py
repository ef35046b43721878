# SPDX-License-Identifier: Apache-2.0
"""The gradients, from the table that all frameworks share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax.custom_derivatives import SymbolicZero

from .._gradients import FROM_OUTPUT, GRADIENTS, SECOND_DERIVATIVES, WEIGHTED
from .._library import DTYPES, OPERATIONS, Operation
from ._arguments import prepare
from ._kernels import Kernel
from ._sharding import reshard
from ._vmap import batchable


@dataclass(frozen=True)
class _Gradient:
    """`backward` is given the arrays of the names `saved` and the gradients of the outputs, of which one at least is an array, not a
    SymbolicZero; it gives those of the inputs `covered`."""

    saved: tuple[str, ...]
    covered: tuple[str, ...]
    backward: Callable[[dict, list], dict]


@jax.tree_util.register_static
@dataclass(frozen=True)
class _Shardings:
    """What a gradient has to have of its input's type, as far as an operation of its own may give it otherwise."""

    of_inputs: tuple


def _by_operation(kernel: Kernel, gradient: Operation, weighted: bool) -> _Gradient:
    incoming = [f"d{info.name}" for info in kernel.operation.outputs]
    saved = [info.name for info in gradient.inputs if info.name not in incoming]
    covered = [info.name.removeprefix("d") for info in gradient.outputs]
    keywords = {k: v for k, v in kernel.keywords if k != "mean" or gradient.takes_mean}
    sums_bias = "gates" in covered  # lstm_cell_backward gives no gradient of the bias, which is that of the gates over all rows

    def backward(values, gradients):
        values = values | dict(zip(incoming, gradients))
        for info in gradient.inputs:
            if isinstance(zero := values.get(info.name), SymbolicZero):
                values[info.name] = None if info.optional else jnp.zeros(zero.shape, zero.dtype)
        if weighted:  # of each loss: its gradient takes the place of the weight
            dloss, weight = values.pop("dloss"), values.get("weight")
            values["weight"] = dloss if weight is None else weight * dloss
        found = call(gradient, [values.get(info.name) for info in gradient.inputs], None, **keywords)
        found = dict(zip(covered, found if isinstance(found, tuple) else (found,)))
        if sums_bias:
            found["bias"] = found["gates"].reshape(-1, found["gates"].shape[-1]).sum(0)
        return found

    return _Gradient(tuple(saved), (*covered, *["bias"] * sums_bias), backward)


def _of(name: str):
    return functools.partial(call, OPERATIONS[name])


#: Gradients of gradients, and of derivatives.
_PRODUCTS = {
    "backward": _Gradient(
        ("dy", "y"), ("dy", "y"), lambda v, g: {"dy": _of("backward")((g[0], v["y"]), None), "y": g[0] * v["dy"] * (1 - 2 * v["y"])}
    )
}
for _gradient, _second in SECOND_DERIVATIVES.items():

    def _backward(v, g, gradient=_gradient, second=_second):
        return {"dy": _of(gradient)((g[0], v["x"]), None), "x": g[0] * v["dy"] * _of(second)((v["x"],), None)}

    _PRODUCTS[_gradient] = _Gradient(("dy", "x"), ("dy", "x"), _backward)
for _derivative, _second in (("derivative", "second_derivative"), ("silu_derivative", "silu_second_derivative")):
    _PRODUCTS[_derivative] = _Gradient(("x",), ("x",), lambda v, g, second=_second: {"x": g[0] * _of(second)((v["x"],), None)})


def _gradient_of(kernel: Kernel, from_output: bool) -> _Gradient:
    name = kernel.operation.name
    table = FROM_OUTPUT if from_output else GRADIENTS | WEIGHTED
    if name in table:
        return _by_operation(kernel, OPERATIONS[table[name]], weighted=name in WEIGHTED)
    return _PRODUCTS.get(name) or _Gradient((), (), lambda values, gradients: {})


@functools.cache
def _function_of(kernel: Kernel, from_output: bool):
    """What runs a kernel and can be differentiated: arrays → a tuple."""
    gradient = _gradient_of(kernel, from_output)
    inputs = kernel.inputs
    dtypes = [DTYPES[id_] for id_, present in zip(kernel.types, kernel.present) if present]

    @jax.custom_vjp
    def function(*arrays):
        return batchable(kernel)(*arrays)

    def forward(*primals):
        for info, primal in zip(inputs, primals):
            if primal.perturbed and info.name not in gradient.covered:
                raise TypeError(f"{kernel.operation.name} has no gradient of {info.name}; jax.lax.stop_gradient takes it for a constant")
        arrays = [primal.value for primal in primals]
        results = function(*arrays)  # whose gradient may be wanted, too
        named = dict(zip((info.name for info in (*inputs, *kernel.operation.outputs)), (*arrays, *results)))
        saved = {name: named[name] for name in gradient.saved if name in named}
        return results, (saved, _Shardings(tuple(jax.typeof(a).sharding for a in arrays)))

    def backward(residuals, gradients):
        saved, shardings = residuals
        if all(isinstance(g, SymbolicZero) for g in gradients):
            return (None,) * len(inputs)
        found = gradient.backward(saved, gradients)
        return tuple(
            reshard(found[info.name].astype(dtype), sharding) if info.name in found else None
            for info, dtype, sharding in zip(inputs, dtypes, shardings.of_inputs)
        )

    function.defvjp(forward, backward, symbolic_zeros=True)
    return function


@functools.cache
def _compiled(operation: Operation, dtype, from_output: bool, keywords: tuple[tuple[str, object], ...]):
    def run(*values):
        kernel, arrays = prepare(operation, values, dtype, keywords)
        results = _function_of(kernel, from_output)(*arrays)
        return results[0] if len(results) == 1 else results

    run.__name__ = f"cusigmoid_{operation.name}"  # in profiles
    return jax.jit(run)


def call(operation: Operation, values, dtype, from_output: bool = False, **keywords):
    """Runs an operation on arrays and numbers; what the functions of cusigmoid.jax do."""
    constants = ((k, None if v is None else bool(v) if k == "mean" else float(v)) for k, v in keywords.items())
    return _compiled(operation, dtype, from_output, tuple(constants))(*values)
