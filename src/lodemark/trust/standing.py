"""Standing from kept promises: Beta posteriors with forgetting, the lower 5 % bound, tiers with hysteresis.

Each item weighs ``seriousness x weight of its kind x 2^(-age / half-life)``; kept items add to the first parameter, missed
ones to the second (the beta reputation of Josang and Ismail, 2002, with a prior of one each). The lower bound makes a
newcomer *unproven*, not bad: little evidence, wide bound. The tier is reviewed on the first of every month and today, days
that depend on no item, so that one more kept promise can never end in a lower tier::

    standing("party/p2", obligations, date(2026, 6, 1), rules)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import count, takewhile

from scipy.special import betaincinv

from lodemark.ledger import digest
from lodemark.parties.standing import TIERS, KindStanding, Move, Raise, Standing, Tier
from lodemark.trust.model import Obligation
from lodemark.trust.rules import TierRule, TrustRules
from lodemark.trust.trouble import KindUnknown

FOUR_PLACES = Decimal("0.0001")
MOST_ASKED = 200  # more kept promises than this are no advice


@dataclass(frozen=True, slots=True)
class _Weights:
    """Faded weight kept and missed, per kind. Floats: these are the numerics; what leaves is rounded decimals."""

    kept: Mapping[str, float]
    missed: Mapping[str, float]


def standing(party: str, obligations: Iterable[Obligation], on: date, rules: TrustRules) -> Standing:
    """The standing of a party on a day; raises ``KindUnknown`` for an obligation whose kind the rules do not weigh.

    Items due after ``on``, open ones and excused ones do not count. The order of ``obligations`` changes nothing.
    """
    owed = sorted(obligations, key=lambda one: (one.due_on, one.id))
    if unknown := sorted({one.kind for one in owed} - set(rules.kinds)):
        raise KindUnknown(kinds=unknown, known=sorted(rules.kinds))
    now = _weigh(owed, on, rules)
    tier = _tier(owed, on, rules)
    return Standing(
        party=party,
        on=on,
        tier=tier,
        lower=_down(_pooled(now, rules)),
        per_kind={kind: _kind(now, kind, rules) for kind in sorted({*now.kept, *now.missed})},
        moved_by=_moves(owed, on, rules),
        would_raise=_raises(owed, on, tier, rules),
        digest=digest({"party": party, "on": on, "obligations": owed, "rules": rules}),
    )


def _weigh(owed: Iterable[Obligation], on: date, rules: TrustRules) -> _Weights:
    kept: dict[str, float] = {}
    missed: dict[str, float] = {}
    share = {"kept": 1.0, "late": float(rules.late), "missed": 0.0}
    for one in owed:
        if one.due_on > on or one.outcome not in share:
            continue
        weight = _weight(one, on, rules)
        kept[one.kind] = kept.get(one.kind, 0.0) + weight * share[one.outcome]
        missed[one.kind] = missed.get(one.kind, 0.0) + weight * (1 - share[one.outcome])
    return _Weights(kept, missed)


def _weight(one: Obligation, on: date, rules: TrustRules) -> float:
    rule = rules.kinds[one.kind]
    faded: float = 2.0 ** (-(on - one.due_on).days / rule.half_life_days)
    return float(one.seriousness * rule.weight) * faded


def _bound(kept: float, missed: float, rules: TrustRules, tail: float) -> float:
    a, b = rules.prior
    return float(betaincinv(float(a) + kept, float(b) + missed, tail))


def _pooled(weights: _Weights, rules: TrustRules) -> float:
    return _bound(sum(weights.kept.values()), sum(weights.missed.values()), rules, float(rules.tail))


def _kind(weights: _Weights, kind: str, rules: TrustRules) -> KindStanding:
    kept, missed = weights.kept.get(kind, 0.0), weights.missed.get(kind, 0.0)
    lower, upper = (_bound(kept, missed, rules, tail) for tail in (float(rules.tail), 1 - float(rules.tail)))
    return KindStanding(_down(kept), _up(missed), _down(lower), _up(upper))


# Rounded against the party by at most 0.0001, so that a threshold is reached only when it is surely reached.
def _down(number: float) -> Decimal:
    return Decimal(number).quantize(FOUR_PLACES, ROUND_FLOOR)


def _up(number: float) -> Decimal:
    return Decimal(number).quantize(FOUR_PLACES, ROUND_CEILING)


def _tier(owed: Sequence[Obligation], on: date, rules: TrustRules) -> Tier:
    """The tier after every monthly review up to today."""
    tier: Tier = "unproven"
    for day in _reviews(owed, on):
        tier = _reviewed(tier, _weigh(owed, day, rules), rules)
    return tier


def _reviews(owed: Sequence[Obligation], on: date) -> Iterator[date]:
    """The first of each month from the first item on, and today."""
    if owed and owed[0].due_on <= on:
        first = owed[0].due_on
        months = (first.year * 12 + first.month - 1 + number for number in count(1))
        firsts = (date(month // 12, month % 12 + 1, 1) for month in months)
        yield from takewhile(lambda day: day < on, firsts)
    yield on


def _reviewed(held: Tier, weights: _Weights, rules: TrustRules) -> Tier:
    """The highest tier whose tests hold: a tier held so far by its lower threshold, a higher one by its upper."""
    reached: Tier = "unproven"
    lower = _down(_pooled(weights, rules))
    for rule in rules.tiers:
        keeps = TIERS.index(rule.tier) <= TIERS.index(held)
        if lower < (rule.stay if keeps else rule.enter) or not _eligible(weights, rule, rules):
            break
        reached = rule.tier
    return reached


def _eligible(weights: _Weights, rule: TierRule, rules: TrustRules) -> bool:
    kinds = {kind: _kind(weights, kind, rules) for kind in {*weights.kept, *weights.missed, *rule.needs}}
    barred = any(kind.upper < rules.floor for kind in kinds.values())
    return not barred and all(kinds[kind].lower >= rule.needs_lower for kind in rule.needs)


def _moves(owed: Sequence[Obligation], on: date, rules: TrustRules) -> tuple[Move, ...]:
    """Every item that counts, by the size of its effect on the pooled lower bound."""
    now = _weigh(owed, on, rules)
    kept, missed = sum(now.kept.values()), sum(now.missed.values())
    whole, moves = _bound(kept, missed, rules, float(rules.tail)), list[Move]()
    for one in owed:
        alone = _weigh((one,), on, rules)
        if not alone.kept:
            continue
        without = (max(0.0, kept - sum(alone.kept.values())), max(0.0, missed - sum(alone.missed.values())))
        effect = whole - _bound(*without, rules, float(rules.tail))
        moves.append(Move(one.id, one.kind, Decimal(effect).quantize(FOUR_PLACES)))
    return tuple(sorted(moves, key=lambda move: (-abs(move.effect), move.obligation)))


def _raises(owed: Sequence[Obligation], on: date, tier: Tier, rules: TrustRules) -> tuple[Raise, ...]:
    """For the next tier: per kind the party owes or the tier needs, how many more kept; and by when, if what is already
    due is kept in time."""
    upper = next((rule for rule in rules.tiers if TIERS.index(rule.tier) == TIERS.index(tier) + 1), None)
    if upper is None:
        return ()
    by = _by_when(owed, on, upper.tier, rules)
    kinds = sorted({one.kind for one in owed} | set(upper.needs)) or sorted(rules.kinds)
    now = _weigh(owed, on, rules)
    found = ((kind, _how_many(now, kind, tier, upper, rules)) for kind in kinds)
    return tuple(Raise(upper.tier, kind, number, by) for kind, number in found if number is not None)


def _how_many(now: _Weights, kind: str, tier: Tier, upper: TierRule, rules: TrustRules) -> int | None:
    """How many ordinary obligations of one kind, kept today, reach the tier; ``None`` when this kind alone never does."""
    weight = float(rules.kinds[kind].weight)

    def reaches(number: int) -> bool:
        more = {**now.kept, kind: now.kept.get(kind, 0.0) + number * weight}
        return TIERS.index(_reviewed(tier, replace(now, kept=more), rules)) >= TIERS.index(upper.tier)

    if not reaches(MOST_ASKED):
        return None
    low, high = 0, MOST_ASKED
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def _by_when(owed: Sequence[Obligation], on: date, wanted: Tier, rules: TrustRules) -> date | None:
    """The first due day of an open item on which, all open items until then kept, the tier is reached."""
    ahead = [one for one in owed if one.outcome == "open" and one.due_on > on]
    hoped = [replace(one, outcome="kept") if one in ahead else one for one in owed]
    for one in ahead:
        if TIERS.index(_tier(hoped, one.due_on, rules)) >= TIERS.index(wanted):
            return one.due_on
    return None
