#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes docs/accuracy.md and its images from tools/accuracy/results and page.md.in. Needs gnuplot.

tools/accuracy/make.py            writes them
tools/accuracy/make.py --check    fails if the page is not what the results say
"""

import itertools
import json
import pathlib
import re
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
RESULTS = HERE / "results"
DOCS = HERE.parent.parent / "docs"
GOLDEN = HERE.parent / "verify" / "golden.inc"
DTYPES = ["float64", "float32", "float16", "bfloat16", "float8_e4m3", "float8_e5m2"]
MIXED = ["bfloat16_float32", "float16_float32", "float32_bfloat16", "float32_float16"]  # of the inputs, of the results


def superscript(n):
    return str(n).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def count(n):
    """4294967296: 2³²; 1140850688: 1 140 850 688 with narrow spaces."""
    n = int(n)
    if n >= 256 and n & (n - 1) == 0:
        return "2" + superscript(n.bit_length() - 1)
    return f"{n:,}".replace(",", "\u202f")


def short(value):
    """Two or three digits, 10⁶ instead of e+06."""
    text = f"{value:.2g}" if value < 1 else f"{value:.3g}"
    return re.sub(r"e([+-]\d+)", lambda m: "·10" + superscript(int(m.group(1))), text)


def table(header, lines):
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


# ---- what cusigmoid verify printed -----------------------------------------------------------------------------------------------------


class Run:
    def __init__(self, path):
        self.label = path.stem.split("-", 1)[1]
        self.about, self.rows = {}, []
        columns = None
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                key, value = line[2:].split(": ", 1)
                self.about[key] = value
            elif line.startswith("op "):
                columns = line.split()
            elif not line.startswith(" "):
                self.rows.append(dict(zip(columns, line.split(), strict=True)))

    def samples(self):
        return {(row["op"], row["dtype"]): row["digest"] for row in self.rows if row["inputs"] == "samples"}


def rows_of(runs, inputs):
    """Of all runs the rows with such inputs, by operation (in the order in which the runs have them) and type. Of two for the same the one
    that compared results with the oracle's; else their digest is known to be that of the oracle's (check_digests)."""
    ops = list(dict.fromkeys(row["op"] for run in runs for row in run.rows))
    all_rows = [row for run in runs for row in run.rows if row["inputs"] == inputs]
    by_digest_first = sorted(all_rows, key=lambda row: row["wrong"] != "-")
    rows = list({(row["op"], row["dtype"]): row for row in by_digest_first}.values())
    return sorted(rows, key=lambda row: (ops.index(row["op"]), (DTYPES + MIXED).index(row["dtype"])))


def in_words(dtype):
    """bfloat16_float32: bfloat16 → float32"""
    return dtype.replace("_", " → ") if dtype in MIXED else dtype


def number(dtype, bits):
    """What an element's bits stand for, or those of an input where results have another type."""
    if dtype in MIXED:
        dtype = dtype.split("_")[0]
    if dtype in ("float64", "float32", "float16"):
        return struct.unpack({"float64": ">d", "float32": ">f", "float16": ">e"}[dtype], bytes.fromhex(bits))[0]
    if dtype == "bfloat16":
        return number("float32", bits + "0000")
    if dtype == "float8_e5m2":
        return number("float16", bits + "00")
    byte = int(bits, 16)  # float8_e4m3
    exponent, fraction = byte >> 3 & 15, byte & 7
    return (-1) ** (byte >> 7) * (fraction + 8 * (exponent > 0)) * 2.0 ** (max(exponent, 1) - 10)


def every_input(runs):
    """A line an operation, a column a type."""
    rows = rows_of(runs, "all")
    known = {(r["op"], r["dtype"]): r for r in rows}
    dtypes = [dtype for dtype in DTYPES + MIXED if any(dtype == r["dtype"] for r in rows)]
    lines = []
    for op in dict.fromkeys(r["op"] for r in rows):
        cells = []
        for r in (known.get((op, dtype)) for dtype in dtypes):
            cells.append("–" if not r else count(r["tried"]) if r["wrong"] in "0-" else f"**{r['wrong']} wrong** of {count(r['tried'])}")
        of_op = [r for r in rows if r["op"] == op]
        monotonic = {r["monotonic"] for r in of_op} - {"-"}
        outside = [int(r["outside"]) for r in of_op if r["outside"] != "-"]
        cells += ["no" if "no" in monotonic else "yes" if monotonic else "–", str(sum(outside)) if outside else "–"]
        lines.append([f"`{op}`", *cells])
    return table(["operation", *map(in_words, dtypes), "monotonic", "outside its range"], lines)


def every_input_in_all(runs):
    rows = rows_of(runs, "all")
    wrong, tried = sum(int(r["wrong"]) for r in rows if r["wrong"] != "-"), sum(int(r["tried"]) for r in rows)
    return f"{count(wrong)} of {count(tried)} results are not the correctly rounded ones"


def check_digests(runs):
    golden = dict(re.findall(r'{("\w+", "\w+"), "(\w+)"}', GOLDEN.read_text(encoding="utf-8")))
    for r in rows_of(runs, "all"):
        if golden.get(f'"{r["op"]}", "{r["dtype"]}"') != r["digest"]:
            sys.exit(f"{r['op']} {r['dtype']}: its digest in tools/accuracy/results is not the one in {GOLDEN.name}")


def samples(runs):
    lines = []
    for r in rows_of(runs, "samples"):
        worst = ", ".join(f"{number(r['dtype'], bits):.4g}" for bits in r["worst_at"].split(","))
        lines.append([f"`{r['op']}`", in_words(r["dtype"]), count(r["tried"]), count(r["wrong"]), r["max_ulp"], worst.replace("-", "−")])
    return table(["operation", "type", "samples", "beyond 0.52 ulp", "max ulp", "at"], lines)


def definitions(run):
    """A line an operation: the largest errors, of mixed types the largest of all."""
    known = {(r["op"], r["dtype"]): r for r in run.rows}
    mixed = list(dict.fromkeys(r["dtype"] for r in run.rows if r["dtype"] not in DTYPES))
    lines = []
    for op in dict.fromkeys(r["op"] for r in run.rows):
        of_mixed = [known[op, dtype]["max_ulp"] for dtype in mixed if (op, dtype) in known]
        cells = [known[op, dtype]["max_ulp"] if (op, dtype) in known else "–" for dtype in DTYPES]
        wrong = sum(int(r["wrong"]) for r in run.rows if r["op"] == op)
        lines.append([f"`{op}`", *cells, max(of_mixed, key=float, default="–"), count(wrong)])
    return table(["operation", *DTYPES, "mixed", "beyond 0.52 ulp"], lines)


def places(runs):
    reference = next(run for run in runs if run.samples())
    lines = []
    for run in runs:
        known = [r for r in run.rows if r["inputs"] != "samples"]
        digests_here = run.samples()
        same = sum(digests_here[key] == reference.samples().get(key) for key in digests_here)
        lines.append(
            [
                run.label.replace("_", " "),
                run.rows[0]["place"],
                count(sum(int(r["tried"]) for r in known)),
                count(sum(int(r["wrong"]) for r in known if r["wrong"] != "-")),
                count(sum(int(r["tried"]) for r in run.rows if r["inputs"] == "samples")),
                f"{same} of {len(digests_here)} rows",
            ]
        )
    return table(["run", "place", "correctly rounded results", "wrong", "samples", "same digest"], lines)


def commands(records):
    lines = [[f"`{r['command']}`", r["machine"], r["date"], r["seconds"] + " s", f"`{r['source_digest'][:12]}`"] for r in records]
    return table(["command", "machine", "date", "took", "source_digest"], lines)


# ---- others ----------------------------------------------------------------------------------------------------------------------------


def peers_forward(peers):
    lines = []
    for r in peers["forward"]:
        share = r["not_correctly_rounded"]
        lines.append(
            [
                r["peer"],
                r["dtype"],
                re.sub(r"\d{6,}", lambda m: count(m.group()), r["inputs"]).replace("2^32", "2³²"),
                f"{r['max_ulp']:.3f}",
                short(r["max_ulp_of_subnormal_results"]),
                "–" if share is None else "0" if share == 0 else short(100 * share) + " %",
            ]
        )
    return table(["", "type", "inputs", "max ulp", "max ulp of subnormal results", "not correctly rounded"], lines)


def peers_gradient(peers):
    edges = peers["edges"]
    header = ["", "type", f"−{edges[-1]} ≤ x < 0", *(f"{a} ≤ x < {b}" for a, b in itertools.pairwise(edges)), "0 from x ="]
    lines = []
    for r in peers["gradient"]:
        cells = ["–" if value is None else short(value) for value in [r["negative"], *r["ranges"]]]
        lines.append([r["peer"], r["dtype"], *cells, "–" if r["zero_from"] is None else f"{r['zero_from']:.4g}"])
    return table(header, lines)


def peers_cases(cases):
    keys = ["function", "x", "PyTorch", "cusigmoid", "exact"]
    return table(keys, [[row[key].replace("-", "−") for key in keys] for row in cases["rows"]])


def quoted(rows):
    dtypes = ["float64", "float32", "float16", "bfloat16"]
    lines = [[r["who"], *(r[dtype] for dtype in dtypes), r["remark"], r["source"]] for r in rows]
    return table(["", *dtypes, "remark", "source"], lines)


# ---- the page --------------------------------------------------------------------------------------------------------------------------


def page():
    # that of float64 first: it has all operations
    proof = [Run(path) for path in sorted(RESULTS.glob("proof-*.txt"), key=lambda path: (path.stem != "proof-float64", path.stem))]
    check_digests(proof)
    definition = Run(RESULTS / "definition-all.txt")
    places_beside = [Run(path) for path in sorted(RESULTS.glob("place-*.txt"), key=lambda path: path.stem)]
    peers = json.loads((RESULTS / "peers.json").read_text(encoding="utf-8"))
    parts = {
        "every_input": every_input(proof),
        "every_input_in_all": every_input_in_all(proof),
        "samples": samples(proof),
        "definitions": definitions(definition),
        "definition_samples": count(definition.rows[0]["tried"]),
        "places": places(places_beside),
        "peers_machine": peers["machine"],
        "peers_versions": ", ".join(f"{name} {version}" for name, version in peers["versions"].items()),
        "peers_forward": peers_forward(peers),
        "peers_gradient": peers_gradient(peers),
        "peers_cases": peers_cases(json.loads((RESULTS / "cases.json").read_text(encoding="utf-8"))),
        "quoted": quoted(json.loads((RESULTS / "quoted.json").read_text(encoding="utf-8"))),
        "commands": commands([*(run.about for run in (*proof, definition, *places_beside)), peers]),
    }
    template = (HERE / "page.md.in").read_text(encoding="utf-8")
    return re.sub(r"@(\w+)@", lambda m: parts[m.group(1)], template)


def draw(name):
    variables = f"style='style.gp'; data='results/{name}.dat'; image='{DOCS}/images/{name}.svg'"
    subprocess.run(["gnuplot", "-e", variables, f"{name}.gp"], cwd=HERE, check=True)


def main():
    file = DOCS / "accuracy.md"
    if sys.argv[1:] == ["--check"]:
        if not file.exists() or file.read_text(encoding="utf-8") != page():
            sys.exit("docs/accuracy.md is not what tools/accuracy/results say: run tools/accuracy/make.py")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        file.write_text(page(), encoding="utf-8")
        (DOCS / "images").mkdir(exist_ok=True)
        draw("forward_error")
        draw("gradient_error")


if __name__ == "__main__":
    main()
