"""Runs a command when the machine is idle, and tells how much other processes took meanwhile.

usage: undisturbed.py FILE COMMAND...
Ends with status 75, without running it, while other processes are busy. Writes to FILE the processors that they took on
average while the command ran.
"""

import os
import pathlib
import resource
import subprocess
import sys
import time

MOST = 0.12


def others():
    """Processor seconds since the start that neither this process nor its children took, and the time."""
    user, nice, system, idle, wait, *rest = map(int, pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9])
    busy = (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")
    own = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return busy - own, time.perf_counter()


def share(before):
    after = others()
    return max(0, (after[0] - before[0]) / (after[1] - before[1]))


before = others()
time.sleep(0.4)
if share(before) > MOST:
    sys.exit(75)
before = others()
subprocess.run(sys.argv[2:], check=True)
pathlib.Path(sys.argv[1]).write_text(f"{share(before):.3f}")
