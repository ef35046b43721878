#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs cusigmoid verify and keeps what it prints in results/NAME.txt, with where it comes from; right or wrong, make.py shows it.
#   tools/accuracy/record.sh proof-float32 build/default/cusigmoid verify --dtype float32 --oracle    a part of the proof
#   tools/accuracy/record.sh place-x86-64 …                                                           a place beside it
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
(($# >= 2)) || { echo "usage: record.sh NAME PATH/TO/cusigmoid verify [OPTION]..." >&2; exit 2; }
name=$1 program=$2 status=0
shift 2
begin=$SECONDS
table=$("$program" "$@" | tee -a /dev/stderr) || status=$?
((status <= 1)) || exit "$status" # an error: nothing to keep
mkdir -p "$here/results"
{
  echo "# command: ${CUSIGMOID_ISA:+CUSIGMOID_ISA=$CUSIGMOID_ISA }${program##*/} $*"
  echo "# machine: $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1), $(nproc) cores"
  echo "# date: $(date -u +%F)"
  echo "# seconds: $((SECONDS - begin))"
  echo "# source_digest: $("$here/../../bench/source_digest.sh")"
  echo "$table"
} > "$here/results/$name.txt"
exit "$status"
