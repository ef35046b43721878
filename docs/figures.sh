#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Draws the figures of docs/theory.md, from the library's own results. Needs gnuplot.   usage: docs/figures.sh [PATH/TO/cusigmoid]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=${1:-$here/../build/default/cusigmoid}
images=$here/images

"$program" curve forward derivative -o "$images/sigmoid.svg"
"$program" curve forward tanh --range -6:6 -o "$images/sigmoid_and_tanh.svg"
# one gradient from the input x, one from the saved output y
"$program" curve backward_from_input backward --range 0:24 --dtype float32 --log -o "$images/gradient_float32.svg"
"$program" curve backward_from_input backward --range 0:10 --dtype bfloat16 --log -o "$images/gradient_bfloat16.svg"
