#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the CPU's vector loops cost by llvm-mca's model of a processor: the cycles that one vector takes at least where only instructions
count, and in its simulation, where they also wait for each other. Rare ways out of a loop and calls are not counted.

usage: cpu_loops.py LIBRARY [--isa x86-64-v4] [--cpu znver4] [--op forward ...]
"""

import argparse
import re
import shutil
import subprocess
import sys


def tool(name: str) -> str:
    for candidate in (f"{name}-22", name):
        if shutil.which(candidate):
            return candidate
    sys.exit(f"cpu_loops.py: no {name} (Debian: llvm-22)")


def output(*command: str, given: str | None = None) -> str:
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout


def functions_of(library: str, isa: str) -> dict[tuple[str, str], set[str]]:
    """The symbols of each op and type whose operands are all of that type."""
    found: dict[tuple[str, str], set[str]] = {}
    for symbol, name in zip(output("nm", library).splitlines(), output("nm", "-C", library).splitlines()):
        match = re.search(rf" cusigmoid::engine::{isa}::.*?::ops::(\w+)\b.*?engine::list<([\w:, ]+)>", name)
        types = {of_array.split("::")[-1] for of_array in match[2].split(", ")} if match else set()
        if len(types) == 1 and symbol.split()[-2] in "tT":
            found.setdefault((match[1], types.pop()), set()).add(symbol.split()[-1])
    return found


Code = list[tuple[str, str, str]]  # address, opcode, operands


def target(code: Code, at: dict[int, int], i: int) -> int | None:
    """Where an instruction jumps to, if that is among the code."""
    _, opcode, operands = code[i]
    return at.get(int(operands, 16)) if opcode.startswith("j") and re.match(r"0x[0-9a-f]+\s*$", operands) else None


def usual_way(code: Code, at: dict[int, int], first: int, last: int) -> list[int]:
    """Through a loop: past what has a call."""
    way, i = [], first
    while i <= last:
        way.append(i)
        to = target(code, at, i)
        rare = to is not None and i < to <= last and any(opcode.startswith("call") for _, opcode, _ in code[i:to])
        i = to if rare or (code[i][1] == "jmp" and to is not None and to > i) else i + 1
    return way


def innermost_loop(library: str, symbols: set[str]) -> list[str]:
    """Of the loops without another inside, calls, or stores past the caches, the one with the most vector arithmetic."""
    text = output(tool("llvm-objdump"), "-d", "--no-show-raw-insn", f"--disassemble-symbols={','.join(sorted(symbols))}", library)
    code: Code = re.findall(r"^[ \t]*([0-9a-f]+):[ \t]+(\S+)[ \t]*([^#<\n]*)", text, re.M)
    at = {int(address, 16): i for i, (address, _, _) in enumerate(code)}
    best: list[int] = []
    for last in range(len(code)):
        first = target(code, at, last)
        if first is None or first > last:
            continue
        way = usual_way(code, at, first, last)
        opcodes = [code[i][1] for i in way]
        others = [i for i in way[:-1] if (to := target(code, at, i)) is not None and to <= i]
        if others or any(re.match("call|ret|prefetch|vmovnt", opcode) for opcode in opcodes):
            continue
        best = max(best, way, key=lambda way: sum(code[i][1].startswith("v") for i in way))
    return [f"{code[i][1]} {'1f' if code[i][1].startswith('j') else code[i][2]}" for i in best]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", metavar="LIBRARY")
    parser.add_argument("--isa", default="x86-64-v4", choices=["x86-64-v3", "x86-64-v4"])
    parser.add_argument("--cpu", default="znver4", help="as llvm-mca names it")
    parser.add_argument("--op", action="append", help="may be repeated (default: all)")
    args = parser.parse_args()
    print(f"{'op':28} {'type':10} {'instructions':>12} {'at least':>9} {'simulated':>9}  cycles a vector, {args.cpu}")
    for (op, dtype), symbols in sorted(functions_of(args.file, args.isa.replace("-", "_")).items()):
        if (args.op and op not in args.op) or dtype.startswith("float8"):  # by tables, or one at a time
            continue
        loop = innermost_loop(args.file, symbols)
        if not loop:
            continue
        iterations = 200
        said = output(
            tool("llvm-mca"), f"-mcpu={args.cpu}", f"-iterations={iterations}", "-instruction-info=0", given="\n".join(loop) + "\n1:\n"
        )
        cycles = int(re.search(r"Total Cycles:\s+(\d+)", said)[1]) / iterations
        least = float(re.search(r"Block RThroughput:\s+([\d.]+)", said)[1])
        print(f"{op:28} {dtype:10} {len(loop):12} {least:9.1f} {cycles:9.1f}")


if __name__ == "__main__":
    main()
