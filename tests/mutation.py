#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Changes each constant and threshold of the fp32 path in turn, and shows which test notices.

usage: mutation.py [--jobs N] [--every] [FILTER]     (a regular expression over the mutations' names)

Each mutation is made in a copy of the headers, against which shortcuts*_test.cpp and hard_cases_test.cpp are compiled and run,
then tools/proofs/float_shortcuts.cpp over every float. --every mutates each entry of a table, else the first, a middle and the last one.
Mutations that no test can notice are listed at EXPECTED, with the reason; the exit status is not 0 if another one survives, or if one of
these is noticed.
"""

import argparse
import re
import shutil
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "mutation"
CONSTANTS = "cusigmoid/constants.hpp"
FORMULAS = "cusigmoid/formulas.hpp"
EXPONENTIAL = "cusigmoid/exponential.hpp"
FLOAT = "cusigmoid/shortcuts/two_parts.hpp"
PRODUCTS = "cusigmoid/shortcuts/products.hpp"
SOFTPLUS = "cusigmoid/shortcuts/softplus.hpp"
LSTM = "cusigmoid/shortcuts/lstm.hpp"
SWIGLU = "cusigmoid/shortcuts/swiglu.hpp"
ESTIMATED = "cusigmoid/shortcuts/estimated.hpp"
LOSS = "cusigmoid/shortcuts/loss.hpp"
TRIVIAL = "cusigmoid/shortcuts/shortcut.hpp"

# names: why no test can notice
EXPECTED = {
    r"^(exp_steps_per_ln2|log2e_float) ": "it only chooses between two steps that serve alike where it matters",
    r"^(ln2_step_lo|ln2_float_lo|exp2_float_rest\[.*) ": "a last place of a low part is less than 2^-45 of the number",
    r"^(exp2_hi\[[1-9]\d*\]|inverse_factorial\[.*) ": "fp32 results have 29 bits to spare: no float of which the shortcut is sure, "
    "nor the hardest, moves across a boundary",
    r"^exp_float\[[12]\] ": "a last place of a coefficient of r^3 is 2^-46 of the result",
    r"range = 0x1p-15 -> .*range = 0x1p-18": "between the two, double_double sees x^3/48, and breaks the ties by itself",
    r"polynomial<1, 6>": "what f64 cannot tell double_double computes, so that a f64 result with fewer bits right is not noticed",
    r"0x1p-43f -> 0x1p-46f": "what backward leaves out is no more than that; the bound is larger by what its analysis rounds up",
    r"sigmoid_range = 80; -> .*range = 87;": "the shortcut is right there, too, as trying every float shows; "
    "the margin is kept for the bound's sake",
}

# file, old text, new texts: thresholds, bounds and the constants that formulas carry themselves
THRESHOLDS = [
    (FLOAT, "sigmoid_error = 0x1.6p-36f,", ["sigmoid_error = 0x1.6p-37f,", "sigmoid_error = 0x1.6p-39f,"]),
    (FLOAT, "sigmoid_range = 80;", ["sigmoid_range = 87;", "sigmoid_range = 95;"]),
    (FLOAT, "one_is_larger_above = -12", ["one_is_larger_above = -2", "one_is_larger_above = -20"]),
    (FLOAT, "magic = 0x1.8p18f", ["magic = 0x1.8p17f", "magic = 0x1.8p19f"]),
    (FLOAT, "derivative_error = 0x1.8p-36f", ["derivative_error = 0x1.8p-37f", "derivative_error = 0x1.8p-39f"]),
    (FLOAT, "derivative_range = 64;", ["derivative_range = 76;", "derivative_range = 90;"]),
    (FLOAT, "tanh_error = 0x1.8p-38f", ["tanh_error = 0x1.8p-40f"]),
    (FLOAT, "F(160.0f)", ["F(20.0f)"]),
    (FLOAT, "softplus_error = 0x1.8p-36f", ["softplus_error = 0x1.8p-38f"]),
    (FLOAT, "softplus_range = 64;", ["softplus_range = 95;"]),
    (FLOAT, "loss_error = 0x1.9p-32f", ["loss_error = 0x1.9p-36f"]),
    (LOSS, "abs(if_zero) + abs(if_one)", ["abs(if_zero - if_one)"]),
    (FLOAT, "softplus_square_error = 0x1.2p-23f", ["softplus_square_error = 0x1.8p-28f"]),
    (SOFTPLUS, "F(0x1p-9f), one", ["F(0x1p-20f), one", "F(0x1p-6f), one"]),
    (FLOAT, "log_degree = 4", ["log_degree = 3"]),
    (FLOAT, "second_derivative_error = 0x1.1p-36f", ["second_derivative_error = 0x1.1p-38f"]),
    (FLOAT, "lstm_error = 0x1.28p-36f", ["lstm_error = 0x1.28p-37f"]),
    (LSTM, "gate_range = 16.0f", ["gate_range = 40.0f"]),
    (LSTM, "(e.r + e.low) + one", ["e.r + one"]),
    (ESTIMATED, "slope_of_units = 1.36f", ["slope_of_units = 0.3f"]),
    (SWIGLU, "2.0f, 21.0f), 4.0f), 8.0f)", ["0.0f, 0.0f), 0.0f), 8.0f)", "2.0f, 21.0f), 4.0f), 1.0f)"]),
    (LSTM, "c_units + F(2.5f)", ["c_units + F(0.5f)"]),
    (LSTM, "of_i.value * F(2.5f)", ["of_i.value * F(0.5f)"]),
    (LSTM, "derivative_units(i, 9), 2.5f", ["derivative_units(i, 9), 0.5f"]),
    (LSTM, "fma(of_g, 2.5f", ["fma(of_g, 0.5f"]),
    (LSTM, "F(2.85f)", ["F(0.5f)"]),
    (PRODUCTS, "F(0x1p-5f)", ["F(-0x1p-3f)"]),
    (PRODUCTS, "fma(-x, s, sum)", ["fma(-x, s, s)"]),
    (FLOAT, "smallest_product = 0x1p-100f", ["smallest_product = 0x1p-126f", "smallest_product = 0x1p-149f"]),
    (FLOAT, "0x1p-43f", ["0x1p-46f", "0x1p-50f"]),
    (FLOAT, "sigmoid_product_error = 0x1.9p-36f", ["sigmoid_product_error = 0x1.9p-37f"]),
    (PRODUCTS, "range = 40", ["range = 80"]),
    (PRODUCTS, "derivative_range, least = -16", ["derivative_range, least = -100"]),
    (PRODUCTS, "0x1p-19f", ["0x1p-21f"]),
    (PRODUCTS, "0x1p-22f", ["0x1p-25f"]),
    (TRIVIAL, "saturation = 87, underflow = -105;", ["saturation = 16, underflow = -105;", "saturation = 87, underflow = -103;"]),
    (TRIVIAL, "underflow = 105;", ["underflow = 103;"]),
    (TRIVIAL, "underflow = 250;", ["underflow = 100;"]),
    (FORMULAS, "next_to_half_range = 0x1p-15", ["next_to_half_range = 0x1p-18", "next_to_half_range = 0x1p-9"]),
    (FORMULAS, "0.25 * (1 - 0x1p-30)", ["0.25", "0.25 * (1 - 0x1p-22)"]),
    (FORMULAS, "bound * (1 - 0x1p-53)", ["bound"]),
    (EXPONENTIAL, "polynomial<1, 6>(rest", ["polynomial<1, 5>(rest", "polynomial<1, 4>(rest"]),
    (EXPONENTIAL, "saturation = 700.0", ["saturation = 90.0"]),
]
# tables and numbers of constants.hpp that fp32 results stand on
TABLES = ["exp2_hi", "inverse_factorial", "exp2_float", "exp2_float_rest", "exp2_factor", "exp_float", "log_float", "log_float_rest"]
NUMBERS = ["exp_steps_per_ln2", "ln2_step_hi", "ln2_step_lo", "log2e_float", "ln2_float_hi", "ln2_float_lo"]


def next_up(literal: str) -> str:
    """The next number away from zero of a hexadecimal literal, in its type."""
    is_float = literal.endswith("f")
    value = float.fromhex(literal.rstrip("f"))
    if is_float:
        (bits,) = struct.unpack("<I", struct.pack("<f", value))
        (value,) = struct.unpack("<f", struct.pack("<I", bits + 1))
    else:
        (bits,) = struct.unpack("<Q", struct.pack("<d", value))
        (value,) = struct.unpack("<d", struct.pack("<Q", bits + 1))
    return value.hex() + ("f" if is_float else "")


def mutations(every: bool):
    """Triples of name, file, and the file's mutated text."""
    text = (ROOT / "include" / CONSTANTS).read_text()
    number = r"-?0x[0-9a-f.]+p[+-]\d+f?"
    for name in NUMBERS:
        found = re.search(rf"\b{name} = ({number})", text) or sys.exit(f"{CONSTANTS} has no {name}")
        yield f"{name} + 1 ulp", CONSTANTS, text[: found.start(1)] + next_up(found[1]) + text[found.end(1) :]
    for name in TABLES:
        begin = text.index(f" {name}(int i)")
        entries = list(re.finditer(number, text[begin : text.index("};", begin)]))
        used = [i for i, e in enumerate(entries) if float.fromhex(e[0].rstrip("f")) != 0]
        for i in used if every else sorted({used[0], used[len(used) // 2], used[-1]}):
            start, end = begin + entries[i].start(), begin + entries[i].end()
            yield f"{name}[{i}] + 1 ulp", CONSTANTS, text[:start] + next_up(entries[i][0]) + text[end:]
    for file, old, news in THRESHOLDS:
        text = (ROOT / "include" / file).read_text()
        if old not in text:
            sys.exit(f"{file} has no '{old}'")
        for new in news:
            yield f"{Path(file).name}: {old} -> {new}", file, text.replace(old, new)


def noticed_by(index: int, file: str, text: str) -> str:
    """The first test that fails with a mutation, or nothing."""
    folder = WORK / str(index)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "include", folder / "include")
    (folder / "include" / file).write_text(text)

    def run(*sources: str) -> subprocess.CompletedProcess[str]:
        program = folder / "program"
        flags = ["-std=c++20", "-O2", "-march=native", "-fopenmp", "-ffp-contract=off", "-DCUSIGMOID_NO_CONTRACTION"]
        command = [
            "g++",
            *flags,
            f"-I{folder}/include",
            f"-I{ROOT}",
            *(ROOT / s for s in sources),
            "-o",
            program,
            "-lgtest_main",
            "-lgtest",
        ]
        subprocess.run(command, check=True)
        return subprocess.run([program], capture_output=True, text=True)

    try:
        tests = run("tests/shortcuts_test.cpp", "tests/shortcuts_of_several_inputs_test.cpp", "tests/hard_cases_test.cpp")
        if tests.returncode:
            return re.search(r"\[  FAILED  \] (\S+)|$", tests.stdout)[1] or "a crash"
        return "float_shortcuts" if run("tools/proofs/float_shortcuts.cpp").returncode else ""
    finally:
        shutil.rmtree(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("filter", nargs="?", default="")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", action="store_true")
    args = parser.parse_args()
    todo = [m for m in mutations(args.every) if re.search(args.filter, m[0])]
    wrong = 0
    with ThreadPoolExecutor(args.jobs) as pool:
        for (name, *_), test in zip(todo, pool.map(lambda m: noticed_by(m[0], *m[1][1:]), enumerate(todo))):
            expected = next((why for pattern, why in EXPECTED.items() if re.search(pattern, name)), "")
            wrong += bool(test) == bool(expected)
            print(f"{test or 'SURVIVES':55} {name}" + (f"   (expected: {expected})" if expected else ""), flush=True)
    print(f"{len(todo)} mutations, {wrong} not as expected")
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
