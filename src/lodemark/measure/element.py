"""Elements and their standard atomic weights, read from the cited table beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Final

from lodemark.measure.trouble import FormulaError


@cache
def _weights() -> Mapping[str, Decimal]:
    text = (resources.files("lodemark.measure") / "atomic_weights.toml").read_text(encoding="utf-8")
    return {symbol: Decimal(weight) for symbol, weight in tomllib.loads(text)["weight"].items()}


ELEMENTS: Final[tuple[str, ...]] = tuple(_weights())
"""Symbols in the order of the table (by atomic number)."""

RARE_EARTHS: Final[tuple[str, ...]] = (
    *("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb"),
    *("Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Sc", "Y"),
)
"""The rare earths of trade: the lanthanides without promethium, with scandium and yttrium."""


def atomic_weight(symbol: str) -> Decimal:
    """Standard atomic weight in g/mol (CIAAW 2021); an unknown symbol raises ``FormulaError``."""
    try:
        return _weights()[symbol]
    except KeyError:
        raise FormulaError("element-unknown", symbol=symbol) from None
