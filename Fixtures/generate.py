#!/usr/bin/env python3
"""Writes every file of this folder: the digits, and the golden values the tests compare with.

    python generate.py                 write all files
    python generate.py --only pca      write one group (see GROUPS at the end)
    python generate.py --check         write nothing: recompute and compare with the files here

The versions below are pinned (requirements.txt says the same) and checked at the start. Nothing is
downloaded; every random number comes from a seed in this file. Each group asserts its own values against
a second derivation (finite differences, closed forms, Monte Carlo) before it is written.

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
import scipy.spatial.distance
import scipy.stats
import scipy.integrate
import scipy.optimize
import sklearn.datasets
import sklearn.decomposition
import sklearn.manifold
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
warnings.filterwarnings("ignore", category=FutureWarning, module="torch")
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
        evidence = floats([minka_log_evidence(values, len(data), r) for r in range(1, min(len(vectors), len(values)))])
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
    worst = np.abs(eigh.explained_variance_ / want - 1).max()
    errors[f"{name} (covariance_eigh)"] = {"explained_variance": float(worst)}

    for name, error in errors.items():
        print(f"    scikit-learn, {name}: " + ", ".join(f"{key} {value:.0e}" for key, value in error.items()))
    print(f"    digits: rank {len(spectra['digits'][1])}, fractions {ks}, Minka {minka}")
    shown = {case: {key: f"{value:.0e}" for key, value in error.items()} for case, error in errors.items()}
    return tensors, {
        "method": "50-digit arithmetic on exact integer moments, correctly rounded; definitions as scikit-learn's",
        "sklearn_error": json.dumps(shown, sort_keys=True),
        "minka": json.dumps(minka, sort_keys=True),
    }


# ---------------------------------------------------------------------------------------------- selection


def selection_data():
    """name -> (train, held out): digits in their order, factors in noise, and more columns than rows."""
    pixels = np.load(FOLDER / "digits.npy").astype(float) / 16
    cases = {"digits": (pixels[:1400], pixels[1400:])}
    rng = np.random.default_rng(61)  # four directions of deviation 4, 3, 2.5, 2 in noise of deviation 0.5
    axes = np.linalg.qr(rng.standard_normal((20, 20)))[0]
    data = rng.standard_normal((300, 20)) * np.array([4, 3, 2.5, 2] + [0.5] * 16) @ axes.T + rng.standard_normal(20)
    cases["factors"] = (data[:200], data[200:])
    rng = np.random.default_rng(62)
    data = rng.standard_normal((70, 5)) @ rng.standard_normal((5, 60)) + 0.5 * rng.standard_normal((70, 60))
    cases["wide"] = (data[:40], data[40:])
    return cases


def selection():
    tensors, found = {}, {}
    for name, (train, held) in selection_data().items():
        n, d = train.shape
        mean = train.mean(axis=0)
        values, vectors = np.linalg.eigh(np.cov(train, rowvar=False))
        values, vectors = values[::-1], vectors[:, ::-1]
        rank = int((values > 1e-12 * values[0]).sum())
        codes = ((held - mean) @ vectors) ** 2
        # Ranks that leave noise, and all d components where none has variance 0.
        ks = list(range(1, rank)) + ([d] if rank == d else [])
        score = []
        for k in ks:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                score.append(sklearn.decomposition.PCA(k, svd_solver="full").fit(train).score(held))
            log_det, quadratic = np.log(values[:k]).sum(), (codes[:, :k] / values[:k]).sum(axis=1)
            if k < d:
                noise = values[k : min(n, d)].sum() / (min(n, d) - k)
                log_det += (d - k) * np.log(noise)
                quadratic += codes[:, k:].sum(axis=1) / noise
            close(score[-1], -(d * np.log(2 * np.pi) + log_det + quadratic.mean()) / 2, 1e-9, f"{name} score {k}")
        if name != "digits":
            tensors |= {f"{name}.train": train, f"{name}.held_out": held}
        tensors |= {f"{name}.k": np.array(ks, dtype=float), f"{name}.score": np.array(score)}
        found[name] = {"rank": rank, "best": ks[int(np.argmax(score))]}
        if n >= d:
            assess = sklearn.decomposition._pca._assess_dimension
            below = min(rank, d)
            tensors[f"{name}.minka_log_evidence"] = np.array([assess(values, k, n) for k in range(1, below)])
            found[name]["minka"] = 1 + int(np.argmax(tensors[f"{name}.minka_log_evidence"]))
    mle = sklearn.decomposition.PCA("mle", svd_solver="full").fit(selection_data()["factors"][0])
    assert mle.n_components_ == found["factors"]["minka"] == found["factors"]["best"] == 4

    # Horn's parallel analysis: 95th percentiles over many permutations, to compare with up to their Monte Carlo error.
    train = selection_data()["factors"][0]
    rng = np.random.default_rng(63)
    draws = [np.linalg.eigvalsh(np.cov(rng.permuted(train, axis=0), rowvar=False))[::-1] for _ in range(2000)]
    tensors["factors.chance"] = np.quantile(draws, 0.95, axis=0)
    observed = np.linalg.eigvalsh(np.cov(train, rowvar=False))[::-1]
    assert int(np.argmax(observed <= tensors["factors.chance"])) == 4

    # Gavish & Donoho: the threshold over the median, by quadrature of the Marchenko & Pastur density.
    ratios = np.array([0.01, 0.1, 0.25, 0.5, 0.75, 1.0])
    coefficients = []
    for b in ratios:
        low, high = (1 - np.sqrt(b)) ** 2, (1 + np.sqrt(b)) ** 2
        density = lambda x: np.sqrt(max(0.0, (high - x) * (x - low))) / (2 * np.pi * b * x)
        above = lambda t: scipy.integrate.quad(density, t, high, epsabs=1e-13, epsrel=1e-13, limit=500)[0] - 0.5
        median = scipy.optimize.brentq(above, low + 1e-3 * (high - low), high, xtol=1e-14)
        known = np.sqrt(2 * (b + 1) + 8 * b / (b + 1 + np.sqrt(b * b + 14 * b + 1)))
        coefficients.append(known / np.sqrt(median))
        # Their rational approximation is good to 0.02.
        assert abs(coefficients[-1] - (0.56 * b**3 - 0.95 * b**2 + 1.82 * b + 1.43)) < 0.03
    assert abs(coefficients[-1] - 2.858) < 1e-3
    tensors |= {"threshold.ratio": ratios, "threshold.coefficient": np.array(coefficients)}
    print(f"    {found}")
    return tensors, {
        "method": "scikit-learn PCA.score and _assess_dimension, numpy permutations, scipy quadrature",
        "found": json.dumps(found, sort_keys=True),
    }


# ---------------------------------------------------------------------------------------------- covariance


def covariance():
    """Float32 data whose means are a thousand standard deviations: X'X - n mu mu' in float32 has no digit left."""
    rng = np.random.default_rng(21)
    n, d = 2000, 24
    mixed = rng.standard_normal((n, d)) @ (np.eye(d) + 0.3 * rng.standard_normal((d, d)))
    mixed /= mixed.std(axis=0)
    deviation = np.geomspace(0.5, 2, d)
    data = ((mixed + 1000 * rng.choice([-1, 1], d)) * deviation).astype(np.float32)
    mean, exact = exact_moments(data)
    naive = (data.T @ data - np.float32(n) * np.outer(data.mean(0), data.mean(0))) / np.float32(n - 1)
    two_pass = np.cov(data.astype(float), rowvar=False)
    error = {
        "naive_f32": f"{np.abs(naive - floats(exact)).max() / np.abs(floats(exact)).max():.0e}",
        "two_pass_f64": f"{close(two_pass, floats(exact), 1e-12, 'two passes in f64'):.0e}",
    }
    print(f"    relative error: {error}")
    ratio = np.abs(floats(mean)) / np.sqrt(np.diag(floats(exact)))
    assert (abs(ratio - 1000) < 50).all()
    return {"data": data, "mean": floats(mean), "covariance": floats(exact)}, {
        "method": "exact integer moments of the float32 values, correctly rounded to float64; ddof=1",
        "relative_error": json.dumps(error, sort_keys=True),
    }


# ---------------------------------------------------------------------------------------------- activations


def _sigmoid(z):
    return 1 / (1 + mp.exp(-z)) if z >= 0 else mp.exp(z) / (1 + mp.exp(z))


def _silu(z):
    s, t = _sigmoid(z), _sigmoid(-z)
    return z * s, s * (1 + z * t), s * t * (2 + z * (t - s))


def _gelu(z):
    cumulative, density = mp.erfc(-z / mp.sqrt(2)) / 2, mp.npdf(z)
    return z * cumulative, cumulative + z * density, density * (2 - z * z)


def _tanh(z):
    a, slope = mp.tanh(z), 1 / mp.cosh(z) ** 2
    return a, slope, -2 * a * slope


def _logistic(z):
    s, t = _sigmoid(z), _sigmoid(-z)
    return s, s * t, s * t * (t - s)


def _softplus(z):
    s, t = _sigmoid(z), _sigmoid(-z)
    return max(z, mp.mpf(0)) + mp.log1p(mp.exp(-abs(z))), s, s * t


LEAK = 0.01

# name -> (mpmath: z -> (f, f', f''), torch: f). At the kink z = 0 the one-sided values from the left are meant.
ACTIVATIONS = {
    "identity": (lambda z: (z, 1, 0), lambda z: z),
    "relu": (lambda z: (z, 1, 0) if z > 0 else (0, 0, 0), torch.relu),
    "leaky_relu": (
        lambda z: (z, 1, 0) if z > 0 else (mp.mpf(LEAK) * z, mp.mpf(LEAK), 0),
        lambda z: torch.nn.functional.leaky_relu(z, LEAK),
    ),
    "elu": (
        lambda z: (z, 1, 0) if z > 0 else (mp.expm1(z), mp.exp(z), mp.exp(z)),
        torch.nn.functional.elu,
    ),
    "silu": (_silu, torch.nn.functional.silu),
    "gelu": (_gelu, torch.nn.functional.gelu),  # exact: z Phi(z)
    "tanh": (_tanh, torch.tanh),
    "sigmoid": (_logistic, torch.sigmoid),
    # torch's softplus is the identity above its threshold, 20 if not said: wrong by exp(-20) there.
    "softplus": (_softplus, lambda z: torch.nn.functional.softplus(z, threshold=60)),
}
KINKED = ("relu", "leaky_relu", "elu")


def exact_activation(name, z):
    """f, f' and f'' of an array z, each correctly rounded to float64."""
    triples = [ACTIVATIONS[name][0](mp.mpf(float(v))) for v in np.ravel(z)]
    return [floats([t[order] for t in triples]).reshape(np.shape(z)) for order in range(3)]


def away_from_kinks(name, z):
    assert name not in KINKED or np.abs(z).min() > 1e-3, f"an input of {name} is at its kink"


# ---------------------------------------------------------------------------------------------- dense


def dense():
    """y = f(x W' + b): values, both Jacobians of sample 0, a pullback and a pushforward."""
    batch, inputs, outputs = 3, 5, 4
    rng = np.random.default_rng(31)
    draw = lambda *shape: torch.tensor(rng.standard_normal(shape))
    x, weight, bias = draw(batch, inputs), draw(outputs, inputs), draw(outputs)
    tangents = draw(batch, inputs), draw(outputs, inputs), draw(outputs)
    cotangent = draw(batch, outputs)
    away_from_kinks("relu", (x @ weight.T + bias).numpy())
    tensors = {"x": x, "weight": weight, "bias": bias, "cotangent": cotangent}
    tensors |= dict(zip(["tangent.x", "tangent.weight", "tangent.bias"], tangents))
    for name, (_, f) in ACTIVATIONS.items():
        layer = lambda a, w, b: f(a @ w.T + b)
        y, pull = vjp(layer, x, weight, bias)
        jx, jw, jb = jacrev(layer, argnums=(0, 1, 2))(x[0], weight, bias)
        pushed = jvp(layer, (x, weight, bias), tangents)[1]
        pulled = pull(cotangent)
        out = {
            "y": y,
            "jacobian_x": jx,  # [out, in]
            "jacobian_parameters": torch.cat([jw.reshape(outputs, -1), jb], dim=1),  # weight row by row, then bias
            "pullback.x": pulled[0],
            "pullback.weight": pulled[1],
            "pullback.bias": pulled[2],
            "pushforward": pushed,
        }
        tensors |= {f"{name}.{key}": value for key, value in out.items()}

        # Against the formulas: dy/da = diag(f') W, dy_i/dW_jk = delta_ij f' a_k; and <yb, J t> = <J' yb, t>.
        a, w, b, yb = (t.numpy() for t in (x, weight, bias, cotangent))
        value, slope, _ = exact_activation(name, a @ w.T + b)
        close(y, value, 1e-14, f"{name} y")
        close(jx, slope[0][:, None] * w, 1e-14, f"{name} dy/dx")
        wide = np.zeros((outputs, outputs, inputs))
        wide[np.arange(outputs), np.arange(outputs)] = slope[0][:, None] * a[0]
        want = np.hstack([wide.reshape(outputs, -1), np.diag(slope[0])])
        close(out["jacobian_parameters"], want, 1e-14, f"{name} dy/dparameters")
        zb = yb * slope
        for got, want in zip(pulled, (zb @ w, zb.T @ a, zb.sum(0))):
            close(got, want, 1e-14, f"{name} pullback")
        adjoint = sum((p * t).sum() for p, t in zip(pulled, tangents))
        close((cotangent * pushed).sum(), adjoint, 1e-13, f"{name} adjoint identity")
        step = 1e-6
        ahead, behind = (layer(*(v + s * t for v, t in zip((x, weight, bias), tangents))) for s in (step, -step))
        close((ahead - behind) / (2 * step), pushed, 1e-8, f"{name} central difference")

    # f, f', f'' of scalars. All arguments are float32 numbers.
    grid = np.linspace(-6, 6, 41)
    extremes = np.array([1e-30, 1e-8, 1e-3, 9.5, 20, 37.5, 50, 88, 100, 700, 750, 1000, 1e6])
    z = np.concatenate([grid, np.sort(np.concatenate([-extremes, extremes]))]).astype(np.float32).astype(float)
    assert z[20] == 0
    golden_tensors = {name: t.numpy().copy() for name, t in tensors.items()} | {"grid.z": z}
    for name, (_, f) in ACTIVATIONS.items():
        values = exact_activation(name, z)
        for order, value in zip(("f", "df", "d2f"), values):
            golden_tensors[f"grid.{name}.{order}"] = value
        inside = np.abs(z) < 40
        at = torch.tensor(z[inside], requires_grad=True)
        y = f(at)
        (slope,) = torch.autograd.grad(y.sum(), at, create_graph=True)
        smooth = inside & (z != 0) if name in KINKED else inside
        close(y.detach(), values[0][inside], 1e-14, f"{name} on the grid")
        close(slope.detach()[smooth[inside]], values[1][smooth], 1e-14, f"{name}' on the grid")
        if slope.requires_grad and name not in ("relu", "leaky_relu"):
            (bend,) = torch.autograd.grad(slope.sum(), at)
            close(bend[smooth[inside]], values[2][smooth], 1e-13, f"{name}'' on the grid")
    return golden_tensors, {
        "activations": json.dumps(list(ACTIVATIONS)),
        "leaky_relu_slope": str(LEAK),
        "kink": "at z = 0: f' of relu is 0, of leaky_relu the slope, of elu 1; f'' of elu is 1, of the others 0",
        "grid": "41 points in [-6, 6], then 26 extremes in ascending order; 50-digit arithmetic, correctly rounded",
    }


# ---------------------------------------------------------------------------------------------- autoencoder


def network(shapes, rng):
    """Parameters name -> tensor for {"encoder.0": (out, in), ...}: weights N(0, 1/in) times 1.2, biases N(0, 0.09)."""
    parameters = {}
    for name, (outputs, inputs) in shapes.items():
        parameters[f"{name}.weight"] = torch.tensor(rng.standard_normal((outputs, inputs)) * 1.2 / inputs**0.5)
        parameters[f"{name}.bias"] = torch.tensor(rng.standard_normal(outputs) * 0.3)
    return parameters


def gradient(loss, parameters):
    """Value of loss(parameters), and its gradient with respect to each of them."""
    leaves = {name: p.clone().requires_grad_() for name, p in parameters.items()}
    value = loss(leaves)
    grads = torch.autograd.grad(value, list(leaves.values()), allow_unused=True)
    grads = {n: torch.zeros_like(p) if g is None else g for (n, p), g in zip(leaves.items(), grads)}
    return value.detach(), {name: g.detach() for name, g in grads.items()}


def assert_slopes(loss, parameters, grads, rng, what):
    """The gradient against central differences along three random directions through all parameters."""
    for _ in range(3):
        along = {name: torch.tensor(rng.standard_normal(tuple(p.shape))) for name, p in parameters.items()}
        moved = lambda s: {name: p + s * along[name] for name, p in parameters.items()}
        want = sum((grads[name] * along[name]).sum() for name in parameters)
        size = sum((grads[name] * along[name]).abs().sum() for name in parameters)
        got = (loss(moved(1e-5)) - loss(moved(-1e-5))) / 2e-5
        assert abs(got - want) <= 1e-8 * size, f"{what}: central difference {got}, gradient {want}"


LR, BETAS, EPSILON, DECAY, SGD_LR, MOMENTUM = 1e-2, (0.9, 0.999), 1e-8, 1e-2, 1e-1, 0.9


def optimizer_steps(rule, loss, parameters, steps):
    """The parameters after each full-batch step, by the update rules written out."""
    p = {name: value.clone() for name, value in parameters.items()}
    first = {name: torch.zeros_like(value) for name, value in p.items()}
    second = {name: torch.zeros_like(value) for name, value in p.items()}
    path = []
    for t in range(1, steps + 1):
        _, grads = gradient(loss, p)
        for name, g in grads.items():
            if rule in ("adam", "adamw"):
                if rule == "adamw" and name.endswith("weight"):
                    p[name] = p[name] * (1 - LR * DECAY)
                first[name] = BETAS[0] * first[name] + (1 - BETAS[0]) * g
                second[name] = BETAS[1] * second[name] + (1 - BETAS[1]) * g * g
                m, v = first[name] / (1 - BETAS[0] ** t), second[name] / (1 - BETAS[1] ** t)
                p[name] = p[name] - LR * m / (v.sqrt() + EPSILON)
            else:
                first[name] = MOMENTUM * first[name] + g  # so the first step's buffer is the gradient
                p[name] = p[name] - SGD_LR * (g + MOMENTUM * first[name] if rule == "nesterov" else first[name])
        path.append(dict(p))
    return path


def torch_steps(rule, loss, parameters, steps):
    """The same by torch.optim."""
    p = {name: value.clone().requires_grad_() for name, value in parameters.items()}
    weights = [v for name, v in p.items() if name.endswith("weight")]
    biases = [v for name, v in p.items() if name.endswith("bias")]
    if rule == "adam":
        optimizer = torch.optim.Adam(p.values(), lr=LR, betas=BETAS, eps=EPSILON)
    elif rule == "adamw":
        groups = [{"params": weights, "weight_decay": DECAY}, {"params": biases, "weight_decay": 0.0}]
        optimizer = torch.optim.AdamW(groups, lr=LR, betas=BETAS, eps=EPSILON)
    else:
        optimizer = torch.optim.SGD(p.values(), lr=SGD_LR, momentum=MOMENTUM, nesterov=rule == "nesterov")
    path = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss(p).backward()
        optimizer.step()
        path.append({name: v.detach().clone() for name, v in p.items()})
    return path


def autoencoder():
    """6-5-2-5-6, hidden activation f, linear code and output; one gradient and the first steps of each optimizer."""
    rng = np.random.default_rng(41)
    x = torch.tensor(rng.random((7, 6)))
    tensors = {"x": x.numpy()}
    for name in ("gelu", "tanh"):
        f = ACTIVATIONS[name][1]
        shapes = {"encoder.0": (5, 6), "encoder.1": (2, 5), "decoder.0": (5, 2), "decoder.1": (6, 5)}
        parameters = network(shapes, rng)

        def forward(p):
            code = f(x @ p["encoder.0.weight"].T + p["encoder.0.bias"]) @ p["encoder.1.weight"].T + p["encoder.1.bias"]
            hidden = f(code @ p["decoder.0.weight"].T + p["decoder.0.bias"])
            return code, hidden @ p["decoder.1.weight"].T + p["decoder.1.bias"]

        loss = lambda p: ((forward(p)[1] - x) ** 2).sum() / x.numel()
        value, grads = gradient(loss, parameters)
        assert_slopes(loss, parameters, grads, rng, f"autoencoder {name}")
        code, output = forward(parameters)
        out = parameters | {"code": code, "output": output, "loss": value.reshape(1)}
        out |= {f"grad.{key}": g for key, g in grads.items()}
        for rule in ("adam", "adamw", "momentum", "nesterov"):
            path = torch_steps(rule, loss, parameters, 3)
            for ours, theirs in zip(optimizer_steps(rule, loss, parameters, 3), path):
                for key in theirs:
                    close(ours[key], theirs[key], 1e-14, f"{name}, {rule}, {key}")
            out[f"{rule}.loss"] = torch.stack([loss(p) for p in [parameters] + path])
            for step in (1, 2, 3) if rule == "adam" else (3,):
                out |= {f"{rule}.{step}.{key}": v for key, v in path[step - 1].items()}
        tensors |= {f"{name}.{key}": v for key, v in numbers(out).items()}
    return tensors, {
        "architecture": "6-5-2-5-6, hidden layers with the activation, code and output linear",
        "loss": "sum of squared errors / (samples x features), full batch",
        "adam": f"lr {LR}, betas {BETAS}, eps {EPSILON} added to sqrt of the corrected second moment",
        "adamw": f"as adam; each step first multiplies weights, not biases, by 1 - lr x {DECAY}",
        "momentum": f"lr {SGD_LR}, momentum {MOMENTUM}, no dampening: buffer = {MOMENTUM} buffer + gradient",
        "nesterov": f"as momentum; the step is lr x (gradient + {MOMENTUM} buffer)",
        "loss_tensors": "RULE.loss holds the loss at the start and after steps 1, 2, 3",
    }


# ---------------------------------------------------------------------------------------------- contraction


def encode(p, x, acts, masks):
    """e(x) of one sample x, in torch; masks[l] multiplies the output of hidden layer l (None: no dropout)."""
    h = x
    for layer, act in enumerate(acts):
        h = ACTIVATIONS[act][1](p[f"encoder.{layer}.weight"] @ h + p[f"encoder.{layer}.bias"])
        if layer < len(masks):
            h = h * masks[layer]
    return h + p["skip.weight"] @ x if "skip.weight" in p else h


def jacobians(p, x, acts, masks):
    """de/dx of every sample, [B, code, inputs]."""
    return vmap(jacrev(encode, argnums=1), in_dims=(None, 0, None, 0))(p, x, acts, masks)


def penalty(p, x, acts, masks):
    """(1/B) sum over samples of |de/dx|_F^2."""
    return (jacobians(p, x, acts, masks) ** 2).sum() / len(x)


def closed_contraction(p, x, acts, masks):
    """The penalty and its gradient by the latent-side recursion, in numpy.

    M_L = diag(D_L), M_{l-1} = (M_l W_l) o D_{l-1} with D_l = mask_l o f'(z_l); J = M_1 W_1 + V (V the skip).
    Back up: R_l = M_{l+1} W_{l+1} (R_L = I), zb_l = mask_l o f''_l o sum over rows of (M_l b o R_l), and the
    zb_l join one ordinary backward pass.
    """
    p, x = numbers(p), x.numpy()
    depth, samples = len(acts), len(x)
    weight = [p[f"encoder.{layer}.weight"] for layer in range(depth)]
    inputs, slopes, bends, multipliers = [x], [], [], []
    for layer, act in enumerate(acts):
        z = inputs[-1] @ weight[layer].T + p[f"encoder.{layer}.bias"]
        away_from_kinks(act, z)
        value, slope, bend = exact_activation(act, z)
        m = masks[layer].numpy() if layer < len(masks) else np.ones_like(z)
        inputs.append(m * value)
        multipliers.append(m)
        slopes.append(m * slope)
        bends.append(m * bend)
    code = weight[-1].shape[0]
    r = [None] * depth
    r[-1] = np.broadcast_to(np.eye(code), (samples, code, code))
    big = [None] * depth
    for layer in reversed(range(depth)):
        big[layer] = r[layer] * slopes[layer][:, None, :]
        if layer > 0:
            r[layer - 1] = big[layer] @ weight[layer]
    y = big[0] @ weight[0] + p.get("skip.weight", 0)
    grads = {name: np.zeros_like(value) for name, value in p.items()}
    yb = 2 / samples * y
    if "skip.weight" in p:
        grads["skip.weight"] = yb.sum(axis=0)
    grads["encoder.0.weight"] += np.einsum("bij,bik->jk", big[0], yb)
    big_b = yb @ weight[0].T
    zb = []
    for layer in range(depth):
        zb.append(bends[layer] * (big_b * r[layer]).sum(axis=1))
        if layer + 1 < depth:
            r_b = big_b * slopes[layer][:, None, :]
            grads[f"encoder.{layer + 1}.weight"] += np.einsum("bij,bik->jk", big[layer + 1], r_b)
            big_b = r_b @ weight[layer + 1].T
    back = np.zeros_like(zb[-1])
    for layer in reversed(range(depth)):
        back = back * slopes[layer] + zb[layer]
        grads[f"encoder.{layer}.weight"] += back.T @ inputs[layer]
        grads[f"encoder.{layer}.bias"] += back.sum(axis=0)
        back = back @ weight[layer]
    return (y**2).sum() / samples, grads


def contraction_cases():
    """name -> depth, activations per layer, skip, dropout. Each activation meets each setting at some depth."""
    cases = {}
    for depth in (1, 2, 3, 4):
        for index, name in enumerate(["gelu", "tanh", "sigmoid", "silu", "softplus", "elu", "relu", "mixed"]):
            linear_code = (index ^ depth) & 1 == 1
            skip = (index ^ depth) & 2 == 2
            dropout = (index // 4 + depth) % 2 == 1 and depth > 1
            if name == "mixed":
                acts = ["leaky_relu", "tanh", "silu"][: depth - 1] + ["softplus"]
            else:
                acts = [name] * depth
            if linear_code:
                acts[-1] = "identity"
            cases[f"depth{depth}.{name}"] = {
                "depth": depth, "activations": acts, "skip": skip, "dropout": dropout, "tied": False}
    seen = {(c["activations"][-1] == "identity", c["skip"], c["dropout"]) for c in cases.values() if c["depth"] > 1}
    assert len(seen) == 8
    return cases


def contraction():
    rng = np.random.default_rng(53)
    samples, widths = 4, {1: [6, 3], 2: [6, 5, 3], 3: [6, 5, 4, 3], 4: [6, 5, 4, 4, 3]}
    x = torch.tensor(rng.random((samples, 6)))
    tensors, cases = {"x": x.numpy()}, contraction_cases()
    for name, case in cases.items():
        acts, width = case["activations"], widths[case["depth"]]
        parameters = network({f"encoder.{l}": (width[l + 1], width[l]) for l in range(len(acts))}, rng)
        if case["skip"]:
            parameters["skip.weight"] = torch.tensor(rng.standard_normal((3, 6)) / 6**0.5)
        masks = []
        if case["dropout"]:  # inverted dropout: 0 with probability 1/4, else 4/3
            masks = [torch.tensor((rng.random((samples, w)) >= 0.25) / 0.75) for w in width[1:-1]]
        loss = lambda p: penalty(p, x, acts, masks)
        value, grads = gradient(loss, parameters)
        assert_slopes(loss, parameters, grads, rng, name)
        assert value > 0.01 and all(
            g.abs().max() > 1e-3 for key, g in grads.items() if key.endswith("weight")), f"{name} tests nothing"
        closed_value, closed_grads = closed_contraction(parameters, x, acts, masks)
        close(value, closed_value, 1e-13, f"{name} penalty")
        for key in grads:
            close(closed_grads[key], grads[key], 1e-12, f"{name} gradient of {key}")
        out = parameters | {
            "code": vmap(encode, in_dims=(None, 0, None, 0))(parameters, x, acts, masks),
            "jacobian": jacobians(parameters, x, acts, masks),
            "penalty": value.reshape(1),
        }
        out |= {f"mask.{l}": m for l, m in enumerate(masks)} | {f"grad.{key}": g for key, g in grads.items()}
        tensors |= {f"{name}.{key}": v for key, v in numbers(out).items()}

    # Tied weights: the decoder uses encoder.1.weight' and encoder.0.weight' with biases of its own.
    strength = 0.1
    for act, code_act in (("tanh", "identity"), ("silu", "sigmoid")):
        name, acts = f"tied.{act}", [act, code_act]
        parameters = network({"encoder.0": (5, 6), "encoder.1": (3, 5)}, rng)
        for layer, width in enumerate((5, 6)):
            parameters[f"decoder.{layer}.bias"] = torch.tensor(rng.standard_normal(width) * 0.3)

        def output(p):
            code = vmap(encode, in_dims=(None, 0, None, 0))(p, x, acts, [])
            hidden = ACTIVATIONS[act][1](code @ p["encoder.1.weight"] + p["decoder.0.bias"])
            return hidden @ p["encoder.0.weight"] + p["decoder.1.bias"]

        terms = {
            "reconstruction": lambda p: ((output(p) - x) ** 2).sum() / x.numel(),
            "penalty": lambda p: penalty(p, x, acts, []),
        }
        terms["loss"] = lambda p: terms["reconstruction"](p) + strength * terms["penalty"](p)
        out = parameters | {"output": output(parameters)}
        for term, loss in terms.items():
            value, grads = gradient(loss, parameters)
            assert_slopes(loss, parameters, grads, rng, f"{name} {term}")
            out[term] = value.reshape(1)
            prefix = "grad" if term == "loss" else f"grad_{term}"
            out |= {f"{prefix}.{key}": g for key, g in grads.items() if term != "penalty" or key.startswith("encoder")}
        tensors |= {f"{name}.{key}": v for key, v in numbers(out).items()}
        cases[name] = {
            "depth": 2, "activations": acts, "skip": False, "dropout": False, "tied": True,
            "decoder_activations": [act, "identity"], "contraction": strength}
    return tensors, {
        "cases": json.dumps(cases, sort_keys=True),
        "penalty": "(1/B) sum over samples of |de/dx|_F^2, not multiplied by a coefficient",
        "tied": "loss = sum of squared errors / (B d) + contraction x penalty; decoder.0 uses encoder.1.weight "
        "transposed, decoder.1 uses encoder.0.weight transposed",
        "mask": "mask.L [B, width] multiplies the output of hidden layer L after its activation; 0 or 1/(1-p), p = 1/4",
        "skip": "e(x) = skip.weight x + g(x)",
    }


# ---------------------------------------------------------------------------------------------- denoiser


def denoiser():
    """Linear denoisers xh = W [x~, 1] that minimise E |x - xh|^2 exactly: W = P Q^-1, Q = E[x~ x~'], P = E[x x~'].

    Two solutions of rank k = 2. "rank2": W_k = V V' P Q^-1 with V the top eigenvectors of P Q^-1 P' (the bias is
    an input like any other, so it too passes the code). "rank2_affine": the same around the means, the decoder
    has a bias of its own; at equal code size its loss is never larger. All losses are per sample.
    """
    rng = np.random.default_rng(61)
    n, d, rank = 40, 6, 2
    x = rng.random((n, 3)) @ rng.random((3, d)) / 3 + 0.4 * rng.random((n, d))
    assert 0 <= x.min() and x.max() <= 1.4
    mean = x.mean(axis=0)
    bar = np.hstack([x, np.ones((n, 1))])
    s = bar.T @ bar

    drop, sd, flip, lo, hi = 0.3, 0.5, 0.2, 0.0, 1.0
    keep = np.array([1 - drop] * d + [1])
    q_masking = s * np.outer(keep, keep)
    np.fill_diagonal(q_masking, np.diag(s) * keep)
    q_gaussian = s + n * sd**2 * np.diag([1.0] * d + [0])
    m = (1 - flip) * x + flip / 2 * (lo + hi)
    v = (1 - flip) * x**2 + flip / 2 * (lo**2 + hi**2) - m**2
    m_bar = np.hstack([m, np.ones((n, 1))])
    q_salt = m_bar.T @ m_bar + np.diag(np.append(v.sum(axis=0), 0))

    def salt(u):
        return np.where(u < flip / 2, lo, np.where(u < flip, hi, x))

    cases = {  # Q, P, a draw of the corrupted x
        "masking": (q_masking, s[:d] * keep, lambda r: x * (r.random(x.shape) >= drop)),
        "gaussian": (q_gaussian, s[:d], lambda r: x + sd * r.standard_normal(x.shape)),
        "salt_and_pepper": (q_salt, x.T @ m_bar, lambda r: salt(r.random(x.shape))),
    }
    tensors = {"x": x}
    for name, (q, p, corrupt) in cases.items():
        expected = lambda w: (np.sum(x**2) - 2 * np.sum(w * p) + np.sum((w @ q) * w)) / n

        def top(symmetric):
            vectors = np.linalg.eigh(symmetric)[1][:, ::-1][:, :rank].T
            return vectors * np.sign(vectors[np.arange(rank), np.abs(vectors).argmax(axis=1)])[:, None]

        full = np.linalg.solve(q, p.T).T
        vectors = top(full @ p.T)
        plain = vectors.T @ vectors @ full
        # Around the means: Qc, Pc are the covariances (times n) of the corrupted input and with the clean one.
        m_in = q[-1, :d] / n
        qc, pc = q[:d, :d] - n * np.outer(m_in, m_in), p[:, :d] - n * np.outer(mean, m_in)
        wc = np.linalg.solve(qc, pc.T).T
        vectors_c = top(wc @ pc.T)
        encoder = vectors_c @ wc
        affine = np.hstack([vectors_c.T @ encoder, (mean - vectors_c.T @ encoder @ m_in)[:, None]])
        out = {
            "q": q,
            "p": p,
            "weight": full[:, :d],
            "bias": full[:, d],
            "loss": np.array([expected(full)]),
            "rank2.encoder.weight": (vectors @ full)[:, :d],
            "rank2.encoder.bias": (vectors @ full)[:, d],
            "rank2.decoder.weight": vectors.T,
            "rank2.weight": plain[:, :d],
            "rank2.bias": plain[:, d],
            "rank2.loss": np.array([expected(plain)]),
            "rank2_affine.encoder.weight": encoder,
            "rank2_affine.encoder.bias": -encoder @ m_in,
            "rank2_affine.decoder.weight": vectors_c.T,
            "rank2_affine.decoder.bias": mean,
            "rank2_affine.weight": affine[:, :d],
            "rank2_affine.bias": affine[:, d],
            "rank2_affine.loss": np.array([expected(affine)]),
        }
        tensors |= {f"{name}.{key}": value for key, value in out.items()}
        assert expected(full) <= expected(affine) <= expected(plain)

        # Full rank with the bias free is the same as around the means; random neighbours are worse.
        close(wc, full[:, :d], 1e-12, f"{name} weight around the means")
        for solution, v_k in ((full, None), (plain, vectors), (affine, vectors_c)):
            for _ in range(50):
                if v_k is None:
                    other = solution + 1e-3 * rng.standard_normal(solution.shape)
                else:  # another rank-2 map: decoder and encoder both moved
                    decoder = v_k.T + 1e-3 * rng.standard_normal((d, rank))
                    if solution is plain:
                        other = decoder @ (v_k @ full + 1e-3 * rng.standard_normal((rank, d + 1)))
                    else:
                        weight = decoder @ (encoder + 1e-3 * rng.standard_normal((rank, d)))
                        other = np.hstack([weight, affine[:, d:] + 1e-3 * rng.standard_normal((d, 1))])
                assert expected(other) > expected(solution), f"{name}: not a minimum"

        # Monte Carlo: moments and losses over 20000 corruptions, within 5 standard errors.
        draws = np.random.default_rng(62)
        q_sum, p_sum, q_square, p_square, losses = 0, 0, 0, 0, []
        rounds = 20000
        for _ in range(rounds):
            corrupted = np.hstack([corrupt(draws), np.ones((n, 1))])
            one_q, one_p = corrupted.T @ corrupted, x.T @ corrupted
            q_sum, p_sum = q_sum + one_q, p_sum + one_p
            q_square, p_square = q_square + one_q**2, p_square + one_p**2
            losses.append([((x - corrupted @ w.T) ** 2).sum() / n for w in (full, plain, affine)])
        for total, square, want in ((q_sum, q_square, q), (p_sum, p_square, p)):
            average = total / rounds
            error = np.sqrt(np.maximum(square / rounds - average**2, 0) / rounds)
            assert (np.abs(average - want) <= 5 * error + 1e-9).all(), f"{name}: moments by Monte Carlo"
        error = np.std(losses, axis=0) / rounds**0.5
        want = np.array([expected(w) for w in (full, plain, affine)])
        assert (np.abs(np.mean(losses, axis=0) - want) <= 5 * error).all(), f"{name}: losses by Monte Carlo"
        print(f"    {name}: expected loss {want[0]:.5f}, rank 2 {want[1]:.5f}, affine {want[2]:.5f}")
        if name == "gaussian":  # U diag(l / (l + s^2)) U' around the mean, l the eigenvalues over n (not n - 1)
            values, axes = np.linalg.eigh(np.cov(x, rowvar=False, ddof=0))
            values, axes = values[::-1][:rank], axes[:, ::-1][:, :rank]
            close(affine[:, :d], axes * (values / (values + sd**2)) @ axes.T, 1e-12, "gaussian, shrunken PCA")
    return tensors, {
        "corruption": json.dumps({
            "masking": {"p": drop, "value": 0}, "gaussian": {"sd": sd},
            "salt_and_pepper": {"p": flip, "lo": lo, "hi": hi}}, sort_keys=True),
        "loss": "expected squared error per sample over all corruptions",
        "moments": "q [7,7] and p [6,7] are sums over samples; the last input is the bias",
        "rank2": "W = V V' P Q^-1, V the top 2 eigenvectors of P Q^-1 P'; decoder without bias",
        "rank2_affine": "the same around the means of clean and corrupted input; decoder bias = mean of x",
    }


# ---------------------------------------------------------------------------------------------- metrics


def neighbour_order(keys):
    """For each row the other rows by ascending key, equal keys by ascending index: n x (n - 1) indices."""
    n = len(keys)
    return np.array([[j for j in np.lexsort((np.arange(n), keys[i])) if j != i] for i in range(n)])


def overlap(x_order, z_order, k):
    """The mean share of the k first that two orders have in common."""
    return np.mean([len(set(a[:k]) & set(b[:k])) / k for a, b in zip(x_order, z_order)])


def trust(x_order, z_order, k):
    """Trustworthiness by its definition, from the ranks among the rows of x of the k first among the codes."""
    n = len(x_order)
    total = 0
    for i in range(n):
        rank = {j: r + 1 for r, j in enumerate(x_order[i])}
        total += sum(max(0, rank[j] - k) for j in z_order[i][:k])
    return 1 - 2 * total / (n * k * (2 * n - 3 * k - 1))


def metrics():
    """Neighbourhoods, distances, PCA's error at every size, and a paired bootstrap."""
    rng = np.random.default_rng(71)
    tensors, k = {}, 10
    n, d = 130, 7
    x = rng.standard_normal((n, d)) * np.array([3, 2, 1.5, 1, 1, 0.5, 0.3]) + 20
    z = np.tanh((x - 20) @ rng.standard_normal((d, 3)) / 4) + 0.05 * rng.standard_normal((n, 3))
    # Whole numbers: distances are exact, and most of them are shared.
    grid_x = rng.integers(0, 4, (90, 4)).astype(float)
    grid_z = np.column_stack([grid_x[:, 0] + grid_x[:, 1], rng.integers(0, 3, 90)]).astype(float)
    for name, a, b in (("plain", x, z), ("grid", grid_x, grid_z)):
        squares = [((m[:, None] - m[None]) ** 2).sum(-1) for m in (a, b)]
        x_order, z_order = (neighbour_order(s) for s in squares)
        recall = overlap(x_order, z_order, k)
        tensors |= {
            f"{name}.x": a, f"{name}.z": b, f"{name}.recall": [recall],
            f"{name}.lcmc": [recall - k / (len(a) - 1)],
            f"{name}.trustworthiness": [trust(x_order, z_order, k)],
            f"{name}.continuity": [trust(z_order, x_order, k)],
            f"{name}.distance_correlation": [
                scipy.stats.spearmanr(
                    *(np.round(scipy.spatial.distance.pdist(m, "sqeuclidean"), 9) for m in (a, b))
                ).statistic
            ],
        }
        if name == "plain":  # scikit-learn breaks ties by rounding, so only where there are none
            for key, pair in (("trustworthiness", (a, b)), ("continuity", (b, a))):
                known = sklearn.manifold.trustworthiness(*pair, n_neighbors=k)
                close(known, tensors[f"plain.{key}"][0], 1e-14, f"{key} by scikit-learn")
                tensors[f"plain.{key}"] = [known]
            cosines = [scipy.spatial.distance.cdist(m, m, "cosine") for m in (a, b)]
            tensors["plain.cosine_recall"] = [overlap(*(neighbour_order(c) for c in cosines), k)]
            order = np.argsort(((a[:, None] - a[None]) ** 2).sum(-1), axis=1)[:, 1 : k + 1]
            assert np.array_equal(order, x_order[:, :k])

    # PCA's test error with 0, 1, ..., d components, each fitted and transformed by scikit-learn.
    train, test = x[:90], x[90:]
    errors = [((test - train.mean(axis=0)) ** 2).sum(axis=1).mean()]
    for size in range(1, d + 1):
        fitted = sklearn.decomposition.PCA(size, svd_solver="full").fit(train)
        errors.append(((test - fitted.inverse_transform(fitted.transform(test))) ** 2).sum(axis=1).mean())
    errors[d] = 0  # exactly
    tensors["curve"] = errors

    # Differences of errors, and the percentile interval of their mean.
    baseline = rng.gamma(2, 0.7, 300)
    method = 0.95 * baseline + 0.2 * rng.standard_normal(300) ** 2 - 0.16
    difference = method - baseline

    def interval(resamples, seed):
        result = scipy.stats.bootstrap(
            (difference,), np.mean, n_resamples=resamples, method="percentile", confidence_level=0.95,
            rng=np.random.default_rng(seed), batch=1000)
        return np.array([result.confidence_interval.low, result.confidence_interval.high])

    spread = np.std([interval(2000, seed) for seed in range(100)], axis=0, ddof=1)
    bounds = interval(200_000, 1000)
    normal = difference.mean() + np.array([-1.96, 1.96]) * difference.std() / len(difference) ** 0.5
    assert (np.abs(bounds - normal) < 0.1 * (bounds[1] - bounds[0])).all(), "bootstrap against the normal"
    tensors |= {
        "paired.errors": method, "paired.baseline": baseline, "paired.interval": bounds,
        "paired.interval_sd": spread,
    }
    return {name: np.asarray(value, dtype=float) for name, value in tensors.items()}, {
        "neighbours": f"k = {k}; of equal distances the lower index is the nearer",
        "scikit-learn": "plain.trustworthiness, plain.continuity, curve",
        "scipy": "distance_correlation, plain.cosine_recall (distances), paired.interval",
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
    "selection": golden("selection_golden", selection),
    "covariance": golden("covariance_f32", covariance),
    "dense": golden("dense_golden", dense),
    "autoencoder": golden("autoencoder_golden", autoencoder),
    "contraction": golden("contraction_golden", contraction),
    "denoiser": golden("denoiser_golden", denoiser),
    "metrics": golden("metrics_golden", metrics),
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
