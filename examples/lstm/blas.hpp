// SPDX-License-Identifier: Apache-2.0
// The linear algebra of the example: the same few calls by Eigen over host memory and, where it was found, by cuBLAS over device memory.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "cusigmoid/cusigmoid.hpp"
#ifdef LSTM_HAVE_CUBLAS
#include <cublas_v2.h>
#endif

using cusigmoid::matrix;
using numbers = std::vector<float>;

/// A factor of a product: a matrix, contiguous here, as it is or transposed.
struct factor : matrix<float> {
  bool is_transposed;
  factor(matrix<float> const &m, bool is_transposed_ = false) : matrix(m), is_transposed(is_transposed_) {}
};
inline factor transposed(matrix<float> const &m) { return {m, true}; }

class on_host {
 public:
  using memory = numbers;
  cusigmoid::cpu place{1};  // one thread, as Eigen's products have here: the matrices are small

  static memory put(numbers const &from) { return from; }
  static void put(numbers const &from, memory &to) { to = from; }
  static numbers get(memory const &from) { return from; }

  /// c = a·b + beta·c, beta 0 or 1; not both factors transposed.
  void gemm(factor const &a, factor const &b, float beta, matrix<float> c) const {
    auto const as_eigen = [](matrix<float> const &m) {
      return Eigen::Map<Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(m.data, static_cast<Eigen::Index>(m.rows),
                                                                                               static_cast<Eigen::Index>(m.cols));
    };
    if (beta == 0) as_eigen(c).setZero();
    if (a.is_transposed)
      as_eigen(c).noalias() += as_eigen(a).transpose() * as_eigen(b);
    else if (b.is_transposed)
      as_eigen(c).noalias() += as_eigen(a) * as_eigen(b).transpose();
    else
      as_eigen(c).noalias() += as_eigen(a) * as_eigen(b);
  }
  void copy(std::size_t n, float const *x, float *y) const { std::copy_n(x, n, y); }
  void scal(std::size_t n, float factor, float *x) const {
    for (std::size_t i = 0; i < n; ++i) x[i] *= factor;
  }
  void axpy(std::size_t n, float factor, float const *x, float *y) const {
    for (std::size_t i = 0; i < n; ++i) y[i] += factor * x[i];
  }
  float nrm2(std::size_t n, float const *x) const {
    double squares = 0;
    for (std::size_t i = 0; i < n; ++i) squares += static_cast<double>(x[i]) * x[i];
    return static_cast<float>(std::sqrt(squares));
  }
};

#ifdef LSTM_HAVE_CUBLAS
class on_device {
 public:
  using memory = cusigmoid::device_buffer<float>;
  cusigmoid::cuda place;  // the default stream, on which cuBLAS works too

  on_device() { check(cublasCreate(&handle)); }
  on_device(on_device const &) = delete;
  ~on_device() { cublasDestroy(handle); }

  static memory put(numbers const &from) { return memory::from(from); }
  static void put(numbers const &from, memory &to) { to.copy_from(from.data(), from.size()); }
  static numbers get(memory const &from) { return from.to_vector(); }

  void gemm(factor const &a, factor const &b, float beta, matrix<float> c) const {
    // cuBLAS goes by columns, so that it sees every matrix transposed: cᵀ = bᵀ·aᵀ.
    auto const as_blas = [](factor const &m) { return m.is_transposed ? CUBLAS_OP_T : CUBLAS_OP_N; };
    float const one = 1;
    check(cublasSgemm(handle, as_blas(b), as_blas(a), count(c.cols), count(c.rows), count(a.is_transposed ? a.rows : a.cols), &one, b.data,
                      count(b.cols), a.data, count(a.cols), &beta, c.data, count(c.cols)));
  }
  void copy(std::size_t n, float const *x, float *y) const { check(cublasScopy(handle, count(n), x, 1, y, 1)); }
  void scal(std::size_t n, float factor, float *x) const { check(cublasSscal(handle, count(n), &factor, x, 1)); }
  void axpy(std::size_t n, float factor, float const *x, float *y) const { check(cublasSaxpy(handle, count(n), &factor, x, 1, y, 1)); }
  float nrm2(std::size_t n, float const *x) const {
    float norm = 0;
    check(cublasSnrm2(handle, count(n), x, 1, &norm));
    return norm;
  }

 private:
  static int count(std::size_t n) { return static_cast<int>(n); }
  static void check(cublasStatus_t status) {
    if (status != CUBLAS_STATUS_SUCCESS) throw std::runtime_error(std::string("cuBLAS: ") + cublasGetStatusString(status));
  }

  cublasHandle_t handle = nullptr;
};
#endif
