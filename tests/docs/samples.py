#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The samples of the repository's pages in shell: they are shell, the files they run are there, and what only computes runs. In CMake: each
line is in the project of a user that the tests build.

usage: shell_samples.py CUSIGMOID     the program, as build/default/cusigmoid in samples. Exits 77 where there is no NumPy to run them with.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs/site"))
from markdown import Page  # noqa: E402

# What a sample may run where it is run: no builds, no installations, no minutes.
RUN = re.compile(r"(python3 -c|build/default/cusigmoid (apply|curve|ops|info)) ")
# A file of the repository, not made by a build; a program that a build makes.
FILE = re.compile(r"^((?:\./|\.ci/|bench/|docs/|python/|tests/|tools/)\S+)", re.MULTILINE)
BUILT = re.compile(r"^build/(?:default|gpu)/(\S+)", re.MULTILINE)


def commands(code):
    return [line for line in code.splitlines() if line.strip() and not line.startswith("#")]


def mistakes(code):
    syntax = subprocess.run(["bash", "-n"], input=code, text=True, capture_output=True)
    if syntax.returncode:
        yield syntax.stderr.strip()
    for name in FILE.findall(code):
        if not os.access(ROOT / name, os.X_OK):
            yield f"{name} is no program of the repository"
    for name in BUILT.findall(code):
        if name != "cusigmoid":
            yield f"{name} is no program that users run"


def run(code, program):
    """What a sample of nothing but computations says on standard error, if it fails, and what it prints is not what its comments say."""
    with tempfile.TemporaryDirectory() as directory:
        built = pathlib.Path(directory) / "build/default"
        built.mkdir(parents=True)
        (built / "cusigmoid").symlink_to(program)
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", code], cwd=directory, text=True, capture_output=True)
    if done.returncode:
        yield done.stderr.strip() or f"exit status {done.returncode}"
    for expected in re.findall(r"# (\[.*\])$", code, re.MULTILINE):
        if expected not in done.stdout:
            yield f"prints not {expected}, but {done.stdout}"


def cmake_mistakes(code):
    consumer = (ROOT / "tests/consumer/CMakeLists.txt").read_text(encoding="utf-8")
    for line in code.splitlines():
        if line and re.sub(r"[${}]", "", line) not in re.sub(r"[${}]", "", consumer):
            yield f"{line} is not what tests/consumer has"


def main(program):
    try:
        import numpy  # noqa: F401
    except ImportError:
        print("skipped: no NumPy (./setup.sh)")
        return 77
    samples = ran = wrong = 0
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        for language, code in Page(path).samples:
            if language not in ("sh", "cmake"):
                continue
            samples += 1
            found = list(mistakes(code) if language == "sh" else cmake_mistakes(code))
            if language == "sh" and not found and all(map(RUN.match, (line + " " for line in commands(code)))):
                ran += 1
                found = list(run(code, pathlib.Path(program).resolve()))
            for mistake in found:
                wrong += 1
                print(f"{path.relative_to(ROOT)}: {mistake}\n{code}")
    print(f"{samples} samples, {ran} of them run, {wrong} wrong")
    return 1 if wrong or not ran else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
