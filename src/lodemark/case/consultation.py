"""Consultation 征求意见: a department answers about the fields it may see; silence stays silence, never consent.

When a proposal changes or drops a condition an adviser asked for, the same consultation is put back to the adviser
(``consultation-put-back``); no signature is given before consent, objection or silence is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence

from lodemark.case.commands import Advise, Consult, LapseConsultation
from lodemark.case.consequences import voided
from lodemark.case.guards import (
    OFFICER,
    Anything,
    CaseLook,
    case_in_review,
    draft,
    no_conflict_of_interest,
    no_open_proposal,
    not_gathered,
    one_hat_per_file,
    plain,
)
from lodemark.case.machine import Failing, Machine, Row
from lodemark.case.model import Consultation
from lodemark.case.rfi import reply_by_set
from lodemark.ledger import Record


def consultation_state(look: Anything) -> str:
    """The state of the consultation the command names, ``none`` before it was asked."""
    consultation = look.state.consultations.get(look.command.consultation)
    return consultation.state if consultation else "none"


def _one(look: Anything) -> Consultation:
    return look.state.consultations[look.command.consultation]


def adviser_may_see(look: CaseLook[Consult]) -> Failing:
    """Every field shown is meant for this department; a field without an audience is for nobody."""
    if look.facts.audiences is None:
        return not_gathered("audiences")
    department, audiences = look.command.department, look.facts.audiences
    hidden = [path for path in look.command.fields if department not in audiences.get(path, ())]
    return {"fields": hidden, "department": department} if hidden or not look.command.fields else None


def question_put(look: CaseLook[Consult]) -> Failing:
    """The department is asked something."""
    return None if look.command.question.strip() else {}


def adviser_is_asked(look: CaseLook[Advise]) -> Failing:
    """The adviser speaks for the department that was asked."""
    department = _one(look).department
    return None if look.command.by.party == department else {"department": department, "party": look.command.by.party}


def position_per_line(look: CaseLook[Advise]) -> Failing:
    """Each line has exactly one position."""
    named = [position.line for position in look.command.positions]
    missing = sorted(set(look.state.lines) - set(named))
    strange = sorted({line for line in named if line not in look.state.lines or named.count(line) > 1})
    return {"missing": missing, "strange": strange} if missing or strange else None


def position_has_reason(look: CaseLook[Advise]) -> Failing:
    """Refusal names its reason, approval with a condition names the condition."""
    bare = [
        position.line
        for position in look.command.positions
        if (position.stance == "refuse" and position.ground is None)
        or (position.stance == "approve-with-condition" and position.condition is None)
    ]
    return {"lines": bare} if bare else None


def changed_view_names_old(look: CaseLook[Advise]) -> Failing:
    """A second advice says that it replaces the first."""
    again = _one(look).state == "answered"
    return None if look.command.replaces == again or not again else {"consultation": look.command.consultation}


def adviser_time_over(look: CaseLook[LapseConsultation]) -> Failing:
    """The day by which the adviser was to reply has passed."""
    reply_by = _one(look).reply_by
    return None if look.command.on > reply_by else {"reply_by": reply_by}


def _advise(look: CaseLook[Advise]) -> Sequence[Record]:
    # Consent to a dropped condition, or no view on it, leaves the waiting proposal as it is; anything else ends it.
    consents = _one(look).put_back and all(p.stance in ("approve", "no-view") for p in look.command.positions)
    return [draft("advice-given", look.command), *([] if consents else voided(look, ("advice",)))]


_ADVISER = (case_in_review, no_conflict_of_interest, one_hat_per_file, adviser_is_asked, position_per_line)

CONSULTATION = Machine(
    "consultation",
    (
        Row(
            ("none", "expired"),
            Consult,
            ("asked",),
            ("officer",),
            (*OFFICER, no_open_proposal, adviser_may_see, question_put, reply_by_set),
            plain("consultation-asked"),
        ),
        Row(
            ("asked", "stale", "answered"),
            Advise,
            ("answered",),
            ("adviser",),
            (*_ADVISER, position_has_reason, changed_view_names_old),
            _advise,
        ),
        Row(
            ("asked", "stale"),
            LapseConsultation,
            ("expired",),
            ("timer",),
            (case_in_review, adviser_time_over),
            plain("consultation-expired"),
        ),
    ),
    at=consultation_state,
)
