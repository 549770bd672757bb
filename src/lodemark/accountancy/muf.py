"""The series an inspector reads: CUMUF, SITMUF, GEMUF.

SITMUF (standardised independent transformed MUF) is ``L^-1 MUF`` with ``Sigma = L L'``: under closure independent
N(0, 1), and the values of earlier periods never change when later ones arrive (Pike & Woods 1983; Picard 1987).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import chdtrc

from lodemark.accountancy.covariance import cholesky
from lodemark.accountancy.model import Floats


class Cumulative(NamedTuple):
    """CUMUF by period, kg, and its standard deviation."""

    value: Floats
    sd: Floats


def cumuf(muf: Floats, sigma: Floats) -> Cumulative:
    """Running sum of MUF and the standard deviation of each sum: ``1' Sigma[:p, :p] 1``, never a sum of variances alone."""
    return Cumulative(np.cumsum(muf), np.sqrt(np.diagonal(np.cumsum(np.cumsum(sigma, axis=0), axis=1))))


def sitmuf(muf: Floats, sigma: Floats) -> Floats:
    """Whitened series, shape (P,); raises ``NotPositiveDefinite``."""
    return np.asarray(solve_triangular(cholesky(sigma), muf, lower=True), dtype=np.float64)


def gemuf(muf: Floats, sigma: Floats) -> Floats:
    """``MUF_p' Sigma_p^-1 MUF_p`` for each p (Seifert 1987). It has no direction: a diagnostic, not a test for loss."""
    return np.cumsum(sitmuf(muf, sigma) ** 2)


def gemuf_p(value: float, periods: int) -> float:
    """Probability of a larger GEMUF under closure (chi-square with ``periods`` degrees of freedom)."""
    return float(chdtrc(periods, value))
