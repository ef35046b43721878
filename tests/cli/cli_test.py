#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program `cusigmoid` as a user meets it. Needs nothing but Python.

    cli_test.py PROGRAM EXPECTED [TEST...]    EXPECTED is expected.cpp, which computes whole arrays in memory
"""

import math
import os
import pathlib
import pty
import random
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = EXPECTED = ""
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


class Apply(Folder):
    def compare(self, op, dtypes, outer, cols, *, options=(), params=(0, 0, 0), left_out=(), descrs=None, place="cpu"):
        """Files that apply makes have the headers that NumPy writes, and the elements that the library computes in memory."""
        raw, files, results = [], [], []
        for i, (name, role) in enumerate(op.inputs):
            shape, dtype = op.shape(role, outer, cols), dtypes[i]
            if name in left_out:
                raw.append("-"), files.append("-")
                continue
            bits = elements(dtype, count(shape), i)
            raw.append(f"{DTYPES.index(dtype)}={self.write(name + '.raw', bits)}")
            files.append(self.write(f"{name}.npy", header((descrs or DESCRS)[dtype], shape), bits))
        raw += [f"{DTYPES.index(d)}={self.path(name + '.out')}" for (name, _), d in zip(op.outputs, dtypes[len(op.inputs) :])]
        results = [self.path(f"out_{name}.npy") for name, _ in op.outputs]
        subprocess.run([EXPECTED, op.name, str(count(outer)), str(cols), *map(str, params), *raw], check=True)
        while files[-1] == "-":
            files.pop()
        self.cusigmoid("apply", op.name, *files, "-o", *results, "--place", place, *options)
        for (name, role), dtype, result in zip(op.outputs, dtypes[len(op.inputs) :], results):
            got = pathlib.Path(result).read_bytes()
            expected = header((descrs or DESCRS)[dtype], op.shape(role, outer, cols)) + pathlib.Path(self.path(name + ".out")).read_bytes()
            self.assertTrue(got == expected, f"{op.name} {dtypes} {name}")

    def dtype_options(self, op, dtypes):
        of_bits = [d for d in dtypes[: len(op.inputs)] if d not in ("float64", "float32", "float16")]
        output = dtypes[-1]
        return [*(["--dtype", of_bits[0]] if of_bits else []), *(["--to", output] if len(set(dtypes)) > 1 else [])]

    def test_every_operation_of_every_type(self):
        reducing = 0
        for name in names():
            op = operation(name)
            if op.reduces:
                reducing += 1
                continue
            for dtypes in op.tuples[:: 3 if INSTRUMENTED else 1]:  # programs start slowly with the sanitizers
                self.compare(op, dtypes, (3, 2), 5, options=self.dtype_options(op, dtypes))
        self.assertEqual(reducing, 5, "bias_backward, two swiglu_scaled, two sums of losses")

    def test_reductions_are_refused(self):
        for name in names():
            if operation(name).reduces:
                self.assert_fails(2, f"{name} reduces all its elements to", "apply", name, "x.npy", "-o", self.path("y.npy"))

    def test_chunks(self):
        """Arrays of many chunks, cut between elements, between rows and in rows, by several threads."""
        for name, outer, cols in [
            ("forward", (), 1000003),
            ("bias_forward", (3001,), 211),
            ("bias_forward", (2,), 300001),
            ("glu", (), 200003),
            ("glu", (2001,), 101),
            ("glu_interleaved", (3,), 100001),
            ("swiglu_split_backward", (7, 3), 10007),
            ("lstm_cell", (2,), 50021),
            ("lstm_cell_backward", (301,), 101),
        ]:
            op = operation(name)
            for threads in 1, 3:
                self.compare(op, ["float32"] * 9, outer, cols, options=["--threads", threads])

    def test_devices(self):
        devices = self.devices()
        if not devices:
            self.skipTest("no CUDA device")
        self.compare(operation("forward"), ["float32"] * 2, (), 20000003, place="auto")
        for place in devices:
            self.compare(operation("bias_forward"), ["float32"] * 3, (3001,), 211, place=place)
            self.compare(operation("glu"), ["float16"] * 2, (), 200003, place=place)
            self.compare(operation("lstm_cell"), ["float32"] * 5, (2,), 521, place=place, left_out=["bias"])
            self.compare(operation("swiglu_interleaved"), ["float64"] * 2, (0, 5), 7, place=place)

    def test_parameters(self):
        for alpha, limit, offset in (1.702, 7, 1), (-1, 0, 0), (0, 0.5, -2.5):
            options = [*(["--alpha", alpha] if alpha else []), *(["--limit", limit] if limit else []), *(["--offset", offset] if offset else [])]
            self.compare(operation("swiglu"), ["float32"] * 2, (4,), 6, options=options, params=(alpha, limit, offset))

    def test_optional_inputs(self):
        loss, lstm = operation("bce_with_logits"), operation("lstm_cell_backward")
        self.compare(loss, ["float32"] * 5, (3,), 4, left_out=["weight", "pos_weight"])
        self.compare(loss, ["float32"] * 5, (3,), 4, left_out=["weight"])
        self.compare(loss, ["float32"] * 5, (3,), 4, left_out=["pos_weight"])
        self.compare(lstm, ["float32"] * 7, (3,), 4, left_out=["bias", "dc"])

    def test_bits_are_written_as_they_were_read(self):
        """As ml_dtypes' types are by numpy.save: '<V2', '<V1', for float8_e5m2 '<f1'."""
        for dtype, descr in ("bfloat16", "<V2"), ("bfloat16", "|V2"), ("float8_e4m3", "<V1"), ("float8_e5m2", "<f1"), ("float8_e5m2", "|V1"):
            self.compare(operation("silu"), [dtype] * 2, (2,), 3, options=["--dtype", dtype], descrs={**DESCRS, dtype: descr})

    def test_shapes(self):
        for shape in [(1,), (0,), (5, 0), (0, 5), (3, 0, 2), (2, 1, 3, 1), (1,) * 64]:
            self.compare(operation("backward"), ["float32"] * 3, shape[:-1], shape[-1])
            self.compare(operation("glu_backward"), ["float32"] * 3, shape[:-1], shape[-1])
        y = self.path("out_dx.npy")
        self.assertEqual(self.files(), sorted(["dx.out", "dy.npy", "dy.raw", "out_dx.npy", "x.npy", "x.raw", "y.npy", "y.raw"]), y)

    def test_headers_of_other_versions_and_writers(self):
        bits = elements("float32", 6)
        expected = self.cusigmoid("apply", "forward", self.write("x.npy", header("<f4", (2, 3)), bits), "-o", self.path("y.npy")) and (
            self.folder / "y.npy"
        ).read_bytes()
        for head in [
            header("<f4", (2, 3), version=2),
            header("<f4", (2, 3), version=3),
            header_of_text('{"shape": (2L, 3L), "fortran_order": False, "descr": "<f4"}'),
            b"\x93NUMPY\x01\x00\x33\x00{'descr':'<f4','fortran_order':False,'shape':(2,3)}",
        ]:
            self.cusigmoid("apply", "forward", self.write("x.npy", head, bits), "-o", self.path("y.npy"))
            self.assertEqual((self.folder / "y.npy").read_bytes(), expected, head)

    def test_numpy_reads_and_writes_the_same(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("no NumPy")
        x = numpy.arange(12, dtype=numpy.float32).reshape(3, 4) - 6
        numpy.save(self.path("x.npy"), x)
        self.cusigmoid("apply", "silu", self.path("x.npy"), "-o", self.path("y.npy"))
        y = numpy.load(self.path("y.npy"))
        numpy.testing.assert_allclose(y, x / (1 + numpy.exp(-x.astype(float))), rtol=1e-7)
        if tuple(map(int, numpy.__version__.split(".")[:2])) >= (1, 23):  # which leaves room for a longer first axis
            numpy.save(self.path("again.npy"), y)
            self.assertEqual((self.folder / "again.npy").read_bytes(), (self.folder / "y.npy").read_bytes())

    def test_is_the_function_that_its_name_says(self):
        numbers = [-700.0, -8.5, -1.0, -1e-9, 0.0, 0.3, 2.0, 40.0]
        x = self.write("x.npy", header("<f8", (8,)), struct.pack("<8d", *numbers))
        self.cusigmoid("apply", "forward", x, "-o", self.path("y.npy"))
        for number, y in zip(numbers, struct.unpack("<8d", (self.folder / "y.npy").read_bytes()[-64:])):
            self.assertAlmostEqual(y * (1 + math.exp(-number)), 1, delta=1e-15)

    def test_in_place(self):
        x, other = self.array("x.npy", "float32", (300000,)), self.array("other.npy", "float32", (300000,))
        self.cusigmoid("apply", "tanh", other, "-o", self.path("y.npy"))
        self.cusigmoid("apply", "tanh", x, "-o", x)
        self.assertEqual((self.folder / "x.npy").read_bytes(), (self.folder / "y.npy").read_bytes())

    def test_replaced_file_keeps_its_mode_and_links_to_it(self):
        x, y = self.array("x.npy", "float32", (3,)), self.write("y.npy", b"before")
        os.chmod(y, 0o640)
        os.symlink("y.npy", self.path("link.npy"))
        self.cusigmoid("apply", "forward", x, "-o", self.path("link.npy"))
        self.assertTrue(os.path.islink(self.path("link.npy")))
        self.assertEqual(os.stat(y).st_mode & 0o777, 0o640)
        self.assertEqual((self.folder / "y.npy").read_bytes()[:6], b"\x93NUMPY")
        self.cusigmoid("apply", "forward", x, "-o", self.path("new.npy"), preexec_fn=lambda: os.umask(0o027))
        self.assertEqual(os.stat(self.path("new.npy")).st_mode & 0o777, 0o640)

    @unittest.skipIf(INSTRUMENTED, "not its memory alone")
    def test_memory_does_not_grow_with_the_file(self):
        x = self.write("x.npy", header("<f4", (64 * MIB,)))
        os.truncate(x, os.path.getsize(x) + 256 * MIB)
        child = subprocess.Popen([PROGRAM, "apply", "forward", x, "-o", self.path("y.npy"), "--place", "cpu", "--threads", "2"])
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        self.assertEqual(status, 0)
        self.assertLess(usage.ru_maxrss, 64 * 1024, "KiB")

    def test_progress_is_for_terminals(self):
        x = self.array("x.npy", "float32", (1000000,))
        self.assertNotIn("%", self.cusigmoid("apply", "forward", x, "-o", x).stderr)
        ours, theirs = pty.openpty()
        subprocess.run([PROGRAM, "apply", "forward", x, "-o", x], stderr=theirs, check=True)
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # how a pseudo-terminal of Linux ends
            pass
        os.close(ours)
        self.assertIn(b"forward 100 %", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown)


class BadInput(Folder):
    """Each with the file's name, what was found, status 1 (2 for wrong usage), and nothing left behind."""

    def assert_refused(self, says, *parts):
        x = self.write("x.npy", *parts)
        self.assert_fails(1, r"x\.npy: .*" + says, "apply", "forward", x, "-o", self.path("y.npy"))

    def test_headers(self):
        data = elements("float32", 6)
        self.assert_refused("not an .npy file: it begins with ''", b"")
        self.assert_refused(r"not an .npy file: it begins with 'PK\\x03\\x04", b"PK\x03\x04\0\0\0\0")
        self.assert_refused("truncated: it ends in the format version", b"\x93NUMPY\x01")
        self.assert_refused("format version 9.0", header("<f4", (6,), version=9), data)
        self.assert_refused("truncated: the header should be 118 bytes long, but 90 are there", header("<f4", (6,))[:100])
        self.assert_refused("malformed header", header_of_text("{'descr': '<f4', 'shape' (6,)}"), data)
        self.assert_refused("truncated: .*shape \\(6,\\) has 24 bytes, but the file has 20", header("<f4", (6,)), data[:20])
        self.assert_refused("shape \\(6,\\) has 24 bytes, but the file has 25", header("<f4", (6,)), data, b"\n")
        self.assert_refused("'>f4', big-endian", header(">f4", (6,)), data)
        self.assert_refused("Fortran order", header_of_text("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }"), data)
        self.assert_refused("'|O'.: objects of Python".replace("|", r"\|").replace(".:", ":"), header("|O", (6,)), data)
        self.assert_refused("structured element type", header_of_text("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }"), data)
        self.assert_refused("zero-dimensional", header("<f4", ()), data[:4])
        self.assert_refused("'<i4', none of", header("<i4", (6,)), data)
        self.assert_refused("overflows", header("<f4", (1 << 62, 4)))
        self.assert_refused("overflows", header("<f4", (1 << 70,)))
        self.assert_refused("'<u2': which bits these are, --dtype must say", header("<u2", (6,)), data[:12])

    def test_types(self):
        x, bits, doubles = self.array("x.npy", "float32", (6,)), self.array("b.npy", "bfloat16", (6,)), self.array("d.npy", "float64", (6,))
        y = self.path("y.npy")
        self.assert_fails(2, "unknown element type 'float9'", "apply", "forward", x, "-o", y, "--dtype", "float9")
        self.assert_fails(2, "unknown element type 'int'", "apply", "forward", x, "-o", y, "--to", "int")
        self.assert_fails(1, r"b\.npy: .*'<u2', which cannot hold the bits of float8_e4m3", "apply", "forward", bits, "-o", y, "--dtype", "float8_e4m3")
        self.assert_fails(2, r"--dtype bfloat16: .*x\.npy is of float32", "apply", "forward", x, "-o", y, "--dtype", "bfloat16")
        self.assert_fails(1, r"x\.npy of float32, .*d\.npy of float64: backward takes no such", "apply", "backward", x, doubles, "-o", y)
        self.assert_fails(1, r"x\.npy of float32: derivative takes no such element types to bfloat16", "apply", "derivative", x, "-o", y, "--to", "bfloat16")

    def test_shapes(self):
        x, other, odd = self.array("x.npy", "float32", (2, 3)), self.array("o.npy", "float32", (3, 2)), self.array("odd.npy", "float32", (2, 5))
        y = self.path("y.npy")
        self.assert_fails(1, r"o\.npy: shape \(3, 2\), but as y beside .*x\.npy of shape \(2, 3\) it must be \(2, 3\)", "apply", "backward", x, other, "-o", y)
        self.assert_fails(1, r"o\.npy: shape \(3, 2\), but as bias .* must be \(3,\)", "apply", "bias_forward", x, other, "-o", y)
        self.assert_fails(1, r"odd\.npy: shape \(2, 5\): the last axis holds 2 parts", "apply", "glu", odd, "-o", y)
        self.assert_fails(1, r"o\.npy: shape \(3, 2\), but as x_scale .* must be \(1,\)", "apply", "forward_scaled", x, other, "-o", y)

    def test_usage(self):
        x, y, z = self.array("x.npy", "float32", (6,)), self.path("y.npy"), self.path("z.npy")
        self.assert_fails(2, "unknown operation 'sigmoid'", "apply", "sigmoid", x, "-o", y)
        self.assert_fails(2, r"backward takes the inputs dy, y, but 1 were given", "apply", "backward", x, "-o", y)
        self.assert_fails(2, "forward takes the inputs x, but 2 were given", "apply", "forward", x, x, "-o", y)
        self.assert_fails(2, r"bce_with_logits takes the inputs x, target, \[weight\], \[pos_weight\], but 5", "apply", "bce_with_logits", *[x] * 5, "-o", y)
        self.assert_fails(2, "backward: its input dy cannot be left out", "apply", "backward", "-", x, "-o", y)
        self.assert_fails(2, "has the outputs y, but -o names 2 files", "apply", "forward", x, "-o", y, z)
        self.assert_fails(2, "y.npy is named for two outputs", "apply", "glu_split_backward", x, x, x, "-o", y, self.path("./y.npy"))
        self.assert_fails(2, "unknown place 'gpu'", "apply", "forward", x, "-o", y, "--place", "gpu")
        for place in "cuda:", "cuda:x", "cuda:-1", "cuda:1x", "cuda", "":
            self.assert_fails(2, "unknown place", "apply", "forward", x, "-o", y, "--place", place)
        self.assert_fails(1, "--place cuda:99: there (is|are) ", "apply", "forward", x, "-o", y, "--place", "cuda:99")
        self.assert_fails(2, "forward has none of the parameters", "apply", "forward", x, "-o", y, "--alpha", "2")
        self.assert_fails(2, "must not be 0", "apply", "swiglu", x, "-o", y, "--alpha", "0")
        self.assert_fails(2, "limit", "apply", "swiglu", x, "-o", y, "--limit", "-1")
        self.assert_fails(1, "params: alpha is nan; it must be finite", "apply", "swiglu", x, "-o", y, "--alpha", "nan")
        self.assert_fails(2, "threads", "apply", "forward", x, "-o", y, "--threads", "0")
        self.assert_fails(2, "--output is required", "apply", "forward", x)
        self.assert_fails(2, "--colour", "apply", "forward", x, "-o", y, "--colour")
        self.assert_fails(2, "Usage: cusigmoid")
        self.assert_fails(2, "not expected: sigmoid", "sigmoid")
        self.assert_fails(1, "CUSIGMOID_ISA is Z80", "apply", "forward", x, "-o", y, env={**os.environ, "CUSIGMOID_ISA": "Z80"})

    def test_files(self):
        x, y = self.array("x.npy", "float32", (6,)), self.path("y.npy")
        os.mkdir(self.path("folder"))
        os.mkfifo(self.path("pipe"))
        self.assert_fails(1, r"no\.npy: No such file", "apply", "forward", self.path("no.npy"), "-o", y)
        self.assert_fails(1, "folder: not a regular file", "apply", "forward", self.path("folder"), "-o", y)
        self.assert_fails(1, "pipe: not a regular file", "apply", "forward", self.path("pipe"), "-o", y)
        self.assert_fails(1, "no/y.npy: no file can be made in its folder: No such file", "apply", "forward", x, "-o", self.path("no/y.npy"))
        self.assert_fails(1, "not a regular file", "apply", "forward", x, "-o", self.path("folder"))
        self.assert_fails(1, "/dev/full: there is something that is not a regular file", "apply", "forward", x, "-o", "/dev/full")
        # the second output cannot be made: the first is not, either
        self.assert_fails(1, "no/z.npy", "apply", "glu_split_backward", x, x, x, "-o", y, self.path("no/z.npy"))

    def as_somebody(self):
        """For a user to whom permissions mean something."""
        return {"user": 65534} if os.geteuid() == 0 else {}

    def test_permissions(self):
        x = self.array("x.npy", "float32", (6,))
        secret, kept = self.array("secret.npy", "float32", (6,)), self.array("kept.npy", "float32", (6,))
        os.chmod(secret, 0)
        os.chmod(kept, 0o444)
        os.mkdir(self.path("closed"), 0o555)
        os.chmod(self.folder, 0o777)
        if subprocess.run(["test", "-r", x], **self.as_somebody()).returncode or subprocess.run(["test", "-x", PROGRAM], **self.as_somebody()).returncode:
            self.skipTest("the folders above are closed to others")
        self.assert_fails(1, r"secret\.npy: Permission denied", "apply", "forward", secret, "-o", self.path("y.npy"), **self.as_somebody())
        self.assert_fails(1, r"kept\.npy: Permission denied", "apply", "forward", x, "-o", kept, **self.as_somebody())
        self.assert_fails(1, r"closed/y\.npy: .*Permission denied", "apply", "forward", x, "-o", self.path("closed/y.npy"), **self.as_somebody())

    def test_file_larger_than_allowed(self):
        x = self.array("x.npy", "float32", (MIB,))
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, MIB))
        self.assert_fails(1, r"y\.npy: File too large", "apply", "forward", x, "-o", self.path("y.npy"), preexec_fn=limit)

    def test_full_disk(self):
        x = self.array("x.npy", "float32", (MIB,))
        os.mkdir(self.path("disk"))
        script = 'mount -t tmpfs -o size=1m none "$1" 2>/dev/null || exit 77; "$2" apply forward "$3" -o "$1/y.npy"; s=$?; ls -A "$1"; exit $s'
        unshare = ["unshare", "--user", "--map-root-user", "--mount", "bash", "-c", script, "bash", self.path("disk"), PROGRAM, x]
        try:
            done = subprocess.run(unshare, capture_output=True, text=True)
        except FileNotFoundError:
            self.skipTest("no unshare")
        if done.returncode == 77 or "unshare" in done.stderr:
            self.skipTest("no file system can be mounted here")
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertRegex(done.stderr, r"y\.npy: No space left on device")

    def test_output_of_ops_that_gets_nowhere(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "ops"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("standard output: No space left", done.stderr)


class Signals(Folder):
    def start(self, **options):
        """apply, on what takes long, when its temporary file is there."""
        x = self.write("x.npy", header("<f4", (1 << 34,)))
        os.truncate(x, os.path.getsize(x) + (4 << 34))
        self.write("y.npy", b"before")
        child = subprocess.Popen([PROGRAM, "apply", "forward", x, "-o", self.path("y.npy")], **options)
        self.addCleanup(lambda: child.poll() is None and child.kill())
        while len(self.files()) < 3:
            self.assertIsNone(child.poll())
            time.sleep(0.001)
        return child

    def test_nothing_is_left_behind(self):
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT:
            child = self.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
            child.send_signal(number)
            self.assertEqual(child.wait(30), -number)  # it died of the signal
            self.assertEqual(self.files(), ["x.npy", "y.npy"])
            self.assertEqual((self.folder / "y.npy").read_bytes(), b"before")

    def test_hangups_that_are_ignored_stay_ignored(self):
        child = self.start(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        child.send_signal(signal.SIGHUP)
        with self.assertRaises(subprocess.TimeoutExpired):
            child.wait(0.2)
        child.terminate()
        child.wait(30)


class InfoAndOps(Folder):
    def test_info(self):
        said = dict(re.split(r"  +", line, maxsplit=1) for line in self.cusigmoid("info").stdout.splitlines())
        text = (ROOT / "include/cusigmoid/cusigmoid.h").read_text(encoding="utf-8")
        self.assertEqual(said["version"], ".".join(re.findall(r"#define CUSIGMOID_VERSION_\w+ (\d+)", text)))
        self.assertEqual(self.cusigmoid("--version").stdout, f"cusigmoid {said['version']}\n")
        self.assertTrue(said["instruction set"])
        devices = int(said["CUDA devices"])
        self.assertEqual(said["places"].split(), ["auto", "cpu", *(f"cuda:{n}" for n in range(devices))])
        self.assert_fails(1, "CUSIGMOID_ISA is Z80", "info", env={**os.environ, "CUSIGMOID_ISA": "Z80"})

    def test_ops_are_those_of_the_header(self):
        text = (ROOT / "include/cusigmoid/cusigmoid.h").read_text(encoding="utf-8")
        numbered = re.search(r"enum cusigmoid_op {(.*?)}", text, re.S)[1]
        self.assertEqual(names(), [name.lower() for name in re.findall(r"CUSIGMOID_(\w+) =", numbered)])
        lines = self.cusigmoid("ops").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in lines[1 : 1 + len(names())]], names())

    def test_one_operation(self):
        said = self.cusigmoid("ops", "swiglu_split_scaled").stdout
        for part in ["h = scale·SwiGLU", "scale        one element, serves every element; may be left out", "amax         one element: raised",
                     "alpha (1), limit (none), offset (0)", "bfloat16, bfloat16, float32 → float8_e4m3, float32", "maximum error\n  0.52 ulp of float32"]:  # fmt: skip
            self.assertIn(part, said)
        self.assertIn("correctly rounded; float64: 0.52 ulp", self.cusigmoid("ops", "silu").stdout)
        self.assert_fails(2, "unknown operation 'gelu'", "ops", "gelu")
        self.assert_fails(2, "--names beside", "ops", "silu", "--names")


class Curve(Folder):
    def with_gnuplot(self, script):
        """An environment whose gnuplot is a script of the shell."""
        os.mkdir(self.path("bin"))
        self.write("bin/gnuplot", b"#!/bin/sh\n", script.encode())
        os.chmod(self.path("bin/gnuplot"), 0o755)
        return {**os.environ, "PATH": os.path.abspath(self.path("bin")) + ":" + os.environ["PATH"]}

    def data(self, text):
        return [[float(n.replace("?", "nan")) for n in line.split()] for line in re.search(r"<< END\n(.*)\nEND", text, re.S)[1].splitlines()]

    def test_what_gnuplot_is_given(self):
        echo = self.with_gnuplot("cat")
        sigmoid = lambda x: 1 / (1 + math.exp(-x))
        text = self.cusigmoid("curve", "forward", "derivative", "tanh", "--range", "-3:5", env=echo).stdout
        self.assertIn("set terminal dumb", text)
        self.assertEqual(re.findall(r"title '(\w+)'", text), ["forward", "derivative", "tanh"])
        rows = self.data(text)
        self.assertEqual((rows[0][0], rows[-1][0]), (-3, 5))
        for x, y, dydx, tanh in rows:
            self.assertAlmostEqual(y, sigmoid(x), delta=1e-15)
            self.assertAlmostEqual(dydx, sigmoid(x) * sigmoid(-x), delta=1e-15)
            self.assertAlmostEqual(tanh, math.tanh(x), delta=1e-15)

        self.cusigmoid("curve", "silu", "-o", self.path("silu.svg"), env=echo)
        self.assertIn("set terminal svg", (self.folder / "silu.svg").read_text())
        self.assertEqual(self.files(), ["bin", "silu.svg"])

    def test_gradients_from_outputs(self):
        echo = self.with_gnuplot("cat")
        text = self.cusigmoid("curve", "backward", "backward_from_signed", "backward_from_input", "--dtype", "float32", "--range", "0:30", "--log", env=echo)
        rows = self.data(text.stdout)
        self.assertIn("set logscale y", text.stdout)
        for x, from_y, from_signed, from_x in rows:
            exact = 1 / (1 + math.exp(-x)) / (1 + math.exp(x))
            self.assertAlmostEqual(from_x / exact, 1, delta=2e-7)
            self.assertAlmostEqual(from_signed / exact, 1, delta=4e-7)
            self.assertAlmostEqual(from_y, exact, delta=1e-7)  # 1 − y of the rounded y: half of 2⁻²⁴
        self.assertEqual({from_y for x, from_y, _, _ in rows if x > 17.4}, {0})  # where y has rounded to 1

    def test_errors(self):
        self.assert_fails(1, "gnuplot, which draws, is not installed", "curve", "forward", env={**os.environ, "PATH": self.path("nowhere")})
        self.assert_fails(1, "not installed", "curve", "forward", "-o", self.path("a.svg"), env={**os.environ, "PATH": self.path("nowhere")})
        failing = self.with_gnuplot("cat >/dev/null; exit 3")
        self.assert_fails(1, "gnuplot failed", "curve", "forward", "-o", self.path("a.svg"), env=failing)
        for op in "glu", "glu_split", "bias_forward", "lstm_cell", "swiglu_backward", "bce_with_logits_sum", "forward_scaled":
            self.assert_fails(2, f"{op} is no operation of one input x", "curve", op)
        self.assert_fails(2, "unknown operation 'relu'", "curve", "relu")
        self.assert_fails(2, "unknown element type 'int'", "curve", "forward", "--dtype", "int")
        for text in "1", "1:", ":1", "a:b", "2:1", "1:1", "0:inf", "nan:1", "0:1:2", "0:1 ":
            self.assert_fails(2, "not two numbers A:B", "curve", "forward", "--range", text)

    def test_pictures(self):
        if not shutil.which("gnuplot"):
            self.skipTest("no gnuplot")
        picture = self.cusigmoid("curve", "forward", "derivative").stdout
        self.assertRegex(picture, r"\*+ *forward|forward *\*+")
        self.cusigmoid("curve", "forward", "derivative", "-o", self.path("a.svg"))
        svg = (self.folder / "a.svg").read_text(encoding="utf-8")
        self.assertIn("<svg", svg)
        for op in "forward", "derivative":
            self.assertIn(op, svg)


class Documents(Folder):
    """The man page and the completion have every command and option of --help."""

    def options(self, command):
        said = self.cusigmoid(*command, "--help").stdout
        return set(re.findall(r"--[a-z][a-z-]+", said.split("\n\n", 1)[1] if command else said))

    def commands(self):
        said = self.cusigmoid("--help").stdout.split("Subcommands:\n")[1].split("\n\n")[0]
        found = re.findall(r"^  (\w+)", said, re.M)
        self.assertEqual([c for c in found if c != "verify"], ["info", "ops", "apply", "curve"])
        return found

    def test_man_page(self):
        page = (ROOT / "tools/cli/cusigmoid.1").read_text(encoding="utf-8").replace("\\-", "-")
        sections = dict(re.findall(r'^\.SS "?cusigmoid (\w+).*?\n(.*?)(?=^\.S|\Z)', page, re.M | re.S))
        for command in self.commands():
            for option in self.options([command]) - {"--help"}:
                self.assertIn(option, sections[command], command)
        for option in self.options([]):
            self.assertIn(option, page)

    def complete(self, *words):
        script = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cusigmoid; printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-c", script, ROOT / "tools/cli/cusigmoid.bash", PROGRAM, *words], capture_output=True, text=True, cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return set(done.stdout.split())

    def test_completion(self):
        self.assertGreaterEqual(self.complete(""), {"info", "ops", "apply", "curve", "verify"})
        self.assertEqual(self.complete("ap"), {"apply"})
        self.assertGreaterEqual(self.complete("--"), self.options([]))
        for command in self.commands():
            self.assertEqual(self.complete(command, "--"), self.options([command]), command)
        for command in "apply", "curve", "ops":
            self.assertEqual(self.complete(command, "silu_s"), {"silu_second_derivative"})
        self.assertEqual(self.complete("verify", "--op", "tanh_d"), {"tanh_derivative"})
        self.assertEqual(self.complete("apply", "forward", "x.npy", "--dtype", "float8_e4"), {"float8_e4m3"})
        self.assertEqual(self.complete("apply", "forward", "x.npy", "--place", "c"), {"cpu", *self.devices()})
        self.write("some.npy", b"")
        self.assertEqual(self.complete("apply", "forward", "so"), {"some.npy"})


if __name__ == "__main__":
    PROGRAM, EXPECTED = map(os.path.abspath, sys.argv[1:3])
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
