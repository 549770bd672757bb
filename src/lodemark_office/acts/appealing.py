"""Appeals: a dossier of their own, heard by a third person, with the recorded file run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from lodemark import Refusal, case
from lodemark.case import appeal
from lodemark.case.acts import recorded_acts
from lodemark.case.appeal import commands as ask
from lodemark.case.appeal.model import Appeal, AppealFacts, FirstDecision
from lodemark.case.facts import Session
from lodemark.case.model import Case, Point
from lodemark.case.replay import ReplayReport, replay
from lodemark.ledger import Record
from lodemark.licence.commands import Proceeding
from lodemark_office.acts import casework, ending
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer
from lodemark_office.acts.write import Decided

UNDONE = ("annulled",)
"""Conclusions that set the end of a licence aside; a remitted one is decided again by the office."""


def lodge(office: Office, sent: Sent, case_id: str, grounds: tuple[Point, ...]) -> Answer:
    """申请复议 against the served decision of a case, or the signed end of a licence; the result names the appeal."""
    if _is_ending(case_id):
        decision = case_id
    else:
        state: Case = office.store.states(case_id)
        decision = state.decision.id if state.decision else ""
    command = ask.Lodge(on=office.day(sent.at), by=sent.actor, appeal="", case=case_id, decision=decision, grounds=grounds)

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        dossier = new_dossier(office.store, "appeal", command.on.year)
        facts = gather(office, case_id)
        outcome = appeal.decide(None, replace(command, appeal=dossier), facts, office.case_rules(command.on))
        return drafted(dossier, outcome, appeal=dossier), {"appeal": facts}

    return office.act(sent, case_id, command, decided)


def act(office: Office, sent: Sent, dossier: str, command: ask.Command, factor_at: datetime | None = None) -> Answer:
    """Any later act of an appeal."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        state: Appeal = office.store.states(dossier)
        facts = replace(gather(office, state.case), session=Session(sent.actor.person, factor_at))
        records = appeal.decide(state, command, facts, office.case_rules(command.on))
        if isinstance(records, Refusal) or not isinstance(command, ask.CountersignConclusion) or not _is_ending(state.case):
            return drafted(dossier, records), {"appeal": facts}
        return _given_back(office, sent, dossier, state, records), {"appeal": facts}

    return office.act(sent, dossier, command, decided, refused_to=dossier)


def _given_back(office: Office, sent: Sent, dossier: str, before: Appeal, records: tuple[Record, ...]) -> Outcome:
    """An end of a licence that was annulled gives back what it let lapse, with the signature that annuls it."""
    after = appeal.fold(records, before)
    if after.outcome not in UNDONE or before.proposed is None:
        return drafted(dossier, records)
    heard = Proceeding(dossier, before.proposed.proposer, (sent.actor.person,), notice_over=True)
    concerned, restored = ending.restore(office, sent, before.case, dossier, heard)
    return restored if isinstance(restored, Refusal) else Decided([(dossier, records), (concerned, restored)])


def _is_ending(concerned: str) -> bool:
    return concerned.startswith("proceeding/")


def rerun(office: Office, sent: Sent, dossier: str) -> Answer:
    """Run the recorded file again and put the report on the appeal's file."""
    report = rerun_case(office, office.store.states(dossier).case)
    command = ask.RecordReplay(on=office.day(sent.at), by=sent.actor, report=report.digest, same=report.same)
    return act(office, sent, dossier, command)


def rerun_case(office: Office, case_id: str) -> ReplayReport:
    """Decide every act of a case, or of a proceeding, again from its recorded command and facts."""
    if _is_ending(case_id):
        return ending.rerun(office, case_id)
    entries = list(office.store.entries(case_id))
    return replay(recorded_acts(entries, lambda name: gathered(office, name), office.case_rules))


def gathered(office: Office, name: str) -> Mapping[str, Any]:
    """The facts an act rested on, from the document of its digest."""
    found: Mapping[str, Any] = orjson.loads(office.store.document(name))["facts"]
    return found


def gather(office: Office, case_id: str) -> AppealFacts:
    """The decision under appeal: when it was served, whose hands were on it, which remedy it named."""
    if _is_ending(case_id):
        return AppealFacts(first=ending.decided_against(office, case_id), conflicts=())
    state: Case = office.store.states(case_id)
    decision = state.decision
    if decision is None or decision.served_on is None:
        return AppealFacts(conflicts=())
    file = casework.open_file(office, case_id, datetime.fromisoformat(f"{decision.served_on}T00:00:00+00:00"))
    parties = tuple(dict.fromkeys(party.id for role in ("exporter", "end_user") for party in file.app.parties.of(role)))
    remedies = office.case_rules(decision.served_on).remedies.get(case.overall(decision.outcomes), ())
    first = FirstDecision(
        case=case_id,
        decision=decision.id,
        served_on=decision.served_on,
        remedy_named=bool(remedies) or case.overall(decision.outcomes) == "partly_granted",
        parties=parties,
        outcomes=decision.outcomes,
        hands=state.hats,
    )
    return AppealFacts(first=first, conflicts=())
