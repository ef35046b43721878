# SPDX-License-Identifier: Apache-2.0
"""Modules with the arguments of PyTorch's."""

from __future__ import annotations

import torch

from . import bce_with_logits, bce_with_logits_sum, forward, glu, silu, swiglu


class Sigmoid(torch.nn.Module):
    """σ(x), each element correctly rounded. from_output: the gradient comes from the saved output, as torch.nn.Sigmoid's does."""

    def __init__(self, from_output: bool = False):
        super().__init__()
        self.from_output = from_output

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return forward(input, from_output=self.from_output)


class SiLU(torch.nn.Module):
    """x·σ(x), as torch.nn.SiLU, which it stands in for, but for the right limits at ±inf. (inplace is not offered: the input is saved.)"""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return silu(input)


class GLU(torch.nn.Module):
    """a·σ(b) of the halves of dimension dim, as torch.nn.GLU."""

    def __init__(self, dim: int = -1):
        super().__init__()
        self.dim = dim

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return glu(input.transpose(self.dim, -1)).transpose(self.dim, -1)


class SwiGLU(torch.nn.Module):
    """gate·σ(alpha·gate)·(up + offset) of the halves [gate | up] of the last dimension, both clamped where limit is given."""

    def __init__(self, alpha: float = 1.0, limit: float | None = None, offset: float = 0.0):
        super().__init__()
        self.alpha, self.limit, self.offset = alpha, limit, offset

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return swiglu(input, alpha=self.alpha, limit=self.limit, offset=self.offset)


class BCEWithLogitsLoss(torch.nn.Module):
    """As torch.nn.BCEWithLogitsLoss: the loss, and its gradient, each in one pass. The sum and the mean of 16-bit inputs are float32.
    pos_weight is a value for each column of the last dimension."""

    def __init__(self, weight: torch.Tensor | None = None, reduction: str = "mean", pos_weight: torch.Tensor | None = None):
        super().__init__()
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(f"reduction is {reduction!r}; it must be 'mean', 'sum' or 'none'")
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)
        self.reduction = reduction

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        if target.shape != input.shape:
            raise ValueError(f"target has shape {tuple(target.shape)}, but input {tuple(input.shape)}")
        weight = None if self.weight is None else self.weight.expand_as(input)
        if self.reduction == "none":
            return bce_with_logits(input, target, weight, self.pos_weight)
        return bce_with_logits_sum(input, target, weight, self.pos_weight, mean=self.reduction == "mean")
