# SPDX-License-Identifier: Apache-2.0
"""Python functions made from what the library tells of its operations."""

from __future__ import annotations

import inspect
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


def docstring(operation: Operation, with_out: bool) -> str:
    """In NumPy's style."""
    text = f"{operation.formula}\n\nParameters\n----------\n" + "\n".join(map(_line, operation.inputs))
    if with_out:
        text += "\nout : array or tuple of arrays, optional\n    where to put the result; may be an input of the same role and type"
    text += "\ndtype : dtype or tuple of dtypes, optional\n    element types of the results, or of the first; else the inputs'"
    if operation.takes_swiglu_params:
        text += "\nalpha, limit, offset : float\n    no limit where it is None"
    if operation.takes_mean:
        text += "\nmean : bool\n    the mean over all elements, and its gradient, instead of the sum"
    text += "\n\nReturns\n-------\n" + "\n".join(map(_line, operation.outputs))
    text += f"\n\nNotes\n-----\nMaximum error: {operation.max_error}. The same bits on every CPU and GPU.\n\n"
    text += "Raises\n------\nTypeError, ValueError\n    naming the array, and what is wrong with its type or shape\n"
    text += "CudaError\n    of arrays on a GPU"
    return text


def signature(operation: Operation, with_out: bool) -> str:
    needed = max(i for i, array in enumerate(operation.inputs) if not array.optional)  # an argument before it has no default
    arrays = [array.name + ("=None" if i > needed else "") for i, array in enumerate(operation.inputs)]
    return ", ".join([*arrays, *["out=None"] * with_out, "*", "dtype=None", *keywords(operation)])


def source(operation: Operation, with_out: bool) -> str:
    """What makes its function, which hands everything to call(operation, inputs, out, dtype, …), or that without out.

    (Both are closed over: compilers of Python, such as PyTorch's, take the globals of a function for those of its module.)"""
    passed = "".join(f", {name}={name}" for name in (k.split("=")[0] for k in keywords(operation)))
    inputs = "".join(array.name + ", " for array in operation.inputs)
    lines = [
        f"def {operation.name}({signature(operation, with_out)}):",
        f'    """{docstring(operation, with_out)}\n"""',
        f"    return call(operation, ({inputs}), {'out, ' * with_out}dtype{passed})",
    ]
    return f"def make(call, operation):\n{textwrap.indent(chr(10).join(lines), '    ')}\n    return {operation.name}\n"


def make(operation: Operation, call, module: str, with_out: bool):
    namespace = {"__name__": module}
    exec(compile(source(operation, with_out), f"<{module}.{operation.name}>", "exec"), namespace)  # as dataclasses and namedtuple do
    function = namespace["make"](call, operation)
    function.__qualname__ = operation.name
    function.__doc__ = inspect.cleandoc(function.__doc__)
    return function


def make_all(call, module: str, with_out: bool = True) -> dict:
    return {name: make(operation, call, module, with_out) for name, operation in OPERATIONS.items()}
