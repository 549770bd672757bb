"""Seeded worlds for the calibration of the detectors: honest lots with every innocent cause, and cheats from small to large."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from lodemark.finding import Observed
from lodemark.finding import facts as f

TODAY = date(2026, 6, 1)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
KG = 1_000_000


def dec(number: float) -> Decimal:
    """A measured number as the facts carry it."""
    return Decimal(f"{number:.8f}")


def together(lots: Iterable[Observed]) -> Observed:
    """All facts in one run, as the office sees them."""
    every = list(lots)
    names = [field.name for field in fields(Observed)[1:]]
    return Observed(TODAY, **{name: tuple(one for lot in every for one in getattr(lot, name)) for name in names})


def honest(r: random.Random, n: int) -> Observed:
    """One honest lot with its papers; each innocent cause comes at the rate written beside it."""
    return together((_matter(r, n), _papers(r, n), _trade(r, n)))


def _matter(r: random.Random, n: int) -> Observed:
    """Codes, masses, yields and assays of one honest lot."""
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
    return Observed(
        on=TODAY,
        sightings=(sight, away),
        codes=(code,),
        residuals=(balance,),
        yields=(step,),
        outputs=(output,),
        assays=(assay,),
        models=(model,),
    )


def _papers(r: random.Random, n: int) -> Observed:
    """Reports, orders, licences, certificates, books of one honest lot."""
    lot, made = f"LOT-{n}", NOON + timedelta(hours=r.uniform(0, 480))
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
        parcels=(parcel,),
        orders=(order,),
        reports=(due,),
        licences=(licence,),
        certificates=(paper,),
        flows=(flow,),
        end_users=(user,),
        reaches=(reach,),
    )


def _trade(r: random.Random, n: int) -> Observed:
    """Scrap, names, hubs, origins, profiles, holdings, conversions around one honest lot."""
    lot = f"LOT-{n}"
    machined = r.random() < 0.1  # arcs and thin segments: much scrap, one recycler nearby
    scrap = f.ScrapShare(
        "Plant",
        str(n),
        dec(r.gauss(0.4 if machined else 0.25, 0.03)),
        dec(0.25),
        dec(0.03),
        "Buyer",
        0,
        r.random() < 0.1,
        machined,
        f"w/{n}",
    )
    odd = r.random() < 0.05  # composite goods, packaging in the weight, a sample
    called = f.Described(
        lot,
        "tiles",
        dec(4000 if odd else r.uniform(1800, 2600)),
        (dec(1800), dec(2600)),
        dec(40 if odd else 3),
        (dec(1), dec(5)),
        odd,
        ref=f"n/{n}",
    )
    jump = r.random() < 0.05  # a new plant, a bonded warehouse
    hub = f.Hub("Port", "Sb", str(n), (500 if jump else 100) * KG, 100 * KG, 9 * KG, jump, "plant/1" if jump else "", f"h/{n}")
    origin = f.OriginRead(lot, "A", r.choice(["A", "A", "A", "B"]), r.random() < 0.9, ref=f"i/{n}")
    origin = origin if origin.needs == "A" else replace(origin, recycled=True)
    profile = f.Profile(f"u{n}", ("new-company", "shared-address")[: r.randint(0, 2)], ("visit/1",), f"q/{n}")
    holding = f.Holding(f"u{n}", dec(r.uniform(0, 0.49)), dec(0.5), "us/bis-affiliates", True, True, 90, f"g/{n}")
    if r.random() < 0.02:  # an index fund crossing the line for a day, two holders of one name
        holding = replace(holding, at_least=dec(0.51), days=1)
    spare = r.randint(0, 200) if r.random() < 0.2 else 0
    rotors = f.Conversion(f"u{n}", str(n), 1000, 1000 - spare - r.randint(0, 15), spares=spare, ref=f"z/{n}")
    return Observed(
        on=TODAY,
        scraps=(scrap,),
        descriptions=(called,),
        hubs=(hub,),
        origins=(origin,),
        profiles=(profile,),
        holdings=(holding,),
        conversions=(rotors,),
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


def phantom(r: random.Random, x: Observed) -> Observed:
    """Scrap of 25 to 50 % to one buyer, the element in surplus elsewhere."""
    return replace(x, scraps=(f.ScrapShare("P", "m", dec(r.uniform(0.25, 0.5)), dec(0.25), dec(0.03), "B", 5 * KG, ref="w"),))


def misnamed(r: random.Random, x: Observed) -> Observed:
    """Density 1.0 to 4 times, price 2 to 20 times what the name suggests."""
    called = f.Described(
        "S", "tiles", dec(2200 * r.uniform(1, 4)), (dec(1800), dec(2600)), dec(3 * r.uniform(2, 20)), (dec(1), dec(5)), ref="n"
    )
    return replace(x, descriptions=(called,))


def hop(r: random.Random, x: Observed) -> Observed:
    """Imports 2 to 27 times the usual, related parties, figures apart."""
    return replace(x, hubs=(f.Hub("Port", "Sb", "m", int(r.uniform(2, 27) * 100 * KG), 100 * KG, 30 * KG, True, ref="h"),))


def relabelled(r: random.Random, x: Observed) -> Observed:
    """Another feed needed; the method holds in four of five cases."""
    return replace(x, origins=(f.OriginRead("LOT", "A", "B", r.random() < 0.8, ref="i"),))


def shell(r: random.Random, x: Observed) -> Observed:
    """One to three kinds of indicator, nothing against."""
    kinds = ("new-company", "shared-address", "capability-mismatch")[: r.randint(1, 3)]
    return replace(x, profiles=(f.Profile("u", kinds, ref="q"),))


def layered(r: random.Random, x: Observed) -> Observed:
    """45 to 60 % in named listed hands."""
    return replace(x, holdings=(f.Holding("u", dec(r.uniform(0.45, 0.6)), dec(0.5), "us/bis-affiliates", True, True, 90, "g"),))


def converted(r: random.Random, x: Observed) -> Observed:
    """0 to 30 % of the assemblies in no product."""
    return replace(x, conversions=(f.Conversion("u", "m", 1000, 1000 - r.randint(0, 300), ref="z"),))


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
    "under-declared-yield": phantom,
    "name-does-not-fit": misnamed,
    "third-country-hop": hop,
    "relabelled-origin": relabelled,
    "end-user-not-verified": shell,
    "ownership-layering": layered,
    "split-or-converted": converted,
}
