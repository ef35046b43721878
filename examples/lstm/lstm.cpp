// SPDX-License-Identifier: Apache-2.0
// A character LSTM learns to continue a text. For each class of characters by itself it says how probably it comes next, so that the loss
// is a binary cross-entropy and the probabilities are σ of the logits. The same code runs on the GPU where there is one, else on the CPU;
// only the products of matrices differ, cuBLAS's there and Eigen's here. A machine prints the same digits in every run.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

#include "network.hpp"

namespace {

constexpr std::size_t hidden = 128, streams = 16, stretch = 32;
constexpr float rate = 12, momentum = 0.9f;
constexpr float longest_gradient = 0.1f;  // most are longer, so that the rate times this is the length of most steps

struct corpus {
  std::string classes;  // each character of the text once
  std::string training, held_out;
};

corpus read_text(std::string const &path) {
  std::ifstream file(path, std::ios::binary);
  std::string const text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw std::runtime_error(path + ": " + std::strerror(errno));
  std::size_t const first_held_out = text.size() - text.size() / 20;
  corpus all{text, text.substr(0, first_held_out), text.substr(first_held_out)};
  std::ranges::sort(all.classes);
  all.classes.erase(std::ranges::unique(all.classes).begin(), all.classes.end());
  if (all.classes.size() < 2 || all.training.size() / streams <= stretch || all.held_out.size() <= stretch)
    throw std::runtime_error(path + ": " + std::to_string(text.size()) + " characters are too few to learn from");
  return all;
}

/// As unrolled::read takes them: the text in `count` streams of one length; of each, `stretch` characters from `from` on and one more.
numbers one_hot(std::string_view text, std::string const &classes, std::size_t count, std::size_t from) {
  numbers all((stretch + 1) * count * classes.size());
  std::size_t row = 0;
  for (std::size_t t = from; t <= from + stretch; ++t)
    for (std::size_t s = 0; s < count; ++s) all[row++ * classes.size() + classes.find(text[s * (text.size() / count) + t])] = 1;
  return all;
}

template <class Blas>
void train(Blas const &blas, corpus const &all, weights const &w, int steps) {
  auto gradient = Blas::put(numbers(w.size)), velocity = Blas::put(numbers(w.size));
  weights const dw(gradient.data(), all.classes.size(), hidden);
  unrolled<Blas> network(blas, all.classes.size(), hidden, streams, stretch);
  double sum = 0;
  std::size_t from = 0;
  std::printf(" step    loss\n");
  for (int i = 1; i <= steps; ++i) {
    network.read(w, one_hot(all.training, all.classes, streams, from));
    sum += network.loss();
    network.gradient(w, dw);
    float const to_come = static_cast<float>(steps - i + 1) / static_cast<float>(steps);  // slower and slower, to settle
    float const shorter = std::min(1.0f, longest_gradient / blas.nrm2(w.size, dw.data));
    blas.scal(w.size, momentum, velocity.data());
    blas.axpy(w.size, -rate * to_come * shorter, dw.data, velocity.data());
    blas.axpy(w.size, 1, velocity.data(), w.data);
    from += stretch;
    if (from + stretch >= all.training.size() / streams) from = 0;  // the streams begin anew; what they remember does not matter for long
    if (i % 100 == 0) std::printf("%5d  %.4f\n", i, sum / 100), sum = 0;
  }
}

template <class Blas>
double held_out_loss(Blas const &blas, corpus const &all, weights const &w) {
  unrolled<Blas> reader(blas, all.classes.size(), hidden, 1, stretch);
  double sum = 0;
  int count = 0;
  for (std::size_t from = 0; from + stretch < all.held_out.size(); from += stretch, ++count) {
    reader.read(w, one_hot(all.held_out, all.classes, 1, from));
    sum += reader.loss();
  }
  return sum / count;
}

/// Draws each character from the probabilities that the network gives, and goes on from it.
template <class Blas>
std::string sample(Blas const &blas, corpus const &all, weights const &w, std::size_t length) {
  std::size_t const classes = all.classes.size();
  unrolled<Blas> writer(blas, classes, hidden, 1, 1);
  std::mt19937 random(1);
  std::string text;
  for (std::size_t drawn = 0; text.size() < length; text += all.classes[drawn]) {  // begins after class 0: in most texts, a line's end
    numbers characters(2 * classes);
    characters[drawn] = 1;
    writer.read(w, characters);
    numbers const p = writer.probabilities();
    drawn = std::discrete_distribution<std::size_t>(p.begin(), p.end())(random);
  }
  return text;
}

template <class Blas>
void run(corpus const &all, int steps) {
  Blas const blas;
  auto memory = Blas::put(first_weights(all.classes.size(), hidden));
  weights const w(memory.data(), all.classes.size(), hidden);
  std::printf("untrained, held-out loss %.4f\n", held_out_loss(blas, all, w));
  train(blas, all, w, steps);
  std::printf("held-out loss %.4f\n----\n%s\n", held_out_loss(blas, all, w), sample(blas, all, w, 400).c_str());
}

/// 0 where it is not a number.
int count(std::string_view word) {
  int n = 0;
  auto const [stop, error] = std::from_chars(word.begin(), word.end(), n);
  return error == std::errc() && stop == word.end() ? n : 0;
}

}  // namespace

int main(int argc, char **argv) try {
  std::string place = "auto";
  int steps = 1200, at = 1;
  for (; at + 2 < argc; at += 2) {
    std::string const option = argv[at], value = argv[at + 1];
    if (option == "--place" && (value == "auto" || value == "cpu" || value == "cuda"))
      place = value;
    else if (option == "--steps" && count(value) > 0)
      steps = count(value);
    else
      break;
  }
  if (at + 1 != argc || argv[at][0] == '-') {
    std::fprintf(stderr, "usage: %s [--place auto|cpu|cuda] [--steps N] text\n", argv[0]);
    return 2;
  }
  corpus const all = read_text(argv[at]);
#ifdef LSTM_HAVE_CUBLAS
  int gpus = 0;
  if (place == "auto" && cusigmoid_device_count(&gpus) != CUSIGMOID_SUCCESS) throw std::runtime_error(cusigmoid_last_error());
  if (place == "cuda" || gpus > 0) {
    std::printf("on the GPU\n");
    run<on_device>(all, steps);
    return 0;
  }
#else
  if (place == "cuda") throw std::runtime_error("--place cuda: built without cuBLAS");
#endif
  std::printf("on the CPU (%s)\n", cusigmoid_cpu_isa());
  run<on_host>(all, steps);
  return 0;
} catch (std::exception const &error) {
  std::fprintf(stderr, "lstm: %s\n", error.what());
  return 1;
}
