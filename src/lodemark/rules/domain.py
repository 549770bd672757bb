"""Finitely many values that stand for all: one on each constant a fact is compared with, one between each two, one beyond.

Every test compares a fact with constants, so two values between the same neighbours test alike; hence looking at these is looking at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lodemark.rules.model import Fact
from lodemark.rules.value import FactValue, Known, NotDetected, OneOf, Plain, Unknown, Within, bounds

# Stands for every word that no rule mentions (a country, say).
OTHER = "(other)"
_BOUNDS: dict[str, tuple[Any, Any]] = {
    "fraction": (Decimal(0), Decimal(1)),
    "mass_mg": (0, None),
    "count": (0, None),
    "money": (Decimal(0), None),
    "measured": (None, None),
    "date": (None, None),
}
_WHOLE = frozenset({"mass_mg", "count"})


def candidates(value: FactValue, word: Fact, points: Iterable[Plain]) -> tuple[Plain, ...]:
    """Representatives of the values still possible, in a fixed order. ``points`` are the constants; ``None`` among them asks for presence."""
    points = tuple(points)
    match value:
        case Known(known):
            return (known,)
        case OneOf(values):
            return values
        case Within() | NotDetected():
            return tuple(_numbers(*bounds(value), points, word))
        case Unknown():
            absent: tuple[Plain, ...] = (None,) if None in points or word.type in ("text", "document") else ()
            return (*_anything(word, points), *absent)


def _anything(word: Fact, points: tuple[Plain, ...]) -> Iterable[Plain]:
    if word.type == "bool":
        return (True, False)
    if word.type in _BOUNDS:
        return _numbers(*_BOUNDS[word.type], points, word)
    return word.options or (*sorted({point for point in points if isinstance(point, str)}), OTHER)


def _numbers(lo: Any, hi: Any, points: Iterable[Plain], word: Fact) -> Iterator[Plain]:
    whole, day = word.type in _WHOLE, word.type == "date"
    ends = {end for end in (lo, hi) if end is not None}
    marks = sorted(
        {point for point in points if point is not None and (lo is None or point >= lo) and (hi is None or point <= hi)} | ends
    )
    one: Any = timedelta(1) if day else 1
    if not marks:
        yield date(2000, 1, 1) if day else Decimal(0)
        return
    if lo is None:
        yield marks[0] - one
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        yield mark
        if following is not None:
            yield from _between(mark, following, whole or day, one)
    if hi is None:
        yield marks[-1] + one


def _between(low: Any, high: Any, steps: bool, one: Any) -> Iterator[Any]:
    if not steps:
        yield (Decimal(low) + Decimal(high)) / 2
    elif high - low > one:
        yield low + one
