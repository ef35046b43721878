#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Libraries and programs as hardened as compilers and linkers make them.   usage: hardening.sh FILE...
set -euo pipefail
(($#)) || { echo "usage: hardening.sh FILE..." >&2; exit 2; }

status=0
complain() {
  echo "FAIL $*"
  status=1
}
for file; do
  segments=$(readelf --wide --program-headers "$file") dynamic=$(readelf --wide --dynamic "$file") symbols=$(nm -D "$file")
  grep -q 'GNU_RELRO' <<<"$segments" || complain "$file: what the loader has relocated stays writable"
  grep -Eq 'BIND_NOW|\bNOW\b' <<<"$dynamic" || complain "$file: functions are found when they are called"
  [[ $(grep 'GNU_STACK' <<<"$segments") == *' RW '* ]] || complain "$file: an executable stack"
  if grep -Eq '\bRWE\b' <<<"$segments"; then complain "$file: a segment that is writable and executable"; fi
  grep -q '__stack_chk_fail' <<<"$symbols" || complain "$file: no stack protector"
done
((status)) || echo "hardened: $*"
exit "$status"
