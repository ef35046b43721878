#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Single results that PyTorch gets wrong in float32 on the CPU, beside cusigmoid's and the exact ones; writes results/cases.json.

Needs numpy and torch:
    CUSIGMOID_LIBRARY=build/default/libcusigmoid.so PYTHONPATH=python tools/accuracy/cases.py
"""

import json
import pathlib

import cusigmoid
import numpy as np
import torch
from torch.nn import functional

RESULTS = pathlib.Path(__file__).resolve().parent / "results"
INF = float("inf")


def ours(function, *inputs):
    """A function's float32 result; None leaves an optional input out."""
    return float(function(*(None if v is None else np.float32(v) for v in inputs)))


def gradient(function, x):
    x = torch.tensor([x], requires_grad=True)
    function(x).backward()
    return x.grad.item()


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def silu_derivative(x):
    s = 1 / (1 + np.exp(-x))
    return s * (1 + x * (1 - s))


def cases():
    def exact(x):
        return np.longdouble(np.float32(x))

    for x in (-1.33, -1.2784645, -INF, INF):
        value = silu_derivative(exact(x)) if abs(x) < INF else np.longdouble(x > 0)
        yield "SiLU′(x)", x, gradient(functional.silu, x), ours(cusigmoid.silu_backward, 1, x), value
    for x in (15.0, 90.0, 100.0):
        yield "ln σ(x)", x, functional.logsigmoid(torch.tensor(x)).item(), ours(cusigmoid.log_sigmoid, x), -softplus(-exact(x))
    for x in (-15.0, -20.0, -50.0, -INF):
        theirs = functional.binary_cross_entropy_with_logits(torch.tensor(x), torch.tensor(0.0)).item()
        yield "BCE with logits, t = 0", x, theirs, ours(cusigmoid.bce_with_logits, x, 0, None, None), softplus(exact(x))


def main():
    rows = [
        {"function": f, "x": str(np.float32(x)), "PyTorch": str(np.float32(a)), "cusigmoid": str(np.float32(b)), "exact": f"{c:.12g}"}
        for f, x, a, b, c in cases()
    ]
    (RESULTS / "cases.json").write_text(
        json.dumps({"PyTorch": torch.__version__, "rows": rows}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    for row in rows:
        print(*row.values(), sep="  ")


if __name__ == "__main__":
    main()
