"""What would have been seen: detection probability, the bound no test can beat, the loss hardest to detect.

``np_bound`` is Neyman and Pearson's: for a loss pattern d no test of size alpha detects it more often. Among patterns of
one total the least detectable is ``Sigma 1``, and its bound is the closing CUMUF test (Avenhaus & Jaech 1981): whoever
knows Sigma will choose it, so it is the one a promise is measured against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import nnls
from scipy.special import ndtr, ndtri

from lodemark.accountancy.covariance import cholesky
from lodemark.accountancy.joint import Thresholds, closing_weights, histories
from lodemark.accountancy.model import Floats, TestName
from lodemark.accountancy.page import false_alarm, page


@dataclass(frozen=True, slots=True)
class Power:
    """Detection probability ``dp`` of the tests together (simulated, ``se``), of each alone (exact), and the bound."""

    dp: float
    se: float
    np_bound: float
    alone: dict[TestName, float]


def power(sigma: Floats, d: Floats, thresholds: Thresholds, n: int = 200_000, seed: int = 0) -> Power:
    """Chance of an alarm under the true loss ``d`` (P,) kg; ``n`` simulated histories with a fixed seed."""
    shift = solve_triangular(cholesky(sigma), np.asarray(d, dtype=np.float64), lower=True)
    weights = closing_weights(sigma)
    alarms = sum(int(_alarms(z + shift, weights, thresholds).sum()) for z in histories(len(sigma), n, seed))
    dp = alarms / n
    exact: dict[TestName, float] = {
        "page": false_alarm(thresholds.k, thresholds.h, len(sigma), shift),
        "cumuf": float(ndtr(weights @ shift - thresholds.c)),
        "shewhart": float(1 - np.prod(ndtr(thresholds.t - shift))),
    }
    return Power(
        dp=dp,
        se=float(np.sqrt(max(dp * (1 - dp), 1 / n) / n)),
        np_bound=np_bound(sigma, d, thresholds.alpha),
        alone={name: exact[name] for name in thresholds.tests},
    )


def _alarms(z: Floats, weights: Floats, thresholds: Thresholds) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    found = np.zeros(len(z), dtype=bool)
    if "cumuf" in thresholds.tests:
        found |= z @ weights > thresholds.c
    if "shewhart" in thresholds.tests:
        found |= z.max(axis=1) > thresholds.t
    if "page" in thresholds.tests:
        found |= page(z, thresholds.k).max(axis=1) > thresholds.h
    return found


def np_bound(sigma: Floats, d: Floats | Sequence[float], alpha: float) -> float:
    """``Phi(-z_{1-alpha} + sqrt(d' Sigma^-1 d))``: the most any test of size ``alpha`` can detect of the pattern ``d``."""
    whitened = solve_triangular(cholesky(sigma), np.asarray(d, dtype=np.float64), lower=True)
    return float(ndtr(ndtri(alpha) + np.linalg.norm(whitened)))


def least_detectable(sigma: Floats, total: float, nonnegative: bool = True) -> Floats:
    """The pattern of this total, kg, that is hardest to detect; with ``nonnegative`` nothing is ever put back."""
    factor = cholesky(sigma)
    free = np.asarray(sigma.sum(axis=0))
    if not nonnegative or free.min() >= 0:
        return np.asarray(total * free / free.sum(), dtype=np.float64)
    # min d'Sigma^-1 d with 1'd = total, d >= 0: any penalty on the sum has a minimiser of the same direction.
    inverse = solve_triangular(factor, np.eye(len(sigma)), lower=True)
    scale = float(np.sqrt(np.trace(inverse @ inverse.T)))
    direction, _ = nnls(np.vstack([inverse, np.full(len(sigma), scale)]), np.append(np.zeros(len(sigma)), scale))
    return np.asarray(total * direction / direction.sum(), dtype=np.float64)


def detectable(sigma: Floats, alpha: float, detect: float = 0.9) -> float:
    """The smallest total, kg, that is found with probability ``detect`` even when spread least detectably (M90 for .9)."""
    return float((ndtri(detect) - ndtri(alpha)) * np.sqrt(sigma.sum()))
