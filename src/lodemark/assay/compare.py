"""Two specimens, one question: one lot, or two lots of this stage in commerce? The answer is a bounded log10 LR.

The plain LR is never formed. Without validated bounds the value is printed as uncalibrated and counts as nothing where
evidence is combined. A reference population of synthetic data is refused outside demonstration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from lodemark.assay.aitken_lucy import normal_matrix, normal_pairs
from lodemark.assay.background import Background, rebased
from lodemark.assay.bolck import kde_matrix, kde_pairs
from lodemark.assay.censored import MOST
from lodemark.assay.coordinates import ln_covariance
from lodemark.assay.likelihood import Side, odds
from lodemark.assay.model import Composition, Floats
from lodemark.assay.stages import limits
from lodemark.assay.student import t_matrix, t_pairs
from lodemark.ledger import digest
from lodemark.trouble import Error, Reason, Refusal

Model = Literal["normal", "kde", "t"]
MODEL_SENSITIVE = 1.0  # log10 by which two models may differ before the smaller one is taken


class NotComparable(Error):
    """The two specimens, or the population, are of different stages or share no two parts."""

    code: ClassVar[str] = "assay-not-comparable"


@dataclass(frozen=True, slots=True)
class Comparison:
    """log10 LR for "same lot" against "other material of this stage", bounded by validation; ``raw`` stays in the file."""

    log10_lr: float
    raw: float
    bounds: tuple[float, float] | None
    log10_num: float
    log10_den: float
    model: Model
    parts_used: tuple[str, ...]
    parts_dropped: tuple[str, ...]
    n_censored: int
    caveats: tuple[Reason, ...]
    cannot_show: tuple[Reason, ...]
    digest: str

    @property
    def calibrated(self) -> bool:
        """Whether the value lies within validated bounds; otherwise it must not be combined."""
        return self.bounds is not None


def log10_lr_matrix(z1: Floats, n1: int, z2: Floats, n2: int, background: Background, model: Model = "normal") -> Floats:
    """Raw log10 LR of every row of ``z1`` (a, p), means of n1, against every row of ``z2`` (b, p), means of n2: (a, b)."""
    return {"normal": normal_matrix, "kde": kde_matrix, "t": t_matrix}[model](z1, n1, z2, n2, background)


def log10_lr_pairs(z1: Floats, n1: int, z2: Floats, n2: int, background: Background, model: Model = "normal") -> Floats:
    """Raw log10 LR of row i of ``z1`` against row i of ``z2``, shape (n,)."""
    return {"normal": normal_pairs, "kde": kde_pairs, "t": t_pairs}[model](z1, n1, z2, n2, background)


def log10_lr(
    a: Composition, b: Composition, background: Background, model: Model = "normal", demo: bool = False
) -> Comparison | Refusal:
    """Compare two specimens against a population of their stage.

    The error of each side is the scatter within a lot plus what its laboratory shares; sides measured in one calibration
    group share that part. Parts below the limit of detection enter by their limit. Raises ``NotComparable``.
    """
    if background.provenance == "synthetic" and not demo:
        return Refusal((Reason("assay-synthetic-reference"),))
    if not a.stage == b.stage == background.stage:
        raise NotComparable(stages=sorted({a.stage, b.stage, background.stage}))
    parts, hidden, dropped = _parts(a, b, background)
    local = rebased(background, parts)  # alr with the last part, which is observed on both sides, as denominator
    one, two = _side(a, parts, local), _side(b, parts, local)
    V12 = _shared(a, b, parts)
    centres, spread = (local.item_means, local.h**2 * local.C) if model == "kde" else (local.mean[None], local.C)
    found = odds(one, two, V12, centres, spread)
    calibrator = background.calibrator_of(model)
    raw, caveats = found.log10_lr, [*_caveats(background, model, dropped)]
    heavy = raw if hidden else float(t_pairs(one.y[None], 1, two.y[None], 1, local)[0])
    raw = heavy if model == "t" else raw
    bounded = raw if calibrator is None else float(calibrator.apply(np.asarray([raw]))[0])
    if abs(heavy - raw) > MODEL_SENSITIVE:
        # After calibration, which knows only the model's own scale: what heavy tails do not support is not said.
        bounded = _no_more_than(bounded, heavy)
        caveats.append(Reason("assay-model-sensitive"))
    return Comparison(
        log10_lr=bounded,
        raw=raw,
        bounds=None if calibrator is None else (calibrator.lo, calibrator.hi),
        log10_num=found.log10_num,
        log10_den=found.log10_den,
        model=model,
        parts_used=parts,
        parts_dropped=dropped,
        n_censored=len(hidden),
        caveats=tuple(caveats),
        cannot_show=limits(a.stage),
        digest=digest([a.digest, b.digest, background.digest, model]),
    )


def _parts(a: Composition, b: Composition, background: Background) -> tuple[tuple[str, ...], list[str], tuple[str, ...]]:
    """Usable parts with a fully observed one last; censored ones; and the parts of the background that had to go."""
    hidden = [part for part in background.parts if part in a.censored or part in b.censored]
    hidden = [part for part in hidden if all(part in side.parts or part in side.censored for side in (a, b))][:MOST]
    # At most four limits are integrated, over both sides together.
    while sum((part in a.censored) + (part in b.censored) for part in hidden) > MOST:
        hidden.pop()
    seen = [part for part in background.parts if part in a.parts and part in b.parts]
    if len(seen) + len(hidden) < 2 or not seen:
        raise NotComparable(stages=[a.stage], parts=seen)
    # The steadiest part as denominator keeps the other ratios sharp; the LR itself does not depend on the choice.
    last = min(seen, key=lambda part: _relative(a, part) + _relative(b, part))
    parts = (*(part for part in background.parts if part in {*seen, *hidden} and part != last), last)
    return parts, hidden, tuple(part for part in background.parts if part not in parts)


def _relative(comp: Composition, part: str) -> float:
    place = comp.parts.index(part)
    return float(comp.cov[place, place]) / float(comp.mass[place]) ** 2


def _side(comp: Composition, parts: tuple[str, ...], local: Background) -> Side:
    last = comp.mass[comp.parts.index(parts[-1])]
    level = [comp.mass[comp.parts.index(part)] if part in comp.parts else comp.censored[part] for part in parts[:-1]]
    limit = np.asarray([part not in comp.parts for part in parts[:-1]])
    return Side(
        np.log(np.asarray(level) / last),
        local.U + _contrast_of(sum(_shared_ln(comp, parts).values(), np.zeros((len(parts),) * 2))),
        limit,
    )


def _shared_ln(comp: Composition, parts: tuple[str, ...]) -> dict[str, Floats]:
    """Systematic covariance of ln mass by group over ``parts``; a censored part brings none of its own."""
    places = [comp.parts.index(part) for part in parts if part in comp.parts]
    at = [place for place, part in enumerate(parts) if part in comp.parts]
    found = {}
    for group, block in comp.cov_sys.items():
        full = np.zeros((len(parts), len(parts)))
        full[np.ix_(at, at)] = ln_covariance(comp.mass, block)[np.ix_(places, places)]
        found[group] = full
    return found


def _shared(a: Composition, b: Composition, parts: tuple[str, ...]) -> Floats:
    """Covariance between the two sides' errors: what both drew from one calibration."""
    one, two = _shared_ln(a, parts), _shared_ln(b, parts)
    total = np.zeros((len(parts), len(parts)))
    for group in one.keys() & two.keys():
        # One draw scaled by each side's own relative uncertainty: the geometric mean of the two blocks.
        total += np.sign(one[group]) * np.sqrt(np.abs(one[group] * two[group]))
    return _contrast_of(total)


def _contrast_of(ln_cov: Floats) -> Floats:
    V = np.hstack([np.eye(len(ln_cov) - 1), -np.ones((len(ln_cov) - 1, 1))])
    return np.asarray(V @ ln_cov @ V.T)


def _no_more_than(value: float, heavy: float) -> float:
    """The smaller magnitude of the two; nothing where they point in opposite directions."""
    return float(np.sign(value)) * min(abs(value), abs(heavy)) if value * heavy > 0 else 0.0


def _caveats(background: Background, model: Model, dropped: tuple[str, ...]) -> list[Reason]:
    found = []
    if background.calibrator_of(model) is None:
        found.append(Reason("assay-uncalibrated"))
    if background.provenance == "synthetic":
        found.append(Reason("assay-synthetic-reference"))
    if background.small:
        found.append(Reason("assay-background-small", None, {"items": len(background.counts)}))
    if background.clipped:
        found.append(Reason("assay-background-clipped", None, {"count": background.clipped}))
    if dropped or background.dropped:
        found.append(Reason("assay-parts-dropped", None, {"parts": [*dropped, *background.dropped]}))
    return found
