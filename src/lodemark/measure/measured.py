"""A measured value with its uncertainty, and the exact reading of numbers and shares."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from lodemark.measure.trouble import NumberError, UnitError

SHARES: Final[Mapping[str, Fraction]] = {
    "1": Fraction(1),
    "% m/m": Fraction(1, 100),
    "ppm m/m": Fraction(1, 10**6),
    "kg/kg": Fraction(1),
    "g/kg": Fraction(1, 10**3),
    "mg/kg": Fraction(1, 10**6),
}
"""Units of a mass share. A bare ``%`` is refused: by mass or by atoms has to be said."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Measured:
    """A result as reported: ``u`` is the standard uncertainty (k = 1) in the same unit; ``text`` what was printed."""

    value: Decimal
    unit: str
    u: Decimal | None = None
    method: str = ""
    lab: str = ""
    text: str = ""


def read_decimal(text: str) -> Decimal:
    """An exact decimal from text; full-width digits are folded, thousands marks and words are refused."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if not _NUMBER.fullmatch(folded):
        raise NumberError(text=text)
    return Decimal(folded)


def read_fraction(text: str, unit: str) -> Fraction:
    """A mass share as an exact fraction of one: ``read_fraction("0.36", "% m/m")`` is 36/10000."""
    if unit not in SHARES:
        raise UnitError(text=text, unit=unit or None, known=sorted(SHARES))
    share = Fraction(read_decimal(text)) * SHARES[unit]
    if not 0 <= share <= 1:
        raise NumberError("share-outside-one", text=text, unit=unit)
    return share
