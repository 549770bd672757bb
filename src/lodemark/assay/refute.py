"""Can a named source be ruled out? A test against that source alone: no population and no prior are needed.

A small p says that material of this lot would rarely look like this. A large p says only that it could.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc

from lodemark.assay.coordinates import PartsMissing, contrast, coordinates
from lodemark.assay.model import Composition, Floats, LotReference
from lodemark.assay.stages import limits
from lodemark.ledger import digest
from lodemark.trouble import Reason


@dataclass(frozen=True, slots=True)
class Refutation:
    """Distance to the lot, its p, and how far each analyte lies off (in sigma, against the other analytes)."""

    lots: tuple[str, ...]
    d2: float
    dof: int
    p: float
    by_analyte: Mapping[str, float]
    cannot_show: tuple[Reason, ...]
    digest: str


def refute(comp: Composition, lot: LotReference, dof: int | None = None) -> Refutation:
    """Test ``comp`` against one lot over their common parts.

    ``dof``: degrees of freedom on which the lot's scatter was estimated (Hotelling); None takes it as known (chi-square).
    Raises ``PartsMissing`` where no ratio was measured on both sides.
    """
    parts = [part for part in lot.parts if part in comp.parts]
    if len(parts) < 2:
        lacking = [part for part in lot.parts if part not in parts]
        raise PartsMissing(
            specimen=comp.specimen_id, parts=lacking, censored=[part for part in lacking if part in comp.censored]
        )
    taken = coordinates(comp, parts)
    at = [lot.parts.index(part) for part in parts]
    V = contrast(len(parts))
    cov = V @ lot.within[np.ix_(at, at)] @ V.T * (1 + 1 / lot.n) + taken.cov[0]
    away = taken.z[0] - V @ lot.mean_ln[at]
    d2 = float(away @ np.linalg.solve(cov, away))
    size = len(away)
    return Refutation(
        lots=(lot.lot_id,),
        d2=d2,
        dof=size,
        p=tail(d2, size, dof),
        by_analyte=_by_analyte(parts, away, cov, V),
        cannot_show=limits(comp.stage),
        digest=digest([comp.digest, lot.digest or lot.lot_id]),
    )


def refute_set(comp: Composition, lots: Sequence[LotReference], dof: int | None = None) -> Refutation:
    """Test against all lots of a licence: the one it fits best speaks for all (largest p)."""
    return max((refute(comp, lot, dof) for lot in lots), key=lambda one: one.p)


def tail(d2: float, size: int, dof: int | None) -> float:
    """P(distance > d2) for material of the lot: chi-square, or Hotelling where its scatter rests on ``dof``."""
    if dof is None:
        return float(chdtrc(size, d2))
    assert dof >= size, "fewer degrees of freedom than coordinates"
    return float(fdtrc(size, dof - size + 1, d2 * (dof - size + 1) / (dof * size)))


def _by_analyte(parts: Sequence[str], away: Floats, cov: Floats, V: Floats) -> dict[str, float]:
    """Centred log-ratio residual of each part over its standard deviation."""
    clr, var = V.T @ away, np.diagonal(V.T @ cov @ V)
    return dict(zip(parts, (clr / np.sqrt(var)).tolist(), strict=True))
