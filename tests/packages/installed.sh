#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# In the root that archive.sh leaves: what cmake --install put into /usr/local, which every tool finds by itself.
set -euo pipefail
# shellcheck source=consume.sh
. /srv/packages/consume.sh
ldconfig
cusigmoid verify --op forward --dtype float16
consume_from ''
