#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is wrong with files and usage is said, and nothing is left behind."""

import os
import resource
import subprocess

from program import MIB, PROGRAM, Folder, elements, header, header_of_text, main


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
        self.assert_refused(r"'\|O': objects of Python", header("|O", (6,)), data)
        self.assert_refused(
            "structured element type", header_of_text("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }"), data
        )
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
        self.assert_fails(
            1, r"b\.npy: .*'<u2', which cannot hold the bits of float8_e4m3", "apply", "forward", bits, "-o", y, "--dtype", "float8_e4m3"
        )
        self.assert_fails(2, r"--dtype bfloat16: .*x\.npy is of float32", "apply", "forward", x, "-o", y, "--dtype", "bfloat16")
        self.assert_fails(1, r"x\.npy of float32, .*d\.npy of float64: backward takes no such", "apply", "backward", x, doubles, "-o", y)
        self.assert_fails(
            1,
            r"x\.npy of float32: derivative takes no such element types to bfloat16",
            "apply",
            "derivative",
            x,
            "-o",
            y,
            "--to",
            "bfloat16",
        )

    def test_shapes(self):
        x, other, odd = (
            self.array("x.npy", "float32", (2, 3)),
            self.array("o.npy", "float32", (3, 2)),
            self.array("odd.npy", "float32", (2, 5)),
        )
        y = self.path("y.npy")
        self.assert_fails(
            1,
            r"o\.npy: shape \(3, 2\), but as y beside .*x\.npy of shape \(2, 3\) it must be \(2, 3\)",
            "apply",
            "backward",
            x,
            other,
            "-o",
            y,
        )
        self.assert_fails(1, r"o\.npy: shape \(3, 2\), but as bias .* must be \(3,\)", "apply", "bias_forward", x, other, "-o", y)
        self.assert_fails(1, r"odd\.npy: shape \(2, 5\): the last axis holds 2 parts", "apply", "glu", odd, "-o", y)
        self.assert_fails(1, r"o\.npy: shape \(3, 2\), but as x_scale .* must be \(1,\)", "apply", "forward_scaled", x, other, "-o", y)

    def test_usage(self):
        x, y, z = self.array("x.npy", "float32", (6,)), self.path("y.npy"), self.path("z.npy")
        self.assert_fails(2, "unknown operation 'sigmoid'", "apply", "sigmoid", x, "-o", y)
        self.assert_fails(2, r"backward takes the inputs dy, y, but 1 were given", "apply", "backward", x, "-o", y)
        self.assert_fails(2, "forward takes the inputs x, but 2 were given", "apply", "forward", x, x, "-o", y)
        self.assert_fails(
            2,
            r"bce_with_logits takes the inputs x, target, \[weight\], \[pos_weight\], but 5",
            "apply",
            "bce_with_logits",
            *[x] * 5,
            "-o",
            y,
        )
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
        self.assert_fails(
            1, "no/y.npy: no file can be made in its folder: No such file", "apply", "forward", x, "-o", self.path("no/y.npy")
        )
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
        if (
            subprocess.run(["test", "-r", x], **self.as_somebody()).returncode
            or subprocess.run(["test", "-x", PROGRAM], **self.as_somebody()).returncode
        ):
            self.skipTest("the folders above are closed to others")
        self.assert_fails(1, r"secret\.npy: Permission denied", "apply", "forward", secret, "-o", self.path("y.npy"), **self.as_somebody())
        self.assert_fails(1, r"kept\.npy: Permission denied", "apply", "forward", x, "-o", kept, **self.as_somebody())
        self.assert_fails(
            1, r"closed/y\.npy: .*Permission denied", "apply", "forward", x, "-o", self.path("closed/y.npy"), **self.as_somebody()
        )

    def test_file_larger_than_allowed(self):
        x = self.array("x.npy", "float32", (MIB,))
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, MIB))
        self.assert_fails(1, r"y\.npy: File too large", "apply", "forward", x, "-o", self.path("y.npy"), preexec_fn=limit)

    def test_full_disk(self):
        x = self.array("x.npy", "float32", (MIB,))
        os.mkdir(self.path("disk"))
        script = (
            'mount -t tmpfs -o size=1m none "$1" 2>/dev/null || exit 77; "$2" apply forward "$3" -o "$1/y.npy"; s=$?; ls -A "$1"; exit $s'
        )
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


if __name__ == "__main__":
    main()
