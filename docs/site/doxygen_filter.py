#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints a file of the repository as Doxygen wants it, so that neither Markdown nor headers hold anything for Doxygen's sake.

usage: doxygen_filter.py FILE     in the root of the repository; SITE_SOURCES: where links to its other files go (nowhere if unset)

Markdown: headings get labels, links between pages become references to these. Headers: the comment before a declaration, or behind it,
documents it; one before several declarations without an empty line between them documents them all.
"""

import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs/site"))
from markdown import HEADING, LINK, Page, is_external, outside_code  # noqa: E402

PAGES = [*sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*.md"))]


def label(path, anchor=""):
    """Doxygen's labels are ASCII, and one space for all pages."""
    ascii_only = re.sub(r"[^\w-]", lambda other: f"{ord(other[0]):x}", anchor, flags=re.ASCII)
    return "-".join(part for part in ("page", path.stem.lower(), ascii_only) if part)


def link(path, is_image, text, target):
    """A link or image of the page at path."""
    if is_image:
        return f"![{text}]({pathlib.PurePath(target).name})"
    text = text.replace("\n", " ")
    if is_external(target):
        return f"[{text}]({target})"
    name, _, anchor = target.partition("#")
    to = (path.parent / name).resolve() if name else path
    if to in PAGES:
        return f"[{text.replace('`', '')}](@ref {label(to, anchor)})"
    sources = os.environ.get("SITE_SOURCES")
    return f"[{text}]({sources}/{to.relative_to(ROOT)})" if sources else text


def markdown(path):
    page = Page(path)
    anchors = iter(page.anchors)

    def heading(found):
        anchor = next(anchors)
        return f"{found[1]} {found[2]} {{#{label(path, anchor if len(found[1]) > 1 else '')}}}"

    def changed(prose):
        prose = re.sub(r"\*\*(`[^`\n]*`)\*\*", r"<b>\1</b>", prose)  # Doxygen 1.9 has no code in bold
        return LINK.sub(lambda found: link(path, *found.groups()), HEADING.sub(heading, prose))

    return outside_code(page.text, changed).replace("\n```cuda\n", "\n```cpp\n")


def c_comments(paragraph):
    """/* … */ is documentation before a declaration, and behind one; not if an empty line follows."""
    if not re.fullmatch(r"\s*/\*(?:(?!\*/).)*\*/\s*", paragraph, re.DOTALL) and not paragraph.lstrip().startswith("/* ----"):
        paragraph = re.sub(r"^(\s*)/\* ", r"\1/** ", paragraph, flags=re.MULTILINE)
    return re.sub(r"^(\s*[^\s/*].*)/\* ", r"\1/**< ", paragraph, flags=re.MULTILINE)


def header(path):
    _, head, body = re.match(r"(// SPDX.*\n)((?://.*\n)*)([^\0]*)", c_head(path.read_text(encoding="utf-8"))).groups()
    # What is indented in a head is a table, or code.
    head = re.sub(r"(?:^//   .*\n)+", r"// @verbatim\n\g<0>// @endverbatim\n", head, flags=re.MULTILINE)
    head = re.sub(r"^//", "///", head, flags=re.MULTILINE)
    if path.suffix == ".h":
        body = "\n\n".join(map(c_comments, body.split("\n\n")))
    body = re.sub(r"^(\s*[^\s/].*[;,]  ?)// (?!NO)", r"\1///< ", body, flags=re.MULTILINE)
    body = re.sub(r"^ private:\n.*?(?=^\};)", "", body, flags=re.MULTILINE | re.DOTALL)
    # The namespace of the processor that is compiled for is nobody's to write.
    body = re.sub(r"^(?:inline namespace CUSIGMOID_TARGET \{|\}  // namespace CUSIGMOID_TARGET)$", "", body, flags=re.MULTILINE)
    return f"/// @file\n{head}\n" + "\n\n".join(map(shared, body.split("\n\n")))


def c_head(text):
    """The head of cusigmoid.h as the others have theirs."""
    if not text.startswith("/*"):
        return text
    head, _, body = text.partition(" */\n")
    return re.sub(r"^(?:/\*| \*)", "//", head, flags=re.MULTILINE).replace("\n//\n", "\n", 1) + body


def shared(paragraph):
    """Documentation before several functions of one paragraph is of all that have none of their own."""
    functions = len(re.findall(r"^(?:template|inline|CUSIGMOID_API)\b", paragraph, re.MULTILINE))
    if paragraph.lstrip().startswith(("///", "/**")) and functions > 1 and paragraph.count("{") == paragraph.count("}"):
        return f"///@{{\n\n{paragraph}\n///@}}"
    return paragraph


if __name__ == "__main__":
    file = pathlib.Path(sys.argv[1]).resolve()
    sys.stdout.write(markdown(file) if file.suffix == ".md" else header(file))
