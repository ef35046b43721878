# SPDX-License-Identifier: Apache-2.0
# What becomes of the error of e^-|x|: relative errors of the results before they are rounded. The two parts of the proof for f64 and for
# double_double differ in the errors they begin with. v stands for s(-|x|) = E/(1 + E), E = e^-|x|; e is what is computed for E; each d is the
# error of one operation. In f64 no product is subnormal but where the result rounds to 0 (docs/proofs.md).
# again with double_double for f64
# sets operation_f64 = 0x1p-53: IEEE 754
# sets quotient_double_double = 0x1p-93: as every operation of double_double
# proves sigmoid_f64 = 0x1.47p-51: s(x)
# proves derivative_f64 = 0x1.dp-51: s'(x)
# proves silu_f64 = 0x1.87p-51: SiLU(x)
# proves silu_derivative_f64 = 0x1.68p-49: SiLU'(x), 1/8 or more from its zero
# proves sigmoid_double_double = 0x1.05p-64: s(x)
# proves derivative_double_double = 0x1.05p-64: s'(x)
# proves silu_double_double = 0x1.05p-64: SiLU(x)
# proves silu_derivative_double_double = 0x1.1p-62: SiLU'(x), 1/8 or more from its zero
# proves backward_from_input_f64 = 0x1.0ap-50: dy·s'(x)
# proves backward_f64 = 0x1.81p-52: dy·y·(1 - y) of the given y
# proves swiglu_up_f64 = 0x1.c8p-51: dh·SiLU(gate)
# proves swiglu_gate_f64 = 0x1.ap-49: dh·up·SiLU'(gate), 1/8 or more from the zero
# proves backward_from_input_double_double = 0x1.06p-64: dy·s'(x)
# proves backward_double_double = 0x1p-91: dy·y·(1 - y) of the given y
# proves swiglu_up_double_double = 0x1.06p-64: dh·SiLU(gate)
# proves swiglu_gate_double_double = 0x1.11p-62: dh·up·SiLU'(gate), 1/8 or more from the zero

# s(x) and SiLU(x) for x >= 0: 1/(1 + e), x·1/(1 + e)
E = v / (1 - v);
e = E * (1 + g);
y = 1 / ((1 + e) * (1 + d1)) * (1 + d2);
{ |g| <= @exp_f64@ /\ |d1| <= @operation_f64@ /\ |d2| <= @quotient_f64@ /\ |d3| <= @operation_f64@ /\ v in [0x1p-3600, 0.5] ->
    |(y - (1 - v)) / (1 - v)| <= @sigmoid_f64@ /\ |(y * (1 + d3) - (1 - v)) / (1 - v)| <= @silu_f64@ }
(y - (1 - v)) / (1 - v) -> (1 + d2) / ((1 + d1) * (1 + g * v)) - 1 { 1 - v <> 0, 1 + d1 <> 0, 1 + e <> 0 };
(y * (1 + d3) - (1 - v)) / (1 - v) -> (1 + d2) * (1 + d3) / ((1 + d1) * (1 + g * v)) - 1 { 1 - v <> 0, 1 + d1 <> 0, 1 + e <> 0 };

---- For x < 0: e/(1 + e), x·e/(1 + e)
E = v / (1 - v);
e = E * (1 + g);
y = e / ((1 + e) * (1 + d1)) * (1 + d2);
{ |g| <= @exp_f64@ /\ |d1| <= @operation_f64@ /\ |d2| <= @quotient_f64@ /\ |d3| <= @operation_f64@ /\ v in [0x1p-3600, 0.5] ->
    |(y - v) / v| <= @sigmoid_f64@ /\ |(y * (1 + d3) - v) / v| <= @silu_f64@ }
(y - v) / v -> (1 + g * (1 - v) / (1 + g * v)) * (1 + d2) / (1 + d1) - 1 { v <> 0, 1 - v <> 0, 1 + d1 <> 0, 1 + e <> 0 };
(y * (1 + d3) - v) / v -> (1 + g * (1 - v) / (1 + g * v)) * (1 + d2) * (1 + d3) / (1 + d1) - 1 { v <> 0, 1 - v <> 0, 1 + d1 <> 0, 1 + e <> 0 };

---- s'(x) = e/(1 + e)^2
E = v / (1 - v);
e = E * (1 + g);
s = (1 + e) * (1 + d1);
y = e / (s * s * (1 + d2)) * (1 + d3);
Y = v * (1 - v);
{ |g| <= @exp_f64@ /\ |d1| <= @operation_f64@ /\ |d2| <= @operation_f64@ /\ |d3| <= @quotient_f64@ /\ v in [0x1p-3600, 0.5] ->
    |(y - Y) / Y| <= @derivative_f64@ }
(y - Y) / Y -> (1 + g * (1 - 2 * v - g * v * v) / ((1 + g * v) * (1 + g * v))) * (1 + d3) / ((1 + d1) * (1 + d1) * (1 + d2)) - 1
  { v <> 0, 1 - v <> 0, 1 + d1 <> 0, 1 + d2 <> 0, 1 + e <> 0 };

---- SiLU'(x) for x >= 0: (1 + e + x·e)/(1 + e)^2. A sum of positive terms errs by no more than its terms, d2 here. t = x·E/(1 + E) < x·e^-x < 0.37.
E = v / (1 - v);
e = E * (1 + g);
x = t / v;
s = (1 + e) * (1 + d1);
y = (1 + e + x * e) * (1 + d2) * (1 + d3) / (s * s * (1 + d4)) * (1 + d5);
Y = (1 - v) * (1 + t);
h = (v + t) / (1 + t);
{ |g| <= @exp_f64@ /\ |d1| <= @operation_f64@ /\ |d2| <= @operation_f64@ /\ |d3| <= @operation_f64@ /\ |d4| <= @operation_f64@ /\
  |d5| <= @quotient_f64@ /\ v in [0x1p-3600, 0.5] /\ t in [0, 0.37] -> |(y - Y) / Y| <= @silu_derivative_f64@ }
(y - Y) / Y -> (1 + g * h) * (1 + d2) * (1 + d3) * (1 + d5) / ((1 + g * v) * (1 + g * v) * (1 + d1) * (1 + d1) * (1 + d4)) - 1
  { v <> 0, 1 - v <> 0, 1 + t <> 0, 1 + d1 <> 0, 1 + d4 <> 0, 1 + e <> 0 };

---- For x < 0, 1/8 or more from the zero: e·(1 + e + x)/(1 + e)^2. m = (1 + E)/N, N = 1 + E + x: what cancels makes it more than 1.
E = v / (1 - v);
e = E * (1 + g);
N = (1 + E) / m;
x = N - 1 - E;
s = (1 + e) * (1 + d1);
y = e * ((s + x) * (1 + d2)) * (1 + d3) / (s * s * (1 + d4)) * (1 + d5);
Y = v * N / (1 + E);
k = m * v;  # E/N
{ |g| <= @exp_f64@ /\ |d1| <= @operation_f64@ /\ |d2| <= @operation_f64@ /\ |d3| <= @operation_f64@ /\ |d4| <= @operation_f64@ /\
  |d5| <= @quotient_f64@ /\ v in [0x1p-3600, 0.5] /\ |k| <= @cancel_e@ /\ |m| in [0x1p-12, @cancel_sum@] -> |(y - Y) / Y| <= @silu_derivative_f64@ }
(y - Y) / Y -> (1 + g) * (1 + g * k + (m + g * k) * d1) * (1 + d2) * (1 + d3) * (1 + d5) / ((1 + g * v) * (1 + g * v) * (1 + d1) * (1 + d1) * (1 + d4)) - 1
  { v <> 0, m <> 0, 1 - v <> 0, 1 + E <> 0, 1 + d1 <> 0, 1 + d4 <> 0, 1 + e <> 0 };

---- The products. In backward 1 - y is rounded (in double_double it is exact).
{ |f| <= @derivative_f64@ /\ |s| <= @silu_f64@ /\ |t| <= @silu_derivative_f64@ /\ |d1| <= @operation_f64@ /\ |d2| <= @operation_f64@ /\ |d3| <= @operation_f64@ ->
    |(1 + f) * (1 + d1) - 1| <= @backward_from_input_f64@ /\ |(1 + d1) * (1 + d2) * (1 + d3) - 1| <= @backward_f64@ /\
    |(1 + s) * (1 + d1) - 1| <= @swiglu_up_f64@ /\ |(1 + t) * (1 + d1) * (1 + d2) - 1| <= @swiglu_gate_f64@ }
