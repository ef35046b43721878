#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The other commands, the man page and the completion."""

import math
import os
import re
import shutil
import subprocess

from program import PROGRAM, ROOT, Folder, main, names


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
        for part in [
            "h = scale·SwiGLU",
            "scale        one element, serves every element; may be left out",
            "amax         one element: raised",
            "alpha (1), limit (none), offset (0)",
            "bfloat16, bfloat16, float32 → float8_e4m3, float32",
            "maximum error\n  0.52 ulp of float32",
        ]:
            self.assertIn(part, said)
        self.assertIn("correctly rounded; float64: 0.52 ulp", self.cusigmoid("ops", "silu").stdout)
        self.assert_fails(2, "unknown operation 'gelu'", "ops", "gelu")
        self.assert_fails(2, "--names beside", "ops", "silu", "--names")


class Verify(Folder):
    def test_statuses(self):
        if "verify" not in self.cusigmoid("--help").stdout:
            self.skipTest("built without verify")
        self.assertRegex(
            self.cusigmoid("verify", "--dtype", "float8_e4m3", "--op", "forward").stdout, r"\nforward +float8_e4m3 .* all +256 "
        )
        self.assert_fails(2, "cusigmoid verify: --stride without --oracle", "verify", "--stride", "2")
        self.assert_fails(2, "no operation 'gelu'", "verify", "--op", "gelu")
        self.assert_fails(2, "--place", "verify", "--place", "moon")
        said = self.cusigmoid("verify", status=77, env={**os.environ, "CUSIGMOID_ISA": "Z80"}).stdout
        self.assertIn("skipped: CUSIGMOID_ISA is Z80", said)


class Curve(Folder):
    def with_gnuplot(self, script):
        """An environment whose gnuplot is a script of the shell."""
        os.mkdir(self.path("bin"))
        self.write("bin/gnuplot", b"#!/bin/sh\n", script.encode())
        os.chmod(self.path("bin/gnuplot"), 0o755)
        return {**os.environ, "PATH": os.path.abspath(self.path("bin")) + ":" + os.environ["PATH"]}

    def data(self, text):
        return [
            [float(n.replace("?", "nan")) for n in line.split()] for line in re.search(r"<< END\n(.*)\nEND", text, re.S)[1].splitlines()
        ]

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
        text = self.cusigmoid(
            "curve", "backward", "backward_from_signed", "backward_from_input", "--dtype", "float32", "--range", "0:30", "--log", env=echo
        )
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
        self.assert_fails(
            1, "not installed", "curve", "forward", "-o", self.path("a.svg"), env={**os.environ, "PATH": self.path("nowhere")}
        )
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
        done = subprocess.run(
            ["bash", "-c", script, ROOT / "tools/cli/cusigmoid.bash", PROGRAM, *words], capture_output=True, text=True, cwd=self.folder
        )
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
    main()
