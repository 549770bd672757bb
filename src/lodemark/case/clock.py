"""The clock 审查期限: whose court, since when, which days counted, when it is due. Derived from records, never counted up.

One rule for acceptance, stops and restarts: a working day counts if, at 00:00 local time of that day, the case was
running. So the day of an act is not counted (Civil Code 201; that administrative periods follow it is a reading).
A request for information is always a visible interval in the applicant's court; whether it also stops the statutory
count is a rule value (``rules.rfi_stops``), and the other reading's count is shown beside it::

    view = clock(records, rules, calendar, at)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from lodemark.case.fold import fold
from lodemark.case.model import Case
from lodemark.case.rules import CaseRules, Period
from lodemark.ledger import Record
from lodemark.rules import Calendar, due

Court = Literal["authority", "applicant", "end_user", "adviser", "appeal_body", "nobody"]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """From the act of day ``start`` to the act of day ``end`` (``None``: still so): the days in (start, end] are its own.

    ``counts`` is false only with a ``provision``; ``record`` is the number (from 1) of the record that opened it.
    """

    start: date
    end: date | None
    court: Court
    counts: bool
    ground: str
    provision: str | None
    record: int


@dataclass(frozen=True, slots=True)
class Days:
    """A number of working days, as a range where a calendar year is missing."""

    low: int
    high: int

    @property
    def exact(self) -> bool:
        """Whether every day in it is known to be a working day or not."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class ClockView:
    """What both sides see. ``due_on`` is (earliest, latest); while a stop runs it is what it would be if it ended today.

    ``other_count`` counts the same days under the other reading of requests for information. ``left`` is ``None`` for
    a case without a time limit, whose ``unlimited`` names the provision.
    """

    elapsed: Days
    left: Days | None
    due_on: tuple[date, date] | None
    certain_until: date | None
    court: Court
    since: date
    intervals: tuple[Interval, ...]
    other_count: Days
    stopped: bool
    unlimited: str
    overdue: bool | None
    next_step: str
    would_stop: tuple[str, ...]
    calendar_digest: str


def clock(records: Sequence[Record], rules: CaseRules, calendar: Calendar, at: datetime) -> ClockView:
    """The clock of an accepted case at an aware instant; ``calendar`` may be newer than the one the decision kept."""
    assert at.tzinfo is not None, "an instant without a time zone"
    today = at.astimezone(ZoneInfo(rules.zone)).date()
    case = fold(records)
    assert case.accepted_on is not None, "the clock of a case that was never accepted"
    intervals, start, period = _intervals(records, rules)
    running = case.state in ("accepted", "in_review")
    stopped = running and not intervals[-1].counts
    stops = [_stop(one, today) for one in intervals if not one.counts and one.ground != "decided"]
    expected = due(start, period.length, period.unit, tuple(stops), calendar)
    elapsed = _count(intervals, calendar, start, today, rules.rfi_stops is not None)
    unlimited = bool(case.unlimited)
    return ClockView(
        elapsed=elapsed,
        left=None if unlimited else Days(period.length - elapsed.high, period.length - elapsed.low),
        due_on=None if unlimited else (expected.date, expected.latest),
        certain_until=expected.certain_until,
        court=intervals[-1].court,
        since=_since(intervals),
        intervals=tuple(intervals),
        other_count=_count(intervals, calendar, start, today, rules.rfi_stops is None),
        stopped=stopped,
        unlimited=case.unlimited,
        overdue=_overdue(case, today, expected.date, expected.latest),
        next_step=next_step(case),
        would_stop=tuple(sorted(rules.stop_grounds)) if running else (),
        calendar_digest=calendar.digest,
    )


def court_of(case: Case) -> Court:
    """Who must act next: an open question of the applicant goes before one of an adviser, the office comes last."""
    if case.state == "closed":
        return "nobody"
    waiting = [q for rfi in case.rfis.values() if rfi.state == "open" for q in rfi.questions if q.id not in rfi.answered]
    if any(notice.state == "served" for notice in case.notices.values()) or any(not q.sealed for q in waiting):
        return "applicant"
    if waiting:
        return "end_user"
    if any(one.state in ("asked", "stale") for one in case.consultations.values()):
        return "adviser"
    return "authority"


def next_step(case: Case) -> str:
    """The wording code of what happens next."""
    if case.state in ("accepted", "decided", "closed"):
        return {"accepted": "next-take", "decided": "next-appeal-or-close", "closed": "next-none"}[case.state]
    if any(rfi.state == "open" for rfi in case.rfis.values()):
        return "next-answer-rfi"
    if any(rfi.state == "answered" for rfi in case.rfis.values()):
        return "next-read-answer"
    states = {notice.state for notice in case.notices.values()}
    if "served" in states:
        return "next-answer-notice"
    if "answered" in states:
        return "next-weigh"
    if any(one.state in ("asked", "stale") for one in case.consultations.values()):
        return "next-advise"
    return "next-countersign" if case.open_proposal else "next-propose"


def _intervals(records: Sequence[Record], rules: CaseRules) -> tuple[list[Interval], date, Period]:
    """The intervals since the clock last started, the day it started, and the period it runs for."""
    found: list[Interval] = []
    start, period, case = None, rules.review, None
    for number, record in enumerate(records, start=1):
        case = fold((record,), case)
        if record.kind in ("case-accepted", "case-deemed-accepted", "case-remitted"):
            start = case.accepted_on if record.kind != "case-remitted" else record.on
            period = rules.review if record.kind != "case-remitted" else rules.remit_review
            found = []
        assert start is not None and case.accepted_on is not None
        ground, provision = _standstill(case, rules, records[:number])
        begun = start if not found else record.on
        now = Interval(begun, None, court_of(case), provision is None, ground, provision, number)
        if not found or _differs(found[-1], now):
            found = [*_closed(found, begun), now]
    assert start is not None
    return found, start, period


def _standstill(case: Case, rules: CaseRules, records: Sequence[Record]) -> tuple[str, str | None]:
    """Why days do not count now, and the provision that says so."""
    if case.state in ("decided", "closed"):
        return "decided", rules.review.provision
    running = [stop for stop, state in case.stops.items() if state == "running"]
    for record in reversed(records):
        if record.kind == "clock-stopped" and record.facts["stop"] in running:
            return str(record.facts["ground"]), str(record.facts["provision"])
    if any(rfi.state == "open" for rfi in case.rfis.values()):
        return "rfi", rules.rfi_stops
    return "", None


def _differs(old: Interval, new: Interval) -> bool:
    return (old.court, old.counts, old.ground) != (new.court, new.counts, new.ground)


def _closed(found: list[Interval], on: date) -> list[Interval]:
    """The intervals with the last one ended on ``on``; one that began the same day held no midnight and vanishes."""
    if not found or found[-1].start == on:
        return found[:-1]
    last = found[-1]
    return [*found[:-1], Interval(last.start, on, last.court, last.counts, last.ground, last.provision, last.record)]


def _stop(interval: Interval, today: date) -> tuple[date, date]:
    """The days that do not count, half-open: an act's own day still belongs to what held at its midnight."""
    return interval.start + ONE_DAY, max(interval.end or today, interval.start) + ONE_DAY


def _count(intervals: Iterable[Interval], calendar: Calendar, start: date, today: date, rfi_stops: bool) -> Days:
    low = high = 0
    for interval in intervals:
        if interval.ground not in ("", "rfi") or (interval.ground == "rfi" and rfi_stops):
            continue
        for day in _days(max(interval.start, start), min(interval.end or today, today)):
            known = calendar.is_workday(day)
            low, high = low + (known is True), high + (known is not False)
    return Days(low, high)


def _days(after: date, until: date) -> Iterator[date]:
    for number in range(1, (until - after).days + 1):
        yield after + timedelta(days=number)


def _since(intervals: Sequence[Interval]) -> date:
    """When the present court got the case: neighbouring intervals of one court are one stay."""
    since = intervals[-1].start
    for interval in reversed(intervals):
        if interval.court != intervals[-1].court:
            break
        since = interval.start
    return since


def _overdue(case: Case, today: date, earliest: date, latest: date) -> bool | None:
    """Past due for certain, not past due for certain, or not known. No silence grants or refuses anything."""
    if case.unlimited or case.state not in ("accepted", "in_review") or today <= earliest:
        return False
    return True if today > latest else None
