"""Working days as published, and periods computed from them: a due day is a function of its inputs, never a counter.

The day of the event is not counted (Civil Code art. 201); a last day that is no working day moves to the next one (203); a month or year ends on
the day of the same number, or on the last of the month (202). A year for which no notice is on file gives a range, never a guess::

    due(date(2026, 3, 16), 45, "workday", [(date(2026, 4, 1), date(2026, 4, 11))], calendar("cn"))
"""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from lodemark.ledger import digest
from lodemark.rules.loader import shelf
from lodemark.rules.shelf import SHIPPED, Document
from lodemark.rules.trouble import CalendarUnknown, Problem

Unit = Literal["workday", "day", "week", "month", "year"]
Day = date
ONE_DAY = timedelta(days=1)
# What a notice for a year not yet published can do at most. A wide reading of 2024 to 2026: 13 statutory days and the weekdays swapped for weekends.
MOST_WEEKDAYS_OFF, MOST_WEEKENDS_WORKED = 25, 10


@dataclass(frozen=True, slots=True)
class Calendar:
    """The published years of one jurisdiction: days off, weekend days that are worked, which weekdays make the weekend (ISO, Monday 1)."""

    jurisdiction: str
    years: frozenset[int]
    off: frozenset[date]
    worked: frozenset[date]
    weekend: frozenset[int]
    digest: str

    def is_workday(self, day: date) -> bool | None:
        """Whether ``day`` is a working day; ``None`` when its year has not been published."""
        if day.year not in self.years:
            return None
        return day in self.worked or (day not in self.off and day.isoweekday() not in self.weekend)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period. ``date`` is the earliest it can be and ``latest`` the latest; they differ only where something is open.

    ``certain_until`` is then the last day on which every working day was known; ``None`` when the due day is exact.
    """

    date: Day
    latest: Day
    certain_until: Day | None = None


@cache
def calendar(jurisdiction: str, shelves: Sequence[Path] = (SHIPPED,)) -> Calendar:
    """The calendar of a jurisdiction from its year files; raises ``CalendarUnknown`` when it has none."""
    found = [one for one in shelf(tuple(shelves))[0] if one.kind == "calendar" and one.raw["jurisdiction"] == jurisdiction]
    if not found:
        raise CalendarUnknown(jurisdiction=jurisdiction)
    found.sort(key=lambda one: int(one.raw["year"]))
    return Calendar(
        jurisdiction=jurisdiction,
        years=frozenset(one.raw["year"] for one in found),
        off=frozenset(day for one in found for part in one.raw["off"] for day in _from_to(part)),
        worked=frozenset(date.fromisoformat(day) for one in found for day in one.raw["working"]),
        weekend=frozenset(found[-1].raw.get("weekend", (6, 7))),
        digest=digest([one.raw for one in found]),
    )


def due(
    start: date, length: int, unit: Unit, stops: Iterable[tuple[date, date | None]] = (), calendar: Calendar | None = None
) -> Due:
    """The last day of ``length`` units after ``start``.

    ``stops``: half-open ``[from, until)`` in which days do not count; they may overlap; ``None`` as end means that it still runs, so there is no
    latest day. ``calendar``: whose working days; without one no day moves, and a period in working days cannot be asked for.
    """
    assert length > 0, "a period without length"
    halts = merged(stops)
    ends = [_last(start, length, unit, halts, calendar, guess) for guess in (_early, _late)]
    running = any(until is None for _, until in halts)
    latest = date.max if running else ends[1]
    if ends[0] == latest:
        return Due(ends[0], latest)
    known = calendar.years if calendar else frozenset[int]()
    last_known = next((year - 1 for year in range(start.year, ends[1].year + 1) if year not in known), ends[1].year)
    return Due(
        ends[0],
        latest,
        date(last_known, 12, 31) if last_known < ends[1].year else min(from_ for from_, until in halts if until is None),
    )


def merged(stops: Iterable[tuple[date, date | None]]) -> tuple[tuple[date, date | None], ...]:
    """Stops in order, overlapping and touching ones as one, empty ones gone."""
    found: list[tuple[date, date | None]] = []
    for begin, end in sorted(stops, key=lambda stop: (stop[0], stop[1] or date.max)):
        if end is not None and end <= begin:
            continue
        if found and (found[-1][1] is None or begin <= found[-1][1]):
            before = found[-1][1]
            found[-1] = (found[-1][0], None if before is None or end is None else max(before, end))
        else:
            found.append((begin, end))
    return tuple(found)


Guess = Callable[[Calendar], Callable[[date], bool]]


def _last(
    start: date, length: int, unit: Unit, halts: Sequence[tuple[date, date | None]], of: Calendar | None, guess: Guess
) -> date:
    works = guess(of) if of else None
    if unit == "workday":
        assert works is not None, "working days need a calendar"
        return _walk(start, length, halts, works)
    if unit in ("day", "week"):
        end = _walk(start, length * (7 if unit == "week" else 1), halts, lambda day: True)
    else:
        end = _months_later(start, length * (12 if unit == "year" else 1))
        end = _walk(end, sum(_stopped(halts, start, end)), halts, lambda day: True) if halts else end
    while works is not None and not works(end):
        end += ONE_DAY
    return end


def _walk(day: date, count: int, halts: Sequence[tuple[date, date | None]], counts: Callable[[date], bool]) -> date:
    """The ``count``-th day after ``day`` that counts and is not stopped. A stop that still runs is taken to end after one day."""
    while count > 0:
        day += ONE_DAY
        stopped = any(begin <= day < (end or begin + ONE_DAY) for begin, end in halts)
        count -= not stopped and counts(day)
    return day


def _stopped(halts: Sequence[tuple[date, date | None]], start: date, end: date) -> Iterator[int]:
    for begin, until in halts:
        first, last = max(begin, start + ONE_DAY), min(until or begin + ONE_DAY, end + ONE_DAY)
        yield max(0, (last - first).days)


def _months_later(start: date, count: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))


def _early(of: Calendar) -> Callable[[date], bool]:
    """Working days as early as an unpublished year allows: no weekday off, some weekend days worked."""
    spent: dict[int, int] = {}

    def works(day: date) -> bool:
        known = of.is_workday(day)
        if known is not None or day.isoweekday() not in of.weekend:
            return known is not False
        spent[day.year] = spent.get(day.year, 0) + 1
        return spent[day.year] <= MOST_WEEKENDS_WORKED

    return works


def _late(of: Calendar) -> Callable[[date], bool]:
    """Working days as late as an unpublished year allows: the first weekdays all off, no weekend day worked."""
    spent: dict[int, int] = {}

    def works(day: date) -> bool:
        known = of.is_workday(day)
        if known is not None or day.isoweekday() in of.weekend:
            return known is True
        spent[day.year] = spent.get(day.year, 0) + 1
        return spent[day.year] > MOST_WEEKDAYS_OFF

    return works


def _from_to(part: Mapping[str, str]) -> Iterator[date]:
    day, last = date.fromisoformat(part["from"]), date.fromisoformat(part["to"])
    while day <= last:
        yield day
        day += ONE_DAY


def problems(document: Document) -> Iterator[Problem]:
    """What is wrong with a year file beyond its schema: days of another year, a make-up day that is worked anyway or listed as off."""
    raw, weekend = document.raw, document.raw.get("weekend", (6, 7))
    off = {day for part in raw["off"] for day in _from_to(part)}
    for number, part in enumerate(raw["off"]):
        if not part["from"] <= part["to"] or {part["from"][:4], part["to"][:4]} != {str(raw["year"])}:
            yield document.problem("calendar-day", "off", number, day=part["from"], year=raw["year"])
    for number, text in enumerate(raw["working"]):
        day = date.fromisoformat(text)
        if day.year != raw["year"] or day.isoweekday() not in weekend or day in off:
            yield document.problem("calendar-day", "working", number, day=text, year=raw["year"])
