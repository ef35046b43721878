#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The one command for a GPU machine: GPU tests, compute-sanitizer, every input of one-input operations, benchmark, and, where they are, the
# Python tests and Python frameworks beside it. Needs bash, coreutils and the CUDA driver.
set -euo pipefail

usage() {
  cat <<'END'
usage: gpu_suite.sh OUT [--stage DIR] [--allow-missing-sanitizer]
Runs the GPU tests, compute-sanitizer over some of them, cusigmoid verify over every input, the benchmark, the Python tests where pytest is,
and peers.py where PyTorch is.
Writes OUT/gpu_suite.json, OUT/peers.json and a log for each step, prints a table, and fails if any step fails. Takes at most 8 minutes.
  --stage DIR                  where cmake --install put the stage (default: the one this script lies in, else the checkout's build/default)
  --allow-missing-sanitizer    go on without compute-sanitizer; the JSON says so
Environment: CUSIGMOID_GPU_TESTS, CUSIGMOID_SANITIZED_TESTS: which tests run (--gtest_filter), plainly and under compute-sanitizer.
END
}

die() {
  echo "gpu_suite.sh: $*" >&2
  exit 2
}

gpu_tests=${CUSIGMOID_GPU_TESTS:-*Gpu*}
sanitized_tests=${CUSIGMOID_SANITIZED_TESTS:-*Gpu*-*EveryInput*:*MoreThan*}
shared_memory_tests='*GpuEngine.*ManyBlocks/forward_*float*:*GpuEngine.*ManyBlocks/b*_float32'
out='' stage='' allow_missing_sanitizer=false
while (($#)); do
  case $1 in
    -h | --help)
      usage
      exit
      ;;
    --stage) stage=${2?--stage needs a folder} && shift ;;
    --allow-missing-sanitizer) allow_missing_sanitizer=true ;;
    -*) die "unknown option $1 (--help)" ;;
    *)
      [[ -z $out ]] || die "one OUT only (--help)"
      out=$1
      ;;
  esac
  shift
done
[[ -n $out ]] || die "where to? gpu_suite.sh OUT (--help)"

# ---- what runs: a stage, or a checkout that was built ---------------------------------------------------------------------------------

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ -n $stage || ! -x $here/../bin/gpu_bench ]] || stage=$here/..
if [[ -n $stage ]]; then
  bin=$stage/bin digest_file=$stage/share/cusigmoid/source_digest
  [[ -r $digest_file ]] || die "no $digest_file: $stage is not a stage"
  digest=$(<"$digest_file")
else
  bin=$here/../build/default
  digest=$("$here/source_digest.sh")
fi
sanitizer=$(PATH=$PATH:/usr/local/cuda/bin type -P compute-sanitizer || true)
mkdir -p "$out"

# ---- steps ----------------------------------------------------------------------------------------------------------------------------

passed=true
steps=() # one JSON object each
table=''

# finish NAME STATUS SECONDS
finish() {
  steps+=("{\"step\": \"$1\", \"status\": \"$2\", \"seconds\": $3}")
  printf -v table '%s%-10s %-18s %4d s\n' "$table" "$1" "$2" "$3"
  [[ $2 == @(passed|'missing (allowed)'|'no PyTorch'|'no pytest'|'no time') ]] || passed=false
}

# run NAME LIMIT COMMAND...: a step of at most LIMIT seconds. What it prints is kept in OUT/NAME.log, and shown.
run() {
  local name=$1 limit=$2 begin=$SECONDS rc=0 status=passed
  shift 2
  echo "== $name"
  timeout --kill-after=5 "$limit" "$@" 2>&1 | tee "$out/$name.log" || rc=$?
  ((rc == 0)) || status=failed
  ((rc != 124 && rc != 137)) || status="over $limit s"
  [[ $(<"$out/$name.log") != *'] 0 tests from 0 test suites ran'* ]] || status='no tests'
  finish "$name" "$status" $((SECONDS - begin))
}

export CUSIGMOID_REQUIRE_GPU=1
rm -f "$out/gpu_bench.json" "$out/peers.json"
run tests 140 "$bin/cusigmoid-tests" --gtest_brief=1 --gtest_filter="$gpu_tests"
if [[ -n $sanitizer ]]; then
  # Errors that calls return are not its business: tests provoke some on purpose.
  run sanitizer 90 "$sanitizer" --tool memcheck --error-exitcode=1 --report-api-errors no \
    "$bin/cusigmoid-tests" --gtest_brief=1 --gtest_filter="$sanitized_tests"
  # What these look for is in the kernels that use shared memory, of each kind a few.
  for tool in racecheck initcheck synccheck; do
    run "$tool" 25 "$sanitizer" --tool "$tool" --error-exitcode=1 \
      "$bin/cusigmoid-tests" --gtest_brief=1 --gtest_filter="$shared_memory_tests"
  done
elif $allow_missing_sanitizer; then
  echo '== sanitizer: NOT RUN, compute-sanitizer is missing' >&2
  finish sanitizer 'missing (allowed)' 0
else
  echo '== sanitizer: compute-sanitizer is missing (--allow-missing-sanitizer goes on without)' >&2
  finish sanitizer missing 0
fi
# Every op: on a stride, and on samples where not every input can be tried, the CPU's results. And where every input can be: the digests of
# the correctly rounded results.
run verify 50 "$bin/cusigmoid" verify --all --place cuda --stride 31 --samples 200000
# shellcheck disable=SC2016 # $0 is the inner bash's
run digests 60 bash -ec 'for op; do "$0" verify --op "$op" --place cuda --samples 100000; done' \
  "$bin/cusigmoid" forward derivative backward backward_from_input silu silu_backward tanh tanh_derivative \
  tanh_backward softplus softplus_backward log_sigmoid log_sigmoid_backward glu_split swiglu_split
run benchmark 90 "$bin/gpu_bench" --out "$out/gpu_bench.json" --digest "$digest"
# The frameworks that are there; those of several processes are for the CPU.
python=$here/../python
[[ -d $python ]] || python=$stage/share/cusigmoid/python
library=$(compgen -G "$bin/../lib*/libcusigmoid.so" || echo "$bin/libcusigmoid.so")
if python3 -c 'import numpy, pytest' 2>/dev/null; then
  run python 60 env CUSIGMOID_LIBRARY="$library" PYTHONPATH="$python" PYTHONDONTWRITEBYTECODE=1 \
    python3 -m pytest -q -p no:cacheprovider "$python/tests" --ignore "$python/tests/test_torch_distributed.py"
  run calls 30 env CUSIGMOID_LIBRARY="$library" PYTHONPATH="$python" \
    python3 "$here/python_calls.py" --out "$out/python_calls.json" --digest "$digest"
else
  echo '== python: NOT RUN, no pytest' >&2
  finish python 'no pytest' 0
fi
# Others get what the steps before have left, and stop in time to write down what they have.
if ! timeout 60 python3 -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
  echo '== peers: NOT RUN, no PyTorch for this GPU' >&2
  finish peers 'no PyTorch' 0
elif limit=$((470 - SECONDS < 150 ? 470 - SECONDS : 150)) && ((limit < 60)); then
  echo "== peers: NOT RUN, the steps before took $SECONDS s" >&2
  finish peers 'no time' 0
else
  run peers "$limit" python3 "$here/peers.py" --seconds $((limit - 40)) --out "$out/peers.json" --digest "$digest"
fi

# ---- report ---------------------------------------------------------------------------------------------------------------------------

machine=$(timeout 10 nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>&1) || machine='unknown, unknown'
gpu=${machine%%, *} driver=${machine#*, }
driver=${driver%%$'\n'*}
{
  echo '{'
  echo "\"date\": \"$(date -u +%FT%TZ)\","
  echo "\"gpu\": \"$gpu\","
  echo "\"driver\": \"$driver\","
  echo "\"source_digest\": \"$digest\","
  echo "\"passed\": $passed,"
  printf '"steps": [\n  %s' "${steps[0]}"
  printf ',\n  %s' "${steps[@]:1}"
  printf '\n],\n"benchmark": %s\n}\n' "$(cat "$out/gpu_bench.json" 2>/dev/null || echo null)"
} >"$out/gpu_suite.json"

printf '\n%s, driver %s, source_digest %s\n%s' "$gpu" "$driver" "$digest" "$table"
echo "$out/gpu_suite.json"
$passed
