"""Read a code: which registered codeword, or blend of two, explains the dopants found?

Model ``y = b + R sum s_k c_k`` with s >= 0, weighted by the assay's u, the background's u and the tag's own scatter. One
code is tried first, then every pair. Only a fit that passes the gate and leaves the runner-up far behind is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import Literal

import numpy as np
from scipy.optimize import nnls
from scipy.special import chdtrc, gammaincinv

from lodemark.assay.coordinates import PartsMissing
from lodemark.assay.model import Composition, Floats, digest_of
from lodemark.assay.stages import limits
from lodemark.assay.tag.codebook import PAIR_RATE_MAX, Codebook
from lodemark.trouble import Reason

GATE = 0.995
GAP = 9.2  # 2 ln 100: the runner-up is a hundred times less likely
SPIKE_SIGMAS = 4.0
_REFINED = 48  # hypotheses fitted exactly, at most
_WORTH = 40.0  # chi-square above the best screened one, within which they are
_ROUNDS = 40
_STRIP = 64

Status = Literal["exact", "inconclusive", "untagged", "unregistered", "diluted"]

# Ionic radii in eightfold coordination, 10^-10 m (Shannon 1976): acid leaching takes the larger, lighter ions first.
RADIUS: Mapping[str, float] = {
    **{"La": 1.160, "Ce": 1.143, "Gd": 1.053, "Y": 1.019, "Ho": 1.015, "Er": 1.004, "Lu": 0.977, "Sc": 0.870},
}


@dataclass(frozen=True, slots=True)
class TagBackground:
    """Dopants in untagged material of this product: ``b`` (n,) and its u, mg/kg, in the order of the codebook."""

    b: Floats
    u: Floats


@dataclass(frozen=True, slots=True)
class Reading:
    """One hypothesis: registered codes (by index), their shares of tagged mass, and the fit."""

    codes: tuple[int, ...]
    share: tuple[float, ...]
    chi2: float


@dataclass(frozen=True, slots=True)
class Decoding:
    """The answer; ``candidate`` is named even where it is not exact, ``gap`` is chi-square to the best other hypothesis.

    ``spike_hint`` names dopants of which there is more than the code explains; ``altered`` is the fitted tilt over ionic
    radius where a leached code fits. ``log10_lr`` is bounded by the certificate (0 unless exact).
    """

    status: Status
    codes: tuple[int, ...]
    share: tuple[float, ...]
    chi2: float
    gap: float
    p: float
    candidate: tuple[int, ...]
    spike_hint: tuple[str, ...]
    altered: float | None
    log10_lr: float
    bounds: tuple[float, float]
    caveats: tuple[Reason, ...]
    cannot_show: tuple[Reason, ...]
    digest: str


def decode(
    comp: Composition, book: Codebook, background: TagBackground, max_k: int = 2, given: Sequence[int] | None = None
) -> Decoding:
    """Read the dopants of ``comp``; ``given`` tests the named codes alone. Raises ``PartsMissing`` for a lacking dopant."""
    if lacking := [part for part in book.parts if part not in comp.parts]:
        raise PartsMissing(
            specimen=comp.specimen_id, parts=lacking, censored=[part for part in lacking if part in comp.censored]
        )
    at = [comp.parts.index(part) for part in book.parts]
    y, u = comp.mass[at], np.sqrt(np.diagonal(comp.cov))[at]
    found = read(y, u, book, background, max_k, given)
    if found.status == "unregistered":
        problem = _problem(y, u, book, background)
        found = replace(found, spike_hint=_spike(problem, book.parts), altered=_tilt(problem, book.parts))
    inputs = digest_of(comp.digest, book.digest, background.b, background.u)
    return replace(found, cannot_show=limits(comp.stage), digest=inputs)


def read(
    y: Floats, u: Floats, book: Codebook, background: TagBackground, max_k: int = 2, given: Sequence[int] | None = None
) -> Decoding:
    """The same on arrays, without the hints: dopants ``y`` (n,) and their standard uncertainties, mg/kg."""
    problem = _problem(y, u, book, background)
    size = len(y)
    nothing = float((problem.y**2 / problem.V).sum())
    if nothing <= _gate(size):
        return _decoding("untagged", None, nothing, [], size)
    if given is not None:
        return _named(problem, tuple(given), book, size)
    singles = [_refine(problem, (place,)) for place in _best_singles(problem)]
    singles.sort(key=lambda one: one.chi2)
    if singles[0].chi2 <= _gate(size - 1):
        return _settled(singles, book, size)
    pairs = [_refine(problem, pair) for pair in _best_pairs(problem)] if max_k >= 2 and len(book.code) > 1 else []
    pairs.sort(key=lambda one: one.chi2)
    if pairs and pairs[0].chi2 <= _gate(size - 2):
        return _settled(pairs, book, size)
    return _decoding("unregistered", (pairs or singles)[0], (pairs or singles)[0].chi2, pairs or singles, size)


@dataclass(frozen=True, slots=True)
class _Problem:
    """Excess over background ``y`` (n,), its variance ``V`` (n,), codewords (N, n), and the tag's own relative scatter."""

    y: Floats
    V: Floats
    code: Floats
    h: float


def _problem(y: Floats, u: Floats, book: Codebook, background: TagBackground) -> _Problem:
    return _Problem(y - background.b, u**2 + background.u**2, book.retention * book.code, book.heterogeneity)


@cache
def _gate(dof: int) -> float:
    return float(2 * gammaincinv(max(dof, 1) / 2, GATE))


def _settled(found: Sequence[Reading], book: Codebook, size: int) -> Decoding:
    """A fit that passes the gate: exact when the runner-up is far and, for a pair, the book's certificate allows it."""
    best = found[0]
    gap = found[1].chi2 - best.chi2 if len(found) > 1 else float("inf")
    status: Status = "exact" if gap >= GAP else "inconclusive"
    caveats = []
    certificate = book.certificate
    if len(best.codes) == 2 and (certificate is None or certificate.unregistered_as_pair > PAIR_RATE_MAX):
        # A dense book explains anything by some pair: then a pair found by search is a candidate, not a reading.
        status = "inconclusive"
        caveats.append(Reason("tag-pair-not-certified"))
    if status == "inconclusive" and certificate is not None and sum(best.share) < certificate.resolvable_share:
        status = "diluted"
    if certificate is None:
        caveats.append(Reason("tag-not-certified"))
    weight, bounds = _weight(status, best, book)
    return replace(_decoding(status, best, best.chi2, found, size), log10_lr=weight, bounds=bounds, caveats=tuple(caveats))


def _named(problem: _Problem, codes: tuple[int, ...], book: Codebook, size: int) -> Decoding:
    """Only the hypothesis the code chain names: it fits or it does not; others are not looked for."""
    one = _refine(problem, codes)
    fits = one.chi2 <= _gate(size - len(codes)) and min(one.share) > 0
    status: Status = "exact" if fits else "unregistered"
    weight, bounds = _weight(status, one, book)
    return replace(_decoding(status, one, one.chi2, [one], size), log10_lr=weight, bounds=bounds)


def _decoding(status: Status, best: Reading | None, value: float, found: Sequence[Reading], size: int) -> Decoding:
    fitted = 0 if best is None else len(best.codes)
    return Decoding(
        status=status,
        codes=best.codes if best is not None and status == "exact" else (),
        share=best.share if best is not None and status in ("exact", "diluted") else (),
        chi2=value,
        gap=found[1].chi2 - found[0].chi2 if len(found) > 1 else float("inf"),
        p=float(chdtrc(max(size - fitted, 1), value)),
        candidate=() if best is None else best.codes,
        spike_hint=(),
        altered=None,
        log10_lr=0.0,
        bounds=(0.0, 0.0),
        caveats=(),
        cannot_show=(),
        digest="",
    )


def _weight(status: Status, best: Reading, book: Codebook) -> tuple[float, tuple[float, float]]:
    """log10 of P(read so | this code) / P(read so | another origin), no larger than the certificate's trials can carry."""
    rates = book.certificate
    if rates is None:
        return 0.0, (0.0, 0.0)
    floor = 1 / (rates.trials + 1)
    hits, false = (
        (rates.single_exact, max(rates.single_wrong, rates.unregistered_as_single))
        if len(best.codes) == 1
        else (rates.pair_exact, max(rates.pair_wrong, rates.unregistered_as_pair))
    )
    highest = float(np.log10(max(hits, floor) / max(false, floor)))
    lowest = float(np.log10(max(1 - hits, floor)))
    return (highest if status == "exact" else 0.0), (min(lowest, 0.0), max(highest, 0.0))


def _refine(problem: _Problem, codes: tuple[int, ...]) -> Reading:
    """Weighted non-negative least squares; the tag's own scatter grows with its share, so the weights are iterated."""
    c = problem.code[list(codes)].T
    share = np.zeros(len(codes))
    V = problem.V
    for _ in range(_ROUNDS):
        before = share
        V = problem.V + ((problem.h * c * share) ** 2).sum(axis=1)
        w = 1 / np.sqrt(V)
        share, _ = nnls(c * w[:, None], problem.y * w)
        if np.max(np.abs(share - before)) < 1e-13:
            break
    return Reading(codes, tuple(share.tolist()), float(((problem.y - c @ share) ** 2 / V).sum()))


def _screening(problem: _Problem) -> tuple[Floats, Floats, float]:
    """Whitened codewords (N, n), projections on the sample (N,), and its length, under the widest variance that can arise."""
    w = 1 / np.sqrt(problem.V + (problem.h * problem.y) ** 2)
    c, y = problem.code * w, problem.y * w
    return c, c @ y, float(y @ y)


def _best_singles(problem: _Problem) -> list[int]:
    c, q, whole = _screening(problem)
    left = whole - np.maximum(q, 0.0) ** 2 / np.einsum("ij,ij->i", c, c)
    order = np.argsort(left, kind="stable")[:_REFINED]
    return [int(place) for place in order[: _worth(left[order])]]


def _best_pairs(problem: _Problem) -> list[tuple[int, int]]:
    """All N (N - 1) / 2 pairs by their Gram matrix, in strips that stay in the cache; the best few are refined."""
    c, q, whole = _screening(problem)
    g = np.einsum("ij,ij->i", c, c)
    gains: list[Floats] = []
    pairs: list[Floats] = []
    for start in range(0, len(c), _STRIP):
        stop = min(start + _STRIP, len(c))
        G = c[start:stop] @ c[start:].T
        mine, other, q1, q2 = g[start:stop, None], g[None, start:], q[start:stop, None], q[None, start:]
        det = np.maximum(mine * other - G * G, 1e-12 * mine * other)
        first, second = q1 * other - q2 * G, q2 * mine - q1 * G  # shares of the two, times det
        # Both have to be positive; otherwise the pair is no better than its better single.
        gain = np.where((first > 0) & (second > 0), (q1 * first + q2 * second) / det, 0.0)
        gain[np.tril_indices(stop - start, 0, len(c) - start)] = -1.0
        keep = min(_REFINED, gain.size)
        top = np.argpartition(-gain.ravel(), keep - 1)[:keep]
        gains.append(gain.ravel()[top])
        pairs.append(np.stack([start + top // gain.shape[1], start + top % gain.shape[1]], axis=1))
    gain, pair = np.concatenate(gains), np.concatenate(pairs)
    order = np.argsort(-gain, kind="stable")[:_REFINED]
    order = order[gain[order] >= 0]
    return [(int(i), int(j)) for i, j in pair[order[: _worth(whole - gain[order])]]]


def _worth(screened: Floats) -> int:
    """How many of the sorted hypotheses could still be best or runner-up; never fewer than two."""
    return max(2, int((screened <= screened[0] + _WORTH).sum()))


def _spike(problem: _Problem, parts: Sequence[str]) -> tuple[str, ...]:
    """One or two dopants whose excess alone keeps a registered code from fitting: something was added on top."""
    size = len(parts)
    for count in (1, 2):
        for left in combinations(range(size), count):
            rest = [n for n in range(size) if n not in left]
            if len(rest) < 3:
                continue
            smaller = _Problem(problem.y[rest], problem.V[rest], problem.code[:, rest], problem.h)
            best = _refine(smaller, (_best_singles(smaller)[0],))
            if best.chi2 > _gate(len(rest) - 1) or best.share[0] <= 0:
                continue
            over = problem.y[list(left)] - best.share[0] * problem.code[best.codes[0], list(left)]
            if (over / np.sqrt(problem.V[list(left)]) > SPIKE_SIGMAS).all():
                return tuple(parts[n] for n in left)
    return ()


def _tilt(problem: _Problem, parts: Sequence[str]) -> float | None:
    """Leaching takes the large ions first: a smooth tilt over ionic radius that makes a registered code fit."""
    known = [n for n, part in enumerate(parts) if part in RADIUS]
    if len(known) < 4:
        return None
    radius = np.asarray([RADIUS[parts[n]] for n in known])
    away = (radius - radius.mean()) / (radius.max() - radius.min())
    tried = []
    for tilt in np.linspace(-3.0, 3.0, 121).tolist():
        bent = _Problem(problem.y[known], problem.V[known], problem.code[:, known] * np.exp(tilt * away), problem.h)
        tried.append((_refine(bent, (_best_singles(bent)[0],)).chi2, tilt))
    best, tilt = min(tried)
    return round(float(tilt), 3) if best <= _gate(len(known) - 2) else None
