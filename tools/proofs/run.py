#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves the error bounds of docs/proofs.md by Gappa (*.g) and Sollya (*.sollya), for the constants in include/cusigmoid/constants.hpp.

usage: run.py [SCRIPT...]   exit status 0: all proven, 1: not, 77: gappa or sollya is not installed

A line `# proves NAME = VALUE: sentence` in a script states a bound; @NAME@ is its value, there and in the scripts that ORDER names after
it. (`# sets`: one that a later script shows to be kept, or no bound.) The code's constants are @name@, @name[3]@ and @name[]@, the last all
entries of a table. A line `----` begins another Gappa proof in the same file; `---- ... for i = 0..32: ...` one for each such i; and a line
`# again with NEW for OLD` has all of them proven once more with that word replaced.
"""

import re
import shutil
import subprocess
import sys
import time
from math import log2
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ORDER = """exp.sollya exp_f64.g exp_double_double.g inverse.g double_double.g silu.sollya silu_zero.g formulas.g
           log1p.sollya log1p.g ties.py float_forward.sollya float_forward.g""".split()
STATEMENT = re.compile(r"^(?:#|//) (proves|sets) (\w+) = (\S+): (.*)$", re.MULTILINE)


def code_constants():
    """Each scalar and table of constants.hpp by its name: the literals."""
    text = (FOLDER / "../../include/cusigmoid/constants.hpp").read_text()
    plain = lambda literal: literal.rstrip("f") if "p" in literal else literal  # float's suffix
    found = {name: plain(value) for name, value in re.findall(r"^constexpr \w+ (\w+) = (\S+);", text, re.MULTILINE)}
    for name, entries in re.findall(r"(\w+)\(int i\) {\n  static constexpr \w+ entries\[\d+\] = {(.*?)};", text, re.DOTALL):
        found[name] = [plain(entry) for entry in entries.replace(",", " ").split()]
    return found


def filled_in(text, values):
    def value(match):
        name, index = match[1], match[2]
        if index is None:
            return values[name]
        return values[name][int(index)] if index else ", ".join(values[name])

    return re.sub(r"@(\w+)(?:\[(\d*)\])?@", value, text)


def expanded(text):
    """The proofs of every case, and again with other words, written out."""

    def every_case(section):
        return "".join(re.sub(r"\bi\b", str(i), section[0]) for i in range(int(section[1]), int(section[2]) + 1))

    text = re.sub(r"^----.* for i = (\d+)\.\.(\d+):(?s:.*?)(?=^----|\Z)", every_case, text, flags=re.MULTILINE)
    for new, old in re.findall(r"^# again with (\w+) for (\w+)", text, re.MULTILINE):
        text += f"\n----\n{text.replace(old, new)}"
    return text


def output_of(command, text):
    try:
        result = subprocess.run(command, input=text, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return 1, "no result within 300 s"
    return result.returncode, result.stdout + result.stderr


def gappa(text):
    """Nothing, or what Gappa has against the proofs."""
    for number, proof in enumerate(re.split("^----.*$", text, flags=re.MULTILINE)):
        status, said = output_of(["gappa", "-Eprecision=160"], proof)
        if status or "arning" in said or "rror" in said:
            return f"proof {number + 1}: {said}"
    return ""


def sollya(text):
    """The same. Each line `prove(claim);` must have printed that it holds, and nothing else may be said."""
    prelude = 'procedure prove(holds) { if (holds == true) then print("proven") else print("NOT proven"); };\n'
    status, said = output_of(["sollya"], prelude + text + "\nquit;\n")
    return said if status or said.split() != ["proven"] * len(re.findall(r"^ *prove\(", text, re.MULTILINE)) else ""


def script(name, bounds):
    """The same of a Python script, which is given its own bounds."""
    status, said = output_of([sys.executable, str(FOLDER / name), *bounds], "")
    return said if status else ""


def main(only):
    if unknown := set(only) - set(ORDER):
        sys.exit(f"run.py: no script {unknown}")
    if not shutil.which("gappa") or not shutil.which("sollya"):
        print("skipped: gappa and sollya are not both installed")
        return 77
    values, failed = code_constants(), False
    for name in ORDER:
        text = (FOLDER / name).read_text()
        statements = STATEMENT.findall(text)
        values.update((bound, value) for _, bound, value, _ in statements)
        if only and name not in only:
            continue
        body, start = expanded(STATEMENT.sub("", text)), time.monotonic()
        unused = [bound for _, bound, _, _ in statements if f"@{bound}@" not in body]
        if name.endswith(".py"):
            complaint = script(name, [value for _, _, value, _ in statements])
        elif unused:
            complaint = f"stated, not proven: {unused}"
        else:
            complaint = (gappa if name.endswith(".g") else sollya)(filled_in(body, values))
        print(f"{name}: {'FAILED' if complaint else 'proven'}, {time.monotonic() - start:.1f} s")
        for kind, bound, value, sentence in statements:
            number = float.fromhex(value) if "p" in value else float(value)
            print(f"  {bound} {'<=' if kind == 'proves' else ':='} {value}{f' = 2^{log2(number):.2f}' if number else ''}  {sentence}")
        if complaint:
            print(complaint[:3000])
        failed |= bool(complaint)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
