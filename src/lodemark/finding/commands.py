"""What may be asked of a finding: one frozen command per row of its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lodemark.case.commands import Command
from lodemark.finding.model import ClosedAs, Evidence, Point, Raised, Referral


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Command):
    """A detector or an inspector raised a question to a party."""

    finding: str
    party: str
    raised: Raised


@dataclass(frozen=True, slots=True, kw_only=True)
class PutQuestion(Command):
    """Send the question with all evidence the party may see (digests), and the day to answer by."""

    shown: tuple[str, ...]
    answer_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion(Command):
    """The party's answer: points, documents by digest, records that correct earlier ones."""

    points: tuple[Point, ...]
    documents: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireWindow(Command):
    """The time to answer passed; silence is recorded as silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEvidence(Command):
    """More evidence, against or (``exonerating``) for the party; the grade is computed again."""

    evidence: tuple[Evidence, ...]
    exonerating: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFinding(Command):
    """Explained, corrected, upheld or withdrawn, with a reason and a response to each point of the party."""

    closed_as: ClosedAs
    reason: str
    responses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer(Command):
    """What an upheld finding proposes to the office: taken up, if at all, as a new command elsewhere."""

    referral: Referral
