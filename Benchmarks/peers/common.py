"""What all peers share: the cases that eigencoder-benchmarks wrote, timing, and what a peer prints.

A case of a training step is a safetensors file: the weights and biases of the network, the batch, and in its metadata the
activations, the strength of the contractive penalty, and the loss and the norm of the gradient that Eigencoder has.
"""

import json
import math
import os
import struct
import sys
import time

import numpy as np

THREADS = 2


class StepCase:
    """One network with its weights and batch."""

    def __init__(self, path):
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length))
            data = file.read()
        metadata = header.pop("__metadata__")
        tensors = {}
        for name, entry in header.items():
            first, last = entry["data_offsets"]
            tensors[name] = np.frombuffer(data[first:last], {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]).reshape(
                entry["shape"]).copy()
        self.name = metadata["name"]
        self.activations = metadata["activations"].split(",")
        self.contraction = float(metadata["contraction"])
        self.loss = float(metadata["loss"])
        self.gradient_norm = float(metadata["gradientNorm"])
        self.batch = tensors["batch"]
        depth = len(self.activations) // 2
        self.depth = depth
        names = [f"{side}.{layer}" for side in ("encoder", "decoder") for layer in range(depth)]
        self.layers = [(tensors[f"{name}.weight"], tensors[f"{name}.bias"]) for name in names]

    def check(self, who, loss, gradient_norm):
        """Refuses to time what does not compute the same: the loss to 1e-4 of itself, the gradient's norm to 1e-3."""
        for what, got, expected, tolerance in (
                ("loss", loss, self.loss, 1e-4), ("norm of the gradient", gradient_norm, self.gradient_norm, 1e-3)):
            if not math.isclose(got, expected, rel_tol=tolerance):
                sys.exit(f"{who}, {self.name}: the {what} is {got:.8g}, expected {expected:.8g}")


def step_cases(directory):
    names = sorted(name for name in os.listdir(directory) if name.endswith(".safetensors"))
    return [StepCase(os.path.join(directory, name)) for name in names]


def median_seconds(body, finish=lambda: None, at_least=0.4, warmup=3):
    """The median seconds of body(), timed in groups of at least 5 ms that end with finish(), for `at_least` seconds.

    What takes longer than 4 s is timed once, without a warm-up: it will not be the fastest.
    """
    start = time.perf_counter()
    body()
    finish()
    if time.perf_counter() - start > 4:
        return time.perf_counter() - start
    for _ in range(warmup):
        body()
    finish()
    start = time.perf_counter()
    body()
    finish()
    group = max(1, math.ceil(5e-3 / (time.perf_counter() - start)))
    samples = []
    begin = time.perf_counter()
    while len(samples) < 3 or time.perf_counter() - begin < at_least:
        start = time.perf_counter()
        for _ in range(group):
            body()
        finish()
        samples.append((time.perf_counter() - start) / group)
    return sorted(samples)[len(samples) // 2]


def introduce(peer, **versions):
    """The first line of a peer's output: its version, and the kernels and threads of the BLAS in its process."""
    from threadpoolctl import threadpool_info
    pools = [{key: pool[key] for key in ("internal_api", "version", "architecture", "num_threads") if pool.get(key)}
             for pool in threadpool_info()]
    print(json.dumps({"peer": peer, "versions": versions, "pools": pools}), flush=True)


def report(**result):
    """One line for each result, as soon as it is there."""
    print(json.dumps(result), flush=True)
