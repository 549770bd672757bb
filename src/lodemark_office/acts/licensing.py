"""Licences in use: reserve, post, void, reverse, and the acts that hold or end a licence.

All law is in ``licence.decide``. Goods that left although the booking is refused are recorded as a fact and answered as
refused: facts are never refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lodemark import Refusal, licence
from lodemark.case.model import Case
from lodemark.licence import Licence
from lodemark.licence import commands as ask
from lodemark.licence.holds import Amended
from lodemark.rules import due
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.store import Answer
from lodemark_office.acts.write import Decided

SUSPENSION_CONFIRM = ("house/suspension-confirmation", "confirm_workdays")


def act(office: Office, sent: Sent, dossier: str, command: ask.Command, facts: ask.Facts | None = None) -> Answer:
    """Any act on one licence; drawdowns, holds and endings alike. A refused attempt is part of the licence's file."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        state: Licence = office.store.states(dossier)
        known = facts or gather(office, command)
        outcome = licence.decide(state, command, known, office.licence_rules(command.on))
        if isinstance(outcome, Amended):
            assert isinstance(command, ask.Amend)
            return Decided([(dossier, outcome.closing), (command.grant.id, outcome.granting)]), {"licence": known}
        if isinstance(outcome, Refusal) and isinstance(command, ask.Post):
            return _left_all_the_same(office, state, dossier, command, known, outcome), {"licence": known}
        return drafted(dossier, outcome), {"licence": known}

    return office.act(sent, dossier, command, decided, refused_to=dossier)


def _left_all_the_same(
    office: Office, state: Licence, dossier: str, command: ask.Post, known: ask.Facts, refusal: Refusal
) -> Outcome:
    draw = state.drawdowns.get(command.drawdown)
    note = ask.NoteRelease(
        on=command.on,
        by=command.by,
        at=command.at,
        post=command,
        shipment=draw.shipment if draw else command.presented,
        line=draw.line if draw else 1,
    )
    noted = licence.decide(state, note, known, office.licence_rules(command.on))
    if isinstance(noted, Refusal | Amended):
        return refusal
    return Decided([(dossier, noted)], reasons=refusal.reasons)


def gather(office: Office, command: ask.Command) -> ask.Facts:
    """What a drawdown or act may look at beyond the licence itself."""
    found = ask.Facts()
    if isinstance(command, ask.Suspend):
        provision, name = SUSPENSION_CONFIRM
        days = office.book.value(provision, name, command.on)
        last = due(command.on, int(str(days.value)), "workday", (), office.calendar)
        found = replace(found, confirm_by=last.date)
    return found


def proceeding_of(state: Case, notice_over: bool, hearing_offered: bool = False) -> ask.Proceeding:
    """What went before an adverse act, from its case."""
    assert state.decision is not None
    return ask.Proceeding(state.id, state.decision.proposer, state.decision.signers, notice_over, hearing_offered)
