"""Likelihood of a blend ``y = sum s_k c_k`` over the mass simplex: its maximum and its integral.

``V(s) = S_y + sum s_k^2 S_k``: the more a source contributes, the more its own uncertainty counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import logsumexp

from lodemark.assay.model import Floats

_ROUNDS = 60
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(5)
_PANELS = np.array([-7.0, -4.0, -2.5, -1.0, 0.0, 1.0, 2.5, 4.0, 7.0])


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

    def whiten(self, members: NDArray[np.int64], share: Floats, what: Floats) -> tuple[Floats, Floats]:
        """``V(s)^-1/2 what`` for n mixtures, and ln of the root of det V, shapes (n, D, m) and (n,).

        ``members`` (n or 1, k) are the sources of each mixture, ``share`` (n, k) their shares, ``what`` (n or 1, D, m).
        """
        square = (share**2)[:, None, :]
        if self.independent:
            own = np.diagonal(self.S, axis1=1, axis2=2)
            sd = np.sqrt(np.diagonal(self.S_y) + (square @ own[members])[:, 0, :])
            return what / sd[:, :, None], np.log(sd).sum(axis=1)
        size = len(self.y)
        V = self.S_y + (square @ self.S.reshape(len(self.S), -1)[members]).reshape(-1, size, size)
        L = np.linalg.cholesky(V)
        return np.linalg.solve(L, what), np.log(np.diagonal(L, axis1=1, axis2=2)).sum(axis=1)

    @property
    def independent(self) -> bool:
        """Whether all analytes were measured independently, the usual case: then nothing has to be factorised."""
        size = len(self.y)
        return not self.S_y[~np.eye(size, dtype=bool)].any() and not self.S[:, ~np.eye(size, dtype=bool)].any()

    def log_density(self, share: Floats) -> Floats:
        """ln N(y; C s, V(s)) for shares (n, k), shape (n,)."""
        away, log_sd = self.whiten(_all(self), share, (self.y - share @ self.c.T)[:, :, None])
        return np.asarray(-0.5 * (away**2).sum(axis=(1, 2)) - log_sd - 0.5 * len(self.y) * np.log(2 * np.pi))


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
        share = _solve(_white(blend, share))
        if np.max(np.abs(share - before)) < 1e-12:
            break
    white = _white(blend, share)
    away = white[:, -1] - white[:, :-1] @ share
    return Fit(share, float(away @ away), _covariance(white[:, :-1], share))


def _white(blend: Blend, share: Floats) -> Floats:
    """Sources and sample in the metric of these shares, (D, k + 1) with the sample last."""
    white, _ = blend.whiten(_all(blend), share[None], np.column_stack([blend.c, blend.y])[None])
    return np.asarray(white[0])


def _all(blend: Blend) -> NDArray[np.int64]:
    return np.arange(blend.c.shape[1])[None, :]


def _solve(white: Floats) -> Floats:
    # sum s = 1 by substitution: y - c s = sum_k s_k (y - c_k), so minimise |R s| with 1's = 1; the penalty's size is free.
    rest = white[:, -1:] - white[:, :-1]
    scale = float(np.linalg.norm(rest)) or 1.0
    direction, _ = nnls(np.vstack([rest, np.full(rest.shape[1], scale)]), np.append(np.zeros(len(rest)), scale))
    return np.asarray(direction / direction.sum())


def _covariance(white: Floats, share: Floats) -> Floats:
    """Covariance of the shares that are free (> 0) with their sum fixed; singular directions come out enormous."""
    free = np.flatnonzero(share > 0)
    cov = np.zeros((len(share), len(share)))
    if len(free) < 2:
        return cov
    N = np.vstack([np.eye(len(free) - 1), -np.ones(len(free) - 1)])  # directions that keep the sum
    G = white[:, free] @ N
    values, vectors = np.linalg.eigh(G.T @ G)
    tiny = values <= 1e-16 * max(float(values[-1]), 1e-300)
    spread = (vectors * np.where(tiny, 1e300, 1 / np.where(tiny, 1.0, values))) @ vectors.T
    cov[np.ix_(free, free)] = N @ spread @ N.T
    return cov


def fit_subsets(blend: Blend, size: int, subsets: NDArray[np.int64], faces: Floats) -> Floats:
    """Chi-square of every subset (n, size) at its best shares, all at once, shape (n,).

    ``faces`` holds the chi-square of each subset of one source less at the place of its members, one dimension for each:
    where the free optimum has a negative share, the constrained one lies on a face, which is such a subset.
    """
    share = np.full(subsets.shape, 1.0 / size)
    c = blend.c.T[subsets].transpose(0, 2, 1)  # (n, D, k)
    what = np.concatenate([c, np.broadcast_to(blend.y[None, :, None], (len(c), len(blend.y), 1))], axis=2)
    for _ in range(1 if size == 1 else 8):
        white, _ = blend.whiten(subsets, share, what)
        last, rest = white[:, :, size - 1], white[:, :, size]
        if size > 1:
            free = _least_squares([white[:, :, n] - last for n in range(size - 1)], rest - last)
            share = np.concatenate([free, 1 - free.sum(axis=1, keepdims=True)], axis=1)
            share = np.clip(share, -1.0, 2.0)  # far outside the simplex V(s) means nothing; the sign is all that is used
    away = rest - (white[:, :, :size] @ share[:, :, None])[:, :, 0]
    found = np.einsum("nd,nd->n", away, away)
    outside = (share < 0).any(axis=1)
    if outside.any():
        members = subsets[outside]
        found[outside] = np.min([faces[tuple(np.delete(members, n, axis=1).T)] for n in range(size)], axis=0)
    return np.asarray(found)


def _least_squares(directions: Sequence[Floats], rest: Floats) -> Floats:
    """Weights (n, 1 or 2) of one or two directions, each (n, D), that come nearest to ``rest`` (n, D), by Cramer's rule."""

    def dot(one: Floats, other: Floats) -> Floats:
        return np.asarray(np.einsum("nd,nd->n", one, other))

    a, b = directions[0], directions[-1]
    aa, ab, bb, ar, br = dot(a, a), dot(a, b), dot(b, b), dot(a, rest), dot(b, rest)
    # Sources that cannot be told apart leave a singular matrix; any split of them fits the same.
    ridge = 1e-13 * np.maximum(aa if len(directions) == 1 else aa + bb, 1.0)
    aa, bb = aa + ridge, bb + ridge
    if len(directions) == 1:
        return (ar / aa)[:, None]
    return np.stack([ar * bb - br * ab, br * aa - ar * ab], axis=1) / (aa * bb - ab * ab)[:, None]


def log_evidence(blend: Blend, best: Fit) -> float:
    """ln of the integral of the likelihood over the simplex under the uniform prior, for one to three sources."""
    k = blend.c.shape[1]
    if k == 1:
        return float(blend.log_density(np.ones((1, 1)))[0])
    white = _white(blend, best.share)
    if k == 2:
        start, end = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
        return float(_lines(blend, white, start, end)[0])
    assert k == 3, "evidence over more than three sources"
    # s = (u, (1-u) v, (1-u)(1-v)): density 2 on the triangle, Jacobian (1-u).
    others = 0.5 * (white[:, 1] + white[:, 2])
    sd = float(np.sqrt(best.cov[0, 0])) or _scale(white[:, 0] - others, white[:, 3] - others)[1]
    nodes, weights = _panels(np.array([best.share[0]]), np.array([sd]))
    u, weight = nodes[0], weights[0]
    zero = np.zeros_like(u)
    slices = _lines(blend, white, np.stack([u, 1 - u, zero], axis=1), np.stack([u, zero, 1 - u], axis=1))
    return float(np.log(2) + logsumexp(slices, b=weight * (1 - u)))


def _lines(blend: Blend, white: Floats, start: Floats, end: Floats) -> Floats:
    """ln of the integral over t in [0, 1] of the likelihood along each segment ``start`` to ``end``, (n, k) to (n,)."""
    along, rest = (end - start) @ white[:, :-1].T, white[:, -1] - start @ white[:, :-1].T
    placed = [_scale(one, other) for one, other in zip(along, rest, strict=True)]
    nodes, weights = _panels(np.array([peak for peak, _ in placed]), np.array([sd for _, sd in placed]))
    share = start[:, None, :] + nodes[:, :, None] * (end - start)[:, None, :]
    log_f = blend.log_density(share.reshape(-1, share.shape[2])).reshape(nodes.shape)
    return np.asarray(logsumexp(log_f, b=weights, axis=1))


def _scale(along: Floats, rest: Floats) -> tuple[float, float]:
    """Where on [0, 1] the likelihood ``exp(-|rest - t along|^2 / 2)`` is largest, and over which length it falls."""
    steep = max(float(along @ along), 1e-12)
    free = float(along @ rest) / steep
    peak = min(max(free, 0.0), 1.0)
    # From a free peak it falls like a normal density, from an end of the segment like an exponential.
    beyond = abs(free - peak) * steep
    return peak, min(1 / np.sqrt(steep), 1 / beyond if beyond else 1.0, 1.0)


def _panels(peak: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Gauss nodes on [0, 1] for each row, dense around its peak and out to seven scales, the rest in one panel each side."""
    inner = peak[:, None] + sd[:, None] * _PANELS
    edges = np.clip(np.column_stack([np.zeros_like(peak), inner, np.ones_like(peak)]), 0.0, 1.0)
    middle, half = (edges[:, 1:] + edges[:, :-1]) / 2, (edges[:, 1:] - edges[:, :-1]) / 2
    nodes = (middle[:, :, None] + half[:, :, None] * _NODES).reshape(len(peak), -1)
    return nodes, (half[:, :, None] * _WEIGHTS).reshape(len(peak), -1)
