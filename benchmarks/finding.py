"""How often the detectors ask an honest party for nothing, and how often they see a pattern: seeded synthetic histories.

Honest lots carry every innocent cause at everyday rates (late uploads, blends, heels, draw-downs, tolling, diffused magnets,
carriers' delays, part shipments ...) and the measurement noise the facts state. Cheats are drawn from small to large, so a rate
below one says how small a cheat stays unseen. The peer in the same run is a two-sigma rule that looks at no innocent cause::

    python benchmarks/finding.py [LOTS] [SEED]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from lodemark.finding import DETECTORS, FindingRules, Observed, detect
from lodemark.finding import facts as f
from lodemark.rules import calendar

TODAY = date(2026, 6, 1)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
KG = 1_000_000
CHEATS = 200
RULES = FindingRules(calendar("cn"))


@dataclass(frozen=True)
class Rate:
    """One row of the table: per 1,000 honest lots ours and the peer's questions, and the share of cheats seen by ours."""

    kind: str
    asked: float
    peer: float
    seen: float
    cheat: str


def dec(number: float) -> Decimal:
    return Decimal(f"{number:.8f}")


def honest(r: random.Random, n: int) -> Observed:
    """One honest lot with its papers; each innocent cause comes at the rate written beside it."""
    lot, made = f"LOT-{n}", NOON + timedelta(hours=r.uniform(0, 480))
    sight = f.Sighting(f"urn:{n}", "Baotou", dec(40.66), dec(109.84), made, ref=f"e/{n}")
    away = replace(
        sight, place="Graz", latitude=dec(47.07), longitude=dec(15.44), at=made + timedelta(hours=r.uniform(20, 900))
    )
    if r.random() < 0.02:  # late upload, reader's clock not trusted
        away = replace(away, at=made + timedelta(minutes=5), clock_known=False)
    if r.random() < 0.02:  # two readers at one gate
        away = replace(sight, latitude=dec(40.67), at=made + timedelta(seconds=3))
    code = f.CodeRead(sight.serial, True, True, True, ref=f"c/{n}")
    if r.random() < 0.03:  # scanner slip, or the issue record comes after the goods
        code = r.choice([replace(code, check_fits=False, issued=False), replace(code, issued=False, issue_pending=True)])
    sigma = int(r.uniform(0.5, 3) * KG)
    heel = r.random() > 0.05
    residual = r.gauss(0, sigma) + (0 if heel else r.uniform(0, 20) * KG)
    balance = f.Residual("Plant", "Dy", str(n), int(residual), sigma, r.random() < 0.97 and heel, heel, ref=f"b/{n}")
    fed, drawn = 1000 * KG, int(r.uniform(0, 40) * KG) if r.random() < 0.1 else 0
    out = int((fed + drawn) * min(1.0, r.gauss(0.95, 0.01)))
    step = f.YieldClaim("Plant", "sinter", str(n), fed, out, drawn, r.random() > 0.03, dec(0.95), dec(0.01), ref=f"y/{n}")
    toll = int(r.uniform(0, 30) * KG) if r.random() < 0.1 else 0
    output = f.Output("Plant", str(n), int(r.uniform(60, 100) * KG) + toll, 100 * KG, toll, ref=f"o/{n}")
    true = r.uniform(0, 0.04)
    u_declared, u_measured = 0.0002, 0.0003
    surface = r.random() < 0.05  # grain-boundary diffused magnet sampled at the surface
    measured = max(0.0, r.gauss(true + (0.01 if surface else 0), u_measured))
    assay = f.Assayed(
        lot,
        "Dy",
        dec(r.gauss(true, u_declared)),
        dec(measured),
        dec(u_declared),
        dec(u_measured),
        True,
        surface,
        f"S-{n}",
        f"a/{n}",
    )
    model = f.ModelInLot(
        lot,
        "M1",
        "A",
        "Dy",
        dec(true),
        dec(max(0.0, r.gauss(true, u_measured))),
        dec(u_measured),
        r.choice(["A", "A", "A", "B"]),
        f"m/{n}",
    )
    due = f.ReportDue("p", "arrival", lot, date(2026, 5, 20), date(2026, 5, 20) - timedelta(days=r.randint(0, 9)), ref=f"d/{n}")
    if r.random() < 0.03:  # relocation told beforehand, carrier's delay, portal down
        due = replace(due, received_on=None, excused=f"record/{n}")
    need = 40_000 * 10_000
    order = f.Order(
        f"p{n}", "Dy", int(need * r.uniform(0.9, 1.2)), 40_000, 10_000, spares=dec(0.05), scrap=dec(0.2), ref=f"r/{n}"
    )
    if r.random() < 0.1:  # ramp-up with a plan
        order = replace(order, ordered_mg=order.ordered_mg * 2, planned_units=22_000)
    draw = f.Draw(f"k{n}", lot, int(r.uniform(10, 100) * KG), made)
    draws = (draw, draw) if r.random() < 0.05 else (draw,)  # one message sent twice
    licence = f.LicenceUse(f"L-{n}", True, 100 * KG, draws, ref=f"l/{n}")
    paper = f.Certificate(f"doc-{n}", f"N-{n}", f"u{n}", "", date(2026, 5, 1), date(2026, 12, 31), True, ref=f"p/{n}")
    gross, part = int(r.uniform(10, 100) * KG), r.random() < 0.05
    books = [int(gross * r.gauss(1, 0.0008)) for _ in range(3)]
    flow = f.Flow(lot, books[0], books[1], books[2] // (2 if part else 1), r.random() > 0.05, part, ref=f"f/{n}")
    parcel = f.Parcel(
        lot,
        f"x{n % 50}",
        f"g{n % 50}",
        "1C905.a.4",
        TODAY - timedelta(days=r.randint(0, 3000)),
        int(r.uniform(1, 60) * KG),
        ref=f"s/{n}",
    )
    user = f.EndUserSeen(f"L-{n}", "u", "u", date(2026, 5, 9), ref=f"v/{n}")
    if r.random() < 0.02:  # a change told beforehand
        user = replace(user, found="v", notified_on=date(2026, 5, 1))
    high = int(r.uniform(0, 20) * KG)
    reach = f.ReachSeen(f"L-{n}", "Dy", 0, int(high * r.uniform(0, 0.2)), high, 100 * KG, ref=f"t/{n}")
    return Observed(
        on=TODAY,
        sightings=(sight, away),
        codes=(code,),
        residuals=(balance,),
        yields=(step,),
        outputs=(output,),
        assays=(assay,),
        models=(model,),
        parcels=(parcel,),
        orders=(order,),
        reports=(due,),
        licences=(licence,),
        certificates=(paper,),
        flows=(flow,),
        end_users=(user,),
        reaches=(reach,),
    )


Cheat = Callable[[random.Random, Observed], Observed]


def cloned(r: random.Random, x: Observed) -> Observed:
    """A second place after 0 to 24 h; air freight needs about eight."""
    one = x.sightings[0]
    at = one.at + timedelta(hours=r.uniform(0, 24))
    return replace(x, sightings=(one, replace(one, place="Graz", latitude=dec(47.07), longitude=dec(15.44), at=at)))


def after_end(r: random.Random, x: Observed) -> Observed:
    """Read again 1 to 90 days after its end."""
    ended = replace(x.sightings[0], act="consumed")
    return replace(x, sightings=(ended, replace(ended, act="seen", at=ended.at + timedelta(days=r.uniform(1, 90)))))


def unissued(r: random.Random, x: Observed) -> Observed:
    """A serial outside the issued range."""
    return replace(x, codes=(f.CodeRead("urn:none", True, None, False, ref="c"),))


def fed_unseen(r: random.Random, x: Observed) -> Observed:
    """0 to 20 kg more out than declared feeds give, sigma 0.5 to 3 kg."""
    more = replace(x.residuals[0], residual_mg=int(r.uniform(0, 20) * KG), within_feeds=False, heel_weighed=True)
    return replace(x, residuals=(more,))


def high_yield(r: random.Random, x: Observed) -> Observed:
    """A yield of 0.95 to 1.10 of the feed."""
    claim = replace(x.yields[0], out_mg=int(r.uniform(950, 1100) * KG), drawn_mg=0, same_basis=True)
    return replace(x, yields=(claim,))


def over_capacity(r: random.Random, x: Observed) -> Observed:
    """0 to 50 % above capacity."""
    return replace(x, outputs=(f.Output("Plant", "m", int(r.uniform(100, 150) * KG), 100 * KG, ref="o"),))


def under_declared(r: random.Random, x: Observed) -> Observed:
    """0 to 0.4 % Dy that nobody declared."""
    measured = max(0.0, r.gauss(r.uniform(0, 0.004), 0.0003))
    return replace(x, assays=(f.Assayed("LOT", "Dy", dec(0), dec(measured), dec(0.0002), dec(0.0003), ref="a"),))


def hidden_model(r: random.Random, x: Observed) -> Observed:
    """A model known with 0 to 0.4 % Dy, declared with none."""
    return replace(x, models=(f.ModelInLot("LOT", "M", "A", "Dy", dec(0), dec(r.uniform(0, 0.004)), dec(0.0003), "A", "m"),))


def elsewhere(r: random.Random, x: Observed) -> Observed:
    """0 to 30 % expected outside the declared places."""
    return replace(x, reaches=(f.ReachSeen("L", "Dy", 0, int(r.uniform(0, 30) * KG), 40 * KG, 100 * KG, ref="t"),))


def twice(r: random.Random, x: Observed) -> Observed:
    """A second shipment under a single licence."""
    one = x.licences[0]
    return replace(x, licences=(replace(one, draws=(*one.draws, f.Draw("other", "SHP", KG, NOON))),))


def overdrawn(r: random.Random, x: Observed) -> Observed:
    """0 to 20 % over the grant."""
    draw = f.Draw("k", "SHP", int(r.uniform(100, 120) * KG), NOON)
    return replace(x, licences=(replace(x.licences[0], single=False, draws=(draw,)),))


def in_a_stop(r: random.Random, x: Observed) -> Observed:
    """Presented 0 to 9 days into a stop."""
    draw = f.Draw("k", "SHP", KG, NOON + timedelta(days=r.uniform(0, 9)))
    return replace(x, licences=(replace(x.licences[0], single=False, draws=(draw,), stopped=((NOON, None),)),))


def unreported(r: random.Random, x: Observed) -> Observed:
    """A report 1 to 60 days late."""
    return replace(x, reports=(f.ReportDue("p", "arrival", "L", TODAY - timedelta(days=r.randint(1, 60)), ref="d"),))


def over_ordered(r: random.Random, x: Observed) -> Observed:
    """1.2 to 3 times the need."""
    ordered = int(40_000 * 10_000 * r.uniform(1.2, 3))
    return replace(x, orders=(f.Order("p", "Dy", ordered, 40_000, 10_000, spares=dec(0.05), scrap=dec(0.2), ref="r"),))


def split(r: random.Random, x: Observed) -> Observed:
    """3 to 6 parcels of 9 kg within 10 to 60 days."""
    days = r.randint(10, 60)
    on = [TODAY - timedelta(days=r.randint(0, days)) for _ in range(r.randint(3, 6))]
    return replace(
        x, parcels=tuple(f.Parcel(f"SHP-{n}", "x", "g", "1C905.a.4", day, 9 * KG, ref="s") for n, day in enumerate(on))
    )


def recycled(r: random.Random, x: Observed) -> Observed:
    """One paper for two end users."""
    return replace(x, certificates=(x.certificates[0], replace(x.certificates[0], end_user="another")))


def three_books(r: random.Random, x: Observed) -> Observed:
    """Trace 0 to 10 % below invoice and customs."""
    return replace(x, flows=(f.Flow("SHP", 50 * KG, 50 * KG, int(50 * KG * (1 - r.uniform(0, 0.1))), ref="f"),))


def another_user(r: random.Random, x: Observed) -> Observed:
    """Another user found, nobody told."""
    return replace(x, end_users=(f.EndUserSeen("L", "u", "v", date(2026, 5, 9), ref="v"),))


PATTERNS: Mapping[str, Cheat] = {
    "cloned-code": cloned,
    "unissued-code": unissued,
    "code-after-end": after_end,
    "undeclared-feed": fed_unseen,
    "over-declared-yield": high_yield,
    "output-above-capacity": over_capacity,
    "under-declared-composition": under_declared,
    "controlled-model-in-lot": hidden_model,
    "reach-beyond-declared": elsewhere,
    "licence-used-twice": twice,
    "overdraw": overdrawn,
    "used-while-stopped": in_a_stop,
    "missing-report": unreported,
    "over-ordering": over_ordered,
    "split-parcels": split,
    "certificate-does-not-match": recycled,
    "invoice-without-flow": three_books,
    "end-user-changed": another_user,
}


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
    )
    found.update(one.kind for one in detect(plain, replace(RULES, coverage=Decimal(2), gate_km=0)))
    return found


def together(lots: Iterable[Observed]) -> Observed:
    """All lots in one run, as the office sees them."""
    every = list(lots)
    names = [field.name for field in fields(Observed)[1:]]
    return Observed(TODAY, **{name: tuple(one for lot in every for one in getattr(lot, name)) for name in names})


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
    assert len(PATTERNS) == len(DETECTORS)
    print(f"{lots} honest lots, {CHEATS} cheats per pattern, seed {seed}\n")
    print(table(calibrate(lots, seed)))


if __name__ == "__main__":
    main()
