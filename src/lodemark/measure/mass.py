"""Counted mass: integer milligrams, exact in, exact out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from lodemark.measure.measured import read_decimal
from lodemark.measure.trouble import NumberError, UnitError
from lodemark.wording import show

MILLIGRAMS: Final[Mapping[str, int]] = {
    "mg": 1,
    "g": 1_000,
    "kg": 1_000_000,
    "t": 1_000_000_000,
}
"""Units of mass a person may write. EPCIS unit codes are custody's own table."""

LARGEST_MG: Final = 2**63 - 1

_MASS = re.compile(r"\s*(?P<number>\S.*?)\s*(?P<unit>[^\W\d_]*)\s*")


def read_mass_mg(text: str) -> int:
    """Milligrams of a mass as written: ``"25 kg"``, ``"0.5 t"``.

    Refused by name: no unit or an unknown one (``UnitError``); no number, a negative or zero mass, a remainder
    below one milligram, or more than 2^63-1 mg (``NumberError``).
    """
    parts = _MASS.fullmatch(text)
    if parts is None:
        raise NumberError(text=text)
    unit = parts["unit"]
    if unit not in MILLIGRAMS:
        raise UnitError(text=text, unit=unit or None, known=sorted(MILLIGRAMS))
    exact = Fraction(read_decimal(parts["number"])) * MILLIGRAMS[unit]
    if exact <= 0:
        raise NumberError("mass-not-positive", text=text)
    if exact.denominator != 1:
        raise NumberError("mass-below-milligram", text=text)
    if exact > LARGEST_MG:
        raise NumberError("mass-too-large", text=text)
    return int(exact)


def show_kg(mass_mg: int) -> str:
    """Kilograms, exact, as every page prints them: ``301.000 kg``."""
    return show(mass_mg, "en", "kg")


def contained_mg(gross_mg: int, fraction: Fraction | Decimal) -> int:
    """Milligrams of an element in ``gross_mg`` of material: the one bridge from measured to counted, half to even."""
    share = Fraction(fraction)
    assert gross_mg >= 0 and 0 <= share <= 1, (gross_mg, fraction)
    return round(gross_mg * share)


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split an integer by weights so that the parts sum to the whole (largest remainder; ties to the earlier part)."""
    whole = sum(weights)
    assert total >= 0 and whole > 0 and min(weights) >= 0, (total, weights)
    shares = [divmod(total * weight, whole) for weight in weights]
    short = total - sum(part for part, _ in shares)
    order = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))
    extra = set(order[:short])
    return tuple(part + (place in extra) for place, (part, _) in enumerate(shares))
