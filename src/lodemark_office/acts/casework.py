"""Casework: from acceptance to the served decision. Every guard runs in ``case.decide``; here facts are gathered.

With the last signature the decision is served and its licences are minted, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from lodemark import Refusal, application, case
from lodemark.application import Application, Filing
from lodemark.case import commands as ask
from lodemark.case.facts import AppealView, ApplicationView, CaseFacts, Check, Document, Session, VersionChange
from lodemark.case.model import Case
from lodemark.ledger import Actor
from lodemark.rules import Cell
from lodemark_office.acts import consulting, documents, filing
from lodemark_office.acts.mint import mint
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer
from lodemark_office.acts.write import Decided

PERMITTED: Mapping[str, str] = {
    "licence_required": "met",
    "case_by_case": "met",
    "not_controlled": "met",
    "exempt": "met",
    "out_of_scope": "met",
    "refuse_in_principle": "not_met",
    "not_known": "not_known",
}
"""What an outcome of the regime means for a grant: a refusal in principle needs a ground to go beyond it."""


@dataclass(frozen=True, slots=True)
class File:
    """What belongs to one case: the case, its application, and that application put to the regime today."""

    case: Case
    filing: Filing
    app: Application
    review: filing.Review


def open_file(office: Office, dossier: str, at: datetime, application_id: str | None = None) -> File:
    """Read a case file; before acceptance ``application_id`` names the application."""
    state = Case() if application_id else office.store.states(dossier)
    filed = office.store.states(application_id or state.application)
    # After an answer to a request the case reads a version of its own; before acceptance there is only what was filed.
    kept = office.store.document(state.content_digest) if state.content_digest else None
    app = application.read(orjson.loads(kept) if kept else filing.content(office, filed))
    return File(state, filed, app, filing.review_opened(office, app, office.day(at)))


def line_of(cell: Cell) -> str:
    """The name of a line in a case: goods line and end user."""
    return cell.key


def accept(office: Office, sent: Sent, application_id: str, kind: type[ask.Accept | ask.DeemAccept] = ask.Accept) -> Answer:
    """受理: open the case of a submitted application, by an officer or by silence; the result names the case."""
    command = kind(on=office.day(sent.at), by=sent.actor, case="")

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        dossier = new_dossier(office.store, "case", command.on.year)
        file = open_file(office, dossier, sent.at, application_id)
        facts = gather(office, file, sent, application_id)
        named = replace(command, case=dossier)
        return drafted(dossier, case.decide(None, named, facts, office.case_rules(command.on)), case=dossier), {"case": facts}

    return office.act(sent, application_id, command, decided)


def act(office: Office, sent: Sent, dossier: str, command: ask.Command, change: VersionChange | None = None) -> Answer:
    """Any act on an accepted case but the signature: the table of its machine decides. What it opens the office names."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        file = open_file(office, dossier, sent.at)
        facts = replace(gather(office, file, sent), change=change, audiences=consulting.audiences(command))
        asked = _named(file.case, command)
        return drafted(dossier, case.decide(file.case, asked, facts, office.case_rules(command.on))), {"case": facts}

    return office.act(sent, dossier, command, decided, refused_to=dossier)


_OPENED: Mapping[type, tuple[str, str, Callable[[Case], Sized]]] = {
    ask.Ask: ("rfi", "rfi-", lambda state: state.rfis),
    ask.Consult: ("consultation", "consultation-", lambda state: state.consultations),
    ask.GiveNotice: ("notice", "notice-", lambda state: state.notices),
    ask.Propose: ("decision", "", lambda state: state.decisions),
}
"""What opens something in a case: the field of its name, the word in it, what there is already."""


def _named(state: Case, command: ask.Command) -> ask.Command:
    """Numbered under the head lock, where it was left open: a repeat of the same message then says the same as the first."""
    if type(command) not in _OPENED:
        return command
    field, word, known = _OPENED[type(command)]
    given = {field: f"{state.id}/{word}{len(known(state)) + 1}"}
    return command if getattr(command, field) else replace(command, **given)


def countersign(office: Office, sent: Sent, dossier: str, command: ask.Countersign, factor_at: datetime | None) -> Answer:
    """复核: sign; with the last signature the decision is served and licences are minted."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        file = open_file(office, dossier, sent.at)
        facts = replace(gather(office, file, sent), session=Session(sent.actor.person, factor_at))
        signed = case.decide(file.case, command, facts, office.case_rules(command.on))
        if isinstance(signed, Refusal):
            return signed, {"case": facts}
        state = case.fold(signed, file.case)
        if state.decision is None or state.decision.state != "signed":
            return drafted(dossier, signed), {"case": facts}
        minted = mint(office, replace(file, case=state), sent)
        if isinstance(minted, Refusal):
            return minted, {"case": facts}
        serve = ask.Serve(
            on=command.on,
            by=Actor.system("serve", "cn/all-2019/44"),
            decision=command.decision,
            licences=tuple(licence.dossier for licence in minted),
        )
        served = case.decide(state, serve, facts, office.case_rules(command.on))
        assert not isinstance(served, Refusal), served
        drafts = [(dossier, (*signed, *served)), *((licence.dossier, licence.records) for licence in minted)]
        result = {"licences": [{"dossier": one.dossier, "number": one.number, "code": one.code} for one in minted]}
        return Decided(drafts, result), {"case": facts}

    return office.act(sent, dossier, command, decided, refused_to=dossier)


def gather(office: Office, file: File, sent: Sent, application_id: str | None = None) -> CaseFacts:
    """Everything a check of the case may look at, in one snapshot."""
    on = office.day(sent.at)
    review = file.review
    lines = tuple(line_of(cell) for cell in review.assessment.cells)
    view = ApplicationView(
        id=application_id or file.case.application,
        stage="accepted" if application_id and filing.case_of(office, application_id) else file.filing.status,
        version=len(file.filing.versions),
        content_digest=file.filing.versions[-1].content_digest,
        received_on=file.filing.versions[-1].on,
        lines=lines,
    )
    return CaseFacts(
        application=view,
        screening=office.screener.screen(file.app, on),
        documents=_documents(office, file, view.id),
        checks=tuple(checks_of(review)),
        lists=office.screener.lists(on),
        rulebook=office.book.digest,
        conflicts=(),
        askable=_askable(review),
        audiences={},
        appeals=appeals_of(office, file.case),
    )


def checks_of(review: filing.Review) -> list[Check]:
    """Every check as met, not met or not known: the regime's outcome per line, the papers, the plausibility."""
    found = []
    for cell in review.assessment.cells:
        fired = cell.fired[-1].provision if cell.fired else review.assessment.regime
        modality = "in_principle" if cell.outcome == "refuse_in_principle" else cell.modality
        found.append(Check("regime-outcome", line_of(cell), PERMITTED[cell.outcome], fired, modality))  # type: ignore[arg-type]
    for each in (*review.assessment.checks, *review.checks):
        lines = [line_of(cell) for cell in review.assessment.cells if cell.line == each.facts.get("line")] or [""]
        found += [Check(each.code, line, each.verdict, each.provision or each.code) for line in lines]
    return found


def _documents(office: Office, file: File, application_id: str) -> tuple[Document, ...]:
    """Every file the version names, with what is known of it today. A digest without a file waits for its scan like one with."""
    found = documents.named(office, file.app, documents.party_of(office, application_id), file.filing.unscanned)
    scans = {"accepted": "received", "missing": "received"}
    return tuple(
        Document(one.sha256, scans.get(one.state, one.state), one.state == "accepted")  # type: ignore[arg-type]
        for one in found
        if one.sha256
    )


def _askable(review: filing.Review) -> Mapping[str, tuple[str, ...]]:
    paths: dict[str, tuple[str, ...]] = {}
    for item in review.deficiencies:
        for rule in (item.rule_id, item.provision):
            paths[rule] = (*paths.get(rule, ()), item.path)
    return paths


def appeals_of(office: Office, state: Case) -> tuple[AppealView, ...]:
    """The appeals against a case, and whether each has ended."""
    found = []
    for dossier in office.store.about("appeal", state.id) if state.id else ():
        appeal = office.store.states(dossier)
        how = (appeal.proposed.another_officer, appeal.proposed.only_procedure) if appeal.proposed else (False, False)
        found.append(AppealView(dossier, appeal.ended, appeal.outcome, *how))
    return tuple(found)


def system(office: Office, at: datetime, job: str, provision: str, key: str) -> Sent:
    """A timer's message: it acts in the office's name under a named provision."""
    return Sent(key, Actor.system(job, provision), at)


def proposal_digest(state: Case) -> str:
    """What a countersigner is shown and signs."""
    assert state.decision is not None
    return state.decision.digest
