"""The appeal 行政复议: a third person re-runs the file, hears both sides, and may not make it worse.

Numbers in brackets: Administrative Reconsideration Law 2023. The first decision is never edited; a conclusion refers
to it. A stay of effect is a flag beside the states, not a state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

from lodemark.case.appeal.commands import (
    Admit,
    AskCompletion,
    Complete,
    Conclude,
    CountersignConclusion,
    ExpireResponse,
    Hear,
    LapseAppeal,
    Lodge,
    RecordReplay,
    Reject,
    Respond,
    SendBackConclusion,
    SetStay,
    WithdrawAppeal,
)
from lodemark.case.appeal.model import Appeal, AppealFacts
from lodemark.case.commands import Command
from lodemark.case.guards import day_after, draft, not_gathered, plain, reason_given
from lodemark.case.machine import Failing, Look, Machine, Row, kebab, run
from lodemark.case.model import LineOutcome
from lodemark.case.rules import CaseRules
from lodemark.ledger import Record, digest
from lodemark.rules import Due
from lodemark.trouble import Refusal

C = TypeVar("C")
AppealLook: TypeAlias = Look[Appeal, C, AppealFacts, CaseRules]
Anything: TypeAlias = Look[Appeal, Any, AppealFacts, CaseRules]

# How good an outcome is for the party. Nothing an appeal concludes may stand lower than what it found (63).
RANK: Mapping[str, int] = {"refused": 0, "granted_with_conditions": 1, "granted": 2, "not_required": 2}


def appeal_state(look: Anything) -> str:
    """The state of the appeal, ``none`` before it is lodged."""
    return look.state.state or "none"


def standing_to_appeal(look: AppealLook[Lodge]) -> Failing:
    """The appellant is a party of the decision, and the decision is the one named."""
    first = look.facts.first
    if first is None:
        return not_gathered("first")
    named = (first.case, first.decision) == (look.command.case, look.command.decision)
    return None if named and look.command.by.party in first.parties else {"decision": look.command.decision}


def grounds_stated(look: AppealLook[Lodge]) -> Failing:
    """The appeal says what is wrong."""
    return None if any(point.text.strip() for point in look.command.grounds) else {}


def reviewer_is_third(look: Anything) -> Failing:
    """Neither proposer, signer, adviser nor taker of the file under appeal; persons are compared."""
    if look.facts.first is None:
        return not_gathered("first")
    worn = look.facts.first.hands.get(look.command.by.person, ())
    return {"person": look.command.by.person, "worn": list(worn)} if worn else None


def no_conflict_of_interest(look: Anything) -> Failing:
    """The person declared no interest in any party of the file."""
    if look.facts.conflicts is None:
        return not_gathered("conflicts")
    return {"person": look.command.by.person} if look.command.by.person in look.facts.conflicts else None


def told_once(look: AppealLook[AskCompletion]) -> Failing:
    """What is missing is told once (31)."""
    return {"items": [item.id for item in look.command.items]} if look.state.completion_asked else None


def completion_asked_in_time(look: AppealLook[AskCompletion]) -> Failing:
    """Within the days the law gives after lodging (31), naming something, with the full time to cure."""
    lodged, command = look.state.lodged_on, look.command
    assert lodged is not None
    last = look.rules.deadline(lodged, look.rules.appeal_ask_completion)
    cure = look.rules.deadline(command.on, look.rules.appeal_cure)
    fine = last is not None and cure is not None and command.on <= last and command.cure_by >= cure and command.items
    return None if fine else {"last_day": last, "cure_by": command.cure_by, "earliest": cure}


def cured_in_time(look: AppealLook[Complete]) -> Failing:
    """The missing parts came on or before the cure day (31)."""
    cure_by = look.state.cure_by
    return None if cure_by and look.command.on <= cure_by else {"cure_by": cure_by, "on": look.command.on}


def cure_time_over(look: AppealLook[LapseAppeal]) -> Failing:
    """The cure day has passed."""
    return None if day_after(look.command.on, look.state.cure_by) else {"cure_by": look.state.cure_by}


def _limit(look: Anything) -> Due | None:
    first = look.facts.first
    if first is None:
        return None
    period = look.rules.appeal_lodge if first.remedy_named else look.rules.appeal_lodge_unnamed
    return look.rules.term(first.served_on, period)


def lodged_in_time(look: AppealLook[Admit]) -> Failing:
    """Lodged by the end of the last day, in the authority's zone; longer where the decision did not name the remedy (20).

    Where next year's calendar is not out yet, a day before the earliest last day is in time whatever it will say.
    """
    last, lodged = _limit(look), look.state.lodged_on
    in_time = last is not None and lodged is not None and lodged <= last.date
    return None if in_time else {"lodged_on": lodged, "last_day": last and last.date}


def late_by_the_limit(look: AppealLook[Reject]) -> Failing:
    """An appeal is called late only when it is, whatever a calendar that is still open will say."""
    last, lodged = _limit(look), look.state.lodged_on
    late = last is not None and lodged is not None and lodged > last.latest
    return None if look.command.ground != "out_of_time" or late else {"lodged_on": lodged, "last_day": last and last.latest}


def response_time_over(look: AppealLook[ExpireResponse]) -> Failing:
    """The office's days to answer have passed (48)."""
    return None if day_after(look.command.on, look.state.respond_by) else {"last_day": look.state.respond_by}


def replay_recorded(look: Anything) -> Failing:
    """The decision was run again from its records before anything is concluded."""
    return None if look.state.replay else {}


def heard_both(look: Anything) -> Failing:
    """The applicant was heard or did not wish to be (49); the office has answered or let its days pass to come here."""
    return None if "applicant" in look.state.heard else {"heard": sorted(look.state.heard)}


def own_reasons(look: AppealLook[Conclude]) -> Failing:
    """The conclusion has reasons of its own, each with a provision."""
    bare = [ground.code for ground in look.command.reasons if not (ground.code and ground.provision)]
    return {"reasons": bare} if bare or not look.command.reasons else None


def outcome_fits_lines(look: AppealLook[Conclude]) -> Failing:
    """A variation says what every line becomes; any other conclusion leaves the lines to the decision or to a new one."""
    first, named = look.facts.first, [one.line for one in look.command.outcomes]
    if first is None:
        return not_gathered("first")
    wanted = [one.line for one in first.outcomes] if look.command.outcome == "varied" else []
    bare = [one.line for one in look.command.outcomes if not one.grounds]
    return None if sorted(named) == sorted(wanted) and not bare else {"missing": sorted(set(wanted) - set(named))}


def not_worse(look: AppealLook[Conclude]) -> Failing:
    """No line stands lower than before, and no condition is added or changed (63)."""
    if look.facts.first is None:
        return not_gathered("first")
    before = {one.line: one for one in look.facts.first.outcomes}
    worse = [one.line for one in look.command.outcomes if one.line in before and _worse(one, before[one.line])]
    return {"lines": worse} if worse else None


def _worse(new: LineOutcome, old: LineOutcome) -> bool:
    if RANK[new.outcome] != RANK[old.outcome]:
        return RANK[new.outcome] < RANK[old.outcome]
    # Params may hold lists, so conditions are compared by value, not hashed.
    return any(condition not in old.conditions for condition in new.conditions)


def signer_is_other(look: AppealLook[CountersignConclusion]) -> Failing:
    """The signer did not propose this conclusion."""
    proposed, person = look.state.proposed, look.command.by.person
    return {"person": person} if proposed is not None and proposed.proposer == person else None


def one_hat_per_file(look: Anything) -> Failing:
    """One person is not both appeal officer and countersigner of one appeal."""
    by = look.command.by
    others = [hat for hat in look.state.hands.get(by.person, ()) if hat != by.role]
    return {"person": by.person, "role": by.role, "worn": others} if others else None


def signer_from_session(look: AppealLook[CountersignConclusion]) -> Failing:
    """The signer is who is logged in."""
    session = look.facts.session
    if session is None:
        return not_gathered("session")
    return None if session.person == look.command.by.person else {"person": look.command.by.person}


def fresh_login(look: AppealLook[CountersignConclusion]) -> Failing:
    """The second factor was shown within the last minutes the rulebook allows."""
    session, minutes = look.facts.session, look.rules.fresh_minutes
    shown = session.factor_at if session else None
    age = look.command.at - shown if shown else None
    return None if age is not None and timedelta(0) <= age <= timedelta(minutes=minutes) else {"minutes": minutes}


def same_digest(look: AppealLook[CountersignConclusion]) -> Failing:
    """What is signed is what was shown."""
    proposed = look.state.proposed
    same = proposed is not None and proposed.digest == look.command.digest
    return None if same else {"shown": look.command.digest, "proposed": proposed.digest if proposed else None}


def _admit(look: AppealLook[Admit]) -> Sequence[Record]:
    respond_by = look.rules.deadline(look.command.on, look.rules.appeal_respond)
    decide_by = look.rules.deadline(look.command.on, look.rules.appeal_decide)
    return [draft("appeal-admitted", look.command, respond_by=respond_by, decide_by=decide_by)]


def _conclude(look: AppealLook[Conclude]) -> Sequence[Record]:
    seen = {"appeal": look.state.id, "decision": look.state.decision, "replay": look.state.replay, "act": look.command}
    return [draft("appeal-conclusion-proposed", look.command, digest=digest(seen))]


def _sign(look: AppealLook[CountersignConclusion]) -> Sequence[Record]:
    proposed = look.state.proposed
    assert proposed is not None
    return [draft("appeal-concluded", look.command, outcome=proposed.outcome)]


_HANDS = (reviewer_is_third, no_conflict_of_interest, one_hat_per_file)
_SIGN = (*_HANDS, signer_is_other, signer_from_session, fresh_login, same_digest)
_CONCLUDE = (*_HANDS, replay_recorded, heard_both, own_reasons, outcome_fits_lines, not_worse)
_OPEN = ("lodged", "completion_asked", "admitted", "answered", "unanswered")
_REVIEW = ("admitted", "answered", "unanswered")
_AP = ("appeal_officer",)


def _same(command: type, kind: str) -> tuple[Row, ...]:
    """Acts of the review that leave the state as it is, one row per state."""
    guards = (*_HANDS, reason_given) if command is SetStay else _HANDS
    return tuple(Row((state,), command, (state,), _AP, guards, plain(kind)) for state in _REVIEW)


APPEAL = Machine(
    "appeal",
    (
        Row(("none",), Lodge, ("lodged",), ("signatory",), (standing_to_appeal, grounds_stated), plain("appeal-lodged")),
        Row(
            ("lodged",),
            AskCompletion,
            ("completion_asked",),
            _AP,
            (*_HANDS, told_once, completion_asked_in_time),
            plain("appeal-completion-asked"),
        ),
        Row(
            ("completion_asked",),
            Complete,
            ("lodged",),
            ("signatory",),
            (cured_in_time,),
            plain("appeal-completed"),
        ),
        Row(("completion_asked",), LapseAppeal, ("withdrawn",), ("timer",), (cure_time_over,), plain("appeal-lapsed")),
        Row(("lodged",), Admit, ("admitted",), _AP, (*_HANDS, lodged_in_time), _admit),
        Row(
            ("lodged",),
            Reject,
            ("out_of_time", "inadmissible"),
            _AP,
            (*_HANDS, reason_given, late_by_the_limit),
            plain("appeal-rejected"),
        ),
        Row(("admitted",), Respond, ("answered",), ("officer",), (one_hat_per_file,), plain("appeal-answered")),
        Row(("admitted",), ExpireResponse, ("unanswered",), ("timer",), (response_time_over,), plain("appeal-unanswered")),
        *_same(Hear, "appeal-heard"),
        *_same(RecordReplay, "appeal-replayed"),
        *_same(SetStay, "appeal-stay-set"),
        Row(("answered", "unanswered"), Conclude, ("conclusion_proposed",), _AP, _CONCLUDE, _conclude),
        Row(
            ("conclusion_proposed",),
            SendBackConclusion,
            ("answered", "unanswered"),
            ("countersigner",),
            (*_HANDS, reason_given),
            plain("appeal-conclusion-sent-back"),
        ),
        Row(("conclusion_proposed",), CountersignConclusion, ("concluded",), ("countersigner",), _SIGN, _sign),
        Row(_OPEN, WithdrawAppeal, ("withdrawn",), ("signatory",), (), plain("appeal-withdrawn")),
    ),
    at=appeal_state,
)

COMMANDS: Mapping[str, type[Command]] = {kebab(row.command): row.command for row in APPEAL.rows}


def decide(appeal: Appeal | None, command: Command, facts: AppealFacts, rules: CaseRules) -> tuple[Record, ...] | Refusal:
    """The records this act writes, or every reason why it may not be done. ``appeal`` is ``None`` before lodging."""
    return run(APPEAL, Look(appeal or Appeal(), command, facts, rules))
