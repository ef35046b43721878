// SPDX-License-Identifier: Apache-2.0
// The shortcuts of functions of one input, and of their products with a second.
#include "tests/shortcuts.hpp"

using namespace cusigmoid;
using namespace cusigmoid::engine;

namespace {

/// Every 16-bit input, beside another one.
template <class Op, class T>
count every_input_beside_another() {
  tried<Op, T> words;
  for (unsigned i = 0; i < 65536 && !testing::Test::HasFatalFailure(); ++i)
    words.expect_right_within_all_bounds(i | (i * 40503 & 0xffff) << 16);
  return words.seen;
}

TEST(Shortcuts, ForwardOfEveryBfloat16) {
  EXPECT_LT((every_input_beside_another<ops::forward, bfloat16>().unsure), 15 * 2 * 256) << "NaN only";
}
TEST(Shortcuts, ForwardOfEveryFloat16) {
  EXPECT_LT((every_input_beside_another<ops::forward, float16>().unsure), 15 * 2 * 2050) << "NaN and two more inputs";
}
TEST(Shortcuts, DerivativeOfEveryBfloat16) { EXPECT_LT((every_input_beside_another<ops::derivative, bfloat16>().unsure), 15 * 2 * 350); }
TEST(Shortcuts, DerivativeOfEveryFloat16) { EXPECT_LT((every_input_beside_another<ops::derivative, float16>().unsure), 15 * 2 * 2300); }
template <class... Op>
void expect_every_16_bits_right() {
  (every_input_beside_another<Op, bfloat16>(), ...);
  (every_input_beside_another<Op, float16>(), ...);
}
TEST(Shortcuts, EstimatesOfEvery16Bits) {
  expect_every_16_bits_right<ops::second_derivative, ops::log_sigmoid, ops::softplus, ops::silu_derivative, ops::silu_second_derivative,
                             ops::tanh>();
}
TEST(Shortcuts, ProductsOfEvery16Bits) {
  expect_every_16_bits_right<ops::silu, ops::tanh_derivative, ops::log_sigmoid_derivative, ops::signed_sigmoid>();
}

/// Every 1021st float. (tools/proofs/float_shortcuts.cpp tries all.)
template <class Op>
void expect_floats_right() {
  tried<Op, float> words;
  for (std::uint64_t i = 0; i < std::uint64_t{1} << 32 && !testing::Test::HasFatalFailure(); i += 1021)
    words.template expect_right_for_all_inverses<0>(static_cast<word32>(i));
}

TEST(Shortcuts, ForwardOfFloat) { expect_floats_right<ops::forward>(); }
TEST(Shortcuts, DerivativeOfFloat) { expect_floats_right<ops::derivative>(); }
/// Doubles of all sizes that a function is not trivial for.
template <class Op>
void expect_doubles_right() {
  tried<Op, double> words;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int i = 0; i < 300000 && !testing::Test::HasFatalFailure(); ++i)
    words.template expect_right_for_all_inverses<0>(
        bits_of(i % 2 ? (i % 4 == 1 ? 90 : 600) * unit(random) : unit(random) * std::exp2(40 * unit(random))));
  for (double x : {0.0,
                   -0.0,
                   1e300,
                   -1e300,
                   0x1p-1074,
                   HUGE_VAL,
                   -HUGE_VAL,
                   std::nan(""),
                   80.0,
                   -80.0,
                   64.0,
                   -24.0,
                   40.0,
                   512.0,
                   -512.0,
                   513.0,
                   700.0,
                   6.2383246250395077,
                   -6.2383246250395077,
                   constants::silu_second_derivative_zero_hi})
    words.template expect_right_for_all_inverses<0>(bits_of(x));
}
TEST(Shortcuts, FunctionsOfDouble) {
  expect_doubles_right<ops::forward>();
  expect_doubles_right<ops::derivative>();
  expect_doubles_right<ops::silu>();
  expect_doubles_right<ops::silu_derivative>();
  expect_doubles_right<ops::tanh_derivative>();
  expect_doubles_right<ops::log_sigmoid_derivative>();
  expect_doubles_right<ops::signed_sigmoid>();
  expect_doubles_right<ops::tanh>();
  expect_doubles_right<ops::softplus>();
  expect_doubles_right<ops::log_sigmoid>();
  expect_doubles_right<ops::second_derivative>();
  expect_doubles_right<ops::silu_second_derivative>();
}

TEST(Shortcuts, SiluOfFloat) { expect_floats_right<ops::silu>(); }
TEST(Shortcuts, SigmoidsOfFloat) {
  expect_floats_right<ops::log_sigmoid_derivative>();
  expect_floats_right<ops::signed_sigmoid>();
}
TEST(Shortcuts, SiluDerivativeOfFloat) { expect_floats_right<ops::silu_derivative>(); }
TEST(Shortcuts, TanhOfFloat) { expect_floats_right<ops::tanh>(); }
TEST(Shortcuts, SoftplusOfFloat) {
  expect_floats_right<ops::softplus>();
  expect_floats_right<ops::log_sigmoid>();
}
TEST(Shortcuts, TanhDerivativeOfFloat) { expect_floats_right<ops::tanh_derivative>(); }
TEST(Shortcuts, SecondDerivativesOfFloat) {
  expect_floats_right<ops::second_derivative>();
  expect_floats_right<ops::silu_second_derivative>();
}

/// How many words of inputs drawn from [−limit, limit], the last from [last_low, limit], are left to the full computation.
template <class Op, class T>
double part_unsure(double last_low, double limit) {
  tried<Op, T> words;
  std::mt19937 random(1);
  auto const word = [&](double low) {
    word_of<T> w = 0;
    for (int bit = 0; bit < 8 * static_cast<int>(sizeof w); bit += 8 * static_cast<int>(sizeof(T)))
      w |= word_with(element<T>::narrow(std::uniform_real_distribution<double>(low, limit)(random)), bit);
    return w;
  };
  for (int i = 0; i < 200000; ++i)
    if constexpr (Op::in::size == 1)
      words.template expect_right_if_sure<machine>(word(last_low));
    else
      words.template expect_right_if_sure<machine>(word(-limit), word(last_low));
  return static_cast<double>(words.seen.unsure) / words.seen.tried;
}

TEST(Shortcuts, LeaveLittleToTheFullComputation) {
  EXPECT_LT((part_unsure<ops::forward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::derivative, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::backward_from_input, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::backward, float>(0, 1)), 0.0001);
  EXPECT_LT((part_unsure<ops::forward, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::derivative, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::backward_from_input, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::silu, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::swiglu_split, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::tanh, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::softplus, double>(-8, 8)), 0.006);
  EXPECT_LT((part_unsure<ops::log_sigmoid, double>(-8, 8)), 0.006);
  EXPECT_LT((part_unsure<ops::second_derivative, double>(-8, 8)), 0.005);
  EXPECT_LT((part_unsure<ops::silu_second_derivative, double>(-8, 8)), 0.01);
  EXPECT_EQ((part_unsure<ops::backward, double>(0, 1)), 0);
  EXPECT_LT((part_unsure<ops::forward, float16>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::derivative, float16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::backward_from_input, float16>(-8, 8)), 0.004);
  EXPECT_EQ((part_unsure<ops::backward, float16>(0, 1)), 0);
  EXPECT_EQ((part_unsure<ops::forward, bfloat16>(-8, 8)), 0);
  EXPECT_LT((part_unsure<ops::derivative, bfloat16>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::backward_from_input, bfloat16>(-8, 8)), 0.004);
  EXPECT_LT((part_unsure<ops::backward, bfloat16>(0, 1)), 0.005) << "y = 1";
  EXPECT_LT((part_unsure<ops::silu, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::silu_derivative, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::silu_backward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::glu_split, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::swiglu_split, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::tanh, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::tanh, float>(-0.01, 0.01)), 0.02);
  EXPECT_LT((part_unsure<ops::softplus, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::log_sigmoid, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::second_derivative, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::second_derivative, float>(-0.01, 0.01)), 0.07);
  EXPECT_LT((part_unsure<ops::silu_second_derivative, float>(-8, 8)), 0.006) << "it is small about its zeros, and beyond 5";
  EXPECT_LT((part_unsure<ops::bias_forward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::bias_forward, double>(-8, 8)), 0.003);
  EXPECT_LT((part_unsure<ops::tanh_backward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::tanh_derivative, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::softplus_backward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::log_sigmoid_backward, float>(-8, 8)), 0.002);
  EXPECT_LT((part_unsure<ops::tanh_derivative, float16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::tanh_derivative, bfloat16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::tanh_backward, float16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::tanh_backward, bfloat16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::glu_split, float16>(-8, 8)), 0.004);
  EXPECT_LT((part_unsure<ops::glu_split, bfloat16>(-8, 8)), 0.01);
  EXPECT_LT((part_unsure<ops::silu, float16>(-8, 8)), 0.004);
  EXPECT_LT((part_unsure<ops::swiglu_split, float16>(-8, 8)), 0.007);
  EXPECT_LT((part_unsure<ops::silu, bfloat16>(-8, 8)), 0.015) << "x − x·σ(−x) is near x less half an ulp for many x";
  EXPECT_LT((part_unsure<ops::swiglu_split, bfloat16>(-8, 8)), 0.004);
}

f64 size_of(engine::internal::two_parts<f64> v) { return abs(v.value); }
f64 size_of(engine::internal::sized_parts<f64> v) { return v.size; }

/// The largest distance between a function in two doubles and in double_double, relative to its size, for arguments of all sizes.
template <class Function, class Table, int inverse_ulps>
double distance_from_double_double(double_double<f64> (*exact_of)(double_double<f64>)) {
  auto const table = Table::make();
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(-1, 1);
  double largest = 0;
  for (int i = 0; i < 500000; ++i) {
    double const x = i % 2 ? Function::range * unit(random) : 8 * unit(random) * std::exp2(20 * (unit(random) - 1));
    auto const v = Function::template parts<shifted<0, inverse_ulps>>(table, f64(x));
    double_double<f64> const exact = exact_of(to_double_double(f64(x)));
    f64 const scale = power_of_two(exact.exponent), hi = exact.hi * scale, lo = exact.lo * scale;
    largest = std::max(largest, std::fabs((((v.value - hi) + (v.low - lo)) / size_of(v)).v));
  }
  return largest;
}

/// A product in two doubles is sure where all within the function's bound is rounded alike, and is to be what double_double gives: between
/// them there must not be more than that.
template <class Function, class Table = in_two_doubles::table>
void expect_two_doubles_near(double_double<f64> (*exact_of)(double_double<f64>)) {
  EXPECT_LT((distance_from_double_double<Function, Table, -1>(exact_of)), Function::template error<in_two_doubles>);
  EXPECT_LT((distance_from_double_double<Function, Table, 1>(exact_of)), Function::template error<in_two_doubles>);
}
template <class Function>
struct of_magnitude {
  static constexpr double range = Function::most;
  template <class>
  static constexpr double error = Function::error;
  template <class Approximate, class Table>
  static auto parts(Table const &table, f64 x) {
    return Function::template of<Approximate>(table, abs(x));
  }
};
struct softplus_parts {
  static constexpr double range = in_two_doubles::softplus_range;
  template <class>
  static constexpr double error = in_two_doubles::softplus_error;
  template <class Approximate, class Table>
  static auto parts(Table const &table, f64 x) {
    return engine::internal::softplus_in_parts<Approximate>(table, x);
  }
};
TEST(Shortcuts, FunctionsInTwoDoublesAreWithinTheirBounds) {
  namespace functions = engine::internal;
  expect_two_doubles_near<functions::sigmoid_factor>([](double_double<f64> x) { return sigmoid(x); });
  expect_two_doubles_near<functions::derivative_factor>([](double_double<f64> x) { return sigmoid_derivative(x); });
  expect_two_doubles_near<functions::silu_derivative_factor>([](double_double<f64> x) { return silu_derivative(x); });
  expect_two_doubles_near<of_magnitude<functions::tanh_in_parts<in_two_doubles>>>(
      [](double_double<f64> x) { return engine::tanh(magnitude(x)); });
  expect_two_doubles_near<of_magnitude<functions::second_derivative_in_parts<in_two_doubles>>>(
      [](double_double<f64> x) { return -sigmoid_second_derivative(magnitude(x)); });
  expect_two_doubles_near<of_magnitude<functions::silu_second_derivative_in_parts<in_two_doubles>>>(
      [](double_double<f64> x) { return silu_second_derivative(x); });
  expect_two_doubles_near<softplus_parts, log1p_table<in_two_doubles>>([](double_double<f64> x) { return softplus(x); });
}

/// A gradient of any size beside a second input that draws many sizes, too.
template <class Op, class T>
count many_pairs(double limit) {
  tried<Op, T> words;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(0, 1);
  auto const draw = [&](bool second) {
    double v = second ? limit * unit(random) : std::exp2(20 * (unit(random) - 0.5));
    if (random() % 8 == 0) v = std::exp2(300 * (unit(random) - 0.5));
    if (random() % 64 == 0) v = random() % 3 == 0 ? 0 : random() % 2 ? HUGE_VAL : std::nan("");
    if (!std::is_same_v<Op, ops::backward> || !second || random() % 64 == 0) v = std::copysign(v, unit(random) - 0.5);
    if (second && std::is_same_v<Op, ops::backward> && random() % 16 == 0) v = 1 - std::exp2(-24 * unit(random));
    return element<T>::narrow(v);
  };
  auto const word = [&](bool second) {
    word_of<T> w = 0;
    for (int bit = 0; bit < 8 * static_cast<int>(sizeof w); bit += 8 * static_cast<int>(sizeof(T))) w |= word_with(draw(second), bit);
    return w;
  };
  for (int i = 0; i < 100000 && !testing::Test::HasFatalFailure(); ++i) words.expect_right_within_all_bounds(word(false), word(true));
  return words.seen;
}

template <class Op>
void expect_pairs_right(double limit) {
  many_pairs<Op, double>(limit);
  many_pairs<Op, float>(limit);
  many_pairs<Op, float16>(limit);
  many_pairs<Op, bfloat16>(limit);
}

/// The approximate reciprocal of 1 may be more than 1: nothing may overflow by it.
TEST(Shortcuts, TheLargestGradientsDoNotOverflowOnTheWay) {
  tried<ops::backward_from_input, float> words;
  for (word32 dy : {0x7f7fffffu, 0x7f7ffffeu, 0x7f7ffffdu, 0xff7fffffu})
    for (float x = -64; x <= 64; x += 0.25f) ASSERT_NO_FATAL_FAILURE(words.expect_right_for_all_inverses<0>(dy, bits_of(f32(x))));
}

TEST(Shortcuts, RoundingTowardsZeroOnTheHost) {
  EXPECT_EQ(bits_of(multiply_towards_zero(0x1p-149f, 0x1p-8f)), 0u);
  EXPECT_EQ(bits_of(multiply_towards_zero(-0x1p-149f, 0x1p-8f)), 0x80000000u);
  EXPECT_EQ(multiply_towards_zero(0x1.fffffep0f, 0x1.fffffep0f).v, 0x1.fffffcp1f);
  EXPECT_EQ(subtract_towards_zero(1.0f, 0x1p-60f).v, 0x1.fffffep-1f);
  EXPECT_EQ(subtract_towards_zero(1.0f, -0x1p-60f).v, 1.0f);
}

TEST(Shortcuts, BackwardOfManyPairs) { expect_pairs_right<ops::backward>(1); }
TEST(Shortcuts, BackwardFromInputOfManyPairs) { expect_pairs_right<ops::backward_from_input>(30); }
TEST(Shortcuts, ProductsOfManyPairs) {
  expect_pairs_right<ops::log_sigmoid_backward>(30);
  expect_pairs_right<ops::softplus_backward>(30);
  expect_pairs_right<ops::glu_split>(30);
  expect_pairs_right<ops::swiglu_split>(30);
  expect_pairs_right<ops::tanh_backward>(15);
  many_pairs<ops::bias_forward, double>(30);
  many_pairs<ops::bias_forward, float>(30);
  many_pairs<ops::silu_backward, double>(30);
  many_pairs<ops::silu_backward, float>(30);
}

/// Next to the zero of SiLU′, as far from it as the shortcut becomes sure.
TEST(Shortcuts, GradientsNextToTheZeroOfSiluDerivative) {
  tried<ops::silu_backward, float> words;
  tried<ops::swiglu_split_backward, float> gated;
  word32 const zero = bits_of(f32(static_cast<float>(constants::silu_derivative_zero_hi)));
  std::mt19937 random(1);
  for (int i = 0; i < 200000; ++i) {
    word32 const x = zero - (1u << 20) + static_cast<word32>(random()) % (1u << 21), dy = static_cast<word32>(random()),
                 up = static_cast<word32>(random());
    ASSERT_NO_FATAL_FAILURE(words.expect_right_for_all_inverses<0>(dy, x));
    ASSERT_NO_FATAL_FAILURE(gated.expect_right_for_all_inverses<0>(dy, x, up));
  }
}

/// Every pair of 8 bits.
template <class Op, class T>
void expect_every_pair_right() {
  tried<Op, T> words;
  for (unsigned i = 0; i < 65536 && !testing::Test::HasFatalFailure(); i += 4) {
    word32 const first = (i & 0xff) * 0x01010101u + 0x03020100u, second = (i >> 8) * 0x01010101u;  // i is a multiple of 4: no carry
    words.template expect_right_if_sure<machine>(first, second);
  }
  EXPECT_EQ(words.seen.unsure, 0u);
}

template <class... Op>
void expect_every_pair_of_8_bits_right() {
  (expect_every_pair_right<Op, float8_e4m3>(), ...);
  (expect_every_pair_right<Op, float8_e5m2>(), ...);
}
TEST(Shortcuts, ProductsOfEveryPairOf8Bits) {
  expect_every_pair_of_8_bits_right<ops::backward, ops::backward_from_input, ops::backward_from_signed, ops::log_sigmoid_backward,
                                    ops::softplus_backward, ops::silu_backward, ops::tanh_backward, ops::glu_split>();
}

/// trivial<Op> gives evaluate's results.
template <class Op, class... In>
void expect_trivial_right(In... in) {
  many<double, Op::out::size> known;
  if (!trivial<Op>::result(known, static_cast<double>(in)...)) return;
  auto const full = evaluate<Op, float>(default_parameters(), in...);
  for (int o = 0; o < Op::out::size; ++o) {
    float const got = element<float>::narrow(known.value[o]), expected = element<float>::narrow(full.value[o]);
    ASSERT_EQ(std::memcmp(&got, &expected, sizeof got), 0) << Op::name << " of " << testing::PrintToString(std::vector<double>{in...});
  }
}

TEST(Shortcuts, TrivialResultsAreTheFullComputations) {
  float const values[] = {16.5f,     -64.5f,  64.5f,  -103.5f, 103.5f,  110.0f,   -110.0f,   0.0f,       -0.0f,
                          0x1p-149f, 1.0f,    -1.0f,  0.5f,    86.0f,   87.5f,    -103.0f,   -105.5f,    104.0f,
                          106.0f,    -249.0f, 251.0f, -251.0f, 3.4e38f, -3.4e38f, HUGE_VALF, -HUGE_VALF, std::nanf("")};
  for (float a : values) {
    expect_trivial_right<ops::forward>(a);
    expect_trivial_right<ops::derivative>(a);
    expect_trivial_right<ops::silu>(a);
    expect_trivial_right<ops::tanh>(a);
    expect_trivial_right<ops::second_derivative>(a);
    expect_trivial_right<ops::softplus>(a);
    expect_trivial_right<ops::log_sigmoid>(a);
    for (float b : values) {
      expect_trivial_right<ops::silu_backward>(a, b);
      expect_trivial_right<ops::bce_with_logits>(b, 0.5f, a, 1.0f);
      expect_trivial_right<ops::bce_with_logits_backward>(b, 0.5f, a, 1.0f, 2.0f);
      for (float c : values) {
        expect_trivial_right<ops::glu_split_backward>(a, b, c);
        expect_trivial_right<ops::swiglu_split_backward>(a, b, c);
        expect_trivial_right<ops::lstm_cell>(1.0f, a, b, 2.0f, 3.0f, 0.0f, -b, 0.5f, c);
        expect_trivial_right<ops::lstm_cell>(a, 1.0f, b, 1.0f, 0.0f, 2.0f, b, 0.5f, c);
      }
      expect_trivial_right<ops::backward>(a, b);
      expect_trivial_right<ops::backward_from_input>(a, b);
      expect_trivial_right<ops::log_sigmoid_backward>(a, b);
      expect_trivial_right<ops::softplus_backward>(a, b);
      expect_trivial_right<ops::tanh_backward>(a, b);
      expect_trivial_right<ops::glu_split>(a, b);
      expect_trivial_right<ops::swiglu_split>(a, b);
    }
  }
}

}  // namespace
