// SPDX-License-Identifier: Apache-2.0
// The library's functions as activations of CUTLASS's epilogues, in place of cutlass::epilogue::thread::Sigmoid, SiLu and Tanh, which are
// approximations: for example cutlass::epilogue::fusion::LinCombEltAct<activation::SiLu, ElementOutput, float>. ElementCompute is float.
#if __has_include(<cutlass/array.h>)
#include <cutlass/array.h>
#else  // as much of CUTLASS as there is in this file
namespace cutlass {
template <class T, int N>
struct Array {
  T storage[N];
  __host__ __device__ T &operator[](int i) { return storage[i]; }
  __host__ __device__ T const &operator[](int i) const { return storage[i]; }
};
}  // namespace cutlass
#endif

#include "cusigmoid/functions.hpp"

namespace activation {

/// What CUTLASS asks of an activation: of a number, and of a fragment.
template <class T, class Function>
struct elementwise {
  static const bool kIsHeavy = true;  // so that its epilogues do not unroll it too far
  __host__ __device__ T operator()(T const &x) const { return Function{}(x); }
};
template <class T, int N, class Function>
struct elementwise<cutlass::Array<T, N>, Function> {
  static const bool kIsHeavy = true;
  __host__ __device__ cutlass::Array<T, N> operator()(cutlass::Array<T, N> const &x) const {
    cutlass::Array<T, N> y;
    for (int i = 0; i < N; ++i) y[i] = Function{}(x[i]);
    return y;
  }
};

template <class T>
struct Sigmoid : elementwise<T, cusigmoid::functions::forward> {};
template <class T>
struct SiLu : elementwise<T, cusigmoid::functions::silu> {};
template <class T>
struct Tanh : elementwise<T, cusigmoid::functions::tanh> {};

}  // namespace activation

/// What an epilogue does with one: d = activation(alpha·accumulator).
template <template <class> class Activation>
__global__ void epilogue(float alpha, cutlass::Array<float, 4> const *accumulators, cutlass::Array<float, 4> *d) {
  cutlass::Array<float, 4> fragment = accumulators[threadIdx.x];
  for (int i = 0; i < 4; ++i) fragment[i] = alpha * fragment[i];
  d[threadIdx.x] = Activation<cutlass::Array<float, 4>>{}(fragment);
}
template __global__ void epilogue<activation::Sigmoid>(float, cutlass::Array<float, 4> const *, cutlass::Array<float, 4> *);
template __global__ void epilogue<activation::SiLu>(float, cutlass::Array<float, 4> const *, cutlass::Array<float, 4> *);
template __global__ void epilogue<activation::Tanh>(float, cutlass::Array<float, 4> const *, cutlass::Array<float, 4> *);
