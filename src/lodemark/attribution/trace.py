"""Expected shares by proportional sharing: what came from where (back), what went where (forward), for all lots.

"Proportional" means: whatever is taken from a pool is like the pool, whatever a process puts out is like what went
in (Bialek 1996; Bialek & Kattuman 2004 show it to be the Shapley value). It is a convention, named in every answer;
what must or can be is said by ``bounds``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lodemark.attribution.answers import BackTrace, ForwardTrace
from lodemark.attribution.engine import is_standard, lift, pull, push, standard_shares
from lodemark.attribution.graph import F64, I64, Graph, distinct, ragged
from lodemark.attribution.kernel import lot_shares, starts

CONVENTION = "proportional"
KG = 1e-6  # kilograms in a milligram


def back_trace(graph: Graph, lot: object, elements: Sequence[str]) -> BackTrace:
    """Which licensed lots this lot can contain, and how much of each is expected in it."""
    target = int(graph.lots([lot])[0])
    columns = [graph.element(symbol) for symbol in elements]
    reachable, whole = lift(graph, graph.y[columns], target)
    _, physical = (reachable, whole) if graph.physical.all() else lift(graph, _physical_y(graph, columns), target)
    wanted = np.flatnonzero(graph.licensed[reachable])
    lots = reachable[wanted]
    mass = graph.mass_mg[lots][:, columns] * KG
    return BackTrace(
        lot=lot,
        elements=tuple(elements),
        lots=tuple(graph.lot_ids[lots].tolist()),
        kg=physical[wanted] * mass,
        entitlement_kg=(whole - physical)[wanted] * mass,
        reachable=tuple(graph.lot_ids[reachable].tolist()),
        assumed=_assumed(graph, reachable),
        convention=CONVENTION,
    )


def forward_trace(graph: Graph, marks: object | Mapping[object, float], elements: Sequence[str]) -> ForwardTrace:
    """Where a lot (or marked shares of several lots) ended up: the classes, still in stock, lost; kg."""
    wanted = marks if isinstance(marks, Mapping) else {marks: 1.0}
    lots = graph.lots(list(wanted))
    share = np.array([float(value) for value in wanted.values()])
    kg, entitled = where_to(graph, lots, share, elements)
    return ForwardTrace(
        lots=tuple(wanted),
        elements=tuple(elements),
        columns=graph.columns,
        kg=kg,
        entitlement_kg=entitled,
        assumed=_assumed(graph, descendants(graph, lots)) if not graph.lot_weighed.all() else (),
        convention=CONVENTION,
    )


def where_to(graph: Graph, lots: I64, share: F64, elements: Sequence[str]) -> tuple[F64, F64]:
    """Where ``share`` of each of these lots (by number) ended up: physical and entitlement, kg [k, columns]."""
    columns = len(graph.columns)
    kg, entitled = np.zeros((len(elements), columns)), np.zeros((len(elements), columns))
    for row, symbol in enumerate(elements):
        k = graph.element(symbol)
        mark = np.zeros(len(graph.base_mg))
        mark[lots] = share * graph.mass_mg[lots, k] * KG
        whole = _outlets(graph, graph.y[k], mark)
        physical = whole if graph.physical.all() else _outlets(graph, _physical_y(graph, [k])[0], mark, True)
        kg[row], entitled[row] = physical, whole - physical
    return kg, entitled


def sink_shares(graph: Graph, elements: Sequence[str], lots: I64 | None = None) -> tuple[F64, F64]:
    """Shares of every lot by column, physical and entitlement: two arrays [n, k, classes + stock + loss].

    Their sum is one per lot and element: physical shares stop where a mass-balance or book-and-claim site begins.
    """
    columns = [graph.element(symbol) for symbol in elements]
    if is_standard(graph):
        shares = standard_shares(graph, columns, lots)
        return shares, np.zeros(shares.shape)
    wanted = np.arange(len(graph.base_mg)) if lots is None else lots
    shape = (len(wanted), len(elements), len(graph.columns))
    physical, entitled = np.zeros(shape), np.zeros(shape)
    for column, k in enumerate(columns):
        physical[:, column] = _shares(graph, graph.y[k], wanted, False)
        if not graph.physical.all():
            whole = physical[:, column].copy()
            physical[:, column] = _shares(graph, _physical_y(graph, [k])[0], wanted, True)
            entitled[:, column] = whole - physical[:, column]
    return physical, entitled


def _shares(graph: Graph, y: F64, lots: I64, physical_only: bool) -> F64:
    start = starts(graph, y)
    if physical_only:
        start[~graph.physical] = 0.0
    left = np.maximum(1.0 - lot_shares(graph, np.ones((len(graph.sink), 1)), np.arange(len(graph.base_mg))), 0.0)
    if not physical_only:  # the columns sum to one, so the stock needs no scan of its own
        rows = lot_shares(graph, pull(graph, y, start), lots)
        stock = np.maximum(1.0 - rows.sum(axis=1, keepdims=True), 0.0)
        return np.hstack([rows[:, :-1], stock, rows[:, -1:]])
    start = np.hstack([start, np.zeros((len(start), 1))])
    seed = np.hstack([np.zeros((len(left), start.shape[1] - 1)), left])
    rows = lot_shares(graph, pull(graph, y, start, seed), lots, seed)
    return np.hstack([rows[:, :-2], rows[:, -1:], rows[:, -2:-1]])


def _outlets(graph: Graph, y: F64, mark: F64, physical_only: bool = False) -> F64:
    arrived, held = push(graph, y, mark)
    drawn = np.bincount(graph.cons_lot, weights=graph.cons_share, minlength=len(held))
    start = starts(graph, y)
    if physical_only:
        start[~graph.physical] = 0.0
    ends = arrived @ start
    stock = float(held @ np.maximum(1.0 - drawn, 0.0))
    return np.concatenate([ends[:-1], [stock], ends[-1:]])


def _physical_y(graph: Graph, columns: Sequence[int]) -> F64:
    """The output shares with every accounting site closed: physical statements end there."""
    made = graph.prod >= 0
    return np.where(made & ~graph.physical[graph.prod], 0.0, graph.y[list(columns)])


def descendants(graph: Graph, lots: I64) -> I64:
    """Lots that can contain some of these, themselves included, masses aside."""
    seen, done = np.zeros(len(graph.base_mg), np.bool_), np.zeros(len(graph.sink), np.bool_)
    wave = lots
    while len(wave):
        seen[wave] = True
        takers = distinct(graph.cons_proc[ragged(graph.cons_ptr[wave], graph.cons_ptr[wave + 1])], len(done))
        takers = takers[~done[takers]]
        done[takers] = True
        made = ragged(graph.out_ptr[takers], graph.out_ptr[takers + 1])
        wave = made[~seen[made]]
    return np.flatnonzero(seen)


def _assumed(graph: Graph, lots: I64) -> tuple[object, ...]:
    """Lots in the answer whose mass was not weighed but filled in by balance."""
    return tuple(graph.lot_ids[lots[~graph.lot_weighed[lots]]].tolist())
