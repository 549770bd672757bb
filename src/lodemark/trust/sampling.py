"""Which shipments or sites to verify, so that a diversion of a significant quantity is found with a stated probability.

Attribute sampling after the IAEA: with equal items, ``n = N (1 - beta^(1/d))`` for ``d`` items to a significant quantity
and ``beta`` the risk of missing it (Avenhaus and Canty, *Compliance Quantified*, 1996). Items here weigh differently, so
each is drawn by itself with

    p_i = 1 - beta^(risk_i x mass_i / significant)          (risk_i >= 1)

For any set of items that together hold a significant quantity the chance of missing all of them is the product of
``1 - p_i``, at most ``beta``: whichever way it was split. With equal items the expected sample is exactly the formula above.
An item is drawn when ``HMAC-SHA256(seed, id) < p_i x 2^256``: the seed's digest is published before, the seed after, so
everybody can recompute that nobody was picked and nobody spared::

    plan = sampling_plan(items, significant_mg=5_000_000, detection_probability=Decimal("0.9"), seed=seed)
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache

from lodemark.ledger import digest
from lodemark.trust.trouble import PlanImpossible

_SPACE = 2**256
_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be verified whole: a shipment, a lot, a site. ``risk`` is 1 or more, from named rules only."""

    id: str
    mass_mg: int
    risk: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Plan:
    """The draw: which items, with what probability each; ``commitment`` is the seed's digest, published beforehand.

    ``expected`` is the expected number of items; ``cannot_show`` names by code what the plan does not find.
    """

    sample: tuple[str, ...]
    probability_by_item: Mapping[str, Decimal]
    expected: Decimal
    commitment: str
    cannot_show: tuple[str, ...]
    digest: str


def commitment(seed: bytes) -> str:
    """SHA-256 of the seed, for the record that is written before anything is drawn."""
    return hashlib.sha256(seed).hexdigest()


def sampling_plan(population: Iterable[Item], significant_mg: int, detection_probability: Decimal, seed: bytes) -> Plan:
    """Draw a sample; raises ``PlanImpossible`` for values that make no plan. The order of the population changes nothing."""
    items = sorted(population, key=lambda item: item.id)
    _check(items, significant_mg, detection_probability, seed)
    beta = 1 - detection_probability
    chance = {item.id: _chance(item, significant_mg, beta) for item in items}
    sample = tuple(item.id for item in items if _drawn(seed, item.id, chance[item.id]))
    inputs = {
        "items": items,
        "significant_mg": significant_mg,
        "detection_probability": detection_probability,
        "commitment": commitment(seed),
    }
    return Plan(
        sample=sample,
        probability_by_item=chance,
        expected=sum(chance.values(), Decimal(0)),
        commitment=commitment(seed),
        cannot_show=("plan-whole-items-only", "plan-bias-needs-assay"),
        digest=digest(inputs),
    )


def missed(plan: Plan, items: Sequence[str]) -> Decimal:
    """The chance that none of these items is drawn."""
    chance = Decimal(1)
    for item in items:
        chance *= 1 - plan.probability_by_item[item]
    return chance


def _chance(item: Item, significant_mg: int, beta: Decimal) -> Decimal:
    """Rounded up, so that the promised probability is never missed by rounding. 50 digits: HMAC compares 256 bits."""
    with localcontext(prec=50):
        return _rounded_up(item.risk * item.mass_mg / significant_mg, beta)


@lru_cache(maxsize=4096)  # a population is mostly equal items, and a power of 50 digits is slow
def _rounded_up(exponent: Decimal, beta: Decimal) -> Decimal:
    with localcontext(prec=50):
        return (1 - beta**exponent).quantize(_PLACES, rounding="ROUND_CEILING")


def _drawn(seed: bytes, item: str, chance: Decimal) -> bool:
    ticket = int.from_bytes(hmac.new(seed, item.encode(), hashlib.sha256).digest(), "big")
    return ticket < int(chance.scaleb(6)) * _SPACE // 10**6


def _check(items: Sequence[Item], significant_mg: int, probability: Decimal, seed: bytes) -> None:
    if not 0 < probability < 1:
        raise PlanImpossible(what="detection_probability", value=str(probability), cure="between 0 and 1, both excluded")
    if significant_mg <= 0:
        raise PlanImpossible(what="significant_mg", value=significant_mg, cure="above 0")
    if len(seed) < 16:
        raise PlanImpossible(what="seed", value=f"{len(seed)} bytes", cure="16 bytes or more, from a random source")
    ids = [item.id for item in items]
    if len(set(ids)) < len(ids):
        twice = sorted({one for one in ids if ids.count(one) > 1})
        raise PlanImpossible(what="population", value=", ".join(twice), cure="each id once")
    wrong = [item.id for item in items if item.mass_mg < 0 or item.risk < 1]
    if wrong:
        raise PlanImpossible(what="population", value=", ".join(wrong), cure="mass_mg 0 or more, risk 1 or more")
