// SPDX-License-Identifier: Apache-2.0
// The float shortcuts (shortcuts/two_parts.hpp, products.hpp, softplus.hpp), for every float and every reciprocal within an ulp: the
// nearest and its two neighbours; where a rough one will do, those at both ends of what it may be off. With exp2_factors, too, which those
// use that have the nearest.
//   of one input          what they are sure of is what evaluate gives (and cusigmoid verify shows that to be correctly rounded)
//   products              the errors of their functions in two parts are below the bounds, less 2^-43 of the number for up to two products,
//                         the rounding test and what evaluate errs by
//   losses                likewise ln(1 + e^-|x|)
//   the LSTM cell         the error of 1 + e^x in two parts is below its bound, less 2^-40 of it for what is made of several
//
// usage: float_shortcuts [STRIDE]   every STRIDE-th float
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "cusigmoid/loss_terms.hpp"
#include "cusigmoid/shortcuts.hpp"

namespace {

namespace engine = cusigmoid::engine;

template <int ulps>
struct reciprocal {
  static engine::f32 inverse(engine::f32 a) {
    return engine::float_of(engine::bits_of(engine::f32(1.0f / a.v)) + static_cast<unsigned>(ulps));
  }
  static constexpr bool is_rough = false;
  static engine::f32 rough_inverse(engine::f32 a) { return inverse(a); }
};

/// Those at both ends of what a rough one may be off.
template <int sign>
struct rough_reciprocal : reciprocal<0> {
  static constexpr bool is_rough = true;
  static engine::f32 rough_inverse(engine::f32 a) { return inverse(a) * engine::f32(1 + sign * 0x1p-14f); }
};

float float_of(long bits) { return engine::float_of(static_cast<unsigned>(bits)).v; }

/// How many of every stride-th float's results the shortcut is sure of and wrong.
template <class Op>
long wrong_results(long stride) {
  using shortcut = engine::shortcut<Op, float>;
  auto const table = shortcut::table::make();
  long wrong = 0;
#pragma omp parallel for schedule(dynamic, 65536) reduction(+ : wrong)
  for (long bits = 0; bits < 0x100000000L; bits += stride) {
    unsigned const input = static_cast<unsigned>(bits), expected = engine::bits_of(engine::f32(engine::result_of<Op>(float_of(bits))));
    unsigned result = 0;
    wrong += shortcut::template attempt<reciprocal<-1>>(table, result, input) && result != expected;
    wrong += shortcut::template attempt<reciprocal<0>>(table, result, input) && result != expected;
    wrong += shortcut::template attempt<reciprocal<1>>(table, result, input) && result != expected;
    wrong += shortcut::template attempt<rough_reciprocal<-1>>(table, result, input) && result != expected;
    wrong += shortcut::template attempt<rough_reciprocal<1>>(table, result, input) && result != expected;
    if constexpr (std::is_same_v<typename shortcut::table, engine::in_two_floats::table>)
      wrong += shortcut::template attempt<reciprocal<0>>(engine::exp2_factors(), result, input) && result != expected;
  }
  std::printf("%s: %ld wrong\n", Op::name, wrong);
  return wrong;
}

template <class F>
double size_of(engine::internal::two_parts<F> v) {
  return std::fabs(static_cast<double>(v.value.v));
}
template <class F>
double size_of(engine::internal::sized_parts<F> v) {
  return static_cast<double>(v.size.v);
}

/// The largest error of a function in two parts, relative to its size, of every stride-th argument in its range; whether a product may have
/// it.
template <class Function>
bool keeps_its_bound(char const *name, engine::f64 (*exact_of)(engine::f64), long stride) {
  auto const powers = engine::in_two_floats::table::make();
  long const negative = 0x80000000L, last = engine::bits_of(engine::f32(Function::range));
  engine::exp2_factors const factors;
  auto const error = [&]<class Reciprocal>(float x, Reciprocal, auto const &table) {
    auto const v = Function::template parts<Reciprocal>(table, engine::f32(x));
    double const exact = exact_of(engine::f64(x)).v, size = size_of(v);  // exact to 2^-50, next to a zero to 2^-45
    double const more = 0x1p-43 * std::max(size, std::fabs(exact));
    return (std::fabs((static_cast<double>(v.value.v) - exact) + static_cast<double>(v.low.v)) + more) / size;
  };
  double worst = 0;
#pragma omp parallel for schedule(dynamic, 65536) reduction(max : worst)
  for (long magnitude = 0; magnitude <= last; magnitude += stride)
    for (long bits : {magnitude, magnitude | negative}) {
      float const x = float_of(bits);
      worst =
          std::max({worst, error(x, reciprocal<-1>{}, powers), error(x, reciprocal<0>{}, powers), error(x, reciprocal<1>{}, powers),
                    error(x, rough_reciprocal<-1>{}, powers), error(x, rough_reciprocal<1>{}, powers), error(x, reciprocal<0>{}, factors)});
    }
  double const allowed = Function::template error<engine::in_two_floats>;
  std::printf("%s: error, with those 2^-43, 2^%.3f, allowed 2^%.3f\n", name, std::log2(worst), std::log2(allowed));
  return worst <= allowed;
}

/// ln(1 + e^−|x|) of losses and, by its own inverse, of the terms of their sums.
template <bool of_terms>
struct loss_logarithm {
  template <class Numbers>
  static constexpr double error = Numbers::loss_error;
  static constexpr float range = engine::in_two_floats::softplus_range;
  template <class Approximate, class Table, class F>
  static engine::internal::two_parts<F> parts(Table const &, F x) {
    static auto const table = engine::log1p_table<engine::in_two_floats>::make();
    using inverse = std::conditional_t<of_terms, engine::internal::fixed_sequence, Approximate>;
    auto const l = engine::internal::log1p_in_parts<inverse>(table, x);
    return {l.value, l.low};
  }
};

/// The same of 1 + e^x, relative to itself, where x has half an ulp more or less, too.
bool sum_keeps_its_bound(long stride) {
  auto const powers = engine::in_two_floats::table::make();
  long const negative = 0x80000000L, last = engine::bits_of(engine::f32(2 * engine::in_two_floats::tanh_range));
  engine::exp2_factors const factors;
  auto const error = [&](float x, float low, auto const &table) {
    auto const v = engine::internal::one_plus_exp(table, engine::f32(x), engine::f32(low));
    double const exact = 1 + std::exp(static_cast<double>(x) + static_cast<double>(low));
    return std::fabs((static_cast<double>(v.value.v) - exact) + static_cast<double>(v.low.v)) / exact;
  };
  double worst = 0;
#pragma omp parallel for schedule(dynamic, 65536) reduction(max : worst)
  for (long magnitude = 0; magnitude <= last; magnitude += stride)
    for (long bits : {magnitude, magnitude | negative}) {
      float const x = float_of(bits), half_ulp = 0.5f * (float_of(magnitude + 1) - float_of(magnitude));
      if (x <= 16)
        for (float const low : {-half_ulp, 0.0f, half_ulp}) worst = std::max({worst, error(x, low, powers), error(x, low, factors)});
    }
  double const allowed = static_cast<double>(engine::in_two_floats::lstm_error) - 0x1p-40;
  std::printf("1 + e^x: error 2^%.3f, allowed 2^%.3f\n", std::log2(worst), std::log2(allowed));
  return worst <= allowed;
}

}  // namespace

int main(int argc, char **argv) {
  long const stride = argc > 1 ? std::max(std::atol(argv[1]), 1L) : 1;
  long const failures = wrong_results<engine::ops::forward>(stride) + wrong_results<engine::ops::derivative>(stride) +
                        wrong_results<engine::ops::silu>(stride) + wrong_results<engine::ops::tanh_derivative>(stride) +
                        wrong_results<engine::ops::silu_derivative>(stride) + wrong_results<engine::ops::tanh>(stride) +
                        wrong_results<engine::ops::softplus>(stride) + wrong_results<engine::ops::log_sigmoid>(stride) +
                        wrong_results<engine::ops::second_derivative>(stride) + wrong_results<engine::ops::silu_second_derivative>(stride);

  namespace functions = engine::internal;
  auto const logarithm = [](engine::f64 x) { return engine::log1p_of_fraction(engine::exp_of_minus_abs(x)); };
  bool const kept = keeps_its_bound<functions::sigmoid_factor>("sigma", engine::sigmoid<engine::f64>, stride) &
                    keeps_its_bound<functions::derivative_factor>("sigma'", engine::sigmoid_derivative<engine::f64>, stride) &
                    keeps_its_bound<functions::silu_derivative_factor>(
                        "SiLU'", [](engine::f64 x) { return engine::silu_derivative(x); }, stride) &
                    keeps_its_bound<loss_logarithm<false>>("ln(1 + e^-|x|) of losses", logarithm, stride) &
                    keeps_its_bound<loss_logarithm<true>>("of terms", logarithm, stride) & sum_keeps_its_bound(stride);
  return failures != 0 || !kept;
}
