"""The values standing is made by: per kind a weight and a half-life, the tiers' thresholds with hysteresis, the prior.

All are house values an office adopts or changes in its rulebook; none is law, and each says so by its provision id::

    rules = TrustRules.of(load("cn-ann18"), date(2026, 3, 16))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lodemark.case.rules import Day
from lodemark.parties.standing import TIERS, Tier
from lodemark.rules import Rulebook

PROVISION, KINDS = "house/standing", "house/standing-kinds"


@dataclass(frozen=True, slots=True)
class KindRule:
    """How heavily a kind weighs by its seriousness, and after how many days an old item weighs half."""

    weight: Decimal
    half_life_days: int
    provision: str


@dataclass(frozen=True, slots=True)
class TierRule:
    """A tier is entered at ``enter`` and kept down to ``stay``; each kind in ``needs`` must itself stand at ``needs_lower``."""

    tier: Tier
    enter: Decimal
    stay: Decimal
    needs: tuple[str, ...] = ()
    needs_lower: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class TrustRules:
    """All values. ``prior`` is (kept, missed) before any evidence; ``late`` the share of keeping that a late one counts;
    a kind whose upper bound lies below ``floor`` bars every tier above *unproven*."""

    kinds: Mapping[str, KindRule]
    tiers: tuple[TierRule, ...]
    prior: tuple[Decimal, Decimal]
    late: Decimal
    floor: Decimal
    tail: Decimal
    provisions: Mapping[str, str]

    @classmethod
    def of(cls, book: Rulebook, on: date) -> TrustRules:
        """The values on a day; raises ``NoVersionOnDate`` for a day before the first."""
        day = Day(book, on)

        def number(name: str, provision: str = PROVISION) -> Decimal:
            return Decimal(str(day.value(provision, name)))

        return cls(
            kinds={
                kind: KindRule(
                    number(f"{kind.replace('-', '_')}_weight", KINDS),
                    int(number(f"{kind.replace('-', '_')}_half_life_days", KINDS)),
                    KINDS,
                )
                for kind in OBLIGATIONS
            },
            tiers=tuple(_tier(day, tier) for tier in TIERS[1:]),
            prior=(number("prior_kept"), number("prior_missed")),
            late=number("late"),
            floor=number("floor"),
            tail=number("tail"),
            provisions=PROVISIONS,
        )


OBLIGATIONS = (
    "use-report",
    "arrival",
    "installation",
    "epcis-feed",
    "balance",
    "assay",
    "site-visit",
    "answer",
    "statement",
    "drawdown",
    "compliance-programme",
)
"""The kinds of obligation there are; each has its weight and half-life in the rulebook."""

PROVISIONS: Mapping[str, str] = {
    "not-in-this-state": PROVISION,
    "role-may-not": "house/rights",
    "kind-known": KINDS,
    "due-day-over": PROVISION,
    "evidence-given": PROVISION,
    "reason-stated": PROVISION,
    "second-person": "house/separation-of-duties",
}


def _tier(day: Day, tier: Tier) -> TierRule:
    """A tier's thresholds; only a tier that needs kinds of its own has the values ``needs`` and ``needs_lower``."""
    enter, stay = (Decimal(str(day.value(PROVISION, f"{tier}_{name}"))) for name in ("enter", "stay"))
    if f"{tier}_needs" not in {value.name for value in day.book.provision(PROVISION).values}:
        return TierRule(tier, enter, stay)
    needs = day.value(PROVISION, f"{tier}_needs")
    assert isinstance(needs, tuple), f"{tier}_needs is no list"
    return TierRule(tier, enter, stay, tuple(map(str, needs)), Decimal(str(day.value(PROVISION, f"{tier}_needs_lower"))))
