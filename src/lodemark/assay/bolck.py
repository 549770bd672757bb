"""Likelihood ratio with a kernel density between lots (Bolck et al. 2009, FSI 191:42): many pairs by matrix products.

The numerator of a pair factors over kernels, ``exp(+w1 w2/2 |y1 - y2|^2) sum_i exp(-w1 q1_i/2) exp(-w2 q2_i/2)`` in the
metric of D = U/(n1+n2) + h^2 C, so all pairs cost (a + b) m exponentials and one product. A product that underflows is
redone by logsumexp.
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
    weight, constant = _between(n1, n2, background)
    apart = (one.y**2 @ weight)[:, None] + (two.y**2 @ weight)[None, :] - 2 * (one.y * weight) @ two.y.T
    return np.asarray((constant + kernels + apart - one.log_alone[:, None] - two.log_alone[None, :]) / LN10)


def kde_pairs(z1: Floats, n1: int, z2: Floats, n2: int, background: Background) -> Floats:
    """log10 LR of row i of ``z1`` against row i of ``z2``, shape (n,).

    Specimens come back in many pairs, so each different row is taken to the kernels once.
    """
    first, at1 = np.unique(z1, axis=0, return_inverse=True)
    second, at2 = np.unique(z2, axis=0, return_inverse=True)
    one, two = _side(first, n1, n2, background), _side(second, n2, n1, background)
    top1, top2 = one.log_kernel.max(axis=1), two.log_kernel.max(axis=1)
    part1, part2 = np.exp(one.log_kernel - top1[:, None]), np.exp(two.log_kernel - top2[:, None])
    weight, constant = _between(n1, n2, background)
    product = np.empty(len(z1))
    step = max(1, _BLOCK // len(background.item_means))
    for start in range(0, len(z1), step):
        part = slice(start, start + step)
        product[part] = np.einsum("ij,ij->i", part1[at1[part]], part2[at2[part]])
    with np.errstate(divide="ignore"):
        kernels = np.log(product) + top1[at1] + top2[at2]
    low = np.flatnonzero(product < _UNDERFLOW)
    kernels[low] = _joined(one.log_kernel, at1[low], two.log_kernel, at2[low])
    apart = (one.y[at1] - two.y[at2]) ** 2 @ weight
    return np.asarray((constant + kernels + apart - one.log_alone[at1] - two.log_alone[at2]) / LN10)


def _joined(first: Floats, i: NDArray[np.intp], second: Floats, j: NDArray[np.intp]) -> Floats:
    """ln of sum_k exp(first[i, k] + second[j, k]), for pairs whose product underflows."""
    found = np.empty(len(i))
    step = max(1, _BLOCK // first.shape[1])
    for start in range(0, len(i), step):
        part = slice(start, start + step)
        found[part] = _lse(first[i[part]] + second[j[part]])
    return found


def _between(n1: int, n2: int, background: Background) -> tuple[Floats, float]:
    """What joins the sides: per-coordinate weight of (y1 - y2)^2 and the constant of ln LR."""
    d, D = 1 / n1 + 1 / n2, 1 / (n1 + n2) + background.h**2 * background.lam
    weight = 0.5 * (n1 * n2 / (n1 + n2) ** 2 / D - 1 / d)
    return weight, float(np.log(len(background.item_means)) - 0.5 * np.sum(np.log(d) + np.log(D)))


def _side(z: Floats, n: int, other: int, background: Background) -> _Side:
    y, x = whiten(z, background), whiten(background.item_means, background)
    spread = background.h**2 * background.lam
    joint = -0.5 * n / (n + other) * _squares(y, x, 1 / (1 / (n + other) + spread))
    alone = 1 / n + spread
    log_alone = _lse(-0.5 * _squares(y, x, 1 / alone)) - 0.5 * np.sum(np.log(alone))
    return _Side(y, joint, log_alone)


def _squares(y: Floats, x: Floats, weight: Floats) -> Floats:
    """Weighted squared distances (n, m) of rows; both are centred, so the expansion loses nothing that matters."""
    return np.asarray((y**2 @ weight)[:, None] + (x**2 @ weight)[None, :] - 2 * (y * weight) @ x.T)


def _lse(terms: Floats) -> Floats:
    top = terms.max(axis=1)
    return np.asarray(top + np.log(np.exp(terms - top[:, None]).sum(axis=1)))
