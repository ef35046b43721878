#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/reliability.md against the tests that were run, and prints what they counted.   usage: reliability.py BUILD...

Each promise of the page ends with the tests that hold it, in brackets: tests of CTest, or of GoogleTest as SUITE.TEST. All must have
run and passed in one of the build folders, whose last runs of ctest are looked at.
"""

import pathlib
import re
import sys
from collections import Counter

page = pathlib.Path(__file__).resolve().parent.parent / "docs/reliability.md"


def last_run(build):
    """The tests of a build folder that passed, and what was printed."""
    log = (pathlib.Path(build) / "Testing/Temporary/LastTest.log").read_text(errors="replace")
    passed = set()
    for part in re.split(r"^\d+/\d+ Testing: ", log, flags=re.M)[1:]:
        if re.search(r"^Test (Passed\.|Pass Reason:)", part, re.M):
            passed.add(part.splitlines()[0].strip())
            passed.update(re.findall(r"^\[       OK \] (?:\w+/)?(\w+\.\w+)", part, re.M))
    return passed, log


def main():
    builds = sys.argv[1:] or sys.exit(__doc__)
    passed, figures = set(), Counter()
    for build in builds:
        of_build, log = last_run(build)
        passed |= of_build
        for line in re.findall(r"^figure: (.*)", log, re.M):
            for name, number in re.findall(r"([a-z][a-z ]*) (\d+)", line):
                figures[name] = max(figures[name], int(number)) if name == "threads" else figures[name] + int(number)
    promises = re.findall(r"^- (?:.|\n(?!\n|- ))*", page.read_text(), re.M)
    named = 0
    missing = []
    for promise in promises:
        tests = re.findall(r"`([\w.-]+)`", (re.search(r"\[((?:`[\w.-]+`(?:,\s+)?)+)\]\s*$", promise) or [promise, ""])[1])
        named += len(tests)
        missing += [f"no test holds: {promise}"] if not tests else [f"did not pass: {test}" for test in tests if test not in passed]
    print("\n".join(missing) if missing else f"{len(promises)} promises, held by {named} tests that passed")
    for name, number in figures.items():
        print(f"{name} {number}")
    sys.exit(bool(missing))


if __name__ == "__main__":
    main()
