# SPDX-License-Identifier: Apache-2.0
# e^-a in f64: internal::exp_of_minus for 0 <= a <= 800.
# proves exp_f64_series = 0x1.4p-59: absolute error of the computed e^r - 1 against the exact polynomial
# proves exp_f64 = 0x1.0ap-52: relative error of e^-a, significand·2^exponent

# The reduced argument, for a >= 2^-7. Below, steps = 0 and r = -a. L stands for ln 2/32.
@rnd = float<ieee_64, ne>;
a = rnd(a_);
s = -(a * @exp_steps_per_ln2@);
steps = int<ne>(s);  # shifted - round_magic
rest_exact = -a - steps * @ln2_step_hi@;
rest = rnd(rest_exact);
r_exact = rest - steps * @ln2_step_lo@;
r = rnd(r_exact);
R = -a - steps * L;

{ a in [0x1p-7, 800] /\ |L - @ln2_step_hi@ - @ln2_step_lo@| <= @ln2_parts@ ->
    rest - rest_exact in [0, 0] /\ |r| <= @reduced@ /\ |r - R| <= @f64_reduction@ }
rest_exact -> -(steps - s) * @ln2_step_hi@ + a * (@exp_steps_per_ln2@ * @ln2_step_hi@ - 1);
r - R -> (r - r_exact) + (rest - rest_exact) + steps * (L - @ln2_step_hi@ - @ln2_step_lo@);

---- The series.
@rnd = float<ieee_64, ne>;
r = rnd(r_);
q5 = rnd(@inverse_factorial[6]@ * r + @inverse_factorial[5]@);
q4 = rnd(q5 * r + @inverse_factorial[4]@);
q3 = rnd(q4 * r + @inverse_factorial[3]@);
q2 = rnd(q3 * r + @inverse_factorial[2]@);
q1 = rnd(q2 * r + @inverse_factorial[1]@);
p = rnd(r * q1);
Q5 = @inverse_factorial[6]@ * r + @inverse_factorial[5]@;
Q4 = Q5 * r + @inverse_factorial[4]@;
Q3 = Q4 * r + @inverse_factorial[3]@;
Q2 = Q3 * r + @inverse_factorial[2]@;
Q1 = Q2 * r + @inverse_factorial[1]@;
P = r * Q1;
{ |r| <= @reduced@ -> |p - P| <= @exp_f64_series@ /\ |P| <= 0x1.67p-7 }

---- The result. S stands for 2^(j/32), Er for e^r, E for e^R.
@rnd = float<ieee_64, ne>;
M = power * (1 + P);
e_exact = power * p + power;
e = rnd(e_exact);
{ |P| <= 0x1.67p-7 /\ |p - P| <= @exp_f64_series@ /\ power in [1, 2] /\ |power -/ S| <= @exp2_hi_error@ /\ |(1 + P) -/ Er| <= @series_6@ /\
  |Er -/ E| <= @f64_reduced@ /\ S in [1, 2] /\ E in [0.98, 1.02] /\ Er in [0.98, 1.02] ->
    |e -/ (S * E)| <= @exp_f64@ }
e_exact - M -> power * (p - P);
(e_exact - M) / M -> (p - P) / (1 + P) { power <> 0, 1 + P <> 0 };
e ~ M;
M ~ S * Er;
S * Er ~ S * E;
