#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the type stubs of functions that are made at import, from what the library tells of its operations.

usage: make_stubs.py [--check]     with CUSIGMOID_LIBRARY and PYTHONPATH set, as python/tests/run.sh does
"""

import pathlib
import sys

from cusigmoid._functions import keywords
from cusigmoid._library import OPERATIONS

HERE = pathlib.Path(__file__).parent / "cusigmoid"
HEADING = "# SPDX-License-Identifier: Apache-2.0\n# Made by python/make_stubs.py.\n"
TYPES = {"alpha": "float", "limit": "float | None", "offset": "float", "mean": "bool"}


def function(operation, array, given, dtype, out, extra=()):
    needed = max(i for i, one in enumerate(operation.inputs) if not one.optional)
    arguments = []
    for i, one in enumerate(operation.inputs):
        arguments.append(f"{one.name}: {given}{' | None' if one.optional else ''}{' = None' if i > needed else ''}")
    arguments += [f"out: {array} | tuple[{array}, ...] | None = None"] * out + ["*", f"dtype: {dtype} | tuple[{dtype}, ...] | None = None"]
    for name, _, default in (k.partition("=") for k in keywords(operation)):
        arguments.append(f"{name}: {TYPES[name]} = {default}")
    result = array if len(operation.outputs) == 1 else f"tuple[{', '.join([array] * len(operation.outputs))}]"
    return f"def {operation.name}(\n    " + ",\n    ".join([*arguments, *extra]) + f",\n) -> {result}: ...\n"


def numpy_stub():
    text = HEADING + "from typing import Any\n\nfrom numpy.typing import ArrayLike, DTypeLike\n\n"
    text += "__version__: str\n\nclass CudaError(RuntimeError):\n    code: int\n\n"
    return text + "".join(function(o, "Any", "ArrayLike", "DTypeLike", True) for o in OPERATIONS.values())


def torch_stub():
    text = HEADING + "import torch\n\nfrom .modules import GLU as GLU\nfrom .modules import BCEWithLogitsLoss as BCEWithLogitsLoss\n"
    text += "from .modules import Sigmoid as Sigmoid\nfrom .modules import SiLU as SiLU\nfrom .modules import SwiGLU as SwiGLU\n\n"
    for o in OPERATIONS.values():
        extra = ["from_output: bool = False"] if o.name == "forward" else []
        text += function(o, "torch.Tensor", "torch.Tensor | float", "torch.dtype", False, extra)
    return text


def jax_stub():
    text = HEADING + "import jax\nfrom jax.typing import ArrayLike, DTypeLike\n\n"
    for o in OPERATIONS.values():
        extra = ["from_output: bool = False"] if o.name == "forward" else []
        text += function(o, "jax.Array", "ArrayLike", "DTypeLike", False, extra)
    return text


STUBS = {HERE / "__init__.pyi": numpy_stub, HERE / "torch" / "__init__.pyi": torch_stub, HERE / "jax" / "__init__.pyi": jax_stub}

if __name__ == "__main__":
    for path, stub in STUBS.items():
        if sys.argv[1:] != ["--check"]:
            path.write_text(stub(), encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != stub():
            sys.exit(f"{path} is not what {sys.argv[0]} writes")
