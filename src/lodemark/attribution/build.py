"""From tables to arrays: check every row, fill in what was not weighed, number by order, count, share."""

from __future__ import annotations

from typing import Any

import numpy as np

from lodemark.attribution.fill import fill
from lodemark.attribution.graph import F64, I32, I64, Graph, origins, ragged_sum
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
    place = np.empty(count + 1, np.int64)
    place[order], place[-1] = np.arange(count), -1
    prod = place[columns.prod]  # the last place stands for "no producer"
    lot_order = np.argsort(prod, kind="stable")
    lot_place = np.empty(number, np.int64)
    lot_place[lot_order] = np.arange(number)
    in_proc, in_lot = place[columns.in_proc], lot_place[columns.in_lot]
    prod = prod[lot_order]
    out_ptr = np.cumsum(np.bincount(prod + 1, minlength=count + 1))
    by_proc = np.argsort(in_proc, kind="stable")
    in_proc, in_lot, taken = in_proc[by_proc], in_lot[by_proc], columns.in_mg[by_proc]
    in_ptr = _pointer(in_proc, count)
    base, mass = columns.base_mg[lot_order], columns.mass_mg[lot_order]
    yield_lo, yield_hi = columns.yield_lo[order], columns.yield_hi[order]
    lot_weighed, in_weighed = base >= 0, taken >= 0
    if not (lot_weighed.all() and in_weighed.all()):
        fill(base, taken, out_ptr, in_ptr, in_lot, yield_lo, yield_hi)
        mass = np.where(mass < 0, base[:, None], mass)
    cons_ptr, cons_proc, cons_share, cons_edge = consumers(base, in_proc, in_lot, taken, number)
    licensed = columns.licensed[lot_order] if columns.licensed is not None else origins(prod, in_ptr)
    return Graph(
        elements=columns.elements,
        classes=columns.classes,
        lot_ids=np.array(columns.lot_ids, object)[lot_order],
        process_ids=np.array(columns.process_ids, object)[order],
        proc_time=columns.time[order],
        out_ptr=out_ptr.astype(np.int32),
        sink=columns.sink[order],
        prod=prod.astype(np.int32),
        in_ptr=in_ptr,
        in_lot=in_lot.astype(np.int32),
        in_taken_mg=taken,
        cons_ptr=cons_ptr,
        cons_proc=cons_proc,
        cons_share=cons_share,
        cons_edge=cons_edge,
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


def consumers(base: I64, in_proc: I64, in_lot: I64, taken: I64, number: int) -> tuple[I32, I32, F64, I32]:
    """The inputs in lot order: pointer, process, share taken of the lot, place in process order.

    Where the takes exceed the lot, the excess is undeclared origin: shares are of what was taken, summing to one.
    """
    total = np.bincount(in_lot, weights=taken, minlength=number)
    whole = np.maximum(base, total)
    by_lot = np.argsort(in_lot, kind="stable")
    lot = in_lot[by_lot]
    share = np.divide(taken[by_lot], whole[lot], out=np.zeros(len(lot)), where=whole[lot] > 0)
    return _pointer(in_lot, number), in_proc[by_lot].astype(np.int32), share, by_lot.astype(np.int32)


def output_shares(mass: I64, base: I64, prod: I64, out_ptr: I64, in_ptr: I32, in_lot: I64, taken: I64) -> F64:
    """``y`` [K, L]: mass of a lot over all mass into its producer, or over all mass out where that is more.

    More out than in is undeclared origin: an inflow of its own, so the recorded inputs are never scaled up.
    """
    y = np.zeros((mass.shape[1], len(base)))
    made = prod >= 0
    for k in range(mass.shape[1]):
        content = np.divide(mass[in_lot, k], base[in_lot], out=np.zeros(len(in_lot)), where=base[in_lot] > 0)
        into = ragged_sum(taken * content, np.diff(in_ptr))
        out = ragged_sum(mass[out_ptr[0] :, k].astype(np.float64), np.diff(out_ptr))
        whole = np.maximum(into, out)[prod[made]]
        y[k, made] = np.divide(mass[made, k], whole, out=np.zeros(len(whole)), where=whole > 0)
    return y


def _pointer(sorted_or_not: I64, count: int) -> I32:
    return np.concatenate(([0], np.cumsum(np.bincount(sorted_or_not, minlength=count)))).astype(np.int32)
