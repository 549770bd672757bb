"""Questions that trade raises: scrap, names, hubs, origins, profiles, holdings, conversions.

Each needs several things at once, because every one of them alone is everyday. A place is asked about for what it ships,
never for what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lodemark.finding.facts import Observed
from lodemark.finding.model import Evidence, Raised
from lodemark.finding.rules import FindingRules
from lodemark.ledger import digest


def phantom_scrap(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Scrap above peers, all to one buyer, and the element in surplus where that buyer supplies."""
    for one in seen.scraps:
        high = one.share > one.peer_mean + 3 * one.peer_sigma
        if not (high and one.sole_buyer and one.surplus_mg > 0) or one.certified or one.machined:
            continue
        facts = {
            "site": one.site,
            "period": one.period,
            "share": f"{one.share:f}",
            "peers": f"{one.peer_mean:f}",
            "buyer": one.sole_buyer,
            "surplus_mg": one.surplus_mg,
        }
        evidence = Evidence("accountancy", one.ref, digest(one), "scrap-above-peers", facts)
        exonerates = ("geometry-record", "recycler-certificate")
        yield Raised("under-declared-yield", f"{one.site}/{one.period}", "promise-yield", facts, (evidence,), exonerates)


def name_does_not_fit(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Density *and* price outside what goods of that name usually show; either alone is a cheap offer or a coating."""
    for one in seen.descriptions:
        fits = _within(one.density, one.usual_density) or _within(one.price, one.usual_price)
        if fits or one.composite or one.packed or one.sample:
            continue
        facts = {"shipment": one.shipment, "name": one.name, "density": f"{one.density:f}", "price": f"{one.price:f}"}
        evidence = Evidence("document", one.ref, digest(one), "name-density-price", facts)
        exonerates = ("composition-statement", "packing-list")
        yield Raised("name-does-not-fit", one.shipment, "promise-name", facts, (evidence,), exonerates)


def _within(value: Decimal, usual: tuple[Decimal, ...]) -> bool:
    return min(usual) <= value <= max(usual)


def hub_jump(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Imports far above the usual, a gap to the partners' figures, and related seller and buyer, with nothing to explain it."""
    for one in seen.hubs:
        jumped = one.imports_mg > rules.hub_growth * one.usual_mg
        gap = Decimal(one.mirror_gap_mg) > rules.flow_tolerance * one.imports_mg
        if not (jumped and gap and one.related) or one.explained:
            continue
        facts = {
            "place": one.place,
            "item": one.item,
            "period": one.period,
            "imports_mg": one.imports_mg,
            "usual_mg": one.usual_mg,
            "gap_mg": one.mirror_gap_mg,
        }
        evidence = Evidence("report", one.ref, digest(one), "hub-above-usual", facts)
        exonerates = ("plant-record", "warehouse-record", "timing-statement")
        yield Raised(
            "third-country-hop", f"{one.place}/{one.item}/{one.period}", "promise-end-use", facts, (evidence,), exonerates
        )


def origin_does_not_fit(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """A fingerprint within its validity, or a balance, needs another feed than the origin declared."""
    for one in seen.origins:
        if not one.needs or one.needs == one.declared or not one.valid or one.recycled:
            continue
        facts = {"lot": one.lot, "declared": one.declared, "needs": one.needs}
        evidence = Evidence("assay", one.ref, digest(one), "origin-needs-another", facts)
        exonerates = ("feed-record", "recycled-feed-record")
        yield Raised("relabelled-origin", one.lot, "promise-origin", facts, (evidence,), exonerates)


def shell_end_user(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Two or more indicators of different kinds about an end user, and nothing that speaks against them."""
    for one in seen.profiles:
        kinds = sorted(set(one.indicators))
        if len(kinds) < 2 or one.against:
            continue
        facts = {"party": one.party, "indicators": kinds}
        evidence = Evidence("parties", one.ref, digest(one), "profile-indicators", facts)
        exonerates = ("site-visit-record", "lease-record", "business-history")
        yield Raised("end-user-not-verified", one.party, "cn/duir-2024/24", facts, (evidence,), exonerates)


def layered_ownership(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Shares of named listed owners that certainly reach a test in force, for more than a day."""
    for one in seen.holdings:
        if one.at_least < one.threshold or not (one.in_force and one.named) or one.days <= 1:
            continue
        facts = {"party": one.party, "at_least": f"{one.at_least:f}", "threshold": f"{one.threshold:f}"}
        evidence = Evidence("parties", one.ref, digest(one), "shares-add-up", facts)
        exonerates = ("register-extract", "sale-record")
        yield Raised("ownership-layering", one.party, one.provision, facts, (evidence,), exonerates)


def converted_away(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Assemblies that came in and neither left in products, nor were sold at home, nor lie as spares."""
    for one in seen.conversions:
        rest = one.received - one.shipped - one.sold_at_home - one.spares
        if Decimal(rest) <= rules.pieces_tolerance * one.received:
            continue
        facts = {"party": one.party, "period": one.period, "received": one.received, "rest": rest}
        evidence = Evidence("report", one.ref, digest(one), "assemblies-without-product", facts)
        exonerates = ("stock-taking", "service-record", "home-sales-record")
        yield Raised("split-or-converted", f"{one.party}/{one.period}", "cn/duir-2024/39-4", facts, (evidence,), exonerates)
