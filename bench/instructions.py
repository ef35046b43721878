#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what the kernels cost, from the assembled code: no GPU is needed, but nvcc, c++filt and nvdisasm are.

usage: bench/instructions.py                                         every kernel on every architecture, to the terminal
       bench/instructions.py --write                                 and to docs/performance.md
       bench/instructions.py --json FILE                             and to FILE, with every opcode of the fast path
       bench/instructions.py --check                                 exit status 1 if a kernel spills or is over its budget
       bench/instructions.py --sm 90 --kernel '^forward float$' --path   some kernels, with the instructions of the fast path
       bench/instructions.py --source FILE.cu --elements 8           kernels of another source file or of a .cubin

A slot is one instruction issued to a warp; the fast path is what a full warp takes whose elements all exist and are aligned and of which
none needs to be evaluated in full: of the ways from a kernel's entry to its exit the one that moves the most bytes in words of 16 bytes or
more, calls the fewest functions, and then is the shortest. Where other ways move as much with as few calls, the longest is shown beside it.
Loops are counted as if they ran once. Instructions that are predicated off are counted: they are issued, too.

nvdisasm is taken from --tools, else from PATH. It is on PyPI:
       pip install --no-deps --target build/instructions/tools 'nvidia-cuda-nvdisasm>=13.2,<14'
"""
from __future__ import annotations

import argparse
import functools
import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "instructions"
DOCUMENT = ROOT / "docs" / "performance.md"
INTRODUCTION = """# Performance

An op is limited by memory as long as a GPU can issue its instructions faster than memory delivers its elements. What an element takes of
the units that could be the limit instead:
"""
BEGIN, END = "<!-- instructions: begin -->", "<!-- instructions: end -->"
ARCHITECTURES = [75, 80, 86, 89, 90, 100, 120]
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
    "NOP": re.compile(r"NOP\b"),
}
# Slots an element on sm_90 that leave memory the limit on an H200, with some to spare.
BUDGETS = {
    r"forward float": 40,
    r"backward float": 45,
    r"backward_from_input float": 48,
    r"(silu|glu_split|swiglu_split) float": 50,
    r"(silu|glu_split|swiglu_split) bfloat16": 22,
    r"(glu_split|swiglu_split) float16": 45,
    r"forward b?float16": 12,
    r"forward float8_e\dm\d": 7,
}


# ---- kernels ---------------------------------------------------------------------------------------------------------------------------


@dataclass
class Instruction:
    predicate: str
    opcode: str
    operands: list[str]

    def __str__(self) -> str:
        return f"{self.predicate:5} {self.opcode} {', '.join(self.operands)}"


@dataclass
class Kernel:
    symbol: str
    sm: int
    name: str  # as "forward float", or the demangled name
    variant: str  # empty for the one that large aligned arrays take
    registers: int | None = None
    stack: int = 0
    spill_stores: int = 0
    spill_loads: int = 0
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

    @property
    def spilled(self) -> int:
        return self.spill_stores + self.spill_loads

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
void print(list<Role...>) { (std::printf(" %d", (array += Role::part == 0, Role::layout == layout::scalar ? -1 : array)), ...); }
template <class... Op>
void print_ops(list<Op...>) {
  ((std::printf("%s", Op::name), array = -1, print(typename Op::in{}), std::printf(" ->"), print(typename Op::out{}), std::puts("")), ...);
}
int main() { print_ops(all_ops{}); }
"""


@functools.cache
def arrays_of_operands() -> dict[str, tuple[list[int], list[int]]]:
    """For each op the array that each input and each output lies in, but for single numbers; ops.hpp says it, compiled for the host."""
    program = BUILD / "operands"
    BUILD.mkdir(parents=True, exist_ok=True)
    options = ["-std=c++20", f"-I{ROOT / 'include'}", "-x", "c++", "-", "-o", program]
    subprocess.run([os.environ.get("CXX", "g++"), *options], input=OPERANDS, text=True, check=True)
    ops = {}
    for line in subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines():
        name, rest = line.split(" ", 1)
        ops[name] = tuple([int(array) for array in part.split() if array != "-1"] for part in rest.split("->"))
    return ops


# ---- the fast path ---------------------------------------------------------------------------------------------------------------------


def wide_bytes(opcode: str, base: str) -> int:
    width = re.match(rf"{base}\b.*\.(128|256)\b", opcode)
    return int(width.group(1)) // 8 if width else 0


def successors(code: list[Instruction], start: int, at: int, barriers: dict[str, int]) -> list[int]:
    """The places that may come after `at`. barriers: where the convergence barriers lead."""
    i, following = code[at], [at + 1]
    base = i.opcode.split(".")[0]
    if base in ("BRA", "JMP"):
        target = (int(i.operands[-1], 16) - start) // 16
        if i.opcode.startswith("BRA.DIV"):  # taken by warps that have diverged
            return following
        return [target] + (following if i.predicate or len(i.operands) > 1 else [])
    if base == "BSYNC":
        target = barriers.get(i.operands[-1], at + 1)
        return [target] + (following if i.predicate and target != at + 1 else [])
    if base in ("EXIT", "RET"):
        return following if i.predicate else []
    if base in ("BRX", "JMX", "BRXU", "JMXU"):
        raise ValueError(f"an indirect branch at {at * 16:#x}")
    return following


def depth_first(code: list[Instruction], start: int) -> tuple[dict[int, list[int]], list[int]]:
    """The edges from each place, without those that close loops, and an order in which successors come first."""
    edges: dict[int, list[int]] = {}
    order: list[int] = []
    done: set[int] = set()
    stack: list[tuple[int, dict[str, int]]] = [(0, {})]
    while stack:
        at, barriers = stack.pop()
        if at < 0:  # all that follows it is done
            edges[~at] = [next for next in edges[~at] if next in done]
            done.add(~at)
            order.append(~at)
        elif at not in edges:
            if code[at].opcode.startswith("BSSY"):
                barriers = {**barriers, code[at].operands[0]: (int(code[at].operands[-1], 16) - start) // 16}
            edges[at] = [next for next in successors(code, start, at, barriers) if 0 <= next < len(code)]
            stack.append((~at, {}))
            stack += [(next, barriers) for next in edges[at]]
    return edges, order


def ends(i: Instruction) -> bool:
    return i.opcode.split(".")[0] in ("EXIT", "RET")


Rank = tuple[int, int, int]  # lower is better


def rank_of(i: Instruction) -> Rank:
    return (-wide_bytes(i.opcode, "STG?"), -wide_bytes(i.opcode, "LDG?"), int(i.opcode.startswith("CALL") and not i.predicate))


def add(a: Rank, b: Rank) -> Rank:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


Known = dict[str, int]  # registers and predicates whose values are known on the way


def value(operand: str, known: Known) -> int | None:
    operand = operand.strip().removesuffix(".reuse")
    if operand.startswith("!"):
        positive = value(operand[1:], known)
        return None if positive is None else 1 - positive
    if operand in ("RZ", "URZ", "-RZ"):
        return 0
    if operand in ("PT", "UPT"):
        return 1
    if re.fullmatch(r"-?(0x[0-9a-f]+|\d+)", operand):
        return int(operand, 0)
    return known.get(operand)


def compare(i: Instruction, known: Known) -> int | None:
    """What an ISETP sets its predicate to."""
    how = i.opcode.split(".")[1:]
    a, b, combined = (value(o, known) for o in i.operands[2:5])
    result = None
    if a is not None and b is not None and not {"EX", "U64", "S64"} & {*how}:
        if "U32" in how:
            a, b = a & 0xFFFFFFFF, b & 0xFFFFFFFF
        result = {"LT": a < b, "LE": a <= b, "GT": a > b, "GE": a >= b, "EQ": a == b, "NE": a != b}.get(how[0])
    deciding = {"AND": 0, "OR": 1}.get(next((h for h in how if h in ("AND", "OR")), ""))
    if deciding is not None and deciding in (result, combined):
        return deciding
    return None if result is None or combined is None or deciding is None else int(result)


def constant(i: Instruction, known: Known) -> int | None:
    """What an instruction that moves a constant or a known value moves."""
    base, operands = i.opcode.split(".")[0], i.operands
    if base in ("MOV", "UMOV") or i.opcode.startswith("IMAD.MOV") and operands[1:3] == ["RZ", "RZ"]:
        return value(operands[-1], known)
    if base == "CS2R" and operands[1] == "SRZ":
        return 0
    if base in ("HFMA2", "UHFMA2") and operands[1:3] == ["-RZ", "RZ"] and all(re.fullmatch(r"-?[0-9.e+-]+", o) for o in operands[3:5]):
        return int.from_bytes(struct.pack("<ee", float(operands[4]), float(operands[3])), "little")
    return None


def after(i: Instruction, known: Known) -> Known:
    """What is known after an instruction: enough to see that a chunk that does not exist is not whole."""
    base, operands = i.opcode.split(".")[0], i.operands
    guard = value(i.predicate[1:], known) if i.predicate else 1
    if guard == 0 or not operands or base in ("BRA", "BSSY", "BSYNC", "EXIT", "RET", "STG", "STS", "ST", "WARPSYNC", "BAR"):
        return known
    if base in ("CALL", "R2P", "UR2P"):
        return {}
    lost = [o for o in operands[:3] if re.fullmatch(r"U?P[0-6]", o)]
    found: Known = {}
    if base in ("ISETP", "UISETP"):
        result = compare(i, known)
        if guard and result is not None and operands[1] in ("PT", "UPT"):
            found[operands[0]] = result
    elif m := next((m for o in operands[:3] if (m := re.fullmatch(r"(U?R)(\d+)", o))), None):  # after the predicates it sets
        many = 8 if ".256" in i.opcode else 4 if ".128" in i.opcode else 2 if re.search(r"^(D|CS2R(?!\.32))|64|WIDE", i.opcode) else 1
        registers = [f"{m.group(1)}{int(m.group(2)) + n}" for n in range(many)]
        lost += registers
        moved = constant(i, known)
        if guard and moved is not None and (many == 1 or moved == 0):
            found = dict.fromkeys(registers, moved)
    if not found and not any(name in known for name in lost):
        return known
    return {**{name: v for name, v in known.items() if name not in lost}, **found}


def decided(i: Instruction, taken: bool, known: Known) -> Known | None:
    """What is known on one side of a conditional branch; None where that side is not possible."""
    conditions = [i.predicate[1:]] if i.predicate else []
    conditions += i.operands[:-1]
    values = [value(c, known) for c in conditions]
    if taken and 0 in values or not taken and all(v == 1 for v in values):
        return None
    if len(conditions) == 1 and re.fullmatch(r"!?U?P[0-6]", conditions[0]):
        return {**known, conditions[0].lstrip("!"): int(taken != conditions[0].startswith("!"))}
    return known


def steps(code: list[Instruction], edges: dict[int, list[int]], at: int, known: Known) -> list[tuple[int | None, Known]]:
    """Where to go on from a place, None for the end, and what is known there."""
    i = code[at]
    if not i.predicate and len(i.operands) < 2 or not (i.opcode.startswith("BRA") or ends(i)):
        known = after(i, known)
        return [(next, known) for next in edges[at]] or [(None, known)] * ends(i)
    possible: list[tuple[int | None, Known]] = []
    for next in [*edges[at], *([None] if ends(i) else [])]:
        then = decided(i, next != at + 1, known)
        if then is not None:
            possible.append((next, then))
    return possible


def fast_path(code: list[Instruction], start: int) -> tuple[list[int], Rank, int]:
    """The places of the fast path, its rank, and the length of the longest way with the same rank."""
    edges, order = depth_first(code, start)
    best: dict[int | None, Rank] = {None: (0, 0, 0)}
    for at in order:
        ways = [best[next] for next in edges[at] if next in best] + [best[None]] * ends(code[at])
        if ways:  # else a loop without end
            best[at] = add(rank_of(code[at]), min(ways))

    # Among the ways of the best rank the shortest and the longest one: for each place and what is known there, the lengths to the end.
    Node = tuple[int, frozenset]
    lengths: dict[Node, tuple[int, int, Node | None]] = {}
    states: Counter = Counter()
    stack: list[tuple[Node, list[Node | None] | None]] = [((0, frozenset()), None)]
    first = stack[0][0]
    begun: set[Node] = set()
    while stack:
        node, following = stack.pop()
        at = node[0]
        if following is None:
            if node in begun:
                continue
            begun.add(node)
            states[at] += 1
            following = []
            for next, known in steps(code, edges, at, dict(node[1])):
                if next in best and best[at] == add(rank_of(code[at]), best[next]):
                    following.append(None if next is None else (next, frozenset(known.items()) if states[next] < 16 else frozenset()))
            stack.append((node, following))
            stack += [(next, None) for next in following if next is not None]
        else:
            ways = [(*lengths[next][:2], next) if next else (0, 0, None) for next in following if next is None or next in lengths]
            if ways:
                shortest = min(ways, key=lambda way: way[0])
                lengths[node] = (shortest[0] + 1, max(way[1] for way in ways) + 1, shortest[2])
    if first not in lengths:
        raise ValueError("no way through was found")

    path: list[int] = []
    node: Node | None = first
    while node:
        path.append(node[0])
        node = lengths[node][2]
    return path, best[0], lengths[first][1]


# ---- tools -----------------------------------------------------------------------------------------------------------------------------


def find_nvdisasm(tools: Path) -> str:
    installed = tools / "nvidia/cu13/bin/nvdisasm"
    if installed.exists():
        installed.chmod(0o755)  # pip leaves it without
        return str(installed)
    found = shutil.which("nvdisasm")
    if not found:
        sys.exit(f"no nvdisasm; get it by: pip install --no-deps --target {tools} 'nvidia-cuda-nvdisasm>=13.2,<14'")
    return found


def compile_for(source: Path, sm: int, nvcc: str) -> tuple[Path, str]:
    """The cubin and what ptxas said of it, kept by the contents of all files that may go into it."""
    files = [source] + sorted(p for d in ("cuda", "include") for p in (ROOT / d).rglob("*") if p.is_file())
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
    stack = stores = loads = 0
    kernel = ""
    for line in log.splitlines():
        if m := re.search(r"Compiling entry function '(\S+)'", line):
            kernel = m.group(1)
        elif m := re.search(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads", line):
            stack, stores, loads = (old + int(new) for old, new in zip((stack, stores, loads), m.groups()))
        elif m := re.search(r"Used (\d+) registers", line):
            shared = re.search(r"(\d+) bytes smem", line)
            found[kernel] = {
                "registers": int(m.group(1)),
                "stack": stack,
                "spill_stores": stores,
                "spill_loads": loads,
                "shared": int(shared.group(1)) if shared else 0,
            }
            stack = stores = loads = 0
    return found


def name_of(demangled: str, ops: dict) -> tuple[str, str, list[int], list[int]]:
    """A kernel's name and variant, and the bytes of each of its inputs and outputs."""
    op = re.search(r"ops::(\w+)", demangled)
    types = re.search(r"list<([^>]*)>", demangled)
    variant = re.search(r"(many)_kernel<|(\w+)_thread<", demangled)
    arrays = [t.split("::")[-1] for t in types.group(1).split(", ")] if types else []
    if not (op and op.group(1) in ops and all(t in ELEMENT_BYTES for t in arrays)):
        return demangled.split("(")[0].removeprefix("void "), "", [], []
    inputs, outputs = ([ELEMENT_BYTES[arrays[a]] for a in places] for places in ops[op.group(1)])
    name = f"{op.group(1)} {'/'.join(dict.fromkeys(arrays))}"
    kind = variant[variant.lastindex] if variant else ""
    return name, "" if kind == "flat" else kind, inputs, outputs


def kernels_of(cubin: Path, log: str, nvdisasm: str, wanted: re.Pattern[str], elements: int | None) -> list[Kernel]:
    run = subprocess.run([nvdisasm, "-json", str(cubin)], capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr)
    header, functions = json.loads(run.stdout)
    version = header["SM"]["version"]
    used, ops = resources(log), arrays_of_operands()
    kernels = []
    for function, demangled in zip(functions, demangle([f["function-name"] for f in functions])):
        symbol = function["function-name"]
        if symbol.startswith("$") or used and symbol not in used:
            continue  # a function that kernels call
        name, variant, inputs, outputs = name_of(demangled, ops)
        kernel = Kernel(symbol, version["major"] * 10 + version["minor"], name, variant, **used.get(symbol, {}))
        if not wanted.search(kernel.label):
            continue
        code = [
            Instruction(i.get("predicate", ""), i["opcode"], [o for o in i.get("operands", "").split(",") if o])
            for i in function["sass-instructions"]
        ]
        kernels.append(kernel)
        try:
            path, rank, kernel.longest = fast_path(code, function["start"])
        except ValueError as error:
            kernel.doubt = str(error)
            continue
        kernel.stored, kernel.loaded, kernel.calls = -rank[0], -rank[1], rank[2]
        kernel.path = [code[at] for at in path]
        kernel.slots = len(path)
        kernel.opcodes = dict(Counter(i.opcode for i in kernel.path).most_common())
        kernel.counts = {c: sum(bool(p.match(i.opcode)) for i in kernel.path) for c, p in CLASSES.items()}
        if not used:  # a cubin from elsewhere
            kernel.spill_stores = 4 * sum(i.opcode.startswith("STL") for i in code)
            kernel.spill_loads = 4 * sum(i.opcode.startswith("LDL") for i in code)
        kernel.elements = elements or (kernel.stored // sum(outputs) if outputs else 0)
        if kernel.calls:
            kernel.doubt = f"{kernel.calls} calls that are always made"
        elif inputs and (not kernel.stored or kernel.loaded != kernel.elements * sum(inputs)):
            kernel.doubt = f"{kernel.loaded} bytes loaded and {kernel.stored} stored in whole words"
    return sorted(kernels, key=lambda k: place(k, ops))


def place(kernel: Kernel, ops: dict) -> tuple[int, int, str]:
    op, _, types = kernel.name.partition(" ")
    order = [list(ops), list(ELEMENT_BYTES)]
    return (*(o.index(word) if word in o else len(o) for o, word in zip(order, (op, types.split("/")[0]))), kernel.label)


# ---- output ----------------------------------------------------------------------------------------------------------------------------


def show(kernels: list[Kernel], path: bool) -> None:
    print(f"{'kernel':36} {'sm':>4} {'regs':>4} {'spill':>5} {'shared':>6} {'elems':>5} {'slots':>7} {'longest':>7}", end="")
    print("".join(f"{c:>6}" for c in CLASSES), " slots a thread")
    for k in kernels:
        print(f"{k.label[:36]:36} {k.sm:4} {k.registers or '?':>4} {k.spilled:5} {k.shared:6} {k.elements or '?':>5}", end="")
        print(f" {k.per_element(k.slots):7.2f} {k.per_element(k.longest):7.2f}", end="")
        print("".join(f"{k.per_element(k.counts[c]):6.2f}" for c in CLASSES), f" {k.slots}", f" !! {k.doubt}" if k.doubt else "")
        if path:
            print("\n".join(f"    {i}" for i in k.path))
            print("   ", ", ".join(f"{n} {opcode}" for opcode, n in k.opcodes.items()))


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---", *["---:"] * (len(head) - 1)], *rows])


def number(x: float) -> str:
    return f"{x:.1f}" if x >= 10 else f"{x:.2f}".rstrip("0").rstrip(".") if x else ""


def section(kernels: list[Kernel], compiler: str) -> str:
    architectures = sorted({k.sm for k in kernels})
    by_name: dict[str, dict[int, Kernel]] = {}
    in_full: dict[str, list[str]] = {}
    for k in kernels:
        if k.variant:
            continue
        if not k.calls:
            by_name.setdefault(k.name, {})[k.sm] = k
        elif k.sm == 90:
            op, _, types = k.name.partition(" ")
            in_full.setdefault(op, []).append(types)

    def cells(text) -> list[list[str]]:
        return [[name, *(text(by_sm[sm]) if sm in by_sm else "" for sm in architectures)] for name, by_sm in by_name.items()]

    detailed = 90 if 90 in architectures else architectures[0]
    rows = []
    for name, by_sm in by_name.items():
        if k := by_sm.get(detailed):
            counts = [number(k.per_element(k.counts[c])) for c in CLASSES if c != "NOP"]
            rows.append([name, str(k.elements), str(k.shared or ""), number(k.per_element(k.slots)), *counts])
    columns = [f"sm_{sm}" for sm in architectures]
    return f"""Of the kernels for large aligned arrays, from the code that {compiler} assembles (`bench/instructions.py --write`).

Issue slots an element, where no element needs to be evaluated in full:

{table(["kernel", *columns], cells(lambda k: number(k.per_element(k.slots))))}

Registers, and the bytes that a thread spills, if it does:

{table(["kernel", *columns], cells(lambda k: str(k.registers) + (f" + {k.spilled} B" if k.spilled else "")))}

What an element takes on sm_{detailed}: of all slots, those of some units (XU: conversions, on the unit of MUFU); elements of a thread, bytes of
shared memory of a block:

{table(["kernel", "elements", "shared", "slots", *(c for c in CLASSES if c != "NOP")], rows)}

All other kernels evaluate each element in full, by functions that are not counted here: {"; ".join(f"`{op}` ({', '.join(types)})" for op, types in in_full.items())}.
"""


def write(kernels: list[Kernel], compiler: str) -> None:
    text = DOCUMENT.read_text() if DOCUMENT.exists() else f"{INTRODUCTION}\n{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    _, end, behind = rest.partition(END)
    if not end:
        sys.exit(f"{DOCUMENT}: no lines {BEGIN} and {END}")
    DOCUMENT.write_text(f"{before}{BEGIN}\n{section(kernels, compiler)}{END}{behind}")


def failures(kernels: list[Kernel]) -> list[str]:
    found = []
    for k in kernels:
        where = f"sm_{k.sm} {k.label}: "
        if k.spilled and not k.counts["fp64"]:  # where fp64 is the limit, spills are not
            found.append(f"{where}{k.spill_stores} bytes of spill stores, {k.spill_loads} of spill loads")
        if k.doubt and not k.calls:  # which evaluates each element in full
            found.append(where + k.doubt)
        for pattern, budget in BUDGETS.items():
            if k.sm == 90 and re.fullmatch(pattern, k.label) and k.per_element(k.slots) > budget:
                found.append(f"{where}{k.per_element(k.slots):.2f} slots an element, {budget} allowed")
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
    parser.add_argument("--write", action="store_true", help=f"write them to {DOCUMENT.relative_to(ROOT)}")
    parser.add_argument("--check", action="store_true", help="fail where a kernel spills or is over its budget")
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
        print("\n".join(["", *found] if found else ["", "nothing spills, no budget is exceeded"]))
        sys.exit(bool(found))


if __name__ == "__main__":
    main()
