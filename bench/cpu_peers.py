#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times PyTorch on the CPU where cpu_bench has timed the library: the same operations, types, sizes and numbers of threads.

    bench/cpu_peers.py OUT/cpu_bench.json --out OUT/cpu_peers.json
    bench/cpu_peers.py --check    compares what it computes with the formulas of frameworks.py, and measures nothing

Results go to arrays that are there already, where PyTorch can: allocating them would take longer than computing them.
"""

import argparse
import functools
import json
import math
import pathlib
import sys
import time

import peers  # where there is no PyTorch, it says so and exits with 77
import torch
import torch.nn.functional as F

# As cpu_bench: so many repetitions of so many seconds, fewer where they take long.
REPETITIONS, SECONDS, ENOUGH = 11, 0.01, 0.3
PATTERN = 1 << 18

# name: from the result and the inputs of frameworks.OPS, in their order
OPS = {
    "forward": lambda y, x: torch.sigmoid(x, out=y),
    "backward": lambda dx, dy, y: torch.ops.aten.sigmoid_backward(dy, y, grad_input=dx),
    "swiglu_split": lambda h, gate, up: torch.ops.aten.silu(gate, out=h).mul_(up),
    "bce_with_logits_sum": lambda _, x, target: F.binary_cross_entropy_with_logits(x, target, reduction="sum"),
}


def arrays(op, dtype, n):
    """The result and the inputs: random elements over and over, from other places on, as in cpu_bench."""
    patterns = peers.random_inputs(op, dtype, PATTERN, "cpu")
    inputs = [x.roll(-PATTERN // 16 * i).repeat(-(-n // PATTERN))[:n] for i, x in enumerate(patterns)]
    return [torch.zeros_like(inputs[0]), *inputs]


def measure(call):
    """The times of a call in microseconds, in ascending order."""

    def sample(calls):
        begin = time.perf_counter()
        for _ in range(calls):
            call()
        return 1e6 * (time.perf_counter() - begin) / calls

    call()
    calls = max(1, math.ceil(1e6 * SECONDS / max(sample(1), sample(1))))
    us = []
    while not us or (len(us) < REPETITIONS and 1e-6 * calls * sum(us) < ENOUGH):
        us.append(sample(calls))
    return sorted(us)


def measure_all(places, deadline):
    rows, left_out, arrays_of, operands = [], 0, None, None
    for place in places:
        if time.monotonic() > deadline:
            left_out += 1
            continue
        op, dtype, n = key = place["op"], place["dtype"], place["elements"]
        if key != arrays_of:
            operands = None  # before the next ones are made
            arrays_of, operands = key, arrays(*key)
        torch.set_num_threads(place["threads"])
        row = {name: place[name] for name in ("op", "dtype", "threads", "elements", "bytes")} | {"peer": "PyTorch"}
        us = measure(functools.partial(OPS[op], *operands))
        median = us[len(us) // 2]
        row |= {"repetitions": len(us), "us": round(median, 3), "us_min": round(us[0], 3)}
        row |= {"ns_per_element": float(f"{1e3 * median / n:.4g}"), "gb_per_s": float(f"{1e-3 * place['bytes'] / median:.4g}")}
        rows.append(row)
        print(f"{op:20} {dtype:9} {row['threads']:3} threads {row['bytes']:11} bytes {row['ns_per_element']:9} ns/element", flush=True)
    return rows, left_out


def check():
    wrong = 0
    for op, function in OPS.items():
        for dtype in peers.DTYPES:
            result, *inputs = arrays(op, dtype, 4099)
            exact = peers.reference(op, inputs)[0]
            got = function(result, *inputs).to(torch.float64).numpy()
            limit = peers.TOLERANCE[dtype]
            if not peers.np.allclose(got, exact, limit, limit):
                print(f"{op} {dtype}: off by up to {abs(got - exact).max():.3g}", file=sys.stderr)
                wrong += 1
    print(f"{len(OPS) * len(peers.DTYPES)} rows of PyTorch: {wrong} wrong results")
    return wrong > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cpu_bench", nargs="?", type=pathlib.Path, metavar="CPU_BENCH.json")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="start no row after so long")
    parser.add_argument("--out", metavar="FILE.json")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    if args.check:
        sys.exit(check())
    if not args.cpu_bench:
        parser.error("what did cpu_bench write?")
    bench = json.loads(args.cpu_bench.read_text(encoding="utf-8"))
    places = [row for row in bench["rows"] if not row["peer"] and row["op"] in OPS and row["dtype"] in peers.DTYPES]
    places.sort(key=lambda row: (row["op"] != "forward", row["dtype"] != "float32"))  # what matters most first: time may run out
    rows, left_out = measure_all(places, time.monotonic() + args.seconds)
    print(f"{left_out} rows left out: {args.seconds:g} s are over" if left_out else "all rows")
    if args.out:
        head = {"source_digest": bench["source_digest"], "versions": {"PyTorch": torch.__version__}, "rows_left_out": left_out}
        peers.write(args.out, head, rows)


if __name__ == "__main__":
    main()
