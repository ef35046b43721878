// SPDX-License-Identifier: Apache-2.0
// The float shortcuts (shortcuts/float32.hpp), for every float and every reciprocal within an ulp: the nearest and its two neighbours.
//   forward               what it is sure of is what evaluate gives (and cusigmoid-verify shows that to be correctly rounded)
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
using forward = engine::shortcut<engine::ops::forward, float>;

template <int ulps>
struct reciprocal {
  static engine::f32 inverse(engine::f32 a) {
    return engine::float_of(engine::bits_of(engine::f32(1.0f / a.v)) + static_cast<unsigned>(ulps));
  }
};

float float_of(long bits) { return engine::float_of(static_cast<unsigned>(bits)).v; }

unsigned correct(float x) {
  engine::many<double, 1> const y = engine::evaluate<engine::ops::forward>(x);
  return engine::bits_of(engine::f32(engine::element<float>::narrow(y.value[0])));
}

/// 1 if the shortcut is sure of another result than the expected one
template <int ulps>
int wrong(forward::table const &table, unsigned bits, unsigned expected) {
  unsigned y = 0;
  return forward::attempt<reciprocal<ulps>>(table, bits, y) && y != expected;
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
  long const stride = argc > 1 ? std::max(std::atol(argv[1]), 1L) : 1, negative = 0x80000000L, all = 0x100000000L;

  auto const table = forward::table::make();
  long failures = 0;
#pragma omp parallel for schedule(dynamic, 65536) reduction(+ : failures)
  for (long bits = 0; bits < all; bits += stride) {
    unsigned const input = static_cast<unsigned>(bits), expected = correct(float_of(bits));
    failures += wrong<-1>(table, input, expected) + wrong<0>(table, input, expected) + wrong<1>(table, input, expected);
  }
  std::printf("forward: %ld wrong\n", failures);

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
