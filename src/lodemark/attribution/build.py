"""From tables to arrays: check every row, fill in what was not weighed, number by order, count, share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lodemark.attribution.engine import counting_sort, in_order, output_shares, take_tables
from lodemark.attribution.fill import fill
from lodemark.attribution.graph import I64, Graph, Places, origins
from lodemark.attribution.order import process_order
from lodemark.attribution.tables import Columns, events_back_in_time, read_columns
from lodemark.attribution.trouble import GenealogyError


def build_graph(lots: Any, inputs: Any, outputs: Any, processes: Any, element: str = "Dy") -> Graph:
    """The arrays of a genealogy; raises ``GenealogyError`` with every bad row."""
    columns, bad = read_columns(lots, inputs, outputs, processes, element)
    if bad:
        raise GenealogyError([*bad, *events_back_in_time(columns)])
    return arrange(columns)


def arrange(columns: Columns) -> Graph:
    """Number processes in order and lots by producer, then count the ranges and form the shares."""
    count = len(columns.process_ids)
    order, loops = _order(columns)
    made_by, in_proc = _moved(order, columns.prod), _moved(order, columns.in_proc)
    ends, lot_order = counting_sort(made_by + 1, count + 1)
    out_ptr = ends[1:]  # lots without producer come first
    prod = _sorted(made_by, lot_order).astype(np.int32, copy=False)
    in_ptr, by_proc = counting_sort(in_proc, count)
    in_lot = _sorted(_moved(lot_order, columns.in_lot), by_proc).astype(np.int32, copy=False)
    taker, taken = _sorted(in_proc, by_proc), _sorted(columns.in_mg, by_proc)
    base, mass = _sorted(columns.base_mg, lot_order), _sorted(columns.mass_mg, lot_order)
    yield_lo, yield_hi = _sorted(columns.yield_lo, order), _sorted(columns.yield_hi, order)
    lot_weighed, in_weighed = base >= 0, taken >= 0
    if not (lot_weighed.all() and in_weighed.all()):
        base, taken = base.copy(), taken.copy()
        fill(base, taken, out_ptr, in_ptr, in_lot, yield_lo, yield_hi)
        mass = np.where(mass < 0, base[:, None], mass)
    in_share, cons_ptr, cons_lot, cons_proc, cons_share, cons_edge = take_tables(base, in_ptr, in_lot, taken)
    shares = [output_shares(base, column, taker, in_lot, taken, prod, count) for column in mass.T]
    licensed = _sorted(columns.licensed, lot_order) if columns.licensed is not None else origins(prod, in_ptr)
    return Graph(
        elements=columns.elements,
        classes=columns.classes,
        lot_ids=_sorted(columns.lot_ids, lot_order),
        process_ids=_sorted(columns.process_ids, order),
        proc_time=_sorted(columns.time, order),
        proc_known=_sorted(columns.known, order),
        out_ptr=out_ptr,
        sink=_sorted(columns.sink, order),
        prod=prod,
        in_ptr=in_ptr,
        in_lot=in_lot,
        in_taken_mg=taken,
        in_share=in_share,
        cons_ptr=cons_ptr,
        cons_lot=cons_lot,
        cons_proc=cons_proc,
        cons_share=cons_share,
        cons_edge=cons_edge,
        base_mg=base,
        mass_mg=mass,
        y=np.stack(shares) if len(shares) > 1 else shares[0][None],
        licensed=licensed,
        pool=_sorted(columns.pool, lot_order),
        physical=_sorted(columns.physical, order),
        tolerance_mg=_sorted(columns.tolerance_mg, order),
        yield_lo=yield_lo,
        yield_hi=yield_hi,
        lot_weighed=lot_weighed,
        in_weighed=in_weighed,
        second_weight_mg=_sorted(columns.second_weight_mg, lot_order),
        loops=loops,
    )


def _order(columns: Columns) -> tuple[I64 | None, tuple[tuple[int, int], ...]]:
    """Order and loops; rows that already stand in order cost one look."""
    prod, in_lot, in_proc = columns.prod, columns.in_lot, columns.in_proc
    if bool((np.diff(columns.time) >= 0).all()) and in_order(prod, in_lot, in_proc):
        return None, ()
    late = events_back_in_time(columns)
    if late:
        raise GenealogyError(late)
    maker = prod[in_lot]
    fed = maker >= 0
    order, loops = process_order(columns.time, maker[fed], in_proc[fed])
    return _needed(order), loops


def _needed(order: I64) -> I64 | None:
    """The order, or nothing where everything already stands in it."""
    return None if bool((order[1:] > order[:-1]).all()) else order


def _sorted(values: NDArray[Any], order: I64 | None) -> NDArray[Any]:
    return values if order is None else values[order]


def _moved(order: I64 | None, numbers: Places) -> Places:
    """Numbers under a new order (new place -> old number); -1 stays -1."""
    if order is None:
        return numbers
    place = np.empty(len(order) + 1, np.int64)
    place[order], place[-1] = np.arange(len(order)), -1
    moved: Places = place[numbers]
    return moved
