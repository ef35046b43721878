# SPDX-License-Identifier: Apache-2.0
"""Operators of PyTorch: the bits of NumPy's functions, gradients, and what PyTorch's own tools check of an operator."""

import inspect
import math
import os

import cusigmoid
import numpy
import pytest
from conftest import bits, has_role, inputs_of, numpy_dtype
from cusigmoid._gradients import FROM_OUTPUT, GRADIENTS, SECOND_DERIVATIVES, WEIGHTED
from cusigmoid._library import DTYPES, OPERATIONS, Role

torch = pytest.importorskip("torch")
import cusigmoid.torch as ct  # noqa: E402

ON_CUDA = torch.cuda.is_available() or bool(os.environ.get("CUSIGMOID_REQUIRE_GPU"))
DEVICES = ["cpu", *["cuda"] * ON_CUDA]
WITH_GRADIENT = [*GRADIENTS, *WEIGHTED]
COVERED = {n: [a.name.removeprefix("d") for a in OPERATIONS[g].outputs] for n, g in (GRADIENTS | WEIGHTED).items()}


def tensor_of(array, device="cpu"):
    if array is None:
        return None
    integers = torch.from_numpy(numpy.ascontiguousarray(array).view(f"i{array.dtype.itemsize}").reshape(array.shape).copy())
    return integers.view(getattr(torch, array.dtype.name)).to(device)


def array_of(tensor):
    tensor = tensor.detach().cpu().contiguous()
    integers = tensor.view({1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}[tensor.element_size()])
    return integers.numpy().view(numpy_dtype(str(tensor.dtype).removeprefix("torch.")))


def as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


def some_inputs(name, shape=(3, 4), requires_grad=(), types=None, **keywords):
    operation = OPERATIONS[name]
    arrays = inputs_of(operation, types or operation.dtypes[0], numpy.random.default_rng(3), shape, **keywords)
    tensors = [tensor_of(a) for a in arrays]
    for info, t in zip(operation.inputs, tensors):
        if t is not None and info.name in requires_grad:
            t.requires_grad_()
    return tensors


@pytest.mark.parametrize("device", DEVICES)
def test_gives_numpys_bits(operation, types, rng, device):
    for without_optional in (False, True):
        arrays = inputs_of(operation, types, rng, without_optional=without_optional)
        wanted = DTYPES[types[len(arrays)]] if operation.name != "lstm_cell" else DTYPES[types[-1]]
        names = tuple(numpy_dtype(DTYPES[t]) for t in types[len(arrays) :])
        expected = as_tuple(getattr(cusigmoid, operation.name)(*arrays, dtype=names))
        tensors = [tensor_of(a, device) for a in arrays]
        results = as_tuple(getattr(ct, operation.name)(*tensors, dtype=getattr(torch, wanted)))
        for one, other in zip(results, expected, strict=True):
            assert tuple(one.shape) == numpy.shape(other)
            numpy.testing.assert_array_equal(bits(array_of(one)), bits(other))


def test_passes_opcheck(operation):
    covered = [*COVERED.get(operation.name, []), *(["dy", "x"] if operation.name in SECOND_DERIVATIVES else [])]
    tensors = some_inputs(operation.name, requires_grad=covered)
    torch.library.opcheck(getattr(torch.ops.cusigmoid, operation.name).default, tuple(tensors))


@pytest.mark.parametrize("name", WITH_GRADIENT)
def test_passes_gradcheck(name):
    tensors = some_inputs(name, requires_grad=[*COVERED[name], *(["bias"] if name == "lstm_cell" else [])])
    function = getattr(ct, name)
    assert torch.autograd.gradcheck(function, tuple(tensors))
    if OPERATIONS[name].takes_swiglu_params:
        assert torch.autograd.gradcheck(lambda *t: function(*t, alpha=1.5, limit=2.5, offset=0.5), tuple(tensors))
    if OPERATIONS[name].takes_mean:
        assert torch.autograd.gradcheck(lambda *t: function(*t, mean=True), tuple(tensors))


@pytest.mark.parametrize("name", ["forward", "silu", *SECOND_DERIVATIVES, "derivative", "silu_derivative", "backward"])
def test_passes_gradgradcheck(name):
    tensors = tuple(some_inputs(name, requires_grad=["x", "dy", "y"]))
    assert torch.autograd.gradcheck(getattr(ct, name), tensors)
    if name in ("forward", "silu"):
        assert torch.autograd.gradgradcheck(getattr(ct, name), tensors)


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_are_the_gradient_operations(name):
    operation, gradient = OPERATIONS[name], OPERATIONS[GRADIENTS[name]]
    tensors = some_inputs(name, requires_grad=COVERED[name], types=operation.dtypes[1])
    results = as_tuple(getattr(ct, name)(*tensors))
    incoming = [torch.rand_like(r) for r in results]
    torch.autograd.backward(results, incoming)
    given = dict(zip((a.name for a in operation.inputs), tensors)) | dict(zip((f"d{a.name}" for a in operation.outputs), incoming))
    expected = as_tuple(getattr(ct, gradient.name)(*(given[a.name].detach() for a in gradient.inputs)))
    for info, value in zip(gradient.outputs, expected):
        assert torch.equal(given[info.name.removeprefix("d")].grad, value)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_gradients_of_results_of_another_type(dtype):
    x, t = torch.randn(3, 4).to(dtype).requires_grad_(), torch.rand(3, 4).to(dtype)
    ct.bce_with_logits_sum(x, t, mean=True).backward()
    expected = ct.bce_with_logits_backward(x.detach().float(), t.float(), mean=True).to(dtype)
    assert x.grad.dtype == dtype and torch.equal(x.grad, expected)
    x.grad = None
    y = ct.silu(x, dtype=torch.float32)
    y.backward(torch.ones_like(y))
    assert torch.equal(x.grad, ct.silu_derivative(x.detach().float()).to(dtype))


def test_gradient_from_the_output_by_choice():
    x = torch.tensor([20.0, 0.5], requires_grad=True)
    ct.forward(x).sum().backward()
    kept = x.grad.clone()
    x.grad = None
    y = ct.forward(x, from_output=True)
    y.sum().backward()
    assert kept[0] > 0 and x.grad[0] == 0
    assert torch.equal(x.grad, ct.backward(torch.ones(2), y.detach()))
    assert FROM_OUTPUT == {"forward": "backward"}


def test_inputs_without_a_gradient_are_named():
    x, t = torch.zeros(3), torch.zeros(3, requires_grad=True)
    with pytest.raises(RuntimeError, match="bce_with_logits_sum has no gradient of target"):
        ct.bce_with_logits_sum(x, t).backward()
    with pytest.raises(RuntimeError, match="second_derivative has no gradient of x"):
        ct.second_derivative(t).sum().backward()


@pytest.mark.parametrize("name", ["forward", "swiglu", "glu_split", "bias_forward", "bce_with_logits_sum", "lstm_cell", "bias_backward"])
def test_under_vmap(name):
    operation = OPERATIONS[name]
    ones = [some_inputs(name, shape=(3, 4)) for _ in range(2)]
    batch = [torch.stack([a + i, b - i]) if a is not None else None for i, (a, b) in enumerate(zip(*ones))]
    function = getattr(ct, name)
    expected = [as_tuple(function(*(None if t is None else t[i] for t in batch))) for i in range(2)]
    for one, others in zip(as_tuple(torch.vmap(function)(*batch)), zip(*expected)):
        assert torch.equal(one, torch.stack(others))
    dims = tuple(None if info.role is Role.ROW else 0 for info in operation.inputs)
    shared = [t[0] if d is None and t is not None else t for t, d in zip(batch, dims)]
    expected = [as_tuple(function(*(t if d is None or t is None else t[i] for t, d in zip(shared, dims)))) for i in range(2)]
    for one, others in zip(as_tuple(torch.vmap(function, dims)(*shared)), zip(*expected)):
        assert torch.equal(one, torch.stack(others))


def test_compiles_without_graph_breaks():
    def model(x, bias, t):
        h = ct.swiglu(ct.bias_forward(x, bias) + ct.silu(x))
        return ct.bce_with_logits_sum(h, t, mean=True) + ct.forward(h).sum()

    tensors = torch.randn(3, 8, requires_grad=True), torch.randn(8, requires_grad=True), torch.rand(3, 4)
    expected = model(*tensors)
    expected.backward()
    gradients = [t.grad.clone() for t in tensors[:2]]
    for t in tensors[:2]:
        t.grad = None
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    result = compiled(*tensors)
    result.backward()
    assert torch.equal(result, expected)
    for t, g in zip(tensors, gradients):
        torch.testing.assert_close(t.grad, g)


def test_under_autocast():
    x, t = torch.randn(5).bfloat16(), torch.rand(5).bfloat16()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert ct.bce_with_logits(x, t).dtype == torch.float32
        assert ct.silu(x).dtype == torch.bfloat16 and ct.silu(x.float()).dtype == torch.float32


def test_promotes_and_broadcasts():
    assert ct.forward(1).dtype == torch.float32
    assert ct.backward(torch.ones(3, 1), torch.full((4,), 0.25, dtype=torch.float64)).shape == (3, 4)
    x = torch.ones(4, requires_grad=True)
    y = ct.glu_split(torch.ones(3, 4, dtype=torch.bfloat16), x)
    y.sum().backward()
    assert y.dtype == torch.float32 and x.grad.shape == (4,)
    assert ct.forward(torch.ones(2, dtype=torch.bfloat16), dtype=torch.float32).dtype == torch.float32


@pytest.mark.parametrize(
    ("wrong", "error", "sentence"),
    [
        (lambda: ct.forward(torch.zeros(2, dtype=torch.complex64)), TypeError, "forward: no operation on x of complex64"),
        (lambda: ct.swiglu(torch.zeros(5)), ValueError, "the last axis of 5 is not a multiple of 2"),
        (lambda: torch.ops.cusigmoid.backward(torch.zeros(2), torch.zeros(3)), ValueError, r"y has shape \(3,\), but \(2,\) is needed"),
        (lambda: torch.ops.cusigmoid.backward(torch.zeros(2), torch.zeros(2).double()), TypeError, "dy of float32, y of float64"),
        (lambda: ct.BCEWithLogitsLoss(reduction="average"), ValueError, "reduction is 'average'"),
        (lambda: ct.BCEWithLogitsLoss()(torch.zeros(2), torch.zeros(3)), ValueError, r"target has shape \(3,\)"),
    ],
)
def test_says_what_is_wrong(wrong, error, sentence):
    with pytest.raises(error, match=sentence):
        wrong()


def test_of_nothing_and_of_numbers(operation):
    first = operation.dtypes[0]
    for shape in ((0, 4), (3, 0)):
        for result in as_tuple(getattr(ct, operation.name)(*some_inputs(operation.name, shape, types=first))):
            assert not result.isnan().any() and result.float().count_nonzero() == 0
    if operation.is_flat and not has_role(operation, Role.LARGEST):
        tensors = some_inputs(operation.name, (), types=first)
        assert all(r.shape == () for r in as_tuple(getattr(ct, operation.name)(*tensors)))


def test_of_strided_tensors():
    x = torch.randn(5, 12)
    for view in (x[:, 1:7], x[:, ::2], x.T, x.expand(2, 5, 12)):
        assert torch.equal(ct.forward(view), ct.forward(view.contiguous()))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_modules_stand_in_for_pytorchs(reduction):
    x, t = torch.randn(6, 4, dtype=torch.float64, requires_grad=True), torch.rand(6, 4, dtype=torch.float64)
    weight, pos_weight = torch.rand(4, dtype=torch.float64), torch.rand(4, dtype=torch.float64)
    pairs = [
        (ct.Sigmoid(), torch.nn.Sigmoid(), (x,)),
        (ct.Sigmoid(from_output=True), torch.nn.Sigmoid(), (x,)),
        (ct.SiLU(), torch.nn.SiLU(), (x,)),
        (ct.GLU(), torch.nn.GLU(), (x,)),
        (ct.GLU(0), torch.nn.GLU(0), (x,)),
        (
            ct.BCEWithLogitsLoss(weight, reduction, pos_weight),
            torch.nn.BCEWithLogitsLoss(weight, reduction=reduction, pos_weight=pos_weight),
            (x, t),
        ),
    ]
    for ours, theirs, inputs in pairs:
        torch.testing.assert_close(ours(*inputs), theirs(*inputs))
        (mine,) = torch.autograd.grad(ours(*inputs).sum(), x)
        torch.testing.assert_close(mine, torch.autograd.grad(theirs(*inputs).sum(), x)[0])
        assert list(ours.state_dict()) == list(theirs.state_dict())
    gate, up = x.chunk(2, -1)
    torch.testing.assert_close(ct.SwiGLU()(x), torch.nn.functional.silu(gate) * up)


def test_functions_have_signatures(operation):
    parameters = list(inspect.signature(getattr(ct, operation.name)).parameters)
    assert parameters[: len(operation.inputs)] == [array.name for array in operation.inputs] and "out" not in parameters
    assert operation.formula in getattr(ct, operation.name).__doc__


@pytest.mark.skipif(not ON_CUDA, reason="no GPU")
def test_on_streams_and_in_graphs():
    x = torch.randn(1000, device="cuda")
    expected = ct.forward(x)
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        y = ct.forward(x)
    torch.cuda.current_stream().wait_stream(stream)
    assert torch.equal(y, expected)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        y = ct.forward(x)
        loss = ct.bce_with_logits_sum(x, y)
    x.copy_(torch.randn(1000, device="cuda"))
    graph.replay()
    assert torch.equal(y, ct.forward(x)) and math.isfinite(loss.item())
