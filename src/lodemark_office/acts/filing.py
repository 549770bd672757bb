"""Filing: submit, return for completion, withdraw. The list of what is missing is one list, made here for every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

from lodemark import Reason, Refusal, application, case
from lodemark.application import AcceptUnscanned, Application, Contest, Deficiency, Filing, Return, Submit, Withdraw, checks
from lodemark.application import sealed as parts
from lodemark.application.decide import FilingFacts, decide
from lodemark.case import Case, CaseFacts
from lodemark.case import commands as cases
from lodemark.ledger import canonical, digest
from lodemark.rules import Assessment, CheckResult, assess
from lodemark_office.acts import documents, sealing
from lodemark_office.acts.office import Office, Said, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer
from lodemark_office.acts.write import Decided

OWNER = ("end_user", "authority")
"""Who is told what only a sealed answer brings up: never the supplier it went past."""
CONTENT_MEDIA = "application/vnd.lodemark.application+json"


@dataclass(frozen=True, slots=True)
class Review:
    """An application put to the regime on a day: what the rules say, every check, and everything to cure."""

    app: Application
    assessment: Assessment
    checks: tuple[CheckResult, ...]
    deficiencies: tuple[Deficiency, ...]


def review(office: Office, app: Application, on: date, as_seen_by: str = "authority") -> Review:
    """What the counter shows while typing and the desk after filing: the same engine, for another audience.

    Sealed answers are not looked into: what this list says may be told to whoever filed.
    """
    gathered = office.screener.facts(app, office.book, on) if as_seen_by == "authority" else None
    found = assess(office.book, application.facts(app, office.book, on), on=on, gathered=gathered, as_seen_by=as_seen_by)
    results = checks.run(app, office.book, on)
    return Review(app, found, results, application.defects(app, found, results))


def review_opened(office: Office, app: Application, on: date) -> Review:
    """The file as the authority decides it: with the sealed answers. What only they bring up is for their owner to cure."""
    closed = review(office, app, on)
    if not app.sealed:
        return closed
    facts = parts.open_with(application.facts(app, office.book, on), app, office.book, sealing.opened(office, app))
    found = assess(office.book, facts, on=on, gathered=office.screener.facts(app, office.book, on))
    told = {item.key: item for item in closed.deficiencies}
    items = (told.get(item.key, replace(item, audience=OWNER)) for item in application.defects(app, found, closed.checks))
    return Review(app, found, closed.checks, tuple(items))


def content(office: Office, filing: Filing, version: int | None = None) -> Mapping[str, Any]:
    """The frozen content of a version, the latest by default."""
    chosen = filing.versions[-1 if version is None else version - 1]
    read: Mapping[str, Any] = orjson.loads(office.store.document(chosen.content_digest))
    return read


def submit(
    office: Office,
    sent: Sent,
    app: Application,
    *,
    dossier: str | None = None,
    on_paper: bool = False,
    declaration_signed: bool = True,
    contested: tuple[Contest, ...] = (),
) -> Answer:
    """File a version: a new dossier, or the answer to a return. The result names the dossier."""
    on = office.day(sent.at)
    command = Submit(on, sent.actor, app, declaration_signed, contested, on_paper)
    scope = dossier or f"open/{sent.actor.person}"

    def decided():  # type: ignore[no-untyped-def]
        filing = office.store.states(dossier) if dossier else Filing()
        found = review(office, app, on)
        sealings = sealing.of_file(office, app, sent.actor.party)
        facts = FilingFacts(
            deficiencies=found.deficiencies,
            before=content(office, filing) if filing.versions else None,
            invited=sealings.invited,
            answered=sealings.answered,
            documents=documents.states_of(office, app, sent.actor.party),
            digests=documents.digests_of(app),
            rulebook_digest=office.book.digest,
            assessment_digest=digest({"regime": office.regime, "facts": found.assessment.facts_digest}),
        )
        name = dossier or new_dossier(office.store, "application", on.year)
        office.store.keep_document(canonical(app.content), CONTENT_MEDIA)
        outcome = decide(filing, command, facts, office.filing_rules(on))
        if strangers := [party.id for party in app.parties.of("exporter") if party.id != sent.actor.party]:
            # Whoever files answers for the truth of the file (Licensing Law 31); an agent files in the exporter's name.
            reason = Reason("filer-is-exporter", "cn/all-2019/31-truth", {"exporter": strangers, "filer": sent.actor.party})
            outcome = Refusal((reason, *(outcome.reasons if isinstance(outcome, Refusal) else ())))
        return drafted(name, outcome, application=name), {"filing": facts}

    said = {"content": digest(app.content), "on_paper": on_paper, "signed": declaration_signed, "contested": contested}
    return office.act(sent, scope, Said("submit", said), decided)


def send_back(office: Office, sent: Sent, dossier: str, items: tuple[Deficiency, ...] | None = None) -> Answer:
    """Return for completion: by default with everything the engine finds, told once."""
    on = office.day(sent.at)

    def decided():  # type: ignore[no-untyped-def]
        filing = office.store.states(dossier)
        found = review_opened(office, application.read(content(office, filing)), on)
        facts = FilingFacts(
            deficiencies=found.deficiencies,
            before=content(office, filing),
            provisions=frozenset(office.book.provisions),
            accepted=bool(case_of(office, dossier)),
        )
        command = Return(on, sent.actor, found.deficiencies if items is None else items)
        shown = FilingFacts(deficiencies=found.deficiencies)
        return drafted(dossier, decide(filing, command, facts, office.filing_rules(on))), {"filing": shown}

    return office.act(sent, dossier, Said("return", {"items": items}), decided, refused_to=dossier)


def withdraw(office: Office, sent: Sent, dossier: str, reason: str) -> Answer:
    """Take an application back before its decision, and with it the case that was opened on it."""
    on = office.day(sent.at)
    command = Withdraw(on, sent.actor, reason)
    opened = case_of(office, dossier)

    def decided():  # type: ignore[no-untyped-def]
        file: Case = office.store.states(opened) if opened else Case()
        facts = FilingFacts(accepted=bool(opened), decided=file.state in ("decided", "closed"))
        outcome = decide(office.store.states(dossier), command, facts, office.filing_rules(on))
        if isinstance(outcome, Refusal) or not opened:
            return drafted(dossier, outcome), {"filing": facts}
        ended = case.decide(file, cases.Withdraw(on=on, by=sent.actor), CaseFacts(), office.case_rules(on))
        if isinstance(ended, Refusal):
            return ended, {"filing": facts}
        return Decided([(dossier, outcome), (opened, ended)]), {"filing": facts, "case": CaseFacts()}

    return office.act(sent, dossier, command, decided, lock=(opened,) if opened else ())


def case_of(office: Office, dossier: str) -> str:
    """The case that was opened on an application; empty before its acceptance. There is never a second one."""
    return next(iter(office.store.about("case", dossier)), "")


def accept_unscanned(office: Office, sent: Sent, dossier: str, document: str, reason: str) -> Answer:
    """Take a document that no scanner has seen, as a person's act with a reason: a record."""
    command = AcceptUnscanned(office.day(sent.at), sent.actor, document, reason)

    def decided():  # type: ignore[no-untyped-def]
        state: Filing = office.store.states(dossier)
        app = application.read(content(office, state))
        scans = documents.states_of(office, app, documents.party_of(office, dossier))
        facts = FilingFacts(documents=scans, digests=documents.digests_of(app))
        return drafted(dossier, decide(state, command, facts, office.filing_rules(command.on))), {"filing": facts}

    return office.act(sent, dossier, command, decided, refused_to=dossier)
