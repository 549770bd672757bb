"""Promises kept: the obligations that the records tell, and the standing that follows from them by rule."""

from __future__ import annotations

from datetime import date

from lodemark.finding.model import Finding
from lodemark.licence.agreement import Agreement, state_of
from lodemark.parties.standing import Standing
from lodemark.trust import Obligation, TrustRules, standing
from lodemark.trust.model import Outcome
from lodemark_office.acts.office import Office

OUTCOME: dict[str, Outcome] = {
    "upcoming": "open",
    "due": "open",
    "met": "kept",
    "met_late": "late",
    "missed": "missed",
    "cured": "late",
    "excused": "excused",
}
"""What the state of a duty counts as for standing; a cure is late, never as if nothing had been."""


def obligations(office: Office, party: str, on: date) -> tuple[Obligation, ...]:
    """Every dated promise of a party: the duties of its agreements, the questions it was asked."""
    found = []
    for dossier in office.store.dossiers("agreement"):
        state: Agreement = office.store.states(dossier)
        if state.terms.holder != party:
            continue
        for one in state.duties:
            outcome = OUTCOME[state_of(one, state.duty(one.code), on)]
            name = f"{dossier}/{one.code}/{one.due_on}/{one.subject}"
            found.append(Obligation(name, one.code, one.due_on, outcome, evidence=one.evidence or dossier))
    for dossier in office.store.dossiers("finding"):
        asked: Finding = office.store.states(dossier)
        if asked.party == party and asked.answer_due is not None:
            outcome = "kept" if asked.answers else "missed" if on > asked.answer_due else "open"
            found.append(Obligation(dossier, "answer", asked.answer_due, outcome, evidence=dossier))
    kinds = known(office, on).kinds
    return tuple(one for one in found if one.kind in kinds)


def known(office: Office, on: date) -> TrustRules:
    """The house values of standing on a day."""
    return TrustRules.of(office.book, on)


def standing_of(office: Office, party: str, on: date) -> Standing:
    """A party's standing on a day, with what moved it and what would raise it."""
    return standing(party, obligations(office, party, on), on, known(office, on))
