"""The reference population: how lots of a stage differ from each other, and how one lot scatters within itself.

Two-level data: items (lots) i with n_i measurements in log-ratio coordinates. ``U`` is the pooled scatter within, ``C``
between items. The population has to be said with every likelihood ratio: it is the "other" material.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from lodemark.assay.calibration import Calibrator
from lodemark.assay.coordinates import System, contrast, coordinates
from lodemark.assay.em import complete
from lodemark.assay.model import Composition, Floats, Provenance, digest_of
from lodemark.trouble import Error

Bandwidth = Literal["bolck", "aitken-lucy"]
MIN_ITEMS = 30
CENSORED_MAX = 0.4


class BackgroundTooSmall(Error):
    """Too few lots to say how lots differ: no likelihood ratio is formed."""

    code: ClassVar[str] = "assay-background-too-small"


@dataclass(frozen=True, slots=True)
class Background:
    """Fitted population in p coordinates.

    ``A`` and ``lam`` diagonalise both covariances: ``U = A A'``, ``C = A diag(lam) A'`` with ``lam >= 0``; ``clipped`` counts
    eigenvalues of C that were negative (less scatter between than within) and set to zero.
    """

    stage: str
    parts: tuple[str, ...]
    basis: System
    absolute: bool
    mean: Floats  # (p,)
    U: Floats  # (p, p)
    C: Floats  # (p, p)
    A: Floats  # (p, p)
    lam: Floats  # (p,)
    item_means: Floats  # (m, p)
    counts: NDArray[np.int64]  # (m,)
    h: float
    bandwidth: Bandwidth
    nu: float
    clipped: int
    shrinkage: float
    provenance: Provenance
    calibrator: Calibrator | None = None
    calibrated_for: str = "normal"  # the model whose values the calibrator maps; another model's are on another scale
    dropped: tuple[str, ...] = ()
    small: bool = False
    digest: str = ""

    def calibrator_of(self, model: str) -> Calibrator | None:
        """The calibrator of this model's values; ``None`` where they were not validated."""
        return self.calibrator if model == self.calibrated_for else None


def fit(
    z: Floats,
    items: Sequence[str],
    *,
    parts: Sequence[str],
    stage: str,
    provenance: Provenance,
    basis: System = "pivot",
    absolute: bool = False,
    bandwidth: Bandwidth = "bolck",
    within: Literal["pooled", "mean"] = "pooled",
    shrink: Literal["lw", "none"] = "lw",
    nu: float = 4.0,
    min_items: int = MIN_ITEMS,
    dropped: Sequence[str] = (),
    lacking: Floats | None = None,
) -> Background:
    """Fit ``z`` (N, p) measured on ``items`` (N names); raises ``BackgroundTooSmall`` below ``min_items`` lots.

    ``shrink="lw"`` (Ledoit & Wolf 2004) draws U towards a multiple of the identity where N - m < 5p. ``lacking`` is the
    variance that completed values lack in the pooled sum of squares.
    """
    names, item = np.unique(np.asarray(items), return_inverse=True)
    m, (count, p) = len(names), z.shape
    if m < max(min_items, 2) or count <= m:
        raise BackgroundTooSmall(items=m, measurements=count, needed=min_items)
    n = np.bincount(item)
    means = np.stack([np.bincount(item, weights=column) for column in z.T], axis=1) / n[:, None]
    rest = z - means[item]
    U = rest.T @ rest / (count - m) if within == "pooled" else _mean_within(rest, item, n)
    U = U if lacking is None else U + lacking / (count - m)
    U, intensity = _ledoit_wolf(rest, U, count - m) if shrink == "lw" and count - m < 5 * p else (U, 0.0)
    mean = z.mean(axis=0)
    away = means - mean
    kappa = (count - (n**2).sum() / count) / (m - 1)
    C = ((n[:, None] * away).T @ away / (m - 1) - U) / kappa
    A, lam, clipped = _diagonalise(U, C)
    rule = p + 2 if bandwidth == "bolck" else 2 * p + 1
    return Background(
        stage=stage,
        parts=tuple(parts),
        basis=basis,
        absolute=absolute,
        mean=mean,
        U=U,
        C=A @ np.diag(lam) @ A.T,
        A=A,
        lam=lam,
        item_means=means,
        counts=n.astype(np.int64),
        h=float((4 / (rule * m)) ** (1 / (p + 4))),
        bandwidth=bandwidth,
        nu=nu,
        clipped=clipped,
        shrinkage=intensity,
        provenance=provenance,
        dropped=tuple(dropped),
        small=m < MIN_ITEMS,
        digest=digest_of(stage, *parts, bandwidth, means, U, C),
    )


def fit_background(
    comps: Sequence[Composition], parts: Sequence[str], *, basis: System = "pivot", **options: object
) -> Background:
    """Fit a population of specimens, the lot being the item; ``options`` as for ``fit``.

    A part that some specimens have below its limit of detection is completed by EM, in alr coordinates over a part that
    all have. A part missing anywhere, or censored in more than 40 % of the specimens, is dropped and named.
    """
    hidden = {part: np.mean([part in comp.censored for comp in comps]) for part in parts}
    known = [part for part in parts if all(part in comp.parts or part in comp.censored for comp in comps)]
    usable = [part for part in known if hidden[part] <= CENSORED_MAX]
    seen = [part for part in usable if not hidden[part]]
    absolute = bool(options.get("absolute", False))
    provenance: Provenance = "synthetic" if any(comp.synthetic for comp in comps) else "measured"
    items = [comp.lot_id or comp.specimen_id for comp in comps]
    lacking = None
    if len(seen) < len(usable) and seen:
        usable = [*(part for part in usable if part != seen[-1]), seen[-1]]
        basis, absolute = "alr", False
        done = complete(*_limited(comps, usable), np.unique(items, return_inverse=True)[1])
        z, lacking = done.z, done.lacking
    else:
        usable = seen
        z = coordinates(comps, usable, basis, absolute).z
    return fit(
        z,
        items,
        parts=usable,
        stage=comps[0].stage,
        provenance=provenance,
        basis=basis,
        dropped=[part for part in parts if part not in usable],
        lacking=lacking,
        **{**options, "absolute": absolute},  # type: ignore[arg-type]
    )


def _limited(comps: Sequence[Composition], parts: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
    """alr coordinates over the last part, with ln of the limit in place of a censored part, and where that is."""
    level = [
        [comp.mass[comp.parts.index(part)] if part in comp.parts else comp.censored[part] for part in parts] for comp in comps
    ]
    logs = np.log(np.asarray(level))
    limit = np.asarray([[part in comp.censored and part not in comp.parts for part in parts[:-1]] for comp in comps])
    return logs[:, :-1] - logs[:, -1:], limit


def rebased(background: Background, parts: Sequence[str]) -> Background:
    """The same population in alr coordinates over some of its parts, the last one as denominator.

    A change of coordinates is linear, so likelihood ratios do not change; leaving parts out is exact marginalisation.
    """
    pick = np.zeros((len(parts), len(background.parts)))
    pick[np.arange(len(parts)), [background.parts.index(part) for part in parts]] = 1.0
    size = len(background.parts)
    M = contrast(len(parts), "alr") @ pick @ np.linalg.pinv(contrast(size, background.basis))
    if background.absolute:
        M = np.hstack([M, np.zeros((len(M), 1))])
    U, C = M @ background.U @ M.T, M @ background.C @ M.T
    A, lam, _ = _diagonalise(U, C)
    return replace(
        background,
        parts=tuple(parts),
        basis="alr",
        absolute=False,
        mean=M @ background.mean,
        U=U,
        C=C,
        A=A,
        lam=lam,
        item_means=background.item_means @ M.T,
    )


def _mean_within(rest: Floats, item: NDArray[np.intp], n: NDArray[np.intp]) -> Floats:
    """Mean of the items' own covariances: every lot weighs the same, however often it was measured."""
    own = [rest[item == place].T @ rest[item == place] / (n[place] - 1) for place in np.flatnonzero(n > 1)]
    return np.asarray(np.mean(own, axis=0))


def _ledoit_wolf(rest: Floats, S: Floats, dof: int) -> tuple[Floats, float]:
    p = len(S)
    target = np.trace(S) / p
    distance = float(np.sum((S - target * np.eye(p)) ** 2))
    noise = float(sum(np.sum((np.outer(row, row) - S) ** 2) for row in rest)) / dof**2
    intensity = min(noise / distance, 1.0) if distance > 0 else 1.0
    return intensity * target * np.eye(p) + (1 - intensity) * S, intensity


def _diagonalise(U: Floats, C: Floats) -> tuple[Floats, Floats, int]:
    """``U = A A'`` and ``C = A diag(lam) A'``; negative eigenvalues are noise about zero, never taken by absolute value."""
    L = np.linalg.cholesky(U)
    inner = np.linalg.solve(L, np.linalg.solve(L, C).T)
    lam, Q = np.linalg.eigh((inner + inner.T) / 2)
    clipped = int((lam < 0).sum())
    return np.asarray(L @ Q), np.maximum(lam, 0.0), clipped
