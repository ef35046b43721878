// SPDX-License-Identifier: Apache-2.0
// Looks for the inputs on which the formulas err most, by MPFR: samples by table entry, exponent and place in the table's interval, and
// from each good one steps towards worse. Fails where an error before rounding exceeds the bound: what run.py proves, else what
// evaluate.hpp counts on.
//
// usage: worst_case [SAMPLES]   samples a function and number type, in all (default 100000)
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "cusigmoid/evaluate.hpp"
#include "tests/reference.hpp"

namespace {

namespace engine = cusigmoid::engine;
using engine::double_double, engine::f64;
using reference::real;

real value(f64 a) { return real(a.v); }
real value(double_double<f64> a) { return (real(a.hi.v) + real(a.lo.v)).scaled(a.exponent); }
f64 number(double x, f64) { return x; }
double_double<f64> number(double x, double_double<f64>) { return engine::to_double_double(x); }

/// A function in its number types, and what its relative error is said to be below: proven by run.py, or no more than what evaluate.hpp
/// counts on. In f64 from `nearest` on; nearer to 0 ties are broken, which near_ties looks at.
struct sigmoid {
  static constexpr char const *name = "sigmoid";
  static constexpr double farthest = 745, zero = 0, nearest = 0, bound_f64 = 0x1.47p-51, bound = 0x1.05p-64;
  static real exact(real const &x) { return reference::sigmoid(x); }
  template <class A>
  static A computed(A x) {
    return engine::sigmoid(x);
  }
};
struct derivative {
  static constexpr char const *name = "sigmoid_derivative";
  static constexpr double farthest = 745, zero = 0, nearest = 0, bound_f64 = 0x1.dp-51, bound = 0x1.05p-64;
  static real exact(real const &x) { return reference::sigmoid_derivative(x); }
  template <class A>
  static A computed(A x) {
    return engine::sigmoid_derivative(x);
  }
};
struct second_derivative {
  static constexpr char const *name = "sigmoid_second_derivative";
  static constexpr double farthest = 745, zero = 0, nearest = 0, bound_f64 = engine::f64_error, bound = engine::double_double_error;
  static real exact(real const &x) { return reference::sigmoid_second_derivative(x); }
  template <class A>
  static A computed(A x) {
    return engine::sigmoid_second_derivative(x);
  }
};
struct silu {
  static constexpr char const *name = "silu";
  static constexpr double farthest = 745, zero = 0, nearest = 0x1p-16, bound_f64 = 0x1.87p-51, bound = 0x1.05p-64;
  static real exact(real const &x) { return reference::silu(x); }
  template <class A>
  static A computed(A x) {
    return engine::silu(x, x);
  }
};
struct silu_derivative {
  static constexpr char const *name = "silu_derivative";
  static constexpr double farthest = 745, zero = engine::constants::silu_derivative_zero_hi, nearest = engine::internal::next_to_half_range,
                          bound_f64 = 0x1.68p-49, bound = 0x1.1p-62;
  static real exact(real const &x) { return reference::silu_derivative(x); }
  template <class A>
  static A computed(A x) {
    return engine::silu_derivative(x);
  }
};
struct silu_second_derivative {
  static constexpr char const *name = "silu_second_derivative";
  static constexpr double farthest = 745, zero = engine::constants::silu_second_derivative_zero_hi, nearest = 0,
                          bound_f64 = engine::f64_error, bound = engine::double_double_error;
  static real exact(real const &x) { return reference::silu_second_derivative(x); }
  template <class A>
  static A computed(A x) {
    return engine::silu_second_derivative(x);
  }
};
struct tanh_of {
  static constexpr char const *name = "tanh";
  static constexpr double farthest = 380, zero = 0, nearest = 0, bound_f64 = engine::f64_error, bound = engine::double_double_error;
  static real exact(real const &x) { return tanh(x); }
  template <class A>
  static A computed(A x) {
    return engine::tanh(x);
  }
};
struct tanh_derivative {
  static constexpr char const *name = "tanh_derivative";
  static constexpr double farthest = 350, zero = 0, nearest = 0, bound_f64 = engine::f64_error, bound = engine::double_double_error;
  static real exact(real const &x) { return reference::tanh_derivative(x); }
  template <class A>
  static A computed(A x) {
    return engine::tanh_derivative(x);
  }
};
struct softplus {  // and ln s(x) = -softplus(-x)
  static constexpr char const *name = "softplus";
  static constexpr double farthest = 745, zero = 0, nearest = 0, bound_f64 = engine::f64_error, bound = engine::double_double_error;
  static real exact(real const &x) { return reference::softplus(x); }
  template <class A>
  static A computed(A x) {
    return engine::softplus(x);
  }
};
struct softplus_of_minus {  // ln(1 + e^−|x|)
  static constexpr char const *name = "log1p(exp(-|x|))";
  static constexpr double farthest = 700, zero = 0, nearest = 0, bound_f64 = 0x1.d6p-51, bound = engine::double_double_error;
  static real exact(real const &x) { return log1p(exp(-abs(x))); }
  template <class A>
  static A computed(A x) {
    return engine::log1p_of_fraction(engine::exp_of_minus_abs_to_zero(x));
  }
};

struct found {
  double error = 0, x = 0, ulp = 0, x_ulp = 0;
};

template <class F, class A>
class search {
 public:
  explicit search(long samples) : samples_(samples) {}

  found run() {
    while (tried_ < samples_) {
      double x = sample(), error = attempt(x);
      for (int step = 0, failures = 0; failures < 24 && tried_ < samples_; ++step) {
        double const scale = std::ldexp(1, -static_cast<int>(random_() % 52)) * std::exp2(-7), near = x + scale * uniform(-1, 1);
        double const there = attempt(near);
        if (there > error)
          error = there, x = near, failures = 0;
        else
          ++failures;
        if (step == 4 && error < best_.error * 0.5) break;  // not a good place to begin with
      }
    }
    return best_;
  }

 private:
  double uniform(double from, double to) { return std::uniform_real_distribution<>(from, to)(random_); }

  /// A number whose argument reduction ends next to the middle or the ends of a table interval, or of any small exponent.
  double sample() {
    if (random_() % 8 == 0) return std::ldexp(uniform(-2, 2), -static_cast<int>(random_() % 64));
    if (F::zero != 0 && random_() % 4 == 0) return F::zero + std::ldexp(uniform(-1, 1), -3 - static_cast<int>(random_() % 50));
    double const steps = std::floor(std::exp2(uniform(0, std::log2(F::farthest * 46.16)))), place = uniform(-0.5, 0.5);
    double const x = (steps + (random_() % 2 ? std::copysign(0.5 - place * place * place * place, place) : place)) / 46.166241308446828;
    return std::min(random_() % 2 ? x : -x, F::farthest);
  }

  /// Relative error before rounding, −1 where it is of no interest; the error after it is noted.
  double attempt(double x) {
    ++tried_;
    if (x == 0 || std::fabs(x) > F::farthest) return -1;
    constexpr bool is_double = sizeof(A) == sizeof(double);
    if (is_double && (std::fabs(x) > 700 || std::fabs(x) < F::nearest)) return -1;
    A const computed = F::computed(number(x, A{}));
    real const exact = F::exact(real(x));
    double const error = abs((value(computed) - exact) / exact).to_double();
    if (error > best_.error) best_.error = error, best_.x = x;
    if constexpr (!is_double) {
      long const exponent = std::max(exact.exponent(), -1022L);
      double const ulp = abs(real(engine::round_to_double(computed)) - exact).scaled(52 - exponent).to_double();
      if (ulp > best_.ulp) best_.ulp = ulp, best_.x_ulp = x;
    }
    return error;
  }

  long samples_, tried_ = 0;
  found best_;
  std::mt19937_64 random_{sizeof(A)};
};

struct finding {
  std::string text;
  bool right = true;
};

template <class F, class A>
finding search_of(long samples) {
  constexpr bool is_double = sizeof(A) == sizeof(double);
  double const bound = is_double ? F::bound_f64 : F::bound;
  found const f = search<F, A>(samples).run();
  char text[200];
  int const length = std::snprintf(text, sizeof text, "%-26s %-14s 2^%.2f (below 2^%.2f) at %a", F::name,
                                   is_double ? "f64" : "double_double", std::log2(f.error), std::log2(bound), f.x);
  if (f.ulp != 0) std::snprintf(text + length, sizeof text - static_cast<std::size_t>(length), "; rounded %.6f ulp at %a", f.ulp, f.x_ulp);
  return {text, f.error <= bound && f.ulp < 0.52};
}

/// Where f64 leaves terms out so that ties are broken: floats next to 0.
template <class F>
finding near_ties(char const *name, F computed, real (*exact)(real const &)) {
  double worst = 0;
  float at = 0;
  for (float sign : {-1.0f, 1.0f})
    for (float x = 0x1p-60f; x < 0x1p-12f; x *= 1.0007f) {
      real const right = exact(real(sign * x));
      double const error = abs((real(computed(f64(sign * x)).v) - right) / right).to_double();
      if (error > worst) worst = error, at = sign * x;
    }
  char text[200];
  std::snprintf(text, sizeof text, "%-26s %-14s 2^%.2f (below 2^%.2f) at %a, next to 0", name, "f64", std::log2(worst),
                std::log2(engine::f64_error), static_cast<double>(at));
  return {text, worst <= engine::f64_error};
}

}  // namespace

int main(int argc, char **argv) {
  long const samples = argc > 1 ? std::atol(argv[1]) : 100000;
  using dd = double_double<f64>;
  std::vector<std::function<finding()>> searches;
  auto const add = [&]<class... F>(F...) {
    (searches.push_back([=] { return search_of<F, f64>(samples); }), ...);
    (searches.push_back([=] { return search_of<F, dd>(samples); }), ...);
  };
  add(sigmoid{}, derivative{}, second_derivative{}, silu{}, silu_derivative{}, silu_second_derivative{}, tanh_of{}, tanh_derivative{},
      softplus{}, softplus_of_minus{});
  searches.push_back(
      [] { return near_ties("sigmoid", [](f64 x) { return engine::with_ties_broken(x, engine::sigmoid(x)); }, reference::sigmoid); });
  searches.push_back([] { return near_ties("silu", [](f64 x) { return engine::silu(x, x); }, reference::silu); });
  searches.push_back(
      [] { return near_ties("silu_derivative", [](f64 x) { return engine::silu_derivative(x); }, reference::silu_derivative); });

  std::vector<finding> findings(searches.size());
#pragma omp parallel for schedule(dynamic, 1)
  for (std::size_t i = 0; i < searches.size(); ++i) findings[i] = searches[i]();
  std::printf("relative error before rounding, %ld samples each\n", samples);
  bool right = true;
  for (finding const &f : findings) {
    std::printf("%s%s\n", f.text.c_str(), f.right ? "" : "  EXCEEDS THE BOUND");
    right = right && f.right;
  }
  return right ? 0 : 1;
}
