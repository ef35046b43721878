#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""with_ties_broken: s(x) of a float |x| < 2^-13, rounded to 24 bits or fewer, is what fma(x, (1 - s)/4, 1/2) in double is rounded to."""
# proves shrinking = 0x1.8p-30: s of the code, and (x^2)/12 of s(x) = 1/2 + x/4·(1 - x^2/12 + ...), are at most this and more than 0
# proves wrong_ties = 0: inputs that are rounded to another number than s(x), among those with 1/2 + x/4 half-way between two numbers
#
# Between 1/4 and 1 the numbers of p <= 24 bits, and the middles between them, are multiples of 2^-26. Let u = |x|/4 < 2^-15 and u' be what it is
# shrunk to, by s or by x^2/12; u'/u > 1 - 2^-29.4. u is a multiple of 2^q > u·2^-24, so a multiple m of 2^-26 is u itself or differs by more
# than u·2^-24: shrinking takes u past no m. Nor does rounding to double reach one: m >= 2^-26, next to it 2^q >= 2^-50, and half an ulp is
# 2^-54. So only u = m is left: x is a multiple of 2^-24, and those are tried here.
import re
import sys
from fractions import Fraction
from pathlib import Path

formulas = (Path(__file__).resolve().parent / "../../include/cusigmoid/formulas.hpp").read_text()
limit, slope = re.search(r"select\(abs\(x\) < (0x1p-\d+), fma\(x, (0x1\.\w+p-\d), 0\.5\), y\)", formulas).groups()
limit, slope = (Fraction(float.fromhex(v)) for v in (limit, slope))


def nearest(value, bits):
    """Rounded to that many bits, ties to even; value in [1/4, 1)."""
    ulp = Fraction(1, 2 ** (bits if value >= Fraction(1, 2) else bits + 1))
    return round(value / ulp) * ulp


def is_wrong(x, bits):
    computed = nearest(nearest(x * slope + Fraction(1, 2), 53), bits)
    a_little_less = x / 4 * (1 - Fraction(1, 2**40))  # s(x) lies between this and the tie, or on this one's side of it
    return computed != nearest(Fraction(1, 2) + a_little_less, bits)


shrinking = Fraction(float.fromhex(sys.argv[1]))
assert 0 < 1 - 4 * slope <= shrinking and limit**2 / 12 <= shrinking < Fraction(1, 2**29)
multiples = [Fraction(sign * k, 2**24) for k in range(1, int(limit * 2**24)) for sign in (1, -1)]
wrong = sum(any(is_wrong(x, bits) for bits in range(2, 25)) for x in multiples)
print(f"{len(multiples)} inputs, {wrong} wrong")
assert wrong == int(sys.argv[2])
