// SPDX-License-Identifier: Apache-2.0
// A correct program over the whole device side. tests/gpu_faults.sh makes each CUDA call it causes fail in turn: it must then report a
// clear error (exit 1), leak nothing, and never end in success or by a signal.
#include <cstdio>
#include <vector>

#include "cusigmoid/cusigmoid.hpp"

using namespace cusigmoid;

int main() try {
  constexpr std::size_t n = 10000;
  std::vector<float> const host(n, 0.25f);
  int devices = 0;
  if (cusigmoid_device_count(&devices) != CUSIGMOID_SUCCESS) throw cuda_error(cusigmoid_last_error(), cusigmoid_last_cuda_error());
  if (devices == 0) throw cuda_error("no device", 100);

  auto x = device_buffer<float>::from(host);
  device_buffer<float> y(n), loss(1);
  device_buffer<double> workspace(bce_with_logits_sum_workspace(cuda{}, n) / sizeof(double));
  forward(cuda{}, x.data(), y.data(), n);
  backward_from_input(cuda{}, y.data(), x.data(), y.data(), n);
  bce_with_logits_sum(cuda{}, x.data(), y.data(), loss.data(), n, workspace.data(), workspace.size() * sizeof(double));
  std::printf("loss %.9g\n", static_cast<double>(loss.to_vector()[0]));

  pipeline const kept(offload{0, std::size_t{512} << 10});
  std::vector<float> const many(100000, 0.5f);
  std::vector<float> gradients(many.size());
  float mean = 0;
  bce_with_logits_forward_backward(kept, many.data(), many.data(), &mean, gradients.data(), many.size());
  forward(offload{}, gradients.data(), gradients.data(), gradients.size());
  std::printf("offloaded: loss %.9g, first gradient %.9g\n", static_cast<double>(mean), static_cast<double>(gradients[0]));
  return 0;
} catch (cuda_error const &e) {
  std::printf("error %d: %s\n", e.code(), e.what());
  return e.code() ? 1 : 3;
}
