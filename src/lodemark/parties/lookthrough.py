"""Look-through: what share of a party flows to listed parties through all layers. An indicator; the legal test is the cascade.

``v = b + W v`` over unlisted parties, where ``b`` is held by listed ones directly. Firms that own each other form a
component that is solved exactly; a closed ring without an outside owner has no solution, so its share is from 0 to 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from lodemark.parties.model import Share

MOST_IN_A_RING: Final = 50
"""Parties of one component that are solved exactly; a larger one is told as from 0 to 1 rather than guessed."""

Bounds = tuple[Fraction, Fraction]
UNKNOWN: Final[Bounds] = (Fraction(0), Fraction(1))


def look_through(shares: Iterable[Share], listed: Iterable[str]) -> Mapping[str, Bounds]:
    """The capital share of listed parties in every owned party, between its least and its most."""
    seeds = frozenset(listed)
    held: dict[str, dict[str, Bounds]] = defaultdict(dict)
    for share in shares:
        if share.kind == "capital":
            low, high = held[share.owned].get(share.owner, (share.low, share.high))
            held[share.owned][share.owner] = min(low, share.low), max(high, share.high)
    found: dict[str, Bounds] = dict.fromkeys(seeds, (Fraction(1), Fraction(1)))
    for ring in _components(held):
        members = [party for party in ring if party not in seeds]
        lows, highs = (_solve(members, held, found, end) for end in (0, 1))
        for place, party in enumerate(members):
            low = UNKNOWN[0] if lows is None else max(lows[place], UNKNOWN[0])
            high = UNKNOWN[1] if highs is None else min(highs[place], UNKNOWN[1])
            # A closed ring: neither end has a solution, so neither end is known.
            found[party] = UNKNOWN if lows is None else (low, max(low, high))
    return {party: bounds for party, bounds in found.items() if party in held and party not in seeds}


def _solve(
    ring: list[str], held: Mapping[str, Mapping[str, Bounds]], known: Mapping[str, Bounds], end: int
) -> list[Fraction] | None:
    """The shares of one component for the lower (0) or upper (1) ends; ``None`` when they are not determined."""
    if len(ring) > MOST_IN_A_RING:
        return None
    if end and len(ring) > 1 and any(sum(bounds[1] for bounds in held.get(party, {}).values()) > 1 for party in ring):
        # Upper ends that together exceed the whole cannot all be true; as a system they would have a meaningless solution.
        return None
    place = {party: number for number, party in enumerate(ring)}
    rows = []
    for number, party in enumerate(ring):
        row = [Fraction(number == column) for column in range(len(ring))] + [Fraction(0)]
        for owner, bounds in held.get(party, {}).items():
            if owner in place:
                row[place[owner]] -= bounds[end]
            else:
                row[-1] += bounds[end] * known.get(owner, (Fraction(0), Fraction(0)))[end]
        rows.append(row)
    return _eliminate(rows)


def _eliminate(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """Gauss and Jordan over exact fractions; a singular system has no one answer."""
    for column in range(len(rows)):
        pivot = next((number for number in range(column, len(rows)) if rows[number][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for number, row in enumerate(rows):
            if number != column and row[column]:
                rows[number] = [value - row[column] * top for value, top in zip(row, rows[column], strict=True)]
    return [row[-1] for row in rows]


def _components(held: Mapping[str, Mapping[str, Bounds]]) -> list[list[str]]:
    """Parties that own each other, owners before owned (Tarjan 1972, with an explicit stack)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    done: list[list[str]] = []
    for start in sorted(held):
        work = [(start, iter(held.get(start, {})))] if start not in number else []
        while work:
            party, owners = work[-1]
            if party not in number:
                number[party] = lowest[party] = len(number)
                stack.append(party)
                on_stack.add(party)
            owner = next((one for one in owners if one not in number or one in on_stack), None)
            if owner is not None and owner not in number:
                work.append((owner, iter(held.get(owner, {}))))
                continue
            if owner is not None:
                lowest[party] = min(lowest[party], number[owner])
                continue
            work.pop()
            if work:
                lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[party])
            if lowest[party] == number[party]:
                ring: list[str] = []
                while not ring or ring[-1] != party:
                    ring.append(stack.pop())
                    on_stack.discard(ring[-1])
                done.append(sorted(ring))
    return done
