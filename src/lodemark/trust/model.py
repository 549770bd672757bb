"""Obligations: dated facts about promises, each with its evidence. Standing is computed from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Outcome = Literal["open", "kept", "late", "missed", "excused"]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing a party owed by a day: ``open`` until it is kept, kept late, missed or excused.

    ``seriousness`` weighs this one against others of its kind (1 is ordinary). ``evidence`` names the record.
    """

    id: str
    kind: str
    due_on: date
    outcome: Outcome = "open"
    seriousness: Decimal = Decimal(1)
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation as its dossier tells it; states open, kept, late, missed, contested, excuse_proposed, excused.

    ``counts_as`` is what standing takes it for: while contested, or while an excuse waits for its second person, that is
    what it was before. If contesting alone took an item out, a bad record could be contested into a good one.
    """

    id: str = ""
    party: str = ""
    kind: str = ""
    due_on: date | None = None
    state: str = ""
    seriousness: Decimal = Decimal(1)
    evidence: str = ""
    counts_as: Outcome = "open"
    excuse_by: str = ""

    @property
    def obligation(self) -> Obligation:
        """The value standing is computed from."""
        assert self.due_on is not None, "an obligation that was never owed"
        return Obligation(self.id, self.kind, self.due_on, self.counts_as, self.seriousness, self.evidence)
