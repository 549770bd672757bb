"""From the state of a dossier to the line that lists and queues show: whose, where it stands, whose turn, what is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from lodemark.application import Filing
from lodemark.application.sealed import Invitation
from lodemark.case import Case, court_of
from lodemark.case.appeal.model import Appeal
from lodemark.finding.model import Finding
from lodemark.licence import Licence
from lodemark.licence.agreement import Agreement
from lodemark.licence.proceeding import EndingFile
from lodemark_office.acts.reference import reference


@dataclass(frozen=True, slots=True)
class Line:
    """What a list shows of one dossier. ``turn``: who has to act next; empty when nobody has.

    ``about``: the dossier it is about (a case its application, a licence its case); it is found again by that.
    """

    reference: str
    party: str
    state: str
    turn: str = ""
    due_on: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """The balance of one commodity on one licence line, in the commodity's integer unit."""

    line: int
    commodity: str
    granted: int
    reserved: int
    posted: int
    lapsed: int


Summary = tuple[Line, Sequence[Account]]
Opener = Callable[[], str]
"""Tells whose first record opened the dossier; asked only by a noun that shows it, for the answer is read from the store."""

_TURN_OF_FILING: Final[Mapping[str, str]] = {"submitted": "authority", "returned": "applicant"}


def summarise(dossier: str, state: Any, opener: Opener) -> Summary:
    """The line of a dossier, and the accounts where it is a licence."""
    return SUMMARIES[dossier.partition("/")[0]](dossier, state, opener)


def _application(dossier: str, state: Filing, opener: Opener) -> Summary:
    facts = {"version": len(state.versions), "returns": len(state.returns)}
    return Line(reference(dossier), opener(), state.status, _TURN_OF_FILING.get(state.status, ""), None, facts), ()


def _invitation(dossier: str, state: Invitation, opener: Opener) -> Summary:
    facts = {"by": state.by_party, "questions": len(state.questions), "waiting": len(state.waiting)}
    return Line(reference(dossier), state.to, state.state, "end_user" if state.waiting else "", None, facts), ()


def _case(dossier: str, state: Case, opener: Opener) -> Summary:
    court = court_of(state)
    facts = {"application": state.application, "lines": list(state.lines), "officer": state.officer}
    turn = "" if court == "nobody" or state.state == "decided" else court
    return Line(reference(dossier), "", state.state, turn, None, facts, state.application), ()


def _appeal(dossier: str, state: Appeal, opener: Opener) -> Summary:
    turn = "" if state.ended else "appeal_body"
    return Line(reference(dossier), opener(), state.state, turn, state.decide_by, {"case": state.case}, state.case), ()


def _licence(dossier: str, state: Licence, opener: Opener) -> Summary:
    terms = state.terms
    accounts = [
        Account(line, commodity, each.granted, each.reserved, each.posted, each.lapsed)
        for (line, commodity), each in sorted(state.accounts.items())
    ]
    facts = {"kind": terms.kind, "decision": terms.decision, "agreement": terms.agreement}
    ending = state.ending.act if state.ending else state.state
    case = terms.decision.rpartition("/")[0]
    return Line(reference(dossier), terms.holder, ending, "", terms.valid_until, facts, case), accounts


_TURN_OF_ENDING: Final[Mapping[str, str]] = {"noticed": "applicant", "signed": "", "dropped": ""}


def _proceeding(dossier: str, state: EndingFile, opener: Opener) -> Summary:
    facts = {"licence": state.licence, "act": state.act, "ground": state.ground}
    turn = _TURN_OF_ENDING.get(state.state, "authority")
    return Line(reference(dossier), state.holder, state.state, turn, state.answer_by, facts, state.licence), ()


def _agreement(dossier: str, state: Agreement, opener: Opener) -> Summary:
    facts = {"tier": state.terms.tier, "pause": state.pause, "batches": len(state.batches)}
    return Line(reference(dossier), state.terms.holder, state.state, "", None, facts), ()


def _finding(dossier: str, state: Finding, opener: Opener) -> Summary:
    turn = {"opened": "authority", "asked": "applicant", "answered": "authority", "unanswered": "authority"}.get(
        state.state, ""
    )
    facts = {"kind": state.kind, "subject": state.subject, "grade": state.grade}
    return Line(reference(dossier), state.party, state.state, turn, state.answer_due, facts), ()


Summarise = Callable[[str, Any, Opener], Summary]
SUMMARIES: Final[Mapping[str, Summarise]] = {
    "application": _application,
    "invitation": _invitation,
    "case": _case,
    "appeal": _appeal,
    "licence": _licence,
    "agreement": _agreement,
    "proceeding": _proceeding,
    "finding": _finding,
}
