"""Rare-earth patterns: normalised abundances, anomalies with their uncertainty, and the chart's data.

The normaliser is always named; likelihood ratios do not depend on it. Yttrium is drawn between dysprosium and holmium,
which it follows by ionic radius; promethium leaves its gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt
from typing import ClassVar, cast

import numpy as np

from lodemark.assay.model import Composition
from lodemark.assay.stages import assessable, limits, table
from lodemark.trouble import Error, Reason

# Order on the axis; None is promethium, which does not occur.
AXIS: tuple[str | None, ...] = ("La", "Ce", "Pr", "Nd", None, "Sm", "Eu", "Gd", "Tb", "Dy", "Y", "Ho", "Er", "Tm", "Yb", "Lu")

# name -> exponents of the normalised abundances whose product it is
RATIOS: Mapping[str, Mapping[str, float]] = {
    "Ce/Ce*": {"Ce": 1.0, "La": -0.5, "Pr": -0.5},
    "Ce/Ce* (nd-pr)": {"Ce": 1.0, "Nd": 1.0, "Pr": -2.0},
    "Eu/Eu*": {"Eu": 1.0, "Sm": -0.5, "Gd": -0.5},
    "(La/Yb)_N": {"La": 1.0, "Yb": -1.0},
}


class UnknownNormaliser(Error):
    """A normaliser that is not in the table."""

    code: ClassVar[str] = "assay-normaliser-unknown"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A ratio of normalised abundances with its standard uncertainty."""

    name: str
    value: float
    u: float


@dataclass(frozen=True, slots=True)
class Pattern:
    """Normalised abundances by element on the axis; a censored one carries its limit as value and ``limit`` True."""

    specimen_id: str
    stage: str
    normaliser: str
    citation: str
    elements: tuple[str, ...]
    values: tuple[float, ...]
    u: tuple[float | None, ...]
    limit: tuple[bool, ...]
    anomalies: tuple[Anomaly, ...]
    speaks_of_ore: bool
    cannot_show: tuple[Reason, ...]


def normalisers() -> Mapping[str, Mapping[str, object]]:
    """All normalisers by id: ``citation``, ``checked`` and ``values`` in mg/kg."""
    return table("normalisers")


def reference_values(normaliser: str) -> Mapping[str, float]:
    """The reference composition in mg/kg by element; raises ``UnknownNormaliser`` naming the known ones."""
    known = normalisers()
    if normaliser not in known:
        raise UnknownNormaliser(normaliser=normaliser, known=sorted(known))
    return cast(Mapping[str, float], known[normaliser]["values"])


def pattern(comp: Composition, normaliser: str) -> Pattern:
    """The pattern of one specimen; raises ``UnknownNormaliser`` naming the known ones."""
    reference = reference_values(normaliser)
    rows: list[tuple[str, float, float | None, bool]] = []
    for element in filter(None, AXIS):
        if element in comp.parts:
            place = comp.parts.index(element)
            scale = reference[element]
            rows.append((element, float(comp.mass[place]) / scale, sqrt(comp.cov[place, place]) / scale, False))
        elif element in comp.censored:
            rows.append((element, comp.censored[element] / reference[element], None, True))
    elements, values, u, limit = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Pattern(
        specimen_id=comp.specimen_id,
        stage=comp.stage,
        normaliser=normaliser,
        citation=str(normalisers()[normaliser]["citation"]),
        elements=elements,
        values=values,
        u=u,
        limit=limit,
        anomalies=tuple(
            _anomaly(comp, name, powers, reference) for name, powers in RATIOS.items() if set(powers) <= set(comp.parts)
        ),
        # After separation the shape is the refinery's; before it, the deposit's.
        speaks_of_ore=assessable(comp.stage, "deposit-type"),
        cannot_show=limits(comp.stage),
    )


def _anomaly(comp: Composition, name: str, powers: Mapping[str, float], reference: Mapping[str, float]) -> Anomaly:
    at = [comp.parts.index(element) for element in powers]
    weight = np.asarray(list(powers.values()))
    mass = comp.mass[at]
    value = float(np.exp(weight @ np.asarray([log(m / reference[e]) for m, e in zip(mass, powers, strict=True)])))
    relative = comp.cov[np.ix_(at, at)] / np.outer(mass, mass)
    return Anomaly(name, value, value * float(np.sqrt(weight @ relative @ weight)))


def chart(found: Pattern) -> dict[str, object]:
    """Data for a log-axis chart: one entry per place on the axis, None for the gap and for what was not measured."""
    at = {element: place for place, element in enumerate(found.elements)}

    def entry(element: str | None) -> dict[str, object] | None:
        if element not in at:
            return None
        place = at[element]
        return {"value": found.values[place], "u": found.u[place], "below": found.limit[place]}

    return {
        "kind": "ree-pattern",
        "title": {
            "en": f"REE pattern, normalised to {found.normaliser}",
            "zh-Hans": f"稀土配分（以 {found.normaliser} 标准化）",
        },
        "source": found.citation,
        "axis": [element or "" for element in AXIS],
        "log": True,
        "points": [entry(element) for element in AXIS],
        "anomalies": {one.name: {"value": one.value, "u": one.u} for one in found.anomalies},
        "cannot_show": [limit.code for limit in found.cannot_show],
    }
