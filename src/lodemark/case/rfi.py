"""Requests for information 补充材料: asked after acceptance, answered by a new version in which only these paths changed."""

from __future__ import annotations

from collections.abc import Sequence

from lodemark.case.commands import (
    AcceptAnswer,
    AnswerRfi,
    Ask,
    Chase,
    Drop,
    Extend,
    Insufficient,
    LapseRfi,
    Note,
    Reopen,
)
from lodemark.case.consequences import touched_advice_put_back, within
from lodemark.case.guards import (
    OFFICER,
    Anything,
    CaseLook,
    case_in_review,
    draft,
    irrelevant,
    no_open_proposal,
    not_gathered,
    one_hat_per_file,
    plain,
    reason_given,
)
from lodemark.case.machine import Failing, Machine, Row
from lodemark.case.model import Question, Rfi
from lodemark.ledger import Record


def rfi_state(look: Anything) -> str:
    """The state of the request the command names, ``none`` before it was asked."""
    rfi = look.state.rfis.get(look.command.rfi)
    return rfi.state if rfi else "none"


def _rfi(look: Anything) -> Rfi:
    return look.state.rfis[look.command.rfi]


def item_is_relevant(look: CaseLook[Ask]) -> Failing:
    """Each question fills a path that the rule it cites needs; nothing unrelated may be asked."""
    if look.facts.askable is None:
        return not_gathered("askable")
    wrong = irrelevant(look.command.questions, look.facts.askable)
    return {"questions": wrong} if wrong or not look.command.questions else None


def told_why(look: CaseLook[Ask]) -> Failing:
    """Each question has its text, its provision and the reason it is needed."""
    bare = [q.id for q in look.command.questions if not (q.text.strip() and q.why.strip() and q.provision)]
    return {"questions": bare} if bare else None


def reply_by_set(look: Anything) -> Failing:
    """The reply day lies after today."""
    later = look.command.reply_by > look.command.on
    return None if later else {"reply_by": look.command.reply_by, "on": look.command.on}


def asked_together(look: CaseLook[Ask]) -> Failing:
    """A path asked about before may be asked about again only with a reason."""
    before = {question.path for rfi in look.state.rfis.values() for question in rfi.questions}
    again = sorted({question.path for question in look.command.questions} & before)
    return {"paths": again} if again and not look.command.why_again.strip() else None


def chase_is_due(look: CaseLook[Chase]) -> Failing:
    """One reminder per reply day, within the rulebook's interval before it."""
    rfi, days = _rfi(look), look.rules.chase_days
    left = (rfi.reply_by - look.command.on).days
    return None if 0 <= left <= days and not rfi.chased else {"reply_by": rfi.reply_by, "days": days}


def _own(look: CaseLook[AnswerRfi]) -> dict[str, Question]:
    """The questions this actor may answer: sealed ones are the end user's, the others the signatory's."""
    sealed = look.command.by.role == "end_user"
    return {question.id: question for question in _rfi(look).questions if question.sealed == sealed}


def own_questions_only(look: CaseLook[AnswerRfi]) -> Failing:
    """Sealed questions are answered by the end user alone, the others by the signatory."""
    strange = [answer.question for answer in look.command.answers if answer.question not in _own(look)]
    return {"questions": strange} if strange else None


def every_question_answered(look: CaseLook[AnswerRfi]) -> Failing:
    """Each question of this audience that is still open has an answer."""
    answered = {answer.question for answer in look.command.answers} | set(_rfi(look).answered)
    open_questions = [question for question in _own(look) if question not in answered]
    return {"questions": open_questions} if open_questions else None


def in_time(look: CaseLook[AnswerRfi]) -> Failing:
    """The answer came on or before the reply day; later text is kept as a note."""
    reply_by = _rfi(look).reply_by
    return None if look.command.on <= reply_by else {"reply_by": reply_by, "on": look.command.on}


def only_asked_changed(look: CaseLook[AnswerRfi]) -> Failing:
    """The new version differs from the last only at the asked paths (or below them)."""
    if look.facts.change is None:
        return not_gathered("change")
    asked = [question.path for question in _own(look).values()]
    other = [path for path in look.facts.change.paths if not any(within(path, root) for root in asked)]
    return {"paths": other} if other else None


def same_questions_only(look: CaseLook[Insufficient]) -> Failing:
    """Only questions of this very request can be called insufficiently answered."""
    known = {question.id for question in _rfi(look).questions}
    strange = [question for question in look.command.questions if question not in known]
    return {"questions": strange} if strange or not look.command.questions else None


def reply_by_over(look: CaseLook[LapseRfi]) -> Failing:
    """The reply day has passed."""
    reply_by = _rfi(look).reply_by
    return None if look.command.on > reply_by else {"reply_by": reply_by}


def later_than_before(look: CaseLook[Extend]) -> Failing:
    """An extension moves the reply day forward, and is given before it has passed."""
    old = _rfi(look).reply_by
    good = look.command.reply_by > old >= look.command.on
    return None if good else {"reply_by": look.command.reply_by, "before": old}


def _answer(look: CaseLook[AnswerRfi]) -> Sequence[Record]:
    change = look.facts.change
    assert change is not None
    done = {answer.question for answer in look.command.answers} | set(_rfi(look).answered)
    complete = done >= {question.id for question in _rfi(look).questions}
    answered = draft("rfi-answered", look.command, change=change, complete=complete)
    return [answered, *touched_advice_put_back(look, change.paths)]


_ASKING = (*OFFICER, no_open_proposal, item_is_relevant, told_why, reply_by_set, asked_together)
_ANSWERING = (case_in_review, own_questions_only, every_question_answered, in_time, only_asked_changed)
_PEOPLE = ("officer", "signatory", "end_user")

RFI = Machine(
    "rfi",
    (
        Row(("none",), Ask, ("open",), ("officer",), _ASKING, plain("rfi-asked")),
        Row(("open",), Note, ("open",), _PEOPLE, (case_in_review, one_hat_per_file), plain("rfi-noted")),
        Row(("lapsed",), Note, ("lapsed",), _PEOPLE, (case_in_review, one_hat_per_file), plain("rfi-noted")),
        Row(
            ("open",),
            Chase,
            ("open",),
            ("officer", "timer"),
            (case_in_review, one_hat_per_file, chase_is_due),
            plain("rfi-chased"),
        ),
        Row(("open",), AnswerRfi, ("answered", "open"), ("signatory", "end_user"), _ANSWERING, _answer),
        Row(("answered",), AcceptAnswer, ("closed",), ("officer",), OFFICER, plain("rfi-answer-accepted")),
        Row(
            ("answered",),
            Insufficient,
            ("open",),
            ("officer",),
            (*OFFICER, same_questions_only, reason_given, reply_by_set),
            plain("rfi-answer-insufficient"),
        ),
        Row(("open",), LapseRfi, ("lapsed",), ("timer",), (case_in_review, reply_by_over), plain("rfi-lapsed")),
        Row(("open",), Extend, ("open",), ("officer",), (*OFFICER, later_than_before, reason_given), plain("rfi-extended")),
        Row(
            ("lapsed",),
            Reopen,
            ("open",),
            ("officer",),
            (*OFFICER, no_open_proposal, reply_by_set, reason_given),
            plain("rfi-reopened"),
        ),
        Row(("open", "answered"), Drop, ("closed",), ("officer",), (*OFFICER, reason_given), plain("rfi-dropped")),
    ),
    at=rfi_state,
)
