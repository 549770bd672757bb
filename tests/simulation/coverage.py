"""What a run must have reached: every act taken, every fault struck, the states and refusals that matter. A simulation
that never gets there shows nothing, so a hole is a failure and is named."""

from __future__ import annotations

from collections import Counter
from typing import Final

from tests.simulation.actors import ACTS
from tests.simulation.faults import FAULTS

STATES: Final = (
    "application returned",
    "application submitted",
    "application withdrawn",
    "case accepted",
    "case in_review",
    "case decided",
    "case closed",
    "licence active",
    "licence suspended",
    "licence frozen",
    "licence closed",
    "licence withdrawn",
    "licence annulled",
    "licence revoked",
    "appeal lodged",
    "appeal admitted",
    "appeal answered",
    "appeal unanswered",
    "appeal withdrawn",
    "appeal conclusion_proposed",
    "appeal annulled_and_remitted",
    "proceeding noticed",
    "proceeding answered",
    "proceeding waived",
    "proceeding proposed",
    "proceeding sent_back",
    "proceeding signed",
    "proceeding dropped",
    "finding opened",
    "finding asked",
    "finding answered",
    "finding closed",
)
"""Noun and state, as ``summary`` shows them; a state that only a rare chain of acts reaches is asked for in the long run."""
WATCHED: Final = ("act visit",)
"""Acts that leave no answer: the witness takes notes and writes no letters."""


def wanted() -> set[str]:
    """Everything a whole run has to reach."""
    acts = {f"act {name}" for name in ACTS}
    return {*acts, *(f"fault {name}" for name in FAULTS), *(f"state {name}" for name in STATES)} - set(WATCHED)


def holes(reached: Counter[str]) -> list[str]:
    """What was never reached."""
    return sorted(one for one in wanted() if not reached[one])


_RARE_ACTS: Final = (
    "answer-finding",
    "close-finding",
    "extend",
    "insufficient",
    "lift-limit",
    "refer",
    "reject",
    "remit",
    "reopen",
    "void-proposal",
)
RARE: Final = frozenset({*(f"act {name}" for name in _RARE_ACTS), "state finding answered", "state finding closed"})
"""What only the long run has to reach."""
