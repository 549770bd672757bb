"""Assays as events state them: the fraction of an element in a lot, exact, with its spread and where it was said.

Oxide fractions become element fractions by the oxide factor of ``measure``. What a composition *proves* is room ``assay``;
here a statement is read, not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lodemark.custody.facts import Fact
from lodemark.custody.interpret import decimal
from lodemark.custody.status import ACTIVE
from lodemark.custody.unit import UNITS
from lodemark.measure import ELEMENTS, OXIDES, oxide_factor


@dataclass(frozen=True, slots=True)
class AssayFact:
    """One element of one lot: mass fraction of the *element*, exact; ``sigma`` one standard deviation, ``lo``/``hi`` a range.

    ``event`` is the strict digest of the statement, ``basis`` how it was reported.
    """

    lot: str
    element: str
    basis: str
    fraction: Fraction
    sigma: Fraction | None
    lo: Fraction | None
    hi: Fraction | None
    time_us: int
    event: str
    sample: str
    lab: str


def assays(facts: Iterable[Fact]) -> list[AssayFact]:
    """Every readable assay of the active facts, by lot, element and time. What cannot be read stays a finding (M-BASIS)."""
    found = [assay for fact in facts if fact.status == ACTIVE and not fact.declaration for assay in _of(fact)]
    return sorted(found, key=lambda a: (a.lot, a.element, a.time_us, a.event))


def _of(fact: Fact) -> Iterator[AssayFact]:
    lots = {part.thing for part in fact.parts if part.role == "object"}
    if len(lots) != 1:
        return  # sensor values belong to the event: two lots could not be told apart (M-ASSAY-ONE-LOT)
    for told in fact.lode.get("assay", ()):
        element, basis = told.get("element"), told.get("basis")
        unit = UNITS.get(str(told.get("uom")))
        if element not in ELEMENTS or basis not in ("element", "oxide") or unit is None or unit.kind != "fraction":
            continue
        if basis == "oxide" and element not in OXIDES:
            continue
        factor = unit.factor * (oxide_factor(OXIDES[element]) if basis == "oxide" else 1)
        value, lo, hi = (_times(told, name, factor) for name in ("value", "minValue", "maxValue"))
        if value is None and lo is not None and hi is not None:
            value = (lo + hi) / 2
        if value is not None and 0 <= value <= 1:
            sigma = _times(told, "sDev", factor)
            sample, lab = str(told.get("sampleId", "")), str(told.get("labAccreditation", ""))
            yield AssayFact(next(iter(lots)), element, basis, value, sigma, lo, hi, fact.occurred_us, fact.key, sample, lab)


def _times(told: Mapping[str, Any], name: str, factor: Fraction) -> Fraction | None:
    number: Decimal | None = decimal(told.get(name))
    return None if number is None else Fraction(number) * factor
