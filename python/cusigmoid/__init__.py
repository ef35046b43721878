# SPDX-License-Identifier: Apache-2.0
"""The logistic function and what training builds on it, correctly rounded, the same bits on every CPU and GPU.

Functions take arrays of NumPy (with ml_dtypes' bfloat16 and float8) or CuPy, or numbers; operations of elements broadcast as NumPy's do.
cusigmoid.torch and cusigmoid.jax have the same operations for PyTorch and JAX. No framework is imported here.
"""

from ._arrays import call as _call
from ._functions import make_all as _make_all
from ._library import LIBRARY as _LIBRARY
from ._library import OPERATIONS as _OPERATIONS
from ._library import CudaError

_version = _LIBRARY.cusigmoid_version()
__version__ = f"{_version // 10000}.{_version // 100 % 100}.{_version % 100}"
__all__ = ["CudaError", *_OPERATIONS]
globals().update(_make_all(_call, __name__))
