# SPDX-License-Identifier: Apache-2.0
"""The Python samples of the README and of the pages in docs/ run."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
SAMPLES = [
    pytest.param(sample, id=f"{page.stem}-{number}")
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if page.exists()
    for number, sample in enumerate(re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE))
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_runs(sample):
    for framework in re.findall(r"^import (torch|jax|cusigmoid.jax|cupy)", sample, re.MULTILINE):
        module = pytest.importorskip(framework, exc_type=ImportError)
        if framework == "cupy" and not module.cuda.is_available():
            pytest.skip("no GPU")
    exec(compile(sample, "sample", "exec"), {})
