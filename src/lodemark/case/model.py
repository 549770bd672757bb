"""The case as it stands: what ``fold`` returns, and the frozen values its records carry.

A *line* is a goods line for one end user, named by its id. Its outcome stands per line; "partly granted" is computed
by ``overall`` and never stored. Records keep the person of every act, because separation of duties compares persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Outcome = Literal["granted", "granted_with_conditions", "refused", "not_required"]
Verdict = Literal["met", "not_met", "not_known"]
Stance = Literal["approve", "approve-with-condition", "refuse", "no-view"]


@dataclass(frozen=True, slots=True)
class Ground:
    """Why: a sentence code, the provision it rests on, the facts. ``sealed`` grounds are released as their ``gist``."""

    code: str
    provision: str
    facts: Mapping[str, object] = field(default_factory=dict)
    sealed: bool = False
    gist: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a grant; ``checked_at`` says when the licence meets it: reserve, post, report or manual."""

    code: str
    provision: str
    params: Mapping[str, object] = field(default_factory=dict)
    checked_at: Literal["reserve", "post", "report", "manual"] = "report"


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What is decided for one line, and why."""

    line: str
    outcome: Outcome
    grounds: tuple[Ground, ...]
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's reading of a check the facts leave open: how it is taken for this line, and why."""

    check: str
    line: str
    verdict: Literal["met", "not_met"]
    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked: the rule that needs it, the path it fills, why it is needed; ``sealed`` goes to the end user."""

    id: str
    rule: str
    provision: str
    path: str
    text: str
    why: str
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer by digest: its text is part of the new version, which may hold what others must not see."""

    question: str
    digest: str


@dataclass(frozen=True, slots=True)
class Rfi:
    """A request for information 补充材料; states open, answered, lapsed, closed."""

    id: str
    state: str
    questions: tuple[Question, ...]
    reply_by: date
    answered: tuple[str, ...] = ()
    chased: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """What an adviser says about one line."""

    line: str
    stance: Stance
    ground: Ground | None = None
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Consultation:
    """A question to another department 征求意见; states asked, answered, expired, stale.

    ``put_back`` lists conditions the adviser was told would be changed or dropped ("line: code").
    """

    id: str
    state: str
    department: str
    fields: tuple[str, ...]
    question: str
    reply_by: date
    version: int
    positions: tuple[Position, ...] = ()
    put_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeGround:
    """One adverse reason the office intends to use against one line."""

    line: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the party's answer, by id, with its text."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of intent 拟不予许可告知; states served, answered, waived, over, weighed."""

    id: str
    state: str
    grounds: tuple[NoticeGround, ...]
    answer_by: date
    points: tuple[Point, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether the party has been heard or let the time pass, so that the grounds may be used."""
        return self.state in ("waived", "over", "weighed")


@dataclass(frozen=True, slots=True)
class Decision:
    """One proposal and what became of it; states proposed, sent_back, voided, signed, served.

    ``basis`` holds a digest per part the proposal rested on (version, checks, screening, lists ...): what changed is
    named by comparing it with today's. ``digest`` is what a countersigner signs.
    """

    id: str
    state: str
    proposer: str
    outcomes: tuple[LineOutcome, ...]
    basis: Mapping[str, str]
    digest: str
    signers: tuple[str, ...] = ()
    served_on: date | None = None


@dataclass(frozen=True, slots=True)
class Remittal:
    """An appeal sent the case back: whether another officer must act, and what may not simply be repeated."""

    appeal: str
    another_officer: bool
    only_procedure: bool
    barred: tuple[str, ...] = ()
    annulled: Decision | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The office's handling of one application; ``state`` is empty until its first record."""

    id: str = ""
    application: str = ""
    state: str = ""
    version: int = 0
    content_digest: str = ""
    received_on: date | None = None
    accepted_on: date | None = None
    lines: tuple[str, ...] = ()
    officer: str = ""
    closed_as: str = ""
    hats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rfis: Mapping[str, Rfi] = field(default_factory=dict)
    consultations: Mapping[str, Consultation] = field(default_factory=dict)
    notices: Mapping[str, Notice] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    stops: Mapping[str, str] = field(default_factory=dict)
    unlimited: str = ""
    remittal: Remittal | None = None

    @property
    def decision(self) -> Decision | None:
        """The latest proposal, whatever became of it."""
        return self.decisions[-1] if self.decisions else None

    @property
    def open_proposal(self) -> Decision | None:
        """The proposal that still waits for signatures."""
        return self.decision if self.decision and self.decision.state == "proposed" else None


def overall(outcomes: tuple[LineOutcome, ...]) -> str:
    """One word for all lines: the common outcome, ``partly_granted`` when some are granted, else ``mixed``."""
    kinds = {line.outcome for line in outcomes}
    if len(kinds) == 1:
        return next(iter(kinds))
    granted = kinds & {"granted", "granted_with_conditions"}
    if not granted:
        return "mixed"
    return "granted_with_conditions" if kinds == granted else "partly_granted"
