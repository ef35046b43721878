#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Follows the links within the repository's Markdown pages, or within the site that docs/build.sh made: files and anchors must be there,
and a figure that is a link must stand where it leads.

usage: links.py [SITE]
"""

import html.parser
import pathlib
import re
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from markdown import Page, is_external

COMMAND = re.compile(r"[@\\](?:ref|section|subsection|code|endcode|image|anchor)\b")
FIGURE = re.compile(r"[\d.·⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Html(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.anchors, self.links, self.commands = set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_data(self, text):
        self.commands += COMMAND.findall(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id" or (tag == "a" and name == "name"):
                self.anchors.add(value)
            elif name in ("href", "src", "data") and value:
                self.links.append(value)


def of_pages():
    """(page, its links, its anchors with what stands there) of every page of the repository."""
    for path in sorted(ROOT.rglob("*.md")):
        if not any(part.startswith((".", "build")) for part in path.relative_to(ROOT).parts):
            page = Page(path)
            yield path, page.links, dict(zip(page.anchors, page.sections))


def of_site(site):
    """The same of the site's pages; a command of Doxygen's that is left in the text counts as a link to nothing."""
    for path in sorted(site.rglob("*.html")):
        page = Html(path)
        yield path, [("", link) for link in [*page.links, *page.commands]], dict.fromkeys(page.anchors, "")


def broken(pages):
    """What is wrong, a line each; and how many links there are."""
    pages = {path: (links, anchors) for path, links, anchors in pages}
    count, errors = 0, []
    for path, (links, _) in pages.items():
        for text, link in links:
            if is_external(link) or link.startswith("//"):
                continue
            count += 1
            name, _, anchor = link.partition("#")
            anchor = urllib.parse.unquote(anchor)
            to = (path.parent / urllib.parse.unquote(name.partition("?")[0])).resolve() if name else path
            if not to.exists():
                errors.append(f"{path}: no {link}")
            elif anchor and (to not in pages or anchor not in pages[to][1]):
                errors.append(f"{path}: no anchor {link}")
            elif anchor and FIGURE.fullmatch(text) and text not in pages[to][1][anchor]:
                errors.append(f"{path}: {text} is not in {link}")
    return errors, count


def main(site=None):
    errors, count = broken(of_site(pathlib.Path(site).resolve()) if site else of_pages())
    print("\n".join(errors), file=sys.stderr)
    print(f"{count} links, {len(errors)} broken")
    return 1 if errors or not count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
