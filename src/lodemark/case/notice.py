"""Notice of intent 拟不予许可告知: the explanation window 陈述申辩期 before an adverse decision.

Licensing Law 7 gives the right to be heard; the number of days is a house rule, and shown as one.
"""

from __future__ import annotations

from lodemark.case.commands import AnswerNotice, ExpireNotice, GiveNotice, WaiveNotice, Weigh
from lodemark.case.guards import OFFICER, Anything, CaseLook, case_in_review, no_open_proposal, plain
from lodemark.case.machine import Failing, Machine, Row
from lodemark.case.model import Notice


def notice_state(look: Anything) -> str:
    """The state of the notice the command names, ``none`` before it was served."""
    notice = look.state.notices.get(look.command.notice)
    return notice.state if notice else "none"


def _one(look: Anything) -> Notice:
    return look.state.notices[look.command.notice]


def adverse_reasons_named(look: CaseLook[GiveNotice]) -> Failing:
    """Every reason is tied to a line of this case and to a provision; a sealed one has a gist the party may read."""
    if not look.command.grounds:
        return {"lines": []}
    bare = [
        one.line
        for one in look.command.grounds
        if one.line not in look.state.lines
        or not (one.ground.code and one.ground.provision)
        or (one.ground.sealed and not one.ground.gist)
    ]
    return {"lines": bare} if bare else None


def evidence_shown(look: CaseLook[GiveNotice]) -> Failing:
    """The party sees evidence for the reasons, by digest."""
    return None if look.command.evidence else {}


def time_to_answer(look: CaseLook[GiveNotice]) -> Failing:
    """The answer day leaves at least the days the rulebook sets."""
    earliest = look.rules.deadline(look.command.on, look.rules.notice)
    enough = earliest is not None and look.command.answer_by >= earliest
    return None if enough else {"answer_by": look.command.answer_by, "earliest": earliest}


def answered_in_time(look: CaseLook[AnswerNotice]) -> Failing:
    """The answer came on or before the answer day."""
    answer_by = _one(look).answer_by
    return None if look.command.on <= answer_by else {"reply_by": answer_by, "on": look.command.on}


def answer_has_points(look: CaseLook[AnswerNotice]) -> Failing:
    """The answer says something, in points that can be responded to one by one."""
    ids = [point.id for point in look.command.points]
    bare = [point.id for point in look.command.points if not point.text.strip() or ids.count(point.id) > 1]
    return {"points": bare} if bare or not ids else None


def answer_time_over(look: CaseLook[ExpireNotice]) -> Failing:
    """The answer day has passed."""
    answer_by = _one(look).answer_by
    return None if look.command.on > answer_by else {"answer_by": answer_by}


def each_point_answered(look: CaseLook[Weigh]) -> Failing:
    """Each point of the answer has a written response."""
    silent = [point.id for point in _one(look).points if not look.command.responses.get(point.id, "").strip()]
    return {"points": silent} if silent else None


_GIVING = (*OFFICER, no_open_proposal, adverse_reasons_named, evidence_shown, time_to_answer)

NOTICE = Machine(
    "notice",
    (
        Row(("none",), GiveNotice, ("served",), ("officer",), _GIVING, plain("notice-served")),
        Row(
            ("served",),
            AnswerNotice,
            ("answered",),
            ("signatory",),
            (case_in_review, answered_in_time, answer_has_points),
            plain("notice-answered"),
        ),
        Row(("served",), WaiveNotice, ("waived",), ("signatory",), (case_in_review,), plain("notice-waived")),
        Row(("served",), ExpireNotice, ("over",), ("timer",), (case_in_review, answer_time_over), plain("notice-expired")),
        Row(("answered",), Weigh, ("weighed",), ("officer",), (*OFFICER, each_point_answered), plain("notice-weighed")),
    ),
    at=notice_state,
)
