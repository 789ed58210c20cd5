#!/usr/bin/env python3
"""Writes every file of this folder: the digits, and the golden values the tests compare with.

    python generate.py                 write all files
    python generate.py --only pca      write one group (see GROUPS at the end)
    python generate.py --check         write nothing: recompute and compare with the files here

The versions below are pinned (requirements.txt says the same) and checked at the start. Nothing is
downloaded; every random number comes from a seed in this file. Each group asserts its own values against
a second derivation (finite differences, closed forms, Monte Carlo) before it is written.

Section numbers in comments (PCA, layers, denoising, contraction) refer to the derivation stated beside them.
Notation: samples are rows; a weight is [out, in]; the input of a layer is a, z = W a + b, y = f(z).
"""

import os

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_threads] = "1"  # one order of summation

import argparse
import importlib.metadata
import io
import json
import pathlib
import struct
import sys
import warnings

import mpmath
import numpy as np
import safetensors.numpy
import sklearn.datasets
import sklearn.decomposition
import torch
from mpmath import mp
from torch.func import jacrev, jvp, vjp, vmap

VERSIONS = {
    "numpy": "2.4.6",
    "scipy": "1.17.1",
    "scikit-learn": "1.9.1",
    "torch": "2.15.0",
    "mpmath": "1.3.0",
    "safetensors": "0.8.0",
}
FOLDER = pathlib.Path(__file__).resolve().parent
CHECKED_TO = 1e-11  # --check: largest error allowed, relative to the largest entry of a tensor

mp.dps = 50
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


# ---------------------------------------------------------------------------------------------- files


def save_safetensors(tensors, metadata):
    """The bytes of a safetensors file: metadata and tensors sorted by name, so equal values are equal bytes."""
    header, blobs, offset = {"__metadata__": {k: metadata[k] for k in sorted(metadata)}}, [], 0
    dtypes = {"float64": "F64", "float32": "F32"}
    arrays = {name: np.asarray(value, order="C") for name, value in tensors.items()}
    for name in sorted(arrays, key=lambda n: (-arrays[n].itemsize, n)):  # wide types first keeps all aligned
        array = arrays[name]
        assert array.ndim > 0 and array.size > 0, f"{name}: a tensor of shape {array.shape}"
        assert not np.isnan(array).any(), f"{name} holds NaN"
        blob = array.astype(array.dtype.newbyteorder("<")).tobytes()
        header[name] = {
            "dtype": dtypes[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=True).encode()
    text += b" " * (-len(text) % 8)
    data = struct.pack("<Q", len(text)) + text + b"".join(blobs)
    back = safetensors.numpy.load(data)  # the reference reader agrees
    assert back.keys() == arrays.keys() and all(np.array_equal(back[n], arrays[n]) for n in back)
    return data


def npy_bytes(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def close(got, want, tolerance, what):
    """Asserts max |got - want| <= tolerance * max |want| (absolute when want is 0); returns the ratio."""
    got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
    assert got.shape == want.shape, f"{what}: shapes {got.shape} and {want.shape}"
    scale = np.abs(want).max() or 1.0
    error = np.abs(got - want).max() / scale
    assert error <= tolerance, f"{what}: relative error {error:.2e}, allowed {tolerance:.0e}"
    return float(error)


def floats(values):
    """An array of mpmath numbers, correctly rounded to float64."""
    return np.array([float(v) for v in np.ravel(values)]).reshape(np.shape(values))


def numbers(tensors):
    """torch tensors (in a dictionary) to float64 arrays."""
    return {name: t.detach().numpy().copy() for name, t in tensors.items()}


# ---------------------------------------------------------------------------------------------- digits


def digits():
    """UCI Optical Recognition of Handwritten Digits, the test part, as scikit-learn ships it."""
    data = sklearn.datasets.load_digits()
    assert data.data.shape == (1797, 64) and data.data.min() == 0 and data.data.max() == 16
    return {
        "digits.npy": npy_bytes(data.data.astype(np.uint8)),
        "digits_labels.npy": npy_bytes(data.target.astype(np.uint8)),
    }


# ---------------------------------------------------------------------------------------------- PCA


def exact_moments(data):
    """Mean and ddof=1 covariance of float data, as mpmath numbers, without any rounding before the division.

    Every float is an integer times a power of two, so n sum x x' - (sum x)(sum x)' is exact in integers.
    """
    data = np.asarray(data, dtype=float)
    n = len(data)
    ratios = [value.as_integer_ratio() for value in data.ravel().tolist()]
    denominator = max(r[1] for r in ratios)  # powers of two: the largest is a multiple of all
    whole = np.array([a * (denominator // b) for a, b in ratios], dtype=object).reshape(data.shape)
    total = whole.sum(axis=0)
    scatter = n * whole.T.dot(whole) - np.outer(total, total)
    mean = np.array([mp.mpf(int(t)) / (n * mp.mpf(denominator)) for t in total], dtype=object)
    scale = mp.mpf(n) * (n - 1) * mp.mpf(denominator) ** 2
    covariance = np.array([mp.mpf(int(s)) / scale for s in scatter.ravel()], dtype=object)
    return mean, covariance.reshape(scatter.shape)


def exact_spectrum(covariance):
    """Eigenvalues, descending, zeros exact; and the eigenvectors of the nonzero ones as rows, sign rule applied.

    Sign rule: the entry of largest absolute value is positive, ties go to the lowest index.
    """
    d = len(covariance)
    trace = sum(covariance[i, i] for i in range(d))  # scaled to trace 1, so that 1e-30 means the same anywhere
    values, vectors = mp.eigsy(mp.matrix((covariance / trace).tolist()))
    order = sorted(range(d), key=lambda i: -values[i])
    values = [values[i] if values[i] > mp.mpf(10) ** -30 else mp.mpf(0) for i in order]
    rank = sum(v > 0 for v in values)
    rows = []
    for j in range(rank):
        row = np.array([vectors[i, order[j]] for i in range(d)], dtype=object)
        largest = max(abs(v) for v in row)
        at_top = [v for v in row if abs(v) > largest * (1 - mp.mpf(10) ** -6)]
        assert all(v * at_top[0] > 0 for v in at_top), f"component {j}: the sign rule hangs on rounding"
        rows.append(row if at_top[0] > 0 else -row)
    for j in range(rank - 1):
        assert values[j] - values[j + 1] > 1e-6 * values[j], f"eigenvalues {j}, {j + 1} nearly equal: no golden vectors"
    return np.array([v * trace for v in values], dtype=object), np.array(rows, dtype=object)


def pca_case(data, k, mean, values, vectors):
    """Everything a fitted PCA of k components states. Rows of components beyond the rank are not determined."""
    n, d = data.shape
    rank = len(vectors)
    total = sum(values)
    kept = vectors[: min(k, rank)]
    noise = sum(values[k:]) / (min(n, d) - k) if k < min(n, d) else mp.mpf(0)
    out = {
        "k": np.array([float(k)]),
        "rank": np.array([float(rank)]),
        "mean": floats(mean),
        "components": floats(kept),
        "explained_variance": floats(values[:k]),
        "explained_variance_ratio": floats(values[:k] / total),
        "singular_values": floats([mp.sqrt((n - 1) * v) for v in values[:k]]),
        "noise_variance": floats([noise]),
    }
    centred = np.array([[mp.mpf(v) for v in row] for row in data.tolist()], dtype=object) - mean
    codes = centred.dot(kept.T)
    out["codes"] = floats(codes[:5])  # of the first five samples
    if noise > 0 or (k == d == rank):
        # log N(x; mu, P(L - s2)P' + s2 I) with s2 the noise variance (Tipping and Bishop)
        inside = codes**2
        quadratic = (inside / values[:k]).sum(axis=1)
        log_det = sum(mp.log(v) for v in values[:k])
        if k < d:
            quadratic = quadratic + ((centred**2).sum(axis=1) - inside.sum(axis=1)) / noise
            log_det += (d - k) * mp.log(noise)
        each = [-(d * mp.log(2 * mp.pi) + log_det + q) / 2 for q in quadratic]
        out["log_likelihood"] = floats(each)
        out["mean_log_likelihood"] = floats([sum(each) / n])
    return out


def against_sklearn(data, k, want):
    """The largest error of scikit-learn's full-SVD solver per attribute, as text; relative to the largest entry."""
    model = sklearn.decomposition.PCA(n_components=k, svd_solver="full").fit(data)
    rank = len(want["components"])
    components = model.components_[:rank].copy()
    top = np.array([row[np.argmax(np.abs(w))] for row, w in zip(components, want["components"])])
    components *= np.sign(top)[:, None]
    got = {
        "mean": model.mean_,
        "components": components,
        "explained_variance": model.explained_variance_,
        "explained_variance_ratio": model.explained_variance_ratio_,
        "singular_values": model.singular_values_,
        "noise_variance": np.array([model.noise_variance_]),
    }
    if "log_likelihood" in want:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got["log_likelihood"] = model.score_samples(data)
    return {name: close(np.nan_to_num(value, nan=np.inf), want[name], np.inf, name) for name, value in got.items()}


def minka_log_evidence(values, n, rank):
    """Minka's Laplace evidence of `rank` components (NIPS 2000, equation 30), values all > 0 up to `rank`.

    The noise is the mean of the discarded eigenvalues, which must be > 0.
    """
    d = len(values)
    noise = sum(values[rank:]) / (d - rank)
    m = mp.mpf(d) * rank - mp.mpf(rank) * (rank + 1) / 2
    result = -rank * mp.log(2)
    result += sum(mp.loggamma(mp.mpf(d - i + 1) / 2) - mp.log(mp.pi) * (d - i + 1) / 2 for i in range(1, rank + 1))
    result -= mp.mpf(n) / 2 * sum(mp.log(v) for v in values[:rank])
    result -= mp.log(noise) * n * (d - rank) / 2
    result += mp.log(2 * mp.pi) * (m + rank) / 2
    modelled = list(values[:rank]) + [noise] * (d - rank)
    for i in range(rank):
        for j in range(i + 1, d):
            gap = (values[i] - values[j]) * (1 / modelled[j] - 1 / modelled[i])
            result -= (mp.log(gap) + mp.log(n)) / 2
    return result - rank * mp.log(n) / 2


def pca_data():
    """name -> (data, k). All but mean_over_sd_1e6 are exactly representable in float32."""
    single = lambda values: np.asarray(values, dtype=np.float32).astype(float)
    spread = lambda rng, n, d: rng.standard_normal((n, d)) * np.linspace(2, 0.5, d) @ (
        np.eye(d) + 0.3 * rng.standard_normal((d, d)))
    cases = {}
    cases["n_less_than_d"] = (single(spread(np.random.default_rng(11), 12, 40)), 4)
    data = single(spread(np.random.default_rng(12), 25, 6))
    data[:, 2] = 0.1  # a sum of these rounds in float32: the variance must still be exactly 0
    cases["constant_column"] = (single(data), 3)
    rng = np.random.default_rng(13)  # small integers over 8: the product, and so the rank, is exact
    factors = rng.integers(-9, 10, (30, 4)) / 8, rng.integers(-9, 10, (4, 10)) / 8
    cases["rank_deficient"] = (factors[0] @ factors[1] + rng.integers(-9, 10, 10) / 4, 6)
    data = 1e6 + spread(np.random.default_rng(14), 200, 12)
    cases["mean_over_sd_1e6"] = (data, 5)
    cases["mean_over_sd_1e6_f32"] = (single(data), 5)
    cases["duplicate_rows"] = (single(np.repeat(spread(np.random.default_rng(15), 9, 5), 4, axis=0)), 5)
    rng = np.random.default_rng(17)  # three directions of variance 9, 6.25, 4 in noise of variance 0.25
    axes = np.linalg.qr(rng.standard_normal((10, 10)))[0]
    data = rng.standard_normal((200, 10)) * np.array([3, 2.5, 2] + [0.5] * 7) @ axes.T
    cases["planted_rank_3"] = (single(data + rng.standard_normal(10)), 3)
    data = spread(np.random.default_rng(16), 20, 7)
    cases["tiny_scale"] = (single(data * 1e-30), 3)
    cases["huge_scale"] = (single(data * 1e30), 3)
    return cases


def pca():
    tensors, errors, spectra = {}, {}, {}
    pixels = np.load(FOLDER / "digits.npy").astype(float) / 16
    jobs = {name: [(name, k, data)] for name, (data, k) in pca_data().items()}
    jobs["digits"] = [("digits8", 8, pixels), ("digits64", 64, pixels)]
    for label, job in jobs.items():
        data = job[0][2]
        mean, covariance = exact_moments(data)
        values, vectors = spectra[label] = exact_spectrum(covariance)
        residual = floats(covariance.dot(vectors.T) - vectors.T * values[: len(vectors)])
        assert np.abs(residual).max() <= 1e-40 * float(values[0])  # C P' = P' L
        gram = floats(vectors.dot(vectors.T))
        close(gram, np.eye(len(vectors)), 1e-15, "PP' = I")
        for name, k, data in job:
            want = pca_case(data, k, mean, values, vectors)
            errors[name] = against_sklearn(data, k, want)
            if not name.startswith("digits"):
                tensors[f"{name}.data"] = data
            tensors |= {f"{name}.{key}": value for key, value in want.items()}

    # How many components: digits only, by a fraction (smallest k whose cumulative ratio is strictly greater)
    # and by Minka's evidence.
    fractions = [0.5, 0.8, 0.9, 0.95, 0.99]
    values = spectra["digits"][0]
    running = np.cumsum(floats(values / sum(values)))
    ks = [int(np.argmax(running > f)) + 1 for f in fractions]
    for f, k in zip(fractions, ks):
        assert sklearn.decomposition.PCA(f, svd_solver="full").fit(pixels).n_components_ == k
    tensors["digits.fractions"] = np.array(fractions)
    tensors["digits.fraction_k"] = np.array(ks, dtype=float)
    # Minka's evidence grows without bound as the noise goes to 0, so ranks that leave no noise are left out.
    # scikit-learn replaces the noise by max(noise, 1e-15), an absolute floor: on the digits (rank 61 of 64) its
    # rank 61 wins by that floor alone. Its formula agrees with ours wherever there is noise.
    theirs = sklearn.decomposition.PCA("mle", svd_solver="full")
    minka = {}
    for name in ("digits", "planted_rank_3"):
        data = pixels if name == "digits" else tensors[f"{name}.data"]
        values, vectors = spectra[name]
        evidence = floats([minka_log_evidence(values, len(data), r) for r in range(1, min(len(vectors), len(values) - 1))])
        tensors[f"{name}.minka_log_evidence"] = evidence  # [r - 1] for r components
        tensors[f"{name}.minka_k"] = np.array([1.0 + np.argmax(evidence)])
        assess = sklearn.decomposition._pca._assess_dimension
        close(evidence, [assess(floats(values), r, len(data)) for r in range(1, len(evidence) + 1)], 1e-12, "Minka")
        minka[name] = {"k": 1 + int(np.argmax(evidence)), "sklearn_k": int(theirs.fit(data).n_components_)}
    assert minka["planted_rank_3"] == {"k": 3, "sklearn_k": 3}

    # The covariance_eigh solver forms X'X - n mu mu': what mean/sd = 1e6 does to it, for the record.
    name = "mean_over_sd_1e6"
    eigh = sklearn.decomposition.PCA(5, svd_solver="covariance_eigh").fit(tensors[f"{name}.data"])
    want = tensors[f"{name}.explained_variance"]
    errors[f"{name} (covariance_eigh)"] = {"explained_variance": float(np.abs(eigh.explained_variance_ / want - 1).max())}

    for name, error in errors.items():
        print(f"    scikit-learn, {name}: " + ", ".join(f"{key} {value:.0e}" for key, value in error.items()))
    print(f"    digits: rank {len(spectra['digits'][1])}, fractions {ks}, Minka {minka}")
    shown = {case: {key: f"{value:.0e}" for key, value in error.items()} for case, error in errors.items()}
    return tensors, {
        "method": "50-digit arithmetic on exact integer moments, correctly rounded; definitions as scikit-learn's",
        "sklearn_error": json.dumps(shown, sort_keys=True),
        "minka": json.dumps(minka, sort_keys=True),
    }


# ---------------------------------------------------------------------------------------------- main


def golden(name, build):
    """A group that is one safetensors file."""

    def files():
        tensors, metadata = build()
        metadata = {"generator": "Fixtures/generate.py", "versions": json.dumps(VERSIONS), **metadata}
        return {f"{name}.safetensors": save_safetensors(tensors, metadata)}

    return files


GROUPS = {
    "digits": digits,
    "pca": golden("pca_golden", pca),
}


def check_versions():
    print("python " + sys.version.split()[0] + "".join(f", {name} {v}" for name, v in VERSIONS.items()))
    for name, want in VERSIONS.items():
        got = importlib.metadata.version(name).split("+")[0]
        if got != want:
            sys.exit(f"{name}: version {got} is installed, the fixtures are made with {want} (requirements.txt)")


def check(path, data):
    """Compares recomputed bytes with a file: exactly for npy, to CHECKED_TO for golden values."""
    stored = path.read_bytes()
    if stored == data:
        return "identical"
    assert path.suffix == ".safetensors", f"{path.name} differs"
    old, new = safetensors.numpy.load(stored), safetensors.numpy.load(data)
    assert old.keys() == new.keys(), f"{path.name}: other tensors: {sorted(old.keys() ^ new.keys())}"
    finite = {name: np.isfinite(old[name]) for name in old}
    worst = max(close(new[n][finite[n]], old[n][finite[n]], CHECKED_TO, n) for n in old)
    return f"agrees to {worst:.0e}"


def main():
    parser = argparse.ArgumentParser(description="Writes the fixtures of this folder.")
    parser.add_argument("--only", choices=GROUPS, metavar="NAME", help="one of " + ", ".join(GROUPS))
    parser.add_argument("--check", action="store_true", help="write nothing; compare with the files here")
    arguments = parser.parse_args()
    check_versions()
    for group in [arguments.only] if arguments.only else GROUPS:
        print(f"{group}:")
        for name, data in GROUPS[group]().items():
            path = FOLDER / name
            if arguments.check:
                print(f"  {name}: {check(path, data)}")
                continue
            assert len(data) < 400_000, f"{name} has {len(data)} bytes"
            path.write_bytes(data)
            print(f"  {name}: {len(data)} bytes")


if __name__ == "__main__":
    main()
