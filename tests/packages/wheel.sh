#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# In the bare root: the wheel in an environment of its own, with NumPy and nothing else; then in a folder, moved.
set -euo pipefail
# shellcheck source=consume.sh
. /srv/packages/consume.sh
expect_bare

apt_install python3-venv
python3 -m venv /opt/env
/opt/env/bin/pip install --quiet --no-index --find-links /srv/made cusigmoid
by_environment() { /opt/env/bin/python /srv/packages/consumer.py; }
expect 'pip install' by_environment "$float16"

/opt/env/bin/pip install --quiet --no-index --find-links /srv/made --target /srv/first cusigmoid
mv /srv/first '/srv/another place'
by_path() { PYTHONPATH='/srv/another place' python3 /srv/packages/consumer.py; }
expect 'pip install --target, moved' by_path "$float16"
[[ $said == *'/srv/another place/'* ]] || fail "not what was moved: $said"
