"""What may be asked of a case: one frozen command per row of the tables. Ids and days are passed in.

Every command carries ``on``, the legal day in the authority's zone, and ``by``, the actor as the session knows it; a
request body never names a signer. Where an instant matters there is ``at``, aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lodemark.case.model import Answer, Judgement, LineOutcome, NoticeGround, Point, Position, Question
from lodemark.ledger import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The legal day and the actor of every act."""

    on: date
    by: Actor


# --- the case itself -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Command):
    """受理: open the case on a submitted application."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeemAccept(Command):
    """The office was silent too long: accepted on the day of receipt."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(Command):
    """不予受理: no licence is needed, or another body is competent (named)."""

    case: str
    reason: str
    competent_body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse(Command):
    """逾期未补正: a returned application was not completed in time."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(Command):
    """An officer takes the file; consultations the rulebook demands open with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend(Command):
    """The applicant changes something that is no key element; the shell hands in the diff as ``facts.change``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Command):
    """撤回申请 after acceptance; nothing is deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Command):
    """办结: the decision is served and no appeal can change it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remit(Command):
    """The appeal annulled the decision and sent the case back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopClock(Command):
    """Time that does not count, on a ground the rulebook names; the applicant was told how many days it will take."""

    stop: str
    ground: str
    told_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeClock(Command):
    """The ground of a stop has ended."""

    stop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftLimit(Command):
    """No time limit applies to this case, on a ground the rulebook names."""

    ground: str


# --- requests for information ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Command):
    """Questions after acceptance, each with rule, path and why; a second one on the same path says why again."""

    rfi: str
    questions: tuple[Question, ...]
    reply_by: date
    why_again: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Command):
    """A remark on a request; a note is not an answer."""

    rfi: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chase(Command):
    """A reminder before the reply is due."""

    rfi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRfi(Command):
    """Answers make a new version, handed in as ``facts.change``, in which only the asked paths changed."""

    rfi: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptAnswer(Command):
    """The officer has what was asked."""

    rfi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Insufficient(Command):
    """Some of the *same* questions are still open, and why."""

    rfi: str
    questions: tuple[str, ...]
    reason: str
    reply_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseRfi(Command):
    """The reply day passed without an answer."""

    rfi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(Command):
    """More time before the reply day."""

    rfi: str
    reply_by: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Command):
    """A lapsed request is opened again, with a reason."""

    rfi: str
    reply_by: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Command):
    """The answer is no longer needed, and why."""

    rfi: str
    reason: str


# --- consultation ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Consult(Command):
    """A question to a department about the fields it may see."""

    consultation: str
    department: str
    fields: tuple[str, ...]
    question: str
    reply_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Advise(Command):
    """A position per line; a changed view names the advice it replaces by ``replaces=True``."""

    consultation: str
    positions: tuple[Position, ...]
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseConsultation(Command):
    """The department stayed silent; recorded as silence, never as consent."""

    consultation: str


# --- notice of intent ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class GiveNotice(Command):
    """拟不予许可告知: every adverse reason, the evidence the party may see (document digests), when to answer by."""

    notice: str
    grounds: tuple[NoticeGround, ...]
    evidence: tuple[str, ...]
    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerNotice(Command):
    """陈述申辩: the party's answer in points, with documents by digest."""

    notice: str
    points: tuple[Point, ...]
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveNotice(Command):
    """The party will not answer."""

    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireNotice(Command):
    """The time to answer passed."""

    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weigh(Command):
    """A written response to each point of the answer."""

    notice: str
    responses: Mapping[str, str]


# --- decision --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(Command):
    """An outcome for every line; ``answers_to_advice`` says, per consultation, why its advice is not followed."""

    decision: str
    outcomes: tuple[LineOutcome, ...]
    judgements: tuple[Judgement, ...] = ()
    answers_to_advice: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack(Command):
    """The countersigner returns the proposal with a comment."""

    decision: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidProposal(Command):
    """What the proposal rested on has changed."""

    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Countersign(Command):
    """复核: sign exactly the proposal whose ``digest`` was shown."""

    decision: str
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve(Command):
    """送达, in the transaction of the last signature: reasons, remedies, time limits, minted licences."""

    decision: str
    licences: tuple[str, ...] = ()
