#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts what was measured on GPUs and CPUs into docs/performance.md, with plots. Needs gnuplot.

    bench/report.py            writes the sections and docs/images/{GPU,CPU}-*.svg
    bench/report.py --check    fails if the sections are not what the results say

A folder bench/results/GPU-NAME keeps what gpu_suite.sh wrote on that GPU: gpu_suite.json and, where PyTorch was there, peers.json, both
with the same source_digest. Those of CPUs: cpu_report.py.
"""

import argparse
import csv
import json
import math
import pathlib
import re
import sys

import cpu_report
from page import DTYPES, HERE, draw, in_units, table, with_section

IN_ROOFLINE = {"float64": "double", "float32": "float", "bfloat16": "bfloat16"}  # and their names in instructions.csv
PLOTTED = {"forward": "σ(x)", "swiglu_split": "SwiGLU"}
COMPARED = ["forward", "backward", "silu", "swiglu_split", "swiglu_split_backward", "bce_with_logits_sum"]  # in its plot
NOTHING = """Nothing has been measured on a GPU yet. `bench/gpu_suite.sh bench/results/GPU-NAME` does it on a machine with a GPU, and
`bench/report.py` puts it here.
"""


class Machine:
    """What was measured on one GPU: the rates of each operation, type, size and peer; "" is the library itself."""

    def __init__(self, folder):
        suite = json.loads((folder / "gpu_suite.json").read_text(encoding="utf-8"))
        bench, peers = suite["benchmark"], folder / "peers.json"
        if not bench:
            sys.exit(f"{folder}: gpu_suite.json has no benchmark")
        self.about = {**bench, "digest": suite["source_digest"], "passed": suite["passed"]}
        self.peers = json.loads(peers.read_text(encoding="utf-8")) if peers.exists() else {}
        if self.peers and self.peers["source_digest"] != suite["source_digest"]:
            sys.exit(f"{folder}: gpu_suite.json and peers.json have different digests")
        self.bus = [row for row in bench["rows"] if row["what"] == "bus"]
        self.slug = re.sub(r"\W+", "-", folder.name).lower()
        self.rates, self.copies = {}, {}
        theirs = [row for row in self.peers.get("rows", []) if row["op"] != "copy"]  # the copy is gpu_bench's, the better one if it has two
        for row in bench["rows"] + theirs:
            if row.get("what", "bandwidth") != "bandwidth" or not row.get("gb_per_s"):  # a latency, the bus, or a peer that failed
                continue
            size = 2 ** round(math.log2(row["bytes"]))  # a whole number of elements is a little less than was asked for
            if row["op"] == "copy":
                self.copies[size] = max(row["gb_per_s"], self.copies.get(size, 0))
            elif len(set(row["dtypes"])) == 1:
                self.rates[row["op"], row["dtypes"][0], size, row.get("peer", "")] = row["gb_per_s"]

    def compared(self):
        """The size of the comparison: the largest at which every operation was measured."""
        ops = {}
        for op, _, size, peer in self.rates:
            if not peer:
                ops.setdefault(size, set()).add(op)
        most = max(map(len, ops.values()))
        return max(size for size in ops if len(ops[size]) == most)

    def others(self, size):
        """The peers, but for loops of others around our function."""
        return [peer for peer in self.names(size, 3) if not peer.endswith("our function")]

    def names(self, size, part):
        """Of the operations or peers measured at that size, in that order."""
        return list(dict.fromkeys(key[part] for key in self.rates if key[2] == size and key[part]))

    def ratio(self, op, dtype, size, peer):
        ours, theirs = self.rates.get((op, dtype, size, "")), self.rates.get((op, dtype, size, peer))
        return ours / theirs if ours and theirs else None


# ---- text ------------------------------------------------------------------------------------------------------------------------------


def rates_table(machine, size):
    lines = []
    for op in machine.names(size, 0):
        rates = [machine.rates.get((op, dtype, size, "")) for dtype in DTYPES]
        lines.append([f"`{op}`", *(f"{rate / 1000:.2f} ({100 * rate / machine.copies[size]:.0f} %)" if rate else "–" for rate in rates)])
    return table(["operation", *DTYPES], lines)


def ratios_table(machine, size):
    peers = machine.others(size)
    lines = []
    for op in machine.names(size, 0):
        for dtype in DTYPES:
            ratios = [machine.ratio(op, dtype, size, peer) for peer in peers]
            if any(ratios):
                lines.append([f"`{op}`", dtype, *(f"{ratio:.2f}" if ratio else "–" for ratio in ratios)])
    return table(["operation", "type", *peers], lines, left=2) if lines else ""


def bus_table(machine):
    lines = [
        [f"`{row['op']}`", row["peer"], f"{row['gb_per_s']:.1f}", f"{row['percent_of_copy']:.0f} %", in_units(row["bytes"])]
        for row in machine.bus
    ]
    return table(["operation", "host memory", "GB/s each way", "of the slower copy", "each way"], lines, left=2)


def in_words(machine):
    about, size = machine.about, machine.compared()
    clocks = about["clocks_mhz"]
    text = f"""### {about["gpu"]}

{about["date"][:10]}, driver {about["driver"]}, SM clock {clocks["sm"]} of {clocks["max_sm"]} MHz, source_digest `{about["digest"][:12]}`.
{"" if about["passed"] else "**A step of the suite failed in this run.**" + chr(10)}
TB/s, and the share of the same run's copy ({machine.copies[size] / 1000:.2f} TB/s), of calls that read and write {in_units(size)}:

{rates_table(machine, size)}

![σ(x): bandwidth against size](images/{machine.slug}-forward.svg)
![SwiGLU: bandwidth against size](images/{machine.slug}-swiglu_split.svg)
![Roofline: bandwidth against issue slots](images/{machine.slug}-roofline.svg)
"""
    if machine.bus:
        text += f"\nHost arrays, through pinned memory of the library's, or their own where they are pinned:\n\n{bus_table(machine)}\n"
    ratios = ratios_table(machine, size)
    if ratios:
        text += f"\nHow many times as fast as others the library is, at {in_units(size)}:\n\n{ratios}\n"
        text += f"\n![How many times as fast](images/{machine.slug}-ratios.svg)\n"
    if machine.peers:
        versions = ", ".join(f"{name} {version}" for name, version in machine.peers["versions"].items())
        failed = sum("error" in row for row in machine.peers["rows"])
        text += f"\nMeasured with {versions}. "
        if machine.peers["unavailable"]:
            text += f"Not there: {', '.join(machine.peers['unavailable'])}. "
        text += f"Rows that failed: {failed}; left out for lack of time: {machine.peers['rows_left_out']}.\n"
    return text


# ---- plots -----------------------------------------------------------------------------------------------------------------------------


def draw_roofline(machine, images):
    """Each operation's rate against the instructions that bench/instructions.py counts for it."""
    with (HERE / "instructions.csv").open(encoding="utf-8") as file:
        counted = list(csv.DictReader(file))
    capability = int(machine.about["compute_capability"].replace(".", ""))
    sm = max((int(row["sm"]) for row in counted if int(row["sm"]) <= capability), default=min(int(row["sm"]) for row in counted))
    slots = {row["kernel"]: float(row["slots"]) / int(row["bytes"]) for row in counted if int(row["sm"]) == sm and row["bytes"] != "0"}
    size = machine.compared()
    lines = []
    for op in sorted({op for op, *_ in machine.rates}):
        points = [
            (slots.get(f"{op} {name}", "NaN"), machine.rates.get((op, dtype, size, ""), "NaN")) for dtype, name in IN_ROOFLINE.items()
        ]
        lines.append([op, *(number for point in points for number in point)])
    per_ns = (
        machine.about["multiprocessors"]
        * 128
        * (machine.about["clocks_mhz"]["sm"] or machine.about["clocks_mhz"]["max_sm"] or 1000)
        // 1000
    )
    draw("roofline.gp", images / f"{machine.slug}-roofline.svg", lines, copy=int(machine.copies[size]), slots=per_ns)


def draw_all(machine, images):
    draw_roofline(machine, images)
    for op, title in PLOTTED.items():
        lines = [
            [size, copy, *(machine.rates.get((op, dtype, size, ""), "NaN") for dtype in ("float32", "bfloat16"))]
            for size, copy in sorted(machine.copies.items())
        ]
        draw("bandwidth.gp", images / f"{machine.slug}-{op}.svg", lines, what=title)
    size = machine.compared()
    ratios = {peer: [machine.ratio(op, "bfloat16", size, peer) for op in COMPARED] for peer in machine.others(size)}
    ratios = {peer: of_ops for peer, of_ops in ratios.items() if any(of_ops)}
    if ratios:
        labels = ['"' + op.replace("_", "\\n") + '"' for op in COMPARED]
        lines = [[label, *(ratio or "NaN" for ratio in of_peers)] for label, *of_peers in zip(labels, *ratios.values())]
        draw("ratios.gp", images / f"{machine.slug}-ratios.svg", [["", *ratios], *lines], last=len(ratios) + 1)


# ----------------------------------------------------------------------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results", metavar="DIR")
    parser.add_argument("--page", type=pathlib.Path, default=HERE.parent / "docs" / "performance.md", metavar="FILE")
    args = parser.parse_args()
    machines = [Machine(path.parent) for path in sorted(args.results.glob("*/gpu_suite.json"))]
    cpus = [cpu_report.Cpu(path.parent) for path in sorted(args.results.glob("*/cpu_bench.json"))]
    page = args.page.read_text(encoding="utf-8")
    wanted = with_section(page, "measured", "\n".join(map(in_words, machines)) or NOTHING)
    wanted = with_section(wanted, "measured on CPUs", "\n".join(map(cpu_report.in_words, cpus)) or cpu_report.NOTHING)
    if args.check:
        if page != wanted:
            sys.exit(f"{args.page} is not what {args.results} says: run bench/report.py")
        return
    args.page.write_text(wanted, encoding="utf-8")
    images = args.page.parent / "images"
    images.mkdir(exist_ok=True)
    for machine in machines:
        draw_all(machine, images)
    for cpu in cpus:
        cpu_report.draw_all(cpu, images)


if __name__ == "__main__":
    main()
