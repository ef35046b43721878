# SPDX-License-Identifier: Apache-2.0
"""The gradients, from the table that all frameworks share."""

from __future__ import annotations

import torch

from .._gradients import FROM_OUTPUT, GRADIENTS, SECOND_DERIVATIVES, WEIGHTED
from .._library import OPERATIONS, Operation
from ._functions import call
from ._kernels import FORWARD_SAVING_OUTPUT, LIBRARY, op


def _register(name: str, covered, save, backward) -> None:
    """save(ctx, inputs by name, outputs by name) and backward(ctx, gradients of outputs) → those of the inputs, by name: of these `covered`
    have one."""
    operation = OPERATIONS["forward" if name == FORWARD_SAVING_OUTPUT else name]
    names = [array.name for array in operation.inputs]

    def setup_context(ctx, inputs, keyword_only_inputs, output):
        ctx.keywords = {k: v for k, v in keyword_only_inputs.items() if k != "dtype"}
        ctx.set_materialize_grads(False)
        ctx.dtypes = [None if t is None else t.dtype for t in inputs]
        outputs = output if isinstance(output, tuple) else (output,)
        save(ctx, dict(zip(names, inputs)), dict(zip((array.name for array in operation.outputs), outputs)))

    def run_backward(ctx, *gradients):
        for wanted, n in zip(ctx.needs_input_grad, names):
            if wanted and n not in covered:
                raise RuntimeError(f"cusigmoid::{name} has no gradient of {n}")
        by_name = backward(ctx, gradients) if any(g is not None for g in gradients) else {}
        return tuple(
            by_name[n].to(dtype) if wanted and n in by_name else None for wanted, n, dtype in zip(ctx.needs_input_grad, names, ctx.dtypes)
        )

    torch.library.register_autograd(f"cusigmoid::{name}", run_backward, setup_context=setup_context, lib=LIBRARY)


def _by_operation(name: str, operation: Operation, gradient: Operation, weighted: bool = False) -> None:
    """The gradient by an operation of its own."""
    incoming = [f"d{array.name}" for array in operation.outputs]
    saved = [array.name for array in gradient.inputs if array.name not in incoming]
    covered = [array.name.removeprefix("d") for array in gradient.outputs]

    def save(ctx, inputs, results):
        ctx.save_for_backward(*((inputs | results)[n] for n in saved))

    def backward(ctx, gradients):
        values = dict(zip(saved, ctx.saved_tensors)) | dict(zip(incoming, gradients))
        if weighted:  # of each loss: its gradient takes the place of the weight
            dloss = values.pop("dloss")
            values["weight"] = dloss if values["weight"] is None else values["weight"] * dloss
        for array in gradient.inputs:
            if array.name in incoming and not array.optional and values[array.name] is None:
                values[array.name] = torch.zeros_like(next(g for g in gradients if g is not None))
        keywords = {k: v for k, v in ctx.keywords.items() if k != "mean" or gradient.takes_mean}
        # the gradient of a result of another type may need all in the wider one
        found = call(gradient, [values.get(array.name) for array in gradient.inputs], None, **keywords)
        found = dict(zip(covered, found if isinstance(found, tuple) else (found,)))
        if values.get("bias") is not None and "bias" not in found:  # of lstm_cell
            found["bias"] = found["gates"].reshape(-1, found["gates"].shape[-1]).sum(0)
        return found

    _register(name, {*covered, *(["bias"] if "gates" in covered else [])}, save, backward)


def _no_gradient(name: str) -> None:
    _register(name, (), lambda ctx, inputs, results: None, lambda ctx, gradients: {})


def _of_products() -> None:
    """Gradients of gradients, and of derivatives."""
    for name, second in SECOND_DERIVATIVES.items():
        gradient, second_derivative = op(name), op(second)

        def backward(ctx, gradients, gradient=gradient, second_derivative=second_derivative):
            dy, x = ctx.saved_tensors
            (g,) = gradients
            return {"dy": gradient(g, x), "x": g * dy * second_derivative(x)}

        _register(name, ("dy", "x"), lambda ctx, inputs, results: ctx.save_for_backward(inputs["dy"], inputs["x"]), backward)
        derivative = {"backward_from_input": "derivative", "silu_backward": "silu_derivative"}[name]

        def backward_of_derivative(ctx, gradients, second_derivative=second_derivative):
            return {"x": gradients[0] * second_derivative(*ctx.saved_tensors)}

        _register(derivative, ("x",), lambda ctx, inputs, results: ctx.save_for_backward(inputs["x"]), backward_of_derivative)

    def backward_of_backward(ctx, gradients):
        dy, y = ctx.saved_tensors
        (g,) = gradients
        return {"dy": op("backward")(g, y), "y": g * dy * (1 - 2 * y)}

    _register("backward", ("dy", "y"), lambda ctx, inputs, results: ctx.save_for_backward(inputs["dy"], inputs["y"]), backward_of_backward)


for _name, _gradient in (GRADIENTS | WEIGHTED).items():
    _by_operation(_name, OPERATIONS[_name], OPERATIONS[_gradient], weighted=_name in WEIGHTED)
_by_operation(FORWARD_SAVING_OUTPUT, OPERATIONS["forward"], OPERATIONS[FROM_OUTPUT["forward"]])
_of_products()
_with_gradient = {*GRADIENTS, *WEIGHTED, *SECOND_DERIVATIVES, *FROM_OUTPUT.values(), "derivative", "silu_derivative"}
for _name in OPERATIONS.keys() - _with_gradient:
    _no_gradient(_name)
