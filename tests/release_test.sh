#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/release.sh in a clone: what it refuses it leaves as it was; what it releases, CMake and the changelog know. Seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# As it is here, committed or not.
git clone --quiet --depth 1 "file://$PWD" "$work/clone"
cp tools/release.sh "$work/clone/tools"
cp CHANGELOG.md CMakeLists.txt "$work/clone"
cd "$work/clone"
git config user.name tester
git config user.email tester@example.org
git config commit.gpgsign false
git config tag.gpgsign false
printf '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Something.\n\n## [0.9.10] - 2026-01-02\n\n### Added\n\n- All.\n' > CHANGELOG.md
git add --all
git commit --quiet --allow-empty --message 'As it is'
git tag v0.9.9

state() { git rev-parse HEAD && git tag && git status --porcelain; }

# refuses REASON VERSION...
refuses() {
  local reason=$1 before
  shift
  before=$(state)
  if tools/release.sh "$@" > "$work/said" 2>&1; then fail "released $*, though: $reason"; fi
  [[ $(< "$work/said") == *"$reason"* ]] || fail "of '$*' it says '$(< "$work/said")', not '$reason'"
  [[ $(state) == "$before" ]] || fail "changed something for $*"
}

for version in '' 1 1.2 1.2.3.4 v1.2.3 01.2.3 1.2.3-rc1 'one.2.3'; do refuses usage "$version"; done
for version in 0.9.10 0.9.2 0.1.0; do refuses 'not greater than 0.9.10' "$version"; done
refuses 'there is a tag' 0.9.9
git tag v10.2.4
refuses 'not greater than 10.2.4' 10.2.3
git tag --delete v10.2.4 > /dev/null
echo >> README.md
refuses 'not committed' 10.2.3
git checkout --quiet README.md
touch new
refuses 'not committed' 10.2.3
rm new

tools/release.sh 10.2.3 > /dev/null || fail 'does not release 10.2.3'
[[ $(git describe --exact-match) == v10.2.3 ]] || fail 'no tag'
[[ $(git cat-file -t v10.2.3) == tag ]] || fail 'the tag is not annotated'
[[ -z $(git status --porcelain) ]] || fail 'leaves changes'
[[ $(git diff --name-only HEAD~) == $'CHANGELOG.md\ninclude/cusigmoid/cusigmoid.h' ]] || fail 'changes other files'
diff - CHANGELOG.md << END || fail 'the changelog'
# Changelog

## [Unreleased]

## [10.2.3] - $(date -u +%F)

### Added

- Something.

## [0.9.10] - 2026-01-02

### Added

- All.
END
cmake -B build -DCUSIGMOID_CUDA=OFF -DCUSIGMOID_TESTS=OFF -DCUSIGMOID_BENCH=OFF -DCUSIGMOID_EXAMPLES=OFF > /dev/null
grep -qx 'CMAKE_PROJECT_VERSION:STATIC=10.2.3' build/CMakeCache.txt || fail "CMake says $(grep PROJECT_VERSION: build/CMakeCache.txt)"
refuses 'nothing unreleased' 10.2.4

# The changelog here is one that it can release from.
cd "$OLDPWD"
grep -qx '## \[Unreleased\]' CHANGELOG.md || fail 'CHANGELOG.md has no [Unreleased]'
echo 'release: passes'
