#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The linker keeps one copy of a weak function. So an object compiled for one instruction set may define weak functions in its own namespace
# alone, or in that of Highway for it: any other could be taken by code that runs on lesser machines.
#   usage: instruction_sets.sh NAMESPACE OBJECT
set -euo pipefail
namespace=$1 object=$2
symbols=$(nm -C --defined-only "$object" | grep -vF 'DW.ref.__gxx_personality_v0') # a pointer, no code
grep -qF "cusigmoid::engine::$namespace::run_elements" <<<"$symbols" || { echo "$object does not define $namespace::run_elements"; exit 1; }
if grep -E ' [WVu] ' <<<"$symbols" | grep -vE "cusigmoid::engine::$namespace::|hwy::N_[A-Z0-9_]+::"; then
  echo "$object shares the symbols above with other instruction sets"
  exit 1
fi
