# SPDX-License-Identifier: Apache-2.0
# Made by python/make_stubs.py.
from typing import Any

from numpy.typing import ArrayLike, DTypeLike

__version__: str

class CudaError(RuntimeError):
    code: int

def forward(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def derivative(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def backward(
    dy: ArrayLike,
    y: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def backward_from_input(
    dy: ArrayLike,
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def swiglu_backward(
    dh: ArrayLike,
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> Any: ...
def bce_with_logits_sum(
    x: ArrayLike,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    mean: bool = False,
) -> Any: ...
def second_derivative(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def log_sigmoid(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def log_sigmoid_derivative(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def log_sigmoid_backward(
    dy: ArrayLike,
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def softplus(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def softplus_derivative(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def softplus_backward(
    dy: ArrayLike,
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def silu(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def silu_derivative(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def silu_backward(
    dy: ArrayLike,
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def silu_second_derivative(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def tanh(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def tanh_derivative(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def tanh_backward(
    dy: ArrayLike,
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def signed_sigmoid(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def backward_from_signed(
    dy: ArrayLike,
    s: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def bias_forward(
    x: ArrayLike,
    bias: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def bias_backward(
    dy: ArrayLike,
    x: ArrayLike,
    bias: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> tuple[Any, Any]: ...
def glu(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def glu_split(
    x: ArrayLike,
    gate: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def glu_interleaved(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def glu_backward(
    dy: ArrayLike,
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def glu_split_backward(
    dy: ArrayLike,
    x: ArrayLike,
    gate: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> tuple[Any, Any]: ...
def glu_interleaved_backward(
    dy: ArrayLike,
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def swiglu(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> Any: ...
def swiglu_split(
    gate: ArrayLike,
    up: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> Any: ...
def swiglu_interleaved(
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> Any: ...
def swiglu_split_backward(
    dh: ArrayLike,
    gate: ArrayLike,
    up: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> tuple[Any, Any]: ...
def swiglu_interleaved_backward(
    dh: ArrayLike,
    x: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> Any: ...
def forward_scaled(
    x: ArrayLike,
    x_scale: ArrayLike | None = None,
    y_scale: ArrayLike | None = None,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def swiglu_scaled(
    x: ArrayLike,
    scale: ArrayLike | None = None,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> tuple[Any, Any]: ...
def swiglu_split_scaled(
    gate: ArrayLike,
    up: ArrayLike,
    scale: ArrayLike | None = None,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> tuple[Any, Any]: ...
def bce_with_logits(
    x: ArrayLike,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> Any: ...
def bce_with_logits_backward(
    x: ArrayLike,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    dloss: ArrayLike | None = None,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    mean: bool = False,
) -> Any: ...
def bce_with_logits_forward_backward(
    x: ArrayLike,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    mean: bool = False,
) -> tuple[Any, Any]: ...
def lstm_cell(
    gates: ArrayLike,
    bias: ArrayLike | None,
    c_prev: ArrayLike,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> tuple[Any, Any]: ...
def lstm_cell_backward(
    gates: ArrayLike,
    bias: ArrayLike | None,
    c_prev: ArrayLike,
    dh: ArrayLike,
    dc: ArrayLike | None = None,
    out: Any | tuple[Any, ...] | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> tuple[Any, Any]: ...
