#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The CPU backend's NEON vectors give the golden digests: cross-compiled, and run by qemu, for every input of 16 bits and fewer. Minutes.
#   dpkg --add-architecture arm64 && apt-get update && apt-get install g++-aarch64-linux-gnu qemu-user libmpfr-dev:arm64 libgmp-dev:arm64
set -euo pipefail
cd "$(dirname "$0")/.."
compiler=aarch64-linux-gnu-g++ build=build/aarch64
cmake -G Ninja -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
  -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc -DCMAKE_CXX_COMPILER="$compiler" -DCUSIGMOID_STATIC=ON -DCUSIGMOID_CUDA=OFF \
  -DCUSIGMOID_TESTS=OFF -DCUSIGMOID_EXAMPLES=OFF -DCUSIGMOID_BENCH=OFF \
  -DCUSIGMOID_MPFR="$($compiler -print-file-name=libmpfr.so)" -DCUSIGMOID_GMP="$($compiler -print-file-name=libgmp.so)"
cmake --build "$build" --target cusigmoid_cli
export OMP_NUM_THREADS=1 # qemu makes threads wait for each other at length
for dtype in float16 bfloat16 float8_e4m3 float8_e5m2; do
  for op in forward derivative silu tanh_derivative log_sigmoid_derivative signed_sigmoid tanh softplus; do
    qemu-aarch64 -L "/usr/${compiler%-g++}" "$build/cusigmoid" verify --dtype "$dtype" --op "$op"
  done
done
