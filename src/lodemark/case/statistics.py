"""How the office works, in numbers an authority publishes and anybody holding the dossiers can compute again.

Pending cases are kept in: the share decided by working day n is the estimate of Kaplan and Meier (J. Am. Stat. Assoc. 53,
457-481, 1958), which counts a case that still waits as long as it has waited. A line has one final outcome: what an appeal
decided replaces, it never adds. Cells below ``smallest`` are hidden, and further ones until none can be computed back::

    tables = statistics(joined(passages), Asked(date(2026, 1, 1), date(2027, 1, 1), as_of, by="route"), calendar)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from lodemark.case.passage import Passage
from lodemark.rules import Calendar

BY: Final = ("all", "route", "size", "cohort")
DAYS: Final = (5, 10, 15, 20, 30, 45, 60, 90, 120)
"""Working days at which the share decided is told: a step at every decision would tell about single cases."""
AGES: Final = ((0, 15), (16, 30), (31, 45), (46, None))
SMALLEST: Final = 5
ANNULLED: Final = frozenset({"annulled", "annulled_and_remitted", "declared_unlawful"})


@dataclass(frozen=True, slots=True)
class Story:
    """One application with its case and appeals, as far as they went. Days are dates; what has not happened is ``None``."""

    route: str
    size: str
    received: date
    returned: tuple[tuple[date, tuple[str, ...]], ...] = ()
    withdrawn: date | None = None
    accepted: date | None = None
    decided: date | None = None
    closed: date | None = None
    outcomes: Mapping[str, str] = field(default_factory=dict)
    courts: tuple[tuple[date, date | None, str], ...] = ()
    rfis: int = 0
    appeals: tuple[tuple[date, date | None, str], ...] = ()
    """(lodged, concluded, outcome)"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The period, half-open; the day the office is looked at; how the cases are grouped (``BY``)."""

    since: date
    until: date
    as_of: date
    by: str = "all"
    smallest: int = SMALLEST


@dataclass(frozen=True, slots=True)
class Row:
    """One cell: ``value`` is ``None`` where showing it would tell about single cases."""

    group: str
    code: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the statistics, named by its code."""

    name: str
    rows: tuple[Row, ...]


def joined(passages: Mapping[str, Passage]) -> tuple[Story, ...]:
    """The stories of passages by dossier: each application with its case and appeals."""
    cases = {str(one["application"]): (name, one) for name, one in passages.items() if name.startswith("case/")}
    appeals: dict[str, list[Passage]] = {}
    for name in sorted(passages):
        if name.startswith("appeal/"):
            appeals.setdefault(str(passages[name]["case"]), []).append(passages[name])
    applications = sorted(name for name in passages if name.startswith("application/"))
    return tuple(_story(passages[name], *cases.get(name, ("", {})), appeals) for name in applications)


def _story(filed: Passage, name: str, case: Passage, appeals: Mapping[str, Sequence[Passage]]) -> Story:
    mine = appeals.get(name, ())
    outcomes = dict(case.get("outcomes", {}))
    for appeal in mine:
        if appeal["outcome"] in ANNULLED and appeal["outcome"] != "annulled_and_remitted":
            outcomes = dict.fromkeys(outcomes, "annulled")
        outcomes |= appeal["outcomes"]
    return Story(
        route=filed["route"],
        size=filed["size"],
        received=date.fromisoformat(filed["received"]),
        returned=tuple((date.fromisoformat(day), tuple(codes)) for day, codes in filed["returned"]),
        withdrawn=_day(filed["withdrawn"]),
        accepted=_day(case.get("accepted")),
        decided=_day(case.get("decided")),
        closed=_day(case.get("closed")),
        outcomes=outcomes,
        courts=tuple((date.fromisoformat(one[0]), _day(one[1]), str(one[2])) for one in case.get("courts", ())),
        rfis=case.get("rfis", 0),
        appeals=tuple((date.fromisoformat(one["lodged"]), _day(one["concluded"]), str(one["outcome"])) for one in mine),
    )


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def statistics(stories: Iterable[Story], asked: Asked, calendar: Calendar) -> tuple[Table, ...]:
    """Every table for a period. What counts is when the act fell; ageing is as of the day asked."""
    groups: dict[str, list[Story]] = {}
    for story in stories:
        if story.received <= asked.as_of:
            groups.setdefault(_group(story, asked.by), []).append(story)
    counted = [
        _hidden(name, {group: count(members, asked) for group, members in sorted(groups.items())}, asked.smallest)
        for name, count in COUNTS.items()
    ]
    ageing = {group: _ageing(members, asked, calendar) for group, members in sorted(groups.items())}
    measured = [
        _measured("statistics-courts", groups, lambda members: _courts(members, asked, calendar)),
        _measured("statistics-decided-by", groups, lambda members: _decided_by(members, asked, calendar)),
    ]
    return (*counted, _hidden("statistics-ageing", ageing, asked.smallest), *measured)


def _group(story: Story, by: str) -> str:
    match by:
        case "route":
            return story.route
        case "size":
            return story.size
        case "cohort":
            return f"{story.received.year}-Q{(story.received.month + 2) // 3}"
    return "all"


def _within(day: date | None, asked: Asked) -> bool:
    return day is not None and asked.since <= day < asked.until and day <= asked.as_of


def _flow(members: Sequence[Story], asked: Asked) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in members:
        days = (("received", one.received), ("accepted", one.accepted), ("decided", one.decided), ("withdrawn", one.withdrawn))
        found.update(code for code, day in days if _within(day, asked))
        found["returned"] += any(_within(day, asked) for day, _ in one.returned)
        found["pending"] += _pending(one, asked.as_of)
    return found


def _returned(members: Sequence[Story], asked: Asked) -> Counter[str]:
    return Counter(code for one in members for day, codes in one.returned if _within(day, asked) for code in codes)


def _outcomes(members: Sequence[Story], asked: Asked) -> Counter[str]:
    return Counter(outcome for one in members if _within(one.decided, asked) for outcome in one.outcomes.values())


def _rfis(members: Sequence[Story], asked: Asked) -> Counter[str]:
    return Counter("3+" if one.rfis >= 3 else str(one.rfis) for one in members if _within(one.accepted, asked))


def _appeals(members: Sequence[Story], asked: Asked) -> Counter[str]:
    lodged = [appeal for one in members for appeal in one.appeals if _within(appeal[0], asked)]
    return Counter(outcome if ended and ended <= asked.as_of else "pending" for _, ended, outcome in lodged)


COUNTS: Final[Mapping[str, Callable[[Sequence[Story], Asked], Counter[str]]]] = {
    "statistics-flow": _flow,
    "statistics-returned": _returned,
    "statistics-outcomes": _outcomes,
    "statistics-rfis": _rfis,
    "statistics-appeals": _appeals,
}
"""Tables that count: code -> how the members of a group are counted."""


def _pending(one: Story, as_of: date) -> bool:
    ends = (one.decided, one.closed, one.withdrawn)
    return one.accepted is not None and one.accepted <= as_of and not any(end and end <= as_of for end in ends)


def _ageing(members: Sequence[Story], asked: Asked, calendar: Calendar) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in members:
        if one.accepted is not None and _pending(one, asked.as_of):
            waited = workdays(one.accepted, asked.as_of, calendar)
            found[next(_band(low, high) for low, high in AGES if high is None or waited <= high)] += 1
    return found


def _band(low: int, high: int | None) -> str:
    return f"{low}+" if high is None else f"{low}-{high}"


def _courts(members: Sequence[Story], asked: Asked, calendar: Calendar) -> Iterator[tuple[str, str | None]]:
    """Median and nine of ten working days in each court, of the cases decided in the period."""
    stays: dict[str, list[int]] = {}
    for one in members:
        if _within(one.decided, asked):
            days: Counter[str] = Counter()
            for start, end, court in one.courts:
                days[court] += workdays(start, end or asked.as_of, calendar)
            for court, count in days.items():
                stays.setdefault(court, []).append(count)
    for court, counts in sorted(stays.items()):
        for code, share in (("median", Fraction(1, 2)), ("nine-of-ten", Fraction(9, 10))):
            yield f"{court} {code}", str(quantile(counts, share)) if len(counts) >= asked.smallest else None


def _decided_by(members: Sequence[Story], asked: Asked, calendar: Calendar) -> Iterator[tuple[str, str | None]]:
    """The share decided by working day n of the cases accepted in the period, those that still wait kept in."""
    waits: list[tuple[int, bool]] = []
    for one in members:
        if one.accepted is not None and _within(one.accepted, asked):
            decided = one.decided if one.decided and one.decided <= asked.as_of else None
            left = [end for end in (one.closed, one.withdrawn) if end and end <= asked.as_of]
            waits.append((workdays(one.accepted, decided or min([*left, asked.as_of]), calendar), decided is not None))
    for day in DAYS:
        waited = sum(1 for length, _ in waits if length >= day)
        few = len(waits) < asked.smallest or 0 < waited < asked.smallest
        share = None if few else decided_by(waits, day)
        yield str(day), None if share is None else f"{float(share):.3f}"


def decided_by(waits: Sequence[tuple[int, bool]], day: int) -> Fraction:
    """One minus the product-limit estimate at ``day``; ``waits`` are (working days, whether it ended in a decision)."""
    waiting = Fraction(1)
    for step in sorted({length for length, ended in waits if ended and length <= day}):
        at_risk = sum(1 for length, _ in waits if length >= step)
        ended = sum(1 for length, done in waits if done and length == step)
        waiting *= 1 - Fraction(ended, at_risk)
    return 1 - waiting


def quantile(counts: Sequence[int], share: Fraction) -> int:
    """The smallest count that at least ``share`` of all do not exceed."""
    ordered = sorted(counts)
    place = -(-share.numerator * len(ordered) // share.denominator)
    return ordered[max(place, 1) - 1]


def workdays(after: date, until: date, calendar: Calendar) -> int:
    """Working days in (after, until]; a day of a year without a calendar counts when it is no weekend."""
    days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
    return sum(1 for day in days if (known := calendar.is_workday(day)) or (known is None and day.weekday() < 5))


def _measured(
    name: str, groups: Mapping[str, Sequence[Story]], measure: Callable[[Sequence[Story]], Iterator[tuple[str, str | None]]]
) -> Table:
    return Table(name, tuple(Row(group, code, value) for group in sorted(groups) for code, value in measure(groups[group])))


def _hidden(name: str, counted: Mapping[str, Counter[str]], smallest: int) -> Table:
    codes = sorted({code for counts in counted.values() for code, count in counts.items() if count})
    cells = {(group, code): counts[code] for group, counts in counted.items() for code in codes}
    hidden = suppressed(cells, smallest)
    return Table(name, tuple(Row(*at, None if at in hidden else str(count)) for at, count in cells.items()))


def suppressed(cells: Mapping[tuple[str, str], int], smallest: int) -> frozenset[tuple[str, str]]:
    """Which cells of a two-way table are not shown: those from one to below ``smallest``, and others beside them.

    Totals of a row or a column may be known from elsewhere, so in each the hidden cells must be two or more, and hold
    ``smallest`` or more together; the smallest shown cells go first. Nought tells nothing about anybody.
    """
    hidden = {at for at, count in cells.items() if 0 < count < smallest}
    lines = [{at for at in cells if at[axis] == key} for axis in (0, 1) for key in sorted({at[axis] for at in cells})]
    changed = True
    while changed:
        changed = False
        for line in lines:
            inside = line & hidden
            shown = sorted((cells[at], at) for at in line - hidden if cells[at])
            if inside and shown and (len(inside) == 1 or sum(cells[at] for at in inside) < smallest):
                hidden.add(shown[0][1])
                changed = True
    return frozenset(hidden)
