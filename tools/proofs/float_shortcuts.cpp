// SPDX-License-Identifier: Apache-2.0
// The float shortcuts (shortcuts/float32.hpp), for every float and every reciprocal within an ulp: the nearest and its two neighbours.
//   forward, derivative   what they are sure of is what evaluate gives (and cusigmoid-verify shows that to be correctly rounded)
//   backward_from_input   the error of the unevaluated s'(x) is below derivative_error, less 2^-44 for the product with dy
//
// usage: float_shortcuts [STRIDE]   every STRIDE-th float
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "cusigmoid/shortcuts.hpp"

namespace {

namespace engine = cusigmoid::engine;

template <int ulps>
struct reciprocal {
  static engine::f32 inverse(engine::f32 a) {
    return engine::float_of(engine::bits_of(engine::f32(1.0f / a.v)) + static_cast<unsigned>(ulps));
  }
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
    wrong += shortcut::template attempt<reciprocal<-1>>(table, input, result) && result != expected;
    wrong += shortcut::template attempt<reciprocal<0>>(table, input, result) && result != expected;
    wrong += shortcut::template attempt<reciprocal<1>>(table, input, result) && result != expected;
  }
  std::printf("%s: %ld wrong\n", Op::name, wrong);
  return wrong;
}

template <int ulps>
double derivative_error(engine::exp2_table const &table, float x) {
  auto const d = engine::internal::sigmoid_derivative_in_float<reciprocal<ulps>>(table, x);
  double const exact = engine::sigmoid_derivative(engine::f64(x)).v;  // to 2^-50
  double const apart = (static_cast<double>(d.quotient.v) - exact) + static_cast<double>(d.remainder.v) * static_cast<double>(d.inverse.v);
  return std::fabs(apart) / exact;
}

}  // namespace

int main(int argc, char **argv) {
  long const stride = argc > 1 ? std::max(std::atol(argv[1]), 1L) : 1, negative = 0x80000000L;
  long const failures = wrong_results<engine::ops::forward>(stride) + wrong_results<engine::ops::derivative>(stride);

  auto const powers = engine::exp2_table::make();
  long const last = engine::bits_of(engine::f32(-engine::internal::derivative_range));
  double worst = 0;
#pragma omp parallel for schedule(dynamic, 65536) reduction(max : worst)
  for (long bits = negative; bits <= last; bits += stride) {
    float const x = float_of(bits);
    worst = std::max({worst, derivative_error<-1>(powers, x), derivative_error<0>(powers, x), derivative_error<1>(powers, x)});
  }
  double const allowed = engine::internal::derivative_error - 0x1p-44;
  std::printf("derivative: error 2^%.3f, allowed 2^%.3f\n", std::log2(worst), std::log2(allowed));
  return failures != 0 || worst > allowed;
}
