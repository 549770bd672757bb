"""How one fact is written inside a sentence: masses, dates, shares, lists.

A placeholder may carry a format of our own: ``{remaining_mg:kg}``, ``{share:percent}``, ``{names:list}``.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

Lang = Literal["en", "zh-Hans"]

NOT_KNOWN: Mapping[str, str] = {"en": "not known", "zh-Hans": "不明"}
_SEPARATOR: Mapping[str, str] = {"en": ", ", "zh-Hans": "、"}
_YES_NO: Mapping[str, tuple[str, str]] = {"en": ("yes", "no"), "zh-Hans": ("是", "否")}


def show(value: object, lang: Lang, spec: str = "") -> str:
    """Write one fact for a reader; ``None`` is *not known*, never empty and never zero."""
    if value is None:
        return NOT_KNOWN[lang]
    if spec == "kg":
        return _kg(int(str(value)))
    if spec == "percent":
        return f"{_plain(Decimal(str(_decimal(value))) * 100)} %"
    if isinstance(value, bool):
        return _YES_NO[lang][0 if value else 1]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction | Decimal):
        return _plain(_decimal(value))
    if isinstance(value, Mapping) and value.keys() == NOT_KNOWN.keys():
        return str(value[lang])  # a text that comes in both languages, such as a question of the rulebook
    if isinstance(value, Mapping):
        return _SEPARATOR[lang].join(f"{key}: {show(item, lang, spec)}" for key, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return _SEPARATOR[lang].join(show(item, lang, "" if spec == "list" else spec) for item in value)
    return format(value, "" if spec == "list" else spec)


def _kg(mass_mg: int) -> str:
    """Milligrams as kilograms, exact, at least three decimals: 301000000 is ``301.000 kg``."""
    sign, digits = ("-" if mass_mg < 0 else ""), f"{abs(mass_mg) // 1_000_000:,}".replace(",", " ")
    rest = f"{abs(mass_mg) % 1_000_000:06d}"
    return f"{sign}{digits}.{rest[:3]}{rest[3:].rstrip('0')} kg"


def _decimal(value: object) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(str(value))


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Filler(string.Formatter):
    """Fills ``{name:spec}`` from the facts; a fact that was not gathered reads *not known*."""

    def __init__(self, lang: Lang) -> None:
        self._lang: Lang = lang

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        """The fact of that name; ``None`` when it was not gathered."""
        # Flat names only: attribute and index access would let a template reach into objects.
        return kwargs.get(field_name), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        """The fact as a reader's text."""
        return show(value, self._lang, format_spec)
