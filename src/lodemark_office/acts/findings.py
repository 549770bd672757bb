"""Findings: run the detectors on what the office knows, put the question, hear the answer, close with a reason.

Nothing here suspends a licence: an upheld finding refers, and an officer takes it up as a new command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from lodemark import finding
from lodemark.case.commands import Command
from lodemark.finding import commands as ask
from lodemark.finding.decide import FindingFacts
from lodemark.finding.detectors import detect
from lodemark.finding.facts import Assayed, Draw, EndUserSeen, LicenceUse, Observed, ReachSeen
from lodemark.finding.model import Finding, Raised, Strands
from lodemark.finding.rules import FindingRules
from lodemark.licence import Licence
from lodemark_office.acts import tracing
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer

OUTSIDE = ("military",)
"""Uses outside every civil end use; the word stands in an inspection's report, never in a detector."""


def rules(office: Office, at: datetime) -> FindingRules:
    """The values findings are made by on a day."""
    return FindingRules.of(office.book, office.calendar, office.day(at))


def observe(office: Office, at: datetime, evidence: tracing.Evidence | None = None) -> Observed:
    """Everything the office knows, as the plain facts that detectors look at."""
    known = evidence or tracing.evidence(office)
    on = office.day(at)
    reaches, uses, users, assays = [], [], [], []
    for dossier in office.store.dossiers("licence"):
        state: Licence = office.store.states(dossier)
        uses.append(_use(dossier, state))
        for line in state.terms.lines:
            for commodity in line.caps:
                if not commodity.startswith("element:"):
                    continue
                element = commodity.partition(":")[2]
                found = known.reach(state.terms.number, element, OUTSIDE)
                if found is None:
                    continue
                reach, _ = found
                assays += _assays(known, state, element)
                if reach.low_mg is None or reach.expected_mg is None or reach.high_mg is None:
                    continue  # records that contradict each other give no number to hold against the promise
                reaches.append(
                    ReachSeen(
                        licence=dossier,
                        element=element,
                        low_mg=reach.low_mg,
                        expected_mg=reach.expected_mg,
                        high_mg=reach.high_mg,
                        total_mg=reach.total_mg,
                        gaps=reach.gaps,
                        ref=dossier,
                        digest=reach.digest,
                    )
                )
        users += _users(known, dossier, state, on)
    return Observed(on=on, reaches=tuple(reaches), licences=tuple(uses), end_users=tuple(users), assays=tuple(assays))


def _use(dossier: str, state: Licence) -> LicenceUse:
    draws = tuple(
        Draw(draw.presented or draw.id, draw.shipment, draw.net.get("gross", 0), draw.released_at, not any(draw.net.values()))
        for draw in state.drawdowns.values()
        if draw.released_at is not None  # a posting that customs took back whole left nothing behind, like a voided one
    )
    granted = sum(line.caps.get("gross", 0) for line in state.terms.lines)
    return LicenceUse(dossier, state.terms.kind == "single", granted, draws, ref=dossier)


def _users(known: tracing.Evidence, dossier: str, state: Licence, on: object) -> list[EndUserSeen]:
    """Inspected things that hold something of this licence, against the end users it names."""
    batch = {known.genealogy.lots[lot].thing for lot in known.batch(state.terms.number) if lot in known.genealogy.lots}
    below = set(batch)
    for thing in batch:
        below |= {
            known.genealogy.lots[step.lot].thing
            for step in known.genealogy.forward(thing).steps
            if step.lot in known.genealogy.lots
        }
    places = {hold.outermost for hold in known.genealogy.holdings() if hold.thing in below} | below
    declared = {line.end_user for line in state.terms.lines}
    declared |= {user for line in state.terms.lines for user in line.ultimate_end_users}
    return [
        EndUserSeen(dossier, sorted(declared)[0], seen.user, on, ref=seen.ref)  # type: ignore[arg-type]
        for place, seen in known.inspections.items()
        if place in places and seen.user not in declared
    ]


def _assays(known: tracing.Evidence, state: Licence, element: str) -> list[Assayed]:
    """Lots shipped under the licence: measured against the share that the licence counts by."""
    found = []
    for lot in known.batch(state.terms.number):
        thing = known.genealogy.lots[lot].thing if lot in known.genealogy.lots else lot
        content = known.contents.get((thing, element))
        shares = {
            share for line in state.terms.lines for share in (each.get(element) for each in line.composition.values()) if share
        }
        if content is None or len(shares) != 1:
            continue
        declared = next(iter(shares))
        as_decimal = [Decimal(each.numerator) / Decimal(each.denominator) for each in (declared, content.share, content.u)]
        found.append(Assayed(thing, element, as_decimal[0], as_decimal[1], Decimal(0), as_decimal[2], ref=content.ref))
    return found


def open_all(office: Office, sent: Sent, evidence: tracing.Evidence | None = None) -> list[Answer]:
    """Run every detector and open what is not open yet; the party asked is the holder of the licence concerned."""
    raised = detect(observe(office, sent.at, evidence), rules(office, sent.at))
    known = {(state.kind, state.subject) for state in _open(office)}
    return [
        open_one(office, replace(sent, key=f"{sent.key}:{one.kind}:{one.subject}"), one)
        for one in raised
        if (one.kind, one.subject) not in known
    ]


def open_one(office: Office, sent: Sent, raised: Raised) -> Answer:
    """Open one finding; the result names it."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        dossier = new_dossier(office.store, "finding", sent.at.year)
        command = ask.Open(on=office.day(sent.at), by=sent.actor, finding=dossier, party=holder(office, raised), raised=raised)
        facts = gather(office, raised.kind, raised.subject, sent.at)
        return drafted(dossier, finding.decide(None, command, facts, rules(office, sent.at)), finding=dossier), {
            "finding": facts
        }

    return office.act(sent, f"open/{sent.actor.person}", raised, decided)


def act(office: Office, sent: Sent, dossier: str, command: Command) -> Answer:
    """Put the question, answer, add evidence, close, refer."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        state: Finding = office.store.states(dossier)
        facts = gather(office, state.kind, state.subject, sent.at)
        return drafted(dossier, finding.decide(state, command, facts, rules(office, sent.at))), {"finding": facts}

    return office.act(sent, dossier, command, decided, refused_to=dossier)


def gather(office: Office, kind: str, subject: str, at: datetime) -> FindingFacts:
    """The strands on the central question, and whether today's facts still raise it."""
    known = tracing.evidence(office)
    still = any((one.kind, one.subject) == (kind, subject) for one in detect(observe(office, at, known), rules(office, at)))
    strands = None
    if kind == "reach-beyond-declared":
        licence_id, _, element = subject.rpartition("/")
        state: Licence = office.store.states(licence_id)
        found = known.reach(state.terms.number, element, OUTSIDE)
        named = [seen.ref for seen in known.inspections.values() if seen.use in OUTSIDE]
        strands = Strands(reach=found[0] if found else None, named_by=named[0] if named else "")
    return FindingFacts(strands=strands, still_raised=still, conflicts=())


def holder(office: Office, raised: Raised) -> str:
    """The party to ask: the holder of the licence that the finding speaks of."""
    name = str(raised.facts.get("licence", ""))
    return office.store.states(name).terms.holder if name else "office"


def _open(office: Office) -> list[Finding]:
    return [office.store.states(dossier) for dossier in office.store.dossiers("finding")]
