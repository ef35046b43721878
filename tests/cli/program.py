# SPDX-License-Identifier: Apache-2.0
"""What the tests of the program `cusigmoid` have in common. Each is run as

NAME_test.py PROGRAM EXPECTED [TEST...]    EXPECTED is expected.cpp, which computes whole arrays in memory
"""

import math
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

PROGRAM, EXPECTED = map(os.path.abspath, sys.argv[1:3])
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DTYPES = ["float64", "float32", "float16", "bfloat16", "float8_e4m3", "float8_e5m2"]  # in the order of cusigmoid_dtype
SIZES = dict(zip(DTYPES, [8, 4, 2, 2, 1, 1]))
DESCRS = dict(zip(DTYPES, ["<f8", "<f4", "<f2", "<u2", "|u1", "|u1"]))
MIB = 1 << 20
INSTRUMENTED = bool(os.environ.get("CUSIGMOID_INSTRUMENTED"))  # sanitizers, or the virtual GPU, which need time and memory of their own


def header(descr, shape, version=1):
    """A header as the format's description has it (numpy.lib.format)."""
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape!r}, }}"
    return header_of_text(text + " " * (21 - len(str(shape[0])) if shape else 0), version)


def header_of_text(text, version=1):
    before = 10 if version == 1 else 12
    text += " " * (64 - (before + len(text) + 1) % 64) + "\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text.encode()


def count(shape):
    return math.prod(shape)


def elements(dtype, n, seed=1):
    """Bits of n elements: numbers around 0, and anything."""
    r = random.Random(seed)
    if dtype in ("float8_e4m3", "float8_e5m2"):
        return r.randbytes(n)
    numbers = [r.gauss(0, 3) for _ in range(min(n, 1000))]
    form = {"float64": "d", "float32": "f", "float16": "e", "bfloat16": "f"}[dtype]
    some = struct.pack(f"<{len(numbers)}{form}", *numbers)
    if dtype == "bfloat16":
        some = b"".join(some[i + 2 : i + 4] for i in range(0, len(some), 4))
    size = SIZES[dtype]
    return (some * (n * size // max(len(some), 1) + 1))[: (n - n // 8) * size] + r.randbytes(n // 8 * size)


class Folder(unittest.TestCase):
    """A test in a folder of its own, which is empty but for what the test put there."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir="."))
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return str(self.folder / name)

    def write(self, name, *parts):
        (self.folder / name).write_bytes(b"".join(parts))
        return self.path(name)

    def array(self, name, dtype, shape, descr=None, seed=1):
        return self.write(name, header(descr or DESCRS[dtype], shape), elements(dtype, count(shape), seed))

    def files(self):
        return sorted(os.listdir(self.folder))

    def cusigmoid(self, *arguments, status=0, **options):
        done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=120, **options)
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def devices(self):
        """cuda:0 and so on"""
        return re.findall(r"cuda:\d+", self.cusigmoid("info").stdout)

    def assert_fails(self, status, says, *arguments, **options):
        """A command fails, says so, and leaves the folder as it was."""
        before = {name: (self.folder / name).stat() for name in self.files()}
        done = self.cusigmoid(*arguments, status=status, **options)
        self.assertRegex(done.stderr, says)
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.files(), sorted(before))
        for name, stat in before.items():
            now = (self.folder / name).stat()
            self.assertEqual((now.st_ino, now.st_size, now.st_mtime_ns), (stat.st_ino, stat.st_size, stat.st_mtime_ns), name)


class Operation:
    """What `cusigmoid ops NAME` says."""

    def __init__(self, name):
        text = subprocess.run([PROGRAM, "ops", name], capture_output=True, text=True, check=True).stdout
        sections = dict(re.findall(r"^(\w[\w ,]*)\n((?:  .*\n)+)", text, re.M))
        arrays = lambda section: [tuple(line.split(None, 1)) for line in sections[section].splitlines()]
        self.name, self.inputs, self.outputs = name, arrays("inputs"), arrays("outputs")
        self.reduces = any(": the sum" in role or ": raised" in role for _, role in self.outputs)
        self.tuples = []
        for line in sections["element types, of all arrays or of each"].split("\n")[:-1]:
            types = re.findall(r"\w+", line)
            self.tuples.append(types * (len(self.inputs) + len(self.outputs)) if len(types) == 1 else types)

    @staticmethod
    def shape(role, outer, cols):
        """The shape that a role's description asks for."""
        if role.startswith("one element"):
            return (1,)
        width = cols * int((re.search(r"(\d)·cols", role) or [1, 1])[1])
        return (width,) if role.startswith("shape (cols,)") or re.match(r"shape \(\d·cols,\)", role) else (*outer, width)


OPERATIONS = {}


def operation(name):
    if name not in OPERATIONS:
        OPERATIONS[name] = Operation(name)
    return OPERATIONS[name]


def names():
    return subprocess.run([PROGRAM, "ops", "--names"], capture_output=True, text=True, check=True).stdout.split()


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
