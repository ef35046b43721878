#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench/compare.py, run as a program on results that are made up, and on one that is kept."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "bench/results/CPU-zen5-2-cores/cpu_bench.json"


def row(op="forward", us=100.0, p10=None, p90=None, peer="", **more):
    return {
        "what": "bandwidth",
        "op": op,
        "dtypes": ["float32", "float32"],
        "peer": peer,
        "bytes": 1 << 24,
        "us": us,
        "us_p10": p10 or us * 0.99,
        "us_p90": p90 or us * 1.01,
        **more,
    }


class Compare(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, content):
        path = Path(self.folder.name, name)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def result(self, name, rows, gpu="H100"):
        return self.write(name, {"gpu": gpu, "rows": rows})

    def compare(self, base, head, *options):
        done = subprocess.run(
            [sys.executable, ROOT / "bench/compare.py", base, head, *options], capture_output=True, text=True, encoding="utf-8"
        )
        self.assertNotIn("Traceback", done.stderr)
        return done.returncode, done.stdout + done.stderr

    def compare_rows(self, base, head, *options):
        return self.compare(self.result("base.json", base), self.result("head.json", head), *options)

    def test_the_same_is_the_same(self):
        status, said = self.compare(KEPT, KEPT)
        self.assertEqual(status, 0)
        self.assertIn(" 0 became slower and 0 faster", said)
        self.assertIn("1.000 on average", said)

    def test_slower(self):
        status, said = self.compare_rows([row("forward"), row("silu")], [row("forward"), row("silu", us=110)])
        self.assertEqual(status, 1)
        self.assertIn("1 became slower and 0 faster", said)
        self.assertRegex(said, r"### Slower\n\n.*\n.*\n\| bandwidth, silu, .* \| 100.00 \| 110.00 \| 1.100 \|\n$")

    def test_faster(self):
        status, said = self.compare_rows([row("forward")], [row("forward", us=50)])
        self.assertEqual(status, 0)
        self.assertIn("0 became slower and 1 faster", said)
        self.assertIn("### Faster", said)

    def test_scatter_is_not_slower(self):
        status, _ = self.compare_rows([row(us=100, p90=115)], [row(us=110, p10=105)])
        self.assertEqual(status, 0)
        status, _ = self.compare_rows([row(us=100, p90=104)], [row(us=110, p10=105)])
        self.assertEqual(status, 1)

    def test_tolerance(self):
        rows = [row(us=100)], [row(us=110)]
        self.assertEqual(self.compare_rows(*rows, "--tolerance", "0.2")[0], 0)
        self.assertEqual(self.compare_rows(*rows, "--tolerance", "0.05")[0], 1)

    def test_others_do_not_count(self):
        status, said = self.compare_rows([row(), row(peer="CUB")], [row(), row(peer="CUB", us=900)])
        self.assertEqual(status, 0)
        self.assertIn("Of 1 measurements", said)

    def test_a_cpus_threads_are_told_apart(self):
        status, said = self.compare_rows([row(threads=1), row(threads=2)], [row(threads=1), row(threads=2, us=200)])
        self.assertEqual(status, 1)
        self.assertIn("Of 2 measurements 1 became slower", said)

    def test_what_only_one_measured_is_said(self):
        status, said = self.compare_rows([row("forward")], [row("forward"), row("new")])
        self.assertEqual(status, 0)
        self.assertIn("1 only head has.", said)

    def test_the_suites_result_has_the_benchmarks(self):
        bench = {"gpu": "H100", "rows": [row(us=300)]}
        suite = self.write("gpu_suite.json", {"steps": [], "gpu": "H100", "benchmark": bench})
        self.assertEqual(self.compare(self.result("base.json", [row()]), suite)[0], 1)

    def test_what_cannot_be_compared(self):
        good = self.result("good.json", [row()])
        for bad in (
            self.result("other.json", [row()], gpu="A100"),
            self.result("different.json", [row("silu")]),
            self.result("empty.json", []),
            self.write("suite.json", {"steps": [], "benchmark": None}),
            self.write("list.json", []),
            self.write("text.json", "no JSON"),
            Path(self.folder.name, "missing.json"),
        ):
            for pair in ((good, bad), (bad, good)):
                status, said = self.compare(*pair)
                self.assertEqual(status, 2, said)
                self.assertIn("compare.py: ", said)


if __name__ == "__main__":
    unittest.main()
