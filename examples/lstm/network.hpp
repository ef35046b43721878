// SPDX-License-Identifier: Apache-2.0
// A character LSTM of one layer, and its gradient by back-propagation through a stretch of time. Written once: Blas says where the
// numbers are (blas.hpp), and the library computes there.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

#include "blas.hpp"

/// The weights, or their gradient, seen in one piece of memory: a step of the optimiser goes over all of them at once.
struct weights {
  std::size_t size;
  float *data;
  matrix<float> of_input, of_hidden, bias, of_output, output_bias;
  static std::size_t count(std::size_t classes, std::size_t hidden) { return (classes + hidden + 1) * 4 * hidden + (hidden + 1) * classes; }
  weights(float *at, std::size_t classes, std::size_t hidden)
      : size(count(classes, hidden)),
        data(at),
        of_input(at, classes, 4 * hidden),
        of_hidden(end(of_input), hidden, 4 * hidden),
        bias(end(of_hidden), 1, 4 * hidden),
        of_output(end(bias), hidden, classes),
        output_bias(end(of_output), 1, classes) {}

 private:
  static float *end(matrix<float> const &m) { return m.data + m.rows * m.cols; }
};

/// Uniform up to ±1/√hidden; but the biases such that the cell begins by remembering, and every class at a probability of 1/classes.
inline numbers first_weights(std::size_t classes, std::size_t hidden) {
  numbers all(weights::count(classes, hidden));
  std::mt19937 random(1);  // its numbers are the standard's, those of std::uniform_real_distribution are not
  float const range = 1 / std::sqrt(static_cast<float>(hidden));
  for (float &value : all) value = range * (static_cast<float>(random()) * 0x1p-31f - 1);
  weights const w(all.data(), classes, hidden);
  std::fill_n(w.bias.data + hidden, hidden, 1.0f);  // of the forget gate, in [i | f | g | o]
  std::fill_n(w.output_bias.data, classes, -std::log(static_cast<float>(classes - 1)));
  return all;
}

/// The network over a number of steps of several streams of text at once. The rows of a step are the streams, and the steps follow each
/// other, so that where no step needs the one before, one product serves them all.
template <class Blas>
class unrolled {
 public:
  unrolled(Blas const &blas_, std::size_t classes_, std::size_t hidden_, std::size_t streams_, std::size_t steps_)
      : blas(blas_), classes(classes_), hidden(hidden_), streams(streams_), steps(steps_) {}

  /// Reads on from where it stopped. characters: those of all steps and of one more, each a row of `classes` with a 1 at its class.
  void read(weights const &w, numbers const &characters) {
    Blas::put(characters, text.values);
    for (series *const state : {&c, &h}) blas.copy(streams * hidden, at(*state, steps).data, at(*state, 0).data);
    blas.gemm(during(text), w.of_input, 0, during(gates));
    for (std::size_t t = 0; t < steps; ++t) {
      blas.gemm(at(h, t), w.of_hidden, 1, at(gates, t));
      cusigmoid::lstm_cell(blas.place, at(gates, t), w.bias.data, at(c, t), at(c, t + 1), at(h, t + 1));
    }
    blas.gemm(during(ones), w.output_bias, 0, during(logits));
    blas.gemm(during(h, 1), w.of_output, 1, during(logits));
  }

  /// The binary cross-entropy of a next character, over all classes; the mean over the characters read. Keeps its gradient.
  double loss() {
    cusigmoid::bce_with_logits_forward_backward(blas.place, during(logits), during(text, 1), mean.data(), during(dlogits),
                                                {.reduction = cusigmoid::reduction::mean}, workspace.data(), workspace_bytes);
    return static_cast<double>(classes) * Blas::get(mean)[0];  // from the mean over the classes, too, to their sum
  }

  /// dw becomes the gradient of loss(), which is to be called before.
  void gradient(weights const &w, weights const &dw) {
    blas.gemm(transposed(during(h, 1)), during(dlogits), 0, dw.of_output);
    blas.gemm(transposed(during(ones)), during(dlogits), 0, dw.output_bias);
    blas.gemm(during(dlogits), transposed(w.of_output), 0, during(dh));
    for (std::size_t t = steps; t-- > 0;) {
      bool const is_last = t + 1 == steps;  // what comes after is cut off
      if (!is_last) blas.gemm(at(dgates, t + 1), transposed(w.of_hidden), 1, at(dh, t));
      matrix<float> const dc_after = is_last ? matrix<float>() : at(dc, 0);
      cusigmoid::lstm_cell_backward(blas.place, at(gates, t), w.bias.data, at(c, t), at(dh, t), dc_after, at(dgates, t), at(dc, 0));
    }
    blas.gemm(transposed(during(text)), during(dgates), 0, dw.of_input);
    blas.gemm(transposed(during(h)), during(dgates), 0, dw.of_hidden);
    blas.gemm(transposed(during(ones)), during(dgates), 0, dw.bias);
    blas.scal(dw.size, static_cast<float>(classes), dw.data);
  }

  /// σ of the logits, which it replaces.
  numbers probabilities() {
    cusigmoid::forward(blas.place, during(logits), during(logits));
    return Blas::get(logits.values);
  }

 private:
  using memory = typename Blas::memory;
  struct series {
    memory values;
    std::size_t cols;
  };
  series of(std::size_t count, std::size_t cols, float value = 0) const {
    return {Blas::put(numbers(count * streams * cols, value)), cols};
  }
  matrix<float> at(series &s, std::size_t step) const { return {s.values.data() + step * streams * s.cols, streams, s.cols}; }
  matrix<float> during(series &s, std::size_t first = 0) const { return {at(s, first).data, steps * streams, s.cols}; }

  Blas const &blas;
  std::size_t const classes, hidden, streams, steps;
  series text = of(steps + 1, classes), c = of(steps + 1, hidden), h = of(steps + 1, hidden);  // before the first step, and after each
  series gates = of(steps, 4 * hidden), logits = of(steps, classes), ones = of(steps, 1, 1);
  series dgates = of(steps, 4 * hidden), dlogits = of(steps, classes), dh = of(steps, hidden), dc = of(1, hidden);
  std::size_t const workspace_bytes = cusigmoid::bce_with_logits_sum_workspace(blas.place, steps * streams * classes);
  memory mean = Blas::put(numbers(1)), workspace = Blas::put(numbers(workspace_bytes / sizeof(float)));
};
