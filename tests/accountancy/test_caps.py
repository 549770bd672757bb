"""Caps: what cannot be, with its margin; and the honest twins that look the same and must stay quiet."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from lodemark.accountancy import (
    Claim,
    Component,
    Flow,
    Handover,
    Inventory,
    MagnetShare,
    MetalFromOxide,
    Output,
    YieldClaim,
    assemble,
    caps,
)
from lodemark.accountancy.model import BalanceData
from tests.accountancy.examples import BOUNDARIES, component, example_a, mg

ND = {"Nd": Decimal(1)}
CUSTOMS_CASE = {"Pr": Decimal("4.49"), "Nd": Decimal("13.5"), "Ce": Decimal("15.36")}


def codes(*claims: Claim) -> list[str]:
    found = caps(claims=claims)
    assert all(one.explain("en") and one.explain("zh-Hans") and one.digest for one in found)
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        (MetalFromOxide("lot", "Dy2O3", mg(100), mg(87.2), mg(0.01)), "B02"),
        (MetalFromOxide("lot", "Tb4O7", mg(100), mg(85.5), mg(0.1)), "B02"),
        (MagnetShare("line", "NdFeB", Decimal("0.255"), Decimal("0.003"), ND), "B03"),
        (MagnetShare("line", "SmCo5", Decimal("0.32"), Decimal("0.003"), {"Sm": Decimal(1)}), "B03"),
        (YieldClaim("step", Decimal("1.02")), "B04-above-one"),
        (YieldClaim("step", Decimal("0.99"), Decimal("0.955"), Decimal("0.010")), "B04"),
        (YieldClaim("step", Decimal("0.60"), Decimal("0.25"), Decimal("0.03"), "scrap"), "B04"),
        (Output("plant", mg(800), mg(2), mg(1), Decimal(700), Decimal("0.9"), "type plate"), "B05"),
        (Handover("S-1", mg(512.4), mg(500.0), mg(2.9)), "B06"),
    ],
)
def test_each_cap_fires_beyond_three_sigma(claim: Claim, code: str) -> None:
    """A figure that atoms do not allow has to be asked about, every time."""
    assert codes(claim) == [code]


@pytest.mark.parametrize(
    "claim",
    [
        MetalFromOxide("lot", "Dy2O3", mg(100), mg(87.13), mg(0.01)),  # at the factor, rounded
        MetalFromOxide("lot", "Pr2O3", mg(100), mg(85.4), mg(0.1)),  # the other form of the oxide holds more
        MagnetShare("line", "NdFeB", Decimal("0.267"), Decimal("0.003"), ND),
        MagnetShare("line", "NdFeB", Decimal("0.262"), Decimal("0.003"), ND),  # under, but within three sigma
        MagnetShare("line", "NdFeB", Decimal("0.3335"), Decimal("0.003"), CUSTOMS_CASE),  # cerium-substituted
        YieldClaim("step", Decimal("0.975"), Decimal("0.955"), Decimal("0.010")),
        YieldClaim("step", Decimal("0.97")),  # no history yet: nothing to compare with
        Output("plant", mg(632), mg(2), mg(1), Decimal(700), Decimal("0.9"), "type plate"),
        Handover("S-1", mg(512.4), mg(509.1), mg(2.93)),
    ],
)
def test_honest_twins_are_not_asked(claim: Claim) -> None:
    """Rounding, another oxide form, a good month: same surface, innocent cause."""
    assert codes(claim) == []


def area(receipts: list[float], shipments: list[float], stock: list[float], shift: timedelta = timedelta(0)) -> BalanceData:
    edges = BOUNDARIES[: len(stock)]
    flows = []
    for n, start in enumerate(edges[:-1]):
        at = start + timedelta(days=10)
        flows.append(Flow(f"in-{n}", "SITE", "Dy", "receipt", mg(receipts[n]), at + shift, "scale"))
        flows.append(Flow(f"out-{n}", "SITE", "Dy", "shipment", mg(shipments[n]), at, "scale"))
    held = [Inventory(f"pit-{n}", "SITE", "Dy", at, "floor", mg(stock[n]), "gauge") for n, at in enumerate(edges)]
    return assemble(flows, held, [component("scale", "random", ".002"), component("gauge", "random", ".005")], edges)


def test_conservation_counts_opening_stock_and_everything_that_left() -> None:
    """Material that left and never came in came from somewhere."""
    found = caps(area([100, 100], [100, 130], [20, 20, 0]))
    assert [one.code for one in found] == ["B01"]
    assert found[0].facts["margin_kg"] == "10.000000" and float(str(found[0].facts["sigma"])) > 3
    assert found[0].facts["until"] == BOUNDARIES[2]


def test_drawing_down_stock_is_no_creation() -> None:
    """Honest twin: shipping more than the month's receipts, from stock."""
    assert caps(area([100, 100], [120, 120], [60, 40, 20])) == []
    assert caps(example_a()) == []


def test_a_late_upload_counts_where_it_happened() -> None:
    """Honest twin: the receipt was entered three weeks late; its date is the date of the truck."""
    on_time = area([100, 100], [100, 100], [5, 5, 5])
    assert caps(on_time) == []
    entered_late_and_dated_late = area([100, 100], [100, 100], [5, 5, 5], shift=timedelta(days=25))
    assert [one.code for one in caps(entered_late_and_dated_late)] == ["B01"]


def test_remelt_booked_out_and_in_changes_nothing() -> None:
    """Honest twin: scrap sent to the furnace next door and taken back is booked twice, as out and as in."""
    edges = BOUNDARIES[:2]
    at = edges[0] + timedelta(days=3)
    rows = [
        Flow("in", "SITE", "Dy", "receipt", mg(100), at, "scale"),
        Flow("remelt-out", "SITE", "Dy", "shipment", mg(30), at, "scale"),
        Flow("remelt-in", "SITE", "Dy", "receipt", mg(30), at, "scale"),
        Flow("out", "SITE", "Dy", "shipment", mg(99.8), at, "scale"),
    ]
    empty = Component("gauge", "count", "random", exact=True, reason="empty")
    held = [Inventory(f"pit-{n}", "SITE", "Dy", when, "floor", 0, "gauge") for n, when in enumerate(edges)]
    assert caps(assemble(rows, held, [component("scale", "random", ".002"), empty], edges)) == []


def test_holdup_cleared_after_a_campaign_is_stock_that_was_there() -> None:
    """Honest twin: what clung to the furnace comes out later; counted as holdup it was never missing."""
    data = area([100, 100], [95, 105], [0, 5, 0])
    assert caps(data) == []
    blind = area([100, 100], [95, 105], [0, 0, 0])
    assert caps(blind) == []  # the sum still closes; only the month is wrong


def test_a_margin_inside_three_sigma_is_silent_and_just_outside_speaks() -> None:
    """The boundary triple of a cap."""
    at = replace(Handover("S", mg(100), mg(97), mg(1)), received_mg=mg(97))
    assert codes(at) == []
    assert codes(replace(at, received_mg=mg(97) - 1)) == ["B06"]
    assert codes(replace(at, received_mg=mg(97) + 1)) == []
