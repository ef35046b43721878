#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Adds to the search of a site that Doxygen made, which finds symbols, what the pages have: the words of their headings, and the variables
and options that stand below these.

usage: search.py SITE
"""

import collections
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from doxygen_filter import PAGES, label
from markdown import Page

HEADING_WORD = re.compile(r"[a-z][a-z0-9]{2,}", re.IGNORECASE)
VARIABLE = re.compile(r"`[^`\n]*?([A-Z][A-Z0-9]*_[A-Z0-9_]+)")
DULL = {"and", "are", "for", "from", "not", "the", "what", "which", "with", "you", "your"}


def entries():
    """{word: [(where it leads, what is there)]}"""
    found = collections.defaultdict(list)
    for path in PAGES:
        page = Page(path)
        file = "index.html" if path.name == "README.md" else f"{label(path)}.html"
        for anchor, title, below in zip(page.anchors, page.titles, page.sections):
            where = (f"../{file}#{label(path, anchor)}", f"{page.titles[0]}: {title}") if title != page.titles[0] else (f"../{file}", title)
            own = re.split(r"^##", below, maxsplit=1, flags=re.MULTILINE)[0]  # what stands below a subheading is there
            for word in {w.lower() for w in HEADING_WORD.findall(title)} - DULL | {v.lower() for v in VARIABLE.findall(own)}:
                found[word].append(where)
    return found


def as_javascript(word, places):
    key = re.sub(r"[^a-z0-9]", lambda other: f"_{ord(other[0]):02x}", word) + "_page"
    quoted = [(target, text.replace("\\", "\\\\").replace("'", "\\'")) for target, text in places]
    if len(quoted) == 1:
        return f"  ['{key}',['{quoted[0][1]}',['{quoted[0][0]}',1,'']]]"
    return f"  ['{key}',['{word}'," + ",".join(f"['{target}',1,'{text}']" for target, text in quoted) + "]]"


def main(site):
    search = pathlib.Path(site) / "search"
    index = (search / "searchdata.js").read_text(encoding="utf-8")
    letters = re.search(r'^  0: "([^"]*)"', index, re.MULTILINE)[1]
    added = collections.defaultdict(list)
    for word, places in sorted(entries().items()):
        added[word[0]].append(as_javascript(word, places))
    new = "".join(sorted(set(added) - set(letters)))
    (search / "searchdata.js").write_text(index.replace(f'  0: "{letters}"', f'  0: "{letters}{new}"', 1), encoding="utf-8")
    for letter, lines in added.items():
        number = f"{(letters + new).index(letter):x}"
        data = search / f"all_{number}.js"
        old = data.read_text(encoding="utf-8") if data.exists() else "var searchData=\n[\n];\n"
        there = [line.rstrip(",") for line in old.splitlines()[2:-1]]
        lines = sorted([*there, *lines], key=lambda line: line.split("'")[1])
        data.write_text("var searchData=\n[\n" + ",\n".join(lines) + "\n];\n", encoding="utf-8")
        template, page = search / "all_0.html", search / f"all_{number}.html"
        if template.exists() and not page.exists():
            page.write_text(template.read_text(encoding="utf-8").replace("all_0.js", f"all_{number}.js"), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
