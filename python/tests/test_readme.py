# SPDX-License-Identifier: Apache-2.0
"""The README's snippets run."""

import pathlib
import re

import pytest

README = pathlib.Path(__file__).parents[2] / "README.md"
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE) if README.exists() else []


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_runs(snippet):
    for framework in re.findall(r"^import (torch|jax|cusigmoid.jax)", snippet, re.MULTILINE):
        pytest.importorskip(framework, exc_type=ImportError)
    exec(compile(snippet, "README.md", "exec"), {})
