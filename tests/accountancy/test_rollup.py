"""Adding balances over areas and elements."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from lodemark.accountancy import BalanceData, Component, Flow, Inventory, assemble, muf, rollup

YEAR = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)]
MID = datetime(2026, 6, 1, tzinfo=UTC)
EMPTY = Component("stock", "count", "random", exact=True, reason="empty")


def empty(mba: str, element: str) -> list[Inventory]:
    return [Inventory(f"{mba}-{element}-{n}", mba, element, at, "floor", 0, "stock") for n, at in enumerate(YEAR)]


def example_e() -> BalanceData:
    masses = {"Nd": (1000 * 0.28, 985 * 0.2808, "0.004"), "Dy": (1000 * 0.03, 985 * 0.0297, "0.006")}
    flows, parts, stock = [], [EMPTY], []
    for element, (into, out, u) in masses.items():
        for way, kg, kind in (("in", into, "receipt"), ("out", out, "shipment")):
            stream = f"{element}-{way}"
            flows.append(Flow(stream, "SITE", element, kind, round(kg * 1e6), MID, stream))  # type: ignore[arg-type]
            parts.append(
                Component(stream, "scale", "systematic", Decimal("0.002"), group=f"weighing-{way}", source="certificate")
            )
            parts.append(Component(stream, "assay", "random", Decimal(u), source="certificate"))
        stock += empty("SITE", element)
    return assemble(flows, stock, parts, YEAR)


def test_example_e_elements_of_one_weighing_are_not_independent() -> None:
    """Taken as independent, one bad weighing counts twice."""
    found = rollup(example_e(), "element")
    dy, nd = found.totals
    assert (nd.muf_kg, dy.muf_kg) == pytest.approx((3.412, 0.7455), rel=1e-9)
    sigma = np.asarray(found.sigma)
    assert (sigma[1, 1], sigma[0, 1], sigma[0, 0]) == pytest.approx((3.09801843, 0.06596577, 0.07023303), rel=1e-6)
    assert (nd.z, dy.z) == pytest.approx((1.93850544, 2.81304670), rel=1e-7)
    assert found.chi2 == pytest.approx(10.33539510, rel=1e-7)
    assert nd.z**2 + dy.z**2 == pytest.approx(11.671, abs=5e-4)


def test_holm_keeps_the_years_alpha() -> None:
    """Ten elements at 5 % each alarm two honest years in five."""
    dy, nd = rollup(example_e(), "element").totals
    assert dy.holm_p == pytest.approx(2 * dy.p) and nd.holm_p == pytest.approx(nd.p)


def test_an_internal_transfer_measured_once_cancels_exactly() -> None:
    """Moving a lot between two halls of one site is no loss, whatever the scale between them does."""
    moved = Flow("T", "HALL-1", "Dy", "transfer", 400_000_000, MID, "between", to_mba="HALL-2")
    into = Flow("R", "HALL-1", "Dy", "receipt", 500_000_000, MID, "gate")
    out = Flow("S", "HALL-2", "Dy", "shipment", 499_000_000, MID, "gate")
    parts = [
        EMPTY,
        Component("gate", "scale", "systematic", Decimal("0.002"), group="gate", source="certificate"),
        Component("between", "scale", "systematic", Decimal("0.2"), group="bad scale", source="certificate"),
    ]
    data = assemble([moved, into, out], [*empty("HALL-1", "Dy"), *empty("HALL-2", "Dy")], parts, YEAR)
    assert muf(data) == pytest.approx([100, -99])
    total = rollup(data, "element").totals[0]
    assert total.muf_kg == pytest.approx(1.0)
    assert total.sd_kg == pytest.approx(0.002)  # the gate scale sees 500 in and 499 out; the bad scale is gone


def test_measured_twice_both_measurements_keep_their_errors() -> None:
    """Two scales on one transfer are two measurements: the sum closes, but it is known no better than both of them."""
    rows = [
        Flow("R", "HALL-1", "Dy", "receipt", 500_000_000, MID, "gate"),
        Flow("T1", "HALL-1", "Dy", "shipment", 500_000_000, MID, "scale 1"),
        Flow("T2", "HALL-2", "Dy", "receipt", 497_000_000, MID, "scale 2"),
        Flow("S", "HALL-2", "Dy", "shipment", 497_000_000, MID, "gate"),
    ]
    streams = ("gate", "scale 1", "scale 2")
    parts = [EMPTY, *(Component(stream, "scale", "random", Decimal("0.002"), source="certificate") for stream in streams)]
    data = assemble(rows, [*empty("HALL-1", "Dy"), *empty("HALL-2", "Dy")], parts, YEAR)
    total = rollup(data, "element").totals[0]
    assert total.muf_kg == pytest.approx(0.0)
    assert total.sd_kg == pytest.approx((2 * 1.0**2 + 2 * 0.994**2) ** 0.5)
