#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes every CUDA call of a program fail in turn on the virtual GPU.   usage: gpu_faults.sh PROGRAM
# Each time the program must report the error it was given (exit 1) and leave no allocation, stream or event behind (exit 96 if it does).
set -euo pipefail
program=${1:?usage: gpu_faults.sh PROGRAM}
calls=$(mktemp)
trap 'rm -f "$calls"' EXIT

VGPU_LEAKS=1 VGPU_TRACE=$calls "$program"
runs=0
while read -r function count; do
  for ((call = 1; call <= count; call++)); do
    case $function in
      cudaFreeAsync | cudaFreeHost | cudaStreamDestroy) expected=0 ;; # a destructor cannot report; it must still have freed
      cudaGetErrorName | cudaGetErrorString) continue ;;
      *) expected=1 ;;
    esac
    status=0
    said=$(VGPU_LEAKS=1 VGPU_QUIET=1 VGPU_FAIL=$function:$call:2 "$program" 2>&1) || status=$?
    if [ "$status" != "$expected" ] || { [ "$expected" = 1 ] && ! grep -q 'error 2: .*cudaErrorMemoryAllocation' <<<"$said"; }; then
      echo "FAIL $function, call $call: exit $status, not $expected: $said"
      exit 1
    fi
    runs=$((runs + 1))
  done
done <"$calls"
[ "$runs" -ge 10 ] || { echo "FAIL only $runs calls were made to fail"; exit 1; }
echo "figure: faults injected $runs, survived $runs"
