#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the packages, and uses each in a bare root of Debian or Ubuntu, away from the source tree: nothing is installed there but what
# the README says. Minutes; needs root, mmdebstrap and the network (apt, and pip for NumPy); exits 77 where these are not.
#   tests/packages/run.sh [CMAKE OPTIONS]        without CUDA: -DCUSIGMOID_CUDA=OFF
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD/tests/packages packages=$PWD/build/packages

"$here/base.sh" build/base.tar
tools/packages.sh "$packages" "$@"

root=$(mktemp -d)
trap 'rm -rf --one-file-system "$root"' EXIT

# Starts over: a bare root with the packages and the consumers in /srv.
bare_root() {
  rm -rf --one-file-system "$root"
  mkdir -p "$root/srv"
  tar -xf build/base.tar -C "$root"
  cp -r tests/consumer tests/packages "$root/srv"
  cp -r "$packages" "$root/srv/made"
}

# In a mount namespace of its own, with /proc, from which the loader knows a program's $ORIGIN.
in_root() {
  env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive \
    unshare --mount --pid --fork --mount-proc="$root/proc" chroot "$root" bash "/srv/packages/$1"
}

echo '== archive'
bare_root
in_root archive.sh

echo '== cmake --install'
DESTDIR=$root cmake --install build/release --prefix /usr/local > /dev/null
in_root installed.sh

echo '== wheel'
bare_root
python=$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])') # that of the root, which is the same release
build/wheel-env/bin/python -m pip download --quiet --only-binary :all: --python-version "$python" --dest "$root/srv/made" 'numpy>=1.26'
in_root wheel.sh

echo "packages: the archive, cmake --install and the wheel pass in a bare root, $SECONDS s"
