"""Timers: once a day they remind, warn, pause, resume and close, as the rules say; each act is a command like any other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from lodemark.case.machine import kebab
from lodemark.case.timers import due_commands
from lodemark.ledger import Actor
from lodemark.licence import Close, DropSuspension, Licence, legal_day
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
from lodemark_office.acts import agreements, casework, licensing
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
    for dossier in office.store.dossiers("case"):
        for number, due in enumerate(due_commands(office.store.states(dossier), day, office.case_rules(day))):
            sent = Sent(f"timer:{day}:{dossier}:{number}:{kebab(type(due))}", due.by, at)
            answers.append(casework.act(office, sent, dossier, due))
    return answers


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
    if day >= state.terms.valid_until:
        yield "close", Close(**who, ground="expired")
