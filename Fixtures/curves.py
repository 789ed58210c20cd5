"""A stand-in for the CURVES data of Hinton & Salakhutdinov (2006): images of a random smooth curve.

Three points uniform in [6.1, 20.9]^2, the quadratic through them at t = 0, 1/2, 1, 64 samples of t;
pixel = max over t of exp(-distance^2 / (2 * 0.7^2)), 28 x 28. The images have 6 degrees of freedom.

    python3 curves.py CURVES.npy [ROWS] [SEED]      needs numpy; 30,000 rows by default, f16
"""

import sys

import numpy as np


def curves(rows: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    points = rng.uniform(6.1, 20.9, size=(rows, 3, 2))
    t = np.linspace(0, 1, 64)
    # Lagrange's basis for the nodes 0, 1/2, 1.
    basis = np.stack([2 * (t - 0.5) * (t - 1), -4 * t * (t - 1), 2 * t * (t - 0.5)])
    grid = np.arange(28.0)
    images = np.empty((rows, 28 * 28), np.float16)
    for first in range(0, rows, 500):
        path = np.einsum("npc,pt->ntc", points[first : first + 500], basis)
        down = (grid[:, None] - path[:, None, :, 1]) ** 2
        across = (grid[:, None] - path[:, None, :, 0]) ** 2
        # The smallest squared distance to a sample of the curve, for each pixel.
        distance = (down[:, :, None, :] + across[:, None, :, :]).min(axis=-1)
        images[first : first + 500] = np.exp(-distance / (2 * 0.7**2)).reshape(len(path), -1)
    return images


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 30_000
    np.save(sys.argv[1], curves(rows, int(sys.argv[3]) if len(sys.argv) > 3 else 1))
