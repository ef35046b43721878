#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains a small LLaMA-style model on text with this library's SwiGLU and loss, or with PyTorch's own.

usage: llama.py TEXT [--ops cusigmoid|torch] [--steps N] [--device D] [--curve FILE.csv]

The model guesses the next character: one number for each character there is, of which σ is the probability that it is the one (a sigmoid
loss over the vocabulary). What it takes to use the library in such a model are the two marked places.
"""

import argparse
import pathlib

import cusigmoid.torch as ct
import torch
from torch import nn
from torch.nn import functional

WIDTH, HIDDEN, HEADS, LAYERS, CONTEXT, BATCH = 64, 192, 4, 2, 64, 16


class SwiGlu(nn.Module):
    """The activation of the MLP: up·SiLU(gate)."""

    def __init__(self, ops):
        super().__init__()
        self.ops = ops

    def forward(self, gate, up):
        if self.ops == "torch":
            return functional.silu(gate) * up
        return ct.swiglu_split(gate, up)  # here: one kernel, one rounding, and no SiLU(gate) kept for the gradient


def loss_of(ops, logits, target):
    """The mean over characters of the sum over the vocabulary."""
    if ops == "torch":
        return functional.binary_cross_entropy_with_logits(logits, target, reduction="sum") / logits.shape[0]
    return ct.bce_with_logits_sum(logits, target) / logits.shape[0]  # and here


class Block(nn.Module):
    def __init__(self, ops):
        super().__init__()
        self.before_attention, self.before_mlp = nn.RMSNorm(WIDTH), nn.RMSNorm(WIDTH)
        self.qkv, self.project = nn.Linear(WIDTH, 3 * WIDTH, bias=False), nn.Linear(WIDTH, WIDTH, bias=False)
        self.gate, self.up = nn.Linear(WIDTH, HIDDEN, bias=False), nn.Linear(WIDTH, HIDDEN, bias=False)
        self.down, self.act = nn.Linear(HIDDEN, WIDTH, bias=False), SwiGlu(ops)

    def forward(self, x, cos, sin):
        def rotated(t):
            a, b = t.chunk(2, -1)
            return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)

        q, k, v = self.qkv(self.before_attention(x)).unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(rotated(q), rotated(k), v, is_causal=True)
        x = x + self.project(attended.transpose(1, 2).flatten(2))
        h = self.before_mlp(x)
        return x + self.down(self.act(self.gate(h), self.up(h)))


class Llama(nn.Module):
    def __init__(self, characters, ops):
        super().__init__()
        self.embed = nn.Embedding(characters, WIDTH)
        self.blocks = nn.ModuleList(Block(ops) for _ in range(LAYERS))
        self.norm, self.head = nn.RMSNorm(WIDTH), nn.Linear(WIDTH, characters)
        nn.init.constant_(self.head.bias, -4)  # each character is unlikely at first
        half = WIDTH // HEADS // 2
        angles = torch.outer(torch.arange(CONTEXT), 10000.0 ** (-torch.arange(half) / half))
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def forward(self, tokens):
        x = self.embed(tokens)
        for block in self.blocks:
            x = block(x, self.cos[: tokens.shape[1]], self.sin[: tokens.shape[1]])
        return self.head(self.norm(x))


def train(text, ops, steps, device):
    """Yields the loss of each step; the last number is that of text that the model has not seen."""
    torch.manual_seed(0)
    characters = sorted(set(text))
    tokens = torch.tensor([characters.index(c) for c in text], device=device)
    seen = tokens[: len(tokens) * 9 // 10]
    unseen = tokens[len(seen) :][: (len(tokens) - len(seen)) // CONTEXT * CONTEXT].unflatten(0, (-1, CONTEXT))
    model = Llama(len(characters), ops).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)

    def loss_on(batch):
        target = functional.one_hot(batch[:, 1:], len(characters)).float()
        return loss_of(ops, model(batch[:, :-1]).flatten(0, 1), target.flatten(0, 1))

    generator = torch.Generator().manual_seed(1)
    for _ in range(steps):
        begin = torch.randint(len(seen) - CONTEXT - 1, (BATCH, 1), generator=generator).to(device)
        loss = loss_on(seen[begin + torch.arange(CONTEXT + 1, device=device)])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item()
    with torch.no_grad():
        yield loss_on(unseen).item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--ops", choices=["cusigmoid", "torch"], default="cusigmoid")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--curve", type=pathlib.Path, help="where to write the loss of each step")
    options = parser.parse_args()
    losses = []
    for step, loss in enumerate(train(options.text.read_text(encoding="utf-8"), options.ops, options.steps, options.device)):
        losses.append(loss)
        if step % 50 == 0 and step < options.steps:
            print(f"step {step:4}  loss {loss:.4f}", flush=True)
    print(f"loss on text not seen: {losses[-1]:.4f}")
    if options.curve:
        options.curve.write_text("".join(f"{step},{loss:.6g}\n" for step, loss in enumerate(losses[:-1])), encoding="utf-8")


if __name__ == "__main__":
    main()
