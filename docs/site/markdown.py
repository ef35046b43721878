# SPDX-License-Identifier: Apache-2.0
"""As much of Markdown as the repository's pages have: fenced code, headings with their anchors, links."""

import re

FENCED = re.compile(r"^ *(```+)([^\n`]*)\n(.*?)^ *\1 *$\n?", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) +(.*)$", re.MULTILINE)
LINK = re.compile(r"(!?)\[((?:[^][]|\[[^][]*\])*)\]\(([^)\s]+)\)")


def is_external(target):
    return re.match(r"[a-z]+:", target) is not None


def outside_code(text, change):
    """text, what is outside of fenced code changed."""
    pieces, end = [], 0
    for code in FENCED.finditer(text):
        pieces += [change(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*pieces, change(text[end:])])


def slug(heading):
    """The anchor that GitHub makes of a heading."""
    plain = re.sub(r"[`*]", "", LINK.sub(r"\2", heading))
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


class Page:
    """text; links: (text, target); titles, anchors, sections: of each heading, the last what stands below it; samples: (language, code)."""

    def __init__(self, path):
        self.text = path.read_text(encoding="utf-8")
        self.samples = [(code[2], code[3]) for code in FENCED.finditer(self.text)]
        prose = FENCED.sub("\n", self.text)
        self.links = [(found[2], found[3]) for found in LINK.finditer(re.sub(r"`[^`\n]*`", "code", prose))]
        headings = list(HEADING.finditer(prose))
        self.titles = [re.sub(r"[`*]", "", LINK.sub(r"\2", heading[2])) for heading in headings]
        self.anchors, self.sections = [], []
        for i, heading in enumerate(headings):
            after = next((other for other in headings[i + 1 :] if len(other[1]) <= len(heading[1])), None)
            self.sections.append(prose[heading.end() : after and after.start()])
            anchor, again = slug(heading[2]), 0
            while (unique := f"{anchor}-{again}" if again else anchor) in self.anchors:
                again += 1
            self.anchors.append(unique)
