"""May this act be done on this finding? One table; nothing adverse follows before the window to explain has closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from lodemark.case.commands import Command
from lodemark.case.guards import day_after, draft, not_gathered, plain
from lodemark.case.machine import Failing, Look, Machine, Row, kebab, run
from lodemark.finding.commands import AddEvidence, AnswerQuestion, CloseFinding, ExpireWindow, Open, PutQuestion, Refer
from lodemark.finding.grade import ADVERSE, grade
from lodemark.finding.model import Finding, Strands
from lodemark.finding.rules import FindingRules
from lodemark.ledger import Record
from lodemark.rules import due
from lodemark.trouble import Refusal


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """What the shell gathered: the strands on the central question where the finding is about it, whether the detectors,
    run again on today's facts, still raise it, and who declared a conflict of interest. ``None``: not gathered."""

    strands: Strands | None = None
    still_raised: bool | None = None
    conflicts: tuple[str, ...] | None = None


C = TypeVar("C")
FindingLook: TypeAlias = Look[Finding, C, FindingFacts, FindingRules]
Anything: TypeAlias = Look[Finding, Any, FindingFacts, FindingRules]


def finding_state(look: Anything) -> str:
    """The state of the finding, ``none`` before it is opened."""
    return look.state.state or "none"


def no_conflict_of_interest(look: Anything) -> Failing:
    """The person declared no interest in the party."""
    if look.command.by.is_system:
        return None
    if look.facts.conflicts is None:
        return not_gathered("conflicts")
    return {"person": look.command.by.person} if look.command.by.person in look.facts.conflicts else None


def promise_named(look: FindingLook[Open]) -> Failing:
    """A finding names the promise, the subject and the party: without a promise there is nothing to disagree with."""
    raised = look.command.raised
    missing = [name for name in ("promise", "subject", "kind") if not getattr(raised, name)]
    missing += [] if look.command.party else ["party"]
    return {"missing": missing} if missing else None


def evidence_named(look: FindingLook[Open]) -> Failing:
    """There is evidence, and what would answer the question is named beside it."""
    raised = look.command.raised
    return None if raised.evidence and raised.exonerates else {"kind": raised.kind}


def window_long_enough(look: FindingLook[PutQuestion]) -> Failing:
    """The party has at least the days the rulebook sets."""
    period = look.rules.window
    earliest = due(look.command.on, period.length, period.unit, (), look.rules.calendar)
    enough = look.command.answer_due >= earliest.latest
    return None if enough else {"answer_due": look.command.answer_due, "earliest": earliest.latest}


def evidence_may_be_seen(look: FindingLook[PutQuestion]) -> Failing:
    """Evidence is shown, and all of it belongs to this finding."""
    known = {one.digest for one in (*look.state.evidence, *look.state.exonerating)}
    strange = [shown for shown in look.command.shown if shown not in known]
    return {"strange": strange} if strange or not look.command.shown else None


def answer_in_window(look: FindingLook[AnswerQuestion]) -> Failing:
    """The answer came on or before the answer day; later, the officer may add it as evidence for the party."""
    answer_due = look.state.answer_due
    return None if answer_due and look.command.on <= answer_due else {"answer_due": answer_due, "on": look.command.on}


def answer_says_something(look: FindingLook[AnswerQuestion]) -> Failing:
    """The answer has points, each with its own id and text, so that each can be responded to."""
    ids = [point.id for point in look.command.points]
    bare = [point.id for point in look.command.points if not point.text.strip() or ids.count(point.id) > 1]
    return {"points": bare} if bare or not ids else None


def window_over(look: FindingLook[ExpireWindow]) -> Failing:
    """The answer day has passed."""
    return None if day_after(look.command.on, look.state.answer_due) else {"answer_due": look.state.answer_due}


def evidence_has_place(look: FindingLook[AddEvidence]) -> Failing:
    """Each piece says where it lies and carries the digest of what lies there."""
    bare = [one.statement_code for one in look.command.evidence if not (one.ref and one.digest)]
    return {"evidence": bare} if bare or not look.command.evidence else None


def closing_has_reason(look: FindingLook[CloseFinding]) -> Failing:
    """A closure states its reason."""
    return None if look.command.reason.strip() else {}


def each_point_has_response(look: FindingLook[CloseFinding]) -> Failing:
    """Each point of each answer has a written response."""
    points = [point.id for answer in look.state.answers for point in answer.points]
    silent = [point for point in points if not look.command.responses.get(point, "").strip()]
    return {"points": silent} if silent else None


def heard_before_upheld(look: FindingLook[CloseFinding]) -> Failing:
    """Nothing adverse before the party answered or its window passed."""
    heard = look.state.state in ("answered", "unanswered")
    return None if heard or look.command.closed_as == "withdrawn" else {"state": look.state.state}


def closer_is_other(look: FindingLook[CloseFinding]) -> Failing:
    """Who opened a finding does not uphold it."""
    same = look.command.by.person == look.state.opened_by
    return {"person": look.command.by.person} if same and look.command.closed_as == "upheld" else None


def grade_carries_it(look: FindingLook[CloseFinding]) -> Failing:
    """A finding about the central question is upheld only as indicated or proven; a conflict or a gap is no answer."""
    carried = not look.state.grade or look.state.grade in ADVERSE
    return None if carried or look.command.closed_as != "upheld" else {"grade": look.state.grade}


def explanation_on_file(look: FindingLook[CloseFinding]) -> Failing:
    """Explained means that evidence for the party is on file, or that the detectors, run again, stay silent."""
    if look.command.closed_as != "explained" or look.state.exonerating or look.facts.still_raised is False:
        return None
    return {"still_raised": look.facts.still_raised}


def correction_on_file(look: FindingLook[CloseFinding]) -> Failing:
    """Corrected means that a correcting record is named, and that the detectors, run again, stay silent."""
    corrected = any(answer.corrections for answer in look.state.answers)
    if look.command.closed_as != "corrected" or (corrected and look.facts.still_raised is False):
        return None
    return {"still_raised": look.facts.still_raised, "corrections": corrected}


def upheld_first(look: FindingLook[Refer]) -> Failing:
    """Only an upheld finding is referred."""
    closure = look.state.closure
    return None if closure and closure.closed_as == "upheld" else {"closed_as": closure.closed_as if closure else None}


def referral_has_provision(look: FindingLook[Refer]) -> Failing:
    """A referral names the act's provision and its target."""
    referral = look.command.referral
    return None if referral.provision and referral.target else {"act": referral.act}


def _graded(look: Anything) -> dict[str, object]:
    """The grade on today's strands; a finding that is not about the central question has none."""
    if look.facts.strands is None:
        return {"grade": look.state.grade, "limits": look.state.limits, "strands": None}
    found, cannot = grade(look.facts.strands, look.rules)
    return {"grade": found, "limits": cannot, "strands": look.facts.strands}


def _open(look: FindingLook[Open]) -> Sequence[Record]:
    return [draft("finding-opened", look.command, question=look.command.raised.question, **_graded(look))]


def _add(look: FindingLook[AddEvidence]) -> Sequence[Record]:
    return [draft("finding-evidence-added", look.command, **_graded(look))]


def _answer(look: FindingLook[AnswerQuestion]) -> Sequence[Record]:
    return [draft("finding-answered", look.command, still_raised=look.facts.still_raised)]


_OFFICE = ("officer", "inspector")
_CLOSE = (
    no_conflict_of_interest,
    closing_has_reason,
    each_point_has_response,
    heard_before_upheld,
    closer_is_other,
    grade_carries_it,
    explanation_on_file,
    correction_on_file,
)
_ADD = (no_conflict_of_interest, evidence_has_place)


def _added(state: str) -> Row:
    return Row((state,), AddEvidence, (state,), (*_OFFICE, "timer"), _ADD, _add)


FINDING = Machine(
    "finding",
    (
        Row(("none",), Open, ("opened",), (*_OFFICE, "timer"), (promise_named, evidence_named), _open),
        Row(
            ("opened",),
            PutQuestion,
            ("asked",),
            ("officer",),
            (no_conflict_of_interest, window_long_enough, evidence_may_be_seen),
            plain("finding-asked"),
        ),
        Row(
            ("asked", "answered"),
            AnswerQuestion,
            ("answered",),
            ("signatory",),
            (answer_in_window, answer_says_something),
            _answer,
        ),
        Row(("asked",), ExpireWindow, ("unanswered",), ("timer",), (window_over,), plain("finding-unanswered")),
        *map(_added, ("opened", "asked", "answered", "unanswered")),
        Row(
            ("opened", "asked", "answered", "unanswered"),
            CloseFinding,
            ("closed",),
            ("officer",),
            _CLOSE,
            plain("finding-closed"),
        ),
        Row(("closed",), Refer, ("closed",), ("officer",), (upheld_first, referral_has_provision), plain("finding-referred")),
    ),
    at=finding_state,
)

COMMANDS: Mapping[str, type[Command]] = {kebab(row.command): row.command for row in FINDING.rows}


def decide(finding: Finding | None, command: Command, facts: FindingFacts, rules: FindingRules) -> tuple[Record, ...] | Refusal:
    """The records this act writes, or every reason why it may not be done. ``finding`` is ``None`` before opening."""
    return run(FINDING, Look(finding or Finding(), command, facts, rules))
