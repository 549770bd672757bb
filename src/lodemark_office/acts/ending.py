"""The ends of a licence: the proceeding before the act, and the act itself in the transaction of the last signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from lodemark import Refusal, licence
from lodemark.ledger import Actor
from lodemark.licence import Licence, proceeding
from lodemark.licence import commands as ask
from lodemark.licence.holds import Amended
from lodemark.licence.proceeding import EndingFacts, EndingFile
from lodemark.rules import due
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer
from lodemark_office.acts.write import Decided

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
    found = ((dossier, office.store.states(dossier)) for dossier in office.store.dossiers("proceeding"))
    return [dossier for dossier, state in found if state.licence == concerned and not state.ended]
