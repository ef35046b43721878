# SPDX-License-Identifier: Apache-2.0
"""Arrays on a GPU of which only __cuda_array_interface__ is known: the bits of NumPy's functions. (On the virtual GPU, too.)"""

import ctypes
import os

import cusigmoid
import numpy
import pytest
from conftest import bits, inputs_of, numpy_dtype
from cusigmoid._library import DTYPES, LIBRARY, check

count = ctypes.c_int()
check(LIBRARY.cusigmoid_device_count(ctypes.byref(count)))
if not count.value and not os.environ.get("CUSIGMOID_REQUIRE_GPU"):
    pytest.skip("no GPU", allow_module_level=True)


class DeviceArray:
    """Device memory with the contents of an array."""

    def __init__(self, array, read_only=False):
        self.array = numpy.ascontiguousarray(array).reshape(numpy.shape(array))
        self.dtype, self.address = self.array.dtype, ctypes.c_void_p()
        check(LIBRARY.cusigmoid_device_malloc(ctypes.byref(self.address), ctypes.c_size_t(max(self.array.nbytes, 1)), None))
        self._copy(self.address, self.array.ctypes.data)
        self.__cuda_array_interface__ = {
            "shape": self.array.shape,
            "typestr": self.dtype.str,
            "data": (self.address.value, read_only),
            "strides": None,
            "version": 3,
            "stream": 1,
        }

    def _copy(self, to, source):
        check(
            LIBRARY.cusigmoid_copy(
                ctypes.c_void_p(getattr(to, "value", to)),
                ctypes.c_void_p(getattr(source, "value", source)),
                ctypes.c_size_t(self.array.nbytes),
                None,
            )
        )
        check(LIBRARY.cusigmoid_synchronize(None))

    def get(self):
        self._copy(self.array.ctypes.data, self.address)
        return self.array

    def __del__(self):
        LIBRARY.cusigmoid_device_free(self.address, None)


@pytest.mark.parametrize("without_optional", [False, True])
def test_gives_numpys_bits(operation, types, rng, without_optional):
    arrays = inputs_of(operation, types, rng, without_optional=without_optional)
    expected = getattr(cusigmoid, operation.name)(*arrays, dtype=tuple(numpy_dtype(DTYPES[t]) for t in types[len(arrays) :]))
    expected = expected if isinstance(expected, tuple) else (expected,)
    out = tuple(DeviceArray(numpy.zeros_like(e)) for e in expected)
    given = [None if a is None else DeviceArray(a) for a in arrays]
    returned = getattr(cusigmoid, operation.name)(*given, out=out)
    assert (returned if isinstance(returned, tuple) else (returned,)) == out
    for one, other in zip(out, expected):
        numpy.testing.assert_array_equal(bits(one.get()), bits(other))


def test_says_what_is_wrong():
    x, y = DeviceArray(numpy.zeros(3, "f4")), DeviceArray(numpy.zeros(4, "f4"))
    with pytest.raises(ValueError, match="out is needed"):
        cusigmoid.forward(x)
    with pytest.raises(ValueError, match=r"y has shape \(4,\), but \(3,\) is needed"):
        cusigmoid.forward(x, out=y)
    with pytest.raises(TypeError, match="x is not on the GPU"):
        cusigmoid.forward(numpy.zeros(3, "f4"), out=x)
    with pytest.raises(ValueError, match="out: y is read-only"):
        cusigmoid.forward(x, out=DeviceArray(numpy.zeros(3, "f4"), read_only=True))
    x.__cuda_array_interface__["strides"] = (8,)
    with pytest.raises(ValueError, match="x is not contiguous"):
        cusigmoid.forward(x, out=x)


def test_cupy(operation):
    cupy = pytest.importorskip("cupy")
    if operation.dtypes[0][-1] > 2 or any(t > 2 for t in operation.dtypes[0]):
        return  # float8 is not CuPy's
    arrays = inputs_of(operation, operation.dtypes[0], numpy.random.default_rng(0))
    expected = getattr(cusigmoid, operation.name)(*arrays)
    with cupy.cuda.Stream(non_blocking=True):
        result = getattr(cusigmoid, operation.name)(*(None if a is None else cupy.asarray(a) for a in arrays))
        result = result if isinstance(result, tuple) else (result,)
        for one, other in zip(result, expected if isinstance(expected, tuple) else (expected,)):
            numpy.testing.assert_array_equal(bits(one.get()), bits(other))
