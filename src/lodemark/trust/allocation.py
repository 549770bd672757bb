"""Where to spend a limited number of inspection days: the inspectorate announces its probabilities and keeps to them.

Inspector leadership (Avenhaus and Canty, 1996; the Stackelberg form): whoever wanted to divert would see the announced
probabilities and choose the site where ``value x (1 - coverage x detection)`` is largest, so that largest one is made as
small as the days allow. The best answer is a water level: every site above it is brought down to it. A planning tool; it
accuses no site and draws nothing by itself (``sampling`` draws).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from lodemark.trust.trouble import PlanImpossible

_ROUNDS = 90  # bisection halves the level each round; 90 leave less than a milligram of any mass on earth
_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Site:
    """A site: what could leave it unseen in a period (mg), days one visit costs, chance that a visit would find it."""

    id: str
    value_mg: int
    days: Decimal
    detection: Decimal


@dataclass(frozen=True, slots=True)
class Allocation:
    """Probability of a visit per site, the days it takes, and the largest expected unseen mass that is left anywhere."""

    visit: Mapping[str, Decimal]
    days: Decimal
    worst_mg: int


def allocation(sites: Sequence[Site], days: Decimal) -> Allocation:
    """The visiting probabilities that make the worst site least bad within ``days``; raises ``PlanImpossible``."""
    wrong = [site.id for site in sites if site.value_mg < 0 or site.days <= 0 or not 0 < site.detection <= 1]
    if wrong or not sites or days < 0:
        cure = "at least one site; value_mg 0 or more, days above 0, detection above 0 and at most 1"
        raise PlanImpossible(what="sites", value=", ".join(wrong) or str(days), cure=cure)
    low, high = _least(sites), Decimal(max(site.value_mg for site in sites))
    for _ in range(_ROUNDS):
        level = (low + high) / 2
        low, high = (low, level) if _cost(sites, level) <= days else (level, high)
    visit = {site.id: _visit(site, high).quantize(_PLACES, ROUND_FLOOR) for site in sites}
    cost = sum((visit[site.id] * site.days for site in sites), Decimal(0))
    worst = max(site.value_mg * (1 - visit[site.id] * site.detection) for site in sites)
    return Allocation(visit, cost, int(worst.to_integral_value(ROUND_CEILING)))


def _least(sites: Sequence[Site]) -> Decimal:
    """No level below this can be reached, even with a visit to every site."""
    return max(site.value_mg * (1 - site.detection) for site in sites)


def _visit(site: Site, level: Decimal) -> Decimal:
    """The visiting probability that brings a site down to the level."""
    if site.value_mg <= level:
        return Decimal(0)
    return min(Decimal(1), (1 - level / site.value_mg) / site.detection)


def _cost(sites: Sequence[Site], level: Decimal) -> Decimal:
    return sum((_visit(site, level) * site.days for site in sites), Decimal(0))
