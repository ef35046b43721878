// SPDX-License-Identifier: Apache-2.0
// Logistic regression on the Wisconsin Diagnostic Breast Cancer table, by gradient descent, cross-validated: each fifth of the rows is held
// out once. The sigmoid, its gradient and the loss run on
// the GPU where there is one, else on the CPU, and give the same bits; the dot products are the host's, added in one order. So every
// machine prints the same digits; only the line that names the place differs.
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "breast_cancer.hpp"
#include "cusigmoid/cusigmoid.hpp"

namespace {

using device_numbers = cusigmoid::device_buffer<double>;

/// sign·(row·w + b) for each row; b is the last weight.
numbers logits(std::vector<numbers> const &rows, numbers const &weights, double sign = 1) {
  numbers z;
  for (numbers const &row : rows) {
    double sum = weights.back();
    for (std::size_t j = 0; j < row.size(); ++j) sum += row[j] * weights[j];
    z.push_back(sign * sum);
  }
  return z;
}

double count_right(numbers const &probability, numbers const &target) {
  double right = 0;
  for (std::size_t i = 0; i < target.size(); ++i) right += (probability[i] > 0.5) == (target[i] == 1);
  return right;
}

// The place of the operations decides whose memory their arrays are in: numbers for cpu, device_numbers for cuda.
void put(numbers const &from, numbers &to) { to = from; }
void put(numbers const &from, device_numbers &to) { to.copy_from(from.data(), from.size()); }
numbers get(numbers const &from) { return from; }
numbers get(device_numbers const &from) { return from.to_vector(); }

/// Trains, prints, and returns how many of the rows held out the model tells right; written once for both places.
template <class Memory, class Place>
double run(Place place, data_set const &data) {
  constexpr int epochs = 200;
  auto const &[rows, target] = data.training;
  std::size_t const n = rows.size(), workspace_bytes = cusigmoid::bce_with_logits_sum_workspace(place, n);
  double const count = static_cast<double>(n), rate = 0.5 / count;
  Memory x(n), y(n), q(n), dy(n), dx(n), t(n), sum(1), workspace(workspace_bytes / sizeof(double));
  put(target, t);
  numbers weights(rows[0].size() + 1);

  std::printf("epoch      loss  accuracy\n");
  for (int epoch = 0;; ++epoch) {
    put(logits(rows, weights), x);
    cusigmoid::forward(place, x.data(), y.data(), n);  // y = σ(x), the probability of class 1
    cusigmoid::bce_with_logits_sum(place, x.data(), t.data(), sum.data(), n, workspace.data(), workspace_bytes);
    numbers const probability = get(y);
    if (epoch % 50 == 0) std::printf("%5d  %.6f    %.4f\n", epoch, get(sum)[0] / count, count_right(probability, target) / count);
    if (epoch == epochs) break;

    put(logits(rows, weights, -1), q);
    cusigmoid::forward(place, q.data(), q.data(), n);  // q = σ(−x) = 1 − y, without the cancellation
    numbers const complement = get(q);
    numbers gradient(n);
    for (std::size_t i = 0; i < n; ++i)  // of −ln y in class 1 and −ln(1 − y) in class 0: dy = (1 − t)/q − t/y
      gradient[i] = (1 - target[i]) / complement[i] - target[i] / probability[i];
    put(gradient, dy);
    cusigmoid::backward_from_input(place, dy.data(), x.data(), dx.data(), n);  // dx = dy·σ′(x)
    gradient = get(dx);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < rows[i].size(); ++j) weights[j] -= rate * gradient[i] * rows[i][j];
      weights.back() -= rate * gradient[i];
    }
  }

  std::size_t const unseen = data.held_out.rows.size();
  Memory p(unseen);
  put(logits(data.held_out.rows, weights), p);
  cusigmoid::forward(place, p.data(), p.data(), unseen);
  return count_right(get(p), data.held_out.target);
}

}  // namespace

int main(int argc, char **argv) try {
  bool const placed = argc == 4 && std::strcmp(argv[1], "--place") == 0;
  std::string const place = placed ? argv[2] : "auto";
  if ((argc != 2 && !placed) || (place != "auto" && place != "cpu" && place != "cuda")) {
    std::fprintf(stderr, "usage: %s [--place auto|cpu|cuda] breast_cancer.csv\n", argv[0]);
    return 2;
  }
  table const all = read_table(argv[argc - 1]);
  int gpus = 0;
  if (place == "auto" && cusigmoid_device_count(&gpus) != CUSIGMOID_SUCCESS) throw std::runtime_error(cusigmoid_last_error());
  bool const on_gpu = place == "cuda" || gpus > 0;
  if (on_gpu)
    std::printf("on the GPU\n");
  else
    std::printf("on the CPU (%s)\n", cusigmoid_cpu_isa());

  double right = 0;
  for (std::size_t k = 0; k < folds; ++k) {
    data_set data = hold_out(all, k);
    standardise(data);
    std::printf("fold %zu of %zu: %zu rows to train on, %zu held out\n", k + 1, folds, data.training.rows.size(),
                data.held_out.rows.size());
    right += on_gpu ? run<device_numbers>(cusigmoid::cuda{}, data) : run<numbers>(cusigmoid::cpu{}, data);
  }
  std::printf("held-out accuracy %.4f\n", right / static_cast<double>(all.rows.size()));
  return 0;
} catch (std::exception const &error) {
  std::fprintf(stderr, "logistic_regression: %s\n", error.what());
  return 1;
}
