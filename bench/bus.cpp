// SPDX-License-Identifier: Apache-2.0
#include "bench/bus.hpp"

#include <algorithm>
#include <cstring>

namespace bench {
namespace {

/// What a call that returns when done takes.
template <class Call>
row time_call(stopwatch const &watch, std::size_t bytes, char const *op, char const *peer, Call const &call) {
  call();  // the first makes what the others find
  row r = watch.repeat([&](std::vector<double> &us) {
    auto const begin = std::chrono::steady_clock::now();
    call();
    us.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  });
  r.what = "bus", r.op = op, r.peer = peer, r.bytes = bytes, r.dtypes = {"float32", "float32"};
  return r;
}

class pinned_memory {
 public:
  explicit pinned_memory(std::size_t bytes) { check(cudaMallocHost(&data_, bytes)); }
  pinned_memory(pinned_memory const &) = delete;
  ~pinned_memory() { cudaFreeHost(data_); }
  float *data() const { return static_cast<float *>(data_); }

 private:
  void *data_ = nullptr;
};

}  // namespace

std::vector<row> measure_bus(stopwatch const &watch, std::size_t bytes) {
  std::size_t const n = bytes / sizeof(float);
  std::vector<float> x(n), y(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<float>(i % 1000) * 0.02f - 10;
  pinned_memory const pinned_x(bytes), pinned_y(bytes);
  std::memcpy(pinned_x.data(), x.data(), bytes);
  std::memset(pinned_y.data(), 0, bytes);
  std::vector<row> rows;
  {
    memory on_device(bytes, watch.on());
    auto const copy = [&](void *to, void const *from) {
      check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, watch.on()));
      check(cudaStreamSynchronize(watch.on()));
    };
    rows.push_back(time_call(watch, bytes, "copy", "to the device", [&] { copy(on_device.data(), pinned_x.data()); }));
    rows.push_back(time_call(watch, bytes, "copy", "from the device", [&] { copy(pinned_y.data(), on_device.data()); }));
  }
  cusigmoid::pipeline const kept;
  auto const forward = [&](float const *from, float *to) { cusigmoid::forward(kept, from, to, n); };
  rows.push_back(time_call(watch, bytes, "forward", "offload, pageable", [&] { forward(x.data(), y.data()); }));
  rows.push_back(time_call(watch, bytes, "forward", "offload, pinned", [&] { forward(pinned_x.data(), pinned_y.data()); }));
  rows.push_back(time_call(watch, bytes, "forward", "offload, registered", [&] {
    check(cudaHostRegister(x.data(), bytes, cudaHostRegisterDefault));
    check(cudaHostRegister(y.data(), bytes, cudaHostRegisterDefault));
    forward(x.data(), y.data());
    check(cudaHostUnregister(x.data()));
    check(cudaHostUnregister(y.data()));
  }));
  for (row &r : rows) r.copy_gb_per_s = std::min(rows[0].gb_per_s(), rows[1].gb_per_s());
  return rows;
}

}  // namespace bench
