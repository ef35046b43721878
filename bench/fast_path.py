# SPDX-License-Identifier: Apache-2.0
"""The fast path through assembled code: what a full warp takes whose elements all exist and are aligned and of which none needs the rare
path: of the ways from the entry to the exit the one that moves the most bytes in words of 16 bytes or more, calls the fewest functions, and
then is the shortest. Loops are taken once. Instructions that are predicated off are part of it: they are issued, too."""

from __future__ import annotations

import re
import struct
from collections import Counter
from dataclasses import dataclass


@dataclass
class Instruction:
    predicate: str
    opcode: str
    operands: list[str]

    def __str__(self) -> str:
        return f"{self.predicate:5} {self.opcode} {', '.join(self.operands)}"


def wide_bytes(opcode: str, base: str, wide: str) -> int:
    width = re.match(rf"{base}\b.*\.({wide})\b", opcode)
    return int(width.group(1)) // 8 if width else 0


def widths(code: list[Instruction]) -> str:
    """Those of the words that a kernel moves: 64 bits where it moves no wider ones, as ops of many operands do."""
    return "128|256" if any(wide_bytes(i.opcode, "(?:STG?|LDG?)", "128|256") for i in code) else "64"


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


def rank_of(i: Instruction, wide: str) -> Rank:
    return (-wide_bytes(i.opcode, "STG?", wide), -wide_bytes(i.opcode, "LDG?", wide), int(i.opcode.startswith("CALL") and not i.predicate))


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
    if base in ("MOV", "UMOV") or (i.opcode.startswith("IMAD.MOV") and operands[1:3] == ["RZ", "RZ"]):
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
    if (taken and 0 in values) or (not taken and all(v == 1 for v in values)):
        return None
    if len(conditions) == 1 and re.fullmatch(r"!?U?P[0-6]", conditions[0]):
        return {**known, conditions[0].lstrip("!"): int(taken != conditions[0].startswith("!"))}
    return known


def steps(code: list[Instruction], edges: dict[int, list[int]], at: int, known: Known) -> list[tuple[int | None, Known]]:
    """Where to go on from a place, None for the end, and what is known there."""
    i = code[at]
    if (not i.predicate and len(i.operands) < 2) or not (i.opcode.startswith("BRA") or ends(i)):
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
    wide = widths(code)
    best: dict[int | None, Rank] = {None: (0, 0, 0)}
    for at in order:
        ways = [best[next] for next in edges[at] if next in best] + [best[None]] * ends(code[at])
        if ways:  # else a loop without end
            best[at] = add(rank_of(code[at], wide), min(ways))

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
                if next in best and best[at] == add(rank_of(code[at], wide), best[next]):
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
