# SPDX-License-Identifier: Apache-2.0
# Made by python/make_stubs.py.
import jax
from jax.typing import ArrayLike, DTypeLike

def forward(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    from_output: bool = False,
) -> jax.Array: ...
def derivative(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def backward(
    dy: ArrayLike,
    y: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def backward_from_input(
    dy: ArrayLike,
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def swiglu_backward(
    dh: ArrayLike,
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> jax.Array: ...
def bce_with_logits_sum(
    x: ArrayLike,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    mean: bool = False,
) -> jax.Array: ...
def second_derivative(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def log_sigmoid(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def log_sigmoid_derivative(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def log_sigmoid_backward(
    dy: ArrayLike,
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def softplus(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def softplus_derivative(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def softplus_backward(
    dy: ArrayLike,
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def silu(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def silu_derivative(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def silu_backward(
    dy: ArrayLike,
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def silu_second_derivative(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def tanh(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def tanh_derivative(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def tanh_backward(
    dy: ArrayLike,
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def signed_sigmoid(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def backward_from_signed(
    dy: ArrayLike,
    s: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def bias_forward(
    x: ArrayLike,
    bias: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def bias_backward(
    dy: ArrayLike,
    x: ArrayLike,
    bias: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> tuple[jax.Array, jax.Array]: ...
def glu(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def glu_split(
    x: ArrayLike,
    gate: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def glu_interleaved(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def glu_backward(
    dy: ArrayLike,
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def glu_split_backward(
    dy: ArrayLike,
    x: ArrayLike,
    gate: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> tuple[jax.Array, jax.Array]: ...
def glu_interleaved_backward(
    dy: ArrayLike,
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def swiglu(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> jax.Array: ...
def swiglu_split(
    gate: ArrayLike,
    up: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> jax.Array: ...
def swiglu_interleaved(
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> jax.Array: ...
def swiglu_split_backward(
    dh: ArrayLike,
    gate: ArrayLike,
    up: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> tuple[jax.Array, jax.Array]: ...
def swiglu_interleaved_backward(
    dh: ArrayLike,
    x: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> jax.Array: ...
def forward_scaled(
    x: ArrayLike,
    x_scale: ArrayLike | None = None,
    y_scale: ArrayLike | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def swiglu_scaled(
    x: ArrayLike,
    scale: ArrayLike | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> tuple[jax.Array, jax.Array]: ...
def swiglu_split_scaled(
    gate: ArrayLike,
    up: ArrayLike,
    scale: ArrayLike | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    alpha: float = 1.0,
    limit: float | None = None,
    offset: float = 0.0,
) -> tuple[jax.Array, jax.Array]: ...
def bce_with_logits(
    x: ArrayLike,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> jax.Array: ...
def bce_with_logits_backward(
    x: ArrayLike,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    dloss: ArrayLike | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    mean: bool = False,
) -> jax.Array: ...
def bce_with_logits_forward_backward(
    x: ArrayLike,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
    mean: bool = False,
) -> tuple[jax.Array, jax.Array]: ...
def lstm_cell(
    gates: ArrayLike,
    bias: ArrayLike | None,
    c_prev: ArrayLike,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> tuple[jax.Array, jax.Array]: ...
def lstm_cell_backward(
    gates: ArrayLike,
    bias: ArrayLike | None,
    c_prev: ArrayLike,
    dh: ArrayLike,
    dc: ArrayLike | None = None,
    *,
    dtype: DTypeLike | tuple[DTypeLike, ...] | None = None,
) -> tuple[jax.Array, jax.Array]: ...
