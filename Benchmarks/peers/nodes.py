#!/usr/bin/env python3
"""What n x 768 rows would take on 1 to 256 machines like this one, from figures that are measured here.

usage: nodes.py EIGENCODER [--rows 1e9] [--measured 100000] [--latent 64]

Measured: rows a second of `fit pca` and the time of its decomposition, by two sizes of file; rows a second of training, at
several sizes of a machine's part of a batch. The rest is arithmetic, and says nothing of what else happens on a network:

  PCA       n / K rows at the measured rate, or at that of the disk where it is slower; 2 (K - 1) / K 8 d^2 bytes of a
            sum and the way back; one decomposition, which every machine does.
  an epoch  n / B steps. A step is that of the machine that has the most rows of the batch, B / K and on average
            sqrt(2 ln K B / K) more, since each takes the rows that it has; and 2 (K - 1) / K 4 p bytes of the gradient,
            with 2 log2 K messages one after another.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile

import numpy as np

D = 768
NETWORKS = [("10 Gb/s, 50 us", 10e9 / 8, 50e-6), ("100 Gb/s, 5 us", 100e9 / 8, 5e-6)]
DISK = 1e9  # bytes a second
NODES = [1, 4, 16, 64, 256]

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("eigencoder")
parser.add_argument("--rows", type=float, default=1e9)
parser.add_argument("--measured", type=int, default=100_000)
parser.add_argument("--latent", type=int, default=64)
options = parser.parse_args()


def fit(method, file, *words):
    command = [options.eigencoder, "fit", method, "--data", file, "--latent", str(options.latent), "--model",
               f"{directory}/model", "--format", "json", "--quiet", *map(str, words)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def seconds(*arguments):
    return sorted(fit(*arguments)["fitSeconds"] for _ in range(3))[1]


with tempfile.TemporaryDirectory() as directory:
    random = np.random.default_rng(1)
    n = options.measured
    factors = random.normal(size=(200, D)).astype("f4") * (np.arange(200)[:, None] + 1) ** -0.7
    x = random.normal(size=(n, 200)).astype("f4") @ factors.astype("f4")
    x += 0.05 * random.normal(size=x.shape).astype("f4")
    np.save(f"{directory}/all.npy", x)
    np.save(f"{directory}/half.npy", x[: n // 2])
    del x
    all_seconds, half_seconds = (seconds("pca", f"{directory}/{name}.npy") for name in ("all", "half"))
    rate = n / 2 / (all_seconds - half_seconds)
    decomposition = max(0, all_seconds - n / rate)
    print(f"fit pca: {rate:,.0f} rows/s and {decomposition:.2f} s, of {n:,} x {D}", file=sys.stderr)
    training = {}
    for batch in (64, 256, 1024, 4096):
        words = ["autoencoder", f"{directory}/half.npy", "--batch", batch, "--validation", 0, "--epochs"]
        one, three = fit(*words, 1), fit(*words, 3)
        # An epoch and its evaluation, which is a third of one.
        training[batch] = n / 2 / ((three["fitSeconds"] - one["fitSeconds"]) / 2)
        parameters = three["parameters"]
        print(f"training, batches of {batch}: {training[batch]:,.0f} rows/s", file=sys.stderr)


def step(rows):
    """Seconds of a step of so many rows: linear between the measured sizes."""
    sizes = sorted(training)
    times = [size / training[size] for size in sizes]
    if rows >= sizes[-1]:
        return rows / training[sizes[-1]]
    return float(np.interp(rows, [0, *sizes], [times[0] * 0.5, *times]))


def reduction(count, bytes_each, nodes, bandwidth, latency):
    if nodes == 1:
        return 0.0
    return 2 * (nodes - 1) / nodes * count * bytes_each / bandwidth + 2 * math.ceil(math.log2(nodes)) * latency


def text(value):
    return f"{value / 3600:.1f} h" if value >= 3600 else f"{value / 60:.1f} min" if value >= 60 else f"{value:.1f} s"


rows = options.rows
print(f"{rows:.0e} x {D}, f32; a network of {parameters:,} parameters\n")
for name, bandwidth, latency in NETWORKS:
    print(f"| machines ({name}) | PCA | its sum | an epoch, batches of 4,096 | share of it on the network | of 65,536 | on the network |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for nodes in NODES:
        reading = max(rows / rate, rows * D * 4 / DISK) / nodes
        sum_seconds = reduction(D * D, 8, nodes, bandwidth, latency)
        cells = [str(nodes), text(reading + sum_seconds + decomposition), text(sum_seconds)]
        for batch in (4096, 65536):
            share = batch / nodes
            most = share + (math.sqrt(2 * math.log(nodes) * share * (1 - 1 / nodes)) if nodes > 1 else 0)
            gradient = reduction(parameters, 4, nodes, bandwidth, latency)
            total = step(most) + gradient
            cells += [text(rows / batch * total), f"{gradient / total:.0%}"]
        print("| " + " | ".join(cells) + " |")
    print()
