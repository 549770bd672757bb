"""Formulas and the exact mass share of an element in a compound.

Factors are exact ratios of the tabled weights and are rounded once, when they become milligrams.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Final

from lodemark.measure.element import RARE_EARTHS, atomic_weight
from lodemark.measure.trouble import FormulaError

OXIDES: Final[Mapping[str, str]] = {
    **{element: f"{element}2O3" for element in RARE_EARTHS},
    # Stable in air in another form. Ce2O3, Pr2O3 and Tb2O3 exist too, with other factors, and have to be named.
    "Ce": "CeO2",
    "Pr": "Pr6O11",
    "Tb": "Tb4O7",
}
"""The oxide in which each rare earth is traded."""

_TERM = re.compile(r"([A-Z][a-z]?)(\d*)")


@cache
def formula(text: str) -> Mapping[str, int]:
    """Atoms per formula unit, ``"Nd2Fe14B"`` -> ``{"Nd": 2, "Fe": 14, "B": 1}``; brackets are not read."""
    if not text or _TERM.sub("", text):
        raise FormulaError(text=text)
    atoms: dict[str, int] = {}
    for symbol, count in _TERM.findall(text):
        atomic_weight(symbol)
        atoms[symbol] = atoms.get(symbol, 0) + int(count or "1")
    return atoms


@cache
def formula_weight(text: str) -> Fraction:
    """Weight of one formula unit in g/mol, exact in the tabled weights."""
    return sum((Fraction(atomic_weight(symbol)) * count for symbol, count in formula(text).items()), Fraction(0))


def mass_fraction(element: str, compound: str) -> Fraction:
    """Mass of ``element`` per mass of ``compound``; zero when the compound does not hold it."""
    return Fraction(atomic_weight(element)) * formula(compound).get(element, 0) / formula_weight(compound)


def oxide_factor(oxide: str) -> Fraction:
    """Mass of rare earth per mass of oxide: ``oxide_factor("Dy2O3")`` is 0.87132 to five places."""
    earths = [symbol for symbol in formula(oxide) if symbol in RARE_EARTHS]
    if len(earths) != 1 or set(formula(oxide)) != {earths[0], "O"}:
        raise FormulaError("oxide-expected", text=oxide)
    return mass_fraction(earths[0], oxide)
