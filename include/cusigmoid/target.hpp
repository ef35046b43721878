// SPDX-License-Identifier: Apache-2.0
// What the compiler at hand needs: how a function for host and device is declared, and the namespace that keeps the code of one
// instruction set apart from that of another.
#pragma once

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || defined(__ASSOCIATIVE_MATH__)
#error "cusigmoid's functions are IEEE arithmetic: compile this file without -ffast-math (cusigmoid.hpp alone does not mind it)"
#endif

#if defined(__CUDACC__)
#define CUSIGMOID_FN __host__ __device__ __forceinline__
#define CUSIGMOID_RARE __host__ __device__ __noinline__
#define CUSIGMOID_SHARED __host__ __device__ __noinline__
#define CUSIGMOID_UNROLL _Pragma("unroll")
#else
#define CUSIGMOID_FN inline __attribute__((always_inline))
#define CUSIGMOID_RARE inline __attribute__((noinline, cold))
#if !defined(CUSIGMOID_SHARED)
#define CUSIGMOID_SHARED inline __attribute__((noinline))
#endif
#define CUSIGMOID_UNROLL
#endif

// The linker keeps one copy of an inline function. Compiled for AVX-512 in one file and for plain x86-64 in another it must therefore
// have two names, and so must the host copies of nvcc and of the host compiler.
#if !defined(CUSIGMOID_TARGET)
#if defined(__CUDACC__)
#define CUSIGMOID_TARGET nvcc_target
#else
#define CUSIGMOID_TARGET host_target
#endif
#endif
