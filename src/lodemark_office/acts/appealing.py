"""Appeals: a dossier of their own, heard by a third person, with the recorded file run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from lodemark import case
from lodemark.case import appeal
from lodemark.case.appeal import commands as ask
from lodemark.case.appeal.model import Appeal, AppealFacts, FirstDecision
from lodemark.case.facts import Session
from lodemark.case.model import Case, Point
from lodemark.case.replay import Act, ReplayReport, load_command, load_facts, replay
from lodemark.ledger import Record
from lodemark_office.acts import casework
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer


def lodge(office: Office, sent: Sent, case_id: str, grounds: tuple[Point, ...]) -> Answer:
    """申请复议 against the served decision of a case; the result names the appeal."""
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
        return drafted(dossier, appeal.decide(state, command, facts, office.case_rules(command.on))), {"appeal": facts}

    return office.act(sent, dossier, command, decided, refused_to=dossier)


def rerun(office: Office, sent: Sent, dossier: str) -> Answer:
    """Run the recorded file again and put the report on the appeal's file."""
    report = rerun_case(office, office.store.states(dossier).case)
    command = ask.RecordReplay(on=office.day(sent.at), by=sent.actor, report=report.digest, same=report.same)
    return act(office, sent, dossier, command)


def rerun_case(office: Office, case_id: str) -> ReplayReport:
    """Decide every act of a case again from its recorded command and facts."""
    return replay(recorded_acts(office, case_id))


def recorded_acts(office: Office, case_id: str) -> list[Act]:
    """The acts of a case as recorded: each document of command and facts with the records it led to.

    Acts whose facts were not kept (a refused attempt) changed nothing and are left out.
    """
    grouped: dict[str, list[Record]] = {}
    for entry in office.store.entries(case_id):
        if entry.stamp.basis.facts:
            grouped.setdefault(entry.stamp.basis.facts, []).append(entry.record)
    acts: list[Act] = []
    for name, records in grouped.items():
        seen = orjson.loads(office.store.document(name))
        for command, group in _parts(seen["command"], seen["act"], records):
            sent = load_command(command)
            acts.append(Act(sent, load_facts(seen["facts"]["case"]), office.case_rules(sent.on), tuple(group)))
    return acts


def _parts(command: Mapping[str, Any], name: str, records: list[Record]) -> list[tuple[Mapping[str, Any], list[Record]]]:
    """The last signature also serves the decision: two acts of one message, told apart by their records."""
    kebab = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
    own = [record for record in records if record.kind != "decision-served"]
    served = [record for record in records if record.kind == "decision-served"]
    parts = [({**command, "act": kebab, **_named(own)}, own)]
    for record in served:
        facts = {key: record.facts[key] for key in ("by", "decision", "licences")}
        parts.append(({**facts, "act": "serve", "on": record.on.isoformat()}, [record]))
    return parts


def _named(records: list[Record]) -> Mapping[str, object]:
    # The office names a new case itself, so the name stands in the record and not in the message.
    return {"case": records[0].facts["case"]} if records and records[0].kind == "case-accepted" else {}


def gather(office: Office, case_id: str) -> AppealFacts:
    """The decision under appeal: when it was served, whose hands were on it, which remedy it named."""
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
