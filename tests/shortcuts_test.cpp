// SPDX-License-Identifier: Apache-2.0
// A shortcut that says that it is sure gives the result of the full computation, whatever the approximate instructions give within their
// documented bounds: 2 ulp for ex2, 1 ulp for rcp.
#include "cusigmoid/shortcuts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

using namespace cusigmoid;
using namespace cusigmoid::engine;

namespace {

float ulps_away(float v, int ulps) {
  for (; ulps > 0; --ulps) v = std::nextafter(v, HUGE_VALF);
  for (; ulps < 0; ++ulps) v = std::nextafter(v, -HUGE_VALF);
  return v;
}

/// The instructions at one point of their bounds.
template <int exp2_ulps, int inverse_ulps>
struct shifted {
  static f32 exp2(f32 a) {
    f32 const nearest = machine::exp2(a);
    if (nearest.v < 0x1p-126f) return 0.0f;  // flushed
    return std::isinf(nearest.v) ? nearest : ulps_away(nearest.v, exp2_ulps);
  }
  static f32 inverse(f32 a) {
    f32 const nearest = machine::inverse(a);
    return std::isinf(a.v) || std::isinf(nearest.v) ? nearest : ulps_away(nearest.v, inverse_ulps);
  }
};

template <class Op, class Approximate, class T>
void expect_sure_results_right(T x, unsigned &unsure) {
  T y;
  if (!shortcut<Op, T>::template attempt<Approximate>(x, y)) {
    ++unsure;
    return;
  }
  T const full = element<T>::narrow(evaluate<Op>(x).value[0]);
  ASSERT_EQ(std::memcmp(&y, &full, sizeof y), 0)
      << element<T>::widen(x) << " gives " << element<T>::widen(y) << ", not " << element<T>::widen(full);
}

template <class Op, class Approximate, class T>
void expect_every_input_right(unsigned at_most_unsure) {
  unsigned unsure = 0;
  for (unsigned i = 0; i < 65536; ++i) {
    T const x = {static_cast<unsigned short>(i)};
    ASSERT_NO_FATAL_FAILURE((expect_sure_results_right<Op, Approximate>(x, unsure)));
  }
  EXPECT_LE(unsure, at_most_unsure);
}

template <class T, int exp2_ulps>
void expect_forward_right(unsigned at_most_unsure) {
  expect_every_input_right<ops::forward, shifted<exp2_ulps, -1>, T>(at_most_unsure);
  expect_every_input_right<ops::forward, shifted<exp2_ulps, 0>, T>(at_most_unsure);
  expect_every_input_right<ops::forward, shifted<exp2_ulps, 1>, T>(at_most_unsure);
}

template <class T>
void expect_forward_right_within_all_bounds(unsigned at_most_unsure) {
  expect_forward_right<T, -2>(at_most_unsure);
  expect_forward_right<T, -1>(at_most_unsure);
  expect_forward_right<T, 0>(at_most_unsure);
  expect_forward_right<T, 1>(at_most_unsure);
  expect_forward_right<T, 2>(at_most_unsure);
}

TEST(Shortcuts, ForwardOfEveryBfloat16) { expect_forward_right_within_all_bounds<bfloat16>(0); }
TEST(Shortcuts, ForwardOfEveryFloat16) { expect_forward_right_within_all_bounds<float16>(2); }

TEST(Shortcuts, ForwardOfFloat) {
  unsigned unsure = 0, tried = 0;
  for (std::uint64_t i = 0; i < std::uint64_t{1} << 32; i += 1021) {
    float x;
    unsigned const bits = static_cast<unsigned>(i);
    std::memcpy(&x, &bits, sizeof x);
    ++tried;
    ASSERT_NO_FATAL_FAILURE((expect_sure_results_right<ops::forward, shifted<0, -1>>(x, unsure)));
    ASSERT_NO_FATAL_FAILURE((expect_sure_results_right<ops::forward, shifted<0, 1>>(x, unsure)));
  }
  EXPECT_LT(unsure, tried / 500) << "the full computation is to stay rare";
}

}  // namespace
