"""Licences in use: reserve, post, void, reverse, and the acts that hold or end a licence.

All law is in ``licence.decide``. Goods that left although the booking is refused are recorded as a fact and answered as
refused: facts are never refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from lodemark import Refusal, licence
from lodemark.licence import Licence
from lodemark.licence import commands as ask
from lodemark.licence.holds import Amended
from lodemark.licence.narrow import judged_alone, needs
from lodemark.rules import due
from lodemark_office.acts.office import Office, Outcome, Sent, act_document, drafted
from lodemark_office.acts.store import Answer, Drawn, Order
from lodemark_office.acts.write import Decided, attempt

SUSPENSION_CONFIRM = ("house/suspension-confirmation", "confirm_workdays")


def act(office: Office, sent: Sent, dossier: str, command: ask.Command, facts: ask.Facts | None = None) -> Answer:
    """Any act on one licence; drawdowns, holds and endings alike. A refused attempt is part of the licence's file."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        state = office.store.licence(dossier, needs(command))
        known = facts or gather(office, command)
        outcome = licence.decide(state, command, known, office.licence_rules(command.on))
        if isinstance(outcome, Amended):
            assert isinstance(command, ask.Amend)
            return Decided([(dossier, outcome.closing), (command.grant.id, outcome.granting)]), {"licence": known}
        if isinstance(outcome, Refusal) and isinstance(command, ask.Post):
            return _left_all_the_same(office, state, dossier, command, known, outcome), {"licence": known}
        return drafted(dossier, outcome), {"licence": known}

    wanted = needs(command)
    ahead = (wanted, partial(_reserve_ahead, office, command, facts)) if isinstance(command, ask.Reserve) and wanted else None
    return office.act(sent, dossier, command, decided, refused_to=dossier, ahead=ahead)


def _reserve_ahead(office: Office, command: ask.Reserve, facts: ask.Facts | None, order: Order, seen: Licence) -> Drawn | None:
    """A reservation that no other drawdown bears on, decided before the head is held: writers on one licence then wait
    for the writing alone."""
    if not judged_alone(seen.terms, command.line):
        return None
    known = facts or gather(office, command)
    outcome = licence.decide(seen, command, known, office.licence_rules(command.on))
    if isinstance(outcome, Refusal):
        return Drawn(attempt(order, outcome), reasons=outcome.reasons)
    assert isinstance(outcome, tuple), outcome
    return Drawn(outcome[0], office.book.digest, act_document(command, {"licence": known}))


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
