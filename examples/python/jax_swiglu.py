#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains a small model on text in JAX, with this library's SwiGLU and loss.

usage: jax_swiglu.py TEXT [--steps N]

From the last characters the model guesses the next one: a number for each character there is, of which σ is the probability that it is the
one (a sigmoid loss over the vocabulary). The batch is shared out over the devices, each of which computes its rows; gradients are added up.
"""

import argparse
import functools
import pathlib

import cusigmoid.jax as cj
import jax
import jax.numpy as jnp
import numpy
from jax.sharding import NamedSharding, PartitionSpec

CONTEXT, EMBEDDED, WIDTH, HIDDEN, LAYERS, BATCH, RATE = 16, 16, 128, 256, 2, 256, 2e-3


def initial(key, characters):
    def matrix(rows, cols):
        nonlocal key
        key, this = jax.random.split(key)
        return jax.random.normal(this, (rows, cols)) / rows**0.5

    layers = [{"in": matrix(WIDTH, 2 * HIDDEN), "out": matrix(HIDDEN, WIDTH)} for _ in range(LAYERS)]
    ends = {"embedding": matrix(characters, EMBEDDED), "first": matrix(CONTEXT * EMBEDDED, WIDTH), "last": matrix(WIDTH, characters)}
    return ends | {"layers": layers, "bias": jnp.full(characters, -4.0)}


def logits_of(model, context):
    x = model["embedding"][context].reshape(len(context), -1) @ model["first"]
    for layer in model["layers"]:
        normal = x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + 1e-6)
        x = x + cj.swiglu(normal @ layer["in"]) @ layer["out"]  # gate and up side by side: up·SiLU(gate), rounded once
    return x @ model["last"] + model["bias"]


def loss_of(model, context, following):
    """The mean over rows of the sum over characters."""
    target = jax.nn.one_hot(following, model["last"].shape[1])
    return cj.bce_with_logits(logits_of(model, context), target).sum(-1).mean()


@functools.partial(jax.jit, donate_argnums=(0, 1))
def train(model, moments, step, context, following):
    """A step of Adam."""
    loss, gradient = jax.value_and_grad(loss_of)(model, context, following)
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradient)
    second = jax.tree.map(lambda m, g: 0.99 * m + 0.01 * g * g, moments[1], gradient)
    scale = RATE * jnp.sqrt(1 - 0.99**step) / (1 - 0.9**step)
    model = jax.tree.map(lambda p, m, v: p - scale * m / (jnp.sqrt(v) + 1e-8), model, first, second)
    return model, (first, second), loss


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=1000)
    options = parser.parse_args()

    text = options.text.read_text(encoding="utf-8")
    characters, numbers = numpy.unique(list(text), return_inverse=True)
    windows = numpy.lib.stride_tricks.sliding_window_view(numbers.astype(numpy.int32), CONTEXT + 1)
    trained, held = windows[: -len(windows) // 10], windows[-len(windows) // 10 :: 16]

    mesh = jax.make_mesh((len(jax.devices()),), ("batch",), axis_types=(jax.sharding.AxisType.Auto,))
    everywhere, by_row = NamedSharding(mesh, PartitionSpec()), NamedSharding(mesh, PartitionSpec("batch"))
    model = jax.device_put(initial(jax.random.key(0), len(characters)), everywhere)
    moments = jax.tree.map(jnp.zeros_like, (model, model))
    rng = numpy.random.default_rng(0)
    for step in range(1, options.steps + 1):
        rows = trained[rng.integers(len(trained), size=BATCH)]
        model, moments, loss = train(model, moments, step, *jax.device_put((rows[:, :-1], rows[:, -1]), by_row))
        loss = float(loss)  # waits: XLA on a CPU made into several devices is stuck where steps overtake one another
        if step % (options.steps // 10 or 1) == 0:
            print(f"step {step:5}  loss {loss:.4f} nats a character", flush=True)
    print(f"on text it has not seen: {loss_of(model, held[:, :-1], held[:, -1]):.4f}")


if __name__ == "__main__":
    main()
