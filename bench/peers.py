#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times what Python frameworks do for the library's operations on this GPU, by the method of gpu_bench. Needs PyTorch.

    bench/peers.py --out peers.json    a row an operation, type, size and peer; a framework that is not there is named in the JSON
    bench/peers.py --check             without a GPU: compares what the frameworks compute on the CPU with the formulas below

As in gpu_bench, bytes are what an operation must read and write, inputs are random, and a call works on other arrays than the call before;
they come round again after more than three times the L2 cache.
"""

import argparse
import datetime
import functools
import importlib.util
import itertools
import json
import os
import re
import subprocess
import sys
import time

os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"  # JAX would take most of the memory
if "--check" in sys.argv:
    os.environ.update(TRITON_INTERPRET="1", JAX_PLATFORMS="cpu")
if not importlib.util.find_spec("torch"):
    print("peers.py: no PyTorch", file=sys.stderr)
    sys.exit(77)

import numpy as np
import torch
import torch.nn.functional as F

# What matters most comes first: time may run out.
DTYPES = ["bfloat16", "float32", "float16", "float64"]
TOLERANCE = {"float64": 1e-12, "float32": 1e-5, "float16": 1e-2, "bfloat16": 5e-2}

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
        import transformer_engine.pytorch
        import transformer_engine_torch

        self.library = transformer_engine_torch

    def function(self, op):
        return {
            "swiglu_split": lambda packed: self.library.swiglu(packed, None),
            "swiglu_split_backward": lambda dh, packed: self.library.dswiglu(dh, packed, None),
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


# ---- inputs ----------------------------------------------------------------------------------------------------------------------------


def random_inputs(op, dtype, shape, device):
    """A saved σ(x) or a target lies in [0, 1], all else is as activations and gradients are."""
    return tuple(
        (torch.rand(shape, device=device) if name in ("y", "target") else 3 * torch.randn(shape, device=device)).to(getattr(torch, dtype))
        for name in OPS[op][0].split()
    )


def shape_and_bytes(op, dtype, wanted):
    """The shape that gpu_bench takes, and what it moves."""
    inputs, outputs = OPS[op]
    size = getattr(torch, dtype).itemsize
    an_element = size * (len(inputs.split()) + len(outputs) - ("loss" in outputs))
    n = max(wanted // an_element, 1)
    cols = min(n, 4096)
    rows = n // cols
    return (rows, cols), rows * cols * an_element + size * ("loss" in outputs)


# ---- time ------------------------------------------------------------------------------------------------------------------------------


class Stopwatch:
    """As bench/stopwatch.hpp: events around each call of a batch."""

    BATCH, SECONDS = 32, 0.05

    def __init__(self):
        self.marks = [torch.cuda.Event(enable_timing=True) for _ in range(self.BATCH + 1)]
        self.scratch = torch.empty(1 << 30, dtype=torch.uint8, device="cuda")
        self.fills = 1

    def keep_busy(self):
        for _ in range(self.fills):
            self.scratch.zero_()

    def times(self, call):
        for i in range(3):
            call(i)
        torch.cuda.synchronize()
        return self.repeat(lambda first: self.batch(call, first), self.BATCH)

    def batch(self, call, first):
        """The times of calls in microseconds. None if the GPU came to them before they were queued: then a time may be that of a launch,
        and the next batch gets a longer head start, for Python is slow."""
        self.keep_busy()
        self.marks[0].record()
        for i, mark in enumerate(self.marks[1:], first):
            call(i)
            mark.record()
        late = self.marks[0].query()
        torch.cuda.synchronize()
        if late:
            self.fills = min(2 * self.fills, 64)
            return None
        return [1e3 * a.elapsed_time(b) for a, b in zip(self.marks, self.marks[1:])]

    def repeat(self, sample, calls):
        """What sample(number of the first call) gives for about SECONDS, in ascending order."""
        us, begin, batches = [], time.perf_counter(), 0
        while not us or time.perf_counter() - begin < self.SECONDS:
            us += sample(3 + batches * calls) or []
            batches += 1
            if not us and batches == 32:
                raise RuntimeError("the host never gets ahead of the GPU")
        return sorted(us)


def result_of(us, moved):
    median = us[len(us) // 2]
    return {
        "bytes": moved,
        "repetitions": len(us),
        "us": round(median, 3),
        "us_p10": round(us[len(us) // 10], 3),
        "us_p90": round(us[len(us) * 9 // 10], 3),
        "gb_per_s": round(moved / median * 1e-3, 1),
    }


def sets_of(moved):
    return 3 * torch.cuda.get_device_properties(0).L2_cache_size // moved + 2


def measure_copy(stopwatch, wanted):
    half = wanted // 8
    arrays = [(torch.randn(half, device="cuda"), torch.empty(half, device="cuda")) for _ in range(sets_of(8 * half))]

    def call(i):
        a, b = arrays[i % len(arrays)]
        b.copy_(a)

    return {"op": "copy", "dtypes": ["float32"] * 2, "peer": "PyTorch", **result_of(stopwatch.times(call), 8 * half)}


def measure(stopwatch, peer, function, op, dtype, wanted):
    shape, moved = shape_and_bytes(op, dtype, wanted)
    sets = [peer.arguments(op, random_inputs(op, dtype, shape, "cuda")) for _ in range(sets_of(moved))]
    results = [None] * len(sets)  # kept until their turn comes again, so that a call does not write where the one before it did

    def call(i):
        results[i % len(sets)] = function(*sets[i % len(sets)])
        return results[i % len(sets)]

    return result_of(peer.times(stopwatch, call), moved)


def show(row):
    result = f"{row['us']:9.2f} us {row['gb_per_s']:6.0f} GB/s {row['percent_of_copy']:6.1f} %" if "us" in row else row["error"]
    print(f"{row['op']:32} {row['dtypes'][0]:9} {row['peer']:26} {row['bytes']:11} {result}", flush=True)


def measure_all(stopwatch, peers, sizes, deadline):
    """The rows, and how many are left out because time ran out."""
    copies = {wanted: {**measure_copy(stopwatch, wanted), "percent_of_copy": 100.0} for wanted in sizes}
    rows = list(copies.values())
    for row in rows:
        show(row)
    plan = list(itertools.product(sizes, DTYPES, OPS, peers))
    plan.sort(key=lambda point: isinstance(point[-1], Autotuned))  # it takes the longest to compile
    for done, (wanted, dtype, op, peer) in enumerate(plan):
        if time.monotonic() > deadline:
            return rows, len(plan) - done
        arrays = len(OPS[op][0].split()) + len(OPS[op][1])
        row = {"op": op, "dtypes": [dtype] * arrays, "peer": peer.name, "bytes": shape_and_bytes(op, dtype, wanted)[1]}
        try:
            if not (function := peer.function(op)):
                continue
            row |= measure(stopwatch, peer, function, op, dtype, wanted)
            row["percent_of_copy"] = round(100 * row["gb_per_s"] / copies[wanted]["gb_per_s"], 2)
        except Exception as error:  # the row says so, and the others go on
            row["error"] = first_line(error)
        rows.append(row)
        show(row)
    return rows, 0


# ---- the record ------------------------------------------------------------------------------------------------------------------------


def machine(stopwatch):
    """As gpu_bench describes it, with the clocks that nvidia-smi reads while the GPU works."""
    gpu = torch.cuda.get_device_properties(0)
    for _ in range(2000 // stopwatch.fills):
        stopwatch.keep_busy()
    keys = ["sm", "memory", "max_sm", "max_memory"]
    query = ["nvidia-smi", "--format=csv,noheader,nounits", "-i", "0"]
    query += ["--query-gpu=driver_version,clocks.sm,clocks.mem,clocks.max.sm,clocks.max.mem"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, check=True, timeout=20).stdout.strip().split(", ")
    except (OSError, subprocess.SubprocessError):
        answer = [None] * 5
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "gpu": gpu.name,
        "compute_capability": f"{gpu.major}.{gpu.minor}",
        "driver": answer[0],
        "clocks_mhz": {key: int(mhz) if (mhz or "").isdigit() else None for key, mhz in zip(keys, answer[1:])},
    }


def write(path, head, rows):
    """As gpu_bench does: a line a row."""
    lines = ",\n    ".join(json.dumps(row) for row in rows)
    text = json.dumps({**head, "rows": []}, indent=2)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace('"rows": []', f'"rows": [\n    {lines}\n  ]') + "\n")


# ---- without a GPU ---------------------------------------------------------------------------------------------------------------------


def reference(op, inputs):
    """The formulas of OPS, which CuPy's kernels have, in float64."""
    names, formulas = OPS[op]
    scope = {name: x.to(torch.float64).numpy() for name, x in zip(names.split(), inputs)}
    values = {name: eval(formula, vars(np), scope) for name, formula in formulas.items()}
    return [value.sum() if name == "loss" else value for name, value in values.items()]


def check():
    """Each peer's results against the reference; what torch.compile compiles are PyTorch's."""
    torch.manual_seed(1)
    peers, _ = importable([PyTorch, Triton, Jax])
    wrong = tried = 0
    for peer in peers:
        for op in OPS:
            for dtype in DTYPES:
                if not (function := peer.function(op)):
                    continue
                inputs = random_inputs(op, dtype, shape_and_bytes(op, dtype, 1 << 14)[0], "cpu")
                expected = reference(op, inputs)
                results = function(*peer.arguments(op, inputs))
                results = results if isinstance(results, (tuple, list)) else [results]
                tried += 1
                for result, exact in zip(results, expected, strict=True):
                    result, limit = peer.to_torch(result), TOLERANCE[dtype]
                    got = result.to(torch.float64).numpy()
                    if result.dtype != inputs[0].dtype or not np.allclose(got, exact, limit, limit):
                        print(f"{peer.name} {op} {dtype}: off by up to {np.abs(got - exact).max():.3g}", file=sys.stderr)
                        wrong += 1
    print(f"{tried} rows of {', '.join(peer.name for peer in peers)}: {wrong} wrong results")
    return wrong > 0


# ----------------------------------------------------------------------------------------------------------------------------------------


def size(text):
    number = re.fullmatch(r"(\d+)([KMG]?)", text)
    if not number or int(number[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of bytes")
    return max(int(number[1]) << {"": 0, "K": 10, "M": 20, "G": 30}[number[2]], 512)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bytes", type=size, action="append", metavar="N[K|M|G]", help="what a call reads and writes (16M and 256M)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="start no row after so long")
    parser.add_argument("--out", metavar="FILE.json")
    parser.add_argument("--digest", metavar="SHA256", help="the library's source_digest, for the JSON")
    parser.add_argument("--check", action="store_true", help="compare results on the CPU; measures nothing")
    args = parser.parse_args()
    if args.check:
        sys.exit(check())
    if not torch.cuda.is_available():
        sys.exit("peers.py: no GPU")
    deadline = time.monotonic() + args.seconds
    peers, unavailable = importable(PEERS)
    stopwatch = Stopwatch()
    rows, left_out = measure_all(stopwatch, peers, args.bytes or [256 << 20, 16 << 20], deadline)
    print(f"{left_out} rows left out: {args.seconds:g} s are over" if left_out else "all rows")
    if args.out:
        versions = {peer.module: getattr(sys.modules[peer.module], "__version__", "unknown") for peer in peers}
        head = {**machine(stopwatch), "source_digest": args.digest, "versions": versions, "unavailable": unavailable}
        write(args.out, {**head, "rows_left_out": left_out}, rows)


if __name__ == "__main__":
    main()
