"""What ``assess`` hands back. What nobody may ask for (``fired``, ``missing``, ``because``, ``unneeded``) is worked out when it is first read, from the same inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from lodemark.rules.facts import FactSet
from lodemark.rules.model import Evidence, Fact, Is, Modality
from lodemark.rules.residual import Residual
from lodemark.trouble import Reason

Outcome = Literal[
    "not_controlled", "licence_required", "refuse_in_principle", "case_by_case", "exempt", "out_of_scope", "not_known"
]
Verdict = Literal["met", "not_met", "not_known"]
READERS = ("authority", "exporter", "end_user", "laboratory")
# Of each outcome, whether the export then needs a licence (a refusal in principle is a refusal of one).
NEEDS_LICENCE: Mapping[str, bool] = {
    "licence_required": True,
    "refuse_in_principle": True,
    "case_by_case": True,
    "not_controlled": False,
    "exempt": False,
    "out_of_scope": False,
}


@dataclass(frozen=True, slots=True)
class Fired:
    """A provision whose condition is met on the day."""

    provision: str
    effect: str | None
    status: Is
    evidence: Evidence
    facts_used: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """One fact that can still change an outcome: what, why, who may say it, what it costs, and for which cells.

    ``fact_ref`` is ``line[L1].fraction[Dy]``, a collection to be closed, ``status[cn/ann61-2025]`` or ``cn/ann18-2025/trace#Dy``;
    ``via`` names the derived fact through which it matters.
    """

    fact_ref: str
    question_code: str
    why: tuple[str, ...]
    evidence_kinds: tuple[str, ...]
    may_answer: tuple[str, ...]
    audience: tuple[str, ...]
    burden: int
    cells: tuple[str, ...]
    via: str | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One rule put to one file; rooms above add theirs."""

    code: str
    verdict: Verdict
    facts: Mapping[str, object] = field(default_factory=dict)
    provision: str | None = None
    numbers: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """The outcome for one line and one end user (and crossing, where a regime reaches beyond the first).

    ``reachable`` are the outcomes still possible; the outcome is ``not_known`` while there is more than one. ``licence_needed`` is settled
    as soon as all of them agree on it. ``weakest_evidence`` and ``modality`` are the weakest links of what decided.
    """

    line: str | None
    end_user: str | None
    crossing: str | None
    outcome: Outcome
    reachable: tuple[Outcome, ...]
    licence_needed: Verdict
    modality: Modality
    weakest_evidence: Evidence
    caveats: tuple[Reason, ...]
    relevance: Literal["exact", "kleene"]
    find_fired: Callable[[], tuple[Fired, ...]] = field(repr=False, compare=False)
    find_missing: Callable[[], tuple[tuple[Missing, ...], tuple[Missing, ...]]] = field(repr=False, compare=False)
    find_because: Callable[[], tuple[str, ...]] = field(repr=False, compare=False)

    @property
    def key(self) -> str:
        """The cell's name: ``L1/p3`` or ``L1/p3/x2``."""
        return "/".join(part for part in (self.line, self.end_user, self.crossing) if part)

    @cached_property
    def fired(self) -> tuple[Fired, ...]:
        """The provisions found met on the way to the outcome, each with the facts it read."""
        return self.find_fired()

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """Exactly the facts on which two completions of the file disagree about this outcome."""
        return self.find_missing()[0]

    @cached_property
    def waiting_for(self) -> tuple[Missing, ...]:
        """The same, where a sealed answer has been promised to the authority."""
        return self.find_missing()[1]

    @cached_property
    def because(self) -> tuple[str, ...]:
        """An irredundant set of facts that alone forces the outcome; empty while it is not known."""
        return self.find_because()


@dataclass(frozen=True)
class Assessment:
    """What a regime makes of a file on a day. Same inputs, same bytes out.

    ``admissible``: whether every paper and statement that the licence kind requires is there; ``None`` when no line needs a licence.
    ``checks``: each requirement alone (code and provision are its id), then those of the room above. ``advice``: another path that is open.
    ``residuals`` are the diagrams of what is still open, on which ``next_questions`` works.
    """

    regime: str
    on: date
    rulebook_digest: str
    facts: FactSet
    assumptions: Mapping[str, str]
    as_seen_by: str
    cells: tuple[Cell, ...]
    admissible: Verdict | None
    relevance: Literal["exact", "kleene"]
    checks: tuple[CheckResult, ...]
    advice: tuple[Reason, ...]
    residuals: tuple[Residual, ...] = field(repr=False, compare=False)
    vocabulary: Mapping[str, Fact] = field(repr=False, compare=False)
    find_missing: Callable[[], tuple[tuple[Missing, ...], tuple[Missing, ...]]] = field(repr=False, compare=False)
    find_unneeded: Callable[[], tuple[str, ...]] = field(repr=False, compare=False)

    @property
    def facts_digest(self) -> str:
        """The digest of the facts as put to the regime, what the office gathered and what was supposed included."""
        return self.facts.digest

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """What is still to be said, over all cells and, where a licence may be needed, for the papers; in vocabulary order."""
        return self.find_missing()[0]

    @cached_property
    def waiting_for(self) -> tuple[Missing, ...]:
        """What was promised under seal and has not reached this reader."""
        return self.find_missing()[1]

    @cached_property
    def unneeded(self) -> tuple[str, ...]:
        """Facts that were given although no provision in force needs them: they may be withheld (Administrative Licensing Law art. 29, 31)."""
        return self.find_unneeded()
