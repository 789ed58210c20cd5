"""What is compared with what, and how much faster Eigencoder is meant to be."""

DEEP = "784-1000-500-250-30"


class Line:
    """One row of the table: our measurement, the peers' case, which variants count, and the ratio that is meant."""

    def __init__(self, title, ours, peer, case, target, accept=lambda variant: True, field="seconds"):
        self.title, self.ours, self.peer, self.case = title, ours, peer, case
        self.target, self.accept, self.field = target, accept, field


def _fit(size, k, peer, target, precision=None):
    name = {"f8": ", its f64", "f4": ", its f32", None: ""}[precision]
    accept = (lambda variant: variant.split()[1].startswith(precision)) if precision else (lambda variant: True)
    return Line(f"fit {size}, k {k}: {peer}{name}", f"pca/{size} k{k} f32 fit", peer, f"pca/{size}", target, accept)


def _encode(size, k, peer):
    return Line(f"encode {size}, k {k}: {peer}", f"pca/{size} k{k} f32 encode", peer, f"pca/{size}", None,
                lambda variant: variant.split()[1].startswith("f4"), "encode")


def _step(shape, batch, kind, peer, target):
    name = f"step/{shape} batch {batch} {kind}"
    return Line(f"{kind} {shape}, batch {batch}: {peer}", name, peer, name, target)


# (size, k, solvers of scikit-learn in every round, further ones in the first round, whether faiss runs)
PCA = [
    ("60000x784", 32, ["covariance_eigh"], ["randomized", "full:f4"], True),
    ("20000x3072", 256, ["covariance_eigh"], ["randomized:f4"], False),
    ("1000x20000", 32, ["arpack"], ["randomized", "full"], False),
]

LINES = [
    _fit("60000x784", 32, "scikit-learn", 2, "f8"),
    _fit("60000x784", 32, "scikit-learn", None, "f4"),
    _fit("60000x784", 32, "faiss", 3),
    _fit("20000x3072", 256, "scikit-learn", 3, "f8"),
    _fit("20000x3072", 256, "scikit-learn", None, "f4"),
    _fit("1000x20000", 32, "scikit-learn", 2, "f8"),
    _fit("1000x20000", 32, "scikit-learn", None, "f4"),
    _encode("60000x784", 32, "scikit-learn"),
    _encode("60000x784", 32, "faiss"),
    _encode("20000x3072", 256, "scikit-learn"),
    _encode("1000x20000", 32, "scikit-learn"),
    _step(DEEP, 256, "plain", "torch", 2),
    _step(DEEP, 256, "plain", "jax", 1.2),
    _step(DEEP, 1000, "plain", "torch", 2),
    _step(DEEP, 1000, "plain", "jax", 1.2),
    _step("784-128-32", 128, "plain", "torch", 2),
    _step("784-128-32", 128, "plain", "jax", 1.3),
    _step("384-256-64", 256, "plain", "torch", 2),
    _step("384-256-64", 256, "plain", "jax", 1.3),
    _step("64-32-8", 64, "plain", "torch", 8),
    _step("64-32-8", 64, "plain", "jax", 1.3),
    _step("784-128-32", 128, "contractive", "jax", 30),
    _step("384-256-64", 128, "contractive", "jax", 25),
    _step("784-128", 128, "contractive", "jax", 60),
    _step("64-32-8", 64, "contractive", "jax", 3),
    _step(DEEP, 64, "contractive", "jax", 2.5),
]

# (title, our measurement, share of the limit that is meant)
SHARES = [
    ("encode 60000x784, k 32, f32", "pca/60000x784 k32 f32 encode", 0.85),
    (f"plain {DEEP}, batch 1000", f"step/{DEEP} batch 1000 plain", 0.80),
    (f"contractive {DEEP}, batch 64", f"step/{DEEP} batch 64 contractive", 0.85),
]

MEGABYTE = 1 << 20

# (title, case of processes.py, the most that is meant, how to read it, unit)
PROCESSES = [
    ("`eigencoder --help`", "process/help", 20, lambda r: 1e3 * r["seconds"], "ms"),
    ("`fit pca` on the digits", "process/fit pca, digits", 60, lambda r: 1e3 * r["seconds"], "ms"),
    ("peak memory of `fit pca`, 60000x784 f32, beyond the data", "process/fit pca, memory", 60,
     lambda r: (r["bytes"] - r["data"]) / MEGABYTE, "MB"),
]
