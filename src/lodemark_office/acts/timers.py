"""Timers: they remind, warn, pause, resume, give back, lapse and close, as the rules say; each act is a command like any other.

An act is keyed by its day and by what it says, so a timer that runs ten times a day does everything once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from lodemark.case import Case
from lodemark.case import commands as cases
from lodemark.case.machine import kebab
from lodemark.case.timers import CLOCK, due_commands, due_in_appeal
from lodemark.finding import Finding
from lodemark.finding.commands import ExpireWindow
from lodemark.ledger import Actor, digest
from lodemark.licence import Close, DropSuspension, Licence, Void, legal_day
from lodemark.licence.agreement import (
    Agreement,
    CommitSeed,
    Pause,
    Remind,
    Resume,
    Warn,
    commitment,
    missed,
    period_on,
    state_of,
)
from lodemark.licence.agreement.model import DUTIES
from lodemark.licence.commands import Command
from lodemark_office.acts import agreements, appealing, casework, filing, findings, licensing
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.store import Answer

REMIND_DAYS = 7
RULE = "house/agreement"


def tick(office: Office, at: datetime) -> list[Answer]:
    """Everything that is due at this instant; running it again the same day changes nothing."""
    day = office.day(at)
    answers = []
    for dossier in office.store.dossiers("agreement"):
        state: Agreement = office.store.states(dossier)
        for name, command in _agreement(office, dossier, state, day, at):
            sent = Sent(f"timer:{day}:{dossier}:{name}", command.by, at)
            answers.append(agreements.act(office, sent, dossier, command))
        state = office.store.states(dossier)
        for name, command in _pausing(state, day, at):
            sent = Sent(f"timer:{day}:{dossier}:{name}", command.by, at)
            answers.append(agreements.act(office, sent, dossier, command))
    for dossier in office.store.dossiers("licence"):
        for name, command in _licence(office.store.states(dossier), at):
            sent = Sent(f"timer:{day}:{dossier}:{name}", command.by, at)
            answers.append(licensing.act(office, sent, dossier, command))
    return [*answers, *_silences(office, day, at), *_files(office, day, at)]


def _silences(office: Office, day: date, at: datetime) -> Iterator[Answer]:
    """Applications that nobody answered in time count as accepted (Licensing Law 32(4))."""
    rules = office.case_rules(day)
    for dossier in office.store.dossiers("application"):
        state = office.store.states(dossier)
        last = rules.deadline(state.versions[-1].on, rules.silence) if state.status == "submitted" else None
        if last is not None and day > last and not filing.case_of(office, dossier):
            yield casework.accept(office, Sent(f"timer:{dossier}:{len(state.versions)}", CLOCK, at), dossier, cases.DeemAccept)


def _files(office: Office, day: date, at: datetime) -> Iterator[Answer]:
    """What fell due in cases, appeals and findings."""
    for dossier in office.store.dossiers("case"):
        for due in (*due_commands(office.store.states(dossier), day, office.case_rules(day)), *_closing(office, dossier, day)):
            yield casework.act(office, _by_clock(dossier, due, day, at), dossier, due)
    for dossier in office.store.dossiers("appeal"):
        for due in due_in_appeal(office.store.states(dossier), day):
            yield appealing.act(office, _by_clock(dossier, due, day, at), dossier, due)
    for dossier in office.store.dossiers("finding"):
        asked: Finding = office.store.states(dossier)
        if asked.state == "asked" and asked.answer_due is not None and day > asked.answer_due:
            due = ExpireWindow(on=day, by=CLOCK)
            yield findings.act(office, _by_clock(dossier, due, day, at), dossier, due)


def _by_clock(dossier: str, due: cases.Command, day: date, at: datetime) -> Sent:
    # Named by what it says: a second request for information must not meet the answer that the first one's reminder got.
    return Sent(f"timer:{day}:{dossier}:{kebab(type(due))}:{digest(due)[:16]}", due.by, at)


def _closing(office: Office, dossier: str, day: date) -> Iterator[cases.Command]:
    """A served decision is closed once nobody can change it any more; before that, asking would only fill the file."""
    state: Case = office.store.states(dossier)
    if state.state != "decided" or state.decision is None or state.decision.served_on is None:
        return
    appeals = casework.appeals_of(office, state)
    rules = office.case_rules(day)
    last = rules.deadline(state.decision.served_on, rules.appeal_lodge)
    remitted = any(one.outcome == "annulled_and_remitted" for one in appeals)
    ended = all(one.ended for one in appeals) and not remitted if appeals else last is not None and day > last
    if ended:
        yield cases.Close(on=day, by=CLOCK)


def _agreement(office: Office, dossier: str, state: Agreement, day: date, at: datetime) -> Iterator[tuple[str, Command]]:
    if state.state not in ("active", "paused"):
        return
    who = {"on": day, "by": Actor.system("duties", RULE), "at": at}
    period = period_on(state.terms, day)
    if period is not None and period.no not in state.commitments:
        yield (
            f"seed:{period.no}",
            CommitSeed(**who, period=period.no, commitment=commitment(agreements.seed(office, dossier, period.no))),
        )
    for one in state.duties:
        stands = state_of(one, state.duty(one.code), day)
        where = {"code": one.code, "due_on": one.due_on, "subject": one.subject}
        name = f"{one.code}:{one.due_on}:{one.subject}"
        if stands == "upcoming" and one.reminded_on is None and one.due_on - day <= timedelta(days=REMIND_DAYS):
            yield f"remind:{name}", Remind(**who, **where)
        elif stands in ("due", "missed") and day > max((one.due_on, *one.warned_on)) and len(one.warned_on) < 2:
            yield f"warn:{name}", Warn(**who, **where)


def _pausing(state: Agreement, day: date, at: datetime) -> Iterator[tuple[str, Command]]:
    who = {"on": day, "by": Actor.system("duties", RULE), "at": at}
    late = [one for one in missed(state, day) if len(one.warned_on) >= 2 and one.reminded_on]
    if state.state == "active" and late:
        yield f"pause:{late[0].code}", Pause(**who, duty=late[0].code)
    if state.state == "paused" and state.pause in DUTIES and not missed(state, day):
        yield "resume", Resume(**who)


def _licence(state: Licence, at: datetime) -> Iterator[tuple[str, Command]]:
    if state.ending is not None:
        return
    day = legal_day(at, state.terms.zone)
    who = {"on": day, "by": Actor.system("licences", "cn/all-2019/70"), "at": at}
    hold = state.hold("suspended")
    if hold is not None and hold.confirmed_by is None and hold.confirm_by is not None and day > hold.confirm_by:
        yield "drop", DropSuspension(**who)
    for draw in state.open_drawdowns():
        if at >= draw.hold_until:
            yield f"void:{draw.id}", Void(**who, drawdown=draw.id, reason="hold-over")
    if day >= state.terms.valid_until:
        yield "close", Close(**who, ground="expired")
