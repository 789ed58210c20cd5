"""Leading principal components of wide data: eigencoder's passes over a file, and scikit-learn's randomized solver.

Question: how long do 50 components of data take whose covariance is too large to form, in how much memory, and how exact are
they? The residual is max |C p - l p| over the largest variance, by NumPy in f64, from one pass over the file of its own: none
of the programs' own figures.

  big    200,000 x 20,000 f32, 16 GB: eigencoder alone, as the others hold a copy of the data in memory
  side   20,000 x 20,000 f32, 1.6 GB: beside scikit-learn's `randomized` with its own number of iterations, and with as many as
         bring its residual to about that of f32

`processor` counts seconds of all processors: for eigencoder of the whole process, with the pass that measures the errors; for
scikit-learn of the fit. Where the machine does other things, too, it says more than the wall time.

The data are 400 directions of variances 1/j, noise of a fifth of the largest variance shared by all columns, and a mean. What it
does not show: spectra whose variances lie closer together take more passes, and a file that stays in the page cache is
read faster than one that does not.

usage: wide_pca.py EIGENCODER [--cases big,side] [--directory DIR] [--iterations 7,20] [--big 200000x20000] [--side 20000x20000]
The files are made in a temporary directory, and removed with it.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time

import numpy as np

COMPONENTS, DIRECTIONS, BLOCK = 50, 400, 1000


def write_data(path, n, d):
    rng = np.random.default_rng(1)
    directions = np.linalg.qr(rng.standard_normal((d, DIRECTIONS), dtype=np.float32))[0].T
    scale = np.arange(1, DIRECTIONS + 1, dtype=np.float32) ** -0.5
    noise = np.float32((0.2 / d) ** 0.5)
    mean = rng.standard_normal(d, dtype=np.float32)
    with open(path, "wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": (n, d)})
        for first in range(0, n, BLOCK):
            rows = min(BLOCK, n - first)
            x = (rng.standard_normal((rows, DIRECTIONS), dtype=np.float32) * scale) @ directions
            x += noise * rng.standard_normal((rows, d), dtype=np.float32) + mean
            file.write(np.ascontiguousarray(x).data)


def residual(path, mean, components, variances):
    """max |C p - l p| / l_1 with C = Xc'Xc / (n - 1), a block of rows at a time in f64."""
    x = np.load(path, mmap_mode="r")
    product = np.zeros((components.shape[1], components.shape[0]))
    for first in range(0, len(x), BLOCK):
        centred = x[first:first + BLOCK].astype("f8") - mean
        product += centred.T @ (centred @ components.T)
    product /= len(x) - 1
    return float(np.linalg.norm(product - components.T * variances, axis=0).max() / variances[0])


def read_model(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        content = file.read()
    header.pop("__metadata__")

    def tensor(name):
        entry = header[name]
        first, last = entry["data_offsets"]
        return np.frombuffer(content[first:last], {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]).reshape(entry["shape"])

    return tensor("mean"), tensor("components"), tensor("explained_variance")


def run_eigencoder(program, path, model):
    """Seconds, the use of processor and memory, and what the program printed."""
    printed = model + ".txt"
    arguments = [program, "fit", "pca", "--data", path, "--latent", str(COMPONENTS), "--model", model,
                 "--format", "json", "--quiet"]
    start = time.perf_counter()
    child = os.posix_spawn(program, arguments, os.environ,
                           file_actions=[(os.POSIX_SPAWN_OPEN, 1, printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)])
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(arguments)} ended with status {os.waitstatus_to_exitcode(status)}")
    with open(printed) as file:
        return seconds, usage, json.load(file)


def report(**line):
    print(json.dumps({key: float(f"{value:.4g}") if isinstance(value, float) else value for key, value in line.items()}),
          flush=True)


def measure_eigencoder(program, path, case):
    model = path + ".safetensors"
    seconds, usage, result = run_eigencoder(program, path, model)
    report(case=case, program="eigencoder", fit=result["fitSeconds"], process=seconds,
           processor=usage.ru_utime + usage.ru_stime, passes=result["krylov"]["passes"], peak_mb=usage.ru_maxrss / 2**10, own_residual=result["krylov"]["residual"], residual=residual(path, *read_model(model)),
           load=os.getloadavg()[0])


def measure_sklearn(path, case, iterations):
    from sklearn.decomposition import PCA
    x = np.load(path)
    for count in ["auto", *iterations]:
        model = PCA(COMPONENTS, svd_solver="randomized", iterated_power=count, random_state=1)
        start, processor = time.perf_counter(), time.process_time()
        model.fit(x)
        seconds, processor = time.perf_counter() - start, time.process_time() - processor
        report(case=case, program=f"scikit-learn randomized, iterations {count}", fit=seconds, processor=processor,
               residual=residual(path, model.mean_.astype("f8"), model.components_.astype("f8"),
                                 model.explained_variance_.astype("f8")), load=os.getloadavg()[0])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("eigencoder")
    parser.add_argument("--cases", default="side,big")
    parser.add_argument("--directory")
    parser.add_argument("--iterations", default="7,20")
    parser.add_argument("--big", default="200000x20000")
    parser.add_argument("--side", default="20000x20000")
    options = parser.parse_args()
    program = os.path.abspath(options.eigencoder)
    for case in options.cases.split(","):
        n, d = map(int, re.fullmatch(r"(\d+)x(\d+)", getattr(options, case)).groups())
        with tempfile.TemporaryDirectory(dir=options.directory) as directory:
            path = os.path.join(directory, "wide.npy")
            write_data(path, n, d)
            measure_eigencoder(program, path, f"{n} x {d}")
            if case == "side":
                measure_sklearn(path, f"{n} x {d}", [int(i) for i in options.iterations.split(",")])


main()
