#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The one command for a CPU: cpu_bench, and PyTorch beside it where that is. The machine should do nothing else.
set -euo pipefail

if (($# < 1)) || [[ $1 == -* ]]; then
  echo "usage: bench/cpu_suite.sh OUT [BUILD]" >&2
  echo "Writes OUT/cpu_bench.json and, where python3 (or \$PYTHON) has NumPy, OUT/python_calls.json, PyTorch, OUT/cpu_peers.json. BUILD:" >&2
  echo "where cpu_bench and the library are (default: the checkout's build/default). Takes about six minutes." >&2
  exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1 build=${2-$here/../build/default} python=${PYTHON-python3}
[[ -x $build/cpu_bench ]] || {
  echo "cpu_suite.sh: no $build/cpu_bench: ./setup.sh --bench, then build" >&2
  exit 2
}

# No OMP_PROC_BIND: it binds the main thread, too, and threads that others start inherit its one core.
mkdir -p "$out"
rm -f "$out/cpu_bench.json" "$out/cpu_peers.json" "$out/python_calls.json"
digest=$("$here/source_digest.sh")
"$build/cpu_bench" --seconds 240 --out "$out/cpu_bench.json" --digest "$digest"
if "$python" -c 'import numpy' 2>/dev/null; then
  CUSIGMOID_LIBRARY=$build/libcusigmoid.so PYTHONPATH=$here/../python \
    "$python" "$here/python_calls.py" --out "$out/python_calls.json" --digest "$digest"
fi
if "$python" -c 'import torch' 2>/dev/null; then
  left=$((330 - SECONDS))
  "$python" "$here/cpu_peers.py" "$out/cpu_bench.json" --seconds $((left > 60 ? left : 60)) --out "$out/cpu_peers.json"
else
  echo 'cpu_suite.sh: no PyTorch' >&2
fi
echo "$out: $SECONDS s"
