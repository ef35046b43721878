# SPDX-License-Identifier: Apache-2.0
"""What was measured on CPUs, in words and plots, for report.py. A folder bench/results/CPU-NAME keeps what cpu_suite.sh wrote on that CPU:
cpu_bench.json and, where PyTorch was there, cpu_peers.json, both with the same source_digest."""

import json
import math
import re
import sys

from page import DTYPES, draw, in_units, table

NOTHING = """Nothing has been measured on a CPU yet. `bench/cpu_suite.sh bench/results/CPU-NAME` does it, and `bench/report.py` puts
it here.
"""


class Cpu:
    """The rows of each operation, type, size (0: one element), number of threads and peer; "" is the library itself."""

    def __init__(self, folder):
        self.about = json.loads((folder / "cpu_bench.json").read_text(encoding="utf-8"))
        self.slug = re.sub(r"\W+", "-", folder.name).lower()
        self.kind = folder.name.removeprefix("CPU-")  # virtual machines do not tell it
        self.versions, rows = self.about["versions"], self.about["rows"]
        if (path := folder / "cpu_peers.json").exists():
            peers = json.loads(path.read_text(encoding="utf-8"))
            if peers["source_digest"] != self.about["source_digest"]:
                sys.exit(f"{folder}: cpu_bench.json and cpu_peers.json have different digests")
            self.versions, rows = {**self.versions, **peers["versions"]}, rows + peers["rows"]
        self.calls = []  # from Python
        if (path := folder / "python_calls.json").exists():
            self.calls = json.loads(path.read_text(encoding="utf-8"))["rows"]
        self.rows = {}
        for row in rows:  # a whole number of elements is a little less than was asked for
            size = 2 ** round(math.log2(row["bytes"])) if row["elements"] > 1 else 0
            self.rows[row["op"], row["dtype"], size, row["threads"], row["peer"]] = row
        self.ops = list(dict.fromkeys(op for op, *_ in self.rows if op != "copy"))
        # Where all operations were measured.
        self.places = sorted({(size, threads) for op, _, size, threads, _ in self.rows if size and op == self.ops[-1]})

    def row(self, op, dtype, place, peer=""):
        return self.rows.get((op, dtype, *place, peer))

    def peers(self, op, dtype):
        return list(dict.fromkeys(peer for o, d, _, _, peer in self.rows if (o, d) == (op, dtype) and peer))


def of_cores(threads):
    return "one core" if threads == 1 else f"{threads} cores"


def in_places(cpu):
    return [f"{in_units(size)}, {of_cores(threads)}" for size, threads in cpu.places]


def times_table(cpu):
    lines = []
    for op in cpu.ops:
        for dtype in DTYPES:
            rows = [cpu.row(op, dtype, place) for place in cpu.places]
            if any(rows):
                cells = [f"{row['ns_per_element']:.3g} ({row['percent_of_copy']:.0f} %)" if row else "–" for row in rows]
                lines.append([f"`{op}`", dtype, *cells])
    return table(["operation", "type", *in_places(cpu)], lines, left=2)


def ratios_table(cpu):
    everyone = sorted({peer for op in cpu.ops for dtype in DTYPES for peer in cpu.peers(op, dtype)}, key=str.lower)
    lines = []
    for op in cpu.ops:
        for dtype in DTYPES:
            cells = []
            for peer in everyone:
                pairs = [(cpu.row(op, dtype, place), cpu.row(op, dtype, place, peer)) for place in cpu.places]
                ratios = [f"{theirs['ns_per_element'] / ours['ns_per_element']:.2f}" if ours and theirs else "–" for ours, theirs in pairs]
                cells.append(" / ".join(ratios) if any(theirs for _, theirs in pairs) else "")
            if any(cells):
                lines.append([f"`{op}`", dtype, *cells])
    return table(["operation", "type", *everyone], lines, left=2)


def latencies(cpu):
    rows = [cpu.row("forward", "float32", (0, 1), peer) for peer in ("", *cpu.peers("forward", "float32"))]
    return ", ".join(f"{row['peer'] or 'the library'} {1e3 * row['us']:.3g}" for row in rows if row)


def images_of(cpu):
    """File names, and the number of threads that each is about."""
    return {f"{cpu.slug}-{of_cores(threads).replace(' ', '-')}.svg": threads for threads in sorted({key[3] for key in cpu.rows})}


def in_words(cpu):
    about = cpu.about
    caches = ", ".join(f"{name} {in_units(size)}" for name, size in about["caches"].items() if "Instruction" not in name)
    versions = ", ".join(f"{name} {version}" for name, version in cpu.versions.items() if version)
    images = "\n".join(
        f"![float32 σ(x) on {of_cores(threads)}: time an element against size](images/{name})" for name, threads in images_of(cpu).items()
    )
    return f"""### {about["cpu"]}: {cpu.kind}

{about["date"][:10]}, {about["cores"]} cores, {caches}, instruction set {about["isa"]}, compiler {about["compiler"]}, source_digest
`{(about["source_digest"] or "unknown")[:12]}`. Beside it {versions}, loops compiled for this machine.

ns an element (and the speed as a share of the same run's memcpy) of calls that read and write so many bytes, medians:

{times_table(cpu)}

{images}

How many times as fast as others the library is, at {"; ".join(in_places(cpu))}:

{ratios_table(cpu)}

A call on one element, float32, in ns: {latencies(cpu)}.
{calls_from_python(cpu)}"""


def calls_from_python(cpu):
    if not cpu.calls:
        return ""
    cells = (f"{row['framework']} {row['us']:.3g} ({row['us_of_its_own']:.2g})" for row in cpu.calls)
    return f"\nThe same from Python, in µs, and in brackets the framework's own σ: {', '.join(cells)}.\n"


def draw_all(cpu, images):
    for name, threads in images_of(cpu).items():
        of_peers = {peer: {} for peer in ("memcpy", "", *cpu.peers("forward", "float32"))}
        for (op, dtype, size, t, peer), row in cpu.rows.items():
            if op in ("copy", "forward") and dtype == "float32" and t == threads and size:
                of_peers[peer][size] = row["ns_per_element"]
        sizes = sorted(of_peers["memcpy"])
        titles = [peer or "cusigmoid" for peer in of_peers]
        lines = [[size, *(times.get(size, "NaN") for times in of_peers.values())] for size in sizes]
        title = f"float32 σ(x), {of_cores(threads)}"
        draw("nanoseconds.gp", images / name, [["bytes", *titles], *lines], last=len(titles) + 1, what=title)
