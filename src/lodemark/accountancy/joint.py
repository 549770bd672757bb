"""One alpha for all tests of a year: Page, closing CUMUF and Shewhart at the same marginal level.

Each test alone is exact at ``alpha_marginal``; that level is set so that P(any alarm within the horizon) = alpha. The
dependence of the three has no closed form, so it is simulated with a fixed seed and its standard error is returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.special import log_ndtr, ndtr, ndtri

from lodemark.accountancy.covariance import cholesky
from lodemark.accountancy.model import Direction, Floats, TestName
from lodemark.accountancy.page import false_alarm, page, shewhart_threshold, threshold

TESTS: tuple[TestName, ...] = ("page", "cumuf", "shewhart")
HISTORIES = 250_000
_BLOCK = 4_000_000  # numbers drawn at a time


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Alarm levels of one direction: Page above ``h``, closing CUMUF above ``c`` sd, a single z above ``t``."""

    alpha: float
    alpha_marginal: float
    se: float
    k: float
    h: float
    c: float
    t: float
    tests: tuple[TestName, ...]
    direction: Direction
    horizon: int


def closing_weights(sigma: Floats) -> Floats:
    """``w = L'1/|L'1|``: the closing CUMUF in units of its sd is ``w'z``."""
    weights = cholesky(sigma).sum(axis=0)
    return np.asarray(weights / np.linalg.norm(weights), dtype=np.float64)


def joint(
    sigma: Floats,
    alpha: float,
    *,
    tests: Sequence[TestName] = TESTS,
    k: float = 0.5,
    direction: Direction = "loss",
    seed: int = 0,
) -> Thresholds:
    """Thresholds such that all ``tests`` together alarm falsely with probability ``alpha`` in the horizon of ``sigma``.

    The mirror tests for gains (on -z) have the same thresholds at their own alpha; ``direction`` only names them.
    """
    horizon, chosen = len(sigma), tuple(name for name in TESTS if name in tests)
    assert chosen and 0 < alpha < 1
    if len(chosen) == 1:
        marginal, se = alpha, 0.0
    else:
        marginal = float(np.quantile(_smallest(k, closing_weights(sigma).tobytes(), chosen, seed), alpha))
        se = float(np.sqrt(alpha * (1 - alpha) / HISTORIES))
    return Thresholds(
        alpha=alpha,
        alpha_marginal=marginal,
        se=se,
        k=k,
        h=threshold(k, horizon, marginal),
        c=float(-ndtri(marginal)),
        t=shewhart_threshold(horizon, marginal),
        tests=chosen,
        direction=direction,
        horizon=horizon,
    )


@lru_cache(maxsize=16)
def _smallest(k: float, weights: bytes, tests: tuple[TestName, ...], seed: int) -> Floats:
    """The smallest p-value among the tests in each simulated history: its alpha-quantile is the common marginal level."""
    w = np.frombuffer(weights, dtype=np.float64)
    return np.concatenate([_smallest_p(z, k, w, tests) for z in histories(len(w), HISTORIES, seed)])


def histories(horizon: int, count: int, seed: int) -> Iterator[Floats]:
    """``count`` histories of independent N(0, 1), in blocks (n, horizon) of bounded size."""
    rng = np.random.Generator(np.random.Philox(seed))
    step = max(1, _BLOCK // horizon)
    for start in range(0, count, step):
        yield rng.standard_normal((min(step, count - start), horizon))


def _smallest_p(z: Floats, k: float, w: Floats, tests: Sequence[TestName]) -> Floats:
    p = np.ones(len(z))
    if "cumuf" in tests:
        p = np.minimum(p, ndtr(-(z @ w)))
    if "shewhart" in tests:
        p = np.minimum(p, -np.expm1(z.shape[1] * log_ndtr(z.max(axis=1))))
    if "page" in tests:
        p = np.minimum(p, np.exp(_page_p(k, z.shape[1])(page(z, k).max(axis=1))))
    return p


@lru_cache(maxsize=64)
def _page_p(k: float, horizon: int) -> PchipInterpolator:
    """log P(max S > h) by exact values on a grid; between them monotone cubics (error below 1e-5 in P)."""
    grid = np.linspace(1e-9, threshold(k, horizon, 1e-5) + 2.0, 96)
    values = [false_alarm(k, h, horizon) for h in grid.tolist()]
    return PchipInterpolator(grid, np.log(values), extrapolate=True)
