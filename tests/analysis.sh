#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Static analysis: clang-tidy and cppcheck on host code, clang's own CUDA compiler on the kernels.   usage: analysis.sh
# Exits 77 where these are not. What they are to look for is in .clang-tidy, with the reasons for what they are not.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in clang++-22 clang-tidy-22 cppcheck cmake; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool (./setup.sh --dev)"; exit 77; }
done

mapfile -t sources < <(git ls-files 'host/*.cpp' 'tools/cli/*.cpp')
cmake --preset tsan >/dev/null # how clang compiles each of them
printf '%s\n' "${sources[@]}" | grep -v -e no_cuda.cpp -e instruction_set.cpp | xargs -P "$(nproc)" -n 3 clang-tidy-22 -p build/tsan --quiet
# syntaxError: it knows no template lambdas. uninitMemberVar: numbers are left uninitialised as float and double are.
cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability --std=c++20 -I. -Iinclude --inline-suppr -j "$(nproc)" \
  --suppress=missingIncludeSystem --suppress=syntaxError --suppress=uninitMemberVar "${sources[@]}"

nvcc=$(PATH=$PATH:/usr/local/cuda/bin command -v nvcc || true)
if [[ $nvcc ]]; then
  toolkit=$("$nvcc" --dryrun -x cu -c /dev/null -o /dev/null 2>&1 | sed -n 's/^#\$ TOP=//p')
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  touch "$folder/curand_mtgp32_kernel.h" # which clang includes and we do not need: it belongs to cuRAND
  for kernels in cuda/*.cu; do
    clang++-22 -x cuda --cuda-gpu-arch=sm_90 --cuda-path="$toolkit" -fsyntax-only -std=c++20 -I. -Iinclude \
      -isystem "$folder" -DCUSIGMOID_GROUP=0 -DCUSIGMOID_GROUPS=4 -Wall -Wextra -Werror -Wno-unknown-cuda-version -Wno-unknown-pragmas "$kernels"
  done
fi
echo "nothing found"
