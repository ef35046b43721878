#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times what Python frameworks do for the library's operations on this GPU, by the method of gpu_bench. Needs PyTorch.

    bench/peers.py --out peers.json    a row an operation, type, size and peer; a framework that is not there is named in the JSON
    bench/peers.py --check             without a GPU: compares what the frameworks compute on the CPU with the formulas of frameworks.py

As in gpu_bench, bytes are what an operation must read and write, inputs are random, and a call works on other arrays than the call before;
they come round again after more than three times the L2 cache.
"""

import argparse
import datetime
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
from frameworks import OPS, PEERS, Autotuned, Jax, PyTorch, Triton, first_line, importable

# What matters most comes first: time may run out.
DTYPES = ["bfloat16", "float32", "float16", "float64"]
TOLERANCE = {"float64": 1e-12, "float32": 1e-5, "float16": 1e-2, "bfloat16": 5e-2}


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
