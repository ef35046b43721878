#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes a release out of a clean checkout: sets the version (its one place is cusigmoid.h), turns what CHANGELOG.md has as unreleased into
# that version of today, commits both and tags the commit. Nothing is pushed: look at it first.
#   tools/release.sh VERSION        0.2.0: by SemVer, and greater than what was released before
set -euo pipefail
cd "$(dirname "$0")/.."
header=include/cusigmoid/cusigmoid.h changelog=CHANGELOG.md

fail() {
  echo "release.sh: $*" >&2
  exit 1
}

version=${1-}
number='(0|[1-9][0-9]*)'
[[ $version =~ ^$number\.$number\.$number$ ]] || fail "usage: tools/release.sh VERSION, three numbers with dots"
parts=("${BASH_REMATCH[@]:1}")

[[ -z $(git status --porcelain) ]] || fail 'the checkout has changes that are not committed'
git rev-parse --quiet --verify "refs/tags/v$version" > /dev/null && fail "there is a tag v$version"

# The newest of all that were released, by the changelog and by tags.
last=$({
  sed -n 's/^## \[\([0-9.]*\)\].*/\1/p' "$changelog"
  git tag --list 'v[0-9]*' | sed 's/^v//'
} | sort --version-sort | tail -n 1)
[[ -z $last || $last != "$version" && $(printf '%s\n' "$last" "$version" | sort --version-sort | tail -n 1) == "$version" ]] ||
  fail "$version is not greater than $last"

grep -q '^## \[Unreleased\]$' "$changelog" || fail "$changelog has no '## [Unreleased]'"
unreleased=$(sed -n '/^## \[Unreleased\]$/,/^## \[[0-9]/ { /^#/ !p }' "$changelog" | tr -d '[:space:]')
[[ -n $unreleased ]] || fail "$changelog has nothing unreleased"

sed -i "s/^\(#define CUSIGMOID_VERSION_MAJOR\) .*/\1 ${parts[0]}/
        s/^\(#define CUSIGMOID_VERSION_MINOR\) .*/\1 ${parts[1]}/
        s/^\(#define CUSIGMOID_VERSION_PATCH\) .*/\1 ${parts[2]}/" "$header"
sed -i "s/^## \[Unreleased\]$/&\n\n## [$version] - $(date -u +%F)/" "$changelog"

git commit --quiet --message "Release $version" -- "$header" "$changelog"
git tag --annotate --message "cusigmoid $version" "v$version"
git --no-pager show --stat --oneline "v$version^{commit}"
echo "To publish it:  git push --atomic origin HEAD v$version"
