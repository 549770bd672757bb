"""Page's test (CUSUM) and Shewhart's, with exact run lengths instead of tables.

``S_0 = 0, S_p = max(0, S_{p-1} + z_p - k)``, alarm when S_p > h; k counts from the first period (Page 1954). The chance
of an alarm follows from the integral equation of the statistic, solved on Gauss-Legendre nodes (Nystrom).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from lodemark.accountancy.model import Floats

_CHUNK = 1024  # histories whose columns stay in the cache while time runs


def page(z: Floats, k: float = 0.5) -> Floats:
    """Page's statistic along the last axis of ``z`` (..., P)."""
    flat = np.asarray(z, dtype=np.float64).reshape(-1, z.shape[-1])
    found = np.empty_like(flat)
    for start in range(0, len(flat), _CHUNK):
        # Time runs along rows of the transposed block, so that each step is one contiguous vector operation.
        block = np.subtract(flat[start : start + _CHUNK].T, k, order="C")
        np.maximum(block[0], 0.0, out=block[0])
        for step in range(1, len(block)):
            np.add(block[step], block[step - 1], out=block[step])
            np.maximum(block[step], 0.0, out=block[step])
        found[start : start + _CHUNK] = block.T
    return found.reshape(z.shape)


def shewhart(z: Floats, t: float) -> NDArray[np.bool_]:
    """Whether a single period alarms: ``z_p > t``."""
    return np.asarray(z > t)


@lru_cache(maxsize=8)
def _gauss(nodes: int) -> tuple[Floats, Floats]:
    points, weights = np.polynomial.legendre.leggauss(nodes)
    return (points + 1) / 2, weights / 2


def _kernel(k: float, h: float, mean: float, nodes: int) -> Floats:
    """Transition of the statistic without alarm, state 0 first: the atom at zero, then the density on the nodes."""
    points, weights = _gauss(nodes)
    states = np.concatenate([[0.0], h * points])
    kernel = np.empty((nodes + 1, nodes + 1))
    kernel[:, 0] = ndtr(k - states - mean)
    step = states[1:][None, :] - states[:, None] + (k - mean)
    kernel[:, 1:] = np.exp(-0.5 * step * step) * (h * weights / np.sqrt(2 * np.pi))
    return kernel


def arl(k: float, h: float, mean: float = 0.0, nodes: int = 200) -> float:
    """Average run length to an alarm from state zero when every z has this mean."""
    kernel = _kernel(k, h, mean, nodes)
    return float(np.linalg.solve(np.eye(nodes + 1) - kernel, np.ones(nodes + 1))[0])


def false_alarm(k: float, h: float, horizon: int, mean: float | Floats = 0.0, nodes: int = 64) -> float:
    """Exactly P(max S > h) within ``horizon`` periods; ``mean`` may be one drift for all or one for each period.

    The kernel is a normal density of unit width, so 64 nodes are exact to 1e-12 for h below 12; wider ranges get more.
    """
    nodes = max(nodes, int(6 * h))
    means = np.broadcast_to(np.asarray(mean, dtype=np.float64), (horizon,))
    silent = np.ones(nodes + 1)
    last = float("nan")
    stretch: list[tuple[float, int]] = []
    for value in means[::-1].tolist():  # backwards in time: silence from here to the end
        if value == last:
            stretch[-1] = (value, stretch[-1][1] + 1)
        else:
            stretch.append((value, 1))
        last = value
    for value, times in stretch:
        silent = _apply(_kernel(k, h, value, nodes), times, silent)
    return float(1.0 - silent[0])


def _apply(kernel: Floats, times: int, vector: Floats) -> Floats:
    """``kernel^times vector``; long stretches by repeated squaring."""
    if times < 48:
        for _ in range(times):
            vector = kernel @ vector
        return vector
    while times:
        if times & 1:
            vector = kernel @ vector
        times >>= 1
        if times:
            kernel = kernel @ kernel
    return vector


@lru_cache(maxsize=4096)
def threshold(k: float, horizon: int, alpha: float) -> float:
    """The h at which Page's test alarms falsely with probability ``alpha`` within ``horizon`` periods."""
    assert 0 < alpha < 1

    def excess(h: float) -> float:
        # log P falls almost linearly in h, so the root is found in a handful of steps.
        return float(np.log(max(false_alarm(k, h, horizon), 1e-300) / alpha))

    high = 4.0
    while excess(high) > 0:
        high *= 1.5
    if excess(1e-9) <= 0:
        # So few periods that the reflecting test is rarer than alpha at any h: it alarms at zero crossing.
        return 0.0
    return float(brentq(excess, 1e-9, high, xtol=1e-11))


def shewhart_threshold(horizon: int, alpha: float) -> float:
    """The t with P(max z > t) = alpha for ``horizon`` independent normals."""
    return float(-ndtri(-np.expm1(np.log1p(-alpha) / horizon)))
