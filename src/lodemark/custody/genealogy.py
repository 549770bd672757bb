"""Which lots became which: a function of the set of active facts, bipartite, with gaps as nodes.

g = journal.genealogy(as_of=day)
g.back("https://id.gs1.org/01/…/10/MAGNET-7")
attribution.build(*(g.tables()[name] for name in ("lots", "inputs", "outputs", "processes")))
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from lodemark.custody.book import Flow, Gap, Lot, Node, Remark, book
from lodemark.custody.composition import AssayFact, assays
from lodemark.custody.containment import Interval, Whereabouts, intervals
from lodemark.custody.facts import Fact
from lodemark.custody.loop import cyclic
from lodemark.custody.namespace import LODE
from lodemark.custody.process import processes
from lodemark.custody.status import PENDING
from lodemark.custody.tables import tables as as_tables
from lodemark.custody.unit import UNITS
from lodemark.custody.value import microseconds
from lodemark.ledger import canonical
from lodemark.trouble import Disagreement

FOREVER = 2**62
EXPORT_LICENCE = LODE + "export-licence"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a trace: a lot at some depth, the process that links it, the mass on that link, and its gap if any."""

    depth: int
    lot: str
    process: str | None
    kind: str
    mass_mg: int | None
    time_us: int | None
    gap: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """A lot's ancestors or descendants; ``left_unsaid`` counts what depth or count cut off."""

    start: str
    steps: tuple[Step, ...]
    left_unsaid: int = 0


@dataclass(frozen=True, slots=True)
class Holding:
    """Where the rest of one lot sits: its outermost package or platform, the site, the party, since when."""

    lot: str
    thing: str
    mass_mg: int | None
    outermost: str
    site: str | None
    party: str | None
    since_us: int | None


@dataclass
class Genealogy:
    """Lots, processes and their flows. Immutable by convention: build a new one for another day."""

    lots: Mapping[str, Lot]
    nodes: Mapping[str, Node]
    inputs: Sequence[Flow]
    outputs: Sequence[Flow]
    losses: Sequence[tuple[str, str, int]]
    gaps_found: Sequence[Gap]
    remarks: Sequence[Remark]
    stays: Sequence[Interval]
    where: Whereabouts
    facts: Sequence[Fact]
    versions: Mapping[str, list[str]] = field(default_factory=dict)

    @cached_property
    def producer(self) -> Mapping[str, Flow]:
        """The one producing flow of each lot."""
        return {flow.lot: flow for flow in self.outputs}

    @cached_property
    def inputs_of(self) -> Mapping[str, list[Flow]]:
        """Input flows by process."""
        return _grouped(self.inputs, "process")

    @cached_property
    def outputs_of(self) -> Mapping[str, list[Flow]]:
        """Output flows by process."""
        return _grouped(self.outputs, "process")

    @cached_property
    def uses_of(self) -> Mapping[str, list[Flow]]:
        """Input flows by lot."""
        return _grouped(self.inputs, "lot")

    @cached_property
    def gap_of(self) -> Mapping[str, str]:
        """The gap that stands in place of a lot."""
        return {gap.subject: gap.kind for gap in reversed(self.gaps())}

    @cached_property
    def loops(self) -> Mapping[str, int]:
        """Group number of lots (``l:``) and processes (``p:``) on booked loops."""
        return cyclic(self.inputs, self.outputs)

    def versions_of(self, name: str) -> list[str]:
        """Lot versions behind a thing or one lot id; empty when the genealogy does not know it."""
        return [name] if name in self.lots and name not in self.versions else list(self.versions.get(name, ()))

    def back(self, name: str, depth: int | None = None, most: int = 10_000) -> Trace:
        """Every ancestor of a lot, through every input, gaps in place; safe on loops."""
        return self._walk(name, depth, most, self._sources)

    def forward(self, name: str, depth: int | None = None, most: int = 10_000) -> Trace:
        """Every descendant of a lot, through every output; safe on loops."""
        return self._walk(name, depth, most, self._users)

    def _sources(self, lot: str) -> list[tuple[str, str, int | None]]:
        made = self.producer.get(lot)
        return [(f.lot, f.process, f.mass_mg) for f in self.inputs_of.get(made.process, ())] if made else []

    def _users(self, lot: str) -> list[tuple[str, str, int | None]]:
        return [
            (out.lot, use.process, out.mass_mg)
            for use in self.uses_of.get(lot, ())
            for out in self.outputs_of.get(use.process, ())
        ]

    def _walk(self, name: str, depth: int | None, most: int, links: Any) -> Trace:
        work = [(0, lot, None, self.lots[lot].mass_mg) for lot in reversed(self.versions_of(name))]
        steps: list[Step] = []
        visited: set[str] = set()
        unsaid = 0
        while work:
            level, lot, process, mass = work.pop()
            if len(steps) >= most:
                unsaid += 1
                continue
            node = self.nodes.get(process) if process else None
            made = self.producer.get(lot)
            kind = node.kind if node else (self.nodes[made.process].kind if made else "")
            again = lot in visited
            gap = self.gap_of.get(lot) or ("undeclared-origin" if lot.startswith("undeclared:") else None)
            steps.append(Step(level, lot, process, kind, mass, node.time_us if node else None, gap, again))
            if again:
                continue
            visited.add(lot)
            following = links(lot)
            if depth is not None and level >= depth:
                unsaid += len(following)
                continue
            work.extend((level + 1, *link) for link in reversed(following))
        return Trace(name, tuple(steps), unsaid)

    def containment(self, thing: str, as_of: datetime | None = None) -> list[tuple[int, Interval]]:
        """What is inside a package, part or platform on a day: (depth, interval)."""
        return self.where.contents(thing, _at(as_of))

    def holdings(self, as_of: datetime | None = None) -> list[Holding]:
        """The rest of every lot and where it sits: what ``finding`` classifies as civil, military, unknown, stock."""
        at = _at(as_of)
        found: list[Holding] = []
        for lot in self.lots.values():
            if lot.left_mg == 0 or lot.open or lot.since_us > at or lot.id.startswith("undeclared:"):
                continue
            if lot.left_mg is None and self.uses_of.get(lot.id):
                continue  # taken without a stated mass: nobody knows what is left, and a gap says so
            found.extend(self._places(lot, at))
        return sorted(found, key=lambda h: (h.lot, h.outermost))

    def _places(self, lot: Lot, at: int) -> Iterator[Holding]:
        """A lot may lie in several packages: each packed mass where its package is, the rest where the lot is."""
        left = lot.left_mg
        packed = [s for s in self.where.by_child.get(lot.thing, ()) if s.holds(at) and not s.built_in and s.mass_mg is not None]
        for stay in sorted(packed, key=lambda s: (s.from_us or 0, s.parent)):
            mass = stay.mass_mg if left is None else min(stay.mass_mg or 0, left)
            left = None if left is None else left - (mass or 0)
            if mass:
                yield self._held(lot, mass, self.where.outermost(stay.parent, at), at)
        if left is None or left > 0:
            yield self._held(lot, left, lot.thing if packed else self.where.outermost(lot.thing, at), at)

    def _held(self, lot: Lot, mass: int | None, outer: str, at: int) -> Holding:
        seen = self.where.last_seen(outer, at) or self.where.last_seen(lot.thing, at)
        site, party, since = (seen.site, seen.party, seen.time_us) if seen else (None, None, None)
        return Holding(lot.id, lot.thing, mass, outer, site, party, since)

    @cached_property
    def assays(self) -> list[AssayFact]:
        """What events state about the composition of lots."""
        return assays(self.facts)

    def gaps(self) -> list[Gap]:
        """What nobody told, by subject."""
        return sorted(self.gaps_found, key=lambda g: (g.subject, g.kind, g.process))

    def disagreements(self) -> list[Disagreement]:
        """What cannot all be true, as ``finding`` takes it up: overdraws, gains, times, two places at once."""
        return [
            Disagreement(
                remark.rule,
                remark.subject,
                {"subject": remark.subject, "pointer": remark.subject, **dict(remark.facts)},
                hashlib.sha256(canonical([remark.subject, *remark.events])).hexdigest(),
            )
            for remark in self.remarks
        ]

    @cached_property
    def licensed(self) -> frozenset[str]:
        """Lots that a shipment under an export licence carried, alone or inside a package."""
        found: set[str] = set()
        for fact in self.facts:
            if any(kind == EXPORT_LICENCE for kind, _ in fact.transactions):
                for part in fact.parts:
                    inside = self.where.contents(part.thing, fact.occurred_us)
                    found.update([part.thing, *(stay.child for _, stay in inside)])
        return frozenset(found)

    def tables(self) -> dict[str, dict[str, list[Any]]]:
        """Plain column tables: ``lots inputs outputs processes`` as ``attribution.build`` reads them, and the rest."""
        return as_tables(self)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the sorted canonical rows: the same for any order of arrival and any spelling."""
        rows = [
            *(
                ["lot", lot.id, _n(lot.mass_mg), _n(lot.lo), _n(lot.hi), _n(lot.left_mg), lot.producer]
                for lot in self.lots.values()
            ),
            *(
                ["process", n.id, n.kind, str(n.time_us), n.site or "", _n(n.unaccounted_mg), n.custody_model]
                for n in self.nodes.values()
            ),
            *(["input", f.process, f.lot, _n(f.mass_mg), _n(f.lo), _n(f.hi)] for f in self.inputs),
            *(["output", f.process, f.lot, _n(f.mass_mg), _n(f.lo), _n(f.hi)] for f in self.outputs),
            *(["loss", p, reason, str(mass)] for p, reason, mass in self.losses),
            *(["gap", g.kind, g.subject, _n(g.mass_mg), g.process] for g in self.gaps_found),
            *(["inside", s.parent, s.child, _n(s.mass_mg), _n(s.from_us), _n(s.to_us)] for s in self.stays),
        ]
        return hashlib.sha256(canonical(sorted(rows))).hexdigest()


def build(facts: Sequence[Fact], declared_gaps: Sequence[Gap] = (), known_sites: Collection[str] | None = None) -> Genealogy:
    """The genealogy of a set of facts. ``declared_gaps``: what the office knows to be missing (``denied``, ``unreadable``);
    ``known_sites``: sites with master data, None when that is not asked."""
    booked = book(processes(facts))
    stays, odd = intervals(facts)
    versions: dict[str, list[str]] = defaultdict(list)
    for lot in sorted(booked.lots.values(), key=lambda x: (x.thing, x.version, x.id)):
        versions[lot.thing].append(lot.id)
    return Genealogy(
        lots=booked.lots,
        nodes={node.id: node for node in booked.nodes},
        inputs=booked.inputs,
        outputs=booked.outputs,
        losses=booked.losses,
        gaps_found=[*booked.gaps, *_gaps(facts), *_sites(facts, known_sites), *declared_gaps],
        remarks=sorted([*booked.remarks, *odd], key=lambda r: (r.rule, r.subject, r.events)),
        stays=stays,
        where=Whereabouts.of(facts, stays),
        facts=sorted(facts, key=lambda f: (f.occurred_us, f.key)),
        versions=versions,
    )


def _gaps(facts: Sequence[Fact]) -> list[Gap]:
    """Units nobody can weigh, and corrections that never came."""
    found = []
    for fact in facts:
        masses = [part.mass_mg for part in fact.parts if part.mass_mg is not None]
        if fact.status == PENDING and not fact.declaration:
            found.append(Gap("correction-missing", fact.key, sum(masses) if masses else None, fact.party))
        for part in fact.parts:
            if part.uom is not None and part.uom not in UNITS and fact.status == "active":
                found.append(Gap("unit-unknown", part.thing, None, fact.party, fact.key))
    return found


def _sites(facts: Sequence[Fact], known: Collection[str] | None) -> list[Gap]:
    """Sites that events name and nobody has described."""
    if known is None:
        return []
    told: dict[str, str] = {}
    for fact in facts:
        if fact.site and fact.site not in known:
            told[fact.site] = min(fact.party, told.get(fact.site, fact.party))
    return [Gap("master-data-missing", site, None, party) for site, party in sorted(told.items())]


def _grouped(flows: Sequence[Flow], name: str) -> Mapping[str, list[Flow]]:
    found: dict[str, list[Flow]] = defaultdict(list)
    for flow in flows:
        found[getattr(flow, name)].append(flow)
    return found


def _n(value: int | None) -> str:
    return "" if value is None else str(value)


def _at(when: datetime | None) -> int:
    return FOREVER if when is None else microseconds(when)
