"""Every detector with its pattern and its honest twins: the same surface, an innocent cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

from lodemark.finding.facts import (
    Assayed,
    Certificate,
    CodeRead,
    Conversion,
    Described,
    Draw,
    EndUserSeen,
    Flow,
    Holding,
    Hub,
    LicenceUse,
    ModelInLot,
    Observed,
    Order,
    OriginRead,
    Output,
    Parcel,
    Profile,
    ReachSeen,
    ReportDue,
    Residual,
    ScrapShare,
    Sighting,
    YieldClaim,
)
from lodemark.finding.rules import FindingRules
from lodemark.rules import Calendar, load

WEEK = Calendar("XX", frozenset({2026, 2027}), frozenset(), frozenset(), frozenset({6, 7}), "week")
TODAY = date(2026, 6, 1)
RULES = FindingRules.of(load("cn-ann18"), WEEK, TODAY)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
KG = 1_000_000


def hours(number: float) -> datetime:
    return NOON + timedelta(hours=number)


def seen(**facts: object) -> Observed:
    return Observed(TODAY, **facts)  # type: ignore[arg-type]


BAOTOU = Sighting("urn:s:1", "Baotou", D("40.66"), D("109.84"), NOON, ref="event/1")
GRAZ = replace(BAOTOU, place="Graz", latitude=D("47.07"), longitude=D("15.44"), at=hours(1), ref="event/2")
GATE = replace(BAOTOU, place="Baotou gate 2", latitude=D("40.67"), at=hours(0.001), ref="event/3")
USED = replace(BAOTOU, act="consumed")
AGAIN = replace(GRAZ, at=hours(90))
READ = CodeRead("urn:s:9", check_fits=True, signature_holds=None, issued=False, ref="event/9")
OPEN = Residual("Plant A", "Dy", "2026-04", 900 * KG, 100 * KG, within_feeds=False, ref="balance/1")
CLAIM = YieldClaim("Plant A", "electrolysis", "2026-04", 1000 * KG, 1010 * KG, ref="claim/1")
BAND = YieldClaim(
    "Plant A", "sintering", "2026-04", 1000 * KG, 995 * KG, band_mean=D("0.95"), band_sigma=D("0.01"), ref="claim/2"
)
MADE = Output("Plant A", "2026-04", 120_000 * KG, 100_000 * KG, ref="report/1")
P1179 = Assayed("LOT-7", "Dy", D("0"), D("0.0036"), D("0.0001"), D("0.0002"), sample="S-1", ref="assay/1", digest="a1")
MODEL = ModelInLot("LOT-7", "P1179", "Beichen", "Dy", D("0"), D("0.0036"), D("0.0002"), "Beichen", ref="assay/2")
SMALL = Parcel("SHP-1", "p1", "g1", "1C905.a.4", date(2026, 5, 1), 4 * KG, ref="ship/1")
SPLIT = tuple(replace(SMALL, shipment=f"SHP-{n}", on=date(2026, 5, n), ref=f"ship/{n}") for n in (1, 8, 15))
ORDER = Order("p2", "Dy", 900 * KG, 40_000, 10_000, spares=D("0.05"), scrap=D("0.2"), ref="order/1")
LATE = ReportDue("p2", "arrival", "SHP-1", date(2026, 5, 20), ref="duty/1")
DRAW = Draw("k1", "SHP-1", 60 * KG, NOON)
SINGLE = LicenceUse("L-1", True, 100 * KG, (DRAW, Draw("k2", "SHP-2", 30 * KG, hours(24))), ref="licence/1")
GENERAL = replace(SINGLE, single=False)
PAPER = Certificate("c0ffee", "EUC-1", "p2", "", date(2026, 5, 1), date(2026, 12, 31), ref="doc/1")
BOOKS = Flow("SHP-1", 25 * KG, 25 * KG, 20 * KG, ref="flow/1")
USER = EndUserSeen("L-1", "Alder Drives", "Elm Works", date(2026, 5, 9), ref="visit/1")
BOUNDS = ReachSeen("L-1", "Dy", 2 * KG, 6 * KG, 20 * KG, 100 * KG, ref="trace/1", digest="t1")

SCRAP = ScrapShare("Plant A", "2026-04", D("0.41"), D("0.25"), D("0.03"), "Buyer 9", 12 * KG, ref="scrap/1")
CALLED = Described("SHP-1", "ceramic tiles", D("7500"), (D("1800"), D("2600")), D("60"), (D("0.5"), D("5")), ref="ship/1")
HUB = Hub("Port 7", "Sb", "2026-Q1", 3834 * 1000 * KG, 142 * 1000 * KG, 900 * 1000 * KG, related=True, ref="trade/1")
ORIGIN = OriginRead("LOT-9", "Source A", "Source B", valid=True, ref="assay/5")
SHELL = Profile("p9", ("new-company", "forwarder-address", "capability-mismatch"), ref="party/9")
LAYERS = Holding("p9", D("0.51"), D("0.50"), "us/bis-affiliates", in_force=True, named=True, days=90, ref="party/8")
ROTORS = Conversion("p2", "2026-Q1", 1000, 700, ref="report/9")

# kind -> facts on which it must ask
PATTERNS: Mapping[str, tuple[Observed, ...]] = {
    "cloned-code": (seen(sightings=(BAOTOU, GRAZ)),),
    "unissued-code": (seen(codes=(READ,)), seen(codes=(replace(READ, signature_holds=False, issued=None),))),
    "code-after-end": (seen(sightings=(USED, AGAIN)),),
    "undeclared-feed": (seen(residuals=(OPEN,)),),
    "over-declared-yield": (seen(yields=(CLAIM,)), seen(yields=(BAND,))),
    "output-above-capacity": (seen(outputs=(MADE,)),),
    "under-declared-composition": (seen(assays=(P1179,)),),
    "controlled-model-in-lot": (seen(models=(MODEL,)),),
    "reach-beyond-declared": (seen(reaches=(BOUNDS,)), seen(reaches=(replace(BOUNDS, low_mg=0),))),
    "licence-used-twice": (seen(licences=(SINGLE,)),),
    "overdraw": (seen(licences=(replace(GENERAL, granted_mg=80 * KG),)),),
    "used-while-stopped": (seen(licences=(replace(GENERAL, stopped=((hours(10), None),)),)),),
    "missing-report": (seen(reports=(LATE,)), seen(reports=(replace(LATE, received_on=date(2026, 5, 25)),))),
    "over-ordering": (seen(orders=(ORDER,)),),
    "split-parcels": (seen(parcels=SPLIT),),
    "certificate-does-not-match": (
        seen(certificates=(PAPER, replace(PAPER, end_user="p9"))),
        seen(certificates=(replace(PAPER, used_on=date(2027, 1, 1)),)),
        seen(certificates=(replace(PAPER, number_known=False),)),
    ),
    "invoice-without-flow": (seen(flows=(BOOKS,)),),
    "end-user-changed": (seen(end_users=(USER,)),),
    "under-declared-yield": (seen(scraps=(SCRAP,)),),
    "name-does-not-fit": (seen(descriptions=(CALLED,)),),
    "third-country-hop": (seen(hubs=(HUB,)),),
    "relabelled-origin": (seen(origins=(ORIGIN,)),),
    "end-user-not-verified": (seen(profiles=(SHELL,)),),
    "ownership-layering": (seen(holdings=(LAYERS,)),),
    "split-or-converted": (seen(conversions=(ROTORS,)),),
}

# kind, the innocent cause, facts on which everything must stay silent
TWINS: tuple[tuple[str, str, Observed], ...] = (
    ("cloned-code", "late upload with a wrong clock", seen(sightings=(BAOTOU, replace(GRAZ, clock_known=False)))),
    ("cloned-code", "two scanners at one gate", seen(sightings=(BAOTOU, GATE))),
    ("cloned-code", "a return shipment", seen(sightings=(BAOTOU, replace(GRAZ, act="returned")))),
    ("cloned-code", "air freight in a day", seen(sightings=(BAOTOU, replace(GRAZ, at=hours(24))))),
    ("unissued-code", "a scanner slip: the check character does not fit", seen(codes=(replace(READ, check_fits=False),))),
    ("unissued-code", "the issue record arrives after the goods", seen(codes=(replace(READ, issue_pending=True),))),
    ("unissued-code", "nobody asked the issuer yet", seen(codes=(replace(READ, issued=None),))),
    (
        "code-after-end",
        "terminal event on the wrong lot, corrected",
        seen(sightings=(USED, replace(BAOTOU, at=hours(50), act="corrected"), AGAIN)),
    ),
    (
        "code-after-end",
        "refurbished and commissioned again",
        seen(sightings=(USED, replace(GRAZ, at=hours(80), act="commissioned"), AGAIN)),
    ),
    ("undeclared-feed", "a legitimate blend of several licensed feeds", seen(residuals=(replace(OPEN, within_feeds=True),))),
    ("undeclared-feed", "an unweighed heel of the previous campaign", seen(residuals=(replace(OPEN, heel_weighed=False),))),
    ("undeclared-feed", "rounding and weighing error", seen(residuals=(replace(OPEN, residual_mg=200 * KG),))),
    ("over-declared-yield", "inventory drawn down in the period", seen(yields=(replace(CLAIM, drawn_mg=50 * KG),))),
    ("over-declared-yield", "oxide and element basis confused", seen(yields=(replace(CLAIM, same_basis=False),))),
    (
        "over-declared-yield",
        "a new step with its own band",
        seen(yields=(replace(BAND, band_mean=D("0.99"), band_sigma=D("0.005")),)),
    ),
    ("output-above-capacity", "tolling recorded at the partner", seen(outputs=(replace(MADE, toll_mg=20_000 * KG),))),
    ("output-above-capacity", "capacity upgrade filed late", seen(outputs=(replace(MADE, upgrade_mg=30_000 * KG),))),
    (
        "under-declared-composition",
        "diffused magnet sampled at the surface",
        seen(assays=(replace(P1179, surface_of_diffused=True),)),
    ),
    (
        "under-declared-composition",
        "declared nominal within its uncertainty",
        seen(assays=(replace(P1179, declared=D("0.0034")),)),
    ),
    ("under-declared-composition", "oxide against element basis", seen(assays=(replace(P1179, same_basis=False),))),
    ("controlled-model-in-lot", "same model name, two makers", seen(models=(replace(MODEL, known_maker="Elsewhere"),))),
    (
        "reach-beyond-declared",
        "a legitimate hub: possible, but little expected",
        seen(reaches=(replace(BOUNDS, low_mg=0, expected_mg=KG),)),
    ),
    (
        "reach-beyond-declared",
        "gaps leave everything open",
        seen(reaches=(replace(BOUNDS, low_mg=0, gaps=("no weighing at Graz",)),)),
    ),
    ("licence-used-twice", "one message sent twice", seen(licences=(replace(SINGLE, draws=(DRAW, DRAW)),))),
    (
        "licence-used-twice",
        "reservation voided and made again",
        seen(licences=(replace(SINGLE, draws=(replace(DRAW, voided=True), SINGLE.draws[1])),)),
    ),
    ("overdraw", "exactly the grant", seen(licences=(replace(GENERAL, granted_mg=90 * KG),))),
    ("used-while-stopped", "presented before the stop", seen(licences=(replace(GENERAL, stopped=((hours(25), None),)),))),
    (
        "used-while-stopped",
        "presented at the very end of the stop",
        seen(licences=(replace(GENERAL, stopped=((hours(10), hours(24)),)),)),
    ),
    ("missing-report", "on the due day", seen(reports=(replace(LATE, due_on=TODAY),))),
    ("missing-report", "relocation notified in advance", seen(reports=(replace(LATE, excused="record/relocation"),))),
    ("missing-report", "received in time", seen(reports=(replace(LATE, received_on=date(2026, 5, 20)),))),
    ("over-ordering", "safety stock declared", seen(orders=(replace(ORDER, stock_mg=500 * KG),))),
    ("over-ordering", "ramp-up with a production plan", seen(orders=(replace(ORDER, planned_units=20_000),))),
    ("over-ordering", "minimum order size", seen(orders=(replace(ORDER, minimum_mg=900 * KG),))),
    ("split-parcels", "call-offs under one contract", seen(parcels=tuple(replace(p, contract="C-1") for p in SPLIT))),
    (
        "split-parcels",
        "spread over a season",
        seen(parcels=tuple(replace(p, on=date(2026, n, 1)) for n, p in zip((1, 3, 5), SPLIT, strict=True))),
    ),
    (
        "certificate-does-not-match",
        "one group company signs for two plants",
        seen(certificates=(replace(PAPER, group="g"), replace(PAPER, group="g", end_user="p9"))),
    ),
    (
        "certificate-does-not-match",
        "a re-issue that names the old paper",
        seen(certificates=(PAPER, replace(PAPER, end_user="p9", reissue_of="EUC-1"))),
    ),
    ("certificate-does-not-match", "used on its last day", seen(certificates=(replace(PAPER, used_on=PAPER.valid_until),))),
    ("invoice-without-flow", "gross against net", seen(flows=(replace(BOOKS, same_basis=False),))),
    ("invoice-without-flow", "part shipment", seen(flows=(replace(BOOKS, part_shipment=True),))),
    (
        "invoice-without-flow",
        "credit note for what came back",
        seen(flows=(replace(BOOKS, customs_mg=20 * KG, credited_mg=5 * KG),)),
    ),
    ("end-user-changed", "told beforehand", seen(end_users=(replace(USER, notified_on=date(2026, 5, 1)),))),
    ("under-declared-yield", "machining-heavy geometry", seen(scraps=(replace(SCRAP, machined=True),))),
    ("under-declared-yield", "one certified recycler nearby", seen(scraps=(replace(SCRAP, certified=True),))),
    ("under-declared-yield", "high scrap, no surplus anywhere", seen(scraps=(replace(SCRAP, surplus_mg=0),))),
    ("name-does-not-fit", "composite goods", seen(descriptions=(replace(CALLED, composite=True),))),
    ("name-does-not-fit", "packaging in the gross weight", seen(descriptions=(replace(CALLED, packed=True),))),
    ("name-does-not-fit", "a low-value sample", seen(descriptions=(replace(CALLED, sample=True),))),
    ("name-does-not-fit", "dense, but priced as usual", seen(descriptions=(replace(CALLED, price=D("4")),))),
    ("third-country-hop", "a new plant opens", seen(hubs=(replace(HUB, explained="plant/3"),))),
    ("third-country-hop", "valuation and timing agree within tolerance", seen(hubs=(replace(HUB, mirror_gap_mg=0),))),
    ("third-country-hop", "unrelated seller and buyer", seen(hubs=(replace(HUB, related=False),))),
    ("relabelled-origin", "recycled feed of mixed origin declared as such", seen(origins=(replace(ORIGIN, recycled=True),))),
    ("relabelled-origin", "fingerprint used after separation", seen(origins=(replace(ORIGIN, valid=False),))),
    ("end-user-not-verified", "a start-up in an incubator, visited", seen(profiles=(replace(SHELL, against=("visit/2",)),))),
    (
        "end-user-not-verified",
        "registered office at a law firm, nothing else",
        seen(profiles=(replace(SHELL, indicators=("forwarder-address",)),)),
    ),
    ("ownership-layering", "an index fund over the line for a day", seen(holdings=(replace(LAYERS, days=1),))),
    ("ownership-layering", "two holders of one name who are not the same", seen(holdings=(replace(LAYERS, named=False),))),
    ("ownership-layering", "the test is suspended", seen(holdings=(replace(LAYERS, in_force=False),))),
    ("split-or-converted", "spare rotors for service", seen(conversions=(replace(ROTORS, spares=290),))),
    ("split-or-converted", "motors sold at home", seen(conversions=(replace(ROTORS, sold_at_home=300),))),
)
