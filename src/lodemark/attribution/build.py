"""From tables to arrays: check every row, fill in what was not weighed, number by order, count, share."""

from __future__ import annotations

from typing import Any

import numpy as np

from lodemark.attribution.engine import counting_sort
from lodemark.attribution.fill import fill
from lodemark.attribution.graph import F64, I64, Graph, origins, ragged_sum
from lodemark.attribution.order import process_order
from lodemark.attribution.tables import Columns, read_columns
from lodemark.attribution.trouble import GenealogyError


def build_graph(lots: Any, inputs: Any, outputs: Any, processes: Any, element: str = "Dy") -> Graph:
    """The arrays of a genealogy; raises ``GenealogyError`` with every bad row."""
    columns, bad = read_columns(lots, inputs, outputs, processes, element)
    if bad:
        raise GenealogyError(bad)
    return arrange(columns)


def arrange(columns: Columns) -> Graph:
    """Number processes in order and lots by producer, then count the ranges and form the shares."""
    count, number = len(columns.process_ids), len(columns.lot_ids)
    maker = columns.prod[columns.in_lot]
    fed = maker >= 0
    order, loops = process_order(columns.time, maker[fed], columns.in_proc[fed])
    prod, in_proc = _moved(order, columns.prod), _moved(order, columns.in_proc)
    out_ptr, lot_order = counting_sort(prod + 1, count + 1)
    out_ptr = out_ptr[1:]  # lots without producer come first
    prod, in_lot = prod[lot_order], _moved(lot_order, columns.in_lot)
    in_ptr, by_proc = counting_sort(in_proc, count)
    in_proc, in_lot, taken = in_proc[by_proc], in_lot[by_proc], columns.in_mg[by_proc]
    base, mass = columns.base_mg[lot_order], columns.mass_mg[lot_order]
    yield_lo, yield_hi = columns.yield_lo[order], columns.yield_hi[order]
    lot_weighed, in_weighed = base >= 0, taken >= 0
    if not (lot_weighed.all() and in_weighed.all()):
        fill(base, taken, out_ptr, in_ptr, in_lot, yield_lo, yield_hi)
        mass = np.where(mass < 0, base[:, None], mass)
    cons_ptr, by_lot = counting_sort(in_lot, number)
    in_share = take_shares(base, in_lot, taken)
    licensed = columns.licensed[lot_order] if columns.licensed is not None else origins(prod, in_ptr)
    return Graph(
        elements=columns.elements,
        classes=columns.classes,
        lot_ids=columns.lot_ids[lot_order],
        process_ids=columns.process_ids[order],
        proc_time=columns.time[order],
        proc_known=columns.known[order],
        out_ptr=out_ptr.astype(np.int32),
        sink=columns.sink[order],
        prod=prod.astype(np.int32),
        in_ptr=in_ptr.astype(np.int32),
        in_lot=in_lot.astype(np.int32),
        in_taken_mg=taken,
        in_share=in_share,
        cons_ptr=cons_ptr.astype(np.int32),
        cons_proc=in_proc[by_lot].astype(np.int32),
        cons_share=in_share[by_lot],
        cons_edge=by_lot.astype(np.int32),
        base_mg=base,
        mass_mg=mass,
        y=output_shares(mass, base, prod, out_ptr, in_ptr, in_lot, taken),
        licensed=licensed,
        pool=columns.pool[lot_order],
        physical=columns.physical[order],
        tolerance_mg=columns.tolerance_mg[order],
        yield_lo=yield_lo,
        yield_hi=yield_hi,
        lot_weighed=lot_weighed,
        in_weighed=in_weighed,
        second_weight_mg=columns.second_weight_mg[lot_order],
        loops=loops,
    )


def _moved(order: I64, numbers: I64) -> I64:
    """Numbers under a new order (new place -> old number); -1 stays -1, and a row that is in order costs one look."""
    count = len(order)
    if bool((order[1:] > order[:-1]).all()):
        return numbers
    place = np.empty(count + 1, np.int64)
    place[order], place[-1] = np.arange(count), -1
    moved: I64 = place[numbers]
    return moved


def take_shares(base: I64, in_lot: I64, taken: I64) -> F64:
    """Part of the lot in every take, [E] in process order.

    Where the takes exceed the lot, the excess is undeclared origin: shares are of what was taken, summing to one.
    """
    drawn = np.bincount(in_lot, weights=taken, minlength=len(base))
    whole = np.maximum(base, drawn)[in_lot]
    share: F64 = np.divide(taken, whole, out=np.zeros(len(taken)), where=whole > 0)
    return share


def output_shares(mass: I64, base: I64, prod: I64, out_ptr: I64, in_ptr: I64, in_lot: I64, taken: I64) -> F64:
    """``y`` [K, L]: mass of a lot over all mass into its producer, or over all mass out where that is more.

    More out than in is undeclared origin: an inflow of its own, so the recorded inputs are never scaled up.
    """
    y = np.zeros((mass.shape[1], len(base)))
    made = prod >= 0
    for k in range(mass.shape[1]):
        content = taken.astype(np.float64)
        if mass.shape[1] > 1 or not np.array_equal(mass[:, 0], base):
            content *= np.divide(mass[:, k], base, out=np.zeros(len(base)), where=base > 0)[in_lot]
        into = ragged_sum(content, np.diff(in_ptr))
        out = ragged_sum(mass[out_ptr[0] :, k].astype(np.float64), np.diff(out_ptr))
        whole = np.maximum(into, out)[prod[made]]
        y[k, made] = np.divide(mass[made, k], whole, out=np.zeros(len(whole)), where=whole > 0)
    return y
