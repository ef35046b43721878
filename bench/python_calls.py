#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a call from Python on one float32 costs the host, beside the framework's own σ: of NumPy, PyTorch and JAX, and of PyTorch on a GPU.

usage: python_calls.py --out FILE.json [--digest SHA256]
Needs CUSIGMOID_LIBRARY and PYTHONPATH (python/) or the package, NumPy, and takes what frameworks there are.
"""

import argparse
import importlib.util
import json
import pathlib
import timeit

import cusigmoid
import numpy

CALLS, REPETITIONS = 2000, 15


def microseconds(call, finish=lambda: None):
    """The median over repetitions of the time of a call, without what finish() waits for."""
    call()
    finish()
    times = []
    for _ in range(REPETITIONS):
        times.append(timeit.timeit(call, number=CALLS) / CALLS * 1e6)
        finish()
    return sorted(times)[REPETITIONS // 2]


def of_numpy():
    x = numpy.zeros(1, numpy.float32)
    yield "NumPy", "cpu", microseconds(lambda: cusigmoid.forward(x)), microseconds(lambda: 1 / (1 + numpy.exp(-x)))


def of_torch():
    import cusigmoid.torch as ct
    import torch

    for device in ["cpu", *["cuda"] * torch.cuda.is_available()]:
        x = torch.zeros(1, device=device)
        finish = torch.cuda.synchronize if device == "cuda" else lambda: None
        yield "PyTorch", device, microseconds(lambda x=x: ct.forward(x), finish), microseconds(lambda x=x: torch.sigmoid(x), finish)


def of_jax():
    import cusigmoid.jax as cj
    import jax

    x = jax.numpy.zeros(1, "float32")
    ours, theirs = cj.forward, jax.jit(jax.nn.sigmoid)
    yield (
        "JAX",
        x.device.platform,
        microseconds(lambda: ours(x), ours(x).block_until_ready),
        microseconds(lambda: theirs(x), theirs(x).block_until_ready),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--digest", help="the library's source_digest")
    options = parser.parse_args()
    rows = []
    for module, measure in (("numpy", of_numpy), ("torch", of_torch), ("jax", of_jax)):
        if importlib.util.find_spec(module):
            for framework, device, ours, theirs in measure():
                rows.append({"framework": framework, "device": device, "us": ours, "us_of_its_own": theirs})
                print(f"{framework:8} {device:5} {ours:7.2f} us   its own {theirs:7.2f} us", flush=True)
    options.out.write_text(json.dumps({"source_digest": options.digest, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
