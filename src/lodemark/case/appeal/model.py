"""The appeal as it stands, and what its checks may look at. It lives in a dossier of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from lodemark.case.facts import Session
from lodemark.case.model import Ground, LineOutcome, Point

Conclusion = Literal["upheld", "varied", "annulled", "annulled_and_remitted", "declared_unlawful", "rejected"]


@dataclass(frozen=True, slots=True)
class ProposedConclusion:
    """What the appeal officer proposes; ``outcomes`` only where the decision is varied."""

    outcome: Conclusion
    reasons: tuple[Ground, ...]
    outcomes: tuple[LineOutcome, ...]
    another_officer: bool
    only_procedure: bool
    proposer: str
    digest: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """States lodged, completion_asked, admitted, answered, unanswered, conclusion_proposed, concluded, out_of_time,
    inadmissible, withdrawn. ``answer_state`` is where a conclusion sent back returns to."""

    id: str = ""
    case: str = ""
    decision: str = ""
    state: str = ""
    grounds: tuple[Point, ...] = ()
    lodged_on: date | None = None
    completion_asked: bool = False
    cure_by: date | None = None
    respond_by: date | None = None
    decide_by: date | None = None
    answer_state: str = ""
    heard: tuple[str, ...] = ()
    replay: str = ""
    replay_same: bool | None = None
    stayed: bool = False
    proposed: ProposedConclusion | None = None
    outcome: str = ""
    hands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether nothing more can come of it: concluded, taken back, given up, too late or inadmissible."""
        return self.state in ("concluded", "withdrawn", "out_of_time", "inadmissible")


@dataclass(frozen=True, slots=True)
class FirstDecision:
    """The decision under appeal: ``hands`` are the persons who touched its file, with their hats; ``served_on`` the
    day it became known; ``remedy_named`` whether it told the party of this remedy and its time."""

    case: str
    decision: str
    served_on: date
    remedy_named: bool
    parties: tuple[str, ...]
    outcomes: tuple[LineOutcome, ...]
    hands: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """What the shell gathered; ``None`` is not gathered and never met."""

    first: FirstDecision | None = None
    conflicts: tuple[str, ...] | None = None
    session: Session | None = None
