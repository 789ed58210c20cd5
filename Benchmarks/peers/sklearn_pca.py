"""PCA in scikit-learn: fit with k components by each solver, and transform.

usage: sklearn_pca.py FILE.npy K SOLVER...    each in f32 and f64, or in one of them: covariance_eigh:f4
The variances are passed on, so that quality can stand beside time.
"""

import sys

import numpy as np
import sklearn
from sklearn.decomposition import PCA

from common import introduce, median_seconds, report

path, components = sys.argv[1], int(sys.argv[2])
solvers = sys.argv[3:]
x = np.load(path)
introduce("scikit-learn", **{"scikit-learn": sklearn.__version__, "numpy": np.__version__})
for solver in solvers:
    solver, _, precision = solver.partition(":")
    for dtype in [precision] if precision else ["f4", "f8"]:
        data = x.astype(dtype)
        model = PCA(components, svd_solver=solver, random_state=1)
        seconds = median_seconds(lambda: model.fit(data), at_least=0.5, warmup=0)
        encode = median_seconds(lambda: model.transform(data), at_least=0.2, warmup=0)
        report(case=path, variant=f"{solver} {dtype}", seconds=seconds, encode=encode,
               variances=model.explained_variance_.astype("f8").tolist())
