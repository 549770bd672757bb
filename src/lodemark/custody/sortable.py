"""Exact decimals as text that sorts like the numbers: databases compare it byte by byte, no binary float in between."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

_EXACT = Context(prec=60)
_SHIFT = 1_000  # keeps every exponent the reader lets in above zero


def sort_key(value: Decimal | Fraction) -> str:
    """``-1.5 < 0 < 0.02 < 3`` as text. A fraction that does not end is cut at 60 significant digits."""
    number = _EXACT.divide(Decimal(value.numerator), value.denominator) if isinstance(value, Fraction) else value
    sign, digits, _ = number.as_tuple()
    if not number:
        return "1"
    text = "".join(map(str, digits)).lstrip("0").rstrip("0")
    key = f"{number.adjusted() + _SHIFT:04d}{text}"
    # Below zero the order turns round: nines' complement, and a closing sign above every digit.
    return f"2{key}" if not sign else "0" + "".join(str(9 - int(d)) for d in key) + "~"
