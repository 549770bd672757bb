"""The values standing is made by: per kind a weight and a half-life, the tiers' thresholds with hysteresis, the prior.

``HOUSE`` holds the house values an office adopts or changes; none is law, and each says so by its provision id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lodemark.parties.standing import Tier

PROVISION = "house/standing"


@dataclass(frozen=True, slots=True)
class KindRule:
    """How heavily a kind weighs by its seriousness, and after how many days an old item weighs half."""

    weight: Decimal
    half_life_days: int
    provision: str = PROVISION


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


_YEAR, _TWO_YEARS = 365, 730
_KINDS = {
    "use-report": KindRule(Decimal(1), _YEAR),
    "arrival": KindRule(Decimal(1), _YEAR),
    "installation": KindRule(Decimal(1), _YEAR),
    "epcis-feed": KindRule(Decimal("0.5"), _YEAR),
    "balance": KindRule(Decimal(2), _TWO_YEARS),
    "assay": KindRule(Decimal(2), _TWO_YEARS),
    "site-visit": KindRule(Decimal(2), _TWO_YEARS),
    "answer": KindRule(Decimal("1.5"), _YEAR),
    "statement": KindRule(Decimal(2), _TWO_YEARS),
    "drawdown": KindRule(Decimal("1.5"), _TWO_YEARS),
    "compliance-programme": KindRule(Decimal(1), _TWO_YEARS),
}
_D = Decimal

HOUSE = TrustRules(
    kinds=_KINDS,
    tiers=(
        TierRule("known", _D("0.60"), _D("0.55")),
        TierRule("reliable", _D("0.80"), _D("0.75")),
        TierRule("transparent", _D("0.90"), _D("0.87"), needs=("epcis-feed", "balance"), needs_lower=_D("0.60")),
    ),
    prior=(_D(1), _D(1)),
    late=_D("0.5"),
    floor=_D("0.50"),
    tail=_D("0.05"),
    provisions={
        "not-in-this-state": PROVISION,
        "role-may-not": "house/rights",
        "kind-known": PROVISION,
        "due-day-over": PROVISION,
        "evidence-given": PROVISION,
        "reason-stated": PROVISION,
        "second-person": "house/separation-of-duties",
    },
)
