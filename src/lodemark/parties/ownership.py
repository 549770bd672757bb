"""Ownership by listed parties: the legal cascade, exact, with shares known only between two bounds.

Direct shares held by listed parties, and by parties that are themselves owned by them to the threshold, are added up
(OFAC FAQ 401; 15 CFR 744 Supp. 8). The set only grows, so the least fixed point is unique and a ring of firms that own
each other cannot make ownership out of nothing. Shares are exact fractions: a float misses a threshold that many small
holdings just meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from lodemark.parties.model import Share

Certainty = Literal["sure", "possible", "possible-undisclosed", "excluded"]
ONE: Final = Fraction(1)
NOTHING: Final = Fraction(0)
OWNING_KINDS: Final = ("capital", "voting")
"""Kinds that are summed, each by itself; a branch is its owner and always passes."""


@dataclass(frozen=True, slots=True)
class OwnershipRule:
    """The test of one row: ``threshold``, whether it has to be exceeded (``strict``), and whether listed owners are added up
    (``all``) or looked at one by one (``per-person``)."""

    id: str
    threshold: Fraction
    strict: bool = False
    aggregate: Literal["all", "per-person"] = "all"

    def reached(self, share: Fraction) -> bool:
        """Whether a share meets the test."""
        return share > self.threshold if self.strict else share >= self.threshold


@dataclass(frozen=True, slots=True)
class Owned:
    """What the cascade says of one party: the certainty, the listed share between its bounds, and the owners it comes from."""

    party: str
    certainty: Certainty
    low: Fraction
    high: Fraction
    owners: tuple[str, ...]


def cascade(shares: Iterable[Share], listed: Iterable[str], rule: OwnershipRule) -> Mapping[str, Owned]:
    """For every owned party whether listed parties own it under ``rule``.

    ``sure``: the least shares suffice. ``possible``: the most that named listed owners can hold suffices.
    ``possible-undisclosed``: only if undisclosed holders were listed too. ``excluded``: not even then.
    """
    holdings = _by_owned(shares)
    persons = [frozenset(listed)] if rule.aggregate == "all" else [frozenset({person}) for person in sorted(set(listed))]
    found: dict[str, Owned] = {}
    for seeds in persons:
        sure = _closure(holdings, seeds, lambda party, group: rule.reached(_low(holdings[party], group)))
        possible = _closure(holdings, sure, lambda party, group: rule.reached(_high(holdings[party], group)))
        anyhow = _closure(holdings, possible, lambda party, group: rule.reached(_most(holdings[party], group)))
        for party, held in holdings.items():
            here = Owned(
                party,
                "sure"
                if party in sure
                else "possible"
                if party in possible
                else "possible-undisclosed"
                if party in anyhow
                else "excluded",
                _low(held, sure),
                _most(held, anyhow) if party in anyhow and party not in possible else _high(held, possible),
                tuple(sorted({share.owner for share in held if share.owner in possible})),
            )
            before = found.get(party)
            found[party] = here if before is None or _ORDER[here.certainty] < _ORDER[before.certainty] else before
    return found


_ORDER: Final[Mapping[Certainty, int]] = {"sure": 0, "possible": 1, "possible-undisclosed": 2, "excluded": 3}

_Holdings = Mapping[str, tuple[Share, ...]]


def _by_owned(shares: Iterable[Share]) -> _Holdings:
    """Holdings by owned party; several statements about one holding give their hull."""
    found: dict[tuple[str, str, str], Share] = {}
    for share in shares:
        key = share.owned, share.owner, share.kind
        before = found.get(key)
        low, high = (share.low, share.high) if before is None else (min(before.low, share.low), max(before.high, share.high))
        found[key] = Share(share.owner, share.owned, low, high, share.kind, share.source)
    held: dict[str, list[Share]] = defaultdict(list)
    for (owned, _, _), share in sorted(found.items()):
        held[owned].append(share)
    return {owned: tuple(each) for owned, each in held.items()}


def _closure(holdings: _Holdings, seeds: frozenset[str], joins: Callable[[str, set[str]], bool]) -> frozenset[str]:
    """The seeds and, by worklist, every party that joins because of those already in."""
    owned_by: dict[str, list[str]] = defaultdict(list)
    for owned, held in holdings.items():
        for share in held:
            owned_by[share.owner].append(owned)
    group, queue = set(seeds), list(seeds)
    while queue:
        for party in owned_by.get(queue.pop(), ()):
            if party not in group and joins(party, group):
                group.add(party)
                queue.append(party)
    return frozenset(group)


def _low(held: tuple[Share, ...], group: Collection[str]) -> Fraction:
    return _best(held, lambda kind: sum((share.low for share in kind if share.owner in group), NOTHING), group)


def _high(held: tuple[Share, ...], group: Collection[str]) -> Fraction:
    """The most that members hold: their upper bounds, but no more than what the others' least shares leave."""

    def most(kind: list[Share]) -> Fraction:
        others = sum((share.low for share in kind if share.owner not in group), NOTHING)
        return min(sum((share.high for share in kind if share.owner in group), NOTHING), ONE - min(others, ONE))

    return _best(held, most, group)


def _most(held: tuple[Share, ...], group: Collection[str]) -> Fraction:
    """The most if everything that nobody disclosed were a listed party's too."""
    return _best(held, lambda kind: ONE - min(sum((s.low for s in kind if s.owner not in group), NOTHING), ONE), group)


def _best(held: tuple[Share, ...], measure: Callable[[list[Share]], Fraction], group: Collection[str]) -> Fraction:
    """Capital and voting each by itself, never added; the stronger of the two counts. A branch is its owner."""
    if any(share.kind == "branch" and share.owner in group for share in held):
        return ONE
    each = [[share for share in held if share.kind == kind] for kind in OWNING_KINDS]
    return max((measure(kind) for kind in each if kind), default=NOTHING)
