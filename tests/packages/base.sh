#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes a bare root of this machine's own release of Debian or Ubuntu, once: nothing in it but what apt needs.   usage: base.sh FILE.tar
# Exits 77 where that cannot be.
set -euo pipefail
tar=${1:?usage: base.sh FILE.tar}

skip() {
  echo "skipped: $*"
  exit 77
}
((EUID == 0)) || skip 'a root file system is made and entered as root (sudo)'
command -v mmdebstrap > /dev/null || skip 'no mmdebstrap (apt-get install mmdebstrap)'
# shellcheck source=/dev/null
. /etc/os-release
[[ ${ID-} == @(debian|ubuntu) ]] || skip "this is ${ID-unknown}, neither Debian nor Ubuntu"

[[ -s $tar ]] && exit
mkdir -p "$(dirname "$tar")"
mmdebstrap --quiet --variant=minbase "$VERSION_CODENAME" "$tar.part.tar"
mv "$tar.part.tar" "$tar"
