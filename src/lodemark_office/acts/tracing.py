"""Where the licensed grams went: custody's genealogy, the assays of its lots and the inspections, put to attribution.

What a place is used for comes from inspections alone; everything that nobody looked at is *unknown*, never civil and
never military by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

from lodemark import attribution
from lodemark.attribution import Bounds
from lodemark.custody import Genealogy
from lodemark.custody.genealogy import EXPORT_LICENCE
from lodemark.finding.model import Limit, Reach
from lodemark.ledger import digest
from lodemark.licence import Licence
from lodemark.measure import contained_mg
from lodemark_office.acts.office import Office

COVERAGE = 2
MG_PER_KG = 1_000_000
HERE = "here"
"""The use of the one place a question is about."""


@dataclass(frozen=True, slots=True)
class Content:
    """The share of an element in a lot as measured, with its standard uncertainty, and the record it stands in."""

    share: Fraction
    u: Fraction
    ref: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """What an inspection saw a thing used for, and by whom."""

    use: str
    user: str
    ref: str


@dataclass(frozen=True, slots=True)
class Went:
    """Where all of a batch is expected to be (kg by class, ``stock``, ``loss``, ``entitlement``), and every class's bounds."""

    element: str
    total_mg: int
    expected_kg: Mapping[str, float]
    bounds: Mapping[str, Bounds]


@dataclass(frozen=True, slots=True)
class Cone:
    """What a batch flows into, ready to be asked; without a graph where lots on the way were not assayed (``gaps``)."""

    lots: set[str]
    graph: attribution.Genealogy | None
    total_mg: int
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """Everything the office knows of the matter strand at an instant, read once."""

    office: Office
    genealogy: Genealogy

    @cached_property
    def contents(self) -> Mapping[tuple[str, str], Content]:
        """By (lot, element): the latest assay counts."""
        found: dict[tuple[str, str], Content] = {}
        for dossier in self.office.store.dossiers("assay"):
            for entry in self.office.store.entries(dossier):
                for row in entry.record.facts["rows"]:  # type: ignore[attr-defined]
                    share = Fraction(Decimal(row["value"])) / MG_PER_KG
                    u = Fraction(Decimal(row["u"] or "0")) / MG_PER_KG
                    found[row["lot"], row["analyte"]] = Content(share, u, dossier)
        return found

    @cached_property
    def inspections(self) -> Mapping[str, Inspected]:
        """By thing: what was seen last."""
        found: dict[str, Inspected] = {}
        for dossier in self.office.store.dossiers("inspection"):
            for entry in self.office.store.entries(dossier):
                facts = entry.record.facts
                found[str(facts["thing"])] = Inspected(str(facts["found_use"]), str(facts["found_user"]), dossier)
        return found

    def batch(self, number: str) -> tuple[str, ...]:
        """The lots that were shipped under a licence, alone or inside a package."""
        g = self.genealogy
        found: list[str] = []
        for fact in g.facts:
            if any(kind == EXPORT_LICENCE and value.endswith(number) for kind, value in fact.transactions):
                for part in fact.parts:
                    inside = g.where.contents(part.thing, fact.occurred_us)
                    for thing in (part.thing, *(stay.child for _, stay in inside)):
                        found.extend(g.versions_of(thing))
        return tuple(dict.fromkeys(found))

    def reach(self, number: str, element: str, uses: tuple[str, ...]) -> tuple[Reach, Bounds | None] | None:
        """At least, at most, expected of a licence's element in places of these uses; ``None`` without a shipment."""
        batch = self.batch(number)
        return self.follow(batch, element, uses) if batch else None

    def follow(
        self, batch: tuple[str, ...], element: str, uses: tuple[str, ...], places: Mapping[str, str] | None = None
    ) -> tuple[Reach, Bounds | None]:
        """At least, at most, expected of these lots' element in places of these uses.

        ``places`` (lot -> use) stands in for the inspections where one place is asked about. Where a lot on the way
        was not assayed there are no bounds, and the gap is named.
        """
        cone = self._asked(batch, element, places)
        if cone.graph is None:
            gaps = (*self._gaps(cone.lots), *cone.gaps)
            return Reach(0, 0, cone.total_mg, cone.total_mg, gaps=gaps, digest=self.genealogy.digest), None
        bounds = cone.graph.bounds(list(batch), element, uses)
        return self._reach(bounds, cone.lots), bounds

    def went(self, number: str, element: str) -> Went | None:
        """Where all of a licence's element is expected to be; ``None`` where nothing was shipped, a lot on the way was
        not assayed, or records contradict each other (``reach`` says which)."""
        batch = self.batch(number)
        cone = self._asked(batch, element, None) if batch else None
        if cone is None or cone.graph is None:
            return None
        classes = cone.graph.columns[:-2]
        bounds = {name: cone.graph.bounds(list(batch), element, (name,)) for name in classes}
        if any(one.conflict for one in bounds.values()):
            return None
        forward = cone.graph.forward_trace(dict.fromkeys(batch, 1.0), [element])
        expected = dict(zip(forward.columns, forward.kg[0].tolist(), strict=True))
        expected["entitlement"] = float(forward.entitlement_kg[0].sum())
        return Went(element, bounds[classes[0]].supply_mg, expected, bounds)

    def _asked(self, batch: tuple[str, ...], element: str, places: Mapping[str, str] | None) -> Cone:
        tables = self._cone(batch)
        lots = tables["lots"]["lot"]
        masses = dict(zip(lots, tables["lots"]["mass_mg"], strict=True))
        contents = {lot: self.contents.get((self.genealogy.lots[lot].thing, element)) for lot in lots}
        contained = self._contained(masses, contents)
        open_lots = [lot for lot in lots if lot not in contained]
        if open_lots:
            # What nobody assayed could be all of its mass: a gap may widen what is said, never exclude anything.
            total = sum(contained.get(lot, masses[lot] or 0) for lot in batch)
            return Cone(set(lots), None, total, tuple(f"not-assayed: {lot}" for lot in open_lots))
        tables["processes"]["tolerance_mg"] = self._tolerances(tables, masses, contents)
        uses_of = self._uses(tables["holdings"]) if places is None else places
        graph = attribution.from_tables(tables, element, uses_of, contained)
        return Cone(set(lots), graph, sum(contained[lot] for lot in batch))

    def first_lots(self, thing: str) -> tuple[str, ...]:
        """The lots of a thing that come from no other lot of it: a version that was topped up holds what it held before."""
        g = self.genealogy
        versions = g.versions_of(thing)
        later = {step.lot for lot in versions for step in g.forward(lot).steps if step.lot != lot}
        return tuple(lot for lot in versions if lot not in later)

    def held_in(self, thing: str) -> Mapping[str, str]:
        """Lot -> ``HERE`` for what rests in a thing now: its own lot, and what was built or packed into it."""
        return {hold.lot: HERE for hold in self.genealogy.holdings() if thing in (hold.thing, hold.outermost)}

    def licences_in(self, thing: str) -> tuple[Licence, ...]:
        """The licences of which something can be in a thing now: a lot shipped under them leads into it."""
        g = self.genealogy
        above = {step.lot for lot in self.held_in(thing) for step in g.back(lot).steps}
        states: list[Licence] = [self.office.store.states(name) for name in self.office.store.dossiers("licence")]
        return tuple(state for state in states if above.intersection(self.batch(state.terms.number)))

    def _cone(self, batch: tuple[str, ...]) -> dict[str, dict[str, list[Any]]]:
        """Custody's tables cut to what the batch flows into, with whatever flows in beside it."""
        g = self.genealogy
        beside, processes, reached, work = set[str](), set[str](), set(batch), list(batch)
        while work:
            for use in g.uses_of.get(work.pop(), ()):
                if use.process in processes:
                    continue
                processes.add(use.process)
                beside.update(flow.lot for flow in g.inputs_of.get(use.process, ()))
                # A lot that was met beside another may still be one the batch flows into: then all its uses count.
                made = {flow.lot for flow in g.outputs_of.get(use.process, ())} - reached
                work.extend(sorted(made))
                reached |= made
        lots = beside | reached
        tables = g.tables()
        return {
            "lots": _where(tables["lots"], "lot", lots),
            "inputs": _where(tables["inputs"], "process", processes),
            "outputs": _where(tables["outputs"], "process", processes),
            "processes": _where(tables["processes"], "process", processes),
            "holdings": _where(tables["holdings"], "lot", lots),
        }

    def _gaps(self, lots: set[str]) -> tuple[str, ...]:
        things = {self.genealogy.lots[lot].thing for lot in lots} | lots
        return tuple(f"{gap.kind}: {gap.subject}" for gap in self.genealogy.gaps() if gap.subject in things)

    def _contained(self, masses: Mapping[str, int | None], contents: Mapping[str, Content | None]) -> Mapping[str, int]:
        """Milligrams of the element per lot: as assayed; an assembly without an assay holds what was built into it."""
        g = self.genealogy
        found: dict[str, int] = {}
        for lot in sorted(masses, key=lambda name: (g.lots[name].since_us, name)):
            mass, content = masses[lot], contents[lot]
            if mass is None:
                continue
            if content is not None:
                found[lot] = contained_mg(mass, content.share)
                continue
            node = g.nodes.get(g.lots[lot].producer)
            parts = g.inputs_of.get(node.id, []) if node is not None and node.kind != "transformation" else []
            # Building in, taking out and topping up change no composition: the parts' shares are carried over.
            if parts and len(g.outputs_of.get(node.id, [])) == 1 and all(part.lot in found and part.mass_mg for part in parts):  # type: ignore[union-attr]
                found[lot] = sum(
                    contained_mg(part.mass_mg or 0, Fraction(found[part.lot], masses[part.lot] or 1)) for part in parts
                )
        return found

    def _uses(self, holdings: Mapping[str, list[object]]) -> Mapping[str, str]:
        """Lot -> the use that an inspection saw of the thing, or of the outermost thing it sits in."""
        found = {}
        for lot, outermost, thing in zip(holdings["lot"], holdings["outermost"], holdings["thing"], strict=True):
            seen = self.inspections.get(str(outermost)) or self.inspections.get(str(thing))
            if seen is not None:
                found[str(lot)] = seen.use
        return found

    def _tolerances(
        self,
        tables: Mapping[str, Mapping[str, list[object]]],
        masses: Mapping[str, int | None],
        contents: Mapping[str, Content | None],
    ) -> list[int]:
        """What a process may seem to gain because assays are uncertain: k times the sum of their uncertainties."""
        allowed: dict[object, Fraction] = {}
        for name in ("inputs", "outputs"):
            for process, lot in zip(tables[name]["process"], tables[name]["lot"], strict=True):
                found, mass = contents.get(str(lot)), masses.get(str(lot))
                if found is not None and mass:
                    allowed[process] = allowed.get(process, Fraction(0)) + COVERAGE * found.u * mass
        given = zip(tables["processes"]["process"], tables["processes"]["tolerance_mg"], strict=True)
        return [int(str(own or 0)) + ceil(allowed.get(process, Fraction(0))) for process, own in given]

    def _reach(self, bounds: Bounds, lots: set[str]) -> Reach:
        gaps = self._gaps(lots)
        total = bounds.supply_mg
        seen = digest({"genealogy": self.genealogy.digest, "batch": [str(lot) for lot in bounds.batch]})
        if bounds.conflict is not None:
            conflict = Limit(bounds.conflict.code, dict(bounds.conflict.facts))
            return Reach(None, None, None, total, gaps=gaps, digest=seen, conflict=conflict)
        return Reach(
            low_mg=bounds.min_mg,
            expected_mg=round((bounds.expected_kg or 0.0) * MG_PER_KG),
            high_mg=bounds.max_mg,
            total_mg=total,
            exact=bounds.proven,
            closes=bounds.max_mg == 0,
            crosses=("mass-balance",) if bounds.entitlement_only else (),
            gaps=gaps,
            digest=seen,
        )


def _where(table: Mapping[str, list[Any]], column: str, wanted: set[str]) -> dict[str, list[Any]]:
    """The rows of a column table whose value in ``column`` is wanted."""
    places = [place for place, value in enumerate(table[column]) if value in wanted]
    return {name: [values[place] for place in places] for name, values in table.items()}


def evidence(office: Office, as_of: datetime | None = None, known_at: datetime | None = None) -> Evidence:
    """The matter strand as it stood at ``as_of``, as known at ``known_at``."""
    return Evidence(office, office.store.journal().genealogy(as_of=as_of, known_at=known_at))
