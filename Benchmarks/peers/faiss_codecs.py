"""Codes of so many bytes a vector in faiss, and by `eigencoder embed --bytes`: how many true neighbours each finds.

Each codec of faiss learns from the first --train rows; then the whole corpus is added. recall@10 is the share of the 10
nearest rows by cosine that are among the 10 nearest codes, the query not rounded; in best 50: among the 50 nearest. Both
are given twice: of faiss's own search, by inner product, and of cosines with the rows that codes decode to, by NumPy.
The exact answer is NumPy's, over the whole corpus. Rows and queries are divided by their lengths unless --given.

`bytes` are those that a code of the index really takes: RaBitQ adds 8 bytes to a code of 1 bit a number, 20 to others
(and decodes the first bit alone). `model MB` is what is kept once beside the codes. A PCAR takes the mean away, so that
an inner product after it is none of the rows; their cosines by NumPy have it.

With --eigencoder, `embed --bytes` is fitted to the same corpus, of which it learns up to 50,000 rows, and chooses by the
queries 0, 2, 4, ...; `printed` is the recall that it reports of the queries 1, 3, 5, ..., `odd` the same by NumPy from the
decoded bytes. Learned codes suit the rows that they were learned from better than others: --same-rows (in the table *)
fits to the first --train rows alone, as faiss does, and encodes the whole corpus by that model.

usage: faiss_codecs.py --data CORPUS.npy --queries QUERIES.npy [--bytes 8,16,32,64,128] [--train 20000] [--threads 2]
                       [--only NAME,NAME] [--slow] [--given] [--eigencoder PROGRAM] [--same-rows] [--json FILE]
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time

import faiss
import numpy as np
from threadpoolctl import threadpool_limits

from common import THREADS

NEIGHBOURS, LIST = 10, 50
ALLOWED = 0.003
COLUMNS = [("bytes", 5), ("codec", 27), ("recall@10", 9), ("in best 50", 10), ("by cosine", 9), ("in best 50", 10),
           ("train s", 8), ("rows/s", 8), ("model MB", 8), ("odd", 7), ("printed", 7)]


def codecs(size, d, slow):
    """Factory strings of codes of `size` bytes, or fewer where there are none of so many."""
    names = [f"RQ{size}x8"]
    if size <= 16 or slow:
        names.append(f"LSQ{size}x8")
    if d % size == 0:
        names.append(f"PQ{size}x8")
    names += [f"OPQ{size}_{k},PQ{size}x8" for k in (64, 128, 192, 256) if k <= d and k % size == 0]
    if d % (2 * size) == 0:
        names.append(f"PQ{2 * size}x4")
    wide = [k for k in (64, 128, 192, 256) if k <= d and k % (2 * size) == 0]
    names += [f"OPQ{2 * size}_{k},PQ{2 * size}x4" for k in wide[-1:]]
    for bits in (1, 2, 4):
        k = min(d, 8 * (size - (8 if bits == 1 else 20)) // bits)
        if k > 0:
            names.append((f"PCAR{k}" if k < d else f"RR{d}") + ",RaBitQ" + (str(bits) if bits > 1 else ""))
    for bits in (4, 6, 8):
        if 8 * size // bits <= d:
            names.append(f"PCAR{8 * size // bits},SQ{bits}")
    return names


def unit(x):
    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.where(lengths > 0, lengths, 1)


def nearest(rows, queries, count):
    """The rows of largest cosine for each query, the nearest first, of equal ones the first."""
    rows, found = unit(rows), []
    for first in range(0, len(queries), 100):
        scores = queries[first:first + 100] @ rows.T
        bars = -np.partition(-scores, count - 1, axis=1)[:, count - 1]
        for row, bar in zip(scores, bars):
            # All that reach the bar, so that of equal ones the first are taken.
            reached = np.flatnonzero(row >= bar)
            found.append(reached[np.argsort(-row[reached], kind="stable")][:count])
    return np.array(found)


def recalls(truth, found):
    """recall@10 and the share in the best 50, of each query."""
    return np.array([[len(np.intersect1d(t, f[:count])) / len(t) for count in (NEIGHBOURS, LIST)]
                     for t, f in zip(truth, found)])


@contextlib.contextmanager
def silence():
    """Without faiss's line for every codebook of few rows."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def measured(name, train, corpus, queries, truth):
    """One codec: its figures as a dictionary."""
    with silence():
        index = faiss.index_factory(corpus.shape[1], name, faiss.METRIC_INNER_PRODUCT)
        start = time.perf_counter()
        index.train(train)
        trained = time.perf_counter()
        side = len(faiss.serialize_index(index))
        before = time.perf_counter()
        index.add(corpus)
        added = time.perf_counter()
        own = recalls(truth, index.search(queries, LIST)[1]).mean(0)
        decoded = recalls(truth, nearest(index.reconstruct_n(0, len(corpus)), queries, LIST)).mean(0)
    return {"bytes": index.sa_code_size(), "codec": name, "recall": own[0], "recallAmong50": own[1],
            "cosineRecall": decoded[0], "cosineRecallAmong50": decoded[1], "trainSeconds": trained - start,
            "rowsPerSecond": len(corpus) / (added - before), "sideBytes": side}


def eigencoder(program, size, folder, fitted, queries, truth, threads):
    """`embed --bytes` fitted to the file `fitted`, then the corpus encoded and decoded, searched by NumPy."""
    def run(*words):
        start = time.perf_counter()
        result = subprocess.run([program, *words, "--quiet", "--threads", str(threads)], cwd=folder,
                                capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(result.stderr.strip())
        return result.stdout, time.perf_counter() - start

    text, fitting = run("embed", "--data", fitted, "--queries", "queries.npy", "--bytes", str(size),
                        "--model", "m.safetensors", "--format", "json")
    _, encoding = run("encode", "--model", "m.safetensors", "--data", "corpus.npy", "--out", "codes.npy")
    run("decode", "--model", "m.safetensors", "--data", "codes.npy", "--out", "back.npy")
    trial = json.loads(text)["choices"][0]["trial"]
    codes = np.load(f"{folder}/codes.npy", mmap_mode="r")
    share = recalls(truth, nearest(np.load(f"{folder}/back.npy").astype("f4"), queries, LIST))
    result = {"bytes": codes.itemsize * codes.shape[1], "codec": trial["name"], "cosineRecall": share[:, 0].mean(),
              "cosineRecallAmong50": share[:, 1].mean(), "trainSeconds": fitting,
              "rowsPerSecond": len(codes) / encoding, "sideBytes": os.path.getsize(f"{folder}/m.safetensors")}
    if fitted == "corpus.npy":
        result |= {"oddRecall": share[1::2, 0].mean(), "printedRecall": trial["recall"]}
    else:
        result["codec"] += " *"
    return result


def line(result):
    def number(key, digits, factor=1):
        return f"{result[key] * factor:.{digits}f}" if key in result else "-"

    cells = [str(result["bytes"]), result["codec"], number("recall", 4), number("recallAmong50", 4),
             number("cosineRecall", 4), number("cosineRecallAmong50", 4), number("trainSeconds", 1),
             number("rowsPerSecond", 0), number("sideBytes", 2, 1e-6), number("oddRecall", 4), number("printedRecall", 4)]
    return aligned(cells)


def aligned(cells):
    return "  ".join(cell.ljust(width) if name == "codec" else cell.rjust(width)
                     for cell, (name, width) in zip(cells, COLUMNS)).rstrip()


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--data", required=True)
parser.add_argument("--queries", required=True)
parser.add_argument("--bytes", default="8,16,32,64,128")
parser.add_argument("--train", type=int, default=20_000)
parser.add_argument("--threads", type=int, default=THREADS)
parser.add_argument("--only", default="", help="codecs whose name contains one of these, as RQ,OPQ; 'none' for none")
parser.add_argument("--slow", action="store_true", help="LSQ of more than 16 bytes too")
parser.add_argument("--given", action="store_true", help="do not divide rows and queries by their lengths")
parser.add_argument("--eigencoder", metavar="PROGRAM")
parser.add_argument("--same-rows", action="store_true", help="fit eigencoder to the first --train rows as well")
parser.add_argument("--json", metavar="FILE")
options = parser.parse_args()

faiss.omp_set_num_threads(options.threads)
corpus, queries = (np.ascontiguousarray(np.load(path).astype("f4")) for path in (options.data, options.queries))
if not options.given:
    corpus, queries = unit(corpus), unit(queries)
train = corpus[:options.train]
results, failures, differences = [], [], 0
print(f"faiss {faiss.__version__}, numpy {np.__version__}, {options.threads} threads; {len(corpus)} rows of "
      f"{corpus.shape[1]} numbers, {len(train)} to train faiss, {len(queries)} queries\n")
print(aligned([name for name, _ in COLUMNS]), flush=True)


def add(function, *arguments):
    try:
        results.append({"size": size} | function(*arguments))
        print(line(results[-1]), flush=True)
    except RuntimeError as error:
        what = arguments[0] if function is measured else f"eigencoder, {size} bytes"
        failures.append(f"{what}: {str(error).splitlines()[-1]}")


with threadpool_limits(options.threads), tempfile.TemporaryDirectory() as folder:
    truth = nearest(corpus, queries, NEIGHBOURS)
    if options.eigencoder:
        program = os.path.abspath(options.eigencoder)
        for name, rows in (("corpus", corpus), ("train", train), ("queries", queries)):
            np.save(f"{folder}/{name}.npy", rows)
    for size in map(int, options.bytes.split(",")):
        for name in codecs(size, corpus.shape[1], options.slow):
            if not options.only or any(part in name for part in options.only.split(",")):
                add(measured, name, train, corpus, queries, truth)
        if options.eigencoder:
            for fitted in ["corpus.npy"] + (["train.npy"] if options.same_rows else []):
                add(eigencoder, program, size, folder, fitted, queries, truth, options.threads)
for text in failures:
    print(f"left out: {text}")
for r in results:
    if "oddRecall" in r and abs(r["oddRecall"] - r["printedRecall"]) > ALLOWED:
        differences += 1
        print(f"{r['codec']}, {r['bytes']} bytes: recall {r['oddRecall']:.4f} by NumPy, {r['printedRecall']:.4f} printed")
if options.json:
    with open(options.json, "w") as file:
        json.dump({"faiss": faiss.__version__, "threads": options.threads, "rows": len(corpus), "train": len(train),
                   "queries": len(queries), "results": results}, file, indent=1)
        file.write("\n")
sys.exit(1 if differences else 0)
