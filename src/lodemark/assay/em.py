"""Reference specimens with values below the limit of detection: completed by expectation, never by half the limit.

A censored coordinate of a specimen is normal about its lot, given what was observed, and cut off at its limit; its mean and
variance under that law take its place, and the variance is given back to the scatter within (EM with truncated-normal
moments; cf. Palarea-Albaladejo & Martin-Fernandez 2008). Several censored coordinates of one specimen are taken in turn.
A lot that is censored throughout stays a little too close to the limit: nothing but the other lots speaks for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from lodemark.assay.model import Floats

_ROUNDS = 200
_STILL = 1e-6


@dataclass(frozen=True, slots=True)
class Completed:
    """Coordinates ``z`` (N, p) with expectations in place of limits, and the variance (p, p) that the pooled sum of squares lacks."""

    z: Floats
    lacking: Floats
    rounds: int


def complete(z: Floats, limit: NDArray[np.bool_], item: NDArray[np.intp]) -> Completed:
    """``z`` (N, p) holds the upper limit where ``limit`` is true; ``item`` (N,) numbers the lots."""
    size = z.shape[1]
    rows = np.flatnonzero(limit.any(axis=1)).tolist()
    filled, lacking = z.copy(), np.zeros((size, size))
    if not rows:
        return Completed(filled, lacking, 0)
    filled[limit] -= 0.5 * np.broadcast_to(z.std(axis=0), z.shape)[limit]  # where the search starts, nothing more
    counts = np.bincount(item)
    rounds = 0
    while rounds < _ROUNDS:
        rounds += 1
        mean, U, C, means = _moments(filled, lacking, item, counts)
        before, lacking = filled.copy(), np.zeros((size, size))
        # A lot measured n times is known to U/n beside how lots differ: pull its mean towards the others accordingly.
        gain = [C @ np.linalg.inv(C + U / n) for n in range(1, int(counts.max()) + 1)]
        for row in rows:
            lot = item[row]
            centre = mean + gain[counts[lot] - 1] @ (means[lot] - mean)
            for k in np.flatnonzero(limit[row]).tolist():
                filled[row, k], variance = _truncated(filled[row], z[row, k], centre, U, k)
                lacking[k, k] += variance
        if np.max(np.abs(filled - before)) < _STILL:
            break
    return Completed(filled, lacking, rounds)


def _moments(
    z: Floats, lacking: Floats, item: NDArray[np.intp], counts: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean, scatter within and between, and lot means of the completed data."""
    m, count = len(counts), len(z)
    means = np.stack([np.bincount(item, weights=column) for column in z.T], axis=1) / counts[:, None]
    rest = z - means[item]
    U = (rest.T @ rest + lacking) / (count - m)
    mean = z.mean(axis=0)
    away = means - mean
    kappa = (count - (counts**2).sum() / count) / (m - 1)
    values, vectors = np.linalg.eigh(((counts[:, None] * away).T @ away / (m - 1) - U) / kappa)
    return mean, U, (vectors * np.maximum(values, 0.0)) @ vectors.T, means


def _truncated(point: Floats, limit: float, centre: Floats, U: Floats, k: int) -> tuple[float, float]:
    """Mean and variance of coordinate k below its limit, given the other coordinates and the lot."""
    others = np.arange(len(point)) != k
    weight = np.linalg.solve(U[np.ix_(others, others)], U[others, k])
    mean = float(centre[k] + weight @ (point[others] - centre[others]))
    sd = float(np.sqrt(max(U[k, k] - weight @ U[others, k], 1e-300)))
    a = (limit - mean) / sd
    ratio = float(np.exp(-0.5 * a * a - 0.5 * np.log(2 * np.pi) - log_ndtr(a)))  # density over probability, safe in the tail
    return mean - sd * ratio, sd * sd * max(1 - a * ratio - ratio * ratio, 0.0)
