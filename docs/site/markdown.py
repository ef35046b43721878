# SPDX-License-Identifier: Apache-2.0
"""As much of Markdown as the repository's pages have: code, headings with their anchors, links."""

import re


def is_external(target):
    return re.match(r"[a-z]+:", target) is not None


def outside_code(text, change):
    """The lines of text, those outside of fenced code changed."""
    fence = None
    for line in text.splitlines(keepends=True):
        mark = re.match(r"\s*(```+|~~~+)", line)
        if mark and fence is None:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = None
        elif fence is None:
            line = change(line.rstrip("\n")) + "\n"
        yield line


def slug(heading):
    """The anchor that GitHub makes of a heading."""
    plain = re.sub(r"[`*]|\[([^][]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


class Page:
    def __init__(self, path):
        self.path = path
        self.text = path.read_text(encoding="utf-8")
        self.headings, self.links = [], []
        for _ in outside_code(self.text, self._read):
            pass

    def _read(self, line):
        if heading := re.match(r"#+ +(.*)", line):
            anchor, again = slug(heading[1]), 0
            while (unique := f"{anchor}-{again}" if again else anchor) in self.headings:
                again += 1
            self.headings.append(unique)
        without_code = re.sub(r"`[^`]*`", lambda code: "`" * len(code[0]), line)
        self.links += [found[1] for found in re.finditer(r"\]\(([^)\s]+)\)", without_code)]
        return line
