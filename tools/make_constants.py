#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes include/cusigmoid/constants.hpp: every table and coefficient of formulas.hpp, each the nearest double to a number given here by its definition.

usage: make_constants.py > include/cusigmoid/constants.hpp    (a test checks that the file is exactly this output)
"""
from decimal import Decimal, getcontext
from math import floor

getcontext().prec = 80
LN2 = Decimal(2).ln()
STEPS = 32  # entries of 2^(j/32); the reduced argument of exp is then at most ln 2 / 64
LOG_STEPS = 32  # intervals of [1, 2] in log1p


def nearest(x):
    return float(x)  # Python rounds a Decimal to the nearest double, ties to even


def parts(x):
    hi = nearest(x)
    return hi, nearest(x - Decimal(hi))


def constant(name, value, why):
    print(f"constexpr double {name} = {value.hex()};  // {why}")


def table(name, values, why):
    print(f"/// {why}")
    print(f"CUSIGMOID_FN double {name}(int i) {{")
    print(f"  static constexpr double entries[{len(values)}] = {{")
    for i in range(0, len(values), 4):
        print("      " + ", ".join(v.hex() for v in values[i : i + 4]) + ",")
    print("  };\n  return entries[i];\n}")


def coefficients(name, values, why):
    table(name, values, why)


def reciprocal(i):
    """A short number next to 1/(1 + i/32), so that it minus 1 is exact: 9 fraction bits."""
    return floor(Decimal(512) * LOG_STEPS / (LOG_STEPS + i) + Decimal("0.5")) / 512


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


print("// SPDX-License-Identifier: Apache-2.0")
print("// Made by tools/make_constants.py; do not edit.\n// clang-format off")
print("#pragma once")
print('#include "cusigmoid/target.hpp"\n')
print("namespace cusigmoid {\ninline namespace CUSIGMOID_TARGET {\nnamespace constants {\n")
print(f"constexpr int exp_steps = {STEPS};")
constant("exp_steps_per_ln2", nearest(STEPS / LN2), "32 / ln 2")
step_hi, step_lo = parts(LN2 / STEPS)
constant("ln2_step_hi", step_hi, "ln 2 / 32")
constant("ln2_step_lo", step_lo, "ln 2 / 32 - ln2_step_hi\n")
powers = [parts(Decimal(2) ** (Decimal(j) / STEPS)) for j in range(STEPS)]
table("exp2_hi", [hi for hi, _ in powers], "2^(i/32)")
table("exp2_lo", [lo for _, lo in powers], "2^(i/32) - exp2_hi(i)")
coefficients("inverse_factorial", [nearest(1 / Decimal(factorial(n))) for n in range(9)], "1 / i!")
print()
print(f"constexpr int log_steps = {LOG_STEPS};")
short = [reciprocal(i) for i in range(LOG_STEPS + 1)]
table("log_reciprocal", short, "close to 1 / (1 + i/32), in ten bits: one less than it is exact")
table("log_offset", [nearest(-Decimal(v).ln()) for v in short], "-ln log_reciprocal(i)")
coefficients("alternating_inverse", [0.0] + [nearest(Decimal((-1) ** (n + 1)) / n) for n in range(1, 13)], "(-1)^(i+1) / i")
print("\n}  // namespace constants\n}  // namespace CUSIGMOID_TARGET\n}  // namespace cusigmoid")
