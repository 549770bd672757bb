"""What the checks may know besides the application: dated rule values, word lists, and earlier filings of the same parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from lodemark.rules.model import Rulebook

Verdict = Literal["met", "not_met", "not_known"]


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """A goods line of an earlier application of the same exporter, as the office knows it."""

    application: str
    line: str
    filed_on: date
    end_user: str
    model: str | None
    pieces: int | None


@dataclass(frozen=True, slots=True)
class Terms:
    """Rule values of one legal day.

    ``k``: coverage factor of a reported standard uncertainty. ``vague``: words that say nothing about a use.
    ``office_languages``: languages in which a paper needs no translation. ``statement_months``: for how long a signed
    end-use statement holds. ``window_days``: how far apart two filings may be and still be looked at together.
    ``packaging``: the largest share of a gross mass that is taken for packaging without a question; ``None``: not set.
    ``categories``: the coded uses; empty when the rulebook has no list. ``grounds``: the provision a check rests on.
    """

    k: Fraction
    vague: frozenset[str] = frozenset()
    office_languages: frozenset[str] = frozenset({"zh", "zh-Hans"})
    statement_months: int | None = None
    window_days: int = 90
    packaging: Fraction | None = None
    categories: frozenset[str] = frozenset()
    grounds: Mapping[str, str] = field(default_factory=dict)
    earlier: tuple[EarlierLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a check says about one subject. ``numbers`` are what was compared; both go into the sentence."""

    verdict: Verdict
    facts: Mapping[str, object]
    numbers: Mapping[str, object] = field(default_factory=dict)


LISTS: Final = {"vague": "list/vague-terms", "categories": "list/end-use-categories"}


def terms_of(book: Rulebook, on: date | None, earlier: tuple[EarlierLine, ...] = ()) -> Terms:
    """The terms a rulebook sets on a day (without a day: the last ones it knows).

    A value no rulebook sets is not invented: without a coverage factor a measured value stands for itself, without a
    packaging share only "the pieces weigh more than the whole" is wrong, without months a statement ends only by itself.
    """
    vague = {name for code in _items(book, LISTS["vague"]) for name in (code, *_names(book, LISTS["vague"], code))}
    months = _value(book, "statement_months", on)
    window = _value(book, "split_window_days", on)
    packaging = _value(book, "packaging_share", on)
    return Terms(
        k=_value(book, "coverage_k", on) or Fraction(0),
        vague=frozenset(vague),
        statement_months=None if months is None else int(months),
        window_days=0 if window is None else int(window),
        packaging=packaging,
        categories=frozenset(_items(book, LISTS["categories"])),
        earlier=earlier,
    )


def _value(book: Rulebook, name: str, on: date | None) -> Fraction | None:
    """The number of this name that some provision of the book sets on the day."""
    found = [
        value.value
        for provision in book.provisions.values()
        for value in provision.values
        if value.name == name and (on is None or (value.start <= on and (value.until is None or on < value.until)))
    ]
    return next((Fraction(number) for number in found if isinstance(number, Decimal)), None)


def _items(book: Rulebook, name: str) -> tuple[str, ...]:
    return book.lists[name].items if name in book.lists else ()


def _names(book: Rulebook, name: str, code: str) -> tuple[str, ...]:
    return tuple(dict(book.lists[name].names.get(code, {})).values())
