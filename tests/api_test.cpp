// SPDX-License-Identifier: Apache-2.0
// The C++ and C interfaces and the function objects: each, with every element type, gives what the one door gives.
#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "tests/interfaces.hpp"

using namespace cusigmoid;

namespace {

void expect_success(cusigmoid_status status) { EXPECT_EQ(status, CUSIGMOID_SUCCESS) << cusigmoid_last_error(); }

/// A call that applies a function object to each element.
template <class Function, class T, class... More>
auto each(Function function, std::vector<T> const &first, More const &...more) {
  return [&, function](auto &...out) {
    for (std::size_t i = 0; i < first.size(); ++i) {
      if constexpr (sizeof...(out) == 1)
        ((out[i] = function(first[i], more[i]...)), ...);
      else
        std::tie(out[i]...) = [](auto const &two) { return std::make_tuple(two.first, two.second); }(function(first[i], more[i]...));
    }
  };
}

template <class T>
class Api : public testing::Test {
 protected:
  static constexpr cusigmoid_dtype dtype = dtype_of<T>;
  static inline cusigmoid_params const none = CUSIGMOID_PARAMS_INIT;
  cusigmoid_place const place = cusigmoid_on_cpu(0);
  std::vector<T> const x = numbers<T>(-4, 0.7), gate = numbers<T>(3, -0.5), dy = numbers<T>(2, -0.17), target = numbers<T>(0, 0.08),
                       packed = numbers<T>(-3, 0.3, 2 * n);

  void functions_of_one();
  void gradients();
  void bias();
  void glus();
  void swiglus();
  void losses();
  void cells();
};

using tested_types = testing::Types<double, float, float16, bfloat16, float8_e4m3, float8_e5m2>;
TYPED_TEST_SUITE(Api, tested_types);

template <class Function, class T>
T call(T x) {
  return Function{}(x);
}
template <class Function, class T>
T call(T a, T b) {
  return Function{}(a, b);
}

template <class T>
void Api<T>::functions_of_one() {
  struct row {
    cusigmoid_op op;
    cusigmoid_status (*c)(cusigmoid_place, cusigmoid_dtype, void const *, void *, std::size_t);
    void (*cpp)(cusigmoid_place, T const *, T *, std::size_t);
    void (*of_matrices)(cusigmoid_place, matrix<T const>, matrix<T>);
    T (*object)(T);
  };
  namespace f = functions;
  for (row const &r : {
           row{CUSIGMOID_FORWARD, cusigmoid_forward, forward<T>, forward<T>, call<f::forward, T>},
           row{CUSIGMOID_DERIVATIVE, cusigmoid_derivative, derivative<T>, derivative<T>, call<f::derivative, T>},
           row{CUSIGMOID_SECOND_DERIVATIVE, cusigmoid_second_derivative, second_derivative<T>, second_derivative<T>,
               call<f::second_derivative, T>},
           row{CUSIGMOID_SIGNED_SIGMOID, cusigmoid_signed_sigmoid, signed_sigmoid<T>, signed_sigmoid<T>, call<f::signed_sigmoid, T>},
           row{CUSIGMOID_LOG_SIGMOID, cusigmoid_log_sigmoid, log_sigmoid<T>, log_sigmoid<T>, call<f::log_sigmoid, T>},
           row{CUSIGMOID_LOG_SIGMOID_DERIVATIVE, cusigmoid_log_sigmoid_derivative, log_sigmoid_derivative<T>, log_sigmoid_derivative<T>,
               call<f::log_sigmoid_derivative, T>},
           row{CUSIGMOID_SOFTPLUS, cusigmoid_softplus, softplus<T>, softplus<T>, call<f::softplus, T>},
           row{CUSIGMOID_SOFTPLUS_DERIVATIVE, cusigmoid_softplus_derivative, softplus_derivative<T>, softplus_derivative<T>,
               call<f::softplus_derivative, T>},
           row{CUSIGMOID_SILU, cusigmoid_silu, silu<T>, silu<T>, call<f::silu, T>},
           row{CUSIGMOID_SILU_DERIVATIVE, cusigmoid_silu_derivative, silu_derivative<T>, silu_derivative<T>, call<f::silu_derivative, T>},
           row{CUSIGMOID_SILU_SECOND_DERIVATIVE, cusigmoid_silu_second_derivative, silu_second_derivative<T>, silu_second_derivative<T>,
               call<f::silu_second_derivative, T>},
           row{CUSIGMOID_TANH, cusigmoid_tanh, cusigmoid::tanh<T>, cusigmoid::tanh<T>, call<f::tanh, T>},
           row{CUSIGMOID_TANH_DERIVATIVE, cusigmoid_tanh_derivative, tanh_derivative<T>, tanh_derivative<T>, call<f::tanh_derivative, T>},
       }) {
    expect_same<T>(
        r.op, {x}, none, [&](auto &y) { r.cpp(cpu{}, x.data(), y.data(), n); },
        [&](auto &y) { r.of_matrices(cpu{}, as_matrix(x), as_matrix(y)); },
        [&](auto &y) { expect_success(r.c(place, dtype, x.data(), y.data(), n)); }, each(r.object, x));
  }
}

template <class T>
void Api<T>::gradients() {
  struct row {
    cusigmoid_op op;
    cusigmoid_status (*c)(cusigmoid_place, cusigmoid_dtype, void const *, void const *, void *, std::size_t);
    void (*cpp)(cusigmoid_place, T const *, T const *, T *, std::size_t);
    void (*of_matrices)(cusigmoid_place, matrix<T const>, matrix<T const>, matrix<T>);
    T (*object)(T, T);
    std::vector<T> const &from;
  };
  namespace f = functions;
  for (row const &r : {
           row{CUSIGMOID_BACKWARD, cusigmoid_backward, backward<T>, backward<T>, call<f::backward, T>, target},
           row{CUSIGMOID_BACKWARD_FROM_INPUT, cusigmoid_backward_from_input, backward_from_input<T>, backward_from_input<T>,
               call<f::backward_from_input, T>, x},
           row{CUSIGMOID_BACKWARD_FROM_SIGNED, cusigmoid_backward_from_signed, backward_from_signed<T>, backward_from_signed<T>,
               call<f::backward_from_signed, T>, target},
           row{CUSIGMOID_LOG_SIGMOID_BACKWARD, cusigmoid_log_sigmoid_backward, log_sigmoid_backward<T>, log_sigmoid_backward<T>,
               call<f::log_sigmoid_backward, T>, x},
           row{CUSIGMOID_SOFTPLUS_BACKWARD, cusigmoid_softplus_backward, softplus_backward<T>, softplus_backward<T>,
               call<f::softplus_backward, T>, x},
           row{CUSIGMOID_SILU_BACKWARD, cusigmoid_silu_backward, silu_backward<T>, silu_backward<T>, call<f::silu_backward, T>, x},
           row{CUSIGMOID_TANH_BACKWARD, cusigmoid_tanh_backward, tanh_backward<T>, tanh_backward<T>, call<f::tanh_backward, T>, x},
       }) {
    expect_same<T>(
        r.op, {dy, r.from}, none, [&](auto &dx) { r.cpp(cpu{}, dy.data(), r.from.data(), dx.data(), n); },
        [&](auto &dx) { r.of_matrices(cpu{}, as_matrix(dy), as_matrix(r.from), as_matrix(dx)); },
        [&](auto &dx) { expect_success(r.c(place, dtype, dy.data(), r.from.data(), dx.data(), n)); }, each(r.object, dy, r.from));
  }
}

template <class T>
void Api<T>::bias() {
  auto const b = numbers<T>(-1, 0.6, cols);
  std::vector<T> every_row;
  for (std::size_t i = 0; i < n; ++i) every_row.push_back(b[i % cols]);
  expect_same<T>(
      CUSIGMOID_BIAS_FORWARD, {x, b}, none, [&](auto &y) { bias_forward(cpu{}, as_matrix(x), b.data(), as_matrix(y)); },
      [&](auto &y) { expect_success(cusigmoid_bias_forward(place, dtype, x.data(), b.data(), y.data(), rows, cols)); },
      each(functions::bias_forward{}, x, every_row));
  expect_same<T, T>(
      CUSIGMOID_BIAS_BACKWARD, {dy, x, b}, none,
      [&](auto &dx, auto &db) { bias_backward(cpu{}, as_matrix(dy), as_matrix(x), b.data(), as_matrix(dx), db.data()); },
      [&](auto &dx, auto &db) {
        expect_success(cusigmoid_bias_backward(place, dtype, dy.data(), x.data(), b.data(), dx.data(), db.data(), rows, cols, nullptr, 0));
      });
}

template <class T>
void Api<T>::glus() {
  expect_same<T>(
      CUSIGMOID_GLU_SPLIT, {x, gate}, none, [&](auto &y) { glu(cpu{}, x.data(), gate.data(), y.data(), n); },
      [&](auto &y) { glu(cpu{}, as_matrix(x), as_matrix(gate), as_matrix(y)); },
      [&](auto &y) { expect_success(cusigmoid_glu_split(place, dtype, x.data(), gate.data(), y.data(), n)); },
      each(functions::glu{}, x, gate));
  expect_same<T>(
      CUSIGMOID_GLU, {packed}, none, [&](auto &y) { glu(cpu{}, as_matrix(packed), as_matrix(y)); },
      [&](auto &y) { expect_success(cusigmoid_glu(place, dtype, packed.data(), y.data(), rows, cols)); });
  expect_same<T>(
      CUSIGMOID_GLU_INTERLEAVED, {packed}, none, [&](auto &y) { glu_interleaved(cpu{}, as_matrix(packed), as_matrix(y)); },
      [&](auto &y) { expect_success(cusigmoid_glu_interleaved(place, dtype, packed.data(), y.data(), rows, cols)); });
  expect_same<T, T>(
      CUSIGMOID_GLU_SPLIT_BACKWARD, {dy, x, gate}, none,
      [&](auto &dx, auto &dg) { glu_backward(cpu{}, dy.data(), x.data(), gate.data(), dx.data(), dg.data(), n); },
      [&](auto &dx, auto &dg) { glu_backward(cpu{}, as_matrix(dy), as_matrix(x), as_matrix(gate), as_matrix(dx), as_matrix(dg)); },
      [&](auto &dx, auto &dg) {
        expect_success(cusigmoid_glu_split_backward(place, dtype, dy.data(), x.data(), gate.data(), dx.data(), dg.data(), n));
      },
      each(functions::glu_backward{}, dy, x, gate));
  expect_same<T>(
      CUSIGMOID_GLU_BACKWARD, {dy, packed}, none, [&](auto &dx) { glu_backward(cpu{}, as_matrix(dy), as_matrix(packed), as_matrix(dx)); },
      [&](auto &dx) { expect_success(cusigmoid_glu_backward(place, dtype, dy.data(), packed.data(), dx.data(), rows, cols)); });
  expect_same<T>(
      CUSIGMOID_GLU_INTERLEAVED_BACKWARD, {dy, packed}, none,
      [&](auto &dx) { glu_interleaved_backward(cpu{}, as_matrix(dy), as_matrix(packed), as_matrix(dx)); },
      [&](auto &dx) { expect_success(cusigmoid_glu_interleaved_backward(place, dtype, dy.data(), packed.data(), dx.data(), rows, cols)); });
}

template <class T>
void Api<T>::swiglus() {
  for (swiglu_options const &o : {swiglu_options{}, swiglu_options{1.702, 2, 1}}) {
    cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
    params.alpha = o.alpha, params.limit = o.limit, params.offset = o.offset;
    expect_same<T>(
        CUSIGMOID_SWIGLU_SPLIT, {gate, x}, params, [&](auto &h) { swiglu(cpu{}, gate.data(), x.data(), h.data(), n, o); },
        [&](auto &h) { swiglu(cpu{}, as_matrix(gate), as_matrix(x), as_matrix(h), o); },
        [&](auto &h) { expect_success(cusigmoid_swiglu_split(place, dtype, gate.data(), x.data(), h.data(), n, &params)); },
        each(functions::swiglu{o.alpha, o.limit, o.offset}, gate, x));
    expect_same<T>(
        CUSIGMOID_SWIGLU, {packed}, params, [&](auto &h) { swiglu(cpu{}, as_matrix(packed), as_matrix(h), o); },
        [&](auto &h) { expect_success(cusigmoid_swiglu(place, dtype, packed.data(), h.data(), rows, cols, &params)); });
    expect_same<T>(
        CUSIGMOID_SWIGLU_INTERLEAVED, {packed}, params, [&](auto &h) { swiglu_interleaved(cpu{}, as_matrix(packed), as_matrix(h), o); },
        [&](auto &h) { expect_success(cusigmoid_swiglu_interleaved(place, dtype, packed.data(), h.data(), rows, cols, &params)); });
    expect_same<T, T>(
        CUSIGMOID_SWIGLU_SPLIT_BACKWARD, {dy, gate, x}, params,
        [&](auto &dg, auto &du) { swiglu_backward(cpu{}, dy.data(), gate.data(), x.data(), dg.data(), du.data(), n, o); },
        [&](auto &dg, auto &du) { swiglu_backward(cpu{}, as_matrix(dy), as_matrix(gate), as_matrix(x), as_matrix(dg), as_matrix(du), o); },
        [&](auto &dg, auto &du) {
          expect_success(cusigmoid_swiglu_split_backward(place, dtype, dy.data(), gate.data(), x.data(), dg.data(), du.data(), n, &params));
        },
        each(functions::swiglu_backward{o.alpha, o.limit, o.offset}, dy, gate, x));
    expect_same<T>(CUSIGMOID_SWIGLU_BACKWARD, {dy, packed}, params,
                   [&](auto &dx) { swiglu_backward(cpu{}, as_matrix(dy), as_matrix(packed), as_matrix(dx), o); });
    expect_same<T>(
        CUSIGMOID_SWIGLU_INTERLEAVED_BACKWARD, {dy, packed}, params,
        [&](auto &dx) { swiglu_interleaved_backward(cpu{}, as_matrix(dy), as_matrix(packed), as_matrix(dx), o); },
        [&](auto &dx) {
          expect_success(cusigmoid_swiglu_interleaved_backward(place, dtype, dy.data(), packed.data(), dx.data(), rows, cols, &params));
        });
  }
  // Without options.
  expect_same<T>(
      CUSIGMOID_SWIGLU_SPLIT, {gate, x}, none, [&](auto &h) { swiglu(cpu{}, gate.data(), x.data(), h.data(), n); },
      each(functions::swiglu{}, gate, x));
  expect_same<T>(
      CUSIGMOID_SWIGLU_BACKWARD, {dy, packed}, none,
      [&](auto &dx) { swiglu_backward(cpu{}, as_matrix(dy), as_matrix(packed), as_matrix(dx)); },
      [&](auto &dx) { expect_success(cusigmoid_swiglu_backward(place, dtype, dy.data(), packed.data(), dx.data(), rows, cols)); });
}

template <class T>
void Api<T>::losses() {
  using L = typename loss_type<T>::type;
  auto const weight = numbers<T>(0.25, 0.15), pos_weight = numbers<T>(2, -0.3, cols), dloss = numbers<T>(1.25, 0, 1);
  std::vector<T> pos_weights;
  for (std::size_t i = 0; i < n; ++i) pos_weights.push_back(pos_weight[i % cols]);
  T const *const t = target.data();

  // Weights are left out.
  bce_options<T> mean;
  mean.reduction = reduction::mean;
  cusigmoid_params of_mean = CUSIGMOID_PARAMS_INIT;
  of_mean.mean = 1;
  std::vector<given> const in = {x, target, left_out, left_out};
  expect_same<T>(
      CUSIGMOID_BCE_WITH_LOGITS, in, none, [&](auto &y) { bce_with_logits(cpu{}, x.data(), t, y.data(), n); },
      [&](auto &y) { expect_success(cusigmoid_bce_with_logits(place, dtype, x.data(), t, nullptr, nullptr, y.data(), rows, cols)); },
      each(functions::bce_with_logits{}, x, target));
  expect_same<L>(
      CUSIGMOID_BCE_WITH_LOGITS_SUM, in, none, [&](auto &loss) { bce_with_logits_sum(cpu{}, x.data(), t, loss.data(), n); },
      [&](auto &loss) { bce_with_logits_sum(cpu{}, as_matrix(x), as_matrix(target), loss.data()); },
      [&](auto &loss) { expect_success(cusigmoid_bce_with_logits_sum(place, dtype, x.data(), t, loss.data(), n, nullptr, 0)); });
  expect_same<L>(
      CUSIGMOID_BCE_WITH_LOGITS_SUM, in, of_mean, [&](auto &loss) { bce_with_logits_mean(cpu{}, x.data(), t, loss.data(), n); },
      [&](auto &loss) { bce_with_logits_mean(cpu{}, as_matrix(x), as_matrix(target), loss.data()); });
  expect_same<T>(
      CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {x, target, left_out, left_out, left_out}, none,
      [&](auto &dx) { bce_with_logits_backward(cpu{}, x.data(), t, nullptr, dx.data(), n); },
      [&](auto &dx) {
        expect_success(
            cusigmoid_bce_with_logits_backward(place, dtype, x.data(), t, nullptr, nullptr, nullptr, dx.data(), rows, cols, nullptr));
      },
      each(functions::bce_with_logits_backward{}, x, target));
  expect_same<T>(CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {x, target, left_out, left_out, dloss}, of_mean,
                 [&](auto &dx) { bce_with_logits_backward(cpu{}, x.data(), t, dloss.data(), dx.data(), n, mean); });
  expect_same<T, L>(
      CUSIGMOID_BCE_WITH_LOGITS_FORWARD_BACKWARD, in, none,
      [&](auto &dx, auto &loss) { bce_with_logits_forward_backward(cpu{}, x.data(), t, loss.data(), dx.data(), n); },
      [&](auto &dx, auto &loss) {
        expect_success(cusigmoid_bce_with_logits_forward_backward(place, dtype, x.data(), t, nullptr, nullptr, dx.data(), loss.data(), rows,
                                                                  cols, nullptr));
      });

  // Weights of columns: matrices; as n elements they have n of them.
  bce_options<T> weighted = mean, weighted_elements = mean;
  weighted.weight = weighted_elements.weight = weight.data();
  weighted.pos_weight = pos_weight.data();
  weighted_elements.pos_weight = pos_weights.data();
  std::vector<given> const all = {x, target, weight, pos_weight};
  expect_same<T>(
      CUSIGMOID_BCE_WITH_LOGITS, all, none,
      [&](auto &y) { bce_with_logits(cpu{}, as_matrix(x), as_matrix(target), as_matrix(y), weighted); },
      [&](auto &y) { bce_with_logits(cpu{}, x.data(), t, y.data(), n, weighted_elements); },
      [&](auto &y) {
        expect_success(cusigmoid_bce_with_logits(place, dtype, x.data(), t, weight.data(), pos_weight.data(), y.data(), rows, cols));
      },
      each(functions::bce_with_logits{}, x, target, weight, pos_weights));
  expect_same<L>(
      CUSIGMOID_BCE_WITH_LOGITS_SUM, all, none,
      [&](auto &loss) { bce_with_logits_sum(cpu{}, as_matrix(x), as_matrix(target), loss.data(), weighted); },
      [&](auto &loss) { bce_with_logits_sum(cpu{}, x.data(), t, loss.data(), n, weighted_elements); });
  expect_same<L>(
      CUSIGMOID_BCE_WITH_LOGITS_SUM, all, of_mean,
      [&](auto &loss) { bce_with_logits_mean(cpu{}, as_matrix(x), as_matrix(target), loss.data(), weighted); },
      [&](auto &loss) { bce_with_logits_mean(cpu{}, x.data(), t, loss.data(), n, weighted_elements); });
  expect_same<T>(
      CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {x, target, weight, pos_weight, dloss}, of_mean,
      [&](auto &dx) { bce_with_logits_backward(cpu{}, as_matrix(x), as_matrix(target), dloss.data(), as_matrix(dx), weighted); },
      [&](auto &dx) { bce_with_logits_backward(cpu{}, x.data(), t, dloss.data(), dx.data(), n, weighted_elements); },
      [&](auto &dx) {
        expect_success(cusigmoid_bce_with_logits_backward(place, dtype, x.data(), t, weight.data(), pos_weight.data(), dloss.data(),
                                                          dx.data(), rows, cols, &of_mean));
      });
  expect_same<T>(CUSIGMOID_BCE_WITH_LOGITS_BACKWARD, {x, target, weight, pos_weight, left_out}, none,
                 each(functions::bce_with_logits_backward{}, x, target, weight, pos_weights));
  expect_same<T, L>(
      CUSIGMOID_BCE_WITH_LOGITS_FORWARD_BACKWARD, all, of_mean,
      [&](auto &dx, auto &loss) {
        bce_with_logits_forward_backward(cpu{}, as_matrix(x), as_matrix(target), loss.data(), as_matrix(dx), weighted);
      },
      [&](auto &dx, auto &loss) { bce_with_logits_forward_backward(cpu{}, x.data(), t, loss.data(), dx.data(), n, weighted_elements); });
}

template <class T>
void Api<T>::cells() {
  auto const gates = numbers<T>(-3, 0.13, 4 * n), b = numbers<T>(1, -0.1, 4 * cols), c_prev = numbers<T>(-1, 0.2), dc = numbers<T>(0, 0.1);
  expect_same<T, T>(
      CUSIGMOID_LSTM_CELL, {gates, b, c_prev}, none,
      [&](auto &c, auto &h) { lstm_cell(cpu{}, as_matrix(gates), b.data(), as_matrix(c_prev), as_matrix(c), as_matrix(h)); },
      [&](auto &c, auto &h) {
        expect_success(cusigmoid_lstm_cell(place, dtype, gates.data(), b.data(), c_prev.data(), c.data(), h.data(), rows, cols));
      });
  expect_same<T, T>(
      CUSIGMOID_LSTM_CELL, {gates, left_out, c_prev}, none,
      [&](auto &c, auto &h) { lstm_cell(cpu{}, as_matrix(gates), nullptr, as_matrix(c_prev), as_matrix(c), as_matrix(h)); },
      [&](auto &c, auto &h) {
        expect_success(cusigmoid_lstm_cell(place, dtype, gates.data(), nullptr, c_prev.data(), c.data(), h.data(), rows, cols));
      });
  expect_same<T, T>(
      CUSIGMOID_LSTM_CELL_BACKWARD, {gates, b, c_prev, dy, dc}, none,
      [&](auto &dgates, auto &dc_prev) {
        lstm_cell_backward(cpu{}, as_matrix(gates), b.data(), as_matrix(c_prev), as_matrix(dy), as_matrix(dc), as_matrix(dgates),
                           as_matrix(dc_prev));
      },
      [&](auto &dgates, auto &dc_prev) {
        expect_success(cusigmoid_lstm_cell_backward(place, dtype, gates.data(), b.data(), c_prev.data(), dy.data(), dc.data(),
                                                    dgates.data(), dc_prev.data(), rows, cols));
      });
  expect_same<T, T>(CUSIGMOID_LSTM_CELL_BACKWARD, {gates, left_out, c_prev, dy, left_out}, none, [&](auto &dgates, auto &dc_prev) {
    lstm_cell_backward(cpu{}, as_matrix(gates), nullptr, as_matrix(c_prev), as_matrix(dy), {}, as_matrix(dgates), as_matrix(dc_prev));
  });
}

TYPED_TEST(Api, FunctionsOfCppAndCAndTheFunctionObjectsGiveTheSameBits) {
  ops_checked.clear();
  this->functions_of_one();
  this->gradients();
  this->bias();
  this->glus();
  this->swiglus();
  this->losses();
  this->cells();
  ops_checked.insert({CUSIGMOID_FORWARD_SCALED, CUSIGMOID_SWIGLU_SCALED, CUSIGMOID_SWIGLU_SPLIT_SCALED});  // below
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  for (int op = 0; cusigmoid_get_op_info(op, &info) == CUSIGMOID_SUCCESS; ++op) EXPECT_EQ(ops_checked.count(op), 1u) << info.name;
}

TYPED_TEST(Api, MatricesMayBePartsOfLargerOnes) {
  using T = TypeParam;
  auto const logits = numbers<T>(-8, 0.7, 24);  // as 4 × 6, of which the right half is asked for
  std::vector<T> all(24), some(24, engine::element<T>::narrow(7));
  forward(cpu{}, logits.data(), all.data(), 24);
  forward(cpu{}, matrix<T const>(logits.data() + 3, 4, 3, 6), matrix<T>(some.data() + 3, 4, 3, 6));
  for (std::size_t i = 0; i < 24; ++i)
    EXPECT_EQ(engine::element<T>::widen(some[i]), i % 6 < 3 ? 7 : engine::element<T>::widen(all[i])) << i;
}

}  // namespace
