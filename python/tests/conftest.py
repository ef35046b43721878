# SPDX-License-Identifier: Apache-2.0
"""What tests of all frameworks share: every operation with inputs that it takes."""

import numpy
import pytest
from cusigmoid._library import DTYPES, OPERATIONS, Role
from cusigmoid._shapes import Call

ROWS, COLS = 3, 10


if pytest.version_tuple < (8, 2):  # as Debian's: its importorskip skips for any ImportError, and takes no exc_type
    skip_without = pytest.importorskip
    pytest.importorskip = lambda *args, exc_type=ImportError, **keywords: skip_without(*args, **keywords)


def numpy_dtype(name):
    try:
        return numpy.dtype(name)
    except TypeError:
        return numpy.dtype(getattr(pytest.importorskip("ml_dtypes"), name))


def inputs_of(operation, types, rng, shape=(ROWS, COLS), without_optional=False):
    """Arrays for an operation on `shape` elements: targets and outputs of σ in [0, 1], weights that are not negative."""
    call = Call(operation, [()] * len(operation.inputs), shape)
    arrays = []
    for info, dtype in zip(operation.inputs, types):
        if info.optional and without_optional:
            arrays.append(None)
            continue
        values = rng.normal(0, 2, call.shape_of(info))
        if info.name in ("target", "y", "weight", "pos_weight", "s"):
            values = rng.uniform(0, 0.5, values.shape)
        arrays.append(numpy.asarray(values).astype(numpy_dtype(DTYPES[dtype])))
    return arrays


TYPED = [(name, types) for name, operation in OPERATIONS.items() for types in operation.dtypes]


def pytest_generate_tests(metafunc):
    """`operation, types`: every operation with every tuple of its element types."""
    if "types" in metafunc.fixturenames:
        ids = ["_".join([name, *dict.fromkeys(DTYPES[t] for t in types)]) for name, types in TYPED]
        metafunc.parametrize("operation, types", [(OPERATIONS[name], types) for name, types in TYPED], ids=ids)
    elif "operation" in metafunc.fixturenames:
        metafunc.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


@pytest.fixture
def rng(request):
    return numpy.random.default_rng(abs(hash(request.node.name)) % 2**32)


def bits(array):
    """An array's bits, so that NaN and the sign of zero count."""
    array = numpy.ascontiguousarray(array)
    return array.view(numpy.dtype(f"u{array.dtype.itemsize}"))


def has_role(operation, *roles):
    return any(array.role in roles for array in (*operation.inputs, *operation.outputs))


__all__ = ["COLS", "ROWS", "Role", "bits", "has_role", "inputs_of", "numpy_dtype"]
