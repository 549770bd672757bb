"""What may be asked of an appeal: one frozen command per row of its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from lodemark.case.appeal.model import Conclusion
from lodemark.case.commands import Command
from lodemark.case.model import Ground, LineOutcome, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Lodge(Command):
    """申请复议: against which decision, on which grounds."""

    appeal: str
    case: str
    decision: str
    grounds: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCompletion(Command):
    """What the appeal lacks, told once, and until when it may be cured."""

    items: tuple[Point, ...]
    cure_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(Command):
    """The missing parts, by point."""

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseAppeal(Command):
    """The appeal was not completed in time and counts as given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admit(Command):
    """受理: the appeal is heard; the office has its days to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject(Command):
    """The appeal came too late, or cannot be heard, and why."""

    ground: Literal["out_of_time", "inadmissible"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond(Command):
    """The office's answer, with its evidence by digest."""

    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireResponse(Command):
    """The office did not answer: it counts as having no evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hear(Command):
    """A side was heard, or said that it does not wish to be."""

    side: Literal["applicant", "office"]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReplay(Command):
    """The decision was run again from its records: the digest of the report, and whether it came out the same."""

    report: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStay(Command):
    """停止执行: whether the decision's effect is suspended meanwhile, and why."""

    stayed: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclude(Command):
    """The proposed conclusion, with reasons of its own; ``outcomes`` for every line where it varies the decision."""

    outcome: Conclusion
    reasons: tuple[Ground, ...]
    outcomes: tuple[LineOutcome, ...] = ()
    another_officer: bool = False
    only_procedure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBackConclusion(Command):
    """The countersigner returns the conclusion with a comment."""

    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountersignConclusion(Command):
    """Sign exactly the conclusion whose digest was shown."""

    digest: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAppeal(Command):
    """The party takes the appeal back."""
