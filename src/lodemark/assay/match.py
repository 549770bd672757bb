"""Which lot could this be? All lots weighed, "none of these" among them, and near-duplicates reported as one tie set.

The filter before the exact densities rests on a bound, so nothing above it is dropped: with W the pooled scatter within,
``d2_i >= |z~ - mu~_i|^2 / (lam_i + s2)`` and ``logdet(C_i + S) >= max(logdet C_i, logdet S)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import numpy as np
from scipy.special import logsumexp
from scipy.stats import chi2

from lodemark.assay.background import Background
from lodemark.assay.calibration import LN10
from lodemark.assay.coordinates import contrast, coordinates
from lodemark.assay.model import Composition, Floats, LotReference, digest_of
from lodemark.assay.stages import limits
from lodemark.trouble import Error, Reason

_FIRST = 64
_DROPPED = 1e-9
_LN_2PI = float(np.log(2 * np.pi))


class NoLots(Error):
    """No reference lot of this stage is valid at this time."""

    code: ClassVar[str] = "assay-no-lots"


@dataclass(frozen=True, slots=True)
class LotIndex:
    """Reference lots of one stage, ready to be searched: N lots in p coordinates with a covariance each."""

    stage: str
    parts: tuple[str, ...]
    lot_ids: Sequence[str]
    mu: Floats  # (N, p)
    cov: Floats  # (N, p, p): a new specimen of the lot about its estimated mean
    whitener: Floats  # (p, p): W^-1/2
    white_mu: Floats  # (N, p)
    white_square: Floats  # (N,)
    lam: Floats  # (N,) largest eigenvalue of the whitened covariance
    log_det: Floats  # (N,)
    excluded: Mapping[str, int]
    synthetic: bool
    digest: str

    @classmethod
    def build(cls, lots: Sequence[LotReference], parts: Sequence[str], stage: str, on: datetime | None = None) -> LotIndex:
        """Index the lots of ``stage`` that are valid ``on`` (all, when not given); the others are excluded and counted."""
        right = [lot for lot in lots if lot.stage == stage]
        valid = [lot for lot in right if on is None or _valid(lot, on)]
        if not valid:
            raise NoLots(stage=stage, lots=len(lots))
        V = contrast(len(parts))
        place = [[lot.parts.index(part) for part in parts] for lot in valid]
        mu = np.asarray([V @ lot.mean_ln[at] for lot, at in zip(valid, place, strict=True)])
        within = np.asarray([V @ lot.within[np.ix_(at, at)] @ V.T for lot, at in zip(valid, place, strict=True)])
        n = np.asarray([lot.n for lot in valid])
        excluded = {"other-stage": len(lots) - len(right), "not-valid": len(right) - len(valid)}
        synthetic = any(lot.synthetic for lot in valid)
        named = digest_of(*(lot.digest or lot.lot_id for lot in valid))
        cov = within * (1 + 1 / n)[:, None, None]
        names = [lot.lot_id for lot in valid]
        return cls.of_arrays(stage, parts, names, mu, cov, excluded=excluded, synthetic=synthetic, inputs=named)

    @classmethod
    def of_arrays(
        cls,
        stage: str,
        parts: Sequence[str],
        lot_ids: Sequence[str],
        mu: Floats,
        cov: Floats,
        *,
        excluded: Mapping[str, int] | None = None,
        synthetic: bool = False,
        inputs: str = "",
    ) -> LotIndex:
        """Index lots already in pivot coordinates: ``mu`` (N, p) and ``cov`` (N, p, p)."""
        whitener = np.linalg.inv(np.linalg.cholesky(cov.mean(axis=0)))
        white_mu = mu @ whitener.T
        lam: Floats = np.linalg.eigvalsh(whitener @ cov @ whitener.T)[:, -1].astype(np.float64)
        log_det = np.linalg.slogdet(cov)[1]
        square = np.einsum("ij,ij->i", white_mu, white_mu)
        return cls(
            stage=stage,
            parts=tuple(parts),
            lot_ids=lot_ids,
            mu=mu,
            cov=cov,
            whitener=whitener,
            white_mu=white_mu,
            white_square=square,
            lam=lam,
            log_det=log_det,
            excluded=excluded or {},
            synthetic=synthetic,
            digest=inputs,
        )


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

    ``prior_none`` is the caller's and stays printed; ``dropped_mass_max`` bounds the posterior of everything not evaluated.
    """

    candidates: tuple[Candidate, ...]
    none_of_these: float
    tie_set: tuple[str, ...]
    prior_none: float
    mass: float
    dropped_mass_max: float
    evaluated: int
    lots: int
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

    ``lot_prior`` gives relative weights of lots (equal by default); they share ``1 - prior_none``.
    """
    taken = coordinates(comp, index.parts)
    prior = (
        np.full(len(index.lot_ids), 1.0)
        if lot_prior is None
        else np.asarray([lot_prior.get(lot, 0.0) for lot in index.lot_ids])
    )
    with np.errstate(divide="ignore"):
        log_prior = np.log(prior / prior.sum() * (1 - prior_none))
    found = search(taken.z[0], taken.cov[0], index, log_prior, log_none(taken.z[0], taken.cov[0], background, prior_none))
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
            p=float(chi2.sf(found.d2[n], index.mu.shape[1])),
        )
        for n in order[:top].tolist()
    )
    return Match(
        candidates=candidates,
        none_of_these=none,
        tie_set=_tie_set([(index.lot_ids[int(found.places[n])], float(weights[n])) for n in order.tolist()], mass * (1 - none)),
        prior_none=prior_none,
        mass=mass,
        dropped_mass_max=found.dropped,
        evaluated=len(found.places),
        lots=len(index.lot_ids),
        excluded=index.excluded,
        caveats=(Reason("assay-synthetic-reference"),) if index.synthetic or background.provenance == "synthetic" else (),
        cannot_show=limits(index.stage),
        digest=digest_of(comp.digest, index.digest, background.digest, repr(prior_none)),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Exactly evaluated lots: their places, distances, log joint densities; evidence in all, and the bound of the rest."""

    places: np.ndarray
    d2: Floats
    log_joint: Floats
    log_none: float
    log_evidence: float
    dropped: float


def search(z: Floats, S: Floats, index: LotIndex, log_prior: Floats, log_none: float) -> Found:
    """Exact densities of every lot whose bound reaches 1e-9 / N of the evidence."""
    bound = _upper_bound(z, S, index, log_prior)
    lots = len(bound)
    first = np.argpartition(-bound, min(_FIRST, lots) - 1)[:_FIRST]
    d2, joint = _exact(z, S, index, log_prior, first)
    so_far = float(np.logaddexp(logsumexp(joint), log_none))
    chosen = np.union1d(first, np.flatnonzero(bound >= so_far + np.log(_DROPPED / lots)))
    d2, joint = _exact(z, S, index, log_prior, chosen)
    evidence = float(np.logaddexp(logsumexp(joint), log_none))
    left = np.ones(lots, dtype=bool)
    left[chosen] = False
    dropped = float(np.exp(bound[left] - evidence).sum()) if left.any() else 0.0
    return Found(chosen, d2, joint, log_none, evidence, dropped)


def _upper_bound(z: Floats, S: Floats, index: LotIndex, log_prior: Floats) -> Floats:
    """ln(prior_i f_i) can be no larger than this; one pass over the means."""
    white = index.whitener @ z
    square = index.white_square - 2 * (index.white_mu @ white) + white @ white
    # The expansion rounds: take off what it may have added, so that the bound stays a bound.
    guard = 16 * np.finfo(float).eps * (index.white_square + white @ white)
    s2 = float(np.linalg.eigvalsh(index.whitener @ S @ index.whitener.T)[-1])
    log_det = np.maximum(index.log_det, np.linalg.slogdet(S)[1])
    return np.asarray(log_prior - 0.5 * (len(z) * _LN_2PI + log_det + np.maximum(square - guard, 0.0) / (index.lam + s2)))


def _exact(z: Floats, S: Floats, index: LotIndex, log_prior: Floats, places: np.ndarray) -> tuple[Floats, Floats]:
    L = np.linalg.cholesky(index.cov[places] + S)
    away = np.linalg.solve(L, (z - index.mu[places])[:, :, None])[:, :, 0]
    d2 = np.einsum("ij,ij->i", away, away)
    log_det = 2 * np.log(np.diagonal(L, axis1=1, axis2=2)).sum(axis=1)
    return d2, log_prior[places] - 0.5 * (len(z) * _LN_2PI + log_det + d2)


def log_none(z: Floats, S: Floats, background: Background, prior_none: float) -> float:
    """ln of prior times the density of other material of this stage."""
    cov = background.C + background.U + S
    L = np.linalg.cholesky(cov)
    away = np.linalg.solve(L, z - background.mean)
    log_f = -0.5 * (len(z) * _LN_2PI + away @ away) - np.log(np.diagonal(L)).sum()
    return float(np.log(prior_none) + log_f)


def _tie_set(ranked: Sequence[tuple[str, float]], enough: float) -> tuple[str, ...]:
    """The smallest set of lots holding ``enough`` of the posterior that is on lots at all."""
    held, found = 0.0, []
    for lot, weight in ranked:
        if held >= enough:
            break
        found.append(lot)
        held += weight
    return tuple(found)


def _valid(lot: LotReference, on: datetime) -> bool:
    return (lot.valid_from is None or lot.valid_from <= on) and (lot.valid_until is None or on < lot.valid_until)
