// SPDX-License-Identifier: Apache-2.0
// Compiled for the machine that it runs on (-march=native), as who wants speed would.
#include <omp.h>

#include <cmath>
#include <cstring>
#include <stdexcept>

#include "bench/cpu_calls.hpp"
#ifdef CUSIGMOID_HAVE_EIGEN
#include <Eigen/Core>
#endif
#if defined(CUSIGMOID_HAVE_SLEEF) && defined(__AVX2__)
#include <immintrin.h>
#include <sleef.h>
#endif
#ifdef CUSIGMOID_HAVE_XNNPACK
#include <pthreadpool.h>
#include <xnnpack.h>
#endif
#ifdef CUSIGMOID_HAVE_ONEDNN
#include <dnnl.hpp>
#endif

namespace bench {
namespace {

/// What the thread that calls it runs on its own, on several.
template <class T>
std::function<call(workload const &, int)> loop(void (*kernel)(T const *, T *, std::size_t)) {
  return [kernel](workload const &work, int threads) {
    return in_parts(kernel, static_cast<T const *>(work.x()), static_cast<T *>(work.y()), work.elements(), threads);
  };
}

template <class T>
void by_std_exp(T const *x, T *y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = 1 / (1 + std::exp(-x[i]));
}

#ifdef CUSIGMOID_HAVE_EIGEN
template <class T>
void by_eigen(T const *x, T *y, std::size_t n) {
  using array = Eigen::Array<T, Eigen::Dynamic, 1>;
  auto const size = static_cast<Eigen::Index>(n);
  Eigen::Map<array>(y, size) = Eigen::Map<array const>(x, size).logistic();
}
#endif

#if defined(CUSIGMOID_HAVE_SLEEF) && defined(__AVX2__)
#if defined(__AVX512F__)
inline __m512 exp_u10(__m512 x) { return Sleef_expf16_u10avx512f(x); }
inline __m512d exp_u10(__m512d x) { return Sleef_expd8_u10avx512f(x); }
constexpr std::size_t vector_size = 64;
#else
inline __m256 exp_u10(__m256 x) { return Sleef_expf8_u10avx2(x); }
inline __m256d exp_u10(__m256d x) { return Sleef_expd4_u10avx2(x); }
constexpr std::size_t vector_size = 32;
#endif

template <class T>
void by_sleef(T const *x, T *y, std::size_t n) {
  typedef T vector __attribute__((vector_size(vector_size)));
  auto const some = [](T const *from, T *to, std::size_t bytes) {
    vector v = {};
    std::memcpy(&v, from, bytes);
    v = 1 / (1 + vector(exp_u10(-v)));
    std::memcpy(to, &v, bytes);
  };
  constexpr std::size_t width = vector_size / sizeof(T);
  std::size_t i = 0;
  for (; i + width <= n; i += width) some(x + i, y + i, vector_size);
  if (i < n) some(x + i, y + i, (n - i) * sizeof(T));
}
#endif

#ifdef CUSIGMOID_HAVE_XNNPACK
call by_xnnpack(workload const &work, int threads) {
  auto const check = [](xnn_status status) {
    if (status != xnn_status_success) throw std::runtime_error("XNNPACK status " + std::to_string(status));
  };
  check(xnn_initialize(nullptr));
  std::shared_ptr<pthreadpool> const pool(threads > 1 ? pthreadpool_create(static_cast<std::size_t>(threads)) : nullptr,
                                          pthreadpool_destroy);
  xnn_operator_t made;
  check(xnn_create_sigmoid_nc_f32(1, 1, 1, 0, &made));
  std::shared_ptr<xnn_operator> const sigmoid(made, xnn_delete_operator);
  check(xnn_setup_sigmoid_nc_f32(made, work.elements(), static_cast<float const *>(work.x()), static_cast<float *>(work.y()), pool.get()));
  return [=] { check(xnn_run_operator(sigmoid.get(), pool.get())); };
}
#endif

#ifdef CUSIGMOID_HAVE_ONEDNN
call by_onednn(workload const &work, int threads, dnnl::memory::data_type type) {
  omp_set_num_threads(threads);
  dnnl::engine const engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  dnnl::memory::desc const shape({static_cast<dnnl::memory::dim>(work.elements())}, type, dnnl::memory::format_tag::a);
#if DNNL_VERSION_MAJOR >= 3
  dnnl::eltwise_forward const sigmoid(
      {engine, dnnl::prop_kind::forward_inference, dnnl::algorithm::eltwise_logistic, shape, shape, 0.f, 0.f});
#else
  dnnl::eltwise_forward const sigmoid({{dnnl::prop_kind::forward_inference, dnnl::algorithm::eltwise_logistic, shape, 0, 0}, engine});
#endif
  dnnl::memory const x(shape, engine, const_cast<void *>(work.x())), y(shape, engine, work.y());
  return [=, arguments = std::unordered_map<int, dnnl::memory>{{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, y}}]() mutable {
    sigmoid.execute(stream, arguments);
    stream.wait();
  };
}
call by_onednn_f32(workload const &work, int threads) { return by_onednn(work, threads, dnnl::memory::data_type::f32); }
call by_onednn_bf16(workload const &work, int threads) { return by_onednn(work, threads, dnnl::memory::data_type::bf16); }
#endif

[[maybe_unused]] std::string dotted(int a, int b, int c) { return std::to_string(a) + "." + std::to_string(b) + "." + std::to_string(c); }

}  // namespace

std::vector<cpu_peer> cpu_peers() {
  return {
#ifdef CUSIGMOID_HAVE_XNNPACK
      {"XNNPACK", "", CUSIGMOID_FLOAT32, 3.5, by_xnnpack},
#endif
#ifdef CUSIGMOID_HAVE_ONEDNN
      {"oneDNN", dotted(DNNL_VERSION_MAJOR, DNNL_VERSION_MINOR, DNNL_VERSION_PATCH), CUSIGMOID_FLOAT32, 4, by_onednn_f32},
      {"oneDNN", dotted(DNNL_VERSION_MAJOR, DNNL_VERSION_MINOR, DNNL_VERSION_PATCH), CUSIGMOID_BFLOAT16, 1, by_onednn_bf16},
#endif
#ifdef CUSIGMOID_HAVE_EIGEN
      {"Eigen", dotted(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION), CUSIGMOID_FLOAT32, 8192,
       loop(by_eigen<float>)},  // 1/2 and something, which nearly cancel towards −9
      {"Eigen", dotted(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION), CUSIGMOID_FLOAT64, 4.5, loop(by_eigen<double>)},
#endif
#if defined(CUSIGMOID_HAVE_SLEEF) && defined(__AVX2__)
      {"SLEEF", dotted(SLEEF_VERSION_MAJOR, SLEEF_VERSION_MINOR, SLEEF_VERSION_PATCHLEVEL), CUSIGMOID_FLOAT32, 3, loop(by_sleef<float>)},
      {"SLEEF", dotted(SLEEF_VERSION_MAJOR, SLEEF_VERSION_MINOR, SLEEF_VERSION_PATCHLEVEL), CUSIGMOID_FLOAT64, 3, loop(by_sleef<double>)},
#endif
      {"std::exp", "", CUSIGMOID_FLOAT32, 3, loop(by_std_exp<float>)},
      {"std::exp", "", CUSIGMOID_FLOAT64, 3, loop(by_std_exp<double>)},
  };
}

}  // namespace bench
