"""Which lot could this be? All lots weighed, "none of these" among them, and near-duplicates reported as one tie set.

The filter before the exact densities rests on a bound, so nothing above it is dropped: with W the pooled scatter within,
``d2_i >= |z~ - mu~_i|^2 / (lam_i + s2)`` and ``logdet(C_i + S) >= max(logdet C_i, logdet S)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, logsumexp

from lodemark.assay.background import Background, rebased
from lodemark.assay.calibration import LN10
from lodemark.assay.censored import MOST
from lodemark.assay.coordinates import PartsMissing, contrast, ln_covariance
from lodemark.assay.likelihood import Side, log_density
from lodemark.assay.lot_index import LotIndex
from lodemark.assay.model import Composition, Floats, digest_of
from lodemark.assay.stages import limits
from lodemark.trouble import Reason

_FIRST = 64
_DROPPED = 1e-9
_LN_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One lot: distance, log10 LR against the background, posterior under the caller's prior, and the p of refutation."""

    lot_id: str
    d2: float
    log10_lr: float
    posterior: float
    p: float


@dataclass(frozen=True, slots=True)
class Match:
    """The best candidates and the smallest set holding ``mass`` of the posterior; never read the first one alone.

    ``verdict`` is the sentence of the whole: none of these, one lot alone, or lots that cannot be told apart.

    ``prior_none`` is the caller's and stays printed; ``dropped_mass_max`` bounds the posterior of everything not evaluated.
    """

    verdict: Reason
    candidates: tuple[Candidate, ...]
    none_of_these: float
    tie_set: tuple[str, ...]
    prior_none: float
    mass: float
    dropped_mass_max: float
    evaluated: int
    lots: int
    parts_used: tuple[str, ...]
    parts_dropped: tuple[str, ...]
    excluded: Mapping[str, int]
    caveats: tuple[Reason, ...]
    cannot_show: tuple[Reason, ...]
    digest: str


def match(
    comp: Composition,
    index: LotIndex,
    background: Background,
    *,
    prior_none: float = 0.5,
    lot_prior: Mapping[str, float] | None = None,
    mass: float = 0.99,
    top: int = 20,
) -> Match:
    """Weigh every lot of the index; equal to evaluating all of them, to 1e-9 in the posterior.

    ``lot_prior`` gives relative weights of lots (equal by default); they share ``1 - prior_none``. Parts below the limit of
    detection (up to four) enter by their limit, parts not measured are dropped and named. Raises ``PartsMissing`` when fewer
    than two parts were measured.
    """
    prior = (
        np.full(len(index.lot_ids), 1.0)
        if lot_prior is None
        else np.asarray([lot_prior.get(lot, 0.0) for lot in index.lot_ids])
    )
    with np.errstate(divide="ignore"):
        log_prior = np.log(prior / prior.sum() * (1 - prior_none))
    question = _question(comp, index, background, prior_none)
    found = search(question.z, question.S, question.index, log_prior, question.log_none, question.limits)
    order = np.argsort(-found.log_joint, kind="stable")
    weights = np.exp(found.log_joint - found.log_evidence)
    none = float(np.exp(found.log_none - found.log_evidence))
    log_background = found.log_none - np.log(prior_none)
    candidates = tuple(
        Candidate(
            lot_id=index.lot_ids[int(found.places[n])],
            d2=float(found.d2[n]),
            log10_lr=float((found.log_joint[n] - log_prior[found.places[n]] - log_background) / LN10),
            posterior=float(weights[n]),
            p=float(chdtrc(len(question.z), found.d2[n])),
        )
        for n in order[:top].tolist()
    )
    tie_set = _tie_set([(index.lot_ids[int(found.places[n])], float(weights[n])) for n in order.tolist()], mass * (1 - none))
    return Match(
        verdict=_verdict(none, mass, tie_set),
        candidates=candidates,
        none_of_these=none,
        tie_set=tie_set,
        prior_none=prior_none,
        mass=mass,
        dropped_mass_max=found.dropped,
        evaluated=len(found.places),
        lots=len(index.lot_ids),
        parts_used=question.parts,
        parts_dropped=tuple(part for part in index.parts if part not in question.parts),
        excluded=index.excluded,
        # The ratios of a match say how the lots compare with each other; no validation bounds them, so they weigh nothing.
        caveats=(
            Reason("assay-match-uncalibrated"),
            *([Reason("assay-synthetic-reference")] if index.synthetic or background.provenance == "synthetic" else []),
        ),
        cannot_show=limits(index.stage),
        digest=digest_of(comp.digest, index.digest, background.digest, repr(prior_none)),
    )


def _verdict(none: float, mass: float, tie_set: Sequence[str]) -> Reason:
    code = "assay-match-none" if none > mass else "assay-match-tie" if len(tie_set) > 1 else "assay-match-one"
    return Reason(code, None, {"lots": list(tie_set), "none": f"{none:.3f}"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Coordinates known only by an upper limit: ``side`` over observed and censored ones, and the lots in the same terms."""

    side: Side
    index: LotIndex


@dataclass(frozen=True, slots=True)
class _Question:
    parts: tuple[str, ...]
    z: Floats
    S: Floats
    index: LotIndex
    log_none: float
    limits: Limits | None


def _question(comp: Composition, index: LotIndex, background: Background, prior_none: float) -> _Question:
    """The sample and the lots in common coordinates."""
    seen = tuple(part for part in index.parts if part in comp.parts)
    hidden = tuple(part for part in index.parts if part in comp.censored)[:MOST]
    if len(seen) < 2:
        raise PartsMissing(specimen=comp.specimen_id, parts=[part for part in index.parts if part not in seen], censored=hidden)
    every = (*seen[:-1], *hidden, seen[-1])
    local = rebased(background, every)
    side = Side(*_levels(comp, every, hidden))
    log_f = log_density(side.y, side.limit, local.mean[None], local.C + local.U + side.V)[0]
    # A density changes its unit with the coordinates; lots and background have to be in the same ones.
    whole = index if (index.basis, index.parts) == ("alr", every) else index.over(every)
    open_ = np.flatnonzero(~side.limit)
    return _Question(
        parts=every,
        z=side.y[open_],
        S=side.V[np.ix_(open_, open_)],
        index=index.over(seen) if hidden else whole,
        log_none=float(log_f + np.log(prior_none)),
        limits=Limits(side, whole) if hidden else None,
    )


def _levels(comp: Composition, parts: Sequence[str], hidden: Sequence[str]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """alr coordinates over the last part, their error covariance (a limit has none of its own), and which are limits."""
    level = [comp.censored[part] if part in hidden else comp.mass[comp.parts.index(part)] for part in parts]
    at = [n for n, part in enumerate(parts) if part not in hidden]
    places = [comp.parts.index(parts[n]) for n in at]
    ln_cov = np.zeros((len(parts), len(parts)))
    ln_cov[np.ix_(at, at)] = ln_covariance(comp.mass, comp.cov)[np.ix_(places, places)]
    V = contrast(len(parts), "alr")
    return V @ np.log(np.asarray(level)), V @ ln_cov @ V.T, np.asarray([part in hidden for part in parts[:-1]])


@dataclass(frozen=True, slots=True)
class Found:
    """Exactly evaluated lots: their places, distances, log joint densities; evidence in all, and the bound of the rest."""

    places: NDArray[np.intp]
    d2: Floats
    log_joint: Floats
    log_none: float
    log_evidence: float
    dropped: float


def search(z: Floats, S: Floats, index: LotIndex, log_prior: Floats, log_none: float, limits: Limits | None = None) -> Found:
    """Exact densities of every lot whose bound reaches 1e-9 / N of the evidence.

    Censored coordinates can only lower a density, so the bound on the observed ones (``z``, ``S``) holds with ``limits`` too.
    """
    bound = _upper_bound(z, S, index, log_prior)
    lots = len(bound)

    def exact(places: NDArray[np.intp]) -> tuple[Floats, Floats]:
        d2, joint = _exact(z, S, index, log_prior, places)
        return d2, joint if limits is None else _censored(limits, log_prior, places)

    first = np.argpartition(-bound, min(_FIRST, lots) - 1)[:_FIRST]
    _, joint = exact(first)
    so_far = float(np.logaddexp(logsumexp(joint), log_none))
    chosen = np.union1d(first, np.flatnonzero(bound >= so_far + np.log(_DROPPED / lots)))
    d2, joint = exact(chosen)
    evidence = float(np.logaddexp(logsumexp(joint), log_none))
    left = np.ones(lots, dtype=bool)
    left[chosen] = False
    dropped = float(np.exp(bound[left] - evidence).sum()) if left.any() else 0.0
    return Found(chosen, d2, joint, log_none, evidence, dropped)


def _censored(limits: Limits, log_prior: Floats, places: NDArray[np.intp]) -> Floats:
    side, lots = limits.side, limits.index
    log_f = [log_density(side.y, side.limit, lots.mu[place][None], lots.cov[place] + side.V)[0] for place in places.tolist()]
    return np.asarray(log_prior[places] + np.asarray(log_f))


def _upper_bound(z: Floats, S: Floats, index: LotIndex, log_prior: Floats) -> Floats:
    """ln(prior_i f_i) can be no larger than this; one pass over the means."""
    white = index.whitener @ z
    square = index.white_square - 2 * (index.white_mu @ white) + white @ white
    # The expansion rounds: take off what it may have added, so that the bound stays a bound.
    guard = 16 * np.finfo(float).eps * (index.white_square + white @ white)
    s2 = float(np.linalg.eigvalsh(index.whitener @ S @ index.whitener.T)[-1])
    log_det = np.maximum(index.log_det, np.linalg.slogdet(S)[1])
    return np.asarray(log_prior - 0.5 * (len(z) * _LN_2PI + log_det + np.maximum(square - guard, 0.0) / (index.lam + s2)))


def _exact(z: Floats, S: Floats, index: LotIndex, log_prior: Floats, places: NDArray[np.intp]) -> tuple[Floats, Floats]:
    L = np.linalg.cholesky(index.cov[places] + S)
    away = np.linalg.solve(L, (z - index.mu[places])[:, :, None])[:, :, 0]
    d2 = np.einsum("ij,ij->i", away, away)
    log_det = 2 * np.log(np.diagonal(L, axis1=1, axis2=2)).sum(axis=1)
    return d2, log_prior[places] - 0.5 * (len(z) * _LN_2PI + log_det + d2)


def _tie_set(ranked: Sequence[tuple[str, float]], enough: float) -> tuple[str, ...]:
    """The smallest set of lots holding ``enough`` of the posterior that is on lots at all."""
    held, found = 0.0, []
    for lot, weight in ranked:
        if held >= enough:
            break
        found.append(lot)
        held += weight
    return tuple(found)
