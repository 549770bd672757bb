"""Likelihood ratio of the two-level normal model (Aitken & Lucy 2004, Appl. Statist. 53:109), all pairs at once.

Hp: both sides come from one lot. Hd: they come from different lots of the background. In coordinates that turn U into
the identity and C into ``diag(lam)`` every density is a product over coordinates, so ln LR of a pair is quadratic in it.
"""

from __future__ import annotations

import numpy as np

from lodemark.assay.background import Background
from lodemark.assay.calibration import LN10
from lodemark.assay.model import Floats

_BLOCK = 2048  # pairs at a time: they stay in the cache


def whiten(z: Floats, background: Background) -> Floats:
    """``A^-1 (z - mean)`` for rows (n, p): within-scatter becomes the identity, between-scatter ``diag(lam)``."""
    return np.asarray((z - background.mean) @ np.linalg.inv(background.A).T)


def normal_matrix(z1: Floats, n1: int, z2: Floats, n2: int, background: Background) -> Floats:
    """log10 LR of every row of ``z1`` (a, p) against every row of ``z2`` (b, p), shape (a, b)."""
    w1, w2 = whiten(z1, background), whiten(z2, background)
    square, cross, constant = _quadratic(n1, n2, background.lam)
    own = (w1**2 @ square[0])[:, None] + (w2**2 @ square[1])[None, :]
    return np.asarray((constant + own + (w1 * cross) @ w2.T) / LN10)


def normal_pairs(z1: Floats, n1: int, z2: Floats, n2: int, background: Background) -> Floats:
    """log10 LR of row i of ``z1`` against row i of ``z2``, shape (n,).

    In the two sides written one after the other ln LR is one quadratic form: one product for each block of pairs.
    """
    square, cross, constant = _quadratic(n1, n2, background.lam)
    white, p = np.linalg.inv(background.A), len(background.mean)
    first, both, second = (white.T @ (weight[:, None] * white) for weight in (square[0], cross, square[1]))
    form = np.block([[first, both], [np.zeros_like(both), second]])
    pairs, ones, found = np.empty((min(_BLOCK, len(z1)), 2 * p)), np.ones(2 * p), np.empty(len(z1))
    for start in range(0, len(z1), _BLOCK):
        stop = min(start + _BLOCK, len(z1))
        block = pairs[: stop - start]
        np.subtract(z1[start:stop], background.mean, out=block[:, :p])
        np.subtract(z2[start:stop], background.mean, out=block[:, p:])
        found[start:stop] = ((block @ form) * block) @ ones
    return np.asarray((constant + found) / LN10)


def _quadratic(n1: int, n2: int, lam: Floats) -> tuple[Floats, Floats, float]:
    """ln LR = constant + sum_k (square[0] w1^2 + square[1] w2^2 + cross w1 w2), per coordinate k.

    The difference has variance d = 1/n1 + 1/n2, the weighted mean s = 1/(n1 + n2) + lam; alone the sides have t1, t2.
    """
    a, b = n1 / (n1 + n2), n2 / (n1 + n2)
    d, s = 1 / n1 + 1 / n2, 1 / (n1 + n2) + lam
    t1, t2 = 1 / n1 + lam, 1 / n2 + lam
    square = -0.5 * np.stack([1 / d + a * a / s - 1 / t1, 1 / d + b * b / s - 1 / t2])
    cross = 1 / d - a * b / s
    return square, cross, float(0.5 * np.sum(np.log(t1) + np.log(t2) - np.log(d) - np.log(s)))
