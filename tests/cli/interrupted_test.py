#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`cusigmoid apply` when something happens in the middle."""

import os
import resource
import signal
import subprocess
import time

from program import PROGRAM, Folder, header, main


class Interrupted(Folder):
    def start(self, **options):
        """apply, on what takes long, when its temporary file is there."""
        x = self.write("x.npy", header("<f4", (1 << 30,)))
        os.truncate(x, os.path.getsize(x) + (4 << 30))
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

    def test_an_input_that_is_cut_short_meanwhile(self):
        child = self.start(stderr=subprocess.PIPE, text=True)
        os.truncate(self.path("x.npy"), 1000)
        self.assertIn("x.npy: it was cut short: nothing is left at byte", child.communicate(timeout=60)[1])
        self.assertEqual(child.returncode, 1)
        self.assertEqual(self.files(), ["x.npy", "y.npy"])


if __name__ == "__main__":
    main()
