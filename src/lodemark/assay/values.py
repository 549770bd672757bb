"""One reported cell: a number, a limit, or nothing; its unit; its uncertainty."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import cast

from lodemark.assay.model import Flag
from lodemark.assay.stages import table
from lodemark.measure import ELEMENTS, OXIDES, FormulaError, UnitError, formula, mass_fraction, read_decimal

_LIMIT = re.compile(r"(?P<sign>[<>])\s*=?\s*(?P<number>.*)")
_NOT_DETECTED = frozenset({"n.d.", "nd", "n.d", "未检出", "bdl", "b.d.l.", "<lod"})
_EXPANDED = re.compile(r"U\s*\(\s*k\s*=\s*(?P<k>[0-9.]+)\s*\)")
_RATIO = re.compile(r"\d{1,3}[A-Z][a-z]?/\d{1,3}[A-Z][a-z]?")


@dataclass(frozen=True, slots=True)
class Reported:
    """What a cell says, before units: a number, or the limit it lies below or above."""

    flag: Flag
    number: float | None = None
    limit: float | None = None


@lru_cache(maxsize=65536)
def read_reported(text: str, decimal_comma: bool = False) -> Reported:
    """``12.5``, ``<0.5``, ``>40``, ``n.d.``, ``未检出``; anything else raises ``NumberError``.

    "Not detected" is *not* zero: it is ``missing`` until a limit of detection is known. ``<`` alone is ``lt`` without limit.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    if folded.casefold() in _NOT_DETECTED:
        return Reported("missing")
    if limit := _LIMIT.fullmatch(folded):
        number = _number(limit["number"], decimal_comma) if limit["number"] else None
        return Reported("lt" if limit["sign"] == "<" else "gt", limit=number)
    return Reported("ok", _number(folded, decimal_comma))


def _number(text: str, decimal_comma: bool) -> float:
    # A comma is a decimal sign only where the file says so: 1,234 is otherwise unreadable, not a guess.
    if decimal_comma and "." not in text:
        text = text.replace(",", ".")
    return float(read_decimal(text))


@cache
def _units() -> Mapping[str, Mapping[str, str]]:
    return cast(Mapping[str, Mapping[str, str]], table("units"))


@cache
def mg_per_kg(unit: str) -> float:
    """mg/kg in one ``unit``; raises ``UnitError`` for an unknown unit, or one that is not by mass of solid."""
    known = _units()["mg_per_kg"]
    folded = unit.strip()
    if folded not in known:
        raise UnitError(text=_units()["refused"].get(folded, ""), unit=folded or None, known=sorted(known))
    return float(Fraction(known[folded]))


def epcis_unit(uom: str) -> str:
    """The unit a UN/ECE Rec 20 code of a sensor report stands for; a ``%`` sign is refused, its code is P1."""
    known = _units()["epcis"]
    if uom not in known:
        raise UnitError(text="P1" if uom == "%" else "", unit=uom or None, known=sorted(known))
    return known[uom]


@lru_cache(maxsize=4096)
def read_analyte(text: str, form: str = "") -> tuple[str, str, float]:
    """The element, the form it was reported in, and mass of element per mass reported.

    ``Nd`` is the element, ``Nd2O3`` the oxide; ``Nd`` with ``form="oxide"`` the oxide it is traded as (``Pr6O11``,
    ``Tb4O7``, ``CeO2``; others have to be written out). A ratio (``143Nd/144Nd``) is returned as it is. Raises ``FormulaError``.
    """
    name = unicodedata.normalize("NFKC", text).strip()
    if _RATIO.fullmatch(name):
        return name, "element", 1.0
    if name in ELEMENTS:
        if form != "oxide":
            return name, "element", 1.0
        if name not in OXIDES:
            raise FormulaError("oxide-expected", text=name)
        name = OXIDES[name]
    atoms = [symbol for symbol in formula(name) if symbol != "O"]
    if len(atoms) != 1 or "O" not in formula(name):
        raise FormulaError("oxide-expected", text=name)
    return atoms[0], "oxide", float(mass_fraction(atoms[0], name))


@dataclass(frozen=True, slots=True)
class Given:
    """How an uncertainty is given: the standard one (k = 1) is it, times the value where ``relative``, over ``divisor``."""

    divisor: float
    relative: bool = False


_GIVEN = {"u": Given(1.0), "2s": Given(2.0), "rsd": Given(1.0, relative=True), "rsd%": Given(100.0, relative=True)}


def uncertainty_given(text: str) -> Given | None:
    """``u`` standard, ``U(k=2)`` expanded, ``2s`` twice the standard, ``rsd`` relative as a fraction, ``rsd%`` in per cent.

    None when the kind is not stated or not known.
    """
    kind = unicodedata.normalize("NFKC", text).strip()
    if expanded := _EXPANDED.fullmatch(kind):
        return Given(float(expanded["k"]))
    return _GIVEN.get(kind)


def standard_u(number: float, given: str, value: float | None) -> float | None:
    """Standard uncertainty (k = 1) from what the laboratory gives; None when its kind or the value is not known."""
    kind = uncertainty_given(given)
    if kind is None or (kind.relative and value is None):
        return None
    return (number * value if kind.relative and value is not None else number) / kind.divisor
