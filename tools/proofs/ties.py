#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ties broken next to 0: s(x) = 1/2 + x/4 - x^3/48 + ... and SiLU'(x) = 1/2 + x/2 - x^3/12 + ... of a float |x| < 2^-15, rounded to 24 bits
or fewer, are what fma(x, (1 - s)·slope, 1/2) in double is rounded to, slope = 1/4 and 1/2."""

# proves shrinking = 0x1.6p-29: s of the code, and x^2/12 and x^2/6 of s(x) and SiLU'(x), are at most this and more than 0
# proves wrong_ties = 0: inputs that are rounded to another number than the function, of those with 1/2 + slope·x half-way between two
#
# Between 1/4 and 1 the numbers of p <= 24 bits, and the middles between them, are multiples of 2^-26. Let u = slope·|x| < 2^-14 and u' be
# what it is shrunk to, by s or by the third term; u'/u > 1 - 2^-28.5. u is a multiple of 2^q > u·2^-24, so a multiple m of 2^-26 is u
# itself or differs by more than u·2^-24: shrinking takes u past no m. Nor does rounding to double reach one: m >= 2^-26, next to it
# 2^q >= 2^-50, and half an ulp is 2^-54. So only u = m is left: x is a multiple of 2^-25, and those are tried here.
import re
import sys
from fractions import Fraction
from pathlib import Path

formulas = (Path(__file__).resolve().parent / "../../include/cusigmoid/formulas.hpp").read_text()
limit = re.search(r"next_to_half_range = (0x1p-\d+);", formulas)[1]
assert len(re.findall(r"abs\(x\) < A\((?:internal::)?next_to_half_range\)", formulas)) == 2  # s and SiLU'
shrunk = {
    slope: re.search(rf"next_to_half\(x, {float(slope)} \* \(1 - (0x1p-\d+)\)\)", formulas)[1] for slope in (Fraction(1, 4), Fraction(1, 2))
}
limit, shrunk = Fraction(float.fromhex(limit)), {slope: Fraction(float.fromhex(s)) for slope, s in shrunk.items()}


def nearest(value, bits):
    """Rounded to that many bits, ties to even; value in [1/4, 1)."""
    ulp = Fraction(1, 2 ** (bits if value >= Fraction(1, 2) else bits + 1))
    return round(value / ulp) * ulp


def is_wrong(x, slope, bits):
    computed = nearest(nearest(x * slope * (1 - shrunk[slope]) + Fraction(1, 2), 53), bits)
    a_little_less = x * slope * (1 - Fraction(1, 2**40))  # the function lies between this and the tie, or on this one's side of it
    return computed != nearest(Fraction(1, 2) + a_little_less, bits)


shrinking = Fraction(float.fromhex(sys.argv[1]))
for slope, s in shrunk.items():
    assert 0 < s <= shrinking and limit**2 * slope / 3 <= shrinking < Fraction(1, 2**28)
multiples = [Fraction(sign * k, 2**25) for k in range(1, int(limit * 2**25)) for sign in (1, -1)]
wrong = sum(any(is_wrong(x, slope, bits) for bits in range(2, 25)) for slope in shrunk for x in multiples)
print(f"{len(multiples)} inputs, {wrong} wrong")
assert wrong == int(sys.argv[2])
