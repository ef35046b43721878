# SPDX-License-Identifier: Apache-2.0
# Made by python/make_stubs.py.
import torch

from .modules import GLU as GLU
from .modules import BCEWithLogitsLoss as BCEWithLogitsLoss
from .modules import Sigmoid as Sigmoid
from .modules import SiLU as SiLU
from .modules import SwiGLU as SwiGLU

def forward(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    from_output: bool = False,
) -> torch.Tensor: ...
def derivative(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def backward(
    dy: torch.Tensor | float,
    y: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def backward_from_input(
    dy: torch.Tensor | float,
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def swiglu_backward(
    dh: torch.Tensor | float,
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> torch.Tensor: ...
def bce_with_logits_sum(
    x: torch.Tensor | float,
    target: torch.Tensor | float,
    weight: torch.Tensor | float | None = None,
    pos_weight: torch.Tensor | float | None = None,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    mean: bool = False,
) -> torch.Tensor: ...
def second_derivative(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def log_sigmoid(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def log_sigmoid_derivative(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def log_sigmoid_backward(
    dy: torch.Tensor | float,
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def softplus(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def softplus_derivative(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def softplus_backward(
    dy: torch.Tensor | float,
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def silu(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def silu_derivative(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def silu_backward(
    dy: torch.Tensor | float,
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def silu_second_derivative(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def tanh(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def tanh_derivative(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def tanh_backward(
    dy: torch.Tensor | float,
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def signed_sigmoid(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def backward_from_signed(
    dy: torch.Tensor | float,
    s: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def bias_forward(
    x: torch.Tensor | float,
    bias: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def bias_backward(
    dy: torch.Tensor | float,
    x: torch.Tensor | float,
    bias: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> tuple[torch.Tensor, torch.Tensor]: ...
def glu(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def glu_split(
    x: torch.Tensor | float,
    gate: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def glu_interleaved(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def glu_backward(
    dy: torch.Tensor | float,
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def glu_split_backward(
    dy: torch.Tensor | float,
    x: torch.Tensor | float,
    gate: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> tuple[torch.Tensor, torch.Tensor]: ...
def glu_interleaved_backward(
    dy: torch.Tensor | float,
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def swiglu(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> torch.Tensor: ...
def swiglu_split(
    gate: torch.Tensor | float,
    up: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> torch.Tensor: ...
def swiglu_interleaved(
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> torch.Tensor: ...
def swiglu_split_backward(
    dh: torch.Tensor | float,
    gate: torch.Tensor | float,
    up: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> tuple[torch.Tensor, torch.Tensor]: ...
def swiglu_interleaved_backward(
    dh: torch.Tensor | float,
    x: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> torch.Tensor: ...
def forward_scaled(
    x: torch.Tensor | float,
    x_scale: torch.Tensor | float | None = None,
    y_scale: torch.Tensor | float | None = None,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def swiglu_scaled(
    x: torch.Tensor | float,
    scale: torch.Tensor | float | None = None,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> tuple[torch.Tensor, torch.Tensor]: ...
def swiglu_split_scaled(
    gate: torch.Tensor | float,
    up: torch.Tensor | float,
    scale: torch.Tensor | float | None = None,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> tuple[torch.Tensor, torch.Tensor]: ...
def bce_with_logits(
    x: torch.Tensor | float,
    target: torch.Tensor | float,
    weight: torch.Tensor | float | None = None,
    pos_weight: torch.Tensor | float | None = None,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> torch.Tensor: ...
def bce_with_logits_backward(
    x: torch.Tensor | float,
    target: torch.Tensor | float,
    weight: torch.Tensor | float | None = None,
    pos_weight: torch.Tensor | float | None = None,
    dloss: torch.Tensor | float | None = None,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    mean: bool = False,
) -> torch.Tensor: ...
def bce_with_logits_forward_backward(
    x: torch.Tensor | float,
    target: torch.Tensor | float,
    weight: torch.Tensor | float | None = None,
    pos_weight: torch.Tensor | float | None = None,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
    mean: bool = False,
) -> tuple[torch.Tensor, torch.Tensor]: ...
def lstm_cell(
    gates: torch.Tensor | float,
    bias: torch.Tensor | float | None,
    c_prev: torch.Tensor | float,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> tuple[torch.Tensor, torch.Tensor]: ...
def lstm_cell_backward(
    gates: torch.Tensor | float,
    bias: torch.Tensor | float | None,
    c_prev: torch.Tensor | float,
    dh: torch.Tensor | float,
    dc: torch.Tensor | float | None = None,
    *,
    dtype: torch.dtype | tuple[torch.dtype, ...] | None = None,
) -> tuple[torch.Tensor, torch.Tensor]: ...
