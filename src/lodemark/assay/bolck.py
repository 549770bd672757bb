"""Likelihood ratio with a kernel density between lots (Bolck et al. 2009, FSI 191:42): many pairs by matrix products.

The numerator of a pair factors over kernels, ``exp(+w1 w2/2 |y1 - y2|^2) sum_i exp(-w1 q1_i/2) exp(-w2 q2_i/2)`` in the
metric of D = U/(n1+n2) + h^2 C, so all pairs cost (a + b) m exponentials and one product. A list of pairs is summed at
the weighted mean of each pair, in blocks that stay in the cache. A sum that underflows is redone by logsumexp.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lodemark.assay.aitken_lucy import whiten
from lodemark.assay.background import Background
from lodemark.assay.calibration import LN10
from lodemark.assay.model import Floats

_BLOCK = 100_000  # kernel terms at a time: they stay in the cache
_UNDERFLOW = 1e-280


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of the pairs, whitened: ``y`` (n, p), its share of each kernel (n, m), its own log density (n,)."""

    y: Floats
    log_kernel: Floats
    log_alone: Floats


def kde_matrix(z1: Floats, n1: int, z2: Floats, n2: int, background: Background) -> Floats:
    """log10 LR of every row of ``z1`` (a, p) against every row of ``z2`` (b, p), shape (a, b)."""
    one, two = _side(z1, n1, n2, background), _side(z2, n2, n1, background)
    top1, top2 = one.log_kernel.max(axis=1), two.log_kernel.max(axis=1)
    product = np.exp(one.log_kernel - top1[:, None]) @ np.exp(two.log_kernel - top2[:, None]).T
    with np.errstate(divide="ignore"):
        kernels = np.log(product) + top1[:, None] + top2[None, :]
    i, j = np.nonzero(product < _UNDERFLOW)
    kernels[i, j] = _joined(one.log_kernel, i, two.log_kernel, j)
    D = 1 / (n1 + n2) + background.h**2 * background.lam
    weight = 0.5 * (n1 * n2 / (n1 + n2) ** 2 / D - 1 / (1 / n1 + 1 / n2))
    apart = (one.y**2 @ weight)[:, None] + (two.y**2 @ weight)[None, :] - 2 * (one.y * weight) @ two.y.T
    return np.asarray(
        (_constant(n1, n2, background) + kernels + apart - one.log_alone[:, None] - two.log_alone[None, :]) / LN10
    )


def kde_pairs(z1: Floats, n1: int, z2: Floats, n2: int, background: Background) -> Floats:
    """log10 LR of row i of ``z1`` against row i of ``z2``, shape (n,).

    One kernel sum at the weighted mean of each pair, and one for each different row of either side.
    """
    y1, y2, x = (whiten(z, background) for z in (z1, z2, background.item_means))
    spread = background.h**2 * background.lam
    kernels = _log_sums((n1 * y1 + n2 * y2) / (n1 + n2), x, 1 / (1 / (n1 + n2) + spread))
    alone = sum(_log_alone(y, x, 1 / n + spread) for y, n in ((y1, n1), (y2, n2)))
    apart = 0.5 / (1 / n1 + 1 / n2) * ((y1 - y2) ** 2).sum(axis=1)
    return np.asarray((_constant(n1, n2, background) + kernels - apart - alone) / LN10)


def _joined(first: Floats, i: NDArray[np.intp], second: Floats, j: NDArray[np.intp]) -> Floats:
    """ln of sum_k exp(first[i, k] + second[j, k]), for pairs whose product underflows."""
    found = np.empty(len(i))
    step = max(1, _BLOCK // first.shape[1])
    for start in range(0, len(i), step):
        part = slice(start, start + step)
        found[part] = _lse(first[i[part]] + second[j[part]])
    return found


def _constant(n1: int, n2: int, background: Background) -> float:
    """What of ln LR depends on neither side: the number of kernels, the determinants of the difference and of D."""
    determinants = np.log(1 / n1 + 1 / n2) + np.log(1 / (n1 + n2) + background.h**2 * background.lam)
    return float(np.log(len(background.item_means)) - 0.5 * np.sum(determinants))


def _side(z: Floats, n: int, other: int, background: Background) -> _Side:
    y, x = whiten(z, background), whiten(background.item_means, background)
    spread = background.h**2 * background.lam
    joint = -0.5 * n / (n + other) * _squares(y, x, 1 / (1 / (n + other) + spread))
    return _Side(y, joint, _log_alone(y, x, 1 / n + spread))


def _log_alone(y: Floats, x: Floats, variance: Floats) -> Floats:
    """ln of one side's own density at rows ``y`` (n, p), without the constants that cancel.

    Specimens come back in many pairs: rows known by their first coordinate are summed once.
    """
    _, first, at = np.unique(y[:, 0], return_index=True, return_inverse=True)
    once = _log_sums(y[first], x, 1 / variance)[at] if np.array_equal(y[first][at], y) else _log_sums(y, x, 1 / variance)
    return np.asarray(once - 0.5 * np.sum(np.log(variance)))


def _log_sums(y: Floats, x: Floats, weight: Floats) -> Floats:
    """ln of sum_i exp(-|y - x_i|^2/2) in the metric ``weight``, for rows ``y`` (n, p) and kernels ``x`` (m, p).

    The squares come out of one product of widened rows and no exponent is above zero, so the terms are summed as they
    are; a sum that underflows is redone by logsumexp.
    """
    wide = np.column_stack([y * weight, -0.5 * y**2 @ weight, np.ones(len(y))])
    kernels = np.vstack([x.T, np.ones(len(x)), -0.5 * x**2 @ weight])
    step = max(1, _BLOCK // len(x))
    terms, ones, total = np.empty((min(step, len(y)), len(x))), np.ones(len(x)), np.empty(len(y))
    for start in range(0, len(y), step):
        part = wide[start : start + step]
        block = np.matmul(part, kernels, out=terms[: len(part)])
        np.matmul(np.exp(block, out=block), ones, out=total[start : start + step])
    with np.errstate(divide="ignore"):
        found = np.log(total)
    for low in np.array_split(np.flatnonzero(total < _UNDERFLOW), max(1, len(y) // step)):
        found[low] = _lse(-0.5 * _squares(y[low], x, weight))
    return found


def _squares(y: Floats, x: Floats, weight: Floats) -> Floats:
    """Weighted squared distances (n, m) of rows; both are centred, so the expansion loses nothing that matters."""
    return np.asarray((y**2 @ weight)[:, None] + (x**2 @ weight)[None, :] - 2 * (y * weight) @ x.T)


def _lse(terms: Floats) -> Floats:
    top = terms.max(axis=1)
    return np.asarray(top + np.log(np.exp(terms - top[:, None]).sum(axis=1)))
