"""Normal probabilities of values known only to lie below a limit; deterministic, in logarithms.

``log_below(limits, mean, cov)`` is ln P(x <= limits). One limit: exact. Two: one integral. Three and four: Genz's
transformation (1992, J. Comp. Graph. Stat. 1:141) on a fixed lattice, so that the same file gives the same answer.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri

from lodemark.assay.model import Floats

MOST = 4
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
_LATTICE = 16381  # prime; generator by Korobov's rule with the multiplier below
_MULTIPLIER = 6389
_HALF_LOG_2PI = 0.5 * np.log(2 * np.pi)


def log_below(limits: Floats, mean: Floats, cov: Floats) -> float:
    """ln P(x_1 <= l_1, ..., x_k <= l_k) for a normal vector, k <= 4."""
    sd = np.sqrt(np.diagonal(cov))
    a = (limits - mean) / sd
    rho = cov / np.outer(sd, sd)
    match len(a):
        case 0:
            return 0.0
        case 1:
            return float(log_ndtr(a[0]))
        case 2:
            return _two(float(a[0]), float(a[1]), float(np.clip(rho[0, 1], -1.0, 1.0)))
        case _:
            assert len(a) <= MOST, "more censored parts than are integrated"
            return _lattice(a, rho)


def _two(a: float, b: float, rho: float) -> float:
    """ln of the integral of phi(x) Phi((b - rho x)/s) up to a: log-concave, so it is found at its mode and summed there."""
    if not np.isfinite(a) and a > 0:
        return float(log_ndtr(b))
    s = np.sqrt(max(1 - rho * rho, 1e-14))

    def log_f(x: Floats) -> Floats:
        return np.asarray(-0.5 * x * x - _HALF_LOG_2PI + log_ndtr((b - rho * x) / s))

    mode = _mode(a, log_f)
    top = float(log_f(np.array([mode]))[0])
    # Beyond 9 sigma of the mode nothing is left of a density whose curvature is at least one.
    edges = np.unique(np.concatenate([np.linspace(mode - 9.0, min(a, mode + 9.0), 13), mode - np.geomspace(1e-4, 8, 12)]))
    edges = edges[edges <= a]
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    x = middle[:, None] + half[:, None] * _NODES[None, :]
    return float(top + np.log((half[:, None] * _WEIGHTS[None, :] * np.exp(log_f(x) - top)).sum()))


def _mode(a: float, log_f: Callable[[Floats], Floats]) -> float:
    """The maximum of a log-concave function on (-inf, a], by golden section."""
    low, high = min(a, 0.0) - 60.0, a if np.isfinite(a) else 60.0
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(90):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if log_f(np.array([left]))[0] < log_f(np.array([right]))[0]:
            low = left
        else:
            high = right
    return (low + high) / 2


def _lattice(a: Floats, rho: Floats) -> float:
    """Genz: sequential conditioning turns the probability into the mean of a smooth function on the unit cube."""
    order = np.argsort(a)  # the tightest limit first: the function varies least
    a, L = a[order], np.linalg.cholesky(rho[np.ix_(order, order)])
    k = len(a)
    generator = np.array([pow(_MULTIPLIER, power, _LATTICE) for power in range(k - 1)], dtype=np.float64)
    points = np.mod(np.arange(1, _LATTICE + 1)[:, None] * generator / _LATTICE, 1.0)
    points = np.abs(2 * points - 1)  # baker's transformation: the integrand becomes periodic, the error of order N^-2
    log_p = np.full(len(points), log_ndtr(a[0]))
    y = np.empty((len(points), k - 1))
    share = np.full(len(points), ndtr(a[0]))
    for i in range(1, k):
        y[:, i - 1] = ndtri(np.clip(points[:, i - 1] * share, 1e-300, 1 - 1e-16))
        reach = (a[i] - y[:, :i] @ L[i, :i]) / L[i, i]
        log_p += log_ndtr(reach)
        share = ndtr(reach)
    top = log_p.max()
    return float(top + np.log(np.mean(np.exp(log_p - top))))
