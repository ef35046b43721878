#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes include/cusigmoid/constants.hpp: every table and coefficient of formulas.hpp, each the nearest double to a number given here by
its definition.

usage: make_constants.py > include/cusigmoid/constants.hpp    (a test checks that the file is exactly this output)
"""

from decimal import ROUND_HALF_EVEN, Decimal, getcontext
from math import floor

getcontext().prec = 80
LN2 = Decimal(2).ln()
PI = 16 * sum((-1) ** k / ((2 * k + 1) * Decimal(5) ** (2 * k + 1)) for k in range(60)) - 4 * sum(
    (-1) ** k / ((2 * k + 1) * Decimal(239) ** (2 * k + 1)) for k in range(20)
)  # Machin
STEPS = 32  # entries of 2^(j/32); the reduced argument of exp is then at most ln 2 / 64
LOG_STEPS = 32  # intervals of [1, 2] in log1p
LOG_FLOAT_STEPS = 64  # intervals of [1/2, 1], inverses of numbers from [1, 2], in log1p of float


def nearest(x):
    return float(x)  # Python rounds a Decimal to the nearest double, ties to even


def nearest32(x):
    """The nearest float, as a Python number. (Through a double it would be rounded twice.)"""
    exponent = floor(abs(x).ln() / LN2) - 23
    return float((x / Decimal(2) ** exponent).to_integral_value(ROUND_HALF_EVEN) * Decimal(2) ** exponent)


def parts(x, nearest=nearest):
    hi = nearest(x)
    return hi, nearest(x - Decimal(hi))


def interpolation(function, degree, low, high):
    """Coefficients, constant first, of the polynomial that is the function at the Chebyshev nodes of [low, high]."""
    n = degree + 1
    return interpolation_at([(low + high) / 2 + (high - low) / 2 * cosine((2 * i + 1) * PI / (2 * n)) for i in range(n)], function)


def interpolation_at(nodes, function):
    n = len(nodes)
    values = [function(x) for x in nodes]
    coefficients = [Decimal(0)] * n  # Newton's divided differences, multiplied out
    basis = [Decimal(1)]
    table = list(values)
    for k in range(n):
        for i, b in enumerate(basis):
            coefficients[i] += table[0] * b
        basis = [(basis[i - 1] if i else 0) - nodes[k] * (basis[i] if i < len(basis) else 0) for i in range(len(basis) + 1)]
        table = [(table[i + 1] - table[i]) / (nodes[i + k + 1] - nodes[i]) for i in range(len(table) - 1)]
    return coefficients


def exp_polynomial(degree, half_width):
    """(e^r − 1 − r)/r²"""
    return interpolation(lambda r: sum(r**k / factorial(k + 2) for k in range(30)), degree, -half_width, half_width)


def cosine(x):
    return sum((-1) ** k * x ** (2 * k) / factorial(2 * k) for k in range(40))


def literal(value, type):
    return value.hex() + ("f" if type == "float" else "")


def constant(name, value, why, type="double"):
    print(f"constexpr {type} {name} = {literal(value, type)};" + (f"  // {why}" if why else ""))


def table(name, values, why, type="double"):
    print(f"/// {why}")
    print(f"CUSIGMOID_FN {type} {name}(int i) {{")
    print(f"  static constexpr {type} entries[{len(values)}] = {{")
    for i in range(0, len(values), 4):
        print("      " + ", ".join(literal(v, type) for v in values[i : i + 4]) + ",")
    print("  };\n  return entries[i];\n}")


def reciprocal(i):
    """A short number next to 1/(1 + i/32), so that it minus 1 is exact: 9 fraction bits."""
    return floor(Decimal(512) * LOG_STEPS / (LOG_STEPS + i) + Decimal("0.5")) / 512


def silu_derivative_zero():
    """Where SiLU' is 0: 1 + x·σ(−x) = 0, that is 1 + x + e^x = 0; by Newton's method."""
    x = Decimal("-1.278")
    for _ in range(10):
        x -= (1 + x + x.exp()) / (1 + x.exp())
    return x


def silu_derivative_series(x, n):
    """The first n Taylor coefficients of SiLU' at x, from σ' = σ·(1 − σ) and SiLU(x) = x·σ(x)."""
    s = [1 / (1 + (-x).exp())]
    for k in range(n + 1):
        s.append((s[k] - sum(s[i] * s[k - i] for i in range(k + 1))) / (k + 1))
    return [(k + 1) * (x * s[k + 1] + s[k]) for k in range(n)]


def silu_second_derivative_zero():
    """Where SiLU'' is 0: x·tanh(x/2) = 2 for x > 0; by Newton's method."""
    x = Decimal("2.399")
    for _ in range(10):
        t = tanh(x / 2)
        x -= (x * t - 2) / (t + x * (1 - t * t) / 2)
    return x


def tanh(x):
    e = (-2 * x).exp()
    return (1 - e) / (1 + e)


def silu_second_derivative_series(x, n):
    """The first n Taylor coefficients of SiLU'' at x: those of the derivative of SiLU'."""
    first = silu_derivative_series(x, n + 1)
    return [(k + 1) * first[k + 1] for k in range(n)]


def tanh_series(n):
    """The coefficients of x, x³, x⁵, … in tanh x, from tanh' = 1 − tanh²."""
    t = [Decimal(0), Decimal(1)]
    for k in range(1, 2 * n):
        t.append(-sum(t[i] * t[k - i] for i in range(k + 1)) / (k + 1))
    return t[1::2][:n]


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


print("// SPDX-License-Identifier: Apache-2.0")
print("// Made by tools/make_constants.py; do not edit.\n// clang-format off")
print("#pragma once")
print('#include "cusigmoid/target.hpp"\n')
print("namespace cusigmoid::engine {\ninline namespace CUSIGMOID_TARGET {\nnamespace constants {\n")
print(f"constexpr int exp_steps = {STEPS};")
constant("exp_steps_per_ln2", nearest(STEPS / LN2), "32 / ln 2")
step_hi, step_lo = parts(LN2 / STEPS)
constant("ln2_step_hi", step_hi, "ln 2 / 32")
constant("ln2_step_lo", step_lo, "ln 2 / 32 - ln2_step_hi\n")
powers = [parts(Decimal(2) ** (Decimal(j) / STEPS)) for j in range(STEPS)]
table("exp2_hi", [hi for hi, _ in powers], "2^(i/32)")
table("exp2_lo", [lo for _, lo in powers], "2^(i/32) - exp2_hi(i)")
table("inverse_factorial", [nearest(1 / Decimal(factorial(n))) for n in range(9)], "1 / i!")
print()
print(f"constexpr int log_steps = {LOG_STEPS};")
short = [reciprocal(i) for i in range(LOG_STEPS + 1)]
table("log_reciprocal", short, "close to 1 / (1 + i/32), in ten bits: one less than it is exact")
offsets = [parts(-Decimal(v).ln()) for v in short]
table("log_offset", [hi for hi, _ in offsets], "-ln log_reciprocal(i)")
table("log_offset_lo", [lo for _, lo in offsets], "-ln log_reciprocal(i) - log_offset(i)")
table("alternating_inverse", [0.0] + [nearest(Decimal((-1) ** (n + 1)) / n) for n in range(1, 13)], "(-1)^(i+1) / i")
table("tanh_series", [nearest(c) for c in tanh_series(13)], "tanh x: the coefficient of x^(2i + 1)")


def about_zero(name, of, zero, series):
    """A function's zero and its Taylor series there."""
    high, middle = parts(zero)
    print()
    constant(f"{name}_zero_hi", high, f"the zero of {of}, in three parts")
    constant(f"{name}_zero_mid", middle, "")
    constant(f"{name}_zero_lo", nearest(zero - Decimal(high) - Decimal(middle)), "")
    both = [parts(c) for c in series]
    both[0] = (0.0, 0.0)  # what is left there is the error of the zero
    table(f"{name}_series_hi", [hi for hi, _ in both], f"{of} about its zero: the coefficient of the i-th power of the distance")
    table(f"{name}_series_lo", [lo for _, lo in both[:4]], f"the first of them less {name}_series_hi(i)")


zero = silu_derivative_zero()
about_zero("silu_derivative", "SiLU'", zero, silu_derivative_series(zero, 18))
zero = silu_second_derivative_zero()
about_zero("silu_second_derivative", "SiLU''", zero, silu_second_derivative_series(zero, 18))
print("\n// The same in float, for shortcuts.hpp.")
log2e, log2e_rest = parts(1 / LN2, nearest32)
constant("log2e_float", log2e, "1 / ln 2", "float")
constant("log2e_float_rest", log2e_rest, "1 / ln 2 - log2e_float", "float")
ln2_hi, ln2_lo = parts(LN2, nearest32)
constant("ln2_float_hi", ln2_hi, "ln 2", "float")
constant("ln2_float_lo", ln2_lo, "ln 2 - ln2_float_hi", "float")
short_powers = [nearest32(Decimal(2) ** (Decimal(j) / STEPS)) for j in range(STEPS)]
table("exp2_float", short_powers, "2^(i/32)", "float")
table(
    "exp2_float_rest",
    [0.0] + [nearest32(LN2 * j / STEPS - Decimal(short_powers[j]).ln()) for j in range(1, STEPS)],
    "ln(2^(i/32) / exp2_float(i))",
    "float",
)
# The same as products of two, which are exact: 2^(i/4), then 2^(i/32) for i < 8, each to 12 bits, and what that leaves of its logarithm,
# first what multiples of the last place of a float of 2^-6 hold.
factor_places = [8 * i for i in range(4)] + list(range(8))
factors = [float(round(Decimal(2) ** (Decimal(j) / STEPS) * 2**11)) / 2**11 for j in factor_places]
lefts = [LN2 * j / STEPS - Decimal(f).ln() for j, f in zip(factor_places, factors)]
offsets = [float(round(left * 2**30)) / 2**30 for left in lefts]
table("exp2_factor", factors, "2^(i/4) for i < 4, then 2^((i-4)/32), to 12 bits", "float")
table("exp2_factor_offset", offsets, "ln(2^(i/4) / exp2_factor(i)) and so on, to a multiple of 2^-30", "float")
table("exp2_factor_rest", [nearest32(left - Decimal(o)) if left else 0.0 for left, o in zip(lefts, offsets)], "what that leaves", "float")
table(
    "exp_float",
    [nearest32(c) for c in exp_polynomial(2, LN2 / 64)],
    "(e^r - 1 - r)/r^2 for |r| <= ln 2 / 64: the coefficient of r^i",
    "float",
)
exp_series = [Decimal(1), Decimal(1), *exp_polynomial(4, LN2 / 2)]
table("exp2_series", [nearest32(c * LN2**i) for i, c in enumerate(exp_series)], "2^f for |f| <= 1/2: the coefficient of f^i", "float")
# Where the polynomial of 2^f - 1 without a constant whose largest error in ulps of 2^f is the least has its zeros besides 0.
nodes = [Decimal(v) for v in ("-0.4829", "-0.3519", "-0.0844", "0.3330", "0.4809")]
short_series = interpolation_at(nodes, lambda f: (Decimal(2) ** f - 1) / f)
table("exp2_short_series", [1.0] + [nearest32(c) for c in short_series], "the same, computed in float to within 2 ulp", "float")
print(f"constexpr int log1p_steps = {LOG_FLOAT_STEPS};")
logarithms = [
    parts(-(Decimal(LOG_FLOAT_STEPS + j) / (2 * LOG_FLOAT_STEPS)).ln(), nearest32) if j < LOG_FLOAT_STEPS else (0.0, 0.0)
    for j in range(LOG_FLOAT_STEPS + 1)
]
table("log_float", [hi for hi, _ in logarithms], "-ln(1/2 + i/128)", "float")
table("log_float_rest", [lo for _, lo in logarithms], "-ln(1/2 + i/128) - log_float(i)", "float")
log1p_series = interpolation(lambda e: (1 + e).ln() / e, 8, Decimal(0), Decimal(1))
table("log1p_series", [0.0] + [nearest32(c) for c in log1p_series], "ln(1 + e) for 0 <= e <= 1: the coefficient of e^i", "float")
print("\n// What of that is double, for shortcuts to fp64.")
constant("log2e_double", nearest(1 / LN2), "1 / ln 2")
ln2_hi, ln2_lo = parts(LN2)
constant("ln2_double_hi", ln2_hi, "ln 2")
constant("ln2_double_lo", ln2_lo, "ln 2 - ln2_double_hi")
table(
    "exp2_double_rest",
    [0.0] + [nearest(LN2 * j / STEPS - Decimal(powers[j][0]).ln()) for j in range(1, STEPS)],
    "ln(2^(i/32) / exp2_hi(i))",
)
table("exp_double", [nearest(c) for c in exp_polynomial(5, LN2 / 64)], "(e^r - 1 - r)/r^2 for |r| <= ln 2 / 64: the coefficient of r^i")
logarithms = [
    parts(-(Decimal(LOG_FLOAT_STEPS + j) / (2 * LOG_FLOAT_STEPS)).ln()) if j < LOG_FLOAT_STEPS else (0.0, 0.0)
    for j in range(LOG_FLOAT_STEPS + 1)
]
table("log_double", [hi for hi, _ in logarithms], "-ln(1/2 + i/128)")
table("log_double_rest", [lo for _, lo in logarithms], "-ln(1/2 + i/128) - log_double(i)")
print("\n}  // namespace constants\n}  // namespace CUSIGMOID_TARGET\n}  // namespace cusigmoid::engine")
