#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`cusigmoid apply` makes files with the elements that the library computes in memory."""

import math
import os
import pathlib
import pty
import re
import struct
import subprocess
import unittest

from program import (
    DESCRS,
    DTYPES,
    EXPECTED,
    INSTRUMENTED,
    MIB,
    PROGRAM,
    Folder,
    count,
    elements,
    header,
    header_of_text,
    main,
    names,
    operation,
)


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
        self.assertEqual([name for name in self.files() if name.startswith(".")], [])
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
            options = [
                *(["--alpha", alpha] if alpha else []),
                *(["--limit", limit] if limit else []),
                *(["--offset", offset] if offset else []),
            ]
            self.compare(operation("swiglu"), ["float32"] * 2, (4,), 6, options=options, params=(alpha, limit, offset))

    def test_optional_inputs(self):
        loss, lstm = operation("bce_with_logits"), operation("lstm_cell_backward")
        self.compare(loss, ["float32"] * 5, (3,), 4, left_out=["weight", "pos_weight"])
        self.compare(loss, ["float32"] * 5, (3,), 4, left_out=["weight"])
        self.compare(loss, ["float32"] * 5, (3,), 4, left_out=["pos_weight"])
        self.compare(lstm, ["float32"] * 7, (3,), 4, left_out=["bias", "dc"])

    def test_bits_are_written_as_they_were_read(self):
        """As ml_dtypes' types are by numpy.save: '<V2', '<V1', for float8_e5m2 '<f1'."""
        for dtype, descr in (
            ("bfloat16", "<V2"),
            ("bfloat16", "|V2"),
            ("float8_e4m3", "<V1"),
            ("float8_e5m2", "<f1"),
            ("float8_e5m2", "|V1"),
        ):
            self.compare(operation("silu"), [dtype] * 2, (2,), 3, options=["--dtype", dtype], descrs={**DESCRS, dtype: descr})

    def test_shapes(self):
        for shape in [(1,), (0,), (5, 0), (0, 5), (3, 0, 2), (2, 1, 3, 1), (1,) * 64]:
            self.compare(operation("backward"), ["float32"] * 3, shape[:-1], shape[-1])
            self.compare(operation("glu_backward"), ["float32"] * 3, shape[:-1], shape[-1])

    def test_headers_of_other_versions_and_writers(self):
        bits = elements("float32", 6)
        expected = (
            self.cusigmoid("apply", "forward", self.write("x.npy", header("<f4", (2, 3)), bits), "-o", self.path("y.npy"))
            and (self.folder / "y.npy").read_bytes()
        )
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
        if tuple(map(int, numpy.__version__.split(".")[:2])) >= (1, 24):  # which leaves room for a longer first axis
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
        progress, erased, rest = shown.rpartition(b"\r\x1b[K")
        self.assertTrue(erased and progress.endswith(b"forward 100 %"), shown)
        self.assertNotIn(b"%", rest)  # where the virtual GPU may report leaks
        shares = [int(share) for share in re.findall(rb"(\d+) %", shown)]
        self.assertEqual(shares, sorted(shares))


if __name__ == "__main__":
    main()
