"""How often the detectors ask an honest party for nothing, and how often they see a pattern: seeded synthetic histories.

Honest lots carry every innocent cause at everyday rates (late uploads, blends, heels, draw-downs, tolling, diffused magnets,
carriers' delays, part shipments ...) and the measurement noise the facts state. Cheats are drawn from small to large, so a rate
below one says how small a cheat stays unseen. The peer in the same run is a two-sigma rule that looks at no innocent cause::

    python -m benchmarks.finding [LOTS] [SEED]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

from benchmarks.finding_world import PATTERNS, TODAY, honest, together
from lodemark.finding import DETECTORS, FindingRules, Observed, detect
from lodemark.rules import calendar, load

CHEATS = 200
RULES = FindingRules.of(load("cn-ann18"), calendar("cn"), TODAY)


@dataclass(frozen=True)
class Rate:
    """One row of the table: per 1,000 honest lots ours and the peer's questions, and the share of cheats seen by ours."""

    kind: str
    asked: float
    peer: float
    seen: float
    cheat: str


def blunt(observed: Observed) -> Counter[str]:
    """The peer: the same surfaces at two sigma, and no look at any innocent cause."""
    found: Counter[str] = Counter()
    plain = replace(
        observed,
        sightings=tuple(replace(s, clock_known=True) for s in observed.sightings),
        codes=tuple(replace(c, check_fits=True, issue_pending=False) for c in observed.codes),
        residuals=tuple(replace(b, within_feeds=False, heel_weighed=True) for b in observed.residuals),
        yields=tuple(replace(y, drawn_mg=0, same_basis=True) for y in observed.yields),
        outputs=tuple(replace(o, toll_mg=0, upgrade_mg=0) for o in observed.outputs),
        assays=tuple(replace(a, surface_of_diffused=False, same_basis=True) for a in observed.assays),
        models=tuple(replace(m, known_maker=m.maker) for m in observed.models),
        reports=tuple(replace(d, excused="") for d in observed.reports),
        orders=tuple(replace(o, planned_units=0, stock_mg=0, minimum_mg=0) for o in observed.orders),
        licences=tuple(
            replace(u, draws=tuple(replace(d, key=f"{d.key}{n}") for n, d in enumerate(u.draws))) for u in observed.licences
        ),
        flows=tuple(replace(x, same_basis=True, part_shipment=False, credited_mg=0) for x in observed.flows),
        end_users=tuple(replace(e, notified_on=None) for e in observed.end_users),
        parcels=tuple(replace(p, contract="") for p in observed.parcels),
        scraps=tuple(replace(w, machined=False, certified=False, surplus_mg=1) for w in observed.scraps),
        descriptions=tuple(replace(n, composite=False, packed=False, sample=False) for n in observed.descriptions),
        hubs=tuple(replace(h, explained="", related=True) for h in observed.hubs),
        origins=tuple(replace(i, recycled=False, valid=True) for i in observed.origins),
        profiles=tuple(replace(q, against=()) for q in observed.profiles),
        holdings=tuple(replace(g, named=True, in_force=True, days=90) for g in observed.holdings),
        conversions=tuple(replace(z, spares=0, sold_at_home=0) for z in observed.conversions),
    )
    found.update(one.kind for one in detect(plain, replace(RULES, coverage=Decimal(2), gate_km=0)))
    return found


def calibrate(lots: int, seed: int, cheats: int = CHEATS) -> list[Rate]:
    """The table: one row per pattern. Equal inputs give equal rows."""
    r = random.Random(seed)
    world = together(honest(r, n) for n in range(lots))
    asked, peer = Counter(one.kind for one in detect(world, RULES)), blunt(world)
    rows = []
    for kind, cheat in PATTERNS.items():
        found = [detect(cheat(r, honest(r, n)), RULES) for n in range(cheats)]
        seen = sum(any(one.kind == kind for one in raised) for raised in found) / cheats
        rows.append(Rate(kind, 1000 * asked[kind] / lots, 1000 * peer[kind] / lots, seen, str(cheat.__doc__).rstrip(".")))
    return rows


def table(rows: list[Rate]) -> str:
    """The rows as a table in Markdown."""
    lines = [
        "| pattern | asked per 1,000 honest lots | two-sigma rule | cheats seen | cheats drawn as |",
        "|---|---|---|---|---|",
        *(f"| {x.kind} | {x.asked:.1f} | {x.peer:.1f} | {x.seen:.0%} | {x.cheat} |" for x in rows),
        f"| **together** | **{sum(x.asked for x in rows):.1f}** | **{sum(x.peer for x in rows):.1f}** | | |",
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table for so many lots and a seed."""
    lots, seed = (int(text) for text in (sys.argv[1:] + ["10000", "7"][len(sys.argv) - 1 :]))
    assert len(PATTERNS) == len(DETECTORS) - 1  # the last passes on what other rooms found
    print(f"{lots} honest lots, {CHEATS} cheats per pattern, seed {seed}\n")
    print(table(calibrate(lots, seed)))


if __name__ == "__main__":
    main()
