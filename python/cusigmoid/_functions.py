# SPDX-License-Identifier: Apache-2.0
"""Python functions made from what the library tells of its operations."""

from __future__ import annotations

import textwrap

from ._library import OPERATIONS, Array, Operation, Role

_ROLES = {
    Role.ELEMENTWISE: "shape (..., cols)",
    Role.PACKED: "shape (..., {parts}·cols), side by side",
    Role.INTERLEAVED: "shape (..., {parts}·cols), in turn",
    Role.ROW: "shape ({width}cols,), the same for every row",
    Role.SCALAR: "one element",
    Role.SUM_ALL: "one element, the sum of all",
    Role.SUM_ROWS: "shape (cols,), the sums over all rows",
    Role.LARGEST: "one element, raised to the largest magnitude from what it holds (0 where it is made)",
}


def _line(array: Array) -> str:
    shape = _ROLES[array.role].format(parts=array.parts, width=f"{array.parts}·" if array.parts > 1 else "")
    return f"{array.name} : {'array or None' if array.optional else 'array'}\n    {shape}"


def keywords(operation: Operation) -> list[str]:
    """The parameters of its function beside arrays, with their defaults."""
    if operation.takes_swiglu_params:
        return ["alpha=1.0", "limit=None", "offset=0.0"]
    return ["mean=False"] if operation.takes_mean else []


def docstring(operation: Operation) -> str:
    """In NumPy's style."""
    text = f"{operation.formula}\n\nParameters\n----------\n" + "\n".join(map(_line, operation.inputs))
    text += "\nout : array or tuple of arrays, optional\n    where to put the result; may be an input of the same role and type"
    text += "\ndtype : dtype or tuple of dtypes, optional\n    element types of the results, or of the first; else the inputs'"
    if operation.takes_swiglu_params:
        text += "\nalpha, limit, offset : float\n    no limit where it is None"
    if operation.takes_mean:
        text += "\nmean : bool\n    the mean over all elements, and its gradient, instead of the sum"
    text += "\n\nReturns\n-------\n" + "\n".join(map(_line, operation.outputs))
    text += f"\n\nNotes\n-----\nMaximum error: {operation.max_error}. The same bits on every CPU and GPU.\n\n"
    text += "Raises\n------\nTypeError, ValueError\n    naming the array, and what is wrong with its type or shape\nCudaError\n    of arrays on a GPU"
    return text


def signature(operation: Operation) -> str:
    needed = max(i for i, array in enumerate(operation.inputs) if not array.optional)  # an argument before it has no default
    arrays = [array.name + ("=None" if i > needed else "") for i, array in enumerate(operation.inputs)]
    return ", ".join([*arrays, "out=None", "*", "dtype=None", *keywords(operation)])


def source(operation: Operation) -> str:
    """A def of its function, which hands everything to call(operation, inputs, out, dtype, …)."""
    passed = "".join(f", {name}={name}" for name in (k.split("=")[0] for k in keywords(operation)))
    inputs = "".join(array.name + ", " for array in operation.inputs)
    doc = textwrap.indent(docstring(operation), "    ").lstrip().replace("\n    \n", "\n\n")
    return f'def {operation.name}({signature(operation)}):\n    """{doc}\n    """\n    return call(OPERATION, ({inputs}), out, dtype{passed})\n'


def make(operation: Operation, call, module: str):
    namespace = {"OPERATION": operation, "call": call, "__name__": module}
    exec(compile(source(operation), f"<cusigmoid.{operation.name}>", "exec"), namespace)  # as dataclasses and namedtuple do
    return namespace[operation.name]


def make_all(call, module: str) -> dict:
    return {name: make(operation, call, module) for name, operation in OPERATIONS.items()}
