"""One period opened: the rows that made its MUF, each with its sign and standard uncertainty, and what drives its variance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from lodemark.accountancy.balance import Contribution, contributions
from lodemark.accountancy.model import BalanceData, Inventory, Period
from lodemark.accountancy.table import FlowTable, instant


@dataclass(frozen=True, slots=True)
class Entry:
    """One measured row as it counts in a period: ``kg`` carries its sign in MUF, ``u_kg`` is standard (k = 1)."""

    row_id: str
    kind: str  # a kind of flow, or opening-stock, closing-stock
    at: datetime
    kg: float
    u_kg: float
    stream: str
    lot_id: str
    document: str


@dataclass(frozen=True, slots=True)
class PeriodView:
    """The rows of one period in time order, and its variance by error source, largest first."""

    period: Period
    entries: tuple[Entry, ...]
    contributions: tuple[Contribution, ...]


def period_view(data: BalanceData, flows: FlowTable, inventories: Sequence[Inventory], place: int) -> PeriodView:
    """Open period ``place`` (from 0) of ``data``, which ``assemble`` made of these very rows, not yet cut by ``select``."""
    row = data.A[[place]]
    variance = np.asarray(data.V.sum(axis=0) + data.G.power(2).sum(axis=0), dtype=np.float64)
    entries = [
        _entry(flows, inventories, column, sign, float(data.m_kg[column]), float(np.sqrt(variance[column])))
        for column, sign in zip(row.indices.tolist(), row.data.tolist(), strict=True)
        if sign
    ]
    return PeriodView(
        data.periods[place], tuple(sorted(entries, key=lambda one: (one.at, one.row_id))), contributions(data, place)
    )


def _entry(flows: FlowTable, inventories: Sequence[Inventory], column: int, sign: float, kg: float, u_kg: float) -> Entry:
    if column >= len(flows):
        item = inventories[column - len(flows)]
        kind = "opening-stock" if sign > 0 else "closing-stock"
        return Entry(item.pit_id, kind, item.taken_at, sign * kg, u_kg, item.stream, "", item.item)
    return Entry(
        row_id=flows.flow_id[column],
        kind=flows.kind[column],
        at=instant(int(flows.at_us[column])),
        kg=sign * kg,
        u_kg=u_kg,
        stream=flows.stream[column],
        lot_id=flows.lot_id[column] if flows.lot_id else "",
        document=flows.document[column] if flows.document else "",
    )
