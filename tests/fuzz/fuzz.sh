#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a fuzzer on the inputs that are kept for it, one of a line in base64, and on others made from them.   usage: fuzz.sh FUZZER CORPUS RUNS
# With KEEP=1 the corpus becomes the smallest set of inputs that reaches what all of them have reached.
set -euo pipefail
fuzzer=${1:?usage: fuzz.sh FUZZER CORPUS RUNS} corpus=${2:?no CORPUS} runs=${3:?no RUNS}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/inputs" "$folder/smallest"
number=0
while read -r line; do
  number=$((number + 1))
  base64 -d <<<"$line" >"$folder/inputs/$number"
done <"$corpus"

status=0
"$fuzzer" "$folder/inputs" -runs="$runs" -max_len=256 -print_final_stats=1 -artifact_prefix="$folder/" >"$folder/log" 2>&1 || status=$?
if ((status)); then
  cat "$folder/log"
  for finding in "$folder"/*-*; do echo "finding, in base64: $(base64 -w0 "$finding")"; done
  exit "$status"
fi
echo "figure: inputs fuzzed $(sed -n 's/^stat::number_of_executed_units: //p' "$folder/log")"

if [[ ${KEEP-} ]]; then
  "$fuzzer" -set_cover_merge=1 "$folder/smallest" "$folder/inputs" 2>/dev/null
  for input in "$folder/smallest"/*; do base64 -w0 "$input" && echo; done | sort >"$corpus"
fi
