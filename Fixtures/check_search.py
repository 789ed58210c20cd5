"""From a table or JSON lines to a search in sqlite, faiss and NumPy, by the commands of the README.

    python check_search.py TOOL [EMBEDDINGS.npy]

Needs numpy, faiss-cpu and sqlite-vec from PyPI and the sqlite3 of the system. Without embeddings of yours it makes rows with
neighbours of their own. Every search is compared with one that is written out in NumPy here.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile

import faiss
import numpy as np
import sqlite_vec


def rows(path):
    if path:
        return np.load(path).astype("f4")[:2000]
    random = np.random.default_rng(1)
    centres = random.normal(size=(60, 64))
    return (centres[random.integers(60, size=1500)] + 0.4 * random.normal(size=(1500, 64))).astype("f4")


def nearest(codes, queries, k):
    unit = codes / np.linalg.norm(codes, axis=1, keepdims=True)
    return np.argsort(-(queries @ unit.T), axis=1, kind="stable")[:, :k]


def run(*words, **options):
    result = subprocess.run(words, capture_output=True, text=True, **options)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{result.stderr}")
    return result.stdout


def main(tool, embeddings=None):
    tool = os.path.abspath(tool)
    x = rows(embeddings and os.path.abspath(embeddings))
    n, d = x.shape
    ids = [f"doc-{i}" for i in range(n)]
    os.chdir(tempfile.mkdtemp())

    # A table as pandas writes it: ids, a text column, two rows with a gap.
    with open("items.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "title"] + [f"f{j}" for j in range(d)])
        for i in range(n):
            numbers = [repr(float(v)) for v in x[i]]
            if i in (3, 500):
                numbers[1] = ""
            table.writerow([ids[i], f"item {i}, a title"] + numbers)
    kept = [i for i in range(n) if i not in (3, 500)]
    columns = ["--drop", "title", "--missing", "drop-rows"]
    run(tool, "embed", "--data", "items.csv", *columns, "--latent", "16", "--model", "m.safetensors", "--type", "f32")
    encode = [tool, "encode", "--model", "m.safetensors", "--data", "items.csv", *columns]
    run(*encode, "--out", "codes.csv", "--out-format", "pgvector")
    run(*encode, "--out", "codes.npy")
    codes = np.load("codes.npy")
    assert codes.shape == (n - 2, 16), codes.shape

    # sqlite: the second column is a vector as sqlite-vec and pgvector read it.
    run("sqlite3", "items.db", "create table items(id text, embedding text)", ".import --csv codes.csv items")
    expected = nearest(codes, codes[:20], 6)
    for row in range(20):
        found = run(
            "sqlite3", "items.db", f".load {sqlite_vec.loadable_path()}",
            "select id from items order by vec_distance_cosine(embedding, "
            f"(select embedding from items where id = '{ids[kept[row]]}')) limit 6").split()
        agree = len(set(found) & {ids[kept[j]] for j in expected[row]})
        assert found[0] == ids[kept[row]] and agree >= 5, (row, found)

    # JSON lines to faiss and NumPy.
    with open("items.jsonl", "w") as file:
        for i in range(n):
            file.write(json.dumps({"id": ids[i], "embedding": [float(v) for v in x[i]]}) + "\n")
    run(tool, "embed", "--data", "items.jsonl", "--latent", "16", "--model", "j.safetensors", "--type", "f32")
    run(tool, "encode", "--model", "j.safetensors", "--data", "items.jsonl", "--out", "j.npy")
    run(tool, "encode", "--model", "j.safetensors", "--data", "items.jsonl", "--out", "j.jsonl")
    codes = np.load("j.npy")
    lines = [json.loads(line) for line in open("j.jsonl")]
    assert [line["id"] for line in lines] == ids
    assert np.array_equal(np.array([line["embedding"] for line in lines], "f4"), codes)
    faiss.normalize_L2(codes)
    index = faiss.IndexFlatIP(codes.shape[1])
    index.add(codes)
    _, found = index.search(codes[:200], 11)
    expected = nearest(codes, codes[:200], 11)
    agree = np.mean([len(set(a) & set(b)) / 11 for a, b in zip(found, expected)])
    assert agree > 0.999, agree
    truth = nearest(x, x[:200], 11)
    recall = np.mean([len(set(a) & set(b)) / 11 for a, b in zip(found, truth)])
    # Codes of few bytes as an index of faiss: it finds what cosines with the decoded rows find.
    run(tool, "embed", "--data", "items.jsonl", "--bytes", "8", "--engine", "faiss", "--model", "b.safetensors")
    run(tool, "encode", "--model", "b.safetensors", "--data", "items.jsonl", "--out", "b.npy")
    run(tool, "decode", "--model", "b.safetensors", "--data", "b.npy", "--out", "back.npy")
    run(tool, "export", "faiss-index", "--model", "b.safetensors", "--codes", "b.npy", "--out", "b.faiss")
    index = faiss.read_index("b.faiss")
    assert index.ntotal == n
    _, found = index.search(x[:200], 11)

    def share(rows):
        return np.mean([len(set(a) & set(b)) / 11 for a, b in zip(rows, truth)])

    by_cosine, by_index = share(nearest(np.load("back.npy"), x[:200], 11)), share(found)
    assert by_index > by_cosine - 0.01, (by_index, by_cosine)
    print(f"8 bytes keep {by_cosine:.3f} by cosine, {by_index:.3f} in faiss")
    print(f"sqlite, faiss and NumPy find the same; 16 of {d} numbers keep {recall:.3f} of the 11 nearest")


if __name__ == "__main__":
    main(*sys.argv[1:])
