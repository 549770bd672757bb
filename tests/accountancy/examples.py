"""The worked examples of the balance, in kilograms: A (four periods) and M (twelve)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

import numpy as np

from lodemark.accountancy import BalanceData, Component, Flow, Inventory, assemble, covariance_streams
from lodemark.accountancy.model import Floats, FlowKind

BOUNDARIES = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3, 4, 5)]


def mg(kg: float) -> int:
    return round(kg * 1_000_000)


def component(
    stream: str,
    name: str,
    u_rel: str,
    group: str = "",
    *,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Component:
    kind: Literal["random", "systematic"] = "systematic" if group else "random"
    return Component(stream, name, kind, Decimal(u_rel), None, group, valid_from, valid_until, "certificate")


def flows_a() -> list[Flow]:
    receipts = [(120.0, 118.5), (121.0, 119.0), (120.5, 119.5), (119.0, 121.0)]
    shipments, wastes = [231.0, 236.5, 237.5, 238.0], [2.2, 2.4, 1.9, 2.0]
    found = []
    for period, start in enumerate(BOUNDARIES[:-1]):
        at = start + timedelta(days=10)
        rows: list[tuple[FlowKind, str, float]] = [("receipt", "receipts", kg) for kg in receipts[period]]
        rows += [("shipment", "shipments", shipments[period]), ("waste", "waste", wastes[period])]
        found += [
            Flow(f"{kind}-{period}-{n}", "SITE", "Dy", kind, mg(kg), at, stream) for n, (kind, stream, kg) in enumerate(rows)
        ]
    return found


def inventories_a() -> list[Inventory]:
    kg = [60.0, 64.5, 65.0, 65.5, 64.0]
    return [Inventory(f"pit-{n}", "SITE", "Dy", at, "tank", mg(kg[n]), "tank") for n, at in enumerate(BOUNDARIES)]


def components_a() -> list[Component]:
    recalibrated = BOUNDARIES[2]
    scale = [
        component(stream, "scale", ".002", "W1", valid_from=since, valid_until=until)
        for stream in ("receipts", "shipments")
        for since, until in ((None, recalibrated), (recalibrated, None))
    ]
    return [
        component("receipts", "random", ".004"),
        component("shipments", "random", ".003"),
        component("waste", "random", ".05"),
        component("tank", "random", ".006"),
        component("receipts", "laboratory", ".003", "laboratory"),
        component("shipments", "laboratory", ".001", "laboratory"),
        component("waste", "scale", ".04", "W2"),
        component("tank", "gauge", ".005", "gauge"),
        *scale,
    ]


def example_a() -> BalanceData:
    return assemble(flows_a(), inventories_a(), components_a(), BOUNDARIES)


def sigma_m(systematic: float = 1.0) -> Floats:
    """Example M; ``systematic = 0`` is what a caller computes who leaves the systematic errors out."""
    ones = np.ones(12)
    calibration = np.repeat([0, 1, 2], 4)
    return covariance_streams(
        np.array([300 * ones, 295 * ones, 5 * ones]),
        [1, -1, -1],
        u_r=[0.005, 0.004, 0.08],
        n_items=np.array([6, 3, 1]),
        u_s=systematic * np.array([[0.002 * ones, 0.002 * ones, 0.05 * ones], [0.0025 * ones, 0.002 * ones, 0 * ones]]),
        group=np.array(
            [
                [calibration, calibration, 10 + 0 * calibration],
                [11 + 0 * calibration, 12 + 0 * calibration, 13 + 0 * calibration],
            ]
        ),
        inventory_kg=np.full((1, 13), 80.0),
        iu_r=0.005,
        igroup=np.full((1, 13), 20),
    )
