# SPDX-License-Identifier: Apache-2.0
"""Every operation for PyTorch: functions here, operators in torch.ops.cusigmoid, modules in cusigmoid.torch.modules.

They work on the CPU and on CUDA (on the current stream, in CUDA graphs), with autograd, vmap, autocast and torch.compile. Compiled they
stay the operators they are: their bits do not change, and bare σ is not fused with what stands beside it as torch.sigmoid is. Tensors of
mixed types are promoted, elements broadcast, as PyTorch's functions do; the gradient of σ comes from the input.
"""

from __future__ import annotations

import torch as _torch

from .._functions import make_all as _make_all
from .._library import OPERATIONS as _OPERATIONS
from . import _autocast, _autograd, _vmap  # noqa: F401  they register
from ._functions import call as _call
from ._kernels import FORWARD_SAVING_OUTPUT as _FORWARD_SAVING_OUTPUT
from ._kernels import op as _op

if _torch.distributed.is_available():
    from . import _sharding  # noqa: F401

globals().update(_make_all(_call, __name__, with_out=False))
_forward = globals()["forward"]


def forward(x, *, dtype=None, from_output=False):
    return _op(_FORWARD_SAVING_OUTPUT)(x, dtype=dtype) if from_output else _forward(x, dtype=dtype)


forward.__doc__ = _forward.__doc__.replace(
    "\n\nReturns", "\nfrom_output : bool\n    the gradient comes from the saved output: dy·y·(1 − y), 0 where y has rounded to 1\n\nReturns"
)
__all__ = list(_OPERATIONS)

from .modules import GLU, BCEWithLogitsLoss, Sigmoid, SiLU, SwiGLU  # noqa: E402  they use the functions

__all__ += ["GLU", "BCEWithLogitsLoss", "SiLU", "Sigmoid", "SwiGLU"]
