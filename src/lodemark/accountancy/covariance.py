"""The covariance of MUF: ``Sigma = A diag(v) A' + (G A')'(G A')``.

Random error of an inventory couples neighbouring periods only; a systematic error couples every period of its
calibration. ``covariance_streams`` is the same for dense periods x streams, where every stream has one row a period.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lodemark.accountancy.model import BalanceData, Floats, NotPositiveDefinite


def muf(data: BalanceData) -> Floats:
    """Book minus physical inventory for each period, kg, shape (P,); positive means missing."""
    return np.asarray(data.A @ data.m_kg, dtype=np.float64)


def covariance(data: BalanceData) -> Floats:
    """Covariance of ``muf(data)`` at the measured masses, kg^2, shape (P, P)."""
    variance = np.asarray(data.V.sum(axis=0), dtype=np.float64)
    random = (data.A * variance) @ data.A.T
    shared = np.asarray((data.G @ data.A.T).toarray(), dtype=np.float64)
    return np.asarray(random.toarray() + shared.T @ shared, dtype=np.float64)


def covariance_streams(
    flow_kg: Floats,
    sign: ArrayLike,
    *,
    u_r: ArrayLike,
    u_s: ArrayLike,
    n_items: ArrayLike = 1,
    group: ArrayLike | None = None,
    inventory_kg: Floats | None = None,
    iu_r: ArrayLike = 0.0,
    iu_s: ArrayLike = 0.0,
    igroup: ArrayLike | None = None,
    opening_exact: bool = False,
) -> Floats:
    """Dense covariance for S streams over P periods with M inventories at P + 1 boundaries, kg^2, shape (P, P).

    ``flow_kg`` (S, P); ``sign`` (S,); relative ``u_r``, ``u_s``, ``iu_*`` of shape (S,), (S, P) or, for ``u_s`` with
    several systematic components per stream, (C, S, P) with ``group`` of that shape. ``group``, ``igroup``: whole
    numbers, equal where one calibration is shared; by default each stream has one calibration for ever.
    ``opening_exact`` takes the first inventory as known.
    """
    streams, periods = flow_kg.shape
    signed = flow_kg * np.asarray(sign)[:, None]
    total = np.zeros((periods, periods))
    total[np.diag_indices(periods)] = ((flow_kg * _wide(u_r, flow_kg)) ** 2 / _wide(n_items, flow_kg)).sum(axis=0)
    parts = [_loading(signed * _wide(u_s, flow_kg), _groups(group, flow_kg, 0))]
    if inventory_kg is not None:
        random = (inventory_kg * _wide(iu_r, inventory_kg)) ** 2
        shared = inventory_kg * _wide(iu_s, inventory_kg)
        if opening_exact:
            random[:, 0], shared = 0.0, np.concatenate([np.zeros_like(shared[..., :1]), shared[..., 1:]], axis=-1)
        taken = random.sum(axis=0)
        total[np.diag_indices(periods)] += taken[:-1] + taken[1:]
        late = np.arange(1, periods)
        total[late - 1, late] -= taken[1:-1]
        total[late, late - 1] -= taken[1:-1]
        groups = _groups(igroup, inventory_kg, streams)
        # Opening (+) by its own calibration, closing (-) by the calibration of the later boundary.
        parts += [_loading(shared[..., :-1], groups[..., :-1]), _loading(-shared[..., 1:], groups[..., 1:])]
    keys = np.unique(np.concatenate([key for key, _ in parts]))
    loading = np.zeros((len(keys), periods))
    for key, weight in parts:
        loading[np.searchsorted(keys, key)] += weight
    return np.asarray(total + loading.T @ loading, dtype=np.float64)


def _wide(value: ArrayLike, like: Floats) -> Floats:
    """(S,) or scalar to (S, P); (S, P) and (C, S, P) stay."""
    array: Floats = np.asarray(value, dtype=np.float64)
    return (
        np.broadcast_to(array[:, None], like.shape)
        if array.ndim == 1
        else np.broadcast_to(array, np.broadcast_shapes(array.shape, like.shape))
    )


def _groups(group: ArrayLike | None, like: Floats, first: int) -> NDArray[np.int64]:
    if group is None:
        return np.broadcast_to(first + np.arange(like.shape[0])[:, None], like.shape)
    return np.asarray(group, dtype=np.int64)


def _loading(weight: Floats, group: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    """Sum of the weights of each group in each period: keys (K,), loadings (K, P)."""
    weight, group = np.broadcast_arrays(weight, group)
    periods = weight.shape[-1]
    keys, place = np.unique(group, return_inverse=True)
    cell = place.reshape(group.shape) * periods + np.arange(periods)
    loading = np.bincount(cell.ravel(), weights=weight.ravel(), minlength=len(keys) * periods).astype(np.float64)
    return keys, loading.reshape(len(keys), periods)


def cholesky(sigma: Floats) -> Floats:
    """Lower factor of ``sigma``; raises ``NotPositiveDefinite`` naming the rows that repeat earlier ones."""
    try:
        return np.asarray(np.linalg.cholesky(sigma), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise NotPositiveDefinite(_dependent_rows(sigma)) from None


def _dependent_rows(sigma: Floats) -> list[int]:
    """Rows whose variance, given the rows before that do count, is not positive."""
    kept: list[int] = []
    found: list[int] = []
    for row in range(len(sigma)):
        past = sigma[np.ix_(kept, kept)]
        cross = sigma[row, kept]
        left = sigma[row, row] - cross @ np.linalg.solve(past, cross) if kept else sigma[row, row]
        (kept if left > 1e-12 * max(sigma[row, row], 1e-300) else found).append(row)
    return found
