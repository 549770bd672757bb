"""The ends of a licence: the proceeding before the act, and the act itself in the transaction of the last signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from lodemark import Refusal, licence
from lodemark.case.appeal.model import FirstDecision
from lodemark.case.read import read
from lodemark.case.replay import Difference, ReplayReport
from lodemark.ledger import Actor
from lodemark.licence import Licence, proceeding
from lodemark.licence import commands as ask
from lodemark.licence.holds import Amended
from lodemark.licence.proceeding import EndingFacts, EndingFile
from lodemark.rules import due
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.state import ATTEMPT
from lodemark_office.acts.store import Answer
from lodemark_office.acts.write import Decided

COMMANDS: Mapping[str, type[proceeding.Command]] = {
    kind.__name__: kind
    for kind in (
        proceeding.Open,
        proceeding.Answer,
        proceeding.Waive,
        proceeding.Propose,
        proceeding.Sign,
        proceeding.SendBack,
        proceeding.Drop,
    )
}
OFFICE = ("officer", "countersigner")
FORMALITY = "cn/all-2019/70"
"""Closing is done by the office as such once two persons found its ground true."""


def begin(office: Office, sent: Sent, command: proceeding.Open) -> Answer:
    """Open a proceeding about a licence; the result names it. An adverse act is told to the holder first."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        dossier = new_dossier(office.store, "proceeding", command.on.year)
        facts = _gather(office, sent, command.licence)
        outcome = proceeding.decide(None, replace(command, proceeding=dossier), facts, office.licence_rules(command.on))
        return drafted(dossier, outcome, proceeding=dossier), {"ending": facts}

    return office.act(sent, command.licence, command, decided, refused_to=command.licence)


def act(office: Office, sent: Sent, dossier: str, command: proceeding.Command, factor_at: datetime | None = None) -> Answer:
    """Any later act of a proceeding; a signature carries the ending out in the same transaction."""
    concerned: str = office.store.states(dossier).licence

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        state: EndingFile = office.store.states(dossier)
        rules = office.licence_rules(command.on)
        facts = replace(_gather(office, sent, state.licence, dossier), factor_at=factor_at)
        records = proceeding.decide(state, command, facts, rules)
        if isinstance(records, Refusal) or not isinstance(command, proceeding.Sign):
            return drafted(dossier, records), {"ending": facts}
        known: Licence = office.store.states(state.licence)
        ended = licence.decide(known, _ending(proceeding.fold(records, state), sent, office), ask.Facts(), rules)
        if isinstance(ended, Refusal):
            return ended, {"ending": facts}
        assert not isinstance(ended, Amended)
        return Decided([(dossier, records), (state.licence, ended)]), {"ending": facts}

    return office.act(sent, dossier, command, decided, lock=(concerned,), refused_to=dossier)


def _ending(state: EndingFile, sent: Sent, office: Office) -> ask.Command:
    who: dict[str, Any] = {"on": office.day(sent.at), "by": sent.actor, "at": sent.at, "ground": state.ground}
    before = ask.Proceeding(state.id, state.proposer, (state.signer,), state.adverse, state.terms.hearing_offered)
    match state.act:
        case "withdraw":
            return ask.Withdraw(**who, proceeding=before, compensation=state.terms.compensation)
        case "annul":
            return ask.Annul(**who, proceeding=before, gravely_harms_public=state.terms.gravely_harms_public)
        case "revoke":
            return ask.Revoke(**who, proceeding=before, penalty_decision=state.terms.penalty_decision)
        case "close":
            return ask.Close(**{**who, "by": Actor.system("endings", FORMALITY)})


def _gather(office: Office, sent: Sent, concerned: str, own: str = "") -> EndingFacts:
    state: Licence = office.store.states(concerned)
    on, rules = office.day(sent.at), office.case_rules(office.day(sent.at))
    return EndingFacts(
        holder=state.terms.holder,
        ended=state.ending is not None,
        open_proceeding=next((one for one in _of(office, concerned) if one != own), ""),
        earliest=due(on, rules.notice.length, rules.notice.unit, (), office.calendar).latest,
        fresh_minutes=rules.fresh_minutes,
    )


def _of(office: Office, concerned: str) -> list[str]:
    """The proceedings about a licence that go on."""
    return [dossier for dossier in office.store.about("proceeding", concerned) if not office.store.states(dossier).ended]


def decided_against(office: Office, dossier: str) -> FirstDecision | None:
    """A signed ending as the decision an appeal is lodged against; ``None`` before its signature."""
    state: EndingFile = office.store.states(dossier)
    if state.signed_on is None:
        return None
    # Everybody of the office who had a hand in it, also in a proposal that was sent back and made again by somebody else.
    acted = (entry.stamp.actor for entry in office.store.entries(dossier) if entry.record.kind != ATTEMPT)
    hands = {by.person: (by.role,) for by in acted if by.role in OFFICE}
    # The record of the signature names no remedy with its time, so the longer limit runs (Reconsideration Law 20).
    return FirstDecision(dossier, dossier, state.signed_on, False, (state.holder,), (), hands)


def restore(office: Office, sent: Sent, dossier: str, appeal: str, concluded: ask.Proceeding) -> tuple[str, Any]:
    """An appeal set the ending aside: (licence, records that give back what lapsed, or a refusal)."""
    state: EndingFile = office.store.states(dossier)
    command = ask.Restore(on=office.day(sent.at), by=sent.actor, at=sent.at, appeal=appeal, proceeding=concluded)
    known: Licence = office.store.states(state.licence)
    return state.licence, licence.decide(known, command, ask.Facts(), office.licence_rules(command.on))


def rerun(office: Office, dossier: str) -> ReplayReport:
    """Decide every act of a proceeding again from its recorded command and facts."""
    entries = [entry for entry in office.store.entries(dossier) if entry.record.kind != ATTEMPT]
    found: list[Difference] = []
    so_far: EndingFile | None = None
    for number, entry in enumerate(entries, start=1):
        kept = orjson.loads(office.store.document(entry.stamp.basis.facts))
        command: proceeding.Command = read(COMMANDS[kept["act"]], kept["command"])
        if isinstance(command, proceeding.Open):
            command = replace(command, proceeding=dossier)
        facts = read(EndingFacts, kept["facts"]["ending"])
        again = proceeding.decide(so_far, command, facts, office.licence_rules(command.on))
        if isinstance(again, Refusal):
            found.append(Difference(number, kept["act"].lower(), again.codes, ()))
        elif [(one.kind, one.on, one.facts) for one in again] != [(entry.record.kind, entry.record.on, entry.record.facts)]:
            found.append(Difference(number, kept["act"].lower(), (), (entry.record.kind,)))
        so_far = proceeding.fold([entry.record], so_far)
    return ReplayReport(len(entries), tuple(found))
