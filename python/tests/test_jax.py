# SPDX-License-Identifier: Apache-2.0
"""cusigmoid.jax: the bits of the functions for NumPy, and what JAX makes of functions."""

import inspect

import cusigmoid
import numpy
import pytest
from conftest import bits, inputs_of, numpy_dtype
from cusigmoid._gradients import FROM_OUTPUT, GRADIENTS, SECOND_DERIVATIVES, WEIGHTED
from cusigmoid._library import DTYPES, OPERATIONS

jax = pytest.importorskip("jax", reason="optional peer not installed")
import jax.numpy as jnp  # noqa: E402
from jax import export  # noqa: E402
from jax.test_util import check_grads  # noqa: E402

pytest.importorskip("cusigmoid.jax", reason="libcusigmoid was built without XLA's headers", exc_type=ImportError)

jax.config.update("jax_enable_x64", True)

LOSSES = ("bce_with_logits", "bce_with_logits_sum")  # targets and weights have no gradient


def as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


def assert_same(actual, expected):
    for one, other in zip(as_tuple(actual), as_tuple(expected), strict=True):
        assert one.shape == other.shape and one.dtype == other.dtype
        numpy.testing.assert_array_equal(bits(one), bits(other))


def both(name):
    return getattr(cusigmoid.jax, name), getattr(cusigmoid, name)


def split(operation, arrays, *names):
    """The arrays that are given, those of the names first, and what calls a function on them in the operation's order."""
    given = [i for i, a in enumerate(arrays) if a is not None]
    given.sort(key=lambda i: operation.inputs[i].name not in names)

    def call(function, *values, **keywords):
        at = dict(zip(given, values))
        return function(*(at.get(i) for i in range(len(arrays))), **keywords)

    return [arrays[i] for i in given], call


@pytest.mark.parametrize("without_optional", [False, True])
def test_gives_the_bits_of_numpy(operation, types, rng, without_optional):
    arrays = inputs_of(operation, types, rng, without_optional=without_optional)
    dtype = tuple(numpy_dtype(DTYPES[t]) for t in types[len(arrays) :])
    ours, numpys = both(operation.name)
    expected = numpys(*arrays, dtype=dtype)
    assert_same(ours(*arrays, dtype=dtype), expected)
    if types is operation.dtypes[0]:
        assert_same(jax.jit(lambda *given: ours(*given, dtype=dtype))(*arrays), expected)


def test_has_a_signature_and_a_docstring(operation):
    function = getattr(cusigmoid.jax, operation.name)
    parameters = inspect.signature(function).parameters
    assert list(parameters)[: len(operation.inputs)] == [array.name for array in operation.inputs]
    assert "out" not in parameters and operation.formula in function.__doc__ and "CudaError" not in function.__doc__
    assert function.__module__ == "cusigmoid.jax" and operation.name in cusigmoid.jax.__all__


@pytest.mark.parametrize("shape", [(0, 4), (3, 0), (0,)])
def test_of_nothing(operation, shape, rng):
    arrays = inputs_of(operation, operation.dtypes[1], rng, shape)
    ours, numpys = both(operation.name)
    assert_same(ours(*arrays), numpys(*arrays))


def test_parameters(rng):
    x, t = rng.normal(0, 4, (3, 8)), rng.uniform(0, 1, (3, 8))
    dh = x[:, :4]
    for name, given in (("swiglu", (x,)), ("swiglu_backward", (dh, x)), ("swiglu_interleaved", (x,))):
        ours, numpys = both(name)
        keywords = {"alpha": 1.702, "limit": 3.0, "offset": 1.0}
        assert_same(ours(*given, **keywords), numpys(*given, **keywords))
        assert_same(ours(*given, **{k: jnp.float64(v) for k, v in keywords.items()}), numpys(*given, **keywords))
    for name in ("bce_with_logits_sum", "bce_with_logits_backward", "bce_with_logits_forward_backward"):
        ours, numpys = both(name)
        assert_same(ours(x, t, mean=numpy.bool_(True)), numpys(x, t, mean=True))


def test_largest_is_raised_from_0(rng):
    x = rng.normal(0, 2, (3, 8)).astype(numpy.float32)
    ours = jax.jit(lambda x: cusigmoid.jax.swiglu_scaled(x, dtype="float8_e4m3fn"))
    for scale in (4, 1):  # what the call before left in memory does not count
        assert_same(ours(scale * x), cusigmoid.swiglu_scaled(scale * x, dtype=numpy_dtype("float8_e4m3fn")))


def test_types_are_promoted_as_jax_does():
    y = numpy.float32([0.25])
    assert cusigmoid.jax.backward(1.0, y).dtype == numpy.float32
    assert cusigmoid.jax.backward(1, y.astype("float16")).dtype == numpy.float16
    assert cusigmoid.jax.backward(y, numpy.float64([0.25])).dtype == numpy.float64
    assert cusigmoid.jax.backward(numpy.int32([1]), y).dtype == numpy.float32
    assert cusigmoid.jax.forward_scaled(y, 2.0, dtype=jnp.float8_e5m2).dtype == jnp.float8_e5m2
    assert cusigmoid.jax.forward(jnp.bfloat16(1), dtype=jnp.float32).dtype == numpy.float32
    for x in (1, True, numpy.int8(3), [1, 2]):
        assert cusigmoid.jax.forward(x).dtype == jnp.sin(jnp.asarray(x, jnp.float64)).dtype


@pytest.mark.parametrize("x", [1, 1.0, numpy.float64(1), numpy.int64([1])])
def test_without_x64_double_is_float(x):
    jax.config.update("jax_enable_x64", False)
    try:
        assert cusigmoid.jax.forward(x).dtype == cusigmoid.jax.forward(x, dtype=jnp.float64).dtype == numpy.float32
    finally:
        jax.config.update("jax_enable_x64", True)


def test_elements_broadcast_and_so_do_gradients():
    a, b = numpy.linspace(-1, 1, 6).reshape(2, 3, 1), numpy.linspace(0, 1, 4)
    assert_same(cusigmoid.jax.glu_split(a, b), cusigmoid.glu_split(a, b))
    da, db = jax.grad(lambda a, b: cusigmoid.jax.glu_split(a, b).sum(), (0, 1))(a, b)
    assert da.shape == a.shape and db.shape == b.shape


@pytest.mark.parametrize(
    ("wrong", "error", "sentence"),
    [
        (lambda f: f.forward(numpy.array([1j])), TypeError, "forward: no operation on x of complex128; x may be of float64, float32"),
        (lambda f: f.forward(numpy.float64([1]), dtype="float16"), TypeError, "x of float64 to float16"),
        (lambda f: f.backward(numpy.zeros(3), numpy.zeros(2)), ValueError, "shapes"),
        (lambda f: f.swiglu(numpy.zeros(5)), ValueError, "swiglu: x: the last axis of 5 is not a multiple of 2"),
        (lambda f: f.swiglu(1.0), ValueError, "swiglu: x has no axes"),
        (lambda f: f.swiglu(numpy.zeros(4), alpha=0), ValueError, "alpha is 0"),
        (lambda f: f.swiglu(numpy.zeros(4), limit=-1), RuntimeError, "limit is -1"),
        (lambda f: f.glu_backward(numpy.zeros(3), numpy.zeros(5)), ValueError, r"x has shape \(5,\), but \(6,\) is needed"),
        (lambda f: f.bias_forward(numpy.zeros((2, 3)), numpy.zeros(2)), ValueError, r"bias has shape \(2,\), but \(3,\) is needed"),
        (lambda f: f.forward(None), TypeError, "forward: x is None"),
        (lambda f: jax.grad(f.second_derivative)(1.0), TypeError, "second_derivative has no gradient of x"),
        (lambda f: jax.grad(f.bce_with_logits, 1)(1.0, 1.0), TypeError, "bce_with_logits has no gradient of target"),
    ],
)
def test_says_what_is_wrong(wrong, error, sentence):
    with pytest.raises(error, match=sentence):
        jax.block_until_ready(wrong(cusigmoid.jax))


# Gradients


@pytest.mark.parametrize("without_optional", [False, True])
@pytest.mark.parametrize("name", [*GRADIENTS, *WEIGHTED])
def test_gradients(name, without_optional, rng):
    operation = OPERATIONS[name]
    arrays = inputs_of(operation, operation.dtypes[0], rng, (2, 3), without_optional)
    keywords = {"alpha": 1.5, "offset": 0.5} if operation.takes_swiglu_params else {"mean": True} if operation.takes_mean else {}
    differentiated = {array.name for array in operation.inputs} if name not in LOSSES else {"x"}
    values, call = split(operation, arrays, *differentiated)
    n = len([a for info, a in zip(operation.inputs, arrays) if a is not None and info.name in differentiated])

    def function(*first):
        return call(getattr(cusigmoid.jax, name), *first, *values[n:], **keywords)

    check_grads(function, values[:n], order=1, modes=["rev"])


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_have_the_bits_of_their_operation(name, dtype, rng):
    operation, gradient = OPERATIONS[name], OPERATIONS[GRADIENTS[name]]
    types = next(
        t for t in operation.dtypes if t[0] == t[-1] == DTYPES.index(dtype) or (t[0] == DTYPES.index(dtype) and operation.takes_mean)
    )
    arrays = inputs_of(operation, types, rng)
    values, call = split(operation, arrays, *([array.name for array in operation.inputs] if name not in LOSSES else ["x"]))
    n = 1 if name in LOSSES else len(values)
    results, pull = jax.vjp(lambda *first: call(getattr(cusigmoid.jax, name), *first, *values[n:]), *values[:n])
    incoming = [rng.normal(size=r.shape).astype(r.dtype) for r in as_tuple(results)]
    found = pull(tuple(map(jnp.asarray, incoming)) if isinstance(results, tuple) else jnp.asarray(incoming[0]))
    known = {info.name: a for info, a in zip(operation.inputs, arrays)} | {
        f"d{info.name}": g for info, g in zip(operation.outputs, incoming)
    }
    expected = as_tuple(getattr(cusigmoid, gradient.name)(*(known.get(info.name) for info in gradient.inputs)))
    expected = dict(zip((info.name.removeprefix("d") for info in gradient.outputs), expected))
    names = [info.name for info in operation.inputs if n > 1 or info.name in expected]
    for one, of in zip(found, names, strict=True):
        if of in expected:
            assert_same(one, numpy.asarray(expected[of]).astype(one.dtype))  # of 16-bit losses it is a float, as the loss's gradient


def test_gradient_from_the_output(rng):
    x, dy = rng.normal(0, 9, 50).astype(numpy.float32), rng.normal(size=50).astype(numpy.float32)
    y, pull = jax.vjp(lambda x: cusigmoid.jax.forward(x, from_output=True), x)
    assert_same(pull(jnp.asarray(dy))[0], getattr(cusigmoid, FROM_OUTPUT["forward"])(dy, numpy.asarray(y)))
    check_grads(lambda x: cusigmoid.jax.forward(x, from_output=True), (rng.normal(size=5),), order=2, modes=["rev"])


@pytest.mark.parametrize("name", ["forward", "silu", "derivative", "silu_derivative", *SECOND_DERIVATIVES, *FROM_OUTPUT.values()])
def test_gradients_of_gradients(name, rng):
    values = [rng.uniform(0.1, 0.9, 5) for _ in OPERATIONS[name].inputs]
    order = 2 if name in ("forward", "silu") else 1
    check_grads(getattr(cusigmoid.jax, name), values, order=order, modes=["rev"])
    second = jax.grad(jax.grad(cusigmoid.jax.silu))(0.25)
    assert second == cusigmoid.silu_second_derivative(0.25)


def test_an_output_without_a_gradient_counts_as_0(rng):
    gates, c = rng.normal(size=(2, 12)), rng.normal(size=(2, 3))
    for of in (0, 1):
        found = jax.grad(lambda g, c, of=of: cusigmoid.jax.lstm_cell(g, None, c)[of].sum(), (0, 1))(gates, c)
        one, zero = numpy.ones_like(c), numpy.zeros_like(c)
        assert_same(found, cusigmoid.lstm_cell_backward(gates, None, c, *((zero, one) if of == 0 else (one, zero))))


def test_gradients_have_the_types_of_inputs():
    x = jnp.linspace(-2, 2, 8, dtype=jnp.bfloat16)
    assert jax.grad(lambda x: cusigmoid.jax.silu(x, dtype=jnp.float32).sum())(x).dtype == jnp.bfloat16
    assert jax.grad(lambda x: cusigmoid.jax.bce_with_logits(x, 1.0, 0.5).astype(float).sum())(x).dtype == jnp.bfloat16
    assert not jax.grad(lambda x: cusigmoid.jax.glu_split(x, jax.lax.stop_gradient(x)).sum() * 0)(x).any()


# vmap


@pytest.mark.parametrize("which", ["all", "first", "last"])
def test_vmap(operation, which, rng):
    types = operation.dtypes[1]
    batches = [inputs_of(operation, types, rng) for _ in range(3)]
    ours, numpys = both(operation.name)
    count = len(operation.inputs)
    batched = range(count) if which == "all" else [0 if which == "first" else count - 1]
    arrays = [numpy.stack([batch[i] for batch in batches], -1) if i in batched else batches[0][i] for i in range(count)]
    axes = tuple(-1 if i in batched else None for i in range(count))
    expected = [as_tuple(numpys(*(batch[i] if i in batched else batches[0][i] for i in range(count)))) for batch in batches]
    expected = tuple(numpy.stack(results) for results in zip(*expected))
    assert_same(as_tuple(jax.vmap(ours, axes)(*arrays)), expected)


def test_vmap_of_vmap_and_of_gradients(rng):
    x = rng.normal(size=(2, 3, 8))
    assert_same(jax.vmap(jax.vmap(cusigmoid.jax.swiglu))(x), cusigmoid.swiglu(x))
    bias = rng.normal(size=(2, 3, 8))
    expected = numpy.stack([[cusigmoid.bias_forward(a[None], b)[0] for a, b in zip(*each)] for each in zip(x, bias)])
    assert_same(jax.vmap(jax.vmap(cusigmoid.jax.bias_forward))(x, bias), expected)
    dx = jax.vmap(jax.grad(lambda x: cusigmoid.jax.swiglu(x).sum()))(x)
    assert_same(dx, cusigmoid.swiglu_backward(numpy.ones((2, 3, 4)), x))
    assert_same(jax.vmap(jax.grad(jax.grad(cusigmoid.jax.forward)))(x[0, 0]), cusigmoid.second_derivative(x[0, 0]))


# What else programs are made of


def test_in_scan_remat_and_cond(rng):
    x = rng.normal(size=(4, 6))

    def loss(x):
        _, ys = jax.lax.scan(
            lambda carry, row: (cusigmoid.jax.tanh(carry + row), jax.checkpoint(cusigmoid.jax.silu)(carry)), jnp.zeros(6), x
        )
        return jax.lax.cond(ys[0, 0] > 1, jnp.sum, lambda ys: cusigmoid.jax.softplus(ys).sum(), ys)

    check_grads(jax.jit(loss), (x,), order=1, modes=["rev"])


def test_is_exported(rng):
    x = rng.normal(size=(2, 8))
    name = "cusigmoid"
    exported = export.export(
        jax.jit(cusigmoid.jax.swiglu), platforms=("cpu", "cuda"), disabled_checks=[export.DisabledSafetyCheck.custom_call(name)]
    )(jax.ShapeDtypeStruct(x.shape, x.dtype))
    assert_same(exported.call(x), cusigmoid.swiglu(x))
