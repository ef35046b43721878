#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The same bits from every compiler at every level of optimisation, contraction allowed or not: bits.cpp prints the same text.
# usage: run.sh FOLDER COMPILER...
set -euo pipefail
folder=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
mkdir -p "$folder"

expected="" status=0
digests_of() { # COMPILER FLAGS...: compiles bits.cpp, runs it, compares with the first one's
  local name=$* program=$folder/bits
  "$@" -std=c++20 -I"$root" -I"$root/include" "$here/bits.cpp" -o "$program"
  "$program" >"$folder/digests"
  if [ -z "$expected" ]; then
    expected=$folder/expected
    cp "$folder/digests" "$expected"
  fi
  if diff "$expected" "$folder/digests" >"$folder/difference"; then
    echo "same: $name"
  else
    echo "DIFFERENT: $name"
    cat "$folder/difference"
    status=1
  fi
}

for compiler in "$@"; do
  for level in -O0 -O1 -O2 -O3; do digests_of "$compiler" "$level"; done
  if [ "$(uname -m)" = x86_64 ]; then
    for isa in x86-64-v3 x86-64-v4; do
      grep -qw "$([ $isa = x86-64-v4 ] && echo avx512vl || echo fma)" /proc/cpuinfo || continue
      digests_of "$compiler" -O3 -march=$isa -ffp-contract=fast
    done
  fi
done
exit $status
