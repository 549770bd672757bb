"""Of which sources is this a blend, and in what shares? Mixing is linear in mass; log-ratio means are not the mixing law.

All subsets of up to ``max_k`` sources compete by evidence. Shares are returned only where the data can tell them apart:
otherwise the answer is *not identifiable*, and no point is given. A missing source is a poor fit, not a wrong share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, log
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import chdtrc, logsumexp

from lodemark.assay.coordinates import PartsMissing
from lodemark.assay.model import Composition, Floats, digest_of
from lodemark.assay.simplex import Blend, Fit, fit, fit_subsets, log_evidence
from lodemark.assay.stages import limits
from lodemark.trouble import Reason

PRESENT, ABSENT = 0.95, 0.05
POOR_FIT = 1e-3
WIDEST = 0.5
_SCREEN_ABOVE = 64
_SCREEN_CHI2 = 9.0
_HOPELESS = 60.0  # exp(-30) of the best likelihood: no evidence can come from there
DILUENT = "diluent"

Status = Literal["resolved", "inconclusive", "none-fit", "not-identifiable"]


@dataclass(frozen=True, slots=True)
class Subset:
    """One subset of sources: shares of mass with u and 95 % interval, fit, and its weight among all subsets."""

    sources: tuple[str, ...]
    share: tuple[float, ...]
    u: tuple[float, ...]
    interval95: tuple[tuple[float, float], ...]
    chi2: float
    dof: int
    p: float
    weight: float


@dataclass(frozen=True, slots=True)
class Unmixing:
    """What the blend can be said to hold.

    ``subset`` are the sources present (inclusion >= 95 %), ``undecided`` those between 5 and 95 % with their 95 % upper
    share. ``best`` carries the shares of the present sources, None where they are not identifiable.
    """

    status: Status
    subset: tuple[str, ...]
    undecided: tuple[tuple[str, float], ...]
    inclusion: tuple[tuple[str, float], ...]
    best: Subset | None
    rank: int
    sigma_min: float
    given: Subset | None
    given_clash: bool
    runners_up: tuple[Subset, ...]
    parts_used: tuple[str, ...]
    parts_dropped: tuple[str, ...]
    cannot_show: tuple[Reason, ...]
    digest: str


def unmix(
    comp: Composition,
    sources: Sequence[Composition],
    max_k: int = 3,
    given: Sequence[str] | None = None,
    diluent: bool = False,
) -> Unmixing:
    """Search all subsets of up to ``max_k`` (at most 3) sources, and test the ``given`` set alone beside it.

    Sources are named by lot (or specimen). ``diluent`` adds a source that holds none of the parts. Parts not measured, or
    censored, anywhere are dropped and named; raises ``PartsMissing`` where none is left.
    """
    assert 1 <= max_k <= 3
    names = [source.lot_id or source.specimen_id for source in sources]
    parts = [part for part in comp.parts if all(part in source.parts for source in sources)]
    everywhere = dict.fromkeys((*comp.parts, *comp.censored, *(part for source in sources for part in source.parts)))
    if not parts:
        raise PartsMissing(specimen=comp.specimen_id, parts=list(everywhere), censored=list(comp.censored))
    blend = _blend(comp, sources, parts, diluent)
    if diluent:
        names.append(DILUENT)
    kept = _screen(blend) if len(names) > _SCREEN_ABOVE else list(range(len(names)))
    tried = _weigh(blend, names, kept, max_k)
    inclusion = {name: sum(one.weight for one in tried if name in one.sources) for name in names}
    present = tuple(name for name in names if inclusion[name] >= PRESENT)
    open_ = [name for name in names if ABSENT < inclusion[name] < PRESENT]
    best = _named(blend, names, present)
    rank, sigma_min = _rank(blend.only(tuple(names.index(name) for name in present or names)))
    tested = None if given is None else _named(blend, names, tuple(given))
    status = _status(tried, present, open_, best, rank)
    return Unmixing(
        status=status,
        subset=present,
        undecided=tuple((name, _upper(tried, name)) for name in open_),
        inclusion=tuple((name, round(inclusion[name], 12)) for name in names),
        best=best if status != "not-identifiable" else None,
        rank=rank,
        sigma_min=sigma_min,
        given=tested,
        # The code chain names lots; chemistry that cannot be made of them, or must hold another, is a clash.
        given_clash=tested is not None and (tested.p < POOR_FIT or any(name not in (given or ()) for name in present)),
        runners_up=tuple(tried[:8]),
        parts_used=tuple(parts),
        parts_dropped=tuple(part for part in everywhere if part not in parts),
        cannot_show=limits(comp.stage),
        digest=digest_of(comp.digest, *(source.digest or source.specimen_id for source in sources), str(max_k)),
    )


def refute_blend(comp: Composition, lots: Sequence[Composition]) -> tuple[float, float]:
    """Smallest chi-square of any blend of these lots and its p with full degrees of freedom (conservative)."""
    parts = [part for part in comp.parts if all(part in lot.parts for lot in lots)]
    best = fit(_blend(comp, lots, parts, False))
    return best.chi2, float(chdtrc(len(parts), best.chi2))


def _blend(comp: Composition, sources: Sequence[Composition], parts: Sequence[str], diluent: bool) -> Blend:
    def taken(one: Composition) -> tuple[Floats, Floats]:
        at = [one.parts.index(part) for part in parts]
        return one.mass[at], one.cov[np.ix_(at, at)]

    y, S_y = taken(comp)
    pairs = [taken(source) for source in sources]
    if diluent:
        pairs.append((np.zeros(len(parts)), np.zeros((len(parts), len(parts)))))
    return Blend(y, S_y, np.stack([mass for mass, _ in pairs], axis=1), np.stack([cov for _, cov in pairs]))


def _weigh(blend: Blend, names: Sequence[str], kept: Sequence[int], max_k: int) -> list[Subset]:
    """Every subset that could matter with its evidence as a weight, best first.

    Sizes are equally likely, and subsets within a size.
    """
    tried: list[tuple[NDArray[np.int64], Floats]] = []
    faces = np.empty(())
    for size in range(1, min(max_k, len(kept)) + 1):
        subsets = np.asarray(list(combinations(kept, size)), dtype=np.int64)
        values = fit_subsets(blend, size, subsets, faces)
        tried.append((subsets, values))
        faces = np.full((len(names),) * size, np.inf)
        faces[tuple(subsets.T)] = values
    floor = min(float(values.min()) for _, values in tried)
    alive = [tuple(row) for subsets, values in tried for row in subsets[values <= floor + _HOPELESS].tolist()]
    fits = [fit(blend.only(chosen)) for chosen in alive]
    sizes = min(max_k, len(kept))
    prior = {size: -log(sizes) - log(comb(len(kept), size)) for size in range(1, sizes + 1)}
    logs = [log_evidence(blend.only(chosen), found) + prior[len(chosen)] for chosen, found in zip(alive, fits, strict=True)]
    weights = np.exp(np.asarray(logs) - logsumexp(logs)).tolist()
    made = [_subset(blend, names, chosen, found, weight) for chosen, found, weight in zip(alive, fits, weights, strict=True)]
    return sorted(made, key=lambda one: (-one.weight, len(one.sources), one.sources))


def _subset(blend: Blend, names: Sequence[str], chosen: Sequence[int], found: Fit, weight: float) -> Subset:
    u = np.sqrt(np.diagonal(found.cov))
    dof = max(len(blend.y) - len(chosen) + 1, 1)
    span = [(max(s - 1.96 * e, 0.0), min(s + 1.96 * e, 1.0)) for s, e in zip(found.share.tolist(), u.tolist(), strict=True)]
    return Subset(
        sources=tuple(names[place] for place in chosen),
        share=tuple(found.share.tolist()),
        u=tuple(u.tolist()),
        interval95=tuple(span),
        chi2=found.chi2,
        dof=dof,
        p=float(chdtrc(dof, found.chi2)),
        weight=weight,
    )


def _named(blend: Blend, names: Sequence[str], chosen: Sequence[str]) -> Subset | None:
    if not chosen:
        return None
    places = tuple(names.index(name) for name in chosen)
    return _subset(blend, names, places, fit(blend.only(places)), 1.0)


def _rank(blend: Blend) -> tuple[int, float]:
    """Rank of the whitened differences between sources, and their smallest singular value: zero means two blends look alike."""
    k = blend.c.shape[1]
    if k == 1:
        return 0, float("inf")
    white, _ = blend.whiten(np.arange(k)[None], np.full((1, k), 1.0 / k), (blend.c[:, 1:] - blend.c[:, :1])[None])
    values = np.linalg.svd(white[0], compute_uv=False)
    rank = int((values > 1e-8 * values[0]).sum()) if values[0] > 0 else 0
    return rank, float(values[-1]) if len(values) == k - 1 else 0.0


def _status(tried: Sequence[Subset], present: Sequence[str], open_: Sequence[str], best: Subset | None, rank: int) -> Status:
    if all(one.p < POOR_FIT for one in tried):
        return "none-fit"
    if best is None:
        return "inconclusive"
    wide = any(high - low > WIDEST for low, high in best.interval95)
    if rank < len(present) - 1 or wide:
        return "not-identifiable"
    return "inconclusive" if open_ else "resolved"


def _upper(tried: Sequence[Subset], name: str) -> float:
    """The 95 % upper share of an undecided source in the best subset that holds it."""
    holder = next(one for one in tried if name in one.sources)
    return holder.interval95[holder.sources.index(name)][1]


def _screen(blend: Blend) -> list[int]:
    """Sources worth trying when there are many: all in the best fit, and all whose exclusion would cost chi-square 9."""
    k = blend.c.shape[1]
    white, _ = blend.whiten(np.arange(k)[None], np.full((1, k), 1.0 / k), np.column_stack([blend.c, blend.y])[None])
    c, y = white[0][:, :-1], white[0][:, -1]
    share, rest = nnls(c, y)
    kept = set(np.flatnonzero(share > 0).tolist())
    for place in list(kept):
        others = [n for n in range(c.shape[1]) if n != place]
        without, worse = nnls(c[:, others], y)
        if worse**2 - rest**2 <= _SCREEN_CHI2:
            # It could be replaced: so its replacements have to compete too.
            kept |= {others[n] for n in np.flatnonzero(without > 0).tolist()}
    return sorted(kept)
