#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds every stage of the Dockerfile by buildah, tests included, and holds the image to what it promises. Without CUDA, on a bare root of
# this machine's own release; another base:  docker/test.sh --build-arg BASE=nvidia/cuda:13.0.2-devel-ubuntu24.04 --build-arg RUNTIME=ubuntu:24.04
# Needs root, buildah, mmdebstrap and the network; exits 77 where these are not. All of it stays in build/containers.
#   docker/test.sh [BUILDAH ARGUMENTS]
set -euo pipefail
cd "$(dirname "$0")/.."
tests/packages/base.sh build/base.tar
if ! command -v buildah > /dev/null; then
  echo 'skipped: no buildah (apt-get install buildah)'
  exit 77
fi

export BUILDAH_ISOLATION=chroot # which works inside other containers, too
buildah() { command buildah --root "$PWD/build/containers/images" --runroot "$PWD/build/containers/run" --storage-driver vfs "$@"; }

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

base=$(buildah from scratch)
buildah add --quiet "$base" build/base.tar / > /dev/null
buildah commit --quiet --rm "$base" localhost/base > /dev/null

every_stage=()
if [[ $(command buildah build --help) == *--skip-unused-stages* ]]; then every_stage=(--skip-unused-stages=false); fi
buildah build "${every_stage[@]}" --file docker/Dockerfile --tag localhost/cusigmoid --build-arg BASE=localhost/base \
  --build-arg RUNTIME=localhost/base --build-arg VERSION=1.2.3 --build-arg REVISION=0123abc "$@" .

said=$(buildah inspect --type image --format '{{.OCIv1.Config.User}} {{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.Labels}}' localhost/cusigmoid)
[[ $said == '10001 [cusigmoid] map['* ]] || fail "user and entry point: $said"
for label in licenses:Apache-2.0 revision:0123abc title:cusigmoid version:1.2.3; do
  [[ $said == *"org.opencontainers.image.$label"* ]] || fail "no label $label: $said"
done

image=$(buildah from localhost/cusigmoid)
in_image() { buildah run "$image" -- "$@"; }
in_image cusigmoid info
in_image cusigmoid verify --op forward --dtype float16
[[ $(in_image id -u) == 10001 ]] || fail "runs as $(in_image id)"
in_image sh -c 'echo > kept && ! echo 2> /dev/null > /usr/local/lib/kept' || fail 'writes elsewhere than at home'
# shellcheck disable=SC2016 # $each is the inner shell's
said=$(in_image sh -c 'for each in cc c++ gcc g++ clang cmake ninja nvcc python3; do command -v "$each" || true; done')
[[ -z $said ]] || fail "has $said"

size=$(du -sm "$(buildah mount "$image")" | cut -f 1)
((size < 400)) || fail "takes $size MB" # 200 MB of Debian's bare root, or 80 of Ubuntu's image, and a library with kernels for every GPU
echo "container: passes, $size MB, $SECONDS s"
