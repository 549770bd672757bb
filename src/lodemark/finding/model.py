"""A finding: a disagreement between evidence and a promise, the question it raises, and its answer. For and against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Source = Literal["attribution", "accountancy", "assay", "custody", "parties", "licence", "report", "inspection", "document"]
Grade = Literal[
    "excluded",
    "entitlement-only",
    "not-assessable",
    "possible",
    "indicated",
    "proven",
    "conflict",
]
ClosedAs = Literal["explained", "corrected", "upheld", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece: where it lies (``ref``, ``digest``) and what it says (``statement_code``, ``facts``).

    ``log10_lr`` is its weight on the central question (text of a decimal), within its validated ``bounds``; ``sample``
    names the physical sample it was measured on.
    """

    source: Source
    ref: str
    digest: str
    statement_code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    log10_lr: str | None = None
    bounds: tuple[str, ...] = ()
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing the evidence cannot show."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Raised:
    """What a detector returns: a question, without an id and without a verdict.

    ``promise`` is the provision or declaration the evidence disagrees with; ``exonerates`` names by code what would
    answer the question. ``asks`` is the wording code of the question where another room already words it.
    """

    kind: str
    subject: str
    promise: str
    facts: Mapping[str, object]
    evidence: tuple[Evidence, ...]
    exonerates: tuple[str, ...]
    asks: str = ""

    @property
    def question(self) -> str:
        """The wording code of the question asked."""
        return self.asks or f"question-{self.kind}"


@dataclass(frozen=True, slots=True)
class Point:
    """One point of an answer, by id, with its text."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the party answered on one day: points, documents by digest, records that correct earlier ones."""

    on: date
    points: tuple[Point, ...]
    documents: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Closure:
    """How and why a finding was closed; ``responses`` answers each point of the party."""

    on: date
    closed_as: ClosedAs
    reason: str
    responses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Referral:
    """What an upheld finding proposes; an officer takes it up as a new command, it never acts by itself."""

    act: Literal["suspend", "withdraw", "revoke", "inspect", "watch-list"]
    provision: str
    target: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The dossier as it stands; states opened, asked, answered, unanswered, closed."""

    id: str = ""
    kind: str = ""
    promise: str = ""
    subject: str = ""
    party: str = ""
    state: str = ""
    opened_on: date | None = None
    opened_by: str = ""
    question: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    exonerating: tuple[Evidence, ...] = ()
    grade: str = ""
    limits: tuple[Limit, ...] = ()
    answer_due: date | None = None
    answers: tuple[Answer, ...] = ()
    closure: Closure | None = None
    referrals: tuple[Referral, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What attribution says of the central question for one licence and element, in milligrams of element.

    ``crosses``: mass-balance or book-and-claim sites on the path. ``gaps``: missing or unweighed steps, by name.
    ``closes``: every path ends at a known place and the mass closes. ``exact``: the lower bound has an exact certificate.
    ``conflict``: the records that cannot all be true; then there is no number (``None``), not even nothing and all.
    """

    low_mg: int | None
    expected_mg: int | None
    high_mg: int | None
    total_mg: int
    exact: bool = False
    closes: bool = False
    crosses: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    digest: str = ""
    conflict: Limit | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The weight of one composition or code measurement: log10 likelihood ratio and the range it was validated for."""

    strand: Literal["composition", "code"]
    sample: str
    log10_lr: Decimal
    low: Decimal
    high: Decimal

    @property
    def clipped(self) -> Decimal:
        """The value within its validated range: a method proves no more than it was tested for."""
        return min(max(self.log10_lr, self.low), self.high)


@dataclass(frozen=True, slots=True)
class Strands:
    """All that speaks to the central question. ``reach`` is ``None`` when attribution was not run: not known.

    ``serial_in_item``: an identity-preserved serial was found in an item; ``named_by``: the document or inspection that
    names the end user. ``markable``: the stage can carry a mark at all.
    """

    reach: Reach | None = None
    marks: tuple[Mark, ...] = ()
    serial_in_item: bool = False
    named_by: str = ""
    markable: bool = True
