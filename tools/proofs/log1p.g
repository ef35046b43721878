# SPDX-License-Identifier: Apache-2.0
# ln(1 + e) for 0 <= e <= 1 in f64 (log1p_of_fraction), and the loss.
# proves log1p_f64 = 0x1.5p-51: relative error of ln(1 + e)
# proves softplus_f64 = 0x1.d6p-51: relative error of ln(1 + e^-|x|), the error of e included
# proves bce_f64 = 0x1.6bp-50: relative error of bce_with_logits

# e < 1/64, and at least 2^-500 (below, the result is e). Y stands for ln(1 + e), and L = Y/e.
@rnd = float<ieee_64, ne>;
z = rnd(z_);
q8 = rnd(@alternating_inverse[9]@ * z + @alternating_inverse[8]@);
Q8 = @alternating_inverse[9]@ * z + @alternating_inverse[8]@;
q7 = rnd(q8 * z + @alternating_inverse[7]@);
Q7 = Q8 * z + @alternating_inverse[7]@;
q6 = rnd(q7 * z + @alternating_inverse[6]@);
Q6 = Q7 * z + @alternating_inverse[6]@;
q5 = rnd(q6 * z + @alternating_inverse[5]@);
Q5 = Q6 * z + @alternating_inverse[5]@;
q4 = rnd(q5 * z + @alternating_inverse[4]@);
Q4 = Q5 * z + @alternating_inverse[4]@;
q3 = rnd(q4 * z + @alternating_inverse[3]@);
Q3 = Q4 * z + @alternating_inverse[3]@;
q2 = rnd(q3 * z + @alternating_inverse[2]@);
Q2 = Q3 * z + @alternating_inverse[2]@;
square = rnd(z * z);
y = rnd(square * q2 + z);
{ z in [0x1p-500, 0x1.0001p-6] /\ |((1 + z * Q2) - L) / L| <= @log_series@ /\ L in [0.99, 1] -> |(y - z * L) / (z * L)| <= @log1p_f64@ }
(y - z * L) / (z * L) -> (1 + (y - (square * q2 + z)) / (square * q2 + z)) * (((square * q2 + z) / z) / L) - 1 { z <> 0, L <> 0, square * q2 + z <> 0 };
(square * q2 + z) / z -> (1 + z * Q2) + z * (q2 - Q2) + z * q2 * ((square - z * z) / (z * z)) { z <> 0 };
((1 + z * Q2) + z * (q2 - Q2) + z * q2 * ((square - z * z) / (z * z))) / L -> 1 + ((1 + z * Q2) - L) / L + (z * (q2 - Q2) + z * q2 * ((square - z * z) / (z * z))) / L { L <> 0, z <> 0 };

---- The other intervals, for i = 1..32: Z is the exact z, Lz and LZ stand for ln(1 + z) and ln(1 + Z), O for -ln r. |T - Lz| <= log_series·0.0182
# < 2^-60; |Lz - LZ| <= |z - Z|/(1 - 0.018), |z - Z| <= 2^-59.
@rnd = float<ieee_64, ne>;
e = rnd(e_);
Z = e * @log_reciprocal[i]@ + (@log_reciprocal[i]@ - 1);
z = rnd(Z);
q8 = rnd(@alternating_inverse[9]@ * z + @alternating_inverse[8]@);
Q8 = @alternating_inverse[9]@ * z + @alternating_inverse[8]@;
q7 = rnd(q8 * z + @alternating_inverse[7]@);
Q7 = Q8 * z + @alternating_inverse[7]@;
q6 = rnd(q7 * z + @alternating_inverse[6]@);
Q6 = Q7 * z + @alternating_inverse[6]@;
q5 = rnd(q6 * z + @alternating_inverse[5]@);
Q5 = Q6 * z + @alternating_inverse[5]@;
q4 = rnd(q5 * z + @alternating_inverse[4]@);
Q4 = Q5 * z + @alternating_inverse[4]@;
q3 = rnd(q4 * z + @alternating_inverse[3]@);
Q3 = Q4 * z + @alternating_inverse[3]@;
q2 = rnd(q3 * z + @alternating_inverse[2]@);
Q2 = Q3 * z + @alternating_inverse[2]@;
square = rnd(z * z);
t = rnd(square * q2 + z);
y = rnd(t + @log_offset[i]@);
T = z * z * Q2 + z;
Y = LZ + O;
{ e - i / 32 in [-0x1p-6, 0x1p-6] /\ e <= 1 /\ |T - Lz| <= 0x1.3p-61 /\ |Lz - LZ| <= 0x1.05p-59 /\ @log_offset[i]@ -/ O in [-@log_offset_error@, @log_offset_error@] /\
  O >= 0 -> |z| <= 0.018 /\ |z - Z| <= 0x1p-59 /\ |(y - Y) / Y| <= @log1p_f64@ }
e -> (e - i / 32) + i / 32;
Z -> (e - i / 32) * @log_reciprocal[i]@ + (i / 32 * @log_reciprocal[i]@ + (@log_reciprocal[i]@ - 1));
LZ -> T - (T - Lz) - (Lz - LZ);

---- The loss: l is the error of ln(1 + e) for the e at hand, g that of e, and ln(1 + e) grows by no more than e does, relatively. A sum of
# positive terms errs by no more than its terms. 1 - t, the sum with |x|, the product and the last sum are rounded.
{ |l| <= @log1p_f64@ /\ |g| <= @exp_f64@ /\ |d1| <= @operation_f64@ /\ |d2| <= @operation_f64@ /\ |d3| <= @operation_f64@ /\ |d4| <= @operation_f64@ ->
    |(1 + l) * (1 + g) - 1| <= @softplus_f64@ /\ |(1 + l) * (1 + g) * (1 + d1) * (1 + d2) * (1 + d3) * (1 + d4) - 1| <= @bce_f64@ }
