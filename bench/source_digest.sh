#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Prints the source_digest of this checkout: SHA-256 over the contents of the files that `git ls-files include cuda host | LC_ALL=C sort`
# lists, concatenated. It ties a measured figure to the code it was measured with.
set -euo pipefail
cd "$(dirname "$0")/.."
digest=$(git ls-files -z --error-unmatch include cuda host | LC_ALL=C sort -z | xargs -0 cat -- | sha256sum)
echo "${digest%% *}"
