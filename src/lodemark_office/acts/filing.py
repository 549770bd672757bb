"""Filing: submit, return for completion, withdraw. The list of what is missing is one list, made here for every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from lodemark import Reason, Refusal, application
from lodemark.application import Application, Contest, Deficiency, Filing, Return, Submit, Withdraw, checks
from lodemark.application.decide import FilingFacts, decide
from lodemark.ledger import canonical, digest
from lodemark.rules import Assessment, CheckResult, assess
from lodemark_office.acts.office import Office, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer

CONTENT_MEDIA = "application/vnd.lodemark.application+json"


@dataclass(frozen=True, slots=True)
class Review:
    """An application put to the regime on a day: what the rules say, every check, and everything to cure."""

    app: Application
    assessment: Assessment
    checks: tuple[CheckResult, ...]
    deficiencies: tuple[Deficiency, ...]


def review(office: Office, app: Application, on: date, as_seen_by: str = "authority") -> Review:
    """What the counter shows while typing and the desk after filing: the same engine, for another audience."""
    gathered = office.screener.facts(app, office.book, on) if as_seen_by == "authority" else None
    found = assess(office.book, application.facts(app, office.book, on), on=on, gathered=gathered, as_seen_by=as_seen_by)
    results = checks.run(app, office.book, on)
    return Review(app, found, results, application.defects(app, found, results))


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
        facts = FilingFacts(
            deficiencies=found.deficiencies,
            before=content(office, filing) if filing.versions else None,
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
    return office.act(sent, scope, _Said("submit", said), decided)


def send_back(office: Office, sent: Sent, dossier: str, items: tuple[Deficiency, ...] | None = None) -> Answer:
    """Return for completion: by default with everything the engine finds, told once."""
    on = office.day(sent.at)

    def decided():  # type: ignore[no-untyped-def]
        filing = office.store.states(dossier)
        found = review(office, application.read(content(office, filing)), on)
        provisions = frozenset(office.book.provisions)
        facts = FilingFacts(deficiencies=found.deficiencies, before=content(office, filing), provisions=provisions)
        command = Return(on, sent.actor, found.deficiencies if items is None else items)
        shown = FilingFacts(deficiencies=found.deficiencies)
        return drafted(dossier, decide(filing, command, facts, office.filing_rules(on))), {"filing": shown}

    return office.act(sent, dossier, _Said("return", {"items": items}), decided, refused_to=dossier)


def withdraw(office: Office, sent: Sent, dossier: str, reason: str) -> Answer:
    """Take an application back before its decision."""
    on = office.day(sent.at)
    command = Withdraw(on, sent.actor, reason)

    def decided():  # type: ignore[no-untyped-def]
        outcome = decide(office.store.states(dossier), command, FilingFacts(), office.filing_rules(on))
        return drafted(dossier, outcome), {}

    return office.act(sent, dossier, command, decided)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the sender said, by digest where it is large: two messages under one key are compared by this."""

    act: str
    said: Mapping[str, object]
