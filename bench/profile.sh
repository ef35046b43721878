#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What limits the kernels of an op: by Nsight Compute, or as much as Nsight Systems can tell. Needs bash, coreutils and one of them.
set -euo pipefail

die() {
  echo "profile.sh: $*" >&2
  exit 2
}

if [[ ${1-} == -h || ${1-} == --help ]]; then
  echo "usage: profile.sh OP DTYPE
Profiles an op whose calls move 256 MiB, by ncu, else by nsys: profile.sh swiglu_split bfloat16"
  exit
fi
(($# == 2)) || die 'usage: profile.sh OP DTYPE (--help)'

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
gpu_bench=$here/gpu_bench # of a stage
[[ -x $gpu_bench ]] || gpu_bench=$here/../build/default/gpu_bench
[[ -x $gpu_bench ]] || die "no gpu_bench: neither in $here, nor built (cmake --workflow --preset test)"
PATH=$PATH:/usr/local/cuda/bin

metrics=(
  gpu__time_duration.sum
  dram__throughput.avg.pct_of_peak_sustained_elapsed
  dram__bytes.sum.per_second
  smsp__issue_active.avg.pct_of_peak_sustained_active # issue slots
  sm__inst_executed_pipe_xu.avg.pct_of_peak_sustained_active # MUFU and conversions
  sm__inst_executed_pipe_fma.avg.pct_of_peak_sustained_active
  sm__inst_executed_pipe_fp64.avg.pct_of_peak_sustained_active
  sm__warps_active.avg.pct_of_peak_sustained_active # occupancy achieved
  launch__registers_per_thread
)
if type -P ncu >/dev/null; then
  # At the clocks that the GPU runs at: ncu would lock them to the base clock.
  list=$(IFS=, && echo "${metrics[*]}")
  exec ncu --clock-control none --print-summary per-kernel --metrics "$list" "$gpu_bench" --profile "$@"
elif type -P nsys >/dev/null; then
  echo 'profile.sh: no ncu; nsys knows times and registers, but not what limits a kernel' >&2
  report=$(mktemp -d)
  trap 'rm -rf "$report"' EXIT
  nsys profile --trace=cuda,nvtx --output "$report/report" "$gpu_bench" --profile "$@"
  nsys stats --report cuda_gpu_trace --report cuda_gpu_kern_sum --report nvtx_pushpop_sum "$report/report.nsys-rep"
else
  die 'neither ncu (Nsight Compute) nor nsys (Nsight Systems) is on PATH or in /usr/local/cuda/bin; nvprof is gone since CUDA 13.0'
fi
