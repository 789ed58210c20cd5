"""784-256-32-256-784 on Fashion-MNIST in torch: Adam 1e-3 with a cosine schedule, 15 epochs, batches of 256.

Prints the seconds of training and the test SSE per sample. Same data, shape, optimizer and schedule as
  eigencoder fit autoencoder --data TRAIN --latent 32 --hidden 256 --epochs 15 --batch 256
(which also holds out a tenth of the rows for validation).

usage: torch_autoencoder.py DIRECTORY-OF-IDX-FILES [relu|silu]     versions: torch 2.x, numpy 2.x
"""

import gzip
import math
import sys
import time

import numpy as np
import torch


def images(path):
    with gzip.open(path) as file:
        return torch.from_numpy(np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255)


directory, activation = sys.argv[1], {"relu": torch.nn.ReLU, "silu": torch.nn.SiLU}[(sys.argv + ["silu"])[2]]
torch.manual_seed(1)
train = images(f"{directory}/train-images-idx3-ubyte.gz")
test = images(f"{directory}/t10k-images-idx3-ubyte.gz")
train, validation = train[6000:], train[:6000]
mean = train.mean(0)
net = torch.nn.Sequential(
    torch.nn.Linear(784, 256), activation(), torch.nn.Linear(256, 32),
    torch.nn.Linear(32, 256), activation(), torch.nn.Linear(256, 784))
optimizer = torch.optim.Adam(net.parameters(), 1e-3)
epochs, batch = 15, 256
steps = epochs * math.ceil(len(train) / batch)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
start = time.perf_counter()
for epoch in range(epochs):
    order = torch.randperm(len(train))
    for first in range(0, len(train), batch):
        u = train[order[first:first + batch]] - mean
        loss = ((net(u) - u) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        ((net(validation - mean) - (validation - mean)) ** 2).mean().item()
seconds = time.perf_counter() - start
with torch.no_grad():
    error = ((net(test - mean) + mean - test) ** 2).sum(1).mean().item()
print(f"torch {torch.__version__}, {torch.get_num_threads()} threads: {seconds:.2f} s, test SSE {error:.3f}")
