#!/usr/bin/env python3
"""Is what `eigencoder embed` prints of stored codes true of the files, as numpy searches them?

    python3 check_stored_codes.py ../.build/release/eigencoder embeddings.npy [LATENT ...]

Holds a fifth of the rows out, fits a pipeline to the others by `embed --test`, encodes the held-out rows with every --type, loads
the files, and compares recall@10 of the raw numbers (f32, f16 and int8 by cosine, bits by Hamming's distance, of equal ones the
first row) with the printed one. Then the same with one of 900 rows multiplied by 50, whose int8 codes must keep what f32 keeps.
Prints a line a type; exits with 1 when a difference is above 0.003 (0.01 of int8 against f32). Needs numpy.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

NEIGHBOURS = 10
ALLOWED = 0.003
ALLOWED_OF_INT8 = 0.01
TYPES = ["f32", "f16", "int8", "binary"]


def nearest(keys):
    """The 10 smallest keys of each row, itself excluded."""
    keys = keys.astype(np.float64)
    np.fill_diagonal(keys, np.inf)
    return np.argsort(keys, axis=1, kind="stable")[:, :NEIGHBOURS]


def cosines(x):
    x = x.astype(np.float64)
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    x = x / np.where(norms > 0, norms, 1)
    return -(x @ x.T)


def hamming(stored, latent):
    bits = np.unpackbits(stored, axis=1)[:, :latent].astype(np.int32)
    return bits @ (1 - bits).T + (1 - bits) @ bits.T


def recall(a, b):
    return np.mean([len(set(i) & set(j)) for i, j in zip(a, b)]) / NEIGHBOURS


def measured(tool, train, test, latent):
    """What is printed and what numpy finds, by type."""
    with tempfile.TemporaryDirectory() as folder:
        def eigencoder(*words):
            return subprocess.run(
                [tool, *words, "--quiet"], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
            ).stdout

        np.save(f"{folder}/train.npy", train)
        np.save(f"{folder}/test.npy", test)
        report = json.loads(
            eigencoder("embed", "--data", "train.npy", "--test", "test.npy", "--latent", str(latent),
                       "--model", "m.safetensors", "--format", "json")
        )
        printed = {row["type"]: row["cosineRecallAt10"] for row in report["results"][1:]}
        wanted = nearest(cosines(test))
        found = {}
        for name in TYPES:
            eigencoder("encode", "--model", "m.safetensors", "--data", "test.npy", "--out", "z.npy", "--type", name)
            stored = np.load(f"{folder}/z.npy")
            keys = hamming(stored, latent) if name == "binary" else cosines(stored)
            found[name] = recall(wanted, nearest(keys))
        return printed, found


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    tool = str(pathlib.Path(sys.argv[1]).resolve())
    x = np.load(sys.argv[2]).astype(np.float32)
    x = x[np.random.default_rng(1).permutation(len(x))]
    held_out = len(x) // 5
    test, train = x[:held_out], x[held_out:]
    good = True

    def line(title, ours, numpys, allowed):
        nonlocal good
        close = abs(ours - numpys) <= allowed
        good &= close
        print(f"{'ok ' if close else 'BAD'} {title:24} {ours:.4f} {numpys:.4f}", flush=True)

    print("    numbers, type            printed numpy")
    for latent in [int(word) for word in sys.argv[3:]] or [16, 32, 64, 128]:
        printed, found = measured(tool, train, test, latent)
        for name in TYPES:
            line(f"{latent:4} {name}", printed[name], found[name], ALLOWED)
    some = train[:900].copy()
    some[450] *= 50
    printed, found = measured(tool, some, test, 32)
    for name in TYPES:
        line(f"  32 {name}, one row x 50", printed[name], found[name], ALLOWED)
    line("  32 f32 and int8, x 50", found["f32"], found["int8"], ALLOWED_OF_INT8)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
