"""What may be asked of an obligation: one frozen command per row of its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from lodemark.case.commands import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Owe(Command):
    """Something is owed by a day, under a provision or an agreement."""

    obligation: str
    party: str
    kind: str
    due_on: date
    seriousness: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep(Command):
    """It was kept, in time or late; ``evidence`` names the record that shows it."""

    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss(Command):
    """The due day passed and nothing came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeExcuse(Command):
    """It should not count, and why (portal down, relocation told beforehand)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmExcuse(Command):
    """A second person agrees that it should not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest(Command):
    """The party says the item is wrong, and why; until settled it counts as before and is shown as contested."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(Command):
    """What a contested item stands as, and why."""

    outcome: Literal["kept", "late", "missed"]
    reason: str
