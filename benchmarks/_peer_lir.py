"""Run by ``benchmarks.marks`` in an environment that has lir (NFI, Apache-2.0): reads the same arrays, writes its answers.

python _peer_lir.py IN.npz OUT.npz
"""

import sys
import time

import numpy as np
from lir.lrsystems.two_level import TwoLevelModelNormalKDE

data = np.load(sys.argv[1])
model = TwoLevelModelNormalKDE()
model.fit_on_unpaired_instances(data["z"], data["item"])
trace, reference = data["first"][:, None, :], data["second"][:, None, :]
start = time.process_time()
found = model.transform(trace, reference)
np.savez(sys.argv[2], llr=found, seconds=time.process_time() - start)
