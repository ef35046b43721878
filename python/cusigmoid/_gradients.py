# SPDX-License-Identifier: Apache-2.0
"""Which operation is the gradient of which.

What it takes and gives goes by names: an input called d… is the gradient of the output …, any other input is the operation's own input or
output of that name; its output d… is the gradient of the input …."""

from __future__ import annotations

GRADIENTS = {
    "forward": "backward_from_input",
    "log_sigmoid": "log_sigmoid_backward",
    "softplus": "softplus_backward",
    "silu": "silu_backward",
    "tanh": "tanh_backward",
    "bias_forward": "bias_backward",
    "glu": "glu_backward",
    "glu_split": "glu_split_backward",
    "glu_interleaved": "glu_interleaved_backward",
    "swiglu": "swiglu_backward",
    "swiglu_split": "swiglu_split_backward",
    "swiglu_interleaved": "swiglu_interleaved_backward",
    "bce_with_logits_sum": "bce_with_logits_backward",
    "lstm_cell": "lstm_cell_backward",
}

#: The gradient from the saved output, which needs no input, and is 0 where the output has rounded to 1.
FROM_OUTPUT = {"forward": "backward"}

#: Gradients of gradients: of dx = dy·f′(x) that of dy is the same operation, on its own gradient g, and that of x is g·dy·f″(x).
SECOND_DERIVATIVES = {"backward_from_input": "second_derivative", "silu_backward": "silu_second_derivative"}

#: Of each of its elements bce_with_logits gives a loss: its gradient is that of the sum with weight·dloss for the weight.
WEIGHTED = {"bce_with_logits": "bce_with_logits_backward"}
