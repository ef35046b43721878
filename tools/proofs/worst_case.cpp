// SPDX-License-Identifier: Apache-2.0
// Looks for the inputs on which the formulas err most, by MPFR: samples by table entry, exponent and place in the table's interval, and
// from each good one steps towards worse. Fails where an error before rounding exceeds the bound that run.py proves.
//
// usage: worst_case [SAMPLES]   samples a function and number type, in all (default 200000)
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "cusigmoid/ops.hpp"
#include "tests/reference.hpp"

namespace {

namespace engine = cusigmoid::engine;
using engine::double_double, engine::f64;
using reference::real;

real value(f64 a) { return real(a.v); }
real value(double_double<f64> a) { return (real(a.hi.v) + real(a.lo.v)).scaled(a.exponent); }
f64 number(double x, f64) { return x; }
double_double<f64> number(double x, double_double<f64>) { return engine::to_double_double(x); }

struct sigmoid {
  static constexpr char const *name = "sigmoid";
  static constexpr double farthest = 745, bound_f64 = 0x1.1p-51, bound = 0x1.05p-64;
  static real exact(real const &x) { return reference::sigmoid(x); }
  template <class A>
  static A computed(A x) {
    return engine::sigmoid(x);
  }
};
struct derivative {
  static constexpr char const *name = "sigmoid_derivative";
  static constexpr double farthest = 745, bound_f64 = 0x1.9p-51, bound = 0x1.05p-64;
  static real exact(real const &x) { return reference::sigmoid_derivative(x); }
  template <class A>
  static A computed(A x) {
    return engine::sigmoid_derivative(x);
  }
};
struct silu {
  static constexpr char const *name = "silu";
  static constexpr double farthest = 745, bound_f64 = 0x1.5p-51, bound = 0x1.05p-64;
  static real exact(real const &x) { return reference::silu(x); }
  template <class A>
  static A computed(A x) {
    return engine::silu(x);
  }
};
struct silu_derivative {
  static constexpr char const *name = "silu_derivative";
  static constexpr double farthest = 745, bound_f64 = 0x1.68p-49, bound = 0x1.1p-62;
  static real exact(real const &x) { return reference::silu_derivative(x); }
  template <class A>
  static A computed(A x) {
    return engine::silu_derivative(x);
  }
};
struct softplus_of_minus {  // ln(1 + e^−|x|)
  static constexpr char const *name = "log1p(exp(-|x|))";
  static constexpr double farthest = 700, bound_f64 = 0x1.c8p-51, bound = 0;
  static real exact(real const &x) { return log1p(exp(-abs(x))); }
  static f64 computed(f64 x) { return engine::log1p_of_fraction(engine::exp_of_minus_abs_to_zero(x)); }
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
    if (random_() % 8 == 0) return std::ldexp(uniform(-2, 2), -static_cast<int>(random_() % 40));
    double const steps = std::floor(std::exp2(uniform(0, std::log2(F::farthest * 46.16)))), place = uniform(-0.5, 0.5);
    double const x = (steps + (random_() % 2 ? std::copysign(0.5 - place * place * place * place, place) : place)) / 46.166241308446828;
    return std::min(random_() % 2 ? x : -x, F::farthest);
  }

  /// Relative error before rounding, −1 where it is of no interest; the error after it is noted.
  double attempt(double x) {
    ++tried_;
    if (x == 0 || std::fabs(x) > F::farthest) return -1;
    constexpr bool is_double = sizeof(A) == sizeof(double);
    if (is_double && (std::fabs(x) > 700 || std::fabs(x + 1.2784645427610738) < 0.125)) return -1;
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

template <class F, class A>
bool report(char const *type, double bound, long samples) {
  found const f = search<F, A>(samples).run();
  std::printf("%-20s %-14s 2^%.2f (proven: 2^%.2f) at %a", F::name, type, std::log2(f.error), std::log2(bound), f.x);
  if (f.ulp != 0) std::printf("; rounded %.6f ulp at %a", f.ulp, f.x_ulp);
  std::printf("%s\n", f.error <= bound ? "" : "  EXCEEDS THE BOUND");
  std::fflush(stdout);
  return f.error <= bound;
}

/// SiLU′ in f64 next to its zero is shown for what it is used for, float: every float within 1/8.
bool report_floats_near_zero() {
  double worst = 0;
  float at = 0;
  for (float x = -1.4034646f; x < -1.1534645f; x = std::nextafter(x, 0.0f)) {
    real const exact = reference::silu_derivative(real(x));
    double const error = abs((real(engine::silu_derivative(f64(x)).v) - exact) / exact).to_double();
    if (error > worst) worst = error, at = x;
  }
  bool const right = worst <= 0x1p-31;
  std::printf("%-20s %-14s 2^%.2f (allowed: 2^-31) at %a, every float within 1/8 of the zero%s\n", silu_derivative::name, "f64",
              std::log2(worst), static_cast<double>(at), right ? "" : "  EXCEEDS THE BOUND");
  return right;
}

}  // namespace

int main(int argc, char **argv) {
  long const samples = argc > 1 ? std::atol(argv[1]) : 200000;
  using dd = double_double<f64>;
  std::printf("relative error before rounding, %ld samples each\n", samples);
  bool right = true;
#pragma omp parallel for schedule(dynamic, 1) reduction(&& : right)
  for (int i = 0; i < 10; ++i) {
    if (i == 0) right = report_floats_near_zero() && right;
    if (i == 1) right = report<sigmoid, dd>("double_double", sigmoid::bound, samples) && right;
    if (i == 2) right = report<derivative, dd>("double_double", derivative::bound, samples) && right;
    if (i == 3) right = report<silu, dd>("double_double", silu::bound, samples) && right;
    if (i == 4) right = report<silu_derivative, dd>("double_double", silu_derivative::bound, samples) && right;
    if (i == 5) right = report<sigmoid, f64>("f64", sigmoid::bound_f64, samples) && right;
    if (i == 6) right = report<derivative, f64>("f64", derivative::bound_f64, samples) && right;
    if (i == 7) right = report<silu, f64>("f64", silu::bound_f64, samples) && right;
    if (i == 8) right = report<silu_derivative, f64>("f64", silu_derivative::bound_f64, samples) && right;
    if (i == 9) right = report<softplus_of_minus, f64>("f64", softplus_of_minus::bound_f64, samples) && right;
  }
  return right ? 0 : 1;
}
