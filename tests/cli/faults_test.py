#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`cusigmoid apply` when the calls that it makes of the system fail, each in turn."""

import errno
import os
import pathlib
import subprocess
import unittest

from program import PROGRAM, Folder, main

SHIM = pathlib.Path(PROGRAM).parent / "libfail_calls.so"  # of fail_calls.c


@unittest.skipIf(os.environ.get("CUSIGMOID_INSTRUMENTED") == "sanitizers", "what is preloaded must come after a sanitizer's runtime")
class Faults(Folder):
    def apply(self, **failing):
        """The status and what was said, on files of which the output was there before."""
        self.write("y.npy", b"before")
        folder = self.folder.resolve()
        variables = {"LD_PRELOAD": SHIM, "FAIL_FOLDER": folder, "VGPU_LEAKS": 0, **failing}
        command = [PROGRAM, "apply", "forward", self.x, "-o", folder / "y.npy", "--place", "cpu", "--threads", "1"]
        done = subprocess.run(
            command,
            env={**os.environ, **{name: str(value) for name, value in variables.items()}},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stderr

    def setUp(self):
        super().setUp()
        self.x = str(pathlib.Path(self.array("x.npy", "float32", (10000,))).resolve())
        log = str(self.folder.resolve().parent / (self.folder.name + ".log"))
        self.addCleanup(os.remove, log)
        self.assertEqual(self.apply(FAIL_LOG=log), (0, ""))
        self.calls = pathlib.Path(log).read_text().split()
        self.expected = (self.folder / "y.npy").read_bytes()

    def assert_untouched(self):
        self.assertEqual(self.files(), ["x.npy", "y.npy"])
        self.assertEqual((self.folder / "y.npy").read_bytes(), b"before")

    def test_each_call_once(self):
        self.assertLessEqual({"open", "fstat", "pread", "fallocate", "pwrite", "close", "rename"}, set(self.calls))
        injected = 0
        for number, call in enumerate(self.calls, 1):
            for error in errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.ENOMEM:
                injected += 1
                with self.subTest(call=call, number=number, error=errno.errorcode[error]):
                    status, said = self.apply(FAIL_CALL=number, FAIL_ERRNO=error)
                    if status == 0:  # it was not needed
                        self.assertIn(call, ("close", "fchmod", "access"))
                        self.assertEqual((self.folder / "y.npy").read_bytes(), self.expected)
                    else:
                        self.assertEqual(status, 1)
                        self.assertRegex(said, r"[xy]\.npy: .*" + os.strerror(error))
                        self.assert_untouched()
        print(f"figure: faults injected {injected}, survived {injected}")

    def test_signals_interrupt_what_is_then_done_again(self):
        for number, call in enumerate(self.calls, 1):
            if call in ("pread", "pwrite", "fallocate"):
                self.assertEqual(self.apply(FAIL_CALL=number, FAIL_ERRNO=errno.EINTR), (0, ""))
                self.assertEqual((self.folder / "y.npy").read_bytes(), self.expected)

    def test_file_systems_without_fallocate(self):
        number = self.calls.index("fallocate") + 1
        self.assertEqual(self.apply(FAIL_CALL=number, FAIL_ERRNO=errno.EOPNOTSUPP), (0, ""))
        self.assertEqual((self.folder / "y.npy").read_bytes(), self.expected)
        status, said = self.apply(FAIL_CALL=number, FAIL_ERRNO=errno.ENOSPC)
        self.assertEqual((status, "No space left" in said), (1, True))

    def test_reads_and_writes_of_a_part(self):
        self.assertEqual(self.apply(FAIL_SHORT=777), (0, ""))
        self.assertEqual((self.folder / "y.npy").read_bytes(), self.expected)


if __name__ == "__main__":
    main()
