# SPDX-License-Identifier: Apache-2.0
# e^-a in double_double: exp_of_minus_abs for 0 <= a <= 2400, a in two parts.
# proves exp_tail = 0x1.b0p-66: absolute error of p, which stands for e^rest - 1 - rest.hi
# proves exp_sum = 0x1.08p-65: relative error of the sum of 2^(j/32)·(1 + rest.hi + p)
# proves exp_double_double = 0x1.04p-64: relative error of e^-a, (hi + lo)·2^exponent

# The reduced argument, for a >= 2^-7. Below, steps = 0 and it is -a. L stands for ln 2/32.
@rnd = float<ieee_64, ne>;
a = rnd(a_);
s = -(a * @exp_steps_per_ln2@);
steps = int<ne>(s);  # shifted - round_magic
rest_exact = -a - steps * @ln2_step_hi@;
rest = rnd(rest_exact);
b_exact = -steps * @ln2_step_lo@ - a_lo;
b = rnd(b_exact);
r_hi = rnd(rest + b);
r_lo = (rest + b) - r_hi;  # exact: see "sums" in docs/proofs.md
R = -(a + a_lo) - steps * L;

{ a in [0x1p-7, 2400] /\ |a_lo| <= 0x1p-42 /\ |L - @ln2_step_hi@ - @ln2_step_lo@| <= @ln2_parts@ ->
    rest - rest_exact in [0, 0] /\ |r_hi| <= @reduced@ /\ |r_lo| <= 0x1p-60 /\ |(r_hi + r_lo) - R| <= @double_double_reduction@ }
rest_exact -> -(steps - s) * @ln2_step_hi@ + a * (@exp_steps_per_ln2@ * @ln2_step_hi@ - 1);
r_hi + r_lo - R -> (b - b_exact) + (rest - rest_exact) + steps * (L - @ln2_step_hi@ - @ln2_step_lo@);

---- The series. 1 + r_hi + S is the exact polynomial.
@rnd = float<ieee_64, ne>;
r_hi = rnd(r_hi_);
q7 = rnd(@inverse_factorial[8]@ * r_hi + @inverse_factorial[7]@);
q6 = rnd(q7 * r_hi + @inverse_factorial[6]@);
q5 = rnd(q6 * r_hi + @inverse_factorial[5]@);
q4 = rnd(q5 * r_hi + @inverse_factorial[4]@);
q3 = rnd(q4 * r_hi + @inverse_factorial[3]@);
q2 = rnd(q3 * r_hi + @inverse_factorial[2]@);
square_exact = r_hi * r_hi;
square = rnd(square_exact);
p_exact = square * q2 + r_lo;
p = rnd(p_exact);
Q7 = @inverse_factorial[8]@ * r_hi + @inverse_factorial[7]@;
Q6 = Q7 * r_hi + @inverse_factorial[6]@;
Q5 = Q6 * r_hi + @inverse_factorial[5]@;
Q4 = Q5 * r_hi + @inverse_factorial[4]@;
Q3 = Q4 * r_hi + @inverse_factorial[3]@;
Q2 = Q3 * r_hi + @inverse_factorial[2]@;
S = square_exact * Q2;

{ |r_hi| <= @reduced@ /\ |r_lo| <= 0x1p-60 ->
    |p - (S + r_lo * (1 + r_hi + S))| <= @exp_tail@ /\ |p| <= 0x1p-14 }
p - (S + r_lo * (1 + r_hi + S)) -> (p - p_exact) + (square * q2 - S) - r_lo * (r_hi + S);

---- The sum.
@rnd = float<ieee_64, ne>;
power = rnd(power_);
r_hi = rnd(r_hi_);
product = rnd(power * r_hi);
low_exact = power * r_hi - product;
low = rnd(low_exact);
sum_hi = rnd(power + product);
sum_lo = (power + product) - sum_hi;
t1_exact = power * p + low;
t1 = rnd(t1_exact);
t2_exact = power_lo * r_hi + power_lo;
t2 = rnd(t2_exact);
tail = rnd(t1 + t2);
e_lo = rnd(sum_lo + tail);
e = sum_hi + e_lo;
E = (power + power_lo) * (1 + r_hi + p);

{ power in [1, 2] /\ |power_lo| <= 0x1p-53 /\ |r_hi| <= @reduced@ /\ |p| <= 0x1p-14 ->
    |(e - E) / E| <= @exp_sum@ }
e - E -> (e_lo - (sum_lo + tail)) + (tail - (t1 + t2)) + (t1 - t1_exact) + (t2 - t2_exact) + (low - low_exact) - power_lo * p;
$ power in 8;

---- The result. P stands for 2^(j/32), Eh and El for e^r_hi and e^r_lo, E for e^R.
V = 1 + r_hi + p;
U = 1 + r_hi + S;
W = power + power_lo;
{ |r_hi| <= @reduced@ /\ |p| <= 0x1p-14 /\ |V - U * (1 + r_lo)| <= @exp_tail@ /\ |U -/ Eh| <= @series_8@ /\ |(1 + r_lo) -/ El| <= @exp_low@ /\
  |(Eh * El) -/ E| <= @double_double_reduced@ /\ |W -/ P| <= @exp2_pair_error@ /\ |e -/ (W * V)| <= @exp_sum@ /\
  W in [1, 2] /\ P in [1, 2] /\ E in [0.98, 1.02] /\ Eh in [0.98, 1.02] /\ El in [0.98, 1.02] /\ U in [0.98, 1.02] ->
    |e -/ (P * E)| <= @exp_double_double@ }
(V - U * (1 + r_lo)) / (U * (1 + r_lo)) -> (V - U * (1 + r_lo)) / U / (1 + r_lo) { U <> 0, 1 + r_lo <> 0 };
W * V ~ W * (U * (1 + r_lo));
W * (U * (1 + r_lo)) ~ W * (Eh * El);

W * E ~ P * E;
