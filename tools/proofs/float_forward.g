# SPDX-License-Identifier: Apache-2.0
# s(x) in float before its rounding test (shortcut<ops::forward, float>), -87 <= x <= 87, with any reciprocal within an ulp: relative 2^-23.
# All is scaled so that power = T is in [1, 2): w is 1/2^k, the 1 of 1 + e^-x.
# proves float_forward = 0x1.0cp-35: relative error of inverse·(1 + error), x >= -40

# The reduced argument, |x| >= 2^-7; below, steps = 0 and r = -x.
@rnd = float<ieee_32, ne>;
x = rnd(x_);
shifted = fixed<-5, ne>(-(x * @log2e_float@));  # one rounding: 2^18 < 1.5·2^18 - x·log2e < 2^19
r_exact = -x - shifted * @ln2_float_hi@;
{ |x| in [0x1p-7, 87] -> rnd(r_exact) - r_exact in [0, 0] /\ |r_exact| <= @float_reduced@ /\ |shifted| <= 125.6 }
r_exact -> (-(x * @log2e_float@) - shifted) * @ln2_float_hi@ + x * (@log2e_float@ * @ln2_float_hi@ - 1);

---- -40 <= x < -12: w <= 2^-17.
@rnd = float<ieee_32, ne>;
T = rnd(T_);
r = rnd(r_);
rest = rnd(rest_);
w = rnd(w_);
inverse = rnd(inverse_);
one_r = rnd(r + 1);
sum = rnd(T * one_r + w);
difference = rnd(T - sum);
p1 = rnd(@exp_float[2]@ * r + @exp_float[1]@);
p = rnd(p1 * r + @exp_float[0]@);
low1 = rnd(r * p + rest);
low = rnd(r * low1 + rest);
l1 = rnd(T * r + difference);
sum_low = rnd(T * low + l1);
all_low = rnd(sum_low + w);
e0 = rnd(1 - sum * inverse);
e1 = rnd(-(all_low * inverse) + e0);
error = rnd(e1 * e1 + e1);

P = (@exp_float[2]@ * r + @exp_float[1]@) * r + @exp_float[0]@;
Q = r * (r * P + rest) + rest;
S = w + T * (1 + r + Low);
E1 = 1 - inverse * S;
k = T / sum;
{ T in [1, 2] /\ |r| <= @float_reduced@ /\ |rest| <= @float_rest_near@ /\ w in [0x1p-126, 0x1p-17] /\ |Low - Q| <= @float_low_near@ /\
  |inverse * sum - 1| <= 0x1p-23 -> |inverse * S * (1 + error) - 1| <= @float_forward@ }
inverse -> (1 + (inverse * sum - 1)) / sum { sum <> 0 };
T * r + difference -> (difference - (T - sum)) - (sum - (T * one_r + w)) - T * (one_r - (r + 1)) - w;
1 - sum * inverse -> -(inverse * sum - 1);
k -> 1 / (one_r + w / T + (sum - (T * one_r + w)) / T) { sum <> 0, T <> 0 };
inverse * S * (1 + error) - 1 -> (error - (e1 * e1 + e1)) + (e1 - E1) + (e1 * (e1 - E1) - E1 * (error - e1));
error - e1 -> e1 * e1 + (error - (e1 * e1 + e1));
e1 - E1 -> (e1 - (-(all_low * inverse) + e0)) + (e0 - (1 - sum * inverse)) - (1 + (inverse * sum - 1)) * (k * ((all_low - (S - sum)) / T)) { sum <> 0, T <> 0 };
E1 -> -(inverse * sum - 1) - (1 + (inverse * sum - 1)) * (k * ((S - sum) / T)) { sum <> 0, T <> 0 };
(S - sum) / T -> Low - (sum - (T * one_r + w)) / T - (one_r - (r + 1)) { T <> 0 };
(all_low - (S - sum)) / T -> (all_low - (sum_low + w)) / T + (sum_low - (T * low + l1)) / T + (l1 - (T * r + difference)) / T + (difference - (T - sum)) / T + (low - Low) { T <> 0 };
-(all_low * inverse) -> -((1 + (inverse * sum - 1)) * (k * (all_low / T))) { sum <> 0, T <> 0 };
all_low / T -> (all_low - (sum_low + w)) / T + (sum_low - (T * low + l1)) / T + (l1 - (T * r + difference)) / T + low + (T * r + difference + w) / T { T <> 0 };
T * r + difference + w -> (difference - (T - sum)) - (sum - (T * one_r + w)) - T * (one_r - (r + 1));
$ T in (1.02, 1.25, 1.5, 1.75), r in (0);

---- -12 < x, 1 <= 2^k: 2^-18 <= w <= 1.
@rnd = float<ieee_32, ne>;
T = rnd(T_);
r = rnd(r_);
rest = rnd(rest_);
w = rnd(w_);
inverse = rnd(inverse_);
one_r = rnd(r + 1);
sum = rnd(T * one_r + w);
tail = sum - w;  # exact: w is a multiple of an ulp of sum, and less
difference = rnd(T - tail);
p1 = rnd(@exp_float[2]@ * r + @exp_float[1]@);
p = rnd(p1 * r + @exp_float[0]@);
low1 = rnd(r * p + rest);
low = rnd(r * low1 + rest);
l1 = rnd(T * r + difference);
all_low = rnd(T * low + l1);
e0 = rnd(1 - sum * inverse);
e1 = rnd(-(all_low * inverse) + e0);
error = rnd(e1 * e1 + e1);

P = (@exp_float[2]@ * r + @exp_float[1]@) * r + @exp_float[0]@;
Q = r * (r * P + rest) + rest;
S = w + T * (1 + r + Low);
E1 = 1 - inverse * S;
k = T / sum;
{ T in [1, 2] /\ |r| <= @float_reduced@ /\ |rest| <= @float_rest_near@ /\ w in [0x1p-18, 1] /\ @FIX(w, -18) /\ |Low - Q| <= @float_low_near@ /\
  |inverse * sum - 1| <= 0x1p-23 -> |inverse * S * (1 + error) - 1| <= @float_forward@ }
inverse -> (1 + (inverse * sum - 1)) / sum { sum <> 0 };
T * r + difference -> (difference - (T - tail)) - (sum - (T * one_r + w)) - T * (one_r - (r + 1));
1 - sum * inverse -> -(inverse * sum - 1);
k -> 1 / (one_r + w / T + (sum - (T * one_r + w)) / T) { sum <> 0, T <> 0 };
inverse * S * (1 + error) - 1 -> (error - (e1 * e1 + e1)) + (e1 - E1) + (e1 * (e1 - E1) - E1 * (error - e1));
error - e1 -> e1 * e1 + (error - (e1 * e1 + e1));
e1 - E1 -> (e1 - (-(all_low * inverse) + e0)) + (e0 - (1 - sum * inverse)) - (1 + (inverse * sum - 1)) * (k * ((all_low - (S - sum)) / T)) { sum <> 0, T <> 0 };
E1 -> -(inverse * sum - 1) - (1 + (inverse * sum - 1)) * (k * ((S - sum) / T)) { sum <> 0, T <> 0 };
(S - sum) / T -> Low - (sum - (T * one_r + w)) / T - (one_r - (r + 1)) { T <> 0 };
(all_low - (S - sum)) / T -> (all_low - (T * low + l1)) / T + (l1 - (T * r + difference)) / T + (difference - (T - tail)) / T + (low - Low) { T <> 0 };
-(all_low * inverse) -> -((1 + (inverse * sum - 1)) * (k * (all_low / T))) { sum <> 0, T <> 0 };
all_low / T -> (all_low - (T * low + l1)) / T + (l1 - (T * r + difference)) / T + low + (T * r + difference) / T { T <> 0 };
$ T in (1.02, 1.25, 1.5, 1.75), r in (0);

---- The same for 2^k < 1, not scaled: T is power.
@rnd = float<ieee_32, ne>;
T = rnd(T_);
r = rnd(r_);
rest = rnd(rest_);
inverse = rnd(inverse_);
one_r = rnd(r + 1);
sum = rnd(T * one_r + 1);
tail = sum - 1;  # exact, as above
difference = T - tail;  # exact: a multiple of an ulp of T, below 2^-24 + T/64, or T itself where T < 2^-25 and sum = 1
p1 = rnd(@exp_float[2]@ * r + @exp_float[1]@);
p = rnd(p1 * r + @exp_float[0]@);
low1 = rnd(r * p + rest);
low = rnd(r * low1 + rest);
l1 = rnd(T * r + difference);
all_low = rnd(T * low + l1);
e0 = rnd(1 - sum * inverse);
e1 = rnd(-(all_low * inverse) + e0);
error = rnd(e1 * e1 + e1);

P = (@exp_float[2]@ * r + @exp_float[1]@) * r + @exp_float[0]@;
Q = r * (r * P + rest) + rest;
S = 1 + T * (1 + r + Low);
E1 = 1 - inverse * S;
{ T in [0x1p-126, 1] /\ |r| <= @float_reduced@ /\ |rest| <= @float_rest_far@ /\ |Low - Q| <= @float_low_far@ /\
  |inverse * sum - 1| <= 0x1p-23 -> |inverse * S * (1 + error) - 1| <= @float_forward@ }
inverse -> (1 + (inverse * sum - 1)) / sum { sum <> 0 };
1 - sum * inverse -> -(inverse * sum - 1);
inverse * S * (1 + error) - 1 -> (error - (e1 * e1 + e1)) + (e1 - E1) + (e1 * (e1 - E1) - E1 * (error - e1));
error - e1 -> e1 * e1 + (error - (e1 * e1 + e1));
e1 - E1 -> (e1 - (-(all_low * inverse) + e0)) + (e0 - (1 - sum * inverse)) - inverse * (all_low - (S - sum));
E1 -> -(inverse * sum - 1) - inverse * (S - sum);
S - sum -> T * Low - (sum - (T * one_r + 1)) - T * (one_r - (r + 1));
all_low - (S - sum) -> (all_low - (T * low + l1)) + (l1 - (T * r + difference)) + T * (low - Low);
T * r + difference -> -(sum - (T * one_r + 1)) - T * (one_r - (r + 1));
$ T in (0x1p-30, 0x1p-4, 0.25, 0.5, 0.75), r in (0);
