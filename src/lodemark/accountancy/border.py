"""What crossed the border of a site, by its recorded events: gross mass, lot and instant; what nobody weighed is named.

Received, shipped, come into being, destroyed, and counted in a stock-taking. A package stands for what was in it at that
instant. What happens between a site's own lots crosses no border and is left to the genealogy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lodemark.accountancy.table import instant
from lodemark.custody import Fact, Genealogy
from lodemark.custody.facts import Part
from lodemark.custody.namespace import CBV
from lodemark.custody.process import Masses, is_container, unit_masses
from lodemark.custody.status import ACTIVE, CONTRADICTED
from lodemark.trouble import Reason

Crossing = Literal["receipt", "shipment", "discard", "inventory"]
STEPS: Mapping[str, Crossing] = {
    f"{CBV}BizStep-receiving": "receipt",
    f"{CBV}BizStep-shipping": "shipment",
    f"{CBV}BizStep-stock_taking": "inventory",
    f"{CBV}BizStep-cycle_counting": "inventory",
}
"""What an observation of goods at the site is for its balance; other steps move nothing over the border."""
ACTIONS: Mapping[str, Crossing] = {"ADD": "receipt", "DELETE": "discard"}
"""An object event that brings a lot into being, or ends it, moves mass as the genealogy books it."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One lot in one event at the border; ``gross_mg`` ``None``: not weighed.

    ``event`` is the statement's digest, ``place`` the lot's place among those of the event.
    """

    crossing: Crossing
    event: str
    place: int
    lot: str
    gross_mg: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Border:
    """The movements of a site in time order, what keeps them from being counted, and what the book cannot see."""

    movements: tuple[Movement, ...]
    missing: tuple[Reason, ...]
    caveats: tuple[Reason, ...]


def border(genealogy: Genealogy, site: str, start: datetime, end: datetime) -> Border:
    """The movements at ``site`` from ``start`` to ``end``, both included: a stock-taking at the end closes the series."""
    masses = unit_masses(genealogy.facts)
    seen = [
        (fact, movement)
        for fact in genealogy.facts
        if fact.site == site and fact.status in (ACTIVE, CONTRADICTED) and not fact.declaration
        for movement in _movements(genealogy, fact, masses)
    ]
    within = [(fact, one) for fact, one in seen if start <= one.at <= end]
    missing = [
        Reason("balance-event-contradicted", None, {"event": one.event, "lot": one.lot, "at": one.at})
        for fact, one in within
        if fact.status == CONTRADICTED
    ]
    missing += [
        Reason("balance-event-not-weighed", None, {"event": one.event, "lot": one.lot, "at": one.at})
        for _, one in within
        if one.gross_mg is None
    ]
    missing += _never_arrived(genealogy, site, [one for _, one in seen], start, end)
    return Border(tuple(one for _, one in within), tuple(missing), tuple(_losses(genealogy, site, start, end)))


def _movements(genealogy: Genealogy, fact: Fact, masses: Masses) -> Iterator[Movement]:
    crossing = _crossing(fact)
    if crossing is None:
        return
    listed = any(part.role in ("object", "child") for part in fact.parts)
    named: dict[str, list[int | None]] = defaultdict(list)
    packed: dict[str, list[int | None]] = defaultdict(list)
    for part in fact.parts:
        if is_container(part.thing) and fact.action != "OBSERVE":
            continue  # a crate that gets its number, or loses it, moves nothing
        # A packing event names the package and what is in it: the contents are counted, once.
        if part.role in ("object", "child") or (part.role == "parent" and not listed):
            into = packed if is_container(part.thing) else named
            for lot, gross in _weighed(genealogy, part, fact.occurred_us, masses):
                into[lot].append(gross)
    # An event that names a crate and weighs the lot in it says one thing twice; its own weight is the one that was read there.
    for place, (lot, parts) in enumerate(sorted({**packed, **named}.items()), start=1):
        gross = None if None in parts else sum(part or 0 for part in parts)
        yield Movement(crossing, fact.key, place, lot, gross, instant(fact.occurred_us))


def _crossing(fact: Fact) -> Crossing | None:
    if fact.kind == "ObjectEvent" and fact.action != "OBSERVE":
        return ACTIONS.get(fact.action or "")
    return STEPS.get(fact.step or "") if fact.action == "OBSERVE" else None


def _weighed(genealogy: Genealogy, part: Part, at_us: int, masses: Masses) -> Iterator[tuple[str, int | None]]:
    """The lots of a part with their gross mass; of a package, the lots inside it at that instant."""
    if not is_container(part.thing):
        yield part.thing, masses.part(part)
        return
    inside = [stay for _, stay in genealogy.where.contents(part.thing, at_us) if not is_container(stay.child)]
    if not inside:
        yield part.thing, None  # nobody told what is in it
    for stay in inside:
        yield stay.child, stay.mass_mg if stay.mass_mg is not None else _whole(genealogy, stay.child, masses)


def _whole(genealogy: Genealogy, thing: str, masses: Masses) -> int | None:
    """What one piece weighs, or the one recorded mass of a lot that was packed as a whole; two versions leave it open."""
    piece = masses.part(Part("child", thing, None, 1))
    versions = genealogy.versions_of(thing)
    return piece if piece is not None or len(versions) != 1 else genealogy.lots[versions[0]].mass_mg


def _never_arrived(genealogy: Genealogy, site: str, seen: list[Movement], start: datetime, end: datetime) -> Iterator[Reason]:
    """Lots that were used or shipped here and that no event brought here: their mass would come out of nothing."""
    nodes = genealogy.nodes
    here = {one.lot for one in seen if one.crossing in ("receipt", "inventory")}
    here |= {genealogy.lots[flow.lot].thing for flow in genealogy.outputs if nodes[flow.process].site == site}
    used = {
        genealogy.lots[flow.lot].thing: nodes[flow.process].time_us
        for flow in genealogy.inputs
        if nodes[flow.process].site == site and flow.lot in genealogy.lots
    }
    gone = {lot for lot, at_us in used.items() if start <= instant(at_us) <= end}
    gone |= {one.lot for one in seen if one.crossing == "shipment" and start <= one.at <= end and not is_container(one.lot)}
    return (Reason("balance-lot-never-arrived", None, {"lot": lot, "site": site}) for lot in sorted(gone - here))


def _losses(genealogy: Genealogy, site: str, start: datetime, end: datetime) -> Iterator[Reason]:
    """A loss named with a process has a gross mass and no assay: it stays in what is unaccounted for, and is said."""
    for process, why, mass_mg in genealogy.losses:
        node = genealogy.nodes[process]
        if node.site == site and start <= instant(node.time_us) <= end:
            facts = {"process": process, "why": why, "mass_mg": mass_mg}
            yield Reason("balance-loss-not-assayed", None, facts)
