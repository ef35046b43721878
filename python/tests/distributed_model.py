# SPDX-License-Identifier: Apache-2.0
"""Trains a small model with SwiGLU and the fused loss, as torchrun starts it: alone, under FSDP2, or under tensor parallelism; prints its
losses from rank 0 as JSON, and what elementwise operations of sharded tensors give.   usage: distributed_model.py none|fsdp|tensor"""

import json
import os
import sys

import cusigmoid.torch as ct
import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import Replicate, Shard, distribute_tensor
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

STEPS, BATCH, WIDTH, HIDDEN, LABELS = 5, 8, 16, 32, 4


class Mlp(torch.nn.Module):
    """A LLaMA-style block and a head for labels."""

    def __init__(self):
        super().__init__()
        self.gate = torch.nn.Linear(WIDTH, HIDDEN, bias=False)
        self.up = torch.nn.Linear(WIDTH, HIDDEN, bias=False)
        self.down = torch.nn.Linear(HIDDEN, WIDTH, bias=False)
        self.head = torch.nn.Linear(WIDTH, LABELS)

    def forward(self, x):
        return self.head(x + self.down(ct.swiglu_split(self.gate(x), self.up(x))))


def data(step):
    generator = torch.Generator().manual_seed(100 + step)
    x = torch.randn(BATCH, WIDTH, generator=generator, dtype=torch.float64)
    return x, (x[:, :LABELS] > 0).to(x.dtype)


def train(how, mesh):
    torch.manual_seed(0)
    model = Mlp().double()
    rank, size = dist.get_rank(), dist.get_world_size()
    if how == "fsdp":
        fully_shard(model, mesh=mesh)
    elif how == "tensor":
        plan = {"gate": ColwiseParallel(use_local_output=False), "up": ColwiseParallel(use_local_output=False), "down": RowwiseParallel()}
        parallelize_module(model, mesh, plan)
    optimizer = torch.optim.SGD(model.parameters(), 0.5)
    losses = []
    for step in range(STEPS):
        x, target = data(step)
        if how == "fsdp":  # of whose gradients the mean is taken
            x, target = x.chunk(size)[rank], target.chunk(size)[rank]
        loss = ct.bce_with_logits_sum(model(x), target, mean=True)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total = loss.detach().clone()
        if how == "fsdp":
            dist.all_reduce(total, dist.ReduceOp.AVG if dist.get_backend() != "gloo" else dist.ReduceOp.SUM)
            total /= size
        losses.append(total.item())
    return losses


def elementwise(mesh):
    """Whether operations of sharded tensors stay where they are, and give the bits of the whole."""
    from torch.distributed.tensor.debug import CommDebugMode

    torch.manual_seed(1)
    x, dy, bias = torch.randn(8, 12), torch.randn(8, 12), torch.randn(12)
    same, messages = [], 0
    for dim in (0, 1):
        on = [Shard(dim)]
        xs, dys = distribute_tensor(x, mesh, on), distribute_tensor(dy, mesh, on)
        biases = distribute_tensor(bias, mesh, [Shard(0) if dim else Replicate()])
        with CommDebugMode() as communication:
            results = [ct.forward(xs), ct.backward_from_input(dys, xs), ct.silu(xs), ct.bias_forward(xs, biases), ct.glu_split(xs, dys)]
            results += [ct.swiglu(xs)] if dim == 0 else []
            partial = ct.bce_with_logits_sum(xs, ct.forward(dys))
        messages += communication.get_total_counts()
        expected = [ct.forward(x), ct.backward_from_input(dy, x), ct.silu(x), ct.bias_forward(x, bias), ct.glu_split(x, dy), ct.swiglu(x)]
        same += [r.placements == tuple(on) and torch.equal(r.full_tensor(), e) for r, e in zip(results, expected)]
        whole = ct.bce_with_logits_sum(x, ct.forward(dy))
        same.append(partial.placements[0].is_partial() and torch.allclose(partial.full_tensor(), whole, rtol=1e-6))
        # the mean knows the number of all elements, whatever was asked for before
        same.append(torch.allclose(ct.bce_with_logits_sum(xs, ct.forward(dys), mean=True).full_tensor(), whole / x.numel(), rtol=1e-6))
    return all(same), messages


def main():
    dist.init_process_group("gloo")
    mesh = init_device_mesh("cpu", (dist.get_world_size(),))
    result = {"losses": train(sys.argv[1], mesh)}
    if sys.argv[1] == "tensor":
        result["same"], result["messages"] = elementwise(mesh)
    if dist.get_rank() == 0:
        print(json.dumps(result))
    dist.barrier()  # none leaves while another still needs it
    dist.destroy_process_group()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
    sys.stdout.flush()
    os._exit(0)  # without the destructors at a process's end, where PyTorch now and then destroys a thread that still runs
