"""Duties over time: which instances a schedule makes, and in what state each is on a day. Derived, never set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from lodemark.licence.agreement.model import Agreement, AgreementTerms, Duty, DutyInstance, DutyState

MONTHS: Final = {"monthly": 1, "quarterly": 3, "yearly": 12}


def scheduled(terms: AgreementTerms) -> tuple[DutyInstance, ...]:
    """Every calendar instance over the agreement's periods, due ``days`` after each calendar stretch ends."""
    begins, ends = min(p.begins for p in terms.periods), max(p.ends for p in terms.periods)
    found = [
        DutyInstance(duty.code, stretch_end + timedelta(days=duty.days))
        for duty in terms.duties
        if duty.schedule != "on-event"
        for stretch_end in _stretch_ends(begins, ends, MONTHS[duty.schedule])
    ]
    return tuple(sorted(found, key=lambda instance: (instance.due_on, instance.code)))


def _stretch_ends(begins: date, ends: date, months: int) -> Iterator[date]:
    # Counted from the first day, not by adding to the last end: 31 January must not become the 28th for ever.
    for count in range(months, 12 * 100, months):
        year, month = divmod(begins.month - 1 + count, 12)
        first = date(begins.year + year, month + 1, 1)
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        end = min(first + timedelta(days=begins.day - 1), last)
        if end > ends:
            return
        yield end


def state_of(instance: DutyInstance, duty: Duty, on: date) -> DutyState:
    """``upcoming`` before the due day, ``due`` on it and through the grace, then ``missed``; evidence changes it."""
    last = instance.due_on + timedelta(days=duty.grace_days)
    if instance.excused_by:
        return "excused"
    if instance.evidence_on is not None:
        return "met" if instance.evidence_on <= instance.due_on else "met_late" if instance.evidence_on <= last else "cured"
    return "upcoming" if on < instance.due_on else "due" if on <= last else "missed"


def missed(agreement: Agreement, on: date, effect: str = "pause") -> tuple[DutyInstance, ...]:
    """Instances missed past grace whose duty has this effect."""
    return tuple(
        instance
        for instance in agreement.duties
        if (duty := agreement.duty(instance.code)).effect == effect and state_of(instance, duty, on) == "missed"
    )


def find(agreement: Agreement, code: str, due_on: date, subject: str) -> DutyInstance | None:
    """The instance of a duty that was due on a day."""
    wanted = (code, due_on, subject)
    return next((i for i in agreement.duties if (i.code, i.due_on, i.subject) == wanted), None)


def next_due(agreement: Agreement, on: date) -> tuple[tuple[DutyInstance, DutyState], ...]:
    """What the holder owes, soonest first: missed, due and upcoming; and so what would restore the agreement."""
    open_states = ("missed", "due", "upcoming")
    found = [(i, state_of(i, agreement.duty(i.code), on)) for i in agreement.duties]
    return tuple(pair for pair in sorted(found, key=lambda pair: pair[0].due_on) if pair[1] in open_states)
