"""Run by ``benchmarks.marks`` in an environment that has scikit-bio and pyrolite: log-ratio coordinates of the same array.

python _peer_ratios.py IN.npz OUT.npz
"""

import sys
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")
mass = np.load(sys.argv[1])["mass"]
found = {}
for name in ("skbio", "pyrolite"):
    try:
        if name == "skbio":
            from skbio.stats.composition import ilr as work
        else:
            from pyrolite.comp.codata import ILR as work
    except ImportError:
        continue
    seconds = []
    for _ in range(3):
        begin = time.process_time()
        work(mass)
        seconds.append(time.process_time() - begin)
    found[name] = min(seconds)
np.savez(sys.argv[2], **found)
