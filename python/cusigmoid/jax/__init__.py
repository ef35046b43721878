# SPDX-License-Identifier: Apache-2.0
"""Every operation for JAX, on the CPU and on CUDA.

They work in jit, vmap and grad (reverse mode; σ and SiLU twice), where CUDA graphs are captured, and on arrays that are shared out over
devices: elements are computed where they lie. Arrays of mixed types are promoted, elements broadcast, as jax.numpy's do. Sums over arrays
that are shared out gather them, so that their bits do not depend on the devices; inside jax.shard_map they are of what a device has, and
jax.lax.psum adds them up.
"""

from __future__ import annotations

from .._functions import make_all as _make_all
from .._library import OPERATIONS as _OPERATIONS
from ._autodiff import call as _call

globals().update(_make_all(_call, __name__, with_out=False))
_forward = globals()["forward"]


def forward(x, *, dtype=None, from_output=False):
    return _call(_OPERATIONS["forward"], (x,), dtype, from_output=from_output)


forward.__doc__ = _forward.__doc__.replace(
    "\n\nReturns", "\nfrom_output : bool\n    the gradient comes from the saved output: dy·y·(1 − y), 0 where y has rounded to 1\n\nReturns"
)
__all__ = list(_OPERATIONS)
for _name in __all__:
    globals()[_name].__doc__ = globals()[_name].__doc__.replace(
        "CudaError\n    of arrays on a GPU", "jax.errors.JaxRuntimeError\n    while it runs"
    )
