# SPDX-License-Identifier: Apache-2.0
# The operators of double_double.hpp on numbers that need not be renormalised: hi in [1, 2] (powers of two do not matter), |lo| <= 2^-48.
# proves operation_double_double = 0x1p-93: relative error of a·b, a/b, and a + b where |a + b| is at least 1/16 of the larger hi

@rnd = float<ieee_64, ne>;
a_hi = rnd(a_hi_);
b_hi = rnd(b_hi_);
p_exact = a_hi * b_hi;
p = rnd(p_exact);
t1 = p_exact - p;  # exact: the error of a product
t2_exact = a_lo * b_hi;
t2 = rnd(t2_exact);
t3_exact = a_hi * b_lo + t2;
t3 = rnd(t3_exact);
low = rnd(t1 + t3);
A = a_hi + a_lo;
B = b_hi + b_lo;
{ a_hi in [1, 2] /\ b_hi in [1, 2] /\ |a_lo| <= 0x1p-48 /\ |b_lo| <= 0x1p-48 -> |(p + low - A * B) / (A * B)| <= @operation_double_double@ }
p + low - A * B -> (low - (t1 + t3)) + (t3 - t3_exact) + (t2 - t2_exact) - a_lo * b_lo;

---- The quotient, by inverse(b_hi).
@rnd = float<ieee_64, ne>;
a_hi = rnd(a_hi_);
b_hi = rnd(b_hi_);
inverse = rnd(inverse_);
q = rnd(a_hi * inverse);
r1_exact = a_hi - q * b_hi;
r1 = rnd(r1_exact);
r2_exact = a_lo - q * b_lo;
r2 = rnd(r2_exact);
r = rnd(r1 + r2);
low = rnd(r * inverse);
A = a_hi + a_lo;
B = b_hi + b_lo;
{ a_hi in [1, 2] /\ b_hi in [1, 2] /\ |a_lo| <= 0x1p-48 /\ |b_lo| <= 0x1p-48 /\ |1 - inverse * b_hi| <= @inverse_f64@ -> |(q + low - A / B) / (A / B)| <= @operation_double_double@ }
r1_exact -> -(q - a_hi * inverse) * b_hi + a_hi * (1 - inverse * b_hi);
q + low - A / B -> -((r1_exact - r1) + (r2_exact - r2) - (r - (r1 + r2)) - (low - r * inverse) * b_hi + r * (1 - inverse * b_hi) - low * b_lo) / B { B <> 0 };

---- The sum, the larger hi in [1/2, 1]. two_sum and fast_two_sum are exact (docs/proofs.md); the latter needs its first part to be the larger.
@rnd = float<ieee_64, ne>;
a_hi = rnd(a_hi_);
b_hi = rnd(b_hi_);
s_hi = rnd(a_hi + b_hi);
s_lo = (a_hi + b_hi) - s_hi;
t_hi = rnd(a_lo + b_lo);
t_lo = (a_lo + b_lo) - t_hi;
v = rnd(s_lo + t_hi);
u_hi = rnd(s_hi + v);
u_lo = (s_hi + v) - u_hi;
w = rnd(u_lo + t_lo);
A = a_hi + a_lo;
B = b_hi + b_lo;
{ a_hi in [0.5, 1] /\ |b_hi| <= 1 /\ |a_lo| <= 0x1p-49 /\ |b_lo| <= 0x1p-49 /\ |A + B| >= 0x1p-5 ->
    |(u_hi + w - (A + B)) / (A + B)| <= @operation_double_double@ /\ |s_hi| >= 0x1p-6 /\ |v| <= 0x1p-46 /\ |u_hi| >= 0x1p-7 /\ |w| <= 0x1p-50 }
u_hi + w - (A + B) -> (v - (s_lo + t_hi)) + (w - (u_lo + t_lo));
s_hi -> (A + B) - a_lo - b_lo - s_lo;
