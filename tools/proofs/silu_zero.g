# SPDX-License-Identifier: Apache-2.0
# SiLU'(x) within 1/8 of its zero, in double_double (silu_derivative_near_zero). D is the exact distance.
# proves silu_distance = 0x1p-104: relative error of the distance of x from the zero
# proves silu_near_zero = 0x1p-64: relative error of SiLU'(x)

# The distance. t = x - zero_hi is exact, a multiple of 2^-52; so |D| >= |zero_mid|, about 2^-53. Z is the part of the zero not in the code.
@rnd = float<ieee_64, ne>;
t = rnd(t_);
hi_exact = t - @silu_derivative_zero_mid@;
hi = rnd(hi_exact);
lo_1 = hi_exact - hi;  # two_sum is exact
lo_2 = lo_1 - @silu_derivative_zero_lo@;
lo = rnd(lo_2);
D = hi_exact - @silu_derivative_zero_lo@ - Z;
{ |hi_exact| in [0x1.f8p-54, 0.1251] /\ |Z| <= @zero_error@ -> |(hi + lo - D) / D| <= @silu_distance@ /\ |(hi - D) / D| <= 0x1p-52 }
(hi + lo - D) / D -> ((lo - lo_2) / hi_exact + Z / hi_exact) * (hi_exact / D) { D <> 0, hi_exact <> 0 };
(lo - lo_2) / hi_exact -> ((lo - lo_2) / lo_2) * (lo_2 / hi_exact) { hi_exact <> 0, lo_2 <> 0 };
lo_2 / hi_exact -> -(hi - hi_exact) / hi_exact - @silu_derivative_zero_lo@ / hi_exact { hi_exact <> 0 };
hi_exact / D -> 1 / (1 - (@silu_derivative_zero_lo@ + Z) / hi_exact) { hi_exact <> 0, D <> 0 };
(hi - D) / D -> (1 + (hi - hi_exact) / hi_exact) * (hi_exact / D) - 1 { hi_exact <> 0, D <> 0 };
$ hi_exact in (0);

---- The series. Each o is the error of an operation, d that of the distance.
@rnd = float<ieee_64, ne>;
hi = rnd(hi_);
q16 = rnd(@silu_derivative_series_hi[17]@ * hi + @silu_derivative_series_hi[16]@);
Q16 = @silu_derivative_series_hi[17]@ * D + @silu_derivative_series_hi[16]@;
q15 = rnd(q16 * hi + @silu_derivative_series_hi[15]@);
Q15 = Q16 * D + @silu_derivative_series_hi[15]@;
q14 = rnd(q15 * hi + @silu_derivative_series_hi[14]@);
Q14 = Q15 * D + @silu_derivative_series_hi[14]@;
q13 = rnd(q14 * hi + @silu_derivative_series_hi[13]@);
Q13 = Q14 * D + @silu_derivative_series_hi[13]@;
q12 = rnd(q13 * hi + @silu_derivative_series_hi[12]@);
Q12 = Q13 * D + @silu_derivative_series_hi[12]@;
q11 = rnd(q12 * hi + @silu_derivative_series_hi[11]@);
Q11 = Q12 * D + @silu_derivative_series_hi[11]@;
q10 = rnd(q11 * hi + @silu_derivative_series_hi[10]@);
Q10 = Q11 * D + @silu_derivative_series_hi[10]@;
q9 = rnd(q10 * hi + @silu_derivative_series_hi[9]@);
Q9 = Q10 * D + @silu_derivative_series_hi[9]@;
q8 = rnd(q9 * hi + @silu_derivative_series_hi[8]@);
Q8 = Q9 * D + @silu_derivative_series_hi[8]@;
q7 = rnd(q8 * hi + @silu_derivative_series_hi[7]@);
Q7 = Q8 * D + @silu_derivative_series_hi[7]@;
q6 = rnd(q7 * hi + @silu_derivative_series_hi[6]@);
Q6 = Q7 * D + @silu_derivative_series_hi[6]@;
q5 = rnd(q6 * hi + @silu_derivative_series_hi[5]@);
Q5 = Q6 * D + @silu_derivative_series_hi[5]@;
q4 = rnd(q5 * hi + @silu_derivative_series_hi[4]@);
Q4 = Q5 * D + @silu_derivative_series_hi[4]@;
c3 = @silu_derivative_series_hi[3]@ + @silu_derivative_series_lo[3]@;
c2 = @silu_derivative_series_hi[2]@ + @silu_derivative_series_lo[2]@;
c1 = @silu_derivative_series_hi[1]@ + @silu_derivative_series_lo[1]@;
Dc = D * (1 + d);
p3 = Dc * q4 * (1 + o1);
s3 = (p3 + c3) * (1 + o2);
p2 = Dc * s3 * (1 + o3);
s2 = (p2 + c2) * (1 + o4);
p1 = Dc * s2 * (1 + o5);
s1 = (p1 + c1) * (1 + o6);
y = Dc * s1 * (1 + o7);
S3 = D * Q4 + c3;
S2 = D * S3 + c2;
S1 = D * S2 + c1;
{ |D| in [0x1p-54, 0.126] /\ |hi - D| <= 0x1p-55 /\ |d| <= @silu_distance@ /\ |o1| <= @operation_double_double@ /\ |o2| <= @operation_double_double@ /\
  |o3| <= @operation_double_double@ /\ |o4| <= @operation_double_double@ /\ |o5| <= @operation_double_double@ /\
  |o6| <= @operation_double_double@ /\ |o7| <= @operation_double_double@ /\ |(D * S1 - Y) / Y| <= @silu_series@ /\ Y <> 0 ->
    |(y - Y) / Y| <= @silu_near_zero@ }
(y - Y) / Y -> (1 + d) * (1 + o7) * (1 + (s1 - S1) / S1) * (1 + (D * S1 - Y) / Y) - 1 { S1 <> 0, Y <> 0 };
s1 - S1 -> (p1 - D * S2) + (p1 + c1) * o6;
p1 - D * S2 -> Dc * (1 + o5) * (s2 - S2) + D * S2 * ((1 + d) * (1 + o5) - 1);
s2 - S2 -> (p2 - D * S3) + (p2 + c2) * o4;
p2 - D * S3 -> Dc * (1 + o3) * (s3 - S3) + D * S3 * ((1 + d) * (1 + o3) - 1);
s3 - S3 -> (p3 - D * Q4) + (p3 + c3) * o2;
p3 - D * Q4 -> Dc * (1 + o1) * (q4 - Q4) + D * Q4 * ((1 + d) * (1 + o1) - 1);
