"""A fact value is the set of values still possible; more knowledge is a smaller set.

``Known(v)`` one value (``None``: stated that there is none) · ``Within(lo, hi)`` a closed interval, ``None`` = no bound · ``OneOf`` a few ·
``NotDetected(limit)`` a laboratory looked and found nothing above ``limit`` · ``Unknown`` anything. Fractions are parts of 1, masses are
milligrams. ``<0.01 %`` and ``n.d. (LOD 0.01 %)`` are ``NotDetected(Decimal("0.0001"))``: a later positive result contradicts it and is a
correction, whereas inside ``Within(0, 0.0001)`` it would be an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Plain = str | bool | int | Decimal | date | frozenset[str] | None
Number = int | Decimal | date


@dataclass(frozen=True, slots=True)
class Known:
    """Exactly this value."""

    value: Plain


@dataclass(frozen=True, slots=True)
class Within:
    """Any number (or day) from ``lo`` to ``hi``, both included."""

    lo: Number | None
    hi: Number | None


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these."""

    values: tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class NotDetected:
    """Looked for and not found; whatever there is lies between 0 and ``limit``."""

    limit: Decimal


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known: not gathered, not stated, unreadable."""


FactValue = Known | Within | OneOf | NotDetected | Unknown
UNKNOWN = Unknown()


def as_value(value: FactValue | Plain) -> FactValue:
    """A plain value is a known one; binary floats are our mistake, since no rule compares rounded numbers."""
    assert not isinstance(value, float), "give a Decimal"
    return value if isinstance(value, Known | Within | OneOf | NotDetected | Unknown) else Known(value)


def bounds(value: FactValue) -> tuple[Number | None, Number | None]:
    """The closed interval of a numeric set, ``None`` where it has no bound."""
    match value:
        case Within(lo, hi):
            return lo, hi
        case NotDetected(limit):
            return Decimal(0), limit
    assert not isinstance(value, Known | OneOf), "only intervals have bounds"
    return None, None


def is_subset(new: FactValue, old: FactValue) -> bool:
    """Whether ``new`` says at least as much as ``old``."""
    match new, old:
        case _, Unknown():
            return True
        case Unknown(), _:
            return False
        case Known(value), Known(before):
            return value == before
        case ((Known() | OneOf()), NotDetected()):
            return all(value == 0 for value in _members(new))
        case NotDetected(limit), NotDetected(before):
            return limit <= before
        case ((Known() | OneOf()), OneOf(values)):
            return all(value in values for value in _members(new))
        case ((Known() | OneOf()), Within(lo, hi)):
            return all(_inside(value, lo, hi) for value in _members(new))
        case ((Within() | NotDetected()), Within(lo, hi)):
            new_lo, new_hi = bounds(new)
            return _at_least(new_lo, lo) and _at_most(new_hi, hi)
    return False  # an interval inside finitely many values, or inside "not detected"


def _members(value: FactValue) -> tuple[Plain, ...]:
    return value.values if isinstance(value, OneOf) else (value.value,) if isinstance(value, Known) else ()


def _inside(value: Plain, lo: Number | None, hi: Number | None) -> bool:
    if isinstance(value, str | bool | frozenset | None):
        return False
    return _at_least(value, lo) and _at_most(value, hi)


def _at_least(end: Number | None, bound: Number | None) -> bool:
    return bound is None or (end is not None and bool(end >= bound))  # type: ignore[operator]


def _at_most(end: Number | None, bound: Number | None) -> bool:
    return bound is None or (end is not None and bool(end <= bound))  # type: ignore[operator]
