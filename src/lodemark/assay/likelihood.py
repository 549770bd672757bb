"""The general two-level likelihood ratio: own error covariances, a shared calibration, values below a limit.

``ln LR = ln p([y1; y2] | same lot) - ln p([y1; y2] | different lots)``, where the lot's mean is spread around ``centres``
with covariance ``spread``: one centre (the population mean) and C is the normal model, the lot means and h^2 C the kernel
model. With V12 = 0 and nothing censored it is Aitken & Lucy's, or Bolck's, formula.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from lodemark.assay.calibration import LN10
from lodemark.assay.censored import log_below
from lodemark.assay.model import Floats


@dataclass(frozen=True, slots=True)
class Side:
    """One side: coordinates ``y`` (p,), error covariance ``V`` (p, p); ``limit[k]`` is true where y is an upper limit."""

    y: Floats
    V: Floats
    limit: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Odds:
    """log10 of the densities under "same lot" and "different lots"; their difference is the log10 LR."""

    log10_num: float
    log10_den: float

    @property
    def log10_lr(self) -> float:
        """log10 LR."""
        return self.log10_num - self.log10_den


def observed(y: Floats, V: Floats) -> Side:
    """A side with nothing censored."""
    return Side(y, V, np.zeros(len(y), dtype=bool))


def odds(a: Side, b: Side, V12: Floats, centres: Floats, spread: Floats) -> Odds:
    """Densities of both hypotheses; ``V12`` (p, p) is the covariance of the two sides' errors, ``centres`` (m, p)."""
    m = len(centres)
    y = np.concatenate([a.y, b.y])
    limit = np.concatenate([a.limit, b.limit])
    same = np.block([[spread + a.V, spread + V12], [(spread + V12).T, spread + b.V]])
    num = logsumexp(log_density(y, limit, np.hstack([centres, centres]), same)) - np.log(m)
    if np.any(V12) and m > 1:
        # A shared calibration ties the sides even when the lots differ: the sum runs over pairs of kernels.
        apart = np.block([[spread + a.V, V12], [V12.T, spread + b.V]])
        pairs = np.hstack([np.repeat(centres, m, axis=0), np.tile(centres, (m, 1))])
        den = logsumexp(log_density(y, limit, pairs, apart)) - 2 * np.log(m)
    elif np.any(V12):
        den = logsumexp(
            log_density(y, limit, np.hstack([centres, centres]), np.block([[spread + a.V, V12], [V12.T, spread + b.V]]))
        )
    else:
        den = sum(float(logsumexp(log_density(side.y, side.limit, centres, spread + side.V))) - np.log(m) for side in (a, b))
    return Odds(float(num / LN10), float(den / LN10))


def log_density(y: Floats, limit: NDArray[np.bool_], means: Floats, cov: Floats) -> Floats:
    """ln of N(observed) x P(censored below their limits | observed) for each mean (m, p), shape (m,)."""
    seen, hidden = np.flatnonzero(~limit), np.flatnonzero(limit)
    L = np.linalg.cholesky(cov[np.ix_(seen, seen)])
    away = np.linalg.solve(L, (y[seen] - means[:, seen]).T)
    log_p = -0.5 * (away**2).sum(axis=0) - np.log(np.diagonal(L)).sum() - 0.5 * len(seen) * np.log(2 * np.pi)
    if not len(hidden):
        return np.asarray(log_p)
    half = np.linalg.solve(L, cov[np.ix_(seen, hidden)])
    left = cov[np.ix_(hidden, hidden)] - half.T @ half
    shifted = means[:, hidden] + (half.T @ away).T
    return np.asarray(log_p + [log_below(y[hidden], mean, left) for mean in shifted])
