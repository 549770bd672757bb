"""The mixing model of simmr and its kin (shares by a centred log-ratio prior, one group of one sample), for JAGS or by hand.

JAGS (GPL) is called as a program; the model text is ours. ``metropolis`` is the stand-in where JAGS is not there.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np

from benchmarks._beside import spent_by

CHAINS, ITERATIONS = 4, 10_000  # simmr's default, burn-in included
MODEL = """model {
  for (j in 1:J) { y[j] ~ dnorm(inprod(p[], s[, j]), 1 / (vy[j] + inprod(p2[], vs[, j]))) }
  for (k in 1:K) { f[k] ~ dnorm(0, 1); e[k] <- exp(f[k]); p[k] <- e[k] / sum(e[]); p2[k] <- p[k] * p[k] }
}
"""
SCRIPT = """model in "model.bug"
data in "data.R"
compile, nchains(4)
initialize
update {burn}
monitor p, thin(10)
update {kept}
exit
"""


def jags(y: np.ndarray, vy: np.ndarray, s: np.ndarray, vs: np.ndarray, part: int) -> float | None:
    """Processor seconds of JAGS for simmr's iterations, from one ``part``-th of them; ``None``: not installed."""
    program = shutil.which("jags")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        named = {"y": y, "vy": vy, "s": s, "vs": vs}
        data = "".join(f"{name} <- {_written(value)}\n" for name, value in named.items())
        (Path(folder) / "data.R").write_text(f"{data}J <- {len(y)}\nK <- {len(s)}\n", encoding="utf-8")
        (Path(folder) / "model.bug").write_text(MODEL, encoding="utf-8")
        script = SCRIPT.format(burn=ITERATIONS // part // 10, kept=ITERATIONS // part * 9 // 10)
        (Path(folder) / "run.cmd").write_text(script, encoding="utf-8")
        seconds = spent_by([program, "run.cmd"], folder)
    return None if seconds is None else part * seconds


def _written(value: np.ndarray) -> str:
    numbers = ",".join(repr(float(x)) for x in value.T.ravel())
    return f"c({numbers})" if value.ndim == 1 else f"structure(c({numbers}), .Dim=c({value.shape[0]},{value.shape[1]}))"


def metropolis(y: np.ndarray, vy: np.ndarray, s: np.ndarray, vs: np.ndarray, steps: int) -> np.ndarray:
    """A plain random walk over the shares of one set of sources (k, J): its mean shares."""
    rng = np.random.default_rng(8)

    def log_posterior(f: np.ndarray) -> tuple[float, np.ndarray]:
        p = np.exp(f - f.max())
        p /= p.sum()
        v = vy + p**2 @ vs
        return float(-0.5 * ((y - p @ s) ** 2 / v + np.log(v)).sum() - 0.5 * f @ f), p

    f = np.zeros(len(s))
    now, p = log_posterior(f)
    total = np.zeros(len(s))
    for _ in range(steps):
        step = f + 0.3 * rng.normal(size=len(s))
        new, q = log_posterior(step)
        if np.log(rng.random()) < new - now:
            f, now, p = step, new, q
        total += p
    return total / steps
