#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the documentation's site: the pages, the interface from its headers, a search; warnings are errors, and every link is followed.
#   usage: docs/build.sh OUT [URL]    URL: where the repository's files can be read, as https://HOST/OWNER/NAME/blob/main; without it,
#                                     links to files that are no pages are left out
# Needs Doxygen and its theme doxygen-awesome-css (./setup.sh --dev); exits 77 where they are not. THEME says where the theme is.
set -euo pipefail

out=${1:?usage: docs/build.sh OUT [URL]}
if [[ -e $out && ! -e $out/doxygen.css && -n $(ls -A "$out") ]]; then
  echo "docs/build.sh: $out holds something else than a site" >&2
  exit 2
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export SITE_OUT=$out SITE_SOURCES=${2-} SITE_THEME=${THEME:-/usr/share/doxygen-awesome-css} SITE_LAYOUT=$out/layout.xml
if ! command -v doxygen > /dev/null || [[ ! -f $SITE_THEME/doxygen-awesome.css ]]; then
  echo 'docs/build.sh: no Doxygen, or no doxygen-awesome-css (./setup.sh --dev)' >&2
  exit 77
fi
SITE_VERSION=$(sed -n 's/^#define CUSIGMOID_VERSION_[A-Z]* //p' include/cusigmoid/cusigmoid.h | paste -sd.)
SITE_PAGES=$(echo ./*.md docs/*.md)
export SITE_VERSION SITE_PAGES

find "$out" -mindepth 1 -delete
# A page that is not there has no place in the navigation.
while IFS= read -r line; do
  page=$(sed -n 's/.*url="@ref page-\([a-z-]*\)".*/\1/p' <<< "$line")
  if [[ -z $page || -f docs/$page.md || -f ${page^^}.md ]]; then printf '%s\n' "$line"; fi
done < docs/site/layout.xml > "$SITE_LAYOUT"
doxygen docs/site/Doxyfile
rm "$SITE_LAYOUT"
docs/site/search.py "$out"
docs/site/links.py "$out"
echo "docs/build.sh: $out/index.html"
