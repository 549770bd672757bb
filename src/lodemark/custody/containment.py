"""What sits in what, and since when: intervals from packing and assembly, and where each thing is on a given day.

A parent's movement moves its contents; mass is counted at the leaf, once. Two parents at once are both kept and said; an
unpacking without a packing leaves an open start and is said.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lodemark.custody.book import Remark
from lodemark.custody.facts import Fact
from lodemark.custody.status import CONTRADICTED


@dataclass(frozen=True, slots=True)
class Interval:
    """One stay of a child in a parent, ``[from, to)`` in microseconds; None is open.

    ``mass_mg`` None with ``whole`` true: one instance, or all of the lot.
    """

    parent: str
    child: str
    mass_mg: int | None
    whole: bool
    from_us: int | None
    to_us: int | None
    opened_by: str | None
    closed_by: str | None
    built_in: bool = False

    def holds(self, at_us: int) -> bool:
        """Whether the child is inside at that instant."""
        return (self.from_us is None or self.from_us <= at_us) and (self.to_us is None or at_us < self.to_us)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A thing seen at a site, and who has it since when it says so."""

    thing: str
    time_us: int
    site: str | None
    party: str | None
    event: str


def intervals(facts: Sequence[Fact]) -> tuple[list[Interval], list[Remark]]:
    """Every interval of the active facts and what is odd about them, whatever order they came in."""
    open_now: dict[str, dict[str, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    found: list[Interval] = []
    said: list[Remark] = []
    for fact in _packings(facts):
        parent = next((p.thing for p in fact.parts if p.role == "parent"), None)
        if parent is None:
            continue
        children = [p for p in fact.parts if p.role == "child"]
        if fact.action == "ADD":
            for part in children:
                whole = part.mass_mg is None
                stay = Interval(
                    parent,
                    part.thing,
                    part.mass_mg,
                    whole,
                    fact.occurred_us,
                    None,
                    fact.key,
                    None,
                    fact.kind == "AssociationEvent",
                )
                open_now[parent][part.thing].append(stay)
            continue
        names = [p.thing for p in children] or sorted(open_now[parent])  # DELETE without children empties the parent
        for name in names:
            stays = open_now[parent].pop(name, [])
            if not stays:
                stays = [Interval(parent, name, None, True, None, None, None, None, fact.kind == "AssociationEvent")]
                said.append(Remark("J-UNPACKED", name, (("parent", parent),), (fact.key,)))
            found.extend(_closed(stay, fact) for stay in stays)
    found.extend(stay for inside in open_now.values() for stays in inside.values() for stay in stays)
    found.sort(key=lambda i: (i.parent, i.child, i.from_us or 0, i.to_us or 0, i.opened_by or ""))
    return found, said + list(_two_parents(found))


def _packings(facts: Sequence[Fact]) -> list[Fact]:
    kinds = ("AggregationEvent", "AssociationEvent")
    flows = [f for f in facts if f.kind in kinds and f.status in ("active", CONTRADICTED) and not f.declaration]
    # At one instant a swap is unpacked before it is packed.
    return sorted((f for f in flows if f.action != "OBSERVE"), key=lambda f: (f.occurred_us, f.action == "ADD", f.key))


def _closed(stay: Interval, fact: Fact) -> Interval:
    return Interval(
        stay.parent,
        stay.child,
        stay.mass_mg,
        stay.whole,
        stay.from_us,
        fact.occurred_us,
        stay.opened_by,
        fact.key,
        stay.built_in,
    )


def _two_parents(found: Sequence[Interval]) -> Iterable[Remark]:
    by_child: dict[str, list[Interval]] = defaultdict(list)
    for stay in found:
        if stay.whole:
            by_child[stay.child].append(stay)
    for child, stays in sorted(by_child.items()):
        ordered = sorted(stays, key=lambda s: (s.from_us or 0, s.parent))
        for one, other in itertools.pairwise(ordered):
            if one.parent != other.parent and one.holds(other.from_us or 0):
                events = tuple(e for e in (one.opened_by, other.opened_by) if e)
                yield Remark("J-TWO-PARENTS", child, (("one", one.parent), ("other", other.parent)), events)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Containment and sightings, ready to be asked about any instant."""

    stays: tuple[Interval, ...]
    by_child: dict[str, list[Interval]]
    by_parent: dict[str, list[Interval]]
    seen: dict[str, list[Sighting]]

    @classmethod
    def of(cls, facts: Sequence[Fact], stays: Sequence[Interval]) -> Whereabouts:
        """Index intervals and the sites where things were seen."""
        by_child: dict[str, list[Interval]] = defaultdict(list)
        by_parent: dict[str, list[Interval]] = defaultdict(list)
        for stay in stays:
            by_child[stay.child].append(stay)
            by_parent[stay.parent].append(stay)
        seen: dict[str, list[Sighting]] = defaultdict(list)
        for fact in sorted(facts, key=lambda f: (f.occurred_us, f.key)):
            if fact.status not in ("active", CONTRADICTED) or fact.declaration:
                continue
            for part in fact.parts:
                if part.role != "in":
                    seen[part.thing].append(
                        Sighting(part.thing, fact.occurred_us, fact.site, fact.holder or fact.party, fact.key)
                    )
        return cls(tuple(stays), dict(by_child), dict(by_parent), dict(seen))

    def outermost(self, thing: str, at_us: int) -> str:
        """The package, part or platform a thing sits in at that instant, outermost; itself when it stands free.

        What was built in by mass is the part's now; the rest of its lot did not go along.
        """
        visited = {thing}
        while True:
            stays = (s for s in self.by_child.get(thing, ()) if s.holds(at_us) and not (s.built_in and not s.whole))
            inside = sorted(s.parent for s in stays if s.parent not in visited)
            if not inside:
                return thing
            thing = inside[0]
            visited.add(thing)

    def contents(self, thing: str, at_us: int, depth: int | None = None) -> list[tuple[int, Interval]]:
        """(depth, interval) of everything inside at that instant, outside in; a ring ends the walk."""
        found: list[tuple[int, Interval]] = []
        visited = {thing}
        work = [(1, thing)]
        while work:
            level, parent = work.pop()
            for stay in self.by_parent.get(parent, ()):
                if stay.holds(at_us):
                    found.append((level, stay))
                    if stay.child not in visited and (depth is None or level < depth):
                        visited.add(stay.child)
                        work.append((level + 1, stay.child))
        return found

    def last_seen(self, thing: str, at_us: int) -> Sighting | None:
        """The latest sighting of a thing up to an instant, of any package it was in included."""
        before = [s for s in self.seen.get(thing, ()) if s.time_us <= at_us]
        return before[-1] if before else None
