#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the error of σ and its gradient as other software computes them on the CPU, and as cusigmoid does, all in the same way.

Needs numpy, torch, jax and a C compiler; writes results/peers.json and the plots' data:
    CUSIGMOID_LIBRARY=build/default/libcusigmoid.so PYTHONPATH=python tools/accuracy/peers.py

The reference is numpy.longdouble (64 bits on x86): its error is below 2^-8 ulp of float64 and nothing to the other types.
"""

import argparse
import ctypes
import datetime
import itertools
import json
import os
import pathlib
import platform
import re
import subprocess
import tempfile
import time

import cusigmoid
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import torch

RESULTS = pathlib.Path(__file__).resolve().parent / "results"
# name: (numpy's type, stored fraction bits, smallest normal exponent, torch's type)
DTYPES = {
    "float64": (np.float64, 52, -1022, torch.float64),
    "float32": (np.float32, 23, -126, torch.float32),
    "float16": (np.float16, 10, -14, torch.float16),
    "bfloat16": (ml_dtypes.bfloat16, 7, -126, torch.bfloat16),
}
FLOAT32_STRIDE = 251  # odd, so that all fractions and exponents come
FLOAT64_SAMPLES = 1 << 24
CHUNK = 1 << 20


# ---- what is measured: functions from an array to an array of the same type ------------------------------------------------------------


class Cusigmoid:
    forward = staticmethod(cusigmoid.forward)

    @staticmethod
    def backward(x):
        return cusigmoid.backward(np.ones_like(x), cusigmoid.forward(x))

    @staticmethod
    def backward_from_input(x):
        return cusigmoid.backward_from_input(np.ones_like(x), x)


class Torch:
    def __init__(self, dtype):
        self.numpy_type, self.torch_type = DTYPES[dtype][0], DTYPES[dtype][3]
        self.bits = {8: np.int64, 4: np.int32, 2: np.int16}[np.dtype(self.numpy_type).itemsize]
        self.torch_bits = {8: torch.int64, 4: torch.int32, 2: torch.int16}[np.dtype(self.numpy_type).itemsize]

    def to_torch(self, x):
        return torch.from_numpy(np.ascontiguousarray(x).view(self.bits)).view(self.torch_type)

    def to_numpy(self, x):
        return x.detach().view(self.torch_bits).numpy().view(self.numpy_type)

    def forward(self, x):
        return self.to_numpy(torch.sigmoid(self.to_torch(x)))

    def gradient(self, x):
        x = self.to_torch(x).clone().requires_grad_()
        torch.sigmoid(x).backward(torch.ones_like(x))
        return self.to_numpy(x.grad)


class Jax:
    @staticmethod
    @jax.jit
    def _gradient(x):
        return jax.vjp(jax.nn.sigmoid, x)[1](jnp.ones_like(x))[0]

    _forward = staticmethod(jax.jit(jax.nn.sigmoid))

    def forward(self, x):
        return np.asarray(self._forward(x))

    def gradient(self, x):
        return np.asarray(self._gradient(x))


class Glibc:
    """1/(1 + exp(-x)) in the type itself."""

    def __init__(self, folder):
        built = pathlib.Path(folder) / "glibc.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", built, RESULTS.parent / "glibc.c", "-lm"], check=True)
        self.library = ctypes.CDLL(str(built))

    def forward(self, x):
        y, function = np.empty_like(x), {4: self.library.sigmoid_float, 8: self.library.sigmoid_double}[x.itemsize]
        function(ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data), ctypes.c_size_t(x.size))
        return y


# ---- how -------------------------------------------------------------------------------------------------------------------------------


def exact_sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, np.longdouble(1)) / (1 + e)


def exact_derivative(x):
    e = np.exp(-np.abs(x))
    return e / ((1 + e) * (1 + e))


def inputs_of(dtype):
    """Finite inputs in ascending order, and what they are in words."""
    numpy_type = DTYPES[dtype][0]
    if dtype == "float64":
        random = np.random.default_rng(1)
        n = FLOAT64_SAMPLES // 4
        spread = random.choice([-1.0, 1.0], n) * np.exp2(random.uniform(-60, 9, n))
        x = np.concatenate([random.uniform(-20, 20, 2 * n), random.uniform(-745, 40, n), spread])
        return np.sort(x), f"{x.size} samples"
    if dtype == "float32":
        x = np.arange(0, 1 << 32, FLOAT32_STRIDE, dtype=np.uint64).astype(np.uint32).view(np.float32)
        words = f"every {FLOAT32_STRIDE}st of 2^32"
    else:
        x, words = np.arange(1 << 16, dtype=np.uint16).view(numpy_type), "all"
    with np.errstate(invalid="ignore"):  # signalling NaNs of bfloat16
        x = x[np.isfinite(x)]
    return x[np.argsort(x.astype(np.float64), kind="stable")], words


def errors(got, exact, dtype):
    """In ulp of the exact results, and which of those are subnormal."""
    _, fraction, smallest, _ = DTYPES[dtype]
    exponent = np.maximum(np.frexp(exact)[1] - 1, smallest)
    error = np.ldexp(np.abs(got.astype(np.longdouble) - exact), fraction - exponent).astype(np.float64)
    return error, np.abs(exact) < np.ldexp(np.longdouble(1), smallest)


def in_chunks(function, x):
    return np.concatenate([function(x[i : i + CHUNK]) for i in range(0, x.size, CHUNK)])


def measure_forward(function, dtype, x):
    y = in_chunks(function, x)
    worst, worst_at, subnormal_worst, wrong = 0.0, 0.0, 0.0, 0
    for i in range(0, x.size, CHUNK):
        part = slice(i, i + CHUNK)
        error, subnormal = errors(y[part], exact_sigmoid(x[part].astype(np.longdouble)), dtype)
        wrong += int(np.count_nonzero(error > 0.5))
        normal = np.where(subnormal, 0, error)
        if normal.max() > worst:
            worst, worst_at = float(normal.max()), float(x[part][normal.argmax()])
        subnormal_worst = max(subnormal_worst, float(np.where(subnormal, error, 0).max()))
    value = y.astype(np.float64)
    return {
        "max_ulp": worst,
        "max_ulp_at": worst_at,
        "max_ulp_of_subnormal_results": subnormal_worst,
        "not_correctly_rounded": None if dtype == "float64" else wrong / x.size,
        "descents": int(np.count_nonzero(np.diff(value) < 0)),
        "outside": int(np.count_nonzero((value < 0) | (value > 1))),
    }


# Ranges of x for the gradient's relative error. Beyond the last, results are subnormal in some types.
EDGES = [0, 2, 4, 6, 8, 12, 16]


def measure_gradient(function, dtype, x):
    x = x[(x >= -EDGES[-1]) & (x <= EDGES[-1] + 24)]
    g = in_chunks(function, x)
    wide = x.astype(np.longdouble)
    exact = exact_derivative(wide)
    relative = np.abs(g.astype(np.longdouble) - exact) / exact
    normal = exact >= np.ldexp(np.longdouble(1), DTYPES[dtype][2])
    zeros = x[(x > 0) & (g == 0) & (exact > np.ldexp(np.longdouble(1), DTYPES[dtype][2] - DTYPES[dtype][1]))]

    def largest(low, high):
        chosen = (wide >= low) & (wide < high) & normal
        return float(relative[chosen].max()) if chosen.any() else None

    return {
        "negative": largest(-EDGES[-1], 0),
        "ranges": [largest(low, high) for low, high in itertools.pairwise(EDGES)],
        "zero_from": float(zeros.min()) if zeros.size else None,
    }


# ---- plots -----------------------------------------------------------------------------------------------------------------------------


def envelope(low, high, step, curves):
    """Lines of x and, a curve each, the largest value in [x, x + step) over random float32."""
    random = np.random.default_rng(2)
    for begin in np.arange(low, high, step):
        x = random.uniform(begin, begin + step, 1 << 14).astype(np.float32)
        x = x[(x >= begin) & (x < begin + step)]
        yield [begin + step / 2] + [float(curve(x).max()) for curve in curves]


def write_plot_data(name, header, lines):
    with open(RESULTS / f"{name}.dat", "w", encoding="utf-8") as file:
        print("#", header, file=file)
        for line in lines:
            print(*(f"{value:.4g}" for value in line), file=file)


def plot_data(cusigmoid, glibc, torch_peer):
    def ulp(function):
        return lambda x: errors(function(x), exact_sigmoid(x.astype(np.longdouble)), "float32")[0]

    def relative(function):
        def of(x):
            exact = exact_derivative(x.astype(np.longdouble))
            return (np.abs(function(x).astype(np.longdouble) - exact) / exact).astype(np.float64)

        return of

    write_plot_data(
        "forward_error",
        "x, largest error in ulp: cusigmoid, 1/(1 + expf(-x))",
        envelope(-106, 20, 0.5, [ulp(cusigmoid.forward), ulp(glibc.forward)]),
    )
    write_plot_data(
        "gradient_error",
        "x, largest relative error: PyTorch, cusigmoid's backward, cusigmoid's backward_from_input",
        envelope(-20, 30, 0.25, [relative(f) for f in (torch_peer.gradient, cusigmoid.backward, cusigmoid.backward_from_input)]),
    )


# ---- all of it -------------------------------------------------------------------------------------------------------------------------


def machine():
    info = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"model name\s*: (.*)", info).group(1)
    return f"{model}, {os.cpu_count()} cores"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    if np.finfo(np.longdouble).nmant < 63:
        parser.error("numpy.longdouble is no longer than a double here")
    jax.config.update("jax_enable_x64", True)
    RESULTS.mkdir(exist_ok=True)
    begin = time.monotonic()

    forward, gradient = [], []
    with tempfile.TemporaryDirectory() as folder:
        glibc = Glibc(folder)
        for dtype in DTYPES:
            x, words = inputs_of(dtype)
            ours, theirs, jax_peer = Cusigmoid(), Torch(dtype), Jax()
            functions = {"cusigmoid": ours.forward, "PyTorch": theirs.forward, "JAX": jax_peer.forward}
            if dtype in ("float32", "float64"):
                functions["glibc"] = glibc.forward
            for name, function in functions.items():
                forward.append({"peer": name, "dtype": dtype, "inputs": words, **measure_forward(function, dtype, x)})
                print(forward[-1])
            gradients = {
                "cusigmoid backward_from_input": ours.backward_from_input,
                "cusigmoid backward": ours.backward,
                "PyTorch": theirs.gradient,
                "JAX": jax_peer.gradient,
            }
            for name, function in gradients.items():
                gradient.append({"peer": name, "dtype": dtype, "inputs": words, **measure_gradient(function, dtype, x)})
                print(gradient[-1])
        plot_data(Cusigmoid(), glibc, Torch("float32"))

    record = {
        "command": "tools/accuracy/peers.py libcusigmoid.so",
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "machine": machine(),
        "seconds": str(round(time.monotonic() - begin)),
        "source_digest": subprocess.run(
            [RESULTS.parents[2] / "bench" / "source_digest.sh"], check=True, capture_output=True, text=True
        ).stdout.strip(),
        "versions": {
            "PyTorch": torch.__version__,
            "JAX": jax.__version__,
            "glibc": platform.libc_ver()[1],
            "NumPy": np.__version__,
        },
        "edges": EDGES,
        "forward": forward,
        "gradient": gradient,
    }
    (RESULTS / "peers.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
