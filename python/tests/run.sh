#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The Python tests on a library that was built, by the first Python with NumPy and pytest.   usage: run.sh LIBRARY [PYTEST ARGUMENTS]
# Exits 77 where there is none. PyTorch and JAX are tested where that Python has them (./setup.sh --python).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export CUSIGMOID_LIBRARY=${1:?usage: run.sh LIBRARY} PYTHONPATH=$here/.. PYTHONDONTWRITEBYTECODE=1
shift
for python in "${CUSIGMOID_PYTHON:-}" "$here/../../build/python-env/bin/python" python3 /usr/bin/python3; do
  if [[ -n $python ]] && "$python" -c 'import numpy, pytest' 2> /dev/null; then
    exec "$python" -m pytest -p no:cacheprovider "$here" "$@"
  fi
done
echo "skipped: no Python with NumPy and pytest (./setup.sh)"
exit 77
