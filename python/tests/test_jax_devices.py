# SPDX-License-Identifier: Apache-2.0
"""cusigmoid.jax on arrays that are shared out over eight devices: the same bits, and elements computed where they lie."""

import re

import cusigmoid
import numpy
import pytest
from conftest import bits

jax = pytest.importorskip("jax", reason="optional peer not installed")
import jax.numpy as jnp  # noqa: E402
from jax.sharding import AxisType, NamedSharding  # noqa: E402
from jax.sharding import PartitionSpec as P  # noqa: E402

pytest.importorskip("cusigmoid.jax", reason="libcusigmoid was built without XLA's headers", exc_type=ImportError)

jax.config.update("jax_num_cpu_devices", 8)

ours = cusigmoid.jax
ROWS, COLS = 16, 32


def mesh_of(axis_type=AxisType.Auto):
    if len(jax.devices()) < 8:
        pytest.skip("eight devices are needed")
    return jax.make_mesh((4, 2), ("rows", "cols"), axis_types=(axis_type,) * 2)


@pytest.fixture
def mesh():
    return mesh_of()


@pytest.fixture
def x(rng):
    return rng.normal(0, 2, (ROWS, COLS)).astype(numpy.float32)


def on(mesh, arrays, specs):
    return [jax.device_put(a, NamedSharding(mesh, spec)) for a, spec in zip(arrays, specs, strict=True)]


def collectives(function, *arrays):
    text = jax.jit(function).lower(*arrays).compile().as_text()
    return set(re.findall(r"all-gather|all-reduce|all-to-all|collective-permute|reduce-scatter", text))


def assert_same(actual, expected):
    for one, other in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        numpy.testing.assert_array_equal(bits(one), bits(other))


BOTH, BY_ROWS, BY_COLS = P("rows", "cols"), P("rows"), P(None, "cols")
LOCAL = {
    "forward": (lambda x: ours.forward(x), [BOTH]),
    "an axis over all devices": (lambda x: ours.silu(x), [P(("rows", "cols"))]),
    "backward": (lambda x: ours.backward_from_input(x, x), [BOTH]),
    "gradient": (jax.grad(lambda x: ours.tanh(x).sum()), [BOTH]),
    "second gradient": (jax.grad(lambda x: jax.grad(lambda x: ours.silu(x).sum())(x).sum()), [BOTH]),
    "scaled": (lambda x: ours.forward_scaled(x, 0.5, 2.0), [BOTH]),
    "packed": (lambda x: ours.swiglu(x), [BY_ROWS]),
    "packed gradient": (jax.grad(lambda x: ours.swiglu(x, alpha=1.5).sum()), [BY_ROWS]),
    "interleaved": (lambda x: ours.glu_interleaved(x), [BOTH]),
    "separate": (lambda x: ours.swiglu_split(x, x), [BOTH]),
    "bias": (lambda x, b: ours.bias_forward(x, b), [BOTH, P("cols")]),
    "bias gradient": (lambda x, b: ours.bias_backward(x, x, b), [BY_COLS, P("cols")]),
    "loss of each": (lambda x, b: ours.bce_with_logits(x, ours.forward(x), None, ours.forward(b)), [BOTH, P("cols")]),
    "loss gradient": (lambda x: ours.bce_with_logits_backward(x, ours.forward(x)), [BOTH]),
    "LSTM": (lambda x: ours.lstm_cell(x, None, x[:, : COLS // 4]), [BY_ROWS]),
    "vmap": (lambda x: jax.vmap(ours.swiglu)(x), [BY_ROWS]),
}


@pytest.mark.parametrize("name", LOCAL)
def test_elements_are_computed_where_they_lie(name, mesh, x):
    function, specs = LOCAL[name]
    arrays = [x, x[0]][: len(specs)]
    placed = on(mesh, arrays, specs)
    assert not collectives(function, *placed)
    expected, actual = jax.jit(function)(*arrays), jax.jit(function)(*placed)
    assert_same(actual, expected)
    if len(expected) == ROWS:
        assert not jax.tree.leaves(actual)[0].sharding.is_fully_replicated


@pytest.mark.parametrize(
    "function",
    [
        lambda x, b: ours.swiglu(x),
        lambda x, b: ours.bce_with_logits_sum(x, ours.forward(x)),
        lambda x, b: ours.bce_with_logits_forward_backward(x, ours.forward(x), mean=True),
        lambda x, b: ours.bias_backward(x, x, b),
        lambda x, b: ours.swiglu_scaled(x, dtype=jnp.float8_e4m3fn),
        lambda x, b: ours.swiglu_split_scaled(x, x, dtype=jnp.float8_e4m3fn),
        lambda x, b: ours.lstm_cell(x, b, x[:, : COLS // 4]),
    ],
)
@pytest.mark.parametrize("axis_type", [AxisType.Auto, AxisType.Explicit])
def test_the_rest_has_the_same_bits_too(function, axis_type, x):
    placed = on(mesh_of(axis_type), [x, x[0]], [BOTH, P("cols")])
    assert_same(jax.jit(function)(*placed), function(x, x[0]))


def test_the_largest_of_devices_is_that_of_all(mesh, x):
    function = lambda x: ours.swiglu_split_scaled(x, x, dtype=jnp.float8_e4m3fn)
    assert collectives(function, *on(mesh, [x], [BOTH])) == {"all-reduce"}


def test_rows_that_devices_have_not_as_many_of(mesh, rng):
    x = rng.normal(size=(7, 6)).astype(numpy.float32)

    def function(x):
        return ours.swiglu_scaled(jax.lax.with_sharding_constraint(x, NamedSharding(mesh, BOTH)), dtype=jnp.float8_e4m3fn), ours.forward(x)

    assert_same(jax.jit(function)(x), (cusigmoid.swiglu_scaled(x, dtype=jnp.float8_e4m3fn), cusigmoid.forward(x)))


def test_explicit_axes(x):
    mesh = mesh_of(AxisType.Explicit)
    with (jax.set_mesh if hasattr(jax, "set_mesh") else jax.sharding.use_mesh)(mesh):
        (placed,) = on(mesh, [x], [BOTH])
        assert ours.forward(placed).sharding.spec == BOTH
        assert_same(jax.jit(ours.forward)(placed), cusigmoid.forward(x))
        dx, db = jax.grad(lambda x, b: ours.bias_forward(x, b).sum(), (0, 1))(placed, *on(mesh, [x[0]], [P("cols")]))
        assert dx.sharding.spec == BOTH and db.sharding.spec == P("cols")
        assert_same((dx, db), cusigmoid.bias_backward(numpy.ones_like(x), x, x[0]))


def test_losses_in_shard_map(mesh, x):
    target = cusigmoid.forward(2 * x)

    @jax.jit
    @jax.value_and_grad
    def loss(x):
        local = lambda x, t: jax.lax.psum(ours.bce_with_logits_sum(x, t), ("rows", "cols"))
        return jax.shard_map(local, mesh=mesh, in_specs=(BOTH, BOTH), out_specs=P())(x, target)

    value, dx = loss(x)
    assert value == pytest.approx(cusigmoid.bce_with_logits_sum(x, target), rel=1e-6)
    assert_same(dx, cusigmoid.bce_with_logits_backward(x, target))


@pytest.mark.parametrize("axes", [{"rows", "cols"}, {"rows"}])
def test_gradients_in_shard_map(axes, mesh, x):
    bias = x[0, : COLS // 2]

    def local(x, bias):  # the bias is the same on all devices: its gradient is summed over them
        return ours.bias_forward(ours.swiglu(x), bias)

    def loss(x, bias):
        return jax.shard_map(local, mesh=mesh, in_specs=(BY_ROWS, P()), out_specs=BY_ROWS, axis_names=axes)(x, bias).sum()

    dx, dbias = jax.jit(jax.grad(loss, (0, 1)))(x, bias)
    dh, expected = cusigmoid.bias_backward(numpy.ones((ROWS, COLS // 2), numpy.float32), cusigmoid.swiglu(x), bias)
    assert_same(dx, cusigmoid.swiglu_backward(dh, x))
    numpy.testing.assert_allclose(dbias, expected, rtol=1e-5)


@pytest.mark.parametrize(
    "function",
    [ours.forward, ours.swiglu, lambda x: ours.bce_with_logits_sum(x, ours.forward(x))[None], lambda x: ours.swiglu_scaled(x)[1][None]],
)
def test_in_shard_map_over_some_axes(function, mesh, x):
    """The others are the compiler's to share out."""

    sharded = jax.jit(jax.shard_map(function, mesh=mesh, in_specs=BY_ROWS, out_specs=BY_ROWS, axis_names={"rows"}))
    expected = numpy.concatenate([numpy.asarray(function(rows)) for rows in numpy.split(x, 4)])
    assert_same(sharded(*on(mesh, [x], [BOTH])), expected)
