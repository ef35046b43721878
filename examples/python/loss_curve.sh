#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Draws docs/images/llama-loss.svg: llama.py with this library's operations beside PyTorch's.   usage: loss_curve.sh [STEPS]
# With CUSIGMOID_LIBRARY and PYTHONPATH set, or the package installed; PYTHON names the interpreter. Needs gnuplot.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for ops in cusigmoid torch; do
  "${PYTHON:-python3}" examples/python/llama.py examples/data/pride_and_prejudice.txt --ops "$ops" --steps "${1:-1500}" --curve "$work/$ops.csv"
done
gnuplot -e "ours_data='$work/cusigmoid.csv'; theirs_data='$work/torch.csv'; image='docs/images/llama-loss.svg'; style='tools/accuracy/style.gp'" \
  examples/python/loss_curve.gp
