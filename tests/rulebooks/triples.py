"""The hand-typed law (``tests/rulebooks/law``) held against a rulebook through the evaluator: what comes out otherwise than it says.

Every function yields a sentence per disagreement and nothing when there is none, so that a rulebook changed on purpose must give at least one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from lodemark import rules
from lodemark.rules import Collection, NotDetected, NoVersionOnDate, Range, Rulebook
from lodemark.rules.day import Day
from lodemark.rules.facts import word_of
from lodemark.rules.value import FactValue, Plain
from tests.rulebooks.law import table
from tests.rulebooks.law.lines import Line
from tests.rulebooks.law.ways import COUNTRIES, MEMBERSHIP, PEOPLED, WAYS, Way, traced
from tests.rulebooks.probe import alone, home, verdict

ON = date(2026, 3, 16)
"""A Monday; the periods of ``numbers.txt`` are counted from it."""
ONE_DAY = timedelta(1)
SAYS = {"in_force": "met", "unknown": "not_known", "announced": "not_met", "suspended": "not_met", "repealed": "not_met"}
PARTS = {"% m/m": Decimal("0.01"), "kg": Decimal(1_000_000), "t": Decimal(1_000_000_000)}
TRACE: tuple[tuple[FactValue | Plain, str], ...] = (
    # 含镝的: no minimum in the text; customs treated 0.18 % as controlled, nothing is published below it.
    (Decimal(0), "not_met"),
    (Decimal("0.000001"), "not_known"),
    (Decimal("0.0017"), "not_known"),
    (Decimal("0.0018"), "met"),
    (Decimal("0.0019"), "met"),
    # House rule: a laboratory that cannot see below 0.01 % has not shown that nothing is there.
    (NotDetected(Decimal("0.00009")), "not_met"),
    (NotDetected(Decimal("0.0001")), "not_met"),
    (NotDetected(Decimal("0.00011")), "not_known"),
)


@cache
def periods() -> Mapping[str, tuple[tuple[date, str], ...]]:
    """Of every text and provision of ``status.txt``, what holds from which day."""
    found = {}
    for name, changes, _ in table("status.txt"):
        parts = (change.split() for change in changes.split(", "))
        found[name] = tuple((date.min if day == "always" else date.fromisoformat(day), what) for day, what in parts)
    return found


def row_of(provision: str) -> str | None:
    """The row of ``status.txt`` that speaks of a provision: its own, or its text's."""
    fits = [name for name in periods() if provision == name or (name.count("/") < 2 and provision.startswith(f"{name}/"))]
    return max(fits, key=len, default=None)


@cache
def way_of(provision: str) -> Way:
    """Facts that meet a provision; for one without condition any file does."""
    return next((way for way in WAYS if way.provision == provision), Way(provision, {}))


def of_status(provision: str, book: Rulebook | None = None) -> Iterator[str]:
    """On the day before, the day and the day after every change: the status, and what it makes of facts that meet the condition."""
    law, way = book or home(provision), way_of(provision)
    row = row_of(provision)
    changes = periods()[row] if row else ()
    probe = alone(law, provision)
    for change, _ in changes:
        for on in {change, change + ONE_DAY, change - ONE_DAY if change > date.min else change}:
            says, _, later = next((what for day, what in reversed(changes) if day <= on), "announced").partition(">")
            segment = law.provision(provision).segment(on)
            told = str((segment.starts if says == "announced" else segment.text_says) or "") if segment else ""
            given = Day(law, on, unconfirmed="flag").status(law.provision(provision)), told
            if given != (says, later):
                yield f"{provision} on {on}: {given}, not {says} {later}"
            seen = verdict(provision, way.facts(), on, probe, unconfirmed="flag", assume=way.supposing)
            if seen != SAYS[says]:
                yield f"{provision} on {on}: {seen}, not {SAYS[says]}"


@dataclass(frozen=True)
class Number:
    """A row of ``numbers.txt``."""

    name: str
    start: date
    until: date | None
    value: object
    unit: str
    becomes: str


@cache
def numbers() -> Mapping[str, Number]:
    """The rows of ``numbers.txt`` by name."""
    found = {}
    for name, when, written, becomes, _ in table("numbers.txt"):
        start, _, until = when.partition(" .. ") if " .. " in when else when.partition(" ..")
        figure, _, unit = written.partition(" ")
        scale = PARTS.get(unit, Decimal(1))
        value: object
        if figure.startswith(">"):
            low, _, high = figure[1:].partition("..")
            value = Range(Decimal(low) * scale, Decimal(high) * scale)
        elif figure in ("true", "false"):
            value, unit = figure == "true", ""
        elif figure.replace(".", "").isdigit():
            value = Decimal(figure) * scale
        else:
            value, unit = tuple(written.split()), ""
        found[name] = Number(
            name, date.fromisoformat(start), date.fromisoformat(until) if until else None, value, unit, becomes
        )
    return found


def of_number(name: str, book: Rulebook | None = None) -> Iterator[str]:
    """On the day before, the day and the day after it begins and ends; and, for a period, whether its last day is in and the next one out."""
    row, (provision, _, short) = numbers()[name], name.partition("#")
    law = book or home(provision)

    def given(on: date) -> tuple[object, str] | None:
        try:
            found = law.value(provision, short, on)
        except NoVersionOnDate:
            return None
        return found.value, found.unit or ""

    says = (row.value, row.unit)
    days = {row.start - ONE_DAY: None, row.start: says, row.start + ONE_DAY: says}
    if row.until:
        days |= {row.until - ONE_DAY: says, row.until: None, row.until + ONE_DAY: None}
    for on, expected in days.items():
        if given(on) != expected:
            yield f"{name} on {on}: {given(on)}, not {expected}"
    if row.becomes[0].isdigit():
        last = date.fromisoformat(row.becomes)
        found = law.value(provision, short, row.start)
        calendar = rules.calendar("cn") if row.unit == "workday" else None
        due = rules.due(ON, int(str(found.value)), row.unit, (), calendar).date  # type: ignore[arg-type]
        in_time = [day <= due for day in (last - ONE_DAY, last, last + ONE_DAY)]
        if in_time != [True, True, False]:
            yield f"{name}: from {ON} to {due}, not to {last}"


def of_line(line: Line, book: Rulebook | None = None) -> Iterator[str]:
    """One under, at and one over a number that a condition compares with."""
    law = book or home(line.provision)
    probe = alone(law, line.provision)
    for number, expected in zip(line.three, line.under_at_over, strict=True):
        seen = verdict(line.provision, PEOPLED.state({**line.given, line.fact: number}), ON, probe, **in_force(line.provision))
        if seen != expected:
            yield f"{line.value} against {number}: {seen}, not {expected}"


def in_force(provision: str, more: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The provision and what it uses taken as in force, so that its condition alone is looked at."""
    return {"assume": {provision: "in_force", **(more or {})}, "unconfirmed": "flag"}


def of_way(way: Way, book: Rulebook | None = None) -> Iterator[str]:
    """Every answer to every fact that carries the way, and every side of the trace range where it rests on a content."""
    law = book or home(way.provision)
    probe = alone(law, way.provision)

    base = way.facts()
    says = in_force(way.provision, way.supposing)
    if (found := verdict(way.provision, base, ON, probe, **says)) != "met":
        yield f"{way.provision}: {found} by {dict(way.holds)}"
    for ref in way.holds:
        accepted = way.accepted(ref)
        for answer in answers(law, ref, accepted):
            expected = "met" if answer in accepted else "not_met"
            if (found := verdict(way.provision, base.state({ref: answer}), ON, probe, **says)) != expected:
                yield f"{way.provision} with {ref} = {answer}: {found}, not {expected}"
    for row in MEMBERSHIP:
        if row.provision == way.provision and (row.by in way.holds or (not row.by and way is way_of(way.provision))):
            others = {**base.collections, **{name: Collection(row.ids, complete=True) for name in row.collections}}
            found = verdict(way.provision, replace(base, collections=others).state(row.said), ON, probe, **says)
            if found != row.verdict:
                yield f"{way.provision} with {row.ids} as {row.collections}: {found}, not {row.verdict}"
    for ref in traced(way):
        for content, expected in TRACE:
            if (found := verdict(way.provision, base.state({ref: content}), ON, probe, **says)) != expected:
                yield f"{way.provision} with {ref} = {content}: {found}, not {expected}"


def answers(book: Rulebook, ref: str, accepted: tuple[Plain, ...]) -> tuple[Plain, ...]:
    """What may be answered to a ground reference; of numbers only the ones that meet it, their lines are drawn elsewhere."""
    word = book.vocabulary[word_of(ref)]
    match word.type:
        case "bool":
            return True, False
        case "country":
            return COUNTRIES if accepted != COUNTRIES else (*COUNTRIES, None)
        case "enum":
            options = word.options or book.lists[str(word.list)].items
            return options if set(accepted) != set(options) else (*options, None)
        case "text" | "document" | "set":
            return (*accepted, None)
    return accepted
