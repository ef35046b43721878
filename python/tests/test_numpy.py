# SPDX-License-Identifier: Apache-2.0
"""Functions on NumPy's arrays, and what they say of arrays they cannot take."""

import ctypes
import inspect
import pathlib
import subprocess
import sys
import threading

import cusigmoid
import numpy
import pytest
from conftest import bits, has_role, inputs_of, numpy_dtype
from cusigmoid import _library
from cusigmoid._library import DTYPES, OPERATIONS, Role
from cusigmoid._shapes import Call


def results(operation, *arrays, **keywords):
    out = getattr(cusigmoid, operation.name)(*arrays, **keywords)
    return out if isinstance(out, tuple) else (out,)


def run_by_c(operation, types, arrays):
    """The results of cusigmoid_run itself on contiguous arrays."""
    call = Call(operation, [None if a is None else a.shape for a in arrays])

    def described(info, array, dtype):
        rows, cols = (0, 0) if array is None else call.matrix_of(info)
        return _library.describe(array.ctypes.data if array is not None else None, dtype, rows, cols, cols)

    outputs = [numpy.zeros(call.shape_of(info), numpy_dtype(DTYPES[t])) for info, t in zip(operation.outputs, types[len(arrays) :])]
    given = [described(*each) for each in zip(operation.inputs, arrays, types)]
    wanted = [described(*each) for each in zip(operation.outputs, outputs, types[len(arrays) :])]
    _library.run(operation, _library.on_cpu(1), given, wanted, _library.NO_PARAMETERS)
    return outputs


@pytest.mark.parametrize("without_optional", [False, True])
def test_gives_the_bits_of_the_c_interface(operation, types, rng, without_optional):
    arrays = inputs_of(operation, types, rng, without_optional=without_optional)
    expected = run_by_c(operation, types, arrays)
    actual = results(operation, *arrays, dtype=tuple(e.dtype for e in expected))
    for one, other in zip(actual, expected, strict=True):
        assert one.shape == other.shape and one.dtype == other.dtype
        numpy.testing.assert_array_equal(bits(one), bits(other))


def test_has_a_signature_and_a_docstring(operation):
    function = getattr(cusigmoid, operation.name)
    parameters = inspect.signature(function).parameters
    assert list(parameters)[: len(operation.inputs)] == [array.name for array in operation.inputs]
    assert operation.formula in function.__doc__ and operation.max_error in function.__doc__
    for section in ("Parameters", "Returns", "Raises"):
        assert f"\n{section}\n-----" in function.__doc__
    assert function.__module__ == "cusigmoid" and operation.name in cusigmoid.__all__


def test_writes_to_out(operation, types, rng):
    arrays = inputs_of(operation, types, rng)
    dtype = tuple(numpy_dtype(DTYPES[t]) for t in types[len(arrays) :])
    expected = results(operation, *arrays, dtype=dtype)
    out = tuple(numpy.full_like(e, 0) for e in map(numpy.asarray, expected))
    returned = results(operation, *arrays, out=out if len(out) > 1 else out[0])
    for one, other, where in zip(returned, expected, out, strict=True):
        assert one is where
        numpy.testing.assert_array_equal(bits(where), bits(other))


def test_takes_strided_arrays(operation, types, rng):
    arrays = inputs_of(operation, types, rng)
    dtype = tuple(numpy_dtype(DTYPES[t]) for t in types[len(arrays) :])
    expected = results(operation, *arrays, dtype=dtype)

    def strided(a, step):  # columns of a wider array, and every other element
        wide = numpy.zeros((*a.shape[:-1], a.shape[-1] * step + 3), a.dtype) if a.ndim else a.reshape(1)
        view = wide[..., 1 : 1 + a.shape[-1] * step : step] if a.ndim else wide[0:1].reshape(())
        view[...] = a
        return view

    for step in (1, 2):
        for one, other in zip(results(operation, *(strided(a, step) for a in arrays), dtype=dtype), expected):
            numpy.testing.assert_array_equal(bits(one), bits(other))
        out = tuple(strided(numpy.zeros_like(e), step) for e in expected)
        for one, other in zip(results(operation, *arrays, out=out if len(out) > 1 else out[0]), expected):
            numpy.testing.assert_array_equal(bits(one), bits(other))


def test_of_nothing(operation):
    types = operation.dtypes[0]
    arrays = inputs_of(operation, types, numpy.random.default_rng(0), shape=(0, 4))
    for dtype in types[len(arrays) :]:
        numpy_dtype(DTYPES[dtype])  # of float8 are ml_dtypes', or the test is skipped
    for info, result in zip(operation.outputs, results(operation, *arrays)):
        assert result.size == (4 if info.role is Role.SUM_ROWS else 1 if info.is_one else 0)
        assert not numpy.any(result)


def test_broadcasts_as_numpy_does():
    a, b = numpy.linspace(-1, 1, 6).reshape(2, 3, 1), numpy.linspace(0, 1, 4)
    y = cusigmoid.backward(a, b)
    assert y.shape == (2, 3, 4)
    numpy.testing.assert_array_equal(y, cusigmoid.backward(*map(numpy.ascontiguousarray, numpy.broadcast_arrays(a, b))))
    assert isinstance(cusigmoid.forward(0.0), numpy.float64) and cusigmoid.forward(0.0) == 0.5


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (1, "float64"),
        ([True, False], "float64"),
        (numpy.int8(3), "float64"),
        (numpy.float16(1), "float16"),
        (numpy.float32(1), "float32"),
        (numpy.array([1], ">f4"), "float32"),
    ],
)
def test_of_other_types_becomes(x, expected):
    y = cusigmoid.forward(x)
    assert y.dtype == expected and y.dtype.isnative
    numpy.testing.assert_array_equal(y, cusigmoid.forward(numpy.asarray(x).astype(expected)))


def test_numbers_take_the_arrays_type():
    assert cusigmoid.backward(1.0, numpy.float32([0.25])).dtype == numpy.float32
    assert cusigmoid.backward(numpy.float32([1]), numpy.float64([0.25])).dtype == numpy.float64


def test_in_place_and_across():
    x = numpy.linspace(-3, 3, 9, dtype=numpy.float32)
    expected = cusigmoid.forward(x)
    y = x.copy()
    assert cusigmoid.forward(y, out=y) is y
    numpy.testing.assert_array_equal(y, expected)
    both = numpy.concatenate([x, x[:1]])
    cusigmoid.forward(both[:-1], out=both[1:])  # as if the input had been copied before
    numpy.testing.assert_array_equal(both[1:], expected)
    z = x.copy()
    cusigmoid.forward(z, out=z[::-1])
    numpy.testing.assert_array_equal(z[::-1], expected)


def test_parameters():
    x = numpy.linspace(-9, 9, 12)
    numpy.testing.assert_array_equal(
        cusigmoid.swiglu(x, alpha=1.702, limit=7.0, offset=1.0), cusigmoid.swiglu_split(x[:6], x[6:], alpha=1.702, limit=7.0, offset=1.0)
    )
    t = numpy.full(12, 0.25)
    assert cusigmoid.bce_with_logits_forward_backward(x, t, mean=True)[1] == pytest.approx(
        numpy.mean(cusigmoid.bce_with_logits(x, t)), rel=1e-15
    )
    for name in ("alpha", "limit"):
        with pytest.raises(ValueError, match=f"{name} is 0"):
            cusigmoid.swiglu(x, **{name: 0})
    with pytest.raises(ValueError, match="limit is -1"):
        cusigmoid.swiglu(x, limit=-1)


def test_largest_is_raised_from_what_it_holds():
    h, amax = cusigmoid.swiglu_scaled(numpy.float32([1, 2, 3, 4]), dtype=numpy_dtype("float8_e4m3fn"))
    assert amax == numpy.float32(max(abs(cusigmoid.swiglu(numpy.float32([1, 2, 3, 4])))))
    held = numpy.array(100, numpy.float32)
    cusigmoid.swiglu_scaled(numpy.float32([1, 2, 3, 4]), out=(h, held))
    assert held == 100


@pytest.mark.parametrize(
    ("wrong", "error", "sentence"),
    [
        (
            lambda: cusigmoid.forward(numpy.array([1j])),
            TypeError,
            r"forward: no operation on x of complex128; x may be of float64, float32",
        ),
        (lambda: cusigmoid.forward(numpy.array(["a"])), TypeError, "x of"),
        (lambda: cusigmoid.forward(numpy.float64([1]), dtype="float16"), TypeError, "x of float64 to float16"),
        (lambda: cusigmoid.forward(numpy.float32([1]), out=numpy.zeros(2, "f4")), ValueError, r"y has shape \(2,\), but \(1,\) is needed"),
        (lambda: cusigmoid.forward(numpy.float32([1]), out=(1, 2)), ValueError, "out has 2 arrays, but there are 1 results"),
        (lambda: cusigmoid.backward(numpy.zeros(3), numpy.zeros(2)), ValueError, "broadcast"),
        (lambda: cusigmoid.swiglu(numpy.zeros(5)), ValueError, "swiglu: x: the last axis of 5 is not a multiple of 2"),
        (lambda: cusigmoid.swiglu(numpy.float64(1)), ValueError, "swiglu: x has no axes"),
        (lambda: cusigmoid.glu_backward(numpy.zeros(3), numpy.zeros(5)), ValueError, r"x has shape \(5,\), but \(6,\) is needed"),
        (lambda: cusigmoid.forward(numpy.zeros(1), out=numpy.broadcast_to(numpy.zeros(1), 1)), ValueError, "out: y is read-only"),
        (lambda: cusigmoid.bias_forward(numpy.zeros((2, 3)), numpy.zeros(2)), ValueError, r"bias has shape \(2,\), but \(3,\) is needed"),
    ],
)
def test_says_what_is_wrong(wrong, error, sentence):
    with pytest.raises(error, match=sentence):
        wrong()


def test_of_many_threads():
    x = numpy.linspace(-20, 20, 100003, dtype=numpy.float32)
    expected, actual = cusigmoid.forward(x), [None] * 8

    def work(i):
        for _ in range(5):
            actual[i] = cusigmoid.forward(x)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(actual))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for y in actual:
        numpy.testing.assert_array_equal(y, expected)


def test_takes_dlpack():
    class Exported:
        def __init__(self, array):
            self.array = array

        def __dlpack__(self, **keywords):
            return self.array.__dlpack__(**keywords)

        def __dlpack_device__(self):
            return self.array.__dlpack_device__()

    x = numpy.linspace(-1, 1, 5)
    numpy.testing.assert_array_equal(cusigmoid.forward(Exported(x)), cusigmoid.forward(x))


def test_structs_are_those_of_the_library():
    for struct in (_library.Place, _library.ArrayStruct, _library.Params):
        assert ctypes.sizeof(struct) % 8 == 0
    assert len(OPERATIONS) == len(set(operation.number for operation in OPERATIONS.values()))
    assert has_role(OPERATIONS["lstm_cell"], Role.PACKED)


def test_stubs_are_up_to_date():
    script = pathlib.Path(__file__).parents[1] / "make_stubs.py"
    subprocess.run([sys.executable, str(script), "--check"], check=True)
