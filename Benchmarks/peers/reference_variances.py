"""The leading variances of the rows of an array (denominator n - 1), in f64: what all fits are compared with.

usage: reference_variances.py FILE.npy K
"""

import json
import sys

import numpy as np

x = np.load(sys.argv[1]).astype("f8")
x -= x.mean(0)
gram = x.T @ x if x.shape[1] <= x.shape[0] else x @ x.T
variances = np.linalg.eigvalsh(gram)[::-1][:int(sys.argv[2])] / (len(x) - 1)
print(json.dumps({"variances": variances.tolist()}))
