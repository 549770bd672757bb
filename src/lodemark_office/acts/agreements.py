"""Agreements: quota for promises kept. A batch licence issues by rule when every check is met; otherwise it is referred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lodemark.application import Party as Named
from lodemark.licence import agreement
from lodemark.licence.agreement import Agreement, AskBatch, BatchFacts, Issued, Propose, Screening, period_on
from lodemark.licence.commands import Command
from lodemark.licence.number import check_digest, licence_number
from lodemark_office.acts import promises
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.papers import paper_code
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer
from lodemark_office.acts.write import Decided


def propose(office: Office, sent: Sent, command: Propose) -> Answer:
    """An officer puts terms to the parties; the result names the agreement."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        dossier = new_dossier(office.store, "agreement", command.on.year)
        named = replace(command, terms=replace(command.terms, id=dossier))
        outcome = agreement.decide(None, named, None, office.licence_rules(command.on))
        return drafted(dossier, outcome, agreement=dossier), {}

    return office.act(sent, f"open/{sent.actor.person}", command, decided)


def act(office: Office, sent: Sent, dossier: str, command: Command) -> Answer:
    """Sign, pause, resume, end, duties and periods."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        outcome = agreement.decide(office.store.states(dossier), command, None, office.licence_rules(command.on))
        return drafted(dossier, outcome), {}

    return office.act(sent, dossier, command, decided, refused_to=dossier)


def seed(office: Office, dossier: str, period: int) -> bytes:
    """The secret sampling seed of a period: derived from the office's own key, published when the period is over."""
    return office.store.secret(f"sampling/{dossier}/{period}")


def gather(office: Office, dossier: str, command: AskBatch, products: str | None) -> BatchFacts:
    """Standing, screening, findings and the product tree, as they are today."""
    state: Agreement = office.store.states(dossier)
    stands = promises.standing_of(office, state.terms.holder, command.on)
    parties = {*state.terms.parties, command.line.end_user, *command.line.ultimate_end_users}
    screenings = {}
    if office.screener.lists(command.on).current:
        names = office.store.party_names(sorted(parties))
        for party in parties:
            found = office.screener.one(Named(party, names=names.get(party, {})), command.on)
            if found.outcome != "UNKNOWN":
                screenings[party] = Screening(command.on, int(found.outcome != "CLEAR"))
    open_findings = [office.store.states(name) for name in office.store.dossiers("finding")]
    grades = tuple(one.grade for one in open_findings if one.party in parties and one.state != "closed")
    period = period_on(state.terms, command.on)
    return BatchFacts(
        tier=stands.tier,
        standing_on=stands.on,
        standing_digest=stands.digest,
        products=products or state.products,
        screenings=screenings,
        findings=grades,
        seed=seed(office, dossier, period.no) if period else None,
    )


def ask_batch(office: Office, sent: Sent, dossier: str, command: AskBatch, products: str | None = None) -> Answer:
    """A shipment-sized licence: issued (the result names it) or referred to an ordinary case with every check.

    Number, dossier and check code are made here; the sender's key draws the audit sample. ``products`` is the digest of
    the product tree as the holder states it now; without one, the tree on file is confirmed.
    """

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        serial = office.store.next_number(f"licence/{office.jurisdiction}/{command.on.year}")
        number = licence_number(office.jurisdiction.upper(), command.on.year, serial)
        code = paper_code(office.store, number)
        made = {"licence": f"licence/{number}", "number": number, "check_digest": check_digest(code)}
        named = replace(command, key=sent.key, **made)
        facts = gather(office, dossier, named, products)
        outcome = agreement.decide_batch(office.store.states(dossier), named, facts, office.licence_rules(command.on))
        checks = [{"code": each.code, "answer": each.answer, "facts": dict(each.facts)} for each in outcome.checks]
        seen = {"batch": replace(facts, seed=None)}
        if isinstance(outcome, Issued):
            result = {"issued": True, "licence": named.licence, "number": named.number, "code": code, "checks": checks}
            return Decided([(dossier, outcome.agreement), (named.licence, outcome.licence)], result), seen
        return Decided([(dossier, outcome.agreement)], {"issued": False, "checks": checks}), seen

    return office.act(sent, dossier, command, decided)
