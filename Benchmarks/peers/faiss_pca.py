"""PCA in faiss (PCAMatrix, f32): train with k components, and apply.

usage: faiss_pca.py FILE.npy K
"""

import sys

import faiss
import numpy as np

from common import THREADS, introduce, median_seconds, report

path, components = sys.argv[1], int(sys.argv[2])
faiss.omp_set_num_threads(THREADS)
x = np.load(path)
model = [None]


def fit():
    model[0] = faiss.PCAMatrix(x.shape[1], components)
    # By default it samples at most 1000 rows a dimension; this takes all of them.
    model[0].max_points_per_d = max(model[0].max_points_per_d, -(-x.shape[0] // x.shape[1]))
    model[0].train(x)


seconds = median_seconds(fit, at_least=0.5, warmup=1)
encode = median_seconds(lambda: model[0].apply(x), at_least=0.3, warmup=1)
variances = faiss.vector_to_array(model[0].eigenvalues)[:components].astype("f8") / (x.shape[0] - 1)
introduce("faiss", faiss=faiss.__version__)
report(case=path, variant="PCAMatrix f4", seconds=seconds, encode=encode, variances=variances.tolist())
