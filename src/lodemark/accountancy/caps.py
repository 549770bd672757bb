"""Caps: what cannot be, whatever the statistics. Each cap asks; none accuses.

A cap answers with its margin in kg and in sigma and speaks only beyond three sigma. A bound computed from atomic
weights may say "impossible as declared"; a plant's history may only say "unusual, please explain".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np

from lodemark.accountancy.model import MG_PER_KG, BalanceData
from lodemark.accountancy.select import select
from lodemark.ledger import digest
from lodemark.measure import formula_weight, oxide_factor
from lodemark.trouble import Disagreement

SIGMAS = 3.0

# The phase that carries the magnetism: no sound sintered magnet holds less rare earth than its formula.
PHASES: Mapping[str, str] = {"NdFeB": "Fe14B", "SmCo5": "Co5", "Sm2Co17": "Co17"}
RARE_EARTHS_PER_PHASE: Mapping[str, int] = {"NdFeB": 2, "SmCo5": 1, "Sm2Co17": 2}


@dataclass(frozen=True, slots=True)
class MetalFromOxide:
    """B02: a metal mass said to come from an oxide mass; ``u_mg`` is the standard uncertainty of the metal mass."""

    subject: str
    oxide: str
    oxide_mg: int
    metal_mg: int
    u_mg: int


@dataclass(frozen=True, slots=True)
class MagnetShare:
    """B03: total rare earth declared for a sintered magnet; ``mix`` gives the rare earths by mass (any scale)."""

    subject: str
    phase: Literal["NdFeB", "SmCo5", "Sm2Co17"]
    share: Decimal
    u: Decimal
    mix: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class YieldClaim:
    """B04: a claimed yield (or scrap share) beside the plant's own history, mean and standard uncertainty."""

    subject: str
    claimed: Decimal
    mean: Decimal | None = None
    u: Decimal | None = None
    quantity: Literal["yield", "scrap"] = "yield"


@dataclass(frozen=True, slots=True)
class Output:
    """B05: output of a window beside rated capacity; every number of the rating needs its source."""

    subject: str
    output_mg: int
    u_mg: int
    rated_mg_per_hour: int
    hours: Decimal
    availability: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Handover:
    """B06: one transfer measured by shipper and receiver; ``u_mg`` combines what the two do not share."""

    subject: str
    shipped_mg: int
    received_mg: int
    u_mg: float


Claim: TypeAlias = MetalFromOxide | MagnetShare | YieldClaim | Output | Handover


def caps(data: BalanceData | None = None, claims: Sequence[Claim] = ()) -> list[Disagreement]:
    """Every cap that is exceeded, B01 over the assembled balance and B02-B06 over the claims."""
    found = [] if data is None else conservation(data)
    for claim in claims:
        match claim:
            case MetalFromOxide():
                found += _metal_from_oxide(claim)
            case MagnetShare():
                found += _magnet_share(claim)
            case YieldClaim():
                found += _yield_claim(claim)
            case Output():
                found += _output(claim)
            case Handover():
                found += _handover(claim)
    return found


def conservation(data: BalanceData) -> list[Disagreement]:
    """B01: more of an element has gone out (scrap included) than ever came in with the opening stock, cumulatively."""
    found = []
    for mba, element in sorted({(period.mba, period.element) for period in data.periods}):
        part = select(data, element, mba)
        weights = np.cumsum(part.A.toarray(), axis=0)  # (P, R): the book of the first p periods
        # What is left in stock can only be zero or more, so the closing inventory is no excuse and is left out.
        weights[:, part.stock] = np.maximum(weights[:, part.stock], 0.0)
        over_kg = -(weights @ part.m_kg)
        variance = weights**2 @ np.asarray(part.V.sum(axis=0)) + np.square(part.G @ weights.T).sum(axis=0)
        for period, over, sd in zip(part.periods, over_kg.tolist(), np.sqrt(variance).tolist(), strict=True):
            if _exceeded(over, sd):
                facts = {"mba": mba, "element": element, "until": period.end, **_margin(over, sd)}
                found.append(Disagreement("B01", f"{mba}/{element}", facts, data.digest))
                break  # the first period in which it cannot be; later ones repeat it
    return found


def _metal_from_oxide(claim: MetalFromOxide) -> list[Disagreement]:
    ceiling_mg = claim.oxide_mg * oxide_factor(claim.oxide)
    facts = {"oxide": claim.oxide, "oxide_mg": claim.oxide_mg, "metal_mg": claim.metal_mg, "ceiling_mg": round(ceiling_mg)}
    return _over_mg("B02", claim.subject, claim.metal_mg - ceiling_mg, claim.u_mg, facts)


def phase_floor(phase: str, mix: Mapping[str, Decimal]) -> Fraction:
    """Mass share of rare earth in the pure phase for this mix: ``phase_floor("NdFeB", {"Nd": 1})`` is 0.2668."""
    whole = sum(mix.values(), Decimal(0))
    count, rest = RARE_EARTHS_PER_PHASE[phase], PHASES[phase]
    # Atoms, not grams, share the lattice sites: a mix by mass is weighed by the inverse of the atomic weights.
    atoms = {element: Fraction(part) / Fraction(whole) / formula_weight(element) for element, part in mix.items()}
    mean_weight = 1 / sum(atoms.values(), Fraction(0))
    return count * mean_weight / (count * mean_weight + formula_weight(rest))


def _magnet_share(claim: MagnetShare) -> list[Disagreement]:
    floor = phase_floor(claim.phase, claim.mix)
    under, u = float(floor - Fraction(claim.share)), float(claim.u)
    if under <= SIGMAS * u:
        return []
    facts = {
        "phase": claim.phase,
        "declared": claim.share,
        "floor": Decimal(f"{float(floor):.4f}"),
        "sigma": _sigma(under, u),
        "mix": dict(claim.mix),
    }
    return [Disagreement("B03", claim.subject, facts, digest(claim))]


def _yield_claim(claim: YieldClaim) -> list[Disagreement]:
    facts = {"quantity": claim.quantity, "claimed": claim.claimed, "mean": claim.mean, "u": claim.u}
    if not 0 <= claim.claimed <= 1:
        return [Disagreement("B04-above-one", claim.subject, facts, digest(claim))]
    if claim.mean is None or claim.u is None:
        return []
    away, u = float(claim.claimed - claim.mean), float(claim.u)
    if abs(away) <= SIGMAS * u:
        return []
    return [Disagreement("B04", claim.subject, facts | {"sigma": _sigma(away, u)}, digest(claim))]


def _output(claim: Output) -> list[Disagreement]:
    capacity_mg = claim.rated_mg_per_hour * Fraction(claim.hours) * Fraction(claim.availability)
    facts = {"output_mg": claim.output_mg, "capacity_mg": round(capacity_mg), "source": claim.source}
    return _over_mg("B05", claim.subject, claim.output_mg - capacity_mg, claim.u_mg, facts)


def difference(claim: Handover) -> tuple[float, float]:
    """Shipper minus receiver in kg, and the same in sigma."""
    kg = (claim.shipped_mg - claim.received_mg) / MG_PER_KG
    return kg, kg / (claim.u_mg / MG_PER_KG)


def _handover(claim: Handover) -> list[Disagreement]:
    kg, z = difference(claim)
    facts = {"shipped_mg": claim.shipped_mg, "received_mg": claim.received_mg, "margin_kg": f"{kg:.6f}", "sigma": f"{z:.2f}"}
    return [Disagreement("B06", claim.subject, facts, digest(facts))] if abs(z) > SIGMAS else []


def _over_mg(code: str, subject: str, over_mg: Fraction, u_mg: int, facts: Mapping[str, object]) -> list[Disagreement]:
    over_kg, u_kg = float(over_mg) / MG_PER_KG, u_mg / MG_PER_KG
    if not _exceeded(over_kg, u_kg):
        return []
    return [Disagreement(code, subject, {**facts, **_margin(over_kg, u_kg)}, digest(facts))]


def _exceeded(over_kg: float, u_kg: float) -> bool:
    return over_kg > max(SIGMAS * u_kg, 0.0)


def _margin(over_kg: float, u_kg: float) -> dict[str, object]:
    return {"margin_kg": f"{over_kg:.6f}", "sigma": _sigma(over_kg, u_kg)}


def _sigma(distance: float, u: float) -> str | None:
    """The margin in standard uncertainties; without an uncertainty (exact by declaration) there is none to give."""
    return f"{distance / u:.2f}" if u > 0 else None
