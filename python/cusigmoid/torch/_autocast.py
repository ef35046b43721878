# SPDX-License-Identifier: Apache-2.0
"""Under autocast losses are computed from float32, as PyTorch's are; all else in the types that it is given."""

from __future__ import annotations

import torch

from .._library import OPERATIONS
from ._kernels import LIBRARY

for _name in OPERATIONS:
    if _name.startswith("bce_with_logits"):
        for _device in ("cpu", "cuda"):
            torch.library.register_autocast(f"cusigmoid::{_name}", _device, torch.float32, lib=LIBRARY)
