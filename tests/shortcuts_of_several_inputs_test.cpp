// SPDX-License-Identifier: Apache-2.0
// The shortcuts of ops of several inputs: gated units, losses, the LSTM cell, and whatever is estimated.
#include "tests/shortcuts.hpp"

using namespace cusigmoid;
using namespace cusigmoid::engine;

namespace {

/// As many inputs as an op has: from a normal distribution, as training has them, and of many sizes, some zero, tiny, huge or no number.
/// How many of the first are left to the full computation.
template <class Op, class T, std::size_t... i>
double part_of_many_unsure(std::index_sequence<i...>, parameters const &given = default_parameters()) {
  tried<Op, T> words(given);
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal(0, 2);
  std::uniform_real_distribution<double> unit(-1, 1);
  bool plain = true;
  auto const draw = [&] {
    double const v = plain                ? normal(random)
                     : random() % 8 == 0  ? 0
                     : random() % 16 == 0 ? (random() % 2 ? HUGE_VAL : std::nan(""))
                                          : std::exp2(40 * unit(random));
    return element<T>::narrow(std::copysign(v, plain ? v : unit(random)));
  };
  auto const word = [&](std::size_t) {
    word_of<T> w = 0;
    for (int bit = 0; bit < 8 * static_cast<int>(sizeof w); bit += 8 * static_cast<int>(sizeof(T))) w |= word_with(draw(), bit);
    return w;
  };
  int constexpr n = 20000;
  for (int k = 0; k < n && !testing::Test::HasFatalFailure(); ++k) words.expect_right_at_the_ends(word(i)...);
  double const unsure = static_cast<double>(words.seen.unsure) / words.seen.tried;
  plain = false;
  for (int k = 0; k < n && !testing::Test::HasFatalFailure(); ++k) words.expect_right_at_the_ends(word(i)...);
  return unsure;
}

template <class Op, class... T>
void expect_estimates_right(parameters const &given = default_parameters(), double most_of_float16 = 0.07) {
  auto const expect = [](char const *name, double part, double most) { EXPECT_LT(part, most) << Op::name << " of " << name; };
  (expect(format<T>::name, part_of_many_unsure<Op, T>(std::make_index_sequence<Op::in::size>{}, given),
          format<T>::fraction > 7 ? most_of_float16 : 0.02),
   ...);
}
template <class Op>
void expect_all_estimates_right() {
  expect_estimates_right<Op, float16, bfloat16, float8_e4m3, float8_e5m2>();
}

TEST(Shortcuts, Estimates) {
  expect_estimates_right<ops::silu_backward, float16, bfloat16>();
  expect_estimates_right<ops::backward_from_signed, float16, bfloat16>();
  expect_all_estimates_right<ops::bias_forward>();
  expect_all_estimates_right<ops::glu_split_backward>();
  expect_all_estimates_right<ops::swiglu_split_backward>();
  expect_all_estimates_right<ops::bce_with_logits>();
  expect_all_estimates_right<ops::bce_with_logits_backward>();
  expect_all_estimates_right<ops::lstm_cell>();
  expect_estimates_right<ops::lstm_cell_backward, float16, bfloat16>(default_parameters(), 0.1);
  auto const all = std::make_index_sequence<ops::lstm_cell_backward::in::size>{};
  part_of_many_unsure<ops::lstm_cell_backward, float8_e4m3>(all);  // whose g + bias often is 0, and so are gradients, which are left open
  part_of_many_unsure<ops::lstm_cell_backward, float8_e5m2>(all);
}

/// How much of its bound an estimate errs by, the rounding of the bound's ends included.
template <class Op, int exp2_ulps, int inverse_ulps, class... F>
double part_of_bound(parameters const &given, F... in) {
  using estimates = engine::internal::estimates_of<Op>;
  auto const bound = make_table<typename estimates::bound>(given);
  auto const estimated = estimates::template of<shifted<exp2_ulps, inverse_ulps>>(bound, f32(in)...);
  auto const exact = engine::internal::apply<Op>(0, given, f64(static_cast<double>(in))...);
  double largest = 0;
  for (int o = 0; o < Op::out::size; ++o) {
    double const value = exact.value[o].v, error = std::fabs(static_cast<double>(estimated.value[o].value.v) - value);
    double const allowed = static_cast<double>(bound.relative * estimated.value[o].magnitude.v);
    largest = std::max(largest, (error + 0x1p-24 * std::fabs(value)) / allowed);
  }
  return largest;
}

parameters with_swiglu(double alpha, double limit, double offset) { return {alpha, limit, offset, 1}; }

/// A limit that few inputs reach: of gradients those that it holds are left open. (So are zeros, which of 8 bits up + offset often is.)
TEST(Shortcuts, SwigluWithOptions) {
  for (parameters const &options : {with_swiglu(1, HUGE_VAL, 0), with_swiglu(1.702, 7, 1), with_swiglu(0.05, HUGE_VAL, -0.5),
                                    with_swiglu(-1, HUGE_VAL, 0), with_swiglu(1, HUGE_VAL, 1), with_swiglu(1, 9.125, 0)}) {
    expect_estimates_right<ops::swiglu_split, float16, bfloat16>(options);
    expect_estimates_right<ops::swiglu_split_backward, float16, bfloat16>(options);
    part_of_many_unsure<ops::swiglu_split, float8_e4m3>(std::make_index_sequence<2>{}, options);
    part_of_many_unsure<ops::swiglu_split_backward, float8_e5m2>(std::make_index_sequence<3>{}, options);
  }
  using in_half = shortcut<ops::swiglu_split, float16>;
  EXPECT_FALSE((serves<ops::swiglu_split, in_half>(with_swiglu(1, 7.1, 0)))) << "no float";
  EXPECT_FALSE((serves<ops::swiglu_split, in_half>(with_swiglu(1, HUGE_VAL, 0.1))));
  EXPECT_FALSE((serves<ops::swiglu_split, in_half>(with_swiglu(1e-9, HUGE_VAL, 0))));
  EXPECT_FALSE((serves<ops::swiglu_split, shortcut<ops::swiglu_split, float>>(with_swiglu(1.702, 7, 1))));
}

template <int exp2_ulps, int inverse_ulps>
void expect_swiglu_within_its_bounds(parameters const &options) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<float> unit(-1, 1);
  auto const draw = [&](int k) { return k % 2 ? 30 * unit(random) : 4 * unit(random) * std::exp2(12 * (unit(random) - 1)); };
  double of_h = 0, of_gradients = 0;
  for (int k = 0; k < 200000; ++k) {
    float const gate = static_cast<float>(draw(k)), up = static_cast<float>(draw(k)), dh = static_cast<float>(draw(k));
    of_h = std::max(of_h, part_of_bound<ops::swiglu_split, exp2_ulps, inverse_ulps>(options, gate, up));
    of_gradients = std::max(of_gradients, part_of_bound<ops::swiglu_split_backward, exp2_ulps, inverse_ulps>(options, dh, gate, up));
  }
  EXPECT_LT(of_h, 1);
  EXPECT_LT(of_gradients, 1);
  EXPECT_GT(of_h, 0.3) << "a bound that is much too large leaves much open";
  EXPECT_GT(of_gradients, 0.3);
}
TEST(Shortcuts, SwigluIsWithinItsBounds) {
  for (parameters const &options : {with_swiglu(1, HUGE_VAL, 0), with_swiglu(1.702, HUGE_VAL, 1), with_swiglu(-0.3, HUGE_VAL, 0.25)}) {
    expect_swiglu_within_its_bounds<-2, -1>(options);
    expect_swiglu_within_its_bounds<-2, 1>(options);
    expect_swiglu_within_its_bounds<2, -1>(options);
    expect_swiglu_within_its_bounds<2, 1>(options);
  }
}

/// Of means of few losses and of more than float has numbers for.
TEST(Shortcuts, GradientsOfMeans) {
  for (double divisor : {3.0, 1e6, 0x1p40 + 1}) {
    parameters given = default_parameters();
    given.divisor = divisor;
    expect_estimates_right<ops::bce_with_logits_backward, bfloat16>(given);
    auto const all = std::make_index_sequence<5>{};
    part_of_many_unsure<ops::bce_with_logits_backward, float>(all, given);
    part_of_many_unsure<ops::bce_with_logits_backward, float16>(all, given);  // below its numbers nothing is known
    part_of_many_unsure<ops::bce_with_logits_backward, float8_e5m2>(all, given);
  }
}

/// The largest of function's results for as many inputs, of all sizes, as an op has.
template <class Op, class Function, std::size_t... i>
double largest_of_cells(Function function, std::index_sequence<i...>) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(-1, 1);
  double largest = 0;
  for (int k = 0; k < 200000; ++k) {
    double in[Op::in::size];
    for (double &v : in) v = k % 2 ? 7 * unit(random) : 4 * unit(random) * std::exp2(8 * (unit(random) - 1));
    largest = std::max(largest, function(in[i]...));
  }
  return largest;
}
template <class Op, class Function>
double largest_of_cells(Function function) {
  return largest_of_cells<Op>(function, std::make_index_sequence<Op::in::size>{});
}

template <class Op, int exp2_ulps, int inverse_ulps>
double part_of_lstm_bound() {
  return largest_of_cells<Op>(
      [](auto... in) { return part_of_bound<Op, exp2_ulps, inverse_ulps>(default_parameters(), static_cast<float>(in)...); });
}
template <class Op>
void expect_lstm_within_its_bounds() {
  for (double part : {part_of_lstm_bound<Op, -2, -1>(), part_of_lstm_bound<Op, -2, 1>(), part_of_lstm_bound<Op, 2, -1>(),
                      part_of_lstm_bound<Op, 2, 1>()}) {
    EXPECT_LT(part, 1);
    EXPECT_GT(part, 0.3);
  }
}
TEST(Shortcuts, LstmCellsAreWithinTheirBounds) {
  expect_lstm_within_its_bounds<ops::lstm_cell>();
  expect_lstm_within_its_bounds<ops::lstm_cell_backward>();
}

/// The largest distance of an LSTM cell's results in two parts from the exact ones, relative to their size.
template <class Numbers, int inverse_ulps>
double distance_of_lstm_in_parts() {
  using T = typename Numbers::number;
  using F = std::conditional_t<sizeof(T) == 8, f64, f32>;
  auto const table = Numbers::table::make();
  return largest_of_cells<ops::lstm_cell>([&](auto... in) {
    auto const attempt = [&](auto i, auto f, auto g, auto o, auto i_bias, auto f_bias, auto g_bias, auto o_bias, auto c_prev) {
      namespace parts = engine::internal;
      return parts::lstm_in_parts<shifted<0, inverse_ulps>>(table, parts::sum_in_parts(i, i_bias), parts::sum_in_parts(f, f_bias),
                                                            parts::sum_in_parts(g, g_bias), parts::sum_in_parts(o, o_bias), c_prev);
    };
    auto const v = attempt(F(static_cast<T>(in))...);
    auto const exact = ops::lstm_cell::apply(to_double_double(f64(static_cast<T>(in)))...);
    auto const distance = [](auto part, double_double<f64> result) {
      f64 const scale = power_of_two(result.exponent), hi = result.hi * scale, lo = result.lo * scale;
      double const value = static_cast<double>(part.value.v), low = static_cast<double>(part.low.v);
      return std::fabs((value - hi.v) + (low - lo.v)) / static_cast<double>(part.size.v);
    };
    return std::max(distance(v.c, exact.value[0]), distance(v.h, exact.value[1]));
  });
}
template <class Numbers>
void expect_lstm_near() {
  EXPECT_LT((distance_of_lstm_in_parts<Numbers, -1>()), Numbers::lstm_error);
  EXPECT_LT((distance_of_lstm_in_parts<Numbers, 1>()), Numbers::lstm_error);
}
TEST(Shortcuts, LstmCellsInTwoPartsAreWithinTheirBounds) {
  expect_lstm_near<in_two_floats>();
  expect_lstm_near<in_two_doubles>();
}

/// Cells whose c has two terms that cancel, as far as T can have it, or only in part; of some the forget gate is all but closed.
template <class T>
void expect_cancelling_cells_right() {
  tried<ops::lstm_cell, T> words;
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal(0, 2);
  constexpr int bits = 8 * static_cast<int>(sizeof(T));
  for (int k = 0; k < 20000 && !testing::Test::HasFatalFailure(); ++k) {
    word_of<T> w[9] = {};
    for (int bit = 0; bit < 8 * static_cast<int>(sizeof(word_of<T>)); bit += bits) {
      double in[8];
      for (int i = 0; i < 8; ++i) {
        T const drawn = element<T>::narrow(normal(random) - (i == 1 && k % 4 == 2 ? 22 : 0));
        in[i] = element<T>::widen(drawn);
        w[i] |= word_with(drawn, bit);
      }
      double const of_i = 1 / (1 + std::exp(-in[0] - in[4])), of_f = 1 / (1 + std::exp(-in[1] - in[5]));
      w[8] |= word_with(element<T>::narrow((k % 2 - 2) * of_i * std::tanh(in[2] + in[6]) / of_f), bit);
    }
    words.expect_right_at_the_ends(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8]);
  }
}
TEST(Shortcuts, LstmCellsThatCancel) {
  expect_cancelling_cells_right<double>();
  expect_cancelling_cells_right<float>();
  expect_cancelling_cells_right<float16>();
  expect_cancelling_cells_right<bfloat16>();
}
TEST(Shortcuts, LstmCellsInTwoParts) {
  EXPECT_LT((part_of_many_unsure<ops::lstm_cell, float>(std::make_index_sequence<9>{})), 0.02);
  EXPECT_LT((part_of_many_unsure<ops::lstm_cell, double>(std::make_index_sequence<9>{})), 0.05);
}

/// A loss or its gradient: logits, targets and weights as training has them, and, if not plain, of many sizes, zero, infinite, or no
/// number.
template <class Op>
count many_losses(bool plain) {
  tried<Op, float> words;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(0, 1);
  std::normal_distribution<double> normal(0, 2);
  auto const odd = [&](double v) { return plain || random() % 16 ? v : random() % 3 == 0 ? std::nan("") : random() % 2 ? HUGE_VAL : 0; };
  auto const positive = [&](double size) { return odd(plain ? 1 : std::exp2(size * (unit(random) - 0.5))); };
  auto const word = [](double v) { return bits_of(f32(static_cast<float>(v))); };
  for (int i = 0; i < 300000 && !testing::Test::HasFatalFailure(); ++i) {
    word32 const x = word(odd(plain ? normal(random) : std::copysign(positive(30), unit(random) - 0.5)));
    word32 const target = word(odd(random() % 4 ? static_cast<double>(random() % 2) : plain ? unit(random) : normal(random)));
    word32 const weight = word(std::copysign(positive(200), plain ? 1 : unit(random) - 0.1)), pos_weight = word(positive(200));
    if constexpr (Op::in::size == 5)
      words.template expect_right_for_all_inverses<0>(x, target, weight, pos_weight,
                                                      word(std::copysign(positive(200), unit(random) - 0.5)));
    else
      words.template expect_right_for_all_inverses<0>(x, target, weight, pos_weight);
  }
  return words.seen;
}
template <class Op>
void expect_losses_right(double most_unsure) {
  count const seen = many_losses<Op>(true);
  EXPECT_LT(seen.unsure, most_unsure * seen.tried);
  many_losses<Op>(false);
}
/// Where the two terms of a gradient cancel it is +0, however small their factor.
TEST(Shortcuts, GradientsOfLossesThatCancel) {
  tried<ops::bce_with_logits_backward, float> words;
  auto const word = [](float v) { return bits_of(f32(v)); };
  for (float dloss : {1.0f, 1e-30f, -1e-30f, 1e-38f, 1e-45f})
    for (float weight : {1.0f, 1e-20f}) {
      words.expect_right_for_all_inverses<0>(word(0), word(0.5f), word(weight), word(1), word(dloss));
      words.expect_right_for_all_inverses<0>(word(0), word(0.25f), word(weight), word(3), word(dloss));
    }
}
TEST(Shortcuts, LossesOfFloat) {
  expect_losses_right<ops::bce_with_logits>(0.012);
  expect_losses_right<ops::bce_with_logits_backward>(0.002);
}

template <class Op, class... T>
void expect_gradients_right() {
  auto const expect = [](char const *name, double part) { EXPECT_LT(part, 0.01) << Op::name << " of " << name; };
  (expect(format<T>::name, part_of_many_unsure<Op, T>(std::make_index_sequence<Op::in::size>{})), ...);
}
TEST(Shortcuts, GradientsOfGatedUnits) {
  expect_gradients_right<ops::glu_split_backward, double, float>();
  expect_gradients_right<ops::swiglu_split_backward, double, float>();
}

}  // namespace
