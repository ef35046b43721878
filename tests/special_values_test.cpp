// SPDX-License-Identifier: Apache-2.0
// Infinities, NaN, signed zeros and the caller's floating-point environment.
#include <gtest/gtest.h>

#include <algorithm>
#include <cfenv>
#include <cstring>
#include <limits>

#include "tests/executors.hpp"
#include "tests/reference.hpp"
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
double const nan = std::nan("");

struct special_case {
  int op;
  std::vector<double> in;
  std::vector<double> out;
};

// A result that is NaN here must be the canonical one; zeros have the sign they are written with.
std::vector<special_case> const cases = {
    {CUSIGMOID_FORWARD, {inf}, {1}},
    {CUSIGMOID_FORWARD, {-inf}, {0.0}},
    {CUSIGMOID_FORWARD, {0.0}, {0.5}},
    {CUSIGMOID_FORWARD, {-0.0}, {0.5}},
    {CUSIGMOID_FORWARD, {nan}, {nan}},
    {CUSIGMOID_FORWARD, {-1e4}, {0.0}},
    {CUSIGMOID_FORWARD, {1e4}, {1}},
    {CUSIGMOID_DERIVATIVE, {inf}, {0.0}},
    {CUSIGMOID_DERIVATIVE, {-inf}, {0.0}},
    {CUSIGMOID_DERIVATIVE, {0.0}, {0.25}},
    {CUSIGMOID_DERIVATIVE, {nan}, {nan}},
    {CUSIGMOID_BACKWARD, {2, 0.5}, {0.5}},
    {CUSIGMOID_BACKWARD, {2, 1}, {0.0}},
    {CUSIGMOID_BACKWARD, {-2, 1}, {-0.0}},
    {CUSIGMOID_BACKWARD, {-2, 0.0}, {-0.0}},
    {CUSIGMOID_BACKWARD, {inf, 0.5}, {inf}},
    {CUSIGMOID_BACKWARD, {inf, 1}, {nan}},
    {CUSIGMOID_BACKWARD, {inf, 0}, {nan}},
    {CUSIGMOID_BACKWARD, {nan, 0.5}, {nan}},
    {CUSIGMOID_BACKWARD, {1, nan}, {nan}},
    {CUSIGMOID_BACKWARD_FROM_INPUT, {4, 0.0}, {1}},
    {CUSIGMOID_BACKWARD_FROM_INPUT, {-0.0, 3}, {-0.0}},
    {CUSIGMOID_BACKWARD_FROM_INPUT, {1, -inf}, {0.0}},
    {CUSIGMOID_BACKWARD_FROM_INPUT, {-1, inf}, {-0.0}},
    {CUSIGMOID_BACKWARD_FROM_INPUT, {inf, inf}, {nan}},
    {CUSIGMOID_BACKWARD_FROM_INPUT, {-inf, -inf}, {nan}},
    {CUSIGMOID_BACKWARD_FROM_INPUT, {inf, 1e4}, {inf}},
    {CUSIGMOID_BACKWARD_FROM_INPUT, {-inf, 2}, {-inf}},
    {CUSIGMOID_BACKWARD_FROM_INPUT, {nan, 2}, {nan}},
    // dgate = dh·up·SiLU′(gate), dup = dh·SiLU(gate); in: dh, gate, up
    {CUSIGMOID_SWIGLU_BACKWARD, {1, -inf, 1}, {-0.0, -0.0}},
    {CUSIGMOID_SWIGLU_BACKWARD, {1, inf, 2}, {2, inf}},
    {CUSIGMOID_SWIGLU_BACKWARD, {2, 0.0, 3}, {3, 0.0}},
    {CUSIGMOID_SWIGLU_BACKWARD, {2, -0.0, 3}, {3, -0.0}},
    {CUSIGMOID_SWIGLU_BACKWARD, {0.0, -2, 3}, {-0.0, -0.0}},
    {CUSIGMOID_SWIGLU_BACKWARD, {1, 0.0, nan}, {nan, 0.0}},
    {CUSIGMOID_SWIGLU_BACKWARD, {1, 0.0, inf}, {inf, 0.0}},
    {CUSIGMOID_SWIGLU_BACKWARD, {nan, 1, 1}, {nan, nan}},
    {CUSIGMOID_SWIGLU_BACKWARD, {1, nan, 1}, {nan, nan}},
    {CUSIGMOID_SECOND_DERIVATIVE, {0.0}, {-0.0}},
    {CUSIGMOID_SECOND_DERIVATIVE, {-0.0}, {0.0}},
    {CUSIGMOID_SECOND_DERIVATIVE, {inf}, {-0.0}},
    {CUSIGMOID_SECOND_DERIVATIVE, {-inf}, {0.0}},
    {CUSIGMOID_LOG_SIGMOID, {-inf}, {-inf}},
    {CUSIGMOID_LOG_SIGMOID, {inf}, {-0.0}},
    {CUSIGMOID_LOG_SIGMOID, {nan}, {nan}},
    {CUSIGMOID_LOG_SIGMOID_DERIVATIVE, {-inf}, {1}},
    {CUSIGMOID_LOG_SIGMOID_DERIVATIVE, {inf}, {0.0}},
    {CUSIGMOID_SOFTPLUS, {inf}, {inf}},
    {CUSIGMOID_SOFTPLUS, {-inf}, {0.0}},
    {CUSIGMOID_SOFTPLUS_DERIVATIVE, {inf}, {1}},
    {CUSIGMOID_SOFTPLUS_BACKWARD, {-2, 0.0}, {-1}},
    {CUSIGMOID_SILU, {inf}, {inf}},
    {CUSIGMOID_SILU, {-inf}, {-0.0}},
    {CUSIGMOID_SILU, {-0.0}, {-0.0}},
    {CUSIGMOID_SILU, {nan}, {nan}},
    {CUSIGMOID_SILU_DERIVATIVE, {inf}, {1}},
    {CUSIGMOID_SILU_DERIVATIVE, {-inf}, {-0.0}},
    {CUSIGMOID_SILU_DERIVATIVE, {0.0}, {0.5}},
    {CUSIGMOID_SILU_BACKWARD, {-2, -inf}, {0.0}},
    {CUSIGMOID_SILU_BACKWARD, {-2, inf}, {-2}},
    {CUSIGMOID_SILU_SECOND_DERIVATIVE, {0.0}, {0.5}},
    {CUSIGMOID_SILU_SECOND_DERIVATIVE, {inf}, {-0.0}},
    {CUSIGMOID_SILU_SECOND_DERIVATIVE, {-inf}, {-0.0}},
    {CUSIGMOID_TANH, {inf}, {1}},
    {CUSIGMOID_TANH, {-inf}, {-1}},
    {CUSIGMOID_TANH, {0.0}, {0.0}},
    {CUSIGMOID_TANH, {-0.0}, {-0.0}},
    {CUSIGMOID_TANH_DERIVATIVE, {0.0}, {1}},
    {CUSIGMOID_TANH_DERIVATIVE, {-inf}, {0.0}},
    {CUSIGMOID_SIGNED_SIGMOID, {inf}, {-0.0}},
    {CUSIGMOID_SIGNED_SIGMOID, {-inf}, {0.0}},
    {CUSIGMOID_SIGNED_SIGMOID, {0.0}, {-0.5}},
    {CUSIGMOID_SIGNED_SIGMOID, {-0.0}, {-0.5}},
    {CUSIGMOID_BACKWARD_FROM_SIGNED, {4, -0.5}, {1}},
    {CUSIGMOID_BACKWARD_FROM_SIGNED, {2, -0.0}, {0.0}},
    {CUSIGMOID_BIAS_FORWARD, {inf, -inf}, {nan}},
    {CUSIGMOID_BIAS_FORWARD, {2, -2}, {0.5}},
    {CUSIGMOID_GLU_SPLIT, {4, 0.0}, {2}},
    {CUSIGMOID_GLU_SPLIT, {inf, -inf}, {nan}},
    {CUSIGMOID_GLU_SPLIT, {-2, inf}, {-2}},
    {CUSIGMOID_SWIGLU_SPLIT, {-inf, 1}, {-0.0}},
    {CUSIGMOID_SWIGLU_SPLIT, {2, -0.0}, {-0.0}},
    {CUSIGMOID_BCE_WITH_LOGITS, {inf, 1, 1, 1}, {0.0}},
    {CUSIGMOID_BCE_WITH_LOGITS, {-inf, 1, 1, 1}, {inf}},
    {CUSIGMOID_BCE_WITH_LOGITS, {-inf, 1, 0, 1}, {0.0}},
    {CUSIGMOID_BCE_WITH_LOGITS, {-inf, 1, 1, 0}, {0.0}},
    {CUSIGMOID_BCE_WITH_LOGITS, {nan, 1, 1, 1}, {nan}},
    {CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {nan, 1, 0, 1, 1}, {0.0}},
    {CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {nan, 1, 1, 0, 1}, {0.0}},
    {CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {1, 0.5, 0, 1, inf}, {0.0}},
    {CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {nan, 1, 1, 1, 1}, {nan}},
    {CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {0.0, 1, 1, 1, 1}, {-0.5}},
    {CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {inf, 0, 3, 1, 1}, {3}},
    {CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {-inf, 1, 0, 1, 1}, {0.0}},
    {CUSIGMOID_BCE_WITH_LOGITS_SUM, {inf, 1}, {0.0}},
    {CUSIGMOID_BCE_WITH_LOGITS_SUM, {-inf, 0}, {0.0}},
    {CUSIGMOID_BCE_WITH_LOGITS_SUM, {inf, 0}, {inf}},
    {CUSIGMOID_BCE_WITH_LOGITS_SUM, {inf, 0.5}, {inf}},
    {CUSIGMOID_BCE_WITH_LOGITS_SUM, {nan, 1}, {nan}},
    {CUSIGMOID_BCE_WITH_LOGITS_SUM, {1, nan}, {nan}},
};

class SpecialValues : public testing::TestWithParam<typed_op> {};

TEST_P(SpecialValues, AreTheLimitsOfTheFunctions) {
  for (auto const &c : cases) {
    if (c.op != GetParam().op) continue;
    bool const infinite = std::any_of(c.in.begin(), c.in.end(), [](double v) { return std::isinf(v); });
    if (infinite && !problem(c.op, GetParam().dtypes, {1, 1, 0, {}, -1}).type(false, 0).infinities) continue;
    problem p(c.op, GetParam().dtypes, {1, 1, 0, {}, -1});
    for (int i = 0; i < p.operands(false); ++i) p.set_input(i, 0, 0, 1);
    for (std::size_t i = 0; i < c.in.size(); ++i) p.set_input(static_cast<int>(i), 0, 0, c.in[i]);
    cpu().run(p);
    for (std::size_t o = 0; o < c.out.size(); ++o) {
      int const operand = static_cast<int>(o);
      EXPECT_EQ(p.bits(true, operand, 0, 0), encode(p.type(true, operand), c.out[o]))
          << p.info.name << " of " << c.in[0] << " " << c.in.back() << ": result " << o << " is " << p.get(true, operand, 0, 0) << ", not "
          << c.out[o];
    }
  }
}

TEST_P(SpecialValues, NaNsOfAnyPayloadBecomeTheOneQuietNaN) {
  problem p(GetParam().op, GetParam().dtypes, {1, 2, 0, {}, -1});
  for (int i = 0; i < p.operands(false); ++i)
    for (std::size_t c = 0; c < 2; ++c) p.set_input(i, 0, c, 0.5);
  auto const &t = p.arrays[0].type();
  p.arrays[0].set_bits(0, 0, t.infinity() | 1);                                        // signalling
  p.arrays[0].set_bits(0, 1, (std::uint64_t{1} << (t.bits() - 1)) | t.quiet_nan | 5);  // negative, with a payload
  cpu().run(p);
  if (p.info.arrays[0].role == CUSIGMOID_INTERLEAVED) return;  // whose second element is of the other part
  for (std::size_t c = 0; c < (p.reduction() == CUSIGMOID_SUM_ALL && p.operands(true) == 1 ? 1u : 2u); ++c)
    EXPECT_EQ(p.bits(true, 0, 0, c), p.type(true, 0).quiet_nan);
}

TEST_P(SpecialValues, TheCallersRoundingModeDoesNotMatterAndComesBack) {
  std::vector<executor> rounding;
  for (int mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO})
    rounding.push_back({"the CPU backend under rounding mode " + std::to_string(mode), [mode](problem &p) {
                          std::fesetround(mode);
                          cpu(2).run(p);
                          int const after = std::fegetround();
                          std::fesetround(FE_TONEAREST);
                          EXPECT_EQ(after, mode);
                        }});
  expect_same_bits(cpu(), rounding, GetParam().op, GetParam().dtypes, {1, 40000, 0, {}, -1}, 3);
}

#if defined(__x86_64__)
TEST_P(SpecialValues, TheCallersFlushToZeroDoesNotMatterAndComesBack) {
  executor const flushing = {"the CPU backend under FTZ and DAZ", [](problem &p) {
                               unsigned const before = _mm_getcsr(), flush = before | 0x8040;
                               _mm_setcsr(flush);
                               cpu(2).run(p);
                               unsigned const after = _mm_getcsr();
                               _mm_setcsr(before);
                               EXPECT_EQ(after, flush);
                             }};
  expect_same_bits(cpu(), {flushing}, GetParam().op, GetParam().dtypes, {1, 40000, 0, {}, -1}, 4);
}
#endif

INSTANTIATE_TEST_SUITE_P(Table, SpecialValues, testing::ValuesIn(all_typed_ops()), testing::PrintToStringParamName());

// Wrong results that users of other libraries have reported, with the right ones.

double double_of(cusigmoid_op op, std::vector<double> const &in) {
  double out = 0;
  std::vector<cusigmoid_array> arrays;
  for (double const &v : in) arrays.push_back(cusigmoid_vector(CUSIGMOID_FLOAT64, &v, 1));
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  EXPECT_EQ(cusigmoid_get_op_info(op, &info), CUSIGMOID_SUCCESS);
  while (arrays.size() < static_cast<std::size_t>(info.inputs)) arrays.push_back(CUSIGMOID_ARRAY_INIT);
  cusigmoid_array const to = cusigmoid_vector(CUSIGMOID_FLOAT64, &out, 1);
  cusigmoid_place const place = cusigmoid_on_cpu(1);
  EXPECT_EQ(cusigmoid_run(op, &place, arrays.data(), &to, nullptr), CUSIGMOID_SUCCESS) << cusigmoid_last_error();
  return out;
}

TEST(ReportedElsewhere, SiluOfMinusInfinityIsNoNaN) {  // pytorch#195197
  EXPECT_EQ(double_of(CUSIGMOID_SILU, {-inf}), 0);
  EXPECT_EQ(double_of(CUSIGMOID_SILU_BACKWARD, {1, -inf}), 0);
  EXPECT_EQ(double_of(CUSIGMOID_SILU_BACKWARD, {1, inf}), 1);
}

TEST(ReportedElsewhere, DerivativesDoNotVanishInTheTailsOfDoubles) {  // pytorch#195527, #195529, #195530, #195681, #195682; jax#39798
  EXPECT_DOUBLE_EQ(double_of(CUSIGMOID_BACKWARD_FROM_INPUT, {1, 40}), 4.248354255291589e-18);
  EXPECT_DOUBLE_EQ(double_of(CUSIGMOID_BACKWARD_FROM_INPUT, {1, 37.42994775023705}), 5.551115123125775e-17);
  EXPECT_DOUBLE_EQ(double_of(CUSIGMOID_SECOND_DERIVATIVE, {40}), -4.248354255291589e-18);
  EXPECT_DOUBLE_EQ(-double_of(CUSIGMOID_DERIVATIVE, {40}), -4.248354255291589e-18) << "the second derivative of log_sigmoid";
  EXPECT_DOUBLE_EQ(double_of(CUSIGMOID_TANH_BACKWARD, {1, 20}), 1.6993417021166355e-17);
  EXPECT_DOUBLE_EQ(double_of(CUSIGMOID_SILU_DERIVATIVE, {-709}), -8.614807714413836e-306);
}

TEST(ReportedElsewhere, TheLossIsSymmetricToItsLastBit) {  // pytorch#195677
  double const x = 37.42994775023705;
  EXPECT_DOUBLE_EQ(double_of(CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {x, 1}), -5.551115123125776e-17);
  for (double logit : {x, 0.1, 3.0, 20.0, 700.0})
    for (cusigmoid_op op : {CUSIGMOID_BCE_WITH_LOGITS, CUSIGMOID_BCE_WITH_LOGITS_BACKWARD})
      EXPECT_EQ(std::fabs(double_of(op, {logit, 1})), std::fabs(double_of(op, {-logit, 0}))) << logit;
}

TEST(ReportedElsewhere, LogSigmoidOfMinusInfinityIsNoNaN) {  // pytorch#20972, #135359
  EXPECT_EQ(double_of(CUSIGMOID_LOG_SIGMOID, {-inf}), -inf);
  EXPECT_EQ(double_of(CUSIGMOID_LOG_SIGMOID_BACKWARD, {1, -inf}), 1);
  EXPECT_EQ(double_of(CUSIGMOID_BCE_WITH_LOGITS, {-inf, 0.9}), inf);
}

TEST(ReportedElsewhere, TheGradientOfSigmoidIsNotZeroWhereTheOutputHasRoundedToOne) {  // tenstorrent/tt-metal#55724
  cusigmoid_place const place = cusigmoid_on_cpu(1);
  for (float x : {16.75f, 20.0f, 87.0f}) {
    float const dy = 1;
    float dx;
    ASSERT_EQ(cusigmoid_backward_from_input(place, CUSIGMOID_FLOAT32, &dy, &x, &dx, 1), CUSIGMOID_SUCCESS);
    EXPECT_LE(ulp_error(sigmoid_derivative(reference::real(x)), dx, traits(CUSIGMOID_FLOAT32)), 0.5) << x;
  }
  auto const &bfloat16 = traits(CUSIGMOID_BFLOAT16);
  for (double x : {6.25, 10.0, 80.0}) {
    auto const dy = static_cast<std::uint16_t>(encode(bfloat16, 1)), bits = static_cast<std::uint16_t>(encode(bfloat16, x));
    std::uint16_t dx;
    ASSERT_EQ(cusigmoid_backward_from_input(place, CUSIGMOID_BFLOAT16, &dy, &bits, &dx, 1), CUSIGMOID_SUCCESS);
    EXPECT_LE(ulp_error(sigmoid_derivative(reference::real(x)), decode(bfloat16, dx), bfloat16), 0.5) << x;
  }
}

// Counter-examples that easier designs fail.

reference::real real_silu_derivative(double alpha, double gate) { return silu_derivative(reference::real(alpha) * reference::real(gate)); }

TEST(KnownTraps, GatesWithParametersKeepTheirLimitsAndTheirZeros) {
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  cusigmoid_place const place = cusigmoid_on_cpu(1);
  auto const swiglu = [&](float gate) {
    float const up = 1;
    float h = 0;
    EXPECT_EQ(cusigmoid_swiglu_split(place, CUSIGMOID_FLOAT32, &gate, &up, &h, 1, &params), CUSIGMOID_SUCCESS);
    return h;
  };
  auto const dgate = [&](float dh, float gate, float up) {
    float of_gate = 0, of_up = 0;
    EXPECT_EQ(cusigmoid_swiglu_split_backward(place, CUSIGMOID_FLOAT32, &dh, &gate, &up, &of_gate, &of_up, 1, &params), CUSIGMOID_SUCCESS);
    return of_gate;
  };
  EXPECT_EQ(dgate(HUGE_VALF, -800, 1e-30f), -HUGE_VALF) << "infinity times a number that is not 0, small as it is";
  params.alpha = -1;
  EXPECT_EQ(swiglu(-1000), -1000);
  EXPECT_EQ(swiglu(-HUGE_VALF), -HUGE_VALF);
  EXPECT_EQ(swiglu(HUGE_VALF), 0);
  params.alpha = 1.7046193903480986;  // alpha·0.75 lies next to the zero of SiLU′, nearer than a double can say
  EXPECT_LE(ulp_error(real_silu_derivative(params.alpha, -0.75), dgate(1, -0.75f, 1), traits(CUSIGMOID_FLOAT32)), 0.52);
  params = CUSIGMOID_PARAMS_INIT;
  params.limit = 7;
  for (float dh : {-1.0f, HUGE_VALF, std::nanf("")}) EXPECT_EQ(dgate(dh, 8, 1), 0) << "held by the limit, for dh = " << dh;
}

TEST(KnownTraps, GatesThatCancelLeaveTheStateAlone) {
  double const big = 1e308, gates[] = {0, 1, big, 0}, bias[] = {0, 0, -big, 0}, c_prev = 1;
  double c, h;
  ASSERT_EQ(cusigmoid_lstm_cell(cusigmoid_on_cpu(1), CUSIGMOID_FLOAT64, gates, bias, &c_prev, &c, &h, 1, 1), CUSIGMOID_SUCCESS);
  EXPECT_LE(ulp_error(sigmoid(reference::real(1)), c, traits(CUSIGMOID_FLOAT64)), 0.52);
}

/// f(x) that is next to a tie by less than f64 can tell: found by trying every input (tools/verify).
TEST(KnownTraps, TiesOfMixedTypesFallOnTheRightSide) {
  struct tie {
    cusigmoid_op op;
    cusigmoid_dtype from, to;
    std::uint32_t x, y;
  };
  cusigmoid_place const place = cusigmoid_on_cpu(1);
  for (tie const &t : {tie{CUSIGMOID_TANH, CUSIGMOID_FLOAT32, CUSIGMOID_BFLOAT16, 0x20018000, 0x2001},
                       tie{CUSIGMOID_SOFTPLUS, CUSIGMOID_FLOAT32, CUSIGMOID_BFLOAT16, 0x43028000, 0x4303},
                       tie{CUSIGMOID_LOG_SIGMOID, CUSIGMOID_FLOAT32, CUSIGMOID_BFLOAT16, 0xc3028000, 0xc303}}) {
    std::uint32_t y = 0;
    cusigmoid_array const in = cusigmoid_vector(t.from, &t.x, 1), out = cusigmoid_vector(t.to, &y, 1);
    ASSERT_EQ(cusigmoid_run(t.op, &place, &in, &out, nullptr), CUSIGMOID_SUCCESS) << cusigmoid_last_error();
    EXPECT_EQ(y, t.y) << std::hex << t.x;
  }
  for (auto [x, dtype] : {std::pair{0xb620, CUSIGMOID_BFLOAT16}, std::pair{0x8028, CUSIGMOID_FLOAT16}}) {
    auto const bits = static_cast<std::uint16_t>(x);
    float y;
    cusigmoid_array const in = cusigmoid_vector(dtype, &bits, 1), out = cusigmoid_vector(CUSIGMOID_FLOAT32, &y, 1);
    ASSERT_EQ(cusigmoid_run(CUSIGMOID_SILU, &place, &in, &out, nullptr), CUSIGMOID_SUCCESS);
    std::uint32_t y_bits;
    std::memcpy(&y_bits, &y, sizeof y);
    EXPECT_TRUE(correctly_rounded(silu(reference::real(decode(traits(dtype), bits))), y, y_bits, traits(CUSIGMOID_FLOAT32))) << y;
  }
}

TEST(KnownTraps, AHugeGradientTimesATinyDerivativeIsNotLost) {
  float const dy = 1e38f, x = -110;
  float dx;
  cusigmoid_place const place = cusigmoid_on_cpu(1);
  ASSERT_EQ(cusigmoid_backward_from_input(place, CUSIGMOID_FLOAT32, &dy, &x, &dx, 1), CUSIGMOID_SUCCESS);
  EXPECT_LE(ulp_error(reference::real(dy) * sigmoid_derivative(reference::real(x)), dx, traits(CUSIGMOID_FLOAT32)), 0.52);
  double const dy64 = 1e308, x64 = -1400;
  double dx64;
  ASSERT_EQ(cusigmoid_backward_from_input(place, CUSIGMOID_FLOAT64, &dy64, &x64, &dx64, 1), CUSIGMOID_SUCCESS);
  EXPECT_LE(ulp_error(reference::real(dy64) * sigmoid_derivative(reference::real(x64)), dx64, traits(CUSIGMOID_FLOAT64)), 0.52);
}

TEST(KnownTraps, TheGradientFromTheInputSurvivesWhereTheOutputHasRoundedToOne) {
  float const dy = 1, x = 30;
  float y, from_y, from_x;
  cusigmoid_place const place = cusigmoid_on_cpu(1);
  ASSERT_EQ(cusigmoid_forward(place, CUSIGMOID_FLOAT32, &x, &y, 1), CUSIGMOID_SUCCESS);
  ASSERT_EQ(cusigmoid_backward(place, CUSIGMOID_FLOAT32, &dy, &y, &from_y, 1), CUSIGMOID_SUCCESS);
  ASSERT_EQ(cusigmoid_backward_from_input(place, CUSIGMOID_FLOAT32, &dy, &x, &from_x, 1), CUSIGMOID_SUCCESS);
  EXPECT_EQ(y, 1);
  EXPECT_EQ(from_y, 0);
  EXPECT_LE(ulp_error(sigmoid_derivative(reference::real(x)), from_x, traits(CUSIGMOID_FLOAT32)), 0.52);
}

TEST(KnownTraps, AnOutputDoesNotSufferFromAnInputItDoesNotRead) {
  cusigmoid_place const place = cusigmoid_on_cpu(1);
  for (double gate : {-740.0, -720.0, -1000.0, -1e-310, 5e-324, 3.0})
    for (double up : {HUGE_VAL, std::nan("")}) {
      double const dh = 1e-3, x[] = {gate, 1, gate, up};
      double const dhs[] = {dh, dh};
      double dx[4];
      ASSERT_EQ(cusigmoid_swiglu_backward(place, CUSIGMOID_FLOAT64, dhs, x, dx, 2, 1), CUSIGMOID_SUCCESS);
      EXPECT_EQ(dx[1], dx[3]) << "dup for gate " << gate;
      EXPECT_LE(ulp_error(reference::real(dh) * silu(reference::real(gate)), dx[1], traits(CUSIGMOID_FLOAT64)), 0.52) << gate;
    }
}

/// Next to its zero SiLU′ is the difference of nearly equal numbers.
TEST(KnownTraps, TheZeroOfSiluDerivativeCostsNoAccuracy) {
  cusigmoid_place const place = cusigmoid_on_cpu(1);
  double const zero = -1.2784645427610738, dh = 1, up = 1;
  std::vector<double> gates;
  for (double above = zero, below = zero; gates.size() < 2000;) {
    gates.insert(gates.end(), {above, below});
    above = std::nextafter(above, 0), below = std::nextafter(below, -2);
  }
  for (double distance = 1e-15; distance < 0.3; distance *= 1.01) gates.insert(gates.end(), {zero - distance, zero + distance});
  for (double gate : gates) {
    double const x[] = {gate, up};
    double dx[2];
    ASSERT_EQ(cusigmoid_swiglu_backward(place, CUSIGMOID_FLOAT64, &dh, x, dx, 1, 1), CUSIGMOID_SUCCESS);
    ASSERT_LE(ulp_error(silu_derivative(reference::real(gate)), dx[0], traits(CUSIGMOID_FLOAT64)), 0.52) << gate;
  }
}

/// No float is closer to the zero than 2^−29, but for gradients of all sizes that takes what fp64 has to spare.
TEST(KnownTraps, TheZeroOfSiluDerivativeCostsNoAccuracyInFloat) {
  std::vector<float> dh, x;
  auto const add = [&](float gradient, float gate) {
    dh.push_back(gradient);
    x.insert(x.end(), {gate, 1});
  };
  add(0x1.514802p+0f, -0x1.474974p+0f);  // once 0.62 ulp
  float const zero = -0x1.474974p+0f;
  for (float above = zero, below = zero; dh.size() < 40000;) {
    for (int i = 0; i < 200; ++i) {
      float const gradient = 1 + static_cast<float>(dh.size() * 2654435761 % (1 << 23)) * 0x1p-23f;
      add(gradient, above);
      add(gradient, below);
    }
    above = std::nextafter(above, 0.0f), below = std::nextafter(below, -2.0f);
  }
  for (float distance = 1e-6f; distance < 0.3f; distance *= 1.001f) {
    add(1.7f, zero - distance);
    add(1.7f, zero + distance);
  }
  std::vector<float> dx(x.size());
  ASSERT_EQ(cusigmoid_swiglu_backward(cusigmoid_on_cpu(1), CUSIGMOID_FLOAT32, dh.data(), x.data(), dx.data(), dh.size(), 1),
            CUSIGMOID_SUCCESS);
  for (std::size_t i = 0; i < dh.size(); ++i) {
    auto const exact = reference::real(dh[i]) * silu_derivative(reference::real(x[2 * i]));
    ASSERT_LE(ulp_error(exact, dx[2 * i], traits(CUSIGMOID_FLOAT32)), 0.52) << x[2 * i] << " with the gradient " << dh[i];
  }
}

}  // namespace
