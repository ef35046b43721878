#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what the kernels cost, from the assembled code: no GPU is needed, but nvcc, c++filt and nvdisasm are.

usage: bench/instructions.py                                         every kernel on every architecture, to the terminal
       bench/instructions.py --write                                 and to bench/instructions.csv, whose diff shows what a change costs,
                                                                     and to docs/performance.md
       bench/instructions.py --json FILE                             and to FILE, with every opcode of the fast path
       bench/instructions.py --check                                 exit status 1 if a fast path spills or is over its budget
       bench/instructions.py --sm 90 --kernel '^forward float$' --path   some kernels, with the instructions of the fast path
       bench/instructions.py --source FILE.cu --elements 8           kernels of another source file or of a .cubin

A slot is one instruction issued to a warp; the fast path (fast_path.py) is what a full warp takes whose elements all exist and are aligned
and of which none needs the rare path. Functions that it calls for every element are counted with it. Where other ways move as much with as
few calls, the longest is shown beside it.

nvdisasm is taken from --tools, else from PATH. It is on PyPI:
       pip install --no-deps --target build/instructions/tools 'nvidia-cuda-nvdisasm==13.2.*'
"""

from __future__ import annotations

import argparse
import csv
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from fast_path import Instruction, fast_path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "instructions"
DOCUMENT = ROOT / "docs" / "performance.md"
BASELINE = ROOT / "bench" / "instructions.csv"
BEGIN, END = "<!-- instructions: begin -->", "<!-- instructions: end -->"
ARCHITECTURES = [75, 80, 89, 90, 100, 120]
# A host function called on the device is only a warning by default; the code that calls it is then removed.
FLAGS = ["-std=c++20", "-cubin", "-Xptxas=-v", "-Werror", "cross-execution-space-call"]

ELEMENT_BYTES = {"double": 8, "float": 4, "float16": 2, "bfloat16": 2, "float8_e4m3": 1, "float8_e5m2": 1}
CLASSES = {
    "MUFU": re.compile(r"MUFU\b"),
    "XU": re.compile(r"(I2F|F2I|F2F|FRND|POPC|FLO|BREV)\b"),  # the other instructions of MUFU's unit
    "fp64": re.compile(r"D(ADD|MUL|FMA|SETP|MNMX)\b"),
    "LDS": re.compile(r"LDS\b"),
    "LDG": re.compile(r"LDG\b"),
    "STG": re.compile(r"STG\b"),
    "local": re.compile(r"(LDL|STL)\b"),  # what is spilled
}
# What an H200 does for each byte that its memory delivers at 4.3 TB/s: 132 SMs at 1.98 GHz, each with so many of a unit.
H200 = {unit: 132 * 1.98e9 * lanes / 4.3e12 for unit, lanes in {"slots": 128, "fp64": 64, "MUFU": 16}.items()}
# Words for each element that a fast path may spill or load again. (Some fp8 kernels of many operands do so with 1 to 4 for 32 elements,
# before 9.0.)
SPILLED = 1 / 8
# The share of a copy's speed that these leave, at least.
GOALS = {
    r"(forward|derivative|backward|backward_from_input) (double|float|b?float16)": 1,
    r"(silu|glu_split|swiglu_split|tanh_backward) (float|bfloat16)": 1,
    r"(silu_derivative|silu_backward|(swi)?glu_\w+_backward|tanh|bias_forward|softplus|log_sigmoid|bce_with_logits\w*) float": 1,
    r"(silu_derivative|silu_backward|(swi)?glu_\w+_backward|bias_forward) double": 1,
    r"(silu|glu_split|swiglu_split|bce_with_logits)_backward b?float16": 1,
    r"swiglu_split b?float16": 1,
    r"swiglu_split float8_e\dm\d": 0.9,
    r"lstm_cell (double|b?float16)": 1,
    r"lstm_cell_backward b?float16": 1,
    r"lstm_cell float": 0.95,
    r"(silu_)?second_derivative float": 0.84,
    r"(tanh|softplus|log_sigmoid|silu_derivative|bias_forward) b?float16": 0.97,
    r"(forward|derivative|backward|backward_from_input) float8_e\dm\d": 1,
}


# ---- kernels ---------------------------------------------------------------------------------------------------------------------------


@dataclass
class Kernel:
    symbol: str
    sm: int
    name: str  # as "forward float", or the demangled name
    variant: str  # empty for the one that large aligned arrays take
    registers: int | None = None
    stack: int = 0
    shared: int = 0
    elements: int = 0  # of a thread; 0: not known
    slots: int = 0  # of a thread, on the fast path
    longest: int = 0
    calls: int = 0
    loaded: int = 0  # bytes in wide words
    stored: int = 0
    doubt: str = ""  # why the counts may be wrong
    counts: dict[str, int] = field(default_factory=dict)  # by class
    opcodes: dict[str, int] = field(default_factory=dict)  # the most frequent first
    path: list[Instruction] = field(default_factory=list)

    bytes: int = 0  # of an element, in all arrays

    @property
    def predicted(self) -> float:
        """The share of a copy's speed on an H200 that its units leave, one of them at a time."""
        used = {**self.counts, "slots": self.slots, "MUFU": self.counts["MUFU"] + self.counts["XU"]}
        return min([1.0, *(H200[unit] * self.bytes / self.per_element(used[unit]) for unit in H200 if used[unit])])

    @property
    def label(self) -> str:
        return self.name + (f" ({self.variant})" if self.variant else "")

    def per_element(self, count: float) -> float:
        return count / (self.elements or 1)


def demangle(symbols: list[str]) -> list[str]:
    return subprocess.run(["c++filt"], input="\n".join(symbols), capture_output=True, text=True, check=True).stdout.splitlines()


OPERANDS = r"""
#include <cstdio>
#include "cusigmoid/ops.hpp"
using namespace cusigmoid::engine;
int array;
template <class... Role>
void print(list<Role...>) {
  auto const lies = [](layout l) { return l == layout::scalar ? "s" : l == layout::row ? "r" : ""; };
  (std::printf(" %d%s", (array += Role::part == 0, array), lies(Role::layout)), ...);
}
template <class... Op>
void print_ops(list<Op...>) {
  ((std::printf("%s", Op::name), array = -1, print(typename Op::in{}), std::printf(" ->"), print(typename Op::out{}), std::puts("")), ...);
}
int main() { print_ops(all_ops{}); }
"""


@functools.cache
def arrays_of_operands() -> dict[str, tuple[list[str], list[str]]]:
    """For each op the array that each input and each output lies in, with an r if it is one row, but for single numbers; ops.hpp says it,
    compiled for the host."""
    program = BUILD / "operands"
    BUILD.mkdir(parents=True, exist_ok=True)
    options = ["-std=c++20", f"-I{ROOT / 'include'}", "-x", "c++", "-", "-o", program]
    subprocess.run([os.environ.get("CXX", "g++"), *options], input=OPERANDS, text=True, check=True)
    ops = {}
    for line in subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines():
        name, rest = line.split(" ", 1)
        ops[name] = tuple([array for array in part.split() if not array.endswith("s")] for part in rest.split("->"))
    return ops


# ---- tools -----------------------------------------------------------------------------------------------------------------------------


def find_nvdisasm(tools: Path) -> str:
    installed = tools / "nvidia/cu13/bin/nvdisasm"
    if installed.exists():
        installed.chmod(0o755)  # pip leaves it without
        return str(installed)
    found = shutil.which("nvdisasm")
    if not found:
        sys.exit(f"no nvdisasm; get it by: pip install --no-deps --target {tools} 'nvidia-cuda-nvdisasm==13.2.*'")
    return found


def compile_for(source: Path, sm: int, nvcc: str) -> tuple[Path, str]:
    """The cubin and what ptxas said of it, kept by the contents of all files that may go into it."""
    files = [source, *sorted(p for d in ("cuda", "include") for p in (ROOT / d).rglob("*") if p.is_file())]
    digest = hashlib.sha256(" ".join([nvcc, *FLAGS]).encode())
    for file in files:
        digest.update(file.read_bytes())
    name = f"{source.stem}-sm_{sm}"
    cubin = BUILD / f"{name}-{digest.hexdigest()[:16]}.cubin"
    log = cubin.with_suffix(".log")
    if not (cubin.exists() and log.exists()):
        BUILD.mkdir(parents=True, exist_ok=True)
        new = cubin.with_suffix(f".{os.getpid()}.cubin")
        run = subprocess.run(
            [nvcc, *FLAGS, f"-arch=sm_{sm}", f"-I{ROOT}", f"-I{ROOT}/include", str(source), "-o", str(new)], capture_output=True, text=True
        )
        if run.returncode:
            raise RuntimeError(run.stderr)
        for old in [*BUILD.glob(f"{name}-*.cubin"), *BUILD.glob(f"{name}-*.log")]:
            if old != new:
                old.unlink(missing_ok=True)
        log.write_text(run.stderr)
        new.replace(cubin)
    return cubin, log.read_text()


def resources(log: str) -> dict[str, dict[str, int]]:
    """What `ptxas -v` says of each kernel; the functions that it calls come before it and are counted with it."""
    found: dict[str, dict[str, int]] = {}
    stack = 0
    kernel = ""
    for line in log.splitlines():
        if m := re.search(r"Compiling entry function '(\S+)'", line):
            kernel = m.group(1)
        elif m := re.search(r"(\d+) bytes stack frame", line):
            stack += int(m.group(1))
        elif m := re.search(r"Used (\d+) registers", line):
            shared = re.search(r"(\d+) bytes smem", line)
            found[kernel] = {
                "registers": int(m.group(1)),
                "stack": stack,
                "shared": int(shared.group(1)) if shared else 0,
            }
            stack = 0
    return found


def name_of(demangled: str, ops: dict) -> tuple[str, str, list[int], list[int], int]:
    """A kernel's name and variant, the bytes of each of its inputs and outputs, and those of all but rows, which are in the cache."""
    op = re.search(r"ops::(\w+)", demangled)
    types = re.search(r"list<([^>]*)>", demangled)
    variant = re.search(r"(many)_kernel<|(\w+)_thread\b", demangled)
    arrays = [t.split("::")[-1] for t in types.group(1).split(", ")] if types else []
    if not (op and op.group(1) in ops and all(t in ELEMENT_BYTES for t in arrays)):
        return demangled.split("(")[0].removeprefix("void "), "", [], [], 0
    inputs, outputs = ([ELEMENT_BYTES[arrays[int(a.rstrip("r"))]] for a in places] for places in ops[op.group(1)])
    rows = sum(size for size, a in zip(inputs, ops[op.group(1)][0]) if a.endswith("r"))
    name = f"{op.group(1)} {'/'.join(dict.fromkeys(arrays))}"
    kind = variant[variant.lastindex] if variant else ""
    return name, "" if kind == "flat" else kind, inputs, outputs, sum(inputs) + sum(outputs) - rows


def kernels_of(cubin: Path, log: str, nvdisasm: str, wanted: re.Pattern[str], elements: int | None) -> list[Kernel]:
    run = subprocess.run([nvdisasm, "-json", str(cubin)], capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr)
    header, functions = json.loads(run.stdout)
    version = header["SM"]["version"]
    bodies = {f["function-name"]: f for f in functions}

    @functools.cache
    def body(symbol: str) -> tuple[list[Instruction], tuple[int, int, int], int]:
        """A function's fast path with those of the functions that it calls, its rank, and the length of its longest way."""
        code = [
            Instruction(i.get("predicate", ""), i["opcode"], [o for o in i.get("operands", "").split(",") if o])
            for i in bodies[symbol]["sass-instructions"]
        ]
        places, rank, longest = fast_path(code, bodies[symbol]["start"])
        path = []
        for i in (code[at] for at in places):
            path.append(i)
            if i.opcode.startswith("CALL") and not i.predicate:
                path += body(i.operands[-1])[0]
        return path, rank, longest

    used, ops = resources(log), arrays_of_operands()
    kernels = []
    for function, demangled in zip(functions, demangle([f["function-name"] for f in functions])):
        symbol = function["function-name"]
        if symbol.startswith("$") or (used and symbol not in used):
            continue  # a function that kernels call
        name, variant, inputs, outputs, moved = name_of(demangled, ops)
        kernel = Kernel(symbol, version["major"] * 10 + version["minor"], name, variant, **used.get(symbol, {}), bytes=moved)
        if not wanted.search(kernel.label):
            continue
        kernels.append(kernel)
        try:
            kernel.path, rank, kernel.longest = body(symbol)
        except ValueError as error:
            kernel.doubt = str(error)
            continue
        kernel.stored, kernel.loaded, kernel.calls = -rank[0], -rank[1], rank[2]
        kernel.slots = len(kernel.path)
        kernel.opcodes = dict(Counter(i.opcode for i in kernel.path).most_common())
        kernel.counts = {c: sum(bool(p.match(i.opcode)) for i in kernel.path) for c, p in CLASSES.items()}
        kernel.elements = elements or (kernel.stored // sum(outputs) if outputs else 0)
        if inputs and (not kernel.stored or kernel.loaded != kernel.elements * sum(inputs)):
            kernel.doubt = f"{kernel.loaded} bytes loaded and {kernel.stored} stored in whole words"
    return sorted(kernels, key=lambda k: place(k, ops))


def place(kernel: Kernel, ops: dict) -> tuple[int, int, str]:
    op, _, types = kernel.name.partition(" ")
    order = [list(ops), list(ELEMENT_BYTES)]
    return (*(o.index(word) if word in o else len(o) for o, word in zip(order, (op, types.split("/")[0]))), kernel.label)


# ---- output ----------------------------------------------------------------------------------------------------------------------------


def show(kernels: list[Kernel], path: bool) -> None:
    print(f"{'kernel':36} {'sm':>4} {'regs':>4} {'shared':>6} {'elems':>5} {'slots':>7} {'longest':>7}", end="")
    print("".join(f"{c:>6}" for c in CLASSES), " slots a thread")
    for k in kernels:
        print(f"{k.label[:36]:36} {k.sm:4} {k.registers or '?':>4} {k.shared:6} {k.elements or '?':>5}", end="")
        print(f" {k.per_element(k.slots):7.2f} {k.per_element(k.longest):7.2f}", end="")
        print("".join(f"{k.per_element(k.counts[c]):6.2f}" for c in CLASSES), f" {k.slots}", f" !! {k.doubt}" if k.doubt else "")
        if path:
            print("\n".join(f"    {i}" for i in k.path))
            print("   ", ", ".join(f"{n} {opcode}" for opcode, n in k.opcodes.items()))


def number(x: float) -> str:
    return f"{x:.1f}" if x >= 10 else f"{x:.2f}".rstrip("0").rstrip(".") if x else ""


def section(kernels: list[Kernel], compiler: str) -> str:
    """For each op and type what an H200 is predicted to reach, and why."""
    types = list(ELEMENT_BYTES)
    by_op: dict[str, dict[str, Kernel]] = {}
    for k in kernels:
        op, _, name = k.name.partition(" ")
        if k.sm == 90 and name in types:
            by_op.setdefault(op, {})[name] = k

    def cell(k: Kernel | None) -> str:
        if k is None:
            return ""
        slots = number(k.per_element(k.slots)) + ("" if k.calls == 0 else "*")
        return slots if k.predicted == 1 else f"{slots} ({k.predicted:.0%})"

    rows = [["op", *types], ["---", *["---:"] * len(types)], *([op, *(cell(row.get(t)) for t in types)] for op, row in by_op.items())]
    return f"""Issue slots an element on sm_90, from the code that {compiler} assembles (`bench/instructions.py --write`);
in brackets the share of a copy's speed that an H200 is predicted to reach where slots, MUFU or fp64 arithmetic leave less than all of
it. With a star: by functions that every element calls, in double or, for double, in numbers of 106 bits; else by shortcuts, and the rare
elements that these leave open are not counted. [instructions.csv](../bench/instructions.csv) has all kernels on six architectures,
with their registers.

{chr(10).join("| " + " | ".join(row) + " |" for row in rows)}
"""


def write(kernels: list[Kernel], compiler: str) -> None:
    text = DOCUMENT.read_text()
    before, _, rest = text.partition(BEGIN)
    _, end, behind = rest.partition(END)
    if not end:
        sys.exit(f"{DOCUMENT}: no lines {BEGIN} and {END}")
    DOCUMENT.write_text(f"{before}{BEGIN}\n{section(kernels, compiler)}{END}{behind}")

    units = ["MUFU", "XU", "fp64", "LDS", "local"]
    with BASELINE.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["kernel", "sm", "registers", "elements", "bytes", "slots", *units])
        for k in kernels:
            rows.writerow(
                [
                    k.name,
                    k.sm,
                    k.registers,
                    k.elements,
                    k.bytes,
                    *(number(k.per_element(n)) for n in [k.slots, *(k.counts[u] for u in units)]),
                ]
            )


def failures(kernels: list[Kernel]) -> list[str]:
    found = []
    for k in kernels:
        where = f"sm_{k.sm} {k.label}: "
        if k.per_element(k.counts["local"]) > SPILLED and not k.calls:  # a function that is called may have to save registers
            found.append(f"{where}{k.counts['local']} words spilled or loaded again on the fast path")
        if k.doubt:
            found.append(where + k.doubt)
        for pattern, goal in GOALS.items():
            if k.sm == 90 and re.fullmatch(pattern, k.label) and k.predicted < goal:
                found.append(f"{where}{k.per_element(k.slots):.2f} slots an element leave {k.predicted:.0%} of a copy's speed")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sm", type=int, action="append", help="an architecture, such as 90; may be repeated (default: all)")
    parser.add_argument("--kernel", default="", help="only kernels whose name this regular expression finds")
    parser.add_argument("--source", type=Path, default=ROOT / "cuda/elementwise.cu", help="a .cu file or a .cubin")
    parser.add_argument("--elements", type=int, help="elements of a thread, where names do not say it")
    parser.add_argument("--variants", action="store_true", help="also the kernels for strided rows and any alignment")
    parser.add_argument("--path", action="store_true", help="list the instructions of the fast path")
    parser.add_argument("--json", type=Path, help="write the numbers to this file")
    parser.add_argument("--write", action="store_true", help="write them to bench/instructions.csv and docs/performance.md")
    parser.add_argument("--check", action="store_true", help="fail where a fast path spills or is over its budget")
    parser.add_argument("--nvcc", default=os.environ.get("CUDACXX", "nvcc"))
    parser.add_argument("--tools", type=Path, default=BUILD / "tools", help="where pip put nvdisasm")
    parser.add_argument("--jobs", type=int, default=2, help="architectures at a time")
    args = parser.parse_args()

    nvdisasm = find_nvdisasm(args.tools)
    wanted = re.compile(args.kernel)
    assembled = args.source.suffix == ".cubin"

    broken = []

    def count(sm: int) -> list[Kernel]:
        try:
            cubin, log = (args.source, "") if assembled else compile_for(args.source, sm, args.nvcc)
            found = kernels_of(cubin, log, nvdisasm, wanted, args.elements)
        except RuntimeError as error:
            broken.append(sm)
            print(f"sm_{sm}: {error}", file=sys.stderr)
            return []
        for warning in re.findall(r"^.*warning (?:#.*)?: .*$", log, re.M):
            print(warning, file=sys.stderr)
        return [k for k in found if args.variants or not k.variant]

    with ThreadPoolExecutor(args.jobs) as pool:
        kernels = [k for found in pool.map(count, [0] if assembled else args.sm or ARCHITECTURES) for k in found]
    show(kernels, args.path)
    if broken:
        sys.exit(1)
    if args.json:
        numbers = [{**asdict(replace(k, path=[])), "slots_per_element": k.per_element(k.slots)} for k in kernels]
        args.json.write_text(json.dumps(numbers, indent=1) + "\n")
    if args.write:
        version = subprocess.run([args.nvcc, "--version"], capture_output=True, text=True, check=True).stdout
        write(kernels, "nvcc " + re.search(r"V([\d.]+)", version).group(1))
    if args.check:
        found = failures(kernels)
        print("\n".join(["", *found] if found else ["", "no fast path spills more than a word for 8 elements, no budget is exceeded"]))
        sys.exit(bool(found))


if __name__ == "__main__":
    main()
