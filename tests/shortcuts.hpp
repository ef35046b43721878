// SPDX-License-Identifier: Apache-2.0
// A shortcut that says that it is sure gives the result of the full computation, whatever the approximate instructions give within their
// documented bounds: 2 ulp for ex2, 1 ulp for rcp.
#pragma once
#include "cusigmoid/shortcuts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <type_traits>

namespace cusigmoid::engine {

template <class Float>
Float ulps_away(Float v, int ulps) {
  for (; ulps > 0; --ulps) v = std::nextafter(v, static_cast<Float>(HUGE_VAL));
  for (; ulps < 0; ++ulps) v = std::nextafter(v, static_cast<Float>(-HUGE_VAL));
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
  static f32 exp2_within(f32 a) { return exp2(a); }
  template <class F>
  static F inverse(F a) {
    F const nearest = machine::inverse(a);
    return std::isinf(a.v) || std::isinf(nearest.v) ? nearest : ulps_away(nearest.v, inverse_ulps);
  }
  static constexpr bool is_rough = false;
  static f32 rough_inverse(f32 a) { return inverse(a); }
  static f64 rough_inverse(f64 a) { return machine::inverse(a) * f64(1 + inverse_ulps * 0x1p-22); }
};

/// What became of words of inputs.
struct count {
  unsigned tried = 0, unsure = 0;
};

/// Words of T, one an input of Op.
template <class Op, class T>
class tried {
  using type = shortcut<Op, T>;
  parameters const given_;
  typename type::table const table_ = make_table<typename type::table>(given_);

 public:
  count seen;

  explicit tried(parameters const &given = default_parameters()) : given_(given) {}

  template <class Approximate, class... Word>
  void expect_right_if_sure(Word... in) {
    results_of<Op, word_of<T>> out;
    ++seen.tried;
    if (!type::template attempt<Approximate>(table_, out, in...)) {
      ++seen.unsure;
      return;
    }
    for (int bit = 0; bit < 8 * static_cast<int>(sizeof(word_of<T>)); bit += 8 * static_cast<int>(sizeof(T))) {
      auto const evaluated = evaluate<Op, T>(given_, element_at<T>(in, bit)...);
      for (int o = 0; o < Op::out::size; ++o) {
        T const full = element<T>::narrow(evaluated.value[o]), got = element_at<T>(result(out, o), bit);
        ASSERT_EQ(std::memcmp(&full, &got, sizeof full), 0)
            << "result " << o << " of " << Op::name << " of "
            << testing::PrintToString(std::vector<double>{element<T>::widen(element_at<T>(in, bit))...}) << " is " << element<T>::widen(got)
            << ", not " << element<T>::widen(full);
      }
    }
  }

  template <int exp2_ulps, class... Word>
  void expect_right_for_all_inverses(Word... in) {
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<exp2_ulps, -1>>(in...)));
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<exp2_ulps, 0>>(in...)));
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<exp2_ulps, 1>>(in...)));
  }
  template <class... Word>
  void expect_right_at_the_ends(Word... in) {
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<-2, -1>>(in...)));
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<-2, 1>>(in...)));
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<2, -1>>(in...)));
    ASSERT_NO_FATAL_FAILURE((expect_right_if_sure<shifted<2, 1>>(in...)));
  }
  template <class... Word>
  void expect_right_within_all_bounds(Word... in) {
    ASSERT_NO_FATAL_FAILURE(expect_right_for_all_inverses<-2>(in...));
    ASSERT_NO_FATAL_FAILURE(expect_right_for_all_inverses<-1>(in...));
    ASSERT_NO_FATAL_FAILURE(expect_right_for_all_inverses<0>(in...));
    ASSERT_NO_FATAL_FAILURE(expect_right_for_all_inverses<1>(in...));
    ASSERT_NO_FATAL_FAILURE(expect_right_for_all_inverses<2>(in...));
  }
};

}  // namespace cusigmoid::engine
