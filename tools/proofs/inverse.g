# SPDX-License-Identifier: Apache-2.0
# inverse(a) for a in [1, 2] (powers of two do not matter): by a float and a step of the third order.
# proves inverse_f64 = 0x1.01p-53: relative error of inverse(a)
# proves quotient_f64 = 0x1.01p-52: relative error of a*inverse(b)

@rnd = float<ieee_64, ne>;
@short = float<ieee_32, ne>;
a = rnd(a_);
b = short(a);
seed = short(1 / b);
R = 1 - a * seed;
rest = rnd(R);
t_exact = rest * rest + rest;
t = rnd(t_exact);
y_exact = seed * t + seed;
y = rnd(y_exact);
{ a in [1, 2] -> |R| <= 0x1.01p-23 /\ |(y - 1 / a) * a| <= @inverse_f64@ }
R -> -(seed - 1 / b) * b + (b - a) * seed { b <> 0 };
(y - 1 / a) * a -> a * (y - y_exact) + a * seed * (t - t_exact) + a * seed * (rest - R) * (1 + rest + R) - R * R * R { a <> 0 };

---- The product with it.
{ |i| <= @inverse_f64@ /\ |d| <= 0x1p-53 -> |(1 + i) * (1 + d) - 1| <= @quotient_f64@ }
