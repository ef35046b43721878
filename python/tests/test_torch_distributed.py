# SPDX-License-Identifier: Apache-2.0
"""Several processes agree with one: FSDP2, tensor parallelism, and DTensors of elementwise operations."""

import functools
import json
import os
import pathlib
import subprocess
import sys

import pytest

pytest.importorskip("torch")
WORKER = pathlib.Path(__file__).with_name("distributed_model.py")


@functools.cache
def run(processes, how):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", str(WORKER), how]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))


@pytest.mark.parametrize("processes", [2, 4])
@pytest.mark.parametrize("how", ["fsdp", "tensor"])
def test_losses_are_those_of_one_process(how, processes):
    alone, together = run(1, "none")["losses"], run(processes, how)["losses"]
    assert alone[-1] < alone[0]
    assert together == pytest.approx(alone, rel=1e-6)


@pytest.mark.parametrize("processes", [2, 4])
def test_elementwise_operations_stay_where_they_are(processes):
    result = run(processes, "tensor")
    assert result["same"] and result["messages"] == 0
