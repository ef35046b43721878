#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# In the bare root: the archive, unpacked; then moved.
set -euo pipefail
# shellcheck source=consume.sh
. /srv/packages/consume.sh
expect_bare

apt_install libgomp1 libmpfr6
tar -xf /srv/made/cusigmoid-*.tar.gz -C /opt
prefix=$(echo /opt/cusigmoid-*)
grep -q 'Apache License' "$prefix/share/doc/cusigmoid/LICENSE"
"$prefix/bin/cusigmoid" verify --op forward --dtype float16

apt_install g++ pkg-config cmake make
consume_from "$prefix"

mkdir '/srv/another place'
mv "$prefix" '/srv/another place/moved'
"/srv/another place/moved/bin/cusigmoid" verify --op forward --dtype float16
consume_from '/srv/another place/moved'
rm -r '/srv/another place'
