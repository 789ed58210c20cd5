"""Whole processes: wall time of `eigencoder --help` and of `fit pca` on the digits, and the peak memory of a fit.

usage: processes.py EIGENCODER DIGITS.npy DATA.npy
"""

import json
import os
import sys
import tempfile
import time

program, digits, data = sys.argv[1:]


def run(*arguments):
    """Seconds from start to end, and the peak resident bytes."""
    start = time.perf_counter()
    child = os.posix_spawn(program, [program, *arguments], os.environ,
                           file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                                         (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{program} {' '.join(arguments)} ended with status {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss * 1024


def median(*arguments, repetitions=21):
    run(*arguments)
    return sorted(run(*arguments)[0] for _ in range(repetitions))[repetitions // 2]


with tempfile.TemporaryDirectory() as directory:
    model = os.path.join(directory, "model.safetensors")
    print(json.dumps({"case": "process/help", "seconds": median("--help")}))
    fit = ("fit", "pca", "--data", digits, "--latent", "8", "--model", model)
    print(json.dumps({"case": "process/fit pca, digits", "seconds": median(*fit)}))
    fit = ("fit", "pca", "--data", data, "--latent", "32", "--model", model)
    peak = sorted(run(*fit)[1] for _ in range(3))[1]
    print(json.dumps({"case": "process/fit pca, memory", "bytes": peak, "data": os.path.getsize(data)}))
