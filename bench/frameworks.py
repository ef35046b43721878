# SPDX-License-Identifier: Apache-2.0
"""Operations as Python frameworks have them: what peers.py times."""

import functools
import re
import time

import torch
import torch.nn.functional as F

SIGMOID = "1 / (1 + exp(-x))"
BCE = "(x + fabs(x)) / 2 - x * target + log1p(exp(-fabs(x)))"
# name: (inputs, {output: formula}), formulas as both C++ and NumPy understand them. An output "loss" is the sum over all elements.
OPS = {
    "forward": ("x", {"y": SIGMOID}),
    "backward": ("dy y", {"dx": "dy * y * (1 - y)"}),
    "silu": ("x", {"y": "x / (1 + exp(-x))"}),
    "silu_backward": ("dy x", {"dx": "dy / (1 + exp(-x)) * (1 + x / (1 + exp(x)))"}),
    "tanh": ("x", {"y": "tanh(x)"}),
    "softplus": ("x", {"y": "(x + fabs(x)) / 2 + log1p(exp(-fabs(x)))"}),
    "log_sigmoid": ("x", {"y": "(x - fabs(x)) / 2 - log1p(exp(-fabs(x)))"}),
    "swiglu_split": ("gate up", {"h": "gate / (1 + exp(-gate)) * up"}),
    "swiglu_split_backward": (
        "dh gate up",
        {
            "dgate": "dh * up / (1 + exp(-gate)) * (1 + gate / (1 + exp(gate)))",
            "dup": "dh * gate / (1 + exp(-gate))",
        },
    ),
    "bce_with_logits_sum": ("x target", {"loss": BCE}),
    "bce_with_logits_forward_backward": ("x target", {"dx": f"{SIGMOID} - target", "loss": BCE}),
}


# ---- peers -----------------------------------------------------------------------------------------------------------------------------


class PyTorch:
    """Eager: a kernel a function. The peers below say where they differ."""

    name, module = "PyTorch", "torch"

    def function(self, op):
        """What computes the operation: from what arguments() gives to an array, or a tuple of them in the order of OPS. Or None."""
        aten = torch.ops.aten
        return {
            "forward": torch.sigmoid,
            "backward": aten.sigmoid_backward,
            "silu": F.silu,
            "silu_backward": aten.silu_backward,
            "tanh": torch.tanh,
            "softplus": F.softplus,
            "log_sigmoid": F.logsigmoid,
            "swiglu_split": lambda gate, up: F.silu(gate) * up,
            "swiglu_split_backward": lambda dh, gate, up: (aten.silu_backward(dh * up, gate), dh * F.silu(gate)),
            "bce_with_logits_sum": self.bce,
            "bce_with_logits_forward_backward": lambda x, target: (torch.sigmoid(x) - target, self.bce(x, target)),
        }[op]

    @staticmethod
    def bce(x, target):
        return F.binary_cross_entropy_with_logits(x, target, reduction="sum")

    def arguments(self, op, inputs):
        return inputs

    def to_torch(self, result):
        return result

    def times(self, stopwatch, call):
        return stopwatch.times(call)


class Compiled(PyTorch):
    """The same, fused by torch.compile."""

    name, mode = "torch.compile", "default"

    def function(self, op):
        torch.compiler.reset()  # or a second size would be compiled for any size, which is slower
        return torch.compile(super().function(op), mode=self.mode, dynamic=False)


class Autotuned(Compiled):
    name, mode = "torch.compile max-autotune", "max-autotune-no-cudagraphs"


class Triton(PyTorch):
    """The elementwise operations in a kernel as tutorials write it."""

    name, module = "Triton", "triton"

    def __init__(self):
        global tl, triton  # where kernels look names up
        import triton
        import triton.language as tl

        @triton.jit
        def kernel(a, b, c, out, second, n, OP: tl.constexpr, BLOCK: tl.constexpr):
            i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
            inside = i < n
            wide: tl.constexpr = tl.float64 if a.dtype.element_ty == tl.float64 else tl.float32
            x = tl.load(a + i, mask=inside).to(wide)
            if OP == "forward":
                y = tl.sigmoid(x)
            elif OP == "silu":
                y = x * tl.sigmoid(x)
            elif OP == "tanh":
                y = 2 * tl.sigmoid(2 * x) - 1
            elif OP == "softplus":
                y = tl.maximum(x, 0.0) + tl.log(1 + tl.exp(-tl.abs(x)))
            elif OP == "log_sigmoid":
                y = tl.minimum(x, 0.0) - tl.log(1 + tl.exp(-tl.abs(x)))
            else:
                z = tl.load(b + i, mask=inside).to(wide)
                if OP == "backward":
                    y = x * z * (1 - z)
                elif OP == "silu_backward":
                    s = tl.sigmoid(z)
                    y = x * s * (1 + z * (1 - s))
                elif OP == "swiglu_split":
                    y = x * tl.sigmoid(x) * z
                elif OP == "swiglu_split_backward":
                    s = tl.sigmoid(z)
                    y = x * tl.load(c + i, mask=inside).to(wide) * s * (1 + z * (1 - s))
                    tl.store(second + i, x * z * s, mask=inside)
            tl.store(out + i, y, mask=inside)

        self.kernel, self.block = kernel, {"BLOCK": 1024}
        if torch.cuda.is_available():
            blocks = [triton.Config({"BLOCK": block}, num_warps=warps) for block, warps in ((512, 4), (1024, 4), (2048, 4), (4096, 8))]
            self.kernel, self.block = triton.autotune(blocks, key=["n", "OP"])(kernel), {}

    def function(self, op):
        if "loss" in OPS[op][1]:
            return None

        def run(*inputs):
            results = tuple(torch.empty_like(inputs[0]) for _ in OPS[op][1])
            n = inputs[0].numel()
            arrays = (*inputs, *[inputs[0]] * (3 - len(inputs)), results[0], results[-1])
            self.kernel[lambda meta: (triton.cdiv(n, meta["BLOCK"]),)](*arrays, n, OP=op, **self.block)
            return results if len(results) > 1 else results[0]

        return run


class Jax(PyTorch):
    name, module = "JAX", "jax"

    def __init__(self):
        global jax, jnp
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)

    def function(self, op):
        def bce(x, target):
            return jnp.sum(jax.nn.softplus(x) - x * target)

        def swiglu(gate, up):
            return jax.nn.silu(gate) * up

        return jax.jit(
            {
                "forward": jax.nn.sigmoid,
                "backward": lambda dy, y: dy * y * (1 - y),
                "silu": jax.nn.silu,
                "silu_backward": lambda dy, x: jax.vjp(jax.nn.silu, x)[1](dy)[0],
                "tanh": jnp.tanh,
                "softplus": jax.nn.softplus,
                "log_sigmoid": jax.nn.log_sigmoid,
                "swiglu_split": swiglu,
                "swiglu_split_backward": lambda dh, gate, up: jax.vjp(swiglu, gate, up)[1](dh),
                "bce_with_logits_sum": bce,
                "bce_with_logits_forward_backward": lambda x, target: jax.value_and_grad(bce)(x, target)[::-1],
            }[op]
        )

    def arguments(self, op, inputs):
        return [jnp.from_dlpack(x) for x in inputs]

    def to_torch(self, result):
        return torch.from_dlpack(result)

    def times(self, stopwatch, call):
        """JAX has no events, and its stream is its own. The host waits for a long matrix product that was queued before the calls, and then
        for the last of them; both waits end equally late, so that what lies between is the GPU's time, of a whole batch. As in
        Stopwatch, all calls are queued before the first begins; JAX queues 32 at most."""
        batch, products = 24, 1
        product, a = jax.jit(jnp.matmul), jnp.ones((8192, 8192), jnp.float32)

        def sample(first):
            nonlocal products
            head_start = a
            for _ in range(products):
                head_start = product(head_start, a)
            for i in range(first, first + batch):
                result = call(i)
            late = head_start.is_ready()
            head_start.block_until_ready()
            begin = time.perf_counter()
            jax.block_until_ready(result)
            us = 1e6 * (time.perf_counter() - begin) / batch
            products = min(products + late, 8)
            return None if late else [us]

        for i in range(3):
            jax.block_until_ready(call(i))
        product(a, a).block_until_ready()
        return stopwatch.repeat(sample, batch)


class CuPy(PyTorch):
    """The formulas of OPS in its kernels, which compute in float where the type has 16 bits."""

    name, module = "CuPy", "cupy"

    def __init__(self):
        global cupy
        import cupy

        cupy.zeros(1)  # an error where there is no GPU

    def function(self, op):
        names, formulas = OPS[op]
        if len(formulas) > 1 and "loss" in formulas:
            return None  # there is no kernel for both

        @functools.cache
        def kernel(wide):
            values = {name: f"static_cast<{wide}>({name}_)" for name in names.split()}
            codes = {out: re.sub(r"\b[a-z]+\b", lambda m: values.get(m[0], m[0]), code) for out, code in formulas.items()}
            inputs = ", ".join(f"T {name}_" for name in names.split())
            if "loss" in formulas:
                return cupy.ReductionKernel(inputs, "T loss", codes["loss"], "a + b", "loss = a", "0", reduce_type=wide, name=op)
            outputs = ", ".join(f"T {name}" for name in codes)
            return cupy.ElementwiseKernel(inputs, outputs, "; ".join(f"{name} = {code}" for name, code in codes.items()), name=op)

        return lambda *inputs: kernel("double" if inputs[0].dtype == "float64" else "float")(*inputs)

    def arguments(self, op, inputs):
        return [cupy.from_dlpack(x) for x in inputs]


class Liger(PyTorch):
    name, module = "Liger", "liger_kernel"

    def __init__(self):
        from liger_kernel.ops import swiglu

        self.swiglu = swiglu

    def function(self, op):
        return {
            "swiglu_split": lambda gate, up: self.swiglu.swiglu_forward(gate, up)[-1],
            # In place: it reads its own results when the arrays come round again.
            "swiglu_split_backward": lambda dh, gate, up: self.swiglu.swiglu_backward(gate, up, dh),
        }.get(op)


class TransformerEngine(PyTorch):
    """Has gate and up, and their gradients, side by side in one array."""

    name, module = "TransformerEngine", "transformer_engine"

    def __init__(self):
        import transformer_engine.pytorch  # noqa: F401 (it registers what the next one has)
        import transformer_engine_torch

        self.extension = transformer_engine_torch

    def function(self, op):
        return {
            "swiglu_split": lambda packed: self.extension.swiglu(packed, None),
            "swiglu_split_backward": lambda dh, packed: self.extension.dswiglu(dh, packed, None),
        }.get(op)

    def arguments(self, op, inputs):
        *dh, gate, up = inputs
        return [*dh, torch.cat((gate, up), dim=-1)]


PEERS = [PyTorch, Compiled, Triton, Jax, CuPy, Liger, TransformerEngine, Autotuned]


def importable(kinds):
    """The peers that are here, and why the others are not."""
    peers, unavailable = [], {}
    for kind in kinds:
        try:
            peers.append(kind())
        except Exception as error:  # what a broken installation raises is anyone's guess
            unavailable[kind.name] = first_line(error)
            print(f"no {kind.name}: {unavailable[kind.name]}")
    return peers, unavailable


def first_line(error):
    return f"{type(error).__name__}: {error}".splitlines()[0]
