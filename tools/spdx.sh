#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every file under version control, or about to be, says its licence in its first five lines: all but prose, data and pictures.
set -euo pipefail
cd "$(dirname "$0")/.."
without=(':!*.md' ':!*.md.in' ':!LICENSE' ':!*/LICENSE*' ':!*.json' ':!*.csv' ':!*.dat' ':!*.inc' ':!*.txt' ':!*.svg' ':!*.png' ':!*.typed' ':!.gitignore'
  ':!.dockerignore')
list() { git ls-files -z --cached --others --exclude-standard -- "$@"; }
{
  list "${without[@]}"
  list '*CMakeLists.txt'
} | xargs -0 awk '
  FNR == 1 { report(); file = FILENAME; said = 0 }
  FNR <= 5 && /SPDX-License-Identifier: Apache-2\.0/ { said = 1 }
  END { report(); exit lacking }
  function report() { if (file != "" && !said) { print file ": no line  SPDX-License-Identifier: Apache-2.0"; lacking = 1 } }'
