# SPDX-License-Identifier: Apache-2.0
"""What shapes and element types an operation's arrays have beside one another, whatever framework they are of."""

from __future__ import annotations

import math

from ._library import DTYPES, Array, Operation, Role

Shape = tuple[int, ...]


def is_flat(operation: Operation, inputs: list) -> bool:
    """Whether rows and columns mean nothing to an operation on these inputs, None for those that are left out."""
    if operation.is_flat:
        return True
    present = (array for array, given in zip(operation.inputs, inputs) if given is not None)
    return all(array.is_flat for array in (*present, *operation.outputs))


class Call:
    """An operation on arrays of given shapes, None for an optional input that is left out: rows × cols elements."""

    def __init__(self, operation: Operation, shapes: list[Shape | None], elements: Shape | None = None):
        """elements: the shape of the elements, where it is not that of the first input."""
        self.operation = operation
        self.is_flat = is_flat(operation, shapes)
        if elements is None:
            elements = self._elements_of_first(shapes[0])
        self.elements = elements = tuple(elements)
        self.cols = math.prod(elements) if self.is_flat else elements[-1]
        self.rows = 1 if self.is_flat else math.prod(elements[:-1])

    def _elements_of_first(self, shape: Shape) -> Shape:
        first = self.operation.inputs[0]
        if self.is_flat:
            return shape
        if not shape:
            raise ValueError(f"{self.operation.name}: {first.name} has no axes, but its last one holds the columns")
        if shape[-1] % first.parts:
            raise ValueError(f"{self.operation.name}: {first.name}: the last axis of {shape[-1]} is not a multiple of {first.parts}")
        return (*shape[:-1], shape[-1] // first.parts)

    def shape_of(self, array: Array) -> Shape:
        """The shape that an array has."""
        if array.is_one:
            return ()
        if array.role in (Role.ROW, Role.SUM_ROWS):
            return (self.elements[-1] * array.parts,)
        if array.role is Role.ELEMENTWISE:
            return self.elements
        return (*self.elements[:-1], self.elements[-1] * array.parts)

    def matrix_of(self, array: Array) -> tuple[int, int]:
        """Its rows and columns, as the library counts them."""
        if array.is_one:
            return 1, 1
        rows = 1 if array.role in (Role.ROW, Role.SUM_ROWS) else self.rows
        return rows, self.cols * array.parts

    def check(self, array: Array, shape: Shape) -> None:
        expected = self.shape_of(array)
        if shape != expected and not (array.is_one and math.prod(shape) == 1):
            raise ValueError(f"{self.operation.name}: {array.name} has shape {tuple(shape)}, but {expected} is needed")


def find_types(operation: Operation, inputs, outputs=()) -> tuple[int, ...] | None:
    """The first of an operation's tuples of element types with these inputs and first outputs (None: left out, or any)."""
    wanted = (*inputs, *outputs)
    for types in operation.dtypes:
        if all(one is None or one == its for one, its in zip(wanted, types)):
            return types
    return None


def no_types(operation: Operation, inputs: list[str | None], outputs: list[str | None] = ()) -> TypeError:
    """What is wrong where find_types finds none."""
    given = ", ".join(f"{array.name} of {name}" for array, name in zip(operation.inputs, inputs) if name is not None)
    names = ", ".join(name for name in outputs if name is not None)
    wanted = f" to {names}" if names else ""
    first = ", ".join(DTYPES[d] for d in sorted({types[0] for types in operation.dtypes}))
    return TypeError(f"{operation.name}: no operation on {given}{wanted}; {operation.inputs[0].name} may be of {first}")
