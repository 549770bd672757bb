"""Likelihood of a blend ``y = sum s_k c_k`` over the mass simplex: its maximum and its integral.

``V(s) = S_y + sum s_k^2 S_k``: the more a source contributes, the more its own uncertainty counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import logsumexp

from lodemark.assay.model import Floats

_ROUNDS = 60
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_PANELS = np.array([-8.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0])


@dataclass(frozen=True, slots=True)
class Blend:
    """Sources as columns ``c`` (D, k) with covariances ``S`` (k, D, D), and the sample ``y`` (D,) with ``S_y`` (D, D)."""

    y: Floats
    S_y: Floats
    c: Floats
    S: Floats

    def only(self, places: tuple[int, ...]) -> Blend:
        """The same sample against some of the sources."""
        chosen = list(places)
        return Blend(self.y, self.S_y, self.c[:, chosen], self.S[chosen])

    def cov(self, share: Floats) -> Floats:
        """V(s) for shares (..., k), shape (..., D, D)."""
        return np.asarray(self.S_y + np.tensordot(share**2, self.S, axes=1))

    def log_density(self, share: Floats) -> Floats:
        """ln N(y; C s, V(s)) for shares (n, k), shape (n,)."""
        L = np.linalg.cholesky(self.cov(share))
        away = np.linalg.solve(L, (self.y - share @ self.c.T)[:, :, None])[:, :, 0]
        log_det = np.log(np.diagonal(L, axis1=1, axis2=2)).sum(axis=1)
        return np.asarray(-0.5 * (away**2).sum(axis=1) - log_det - 0.5 * len(self.y) * np.log(2 * np.pi))


@dataclass(frozen=True, slots=True)
class Fit:
    """Best shares (k,), their chi-square, and their covariance on the simplex (k, k)."""

    share: Floats
    chi2: float
    cov: Floats


def fit(blend: Blend) -> Fit:
    """Weighted least squares with s >= 0, sum s = 1, V(s) iterated until the shares stand still."""
    k = blend.c.shape[1]
    share = np.full(k, 1.0 / k)
    for _ in range(_ROUNDS):
        before = share
        share = _solve(blend, share)
        if np.max(np.abs(share - before)) < 1e-12:
            break
    L = np.linalg.cholesky(blend.cov(share))
    away = np.linalg.solve(L, blend.y - blend.c @ share)
    return Fit(share, float(away @ away), _covariance(np.linalg.solve(L, blend.c), share))


def fit_subsets(blend: Blend, size: int, subsets: NDArray[np.int64], faces: Mapping[tuple[int, ...], float]) -> Floats:
    """Chi-square of every subset (n, size) at its best shares, all at once, shape (n,).

    ``faces`` gives the chi-square of each subset of one source less: where the free optimum has a negative share, the
    constrained one lies on a face, which is such a subset.
    """
    share = np.full(subsets.shape, 1.0 / size)
    c = blend.c.T[subsets].transpose(0, 2, 1)  # (n, D, k)
    S = blend.S[subsets]
    for _ in range(1 if size == 1 else 12):
        L = np.linalg.cholesky(blend.S_y + np.einsum("nk,nkij->nij", share**2, S))
        white = np.linalg.solve(
            L, np.concatenate([c, np.broadcast_to(blend.y[None, :, None], (len(c), len(blend.y), 1))], axis=2)
        )
        last, rest = white[:, :, size - 1 : size], white[:, :, size:]
        if size > 1:
            G = white[:, :, : size - 1] - last
            normal = G.transpose(0, 2, 1) @ G + 1e-12 * np.eye(size - 1)
            free = np.linalg.solve(normal, G.transpose(0, 2, 1) @ (rest - last))[:, :, 0]
            share = np.concatenate([free, 1 - free.sum(axis=1, keepdims=True)], axis=1)
            share = np.clip(share, -1.0, 2.0)  # far outside the simplex V(s) means nothing; the sign is all that is used
    away = rest[:, :, 0] - np.einsum("ndk,nk->nd", white[:, :, :size], share)
    found = np.einsum("nd,nd->n", away, away)
    for row in np.flatnonzero((share < 0).any(axis=1)).tolist():
        members = subsets[row].tolist()
        found[row] = min(faces[tuple(members[:n] + members[n + 1 :])] for n in range(size))
    return np.asarray(found)


def _solve(blend: Blend, share: Floats) -> Floats:
    L = np.linalg.cholesky(blend.cov(share))
    c, y = np.linalg.solve(L, blend.c), np.linalg.solve(L, blend.y)
    # sum s = 1 by substitution: y - c s = sum_k s_k (y - c_k), so minimise |R s| with 1's = 1; the penalty's size is free.
    rest = y[:, None] - c
    scale = float(np.linalg.norm(rest)) or 1.0
    direction, _ = nnls(np.vstack([rest, np.full(c.shape[1], scale)]), np.append(np.zeros(len(y)), scale))
    return np.asarray(direction / direction.sum())


def _covariance(white: Floats, share: Floats) -> Floats:
    """Covariance of the shares that are free (> 0) with their sum fixed; singular directions come out infinite."""
    free = np.flatnonzero(share > 0)
    cov = np.zeros((len(share), len(share)))
    if len(free) < 2:
        return cov
    N = np.vstack([np.eye(len(free) - 1), -np.ones(len(free) - 1)])  # directions that keep the sum
    G = white[:, free] @ N
    values, vectors = np.linalg.eigh(G.T @ G)
    tiny = values <= 1e-16 * max(float(values[-1]), 1e-300)
    inverse = np.where(tiny, np.inf, 1 / np.where(tiny, 1.0, values))
    with np.errstate(invalid="ignore"):
        spread = (vectors * np.where(np.isinf(inverse), 1e300, inverse)) @ vectors.T
    cov[np.ix_(free, free)] = N @ spread @ N.T
    return cov


def log_evidence(blend: Blend, best: Fit) -> float:
    """ln of the integral of the likelihood over the simplex under the uniform prior, for one to three sources."""
    k = blend.c.shape[1]
    if k == 1:
        return float(blend.log_density(np.ones((1, 1)))[0])
    if k == 2:
        return _line(blend, np.array([1.0, 0.0]), np.array([0.0, 1.0]), best.share)
    assert k == 3, "evidence over more than three sources"
    # s = (u, (1-u) v, (1-u)(1-v)): density 2 on the triangle, Jacobian (1-u).
    sd = float(np.sqrt(best.cov[0, 0])) if best.share[0] > 0 else 0.0
    nodes, weights = _panels(float(best.share[0]), sd or _slope_scale(blend, best))
    slices = [_line(blend, np.array([u, 1 - u, 0.0]), np.array([u, 0.0, 1 - u])) + np.log(1 - u) for u in nodes.tolist()]
    return float(np.log(2) + logsumexp(slices, b=weights))


def _line(blend: Blend, start: Floats, end: Floats, best: Floats | None = None) -> float:
    """ln of the integral over t in [0, 1] of the likelihood along the segment from ``start`` to ``end``."""
    length = end - start
    axis = int(np.argmax(np.abs(length)))
    if best is None:
        best = _best_on(blend, start, end)
    peak = float((best[axis] - start[axis]) / length[axis])
    sd = _curvature_scale(lambda t: blend.log_density(start + t[:, None] * length), peak)
    nodes, weights = _panels(peak, sd)
    return float(logsumexp(blend.log_density(start + nodes[:, None] * length), b=weights))


def _best_on(blend: Blend, start: Floats, end: Floats) -> Floats:
    """Closest point of the segment to the sample, in the metric at its middle."""
    L = np.linalg.cholesky(blend.cov((start + end) / 2))
    along, rest = np.linalg.solve(L, blend.c @ (end - start)), np.linalg.solve(L, blend.y - blend.c @ start)
    t = float(along @ rest) / max(float(along @ along), 1e-300)
    return start + min(max(t, 0.0), 1.0) * (end - start)


def _curvature_scale(log_f: Callable[[Floats], Floats], peak: float) -> float:
    """Distance over which ln f falls by about one half from its (constrained) peak."""
    step, inward = 1e-3, -1.0 if peak > 0.5 else 1.0
    top, near = log_f(np.array([peak, peak + inward * step])).tolist()
    fall = max(top - near, 1e-12)
    # From a free peak ln f falls quadratically, from a border peak linearly; the smaller scale covers both.
    return float(np.clip(min(step / np.sqrt(2 * fall), step / (2 * fall) * 2), 1e-6, 1.0))


def _slope_scale(blend: Blend, best: Fit) -> float:
    """The same for the first share at a face of the simplex, towards its middle."""
    away = 1.0 / len(best.share) - best.share
    return _curvature_scale(lambda t: blend.log_density(best.share + t[:, None] * away), 0.0) / len(best.share)


def _panels(peak: float, sd: float) -> tuple[Floats, Floats]:
    """Gauss nodes on [0, 1], dense around the peak and out to eight scales of it, the rest in one panel each side."""
    edges = np.unique(np.clip(np.concatenate([[0.0], peak + sd * _PANELS, [1.0]]), 0.0, 1.0))
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    nodes = (middle[:, None] + half[:, None] * _NODES).ravel()
    return nodes, (half[:, None] * _WEIGHTS).ravel()
