#!/usr/bin/env python3
"""Do other programs read what Eigencoder writes, and compute the same?

    python -m venv .venv && .venv/bin/pip install -r requirements-exports.txt
    .venv/bin/python check_exports.py ../.build/release/eigencoder

Fits every method, with every activation and every form of network, on data of several scales, some of them far
from the origin; exports each model, and compares with the tool's own encode and decode:
- ONNX: onnx.checker accepts the file; onnxruntime's codes and reconstructions agree to 1e-5 of the largest one
- faiss: LinearTransform with A and b gives the codes of affine encoders, to 1e-5 and what float32 keeps of A x
- safetensors loads every model file; numpy loads every npy file
Prints a line a model; exits with 1 when a difference is larger than allowed. Downloads nothing.
"""

import importlib.metadata
import json
import pathlib
import subprocess
import sys
import tempfile

import faiss
import numpy as np
import onnx
import onnxruntime
import safetensors.numpy

VERSIONS = {"numpy": "2.4.6", "onnx": "1.23.2", "onnxruntime": "1.32.0", "safetensors": "0.8.0", "faiss-cpu": "1.15.1"}
ACTIVATIONS = ["identity", "relu", "leaky-relu", "elu", "silu", "gelu", "tanh", "sigmoid", "softplus"]
ALLOWED = 1e-5
ROWS, COLUMNS, LATENT = 200, 12, 3

# Random starts, so that the activations work far from where they are straight.
random = ["--initializer", "random", "--validation", "0"]
networks = {f"network {f}": ["--hidden", "16,8", "--activation", f] + random for f in ACTIVATIONS}
networks |= {
    "tied": ["--hidden", "16,8", "--activation", "gelu", "--tied"] + random,
    "skip": ["--hidden", "16", "--activation", "silu", "--skip"] + random,
    "tied skip": ["--hidden", "16,8", "--activation", "elu", "--tied", "--skip", "--standardize"] + random,
    "standardized": ["--hidden", "16", "--activation", "tanh", "--standardize"] + random,
    "sigmoid code": ["--hidden", "16", "--activation", "softplus", "--latent-activation", "sigmoid", "--standardize"]
    + random,
    "linear": ["--hidden", "none"],
    "linear skip": ["--hidden", "none", "--skip", "--standardize"],
    "started as pca": ["--hidden", "16", "--initializer", "pca", "--dropout", "0.2"],
}
MODELS = {
    "pca": ["pca"],
    "pca mean kept": ["pca", "--keep-mean"],
    "whitening pca": ["pca"],
    "linear-denoising": ["linear-denoising"],
}
MODELS |= {name: ["autoencoder", "--epochs", "5"] + options for name, options in networks.items()}
MODELS |= {
    "contractive": ["contractive", "--epochs", "2", "--hidden", "16"],
    "denoising": ["denoising", "--epochs", "2", "--hidden", "16"],
}
# The scale of the data, and how many deviations they lie from the origin.
DATA = [(1.0, 0.0), (1e-6, 0.0), (1e6, 0.0), (1.0, 100.0)]


def samples(scale, offset):
    random = np.random.default_rng(7)
    mixed = random.normal(size=(ROWS, COLUMNS)) @ random.normal(size=(COLUMNS, COLUMNS)) / COLUMNS**0.5
    return (scale * (np.tanh(mixed) + 0.3 * mixed + offset)).astype(np.float32)


def difference(actual, expected, scale=None):
    """The largest, as a share of `scale`, or of the largest expected number."""
    assert actual.shape == expected.shape and actual.dtype == expected.dtype, (actual.shape, expected.shape)
    return float(np.abs(actual - expected).max() / (scale or np.abs(expected).max()))


def run_onnx(path, **inputs):
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    rows = [session.run(None, {name: x[:n] for name, x in inputs.items()}) for n in (1, 7)]
    whole = session.run(None, inputs)
    for n, part in zip((1, 7), rows):
        for a, b in zip(part, whole):
            assert a.shape == (n, b.shape[1]) and difference(a, b[:n]) < ALLOWED
    return dict(zip((o.name for o in session.get_outputs()), whole))


def whiten(path):
    """Makes a whitening model of a plain one, as PCA(..., whitens: true) in Swift would have written it."""
    with safetensors.safe_open(path, "numpy") as file:
        metadata = file.metadata()
    architecture = json.loads(metadata["architecture"])
    metadata["architecture"] = json.dumps(architecture | {"whitens": True})
    safetensors.numpy.save_file(safetensors.numpy.load_file(path), path, metadata)


def run_faiss(path, x):
    # The recipe of the documentation.
    tensors = safetensors.numpy.load_file(path)
    transform = faiss.LinearTransform(tensors["A"].shape[1], tensors["A"].shape[0], True)
    faiss.copy_array_to_vector(tensors["A"].ravel(), transform.A)
    faiss.copy_array_to_vector(tensors["b"], transform.b)
    transform.is_trained = True
    # What float32 keeps of a sum of such terms, of which A x - A mean leaves little.
    terms = float((np.abs(x) @ np.abs(tensors["A"]).T).max())
    return transform.apply(x), terms


def check(tool, name, options, scale, offset, folder):
    def eigencoder(*words):
        subprocess.run([tool, *words, "--quiet"], cwd=folder, check=True, stdout=subprocess.DEVNULL)

    x = samples(scale, offset)
    np.save(folder / "x.npy", x)
    eigencoder("fit", *options, "--data", "x.npy", "--latent", str(LATENT), "--model", "m.safetensors")
    if name == "whitening pca":
        whiten(folder / "m.safetensors")
    safetensors.numpy.load_file(folder / "m.safetensors")
    eigencoder("encode", "--model", "m.safetensors", "--data", "x.npy", "--out", "z.npy")
    eigencoder("decode", "--model", "m.safetensors", "--data", "z.npy", "--out", "back.npy")
    codes, back = np.load(folder / "z.npy"), np.load(folder / "back.npy")
    for part in ("encoder", "decoder", "both"):
        eigencoder("export", "onnx", "--model", "m.safetensors", "--part", part, "--out", part + ".onnx")
    both = run_onnx(folder / "both.onnx", x=x)
    # Reconstructions on the scale of the data about their mean: a large mean would hide everything else.
    spread = float(np.abs(x - x.mean(0, dtype=np.float64)).max())
    errors = {
        "codes": difference(run_onnx(folder / "encoder.onnx", x=x)["codes"], codes),
        "reconstruction": difference(
            run_onnx(folder / "decoder.onnx", codes=codes)["reconstruction"], back, spread
        ),
        "both": max(difference(both["codes"], codes), difference(both["reconstruction"], back, spread)),
    }
    allowed = dict.fromkeys(errors, ALLOWED)
    allowed["reconstruction"] = allowed["both"] = max(ALLOWED, 2e-7 * offset)
    affine = options[0] in ("pca", "linear-denoising") or name in ("linear", "linear skip", "network identity")
    if affine:
        eigencoder("export", "faiss", "--model", "m.safetensors", "--out", "faiss.safetensors")
        got, terms = run_faiss(folder / "faiss.safetensors", x)
        errors["faiss"] = difference(got, codes)
        allowed["faiss"] = ALLOWED + 2e-7 * terms / float(np.abs(codes).max())
    good = all(errors[key] <= allowed[key] for key in errors)
    print(f"{'ok ' if good else 'BAD'} {name:18} scale {scale:g} offset {offset:g}: "
          + ", ".join(f"{key} {error:.1e}" for key, error in errors.items()))
    return good


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for package, wanted in VERSIONS.items():
        if (found := importlib.metadata.version(package)) != wanted:
            sys.exit(f"{package} {found}, expected {wanted} (requirements-exports.txt)")
    tool = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        results = [
            check(tool, name, options, scale, offset, pathlib.Path(folder))
            for name, options in MODELS.items()
            for scale, offset in DATA
        ]
    print(f"{sum(results)} of {len(results)} agree")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
