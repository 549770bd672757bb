"""Standing 信用状况: what a party's kept process shows, as a value that rooms hand to one another.

Room ``trust`` computes it, the shell carries it; whoever asks more or less of a party reads it here. It holds nothing about
nationality or size. A tier changes what is asked and sampled, never what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

Tier = Literal["unproven", "known", "reliable", "transparent"]
TIERS: tuple[Tier, ...] = get_args(Tier)
"""Lowest first. *Unproven* says that little is known yet, not that anything is bad."""


@dataclass(frozen=True, slots=True)
class KindStanding:
    """One kind of obligation: kept and missed as they weigh today (faded), and the 5 % and 95 % bounds of keeping it."""

    kept: Decimal
    missed: Decimal
    lower: Decimal
    upper: Decimal


@dataclass(frozen=True, slots=True)
class Move:
    """How far one obligation moves the whole: the lower bound with it less the lower bound without it."""

    obligation: str
    kind: str
    effect: Decimal


@dataclass(frozen=True, slots=True)
class Raise:
    """What would reach ``tier``: so many more obligations of ``kind`` kept; ``by`` when those already due are kept in time."""

    tier: Tier
    kind: str
    count: int
    by: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A party's standing on one day, with every item that moved it. ``lower`` is the pooled 5 % bound the tier rests on;
    ``digest`` names the obligations and rule values it was computed from."""

    party: str
    on: date
    tier: Tier
    lower: Decimal
    per_kind: Mapping[str, KindStanding]
    moved_by: tuple[Move, ...]
    would_raise: tuple[Raise, ...]
    digest: str


def at_least(tier: Tier, wanted: Tier) -> bool:
    """Whether ``tier`` is ``wanted`` or higher."""
    return TIERS.index(tier) >= TIERS.index(wanted)
