"""Validation of a method on lots it has not seen, and the calibrated population that follows from it.

Lots are split between fit and validation by site where sites are known, else by lot: replicates of one lot on both sides
would make any method look perfect. Different-lot pairs share lots, so intervals come from drawing lots, not pairs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from lodemark.assay.background import Background, fit_background
from lodemark.assay.calibration import Calibrator, calibrate, cllr
from lodemark.assay.compare import Model, log10_lr_matrix
from lodemark.assay.coordinates import coordinates
from lodemark.assay.model import Composition, Floats

_DRAWS = 400


@dataclass(frozen=True, slots=True)
class Validation:
    """The calibrated population, Cllr with its 95 % interval over lots, and the rates of misleading evidence."""

    background: Background
    calibrator: Calibrator
    cllr_interval: tuple[float, float]
    misleading_same: float  # share of same-lot pairs with log10 LR < 0
    misleading_different: float  # share of different-lot pairs with log10 LR > 0


def split(
    comps: Sequence[Composition], site_of: Callable[[str], str], share: float = 0.5
) -> tuple[list[Composition], list[Composition]]:
    """Two halves with no site in common, by the order of site names."""
    sites = sorted({site_of(comp.lot_id or comp.specimen_id) for comp in comps})
    first = set(sites[: max(1, round(share * len(sites)))])
    inside = [site_of(comp.lot_id or comp.specimen_id) in first for comp in comps]
    return [c for c, is_in in zip(comps, inside, strict=True) if is_in], [
        c for c, is_in in zip(comps, inside, strict=True) if not is_in
    ]


def maker_of(lot: str) -> str:
    """What lots of one maker share: a lot id up to its last step (``.../01/GTIN/10`` of a GS1 address, ``SYN-S03`` of a plant)."""
    return re.sub(r"[/-][^/-]*$", "", lot)


def calibrated(comps: Sequence[Composition], parts: Sequence[str] = ()) -> Validation:
    """A reference group as a population: fitted on half of its makers, validated and bounded on the other half.

    ``parts``: the ones measured in every specimen when left out. Raises ``BackgroundTooSmall`` where too few lots remain.
    """
    wanted = parts or [part for part in comps[0].parts if "/" not in part and all(part in comp.parts for comp in comps)]
    fitting, testing = split(comps, maker_of)
    return validate(fit_background(fitting, wanted), testing)


def validate(
    background: Background,
    comps: Sequence[Composition],
    model: Model = "normal",
    method: Literal["logistic", "pav"] = "logistic",
) -> Validation:
    """Compare every pair of specimens of lots that did not enter ``background``, calibrate, and bound."""
    taken = coordinates(comps, background.parts, background.basis, background.absolute)
    lots = np.unique([comp.lot_id or comp.specimen_id for comp in comps], return_inverse=True)[1]
    upper = np.triu_indices(len(comps), 1)
    llr = log10_lr_matrix(taken.z, 1, taken.z, 1, background, model)[upper]
    same = lots[upper[0]] == lots[upper[1]]
    found = calibrate(llr, same, method, n_lots=int(lots.max()) + 1)
    calibrated = found.apply(llr)
    return Validation(
        background=replace(background, calibrator=found, calibrated_for=model),
        calibrator=found,
        cllr_interval=_interval(calibrated, same, lots[upper[0]], lots[upper[1]]),
        misleading_same=float((calibrated[same] < 0).mean()),
        misleading_different=float((calibrated[~same] > 0).mean()),
    )


def _interval(llr: Floats, same: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """95 % interval of Cllr: a pair weighs by how often both of its lots were drawn."""
    rng = np.random.Generator(np.random.Philox(0))
    count = int(max(first.max(), second.max())) + 1
    found = []
    for _ in range(_DRAWS):
        drawn = np.bincount(rng.integers(count, size=count), minlength=count)
        weight = np.where(same, drawn[first], drawn[first] * drawn[second])
        ss, ds = np.repeat(llr[same], weight[same]), np.repeat(llr[~same], weight[~same])
        if len(ss) and len(ds):
            found.append(cllr(ss, ds))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
