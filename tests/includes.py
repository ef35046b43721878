#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Includes run one way, none in a circle, and kernels are launched in cuda/ alone."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUFFIXES = {".h", ".hpp", ".inc", ".c", ".cpp", ".cu", ".cuh"}

# From which folders each may include. The tools measure by the tests' definitions of operations.
MAY_INCLUDE = {
    "include": {"include"},
    "cuda": {"cuda", "include"},
    "host": {"host", "cuda", "include"},
    "python": {"include"},
    "bench": {"bench", "include"},
    "examples": {"examples", "include"},
    "tools": {"tools", "tests", "include"},
    "tests": {"tests", "tools", "host", "cuda", "include"},
}
INCLUDE = re.compile(r'^ *# *include *"([^"]+)"', re.MULTILINE)
LAUNCH = re.compile(r"<<<|\bcudaLaunch(Cooperative)?Kernel")


def sources():
    for folder in MAY_INCLUDE:
        for path in sorted((ROOT / folder).rglob("*")):
            file = path.relative_to(ROOT)
            # the virtual GPU is a project of its own: it compiles samples, and has a runtime's launches
            if path.suffix in SUFFIXES and file.parts[:2] != ("tests", "vgpu"):
                yield file


def included_by(file, text):
    """The project's own files that a file names; of other projects' none is in quotes, but blas.hpp and the like beside an example."""
    for name in INCLUDE.findall(text):
        for path in (pathlib.Path(name), pathlib.Path("include") / name, file.parent / name):
            if (ROOT / path).is_file():
                yield path
                break


def circle(includes, file, above=()):
    if file in above:
        return [*above[above.index(file) :], file]
    for next_file in includes.pop(file, ()):  # what has been followed once need not be again
        if found := circle(includes, next_file, (*above, file)):
            return found
    return None


def main():
    wrong, includes = [], {}
    for file in sources():
        text = (ROOT / file).read_text(encoding="utf-8")
        folder = file.parts[0]
        includes[file] = list(included_by(file, text))
        for other in includes[file]:
            if other.parts[0] not in MAY_INCLUDE[folder]:
                wrong.append(f"{file} includes {other}: {folder}/ may include from {', '.join(sorted(MAY_INCLUDE[folder]))}")
            elif other.suffix in (".cu", ".cuh") and other.parts[0] == "cuda" and folder != "cuda":
                wrong.append(f"{file} includes {other}, which is for cuda/ alone")
        if folder in ("include", "host", "python") and LAUNCH.search(text):
            wrong.append(f"{file} launches a kernel, which is for cuda/ to do")
    if not includes:
        wrong.append("no source file was found")
    remaining = dict(includes)
    for file in includes:
        if found := circle(remaining, file):
            wrong.append("a circle: " + " includes ".join(map(str, found)))
    print("\n".join(wrong) if wrong else f"{sum(map(len, includes.values()))} includes in {len(includes)} files")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
