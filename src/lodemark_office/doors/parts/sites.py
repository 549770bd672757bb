"""A genealogy as a grid: stages down, sites across, gross mass in the cells. No map and no borders."""

from __future__ import annotations

from dataclasses import dataclass

from lodemark.custody import Genealogy
from lodemark.custody.genealogy import Trace
from lodemark_office.doors.parts.bars import amount


@dataclass(frozen=True, slots=True)
class Stage:
    """One row: how far from the thing, what was done, and the mass at each site (empty where there is none)."""

    level: int
    kind: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Sites (empty: not recorded) and the rows under them."""

    sites: tuple[str, ...]
    stages: tuple[Stage, ...]


def grid(g: Genealogy, trace: Trace) -> Grid:
    """The steps of a trace by stage and site; a lot that is met twice is counted once, at the first place."""
    masses: dict[tuple[int, str], dict[str, int | None]] = {}
    for step in trace.steps:
        if step.again or step.lot not in g.lots:
            continue
        node, mass = g.nodes.get(g.lots[step.lot].producer), g.lots[step.lot].mass_mg
        row = masses.setdefault((step.depth, step.kind), {})
        site = (node.site if node else None) or ""
        known = row.get(site, 0)
        row[site] = None if mass is None or known is None else known + mass  # one unweighed lot leaves the sum open
    sites = tuple(sorted({site for row in masses.values() for site in row}))
    stages = [Stage(level, kind, tuple(_cell(row, site) for site in sites)) for (level, kind), row in sorted(masses.items())]
    return Grid(sites, tuple(stages))


def _cell(row: dict[str, int | None], site: str) -> str:
    if site not in row:
        return ""
    mass = row[site]
    return "?" if mass is None else amount("gross", mass)
