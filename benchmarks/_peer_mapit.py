"""Run by ``benchmarks.accountancy``: MAPIT (Sandia, GPL) is called here in its own process, as its users call it.

python _peer_mapit.py CHECKOUT IN.npz OUT.npz     CHECKOUT: a folder of the repository; nothing of it is copied.
"""

import importlib.util
import sys
import time
from pathlib import Path

import numpy as np

path = Path(sys.argv[1]) / "MAPIT" / "core" / "AuxFunctions.py"
spec = importlib.util.spec_from_file_location("mapit_aux", path)
mapit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mapit)

data = np.load(sys.argv[2])
flow, sign, stock = data["flow"], data["sign"], data["stock"]
periods = flow.shape[1]
# One measurement in the middle of each period, inventories at its ends: no reading of its windows is favoured.
middle, ends = np.arange(periods)[:, None] + 0.5, np.arange(periods + 1)[:, None].astype(float)
ins, outs = ([row[None, :] for row in flow[sign == side]] for side in (1, -1))
errors = [[data["u_r"], data["u_s"]]] * len(ins) + [[data["iu_r"], 0.0]] + [[data["u_r"], data["u_s"]]] * len(outs)
begin = time.process_time()
mapit.calcCovMat(
    ins, [stock[None, :]], outs, [middle] * len(ins), [ends], [middle] * len(outs), np.asarray(errors, dtype=float), 1.0,
    ["discrete"] * len(ins), ["discrete"] * len(outs), doPbar=False,
)  # fmt: skip
np.savez(sys.argv[3], seconds=time.process_time() - begin)
