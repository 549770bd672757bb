"""From rows to matrices: which period, which sign, which error each measured row has.

Every row is placed in exactly one period ``[start, end)``; a stamp on a boundary belongs to the later period.
Boundaries belong to the caller (usually months or quarters of one accounting year).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from lodemark.accountancy.components import errors_of, measured_rows
from lodemark.accountancy.model import BadInput, BalanceData, Component, Flow, Ints, Inventory, Period
from lodemark.accountancy.table import Coded, FlowTable, digest_all, micros
from lodemark.ledger import digest
from lodemark.measure import ELEMENTS
from lodemark.trouble import Reason

# Kind of flow -> sign at the area it names. A transfer adds +1 at its other end.
SIGNS: Mapping[str, int] = {"receipt": 1, "shipment": -1, "waste": -1, "discard": -1, "transfer": -1}


def assemble(
    flows: Sequence[Flow] | FlowTable,
    inventories: Sequence[Inventory],
    components: Sequence[Component],
    boundaries: Sequence[datetime],
    tolerance: timedelta = timedelta(0),
) -> BalanceData:
    """Place every row and give it its errors; raises ``BadInput`` with every unusable row at once.

    ``tolerance`` is how far from a boundary a physical inventory may lie and still count for it.
    """
    table = flows if isinstance(flows, FlowTable) else FlowTable.of(flows)
    problems = [*_bad_flows(table), *_bad_inventories(inventories), *_bad_boundaries(boundaries)]
    if not inventories:
        # Without a stock-taking there is a book and nothing to set beside it; an empty floor is a result and is written down.
        problems.append(Reason("balance-no-inventory"))
    if problems:
        raise BadInput(problems)
    edges = np.asarray([micros(boundary) for boundary in boundaries], dtype=np.int64)
    at_edge, far = _edges_of(inventories, edges, tolerance)
    cells, missing = _cells(table, inventories, at_edge, boundaries)
    rows = measured_rows(table, inventories)
    errors, unstated = errors_of(components, rows)
    if problems := [*far, *missing, *unstated]:
        raise BadInput(problems)
    A, periods, outside = _incidence(_Frame(table, inventories, at_edge, cells, edges, boundaries))
    return BalanceData(
        periods=periods,
        A=A,
        m_kg=rows.kg,
        stock=np.arange(len(rows.kg)) >= len(table),
        V=errors.V,
        G=errors.G,
        random=errors.random,
        groups=errors.groups,
        outside=outside,
        merged=_merged(cells, boundaries),
        exact=tuple(f"{part.stream}/{part.name}: {part.reason}" for part in components if part.exact),
        assumed=tuple(f"{part.stream}/{part.name}" for part in components if part.source == "assumed" and not part.exact),
        synthetic=table.synthetic,
        digest=digest([table.digest(), digest_all(inventories), digest_all(components), [*boundaries]]),
    )


def _bad_flows(table: FlowTable) -> list[Reason]:
    unknown_element = table.element.map(lambda name: name not in ELEMENTS)
    unknown_kind = table.kind.map(lambda name: name not in SIGNS)
    transfer = table.kind.map(lambda name: name == "transfer").astype(bool)
    homeless = table.to_mba.map(lambda name: not name).astype(bool)
    tests = [
        ("balance-mass-negative", table.element_mg < 0),
        ("balance-element-unknown", unknown_element.astype(bool)),
        ("balance-kind-unknown", unknown_kind.astype(bool)),
        ("balance-transfer-without-end", transfer & homeless),
        ("balance-items-below-one", table.n_items < 1),
    ]
    return [
        Reason(code, None, {"row": table.flow_id[row], "element": table.element[row], "kind": table.kind[row]})
        for code, bad in tests
        for row in np.flatnonzero(bad).tolist()
    ]


def _bad_inventories(inventories: Sequence[Inventory]) -> list[Reason]:
    found = []
    for item in inventories:
        facts = {"row": item.pit_id, "element": item.element}
        if item.element_mg < 0:
            found.append(Reason("balance-mass-negative", None, facts))
        if item.element not in ELEMENTS:
            found.append(Reason("balance-element-unknown", None, facts))
    return found


def _bad_boundaries(boundaries: Sequence[datetime]) -> list[Reason]:
    rising = all(early < late for early, late in pairwise(boundaries))
    return [] if len(boundaries) >= 2 and rising else [Reason("balance-boundaries", None, {"count": len(boundaries)})]


def _edges_of(inventories: Sequence[Inventory], edges: Ints, tolerance: timedelta) -> tuple[list[int], list[Reason]]:
    """The boundary of each inventory; one that lies further off is refused: there is no "nearest reading"."""
    allowed = tolerance // timedelta(microseconds=1)
    places, problems = [], []
    for item in inventories:
        distance = np.abs(edges - micros(item.taken_at))
        place = int(distance.argmin())
        places.append(place)
        if distance[place] > allowed:
            problems.append(Reason("balance-inventory-off-boundary", None, {"row": item.pit_id, "taken_at": item.taken_at}))
    return places, problems


_Cell = tuple[str, str]


def _cells(
    table: FlowTable, inventories: Sequence[Inventory], at_edge: Sequence[int], boundaries: Sequence[datetime]
) -> tuple[dict[_Cell, list[int]], list[Reason]]:
    """For each (area, element) the boundaries that have a physical inventory, in order."""
    cells: dict[_Cell, set[int]] = {cell: set() for cell in _flow_cells(table)}
    for item, edge in zip(inventories, at_edge, strict=True):
        cells.setdefault((item.mba, item.element), set()).add(edge)
    ends = (0, len(boundaries) - 1)
    problems = [
        Reason("balance-inventory-missing", None, {"mba": mba, "element": element, "boundary": boundaries[end]})
        for (mba, element), found in cells.items()
        for end in ends
        if end not in found
    ]
    return {cell: sorted(cells[cell]) for cell in sorted(cells)}, problems


def _flow_cells(table: FlowTable) -> list[_Cell]:
    width = max(len(table.element.names), 1)
    cells = [divmod(code, width) for code in np.unique(table.mba.codes.astype(np.int64) * width + table.element.codes).tolist()]
    entered = np.unique(table.to_mba.codes.astype(np.int64) * width + table.element.codes).tolist()
    return [
        *((table.mba.names[area], table.element.names[element]) for area, element in cells),
        *(
            (table.to_mba.names[code // width], table.element.names[code % width])
            for code in entered
            if table.to_mba.names[code // width]
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Everything that decides in which period a row counts."""

    table: FlowTable
    inventories: Sequence[Inventory]
    at_edge: Sequence[int]  # the boundary of each inventory
    cells: Mapping[_Cell, Sequence[int]]  # the boundaries each (area, element) has an inventory at
    edges: Ints
    boundaries: Sequence[datetime]


def _incidence(frame: _Frame) -> tuple[csr_array, tuple[Period, ...], tuple[str, ...]]:
    """``A``, its periods, and the ids of the flows outside all of them."""
    table, edges = frame.table, frame.edges
    periods: list[Period] = []
    first: dict[_Cell, int] = {}
    row_of = np.full((len(frame.cells), len(edges) - 1), -1, dtype=np.int64)  # (cell, stretch between boundaries) -> period
    numbers = {cell: number for number, cell in enumerate(frame.cells)}
    for cell, places in frame.cells.items():
        first[cell] = len(periods)
        for start, end in pairwise(places):
            row_of[numbers[cell], start:end] = len(periods)
            periods.append(Period(*cell, frame.boundaries[start], frame.boundaries[end]))
    stretch = np.searchsorted(edges, table.at_us, side="right") - 1
    inside = (stretch >= 0) & (stretch < len(edges) - 1)
    flows = np.flatnonzero(inside)

    def entries(area: Coded, which: Ints, sign: Ints) -> tuple[Ints, Ints, Ints]:
        pair = [[numbers.get((mba, element), -1) for element in table.element.names] for mba in area.names]
        cell = np.asarray(pair, dtype=np.int64)[area.codes[which], table.element.codes[which]]
        return row_of[cell, stretch[which]], which, sign

    parts = []
    if len(flows):
        parts.append(entries(table.mba, flows, table.kind.map(SIGNS.__getitem__)[flows]))
        moved = flows[table.kind.map(lambda name: name == "transfer")[flows] == 1]
        if len(moved):
            parts.append(entries(table.to_mba, moved, np.ones(len(moved), dtype=np.int64)))
    parts.append(_inventory_entries(frame, first))
    rows, columns, signs = (np.concatenate(column) for column in zip(*parts, strict=True))
    shape = (len(periods), len(table) + len(frame.inventories))
    A = csr_array((signs.astype(np.float64), (rows, columns)), shape=shape)
    return A, tuple(periods), tuple(table.flow_id[row] for row in np.flatnonzero(~inside).tolist())


def _inventory_entries(frame: _Frame, first: Mapping[_Cell, int]) -> tuple[Ints, Ints, Ints]:
    """One measurement, two periods: closing of the earlier (-1) and opening of the later (+1)."""
    entries = []
    for number, (item, edge) in enumerate(zip(frame.inventories, frame.at_edge, strict=True)):
        cell = (item.mba, item.element)
        places = frame.cells[cell]
        place = places.index(edge)
        for period, sign in ((place - 1, -1), (place, 1)):
            if 0 <= period < len(places) - 1:
                entries.append((first[cell] + period, len(frame.table) + number, sign))
    rows, columns, signs = np.asarray(entries, dtype=np.int64).reshape(-1, 3).T
    return rows, columns, signs


def _merged(cells: Mapping[_Cell, Sequence[int]], boundaries: Sequence[datetime]) -> tuple[str, ...]:
    return tuple(
        f"{mba}/{element} {boundaries[edge].isoformat()}"
        for (mba, element), places in cells.items()
        for edge in range(len(boundaries))
        if edge not in places
    )
