"""Booking conventions a custody statement may claim (ISO 22095 and first-in-first-out), put to the records.

A claim is heard only as far as the records bear it: where a process mixed in what the claim excludes, the answer is
that record and no number. Proportional sharing, which claims nothing, is ``trace``; what must or can be is ``bounds``.

``controlled-blending``   mixed in known proportions: every mixing was weighed
``segregated``            mixed with licensed material only
``identity-preserved``    mixed with nothing
``fifo``                  what came in first went out first, in the order of the records; losses last
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lodemark.attribution.answers import Conflict
from lodemark.attribution.graph import I64, Graph, ragged
from lodemark.attribution.network import cone, element_taken
from lodemark.attribution.trace import CONVENTION, where_to
from lodemark.attribution.trouble import TraceError

CONVENTIONS = (CONVENTION, "controlled-blending", "segregated", "identity-preserved", "fifo")
Piece = tuple[int, int]
"""From where to where, in mg, the batch lies in a lot or in what enters a process."""


@dataclass(frozen=True, slots=True)
class Booked:
    """Where a batch is under a claimed convention, kg by column; or the record that contradicts the claim.

    ``entitlement_kg`` entered sites that book entitlements and is in no column.
    """

    batch: tuple[object, ...]
    element: str
    convention: str
    columns: tuple[str, ...]
    kg: tuple[float, ...] | None
    entitlement_kg: float | None
    conflict: Conflict | None = None


def book(graph: Graph, batch: tuple[object, ...], element: str, convention: str) -> Booked:
    """Where ``batch`` is, as the convention books it. Raises ``TraceError`` for an unknown name."""
    if convention not in CONVENTIONS:
        raise TraceError("trace-convention-unknown", name=convention, known=list(CONVENTIONS))
    lots, k = graph.lots(batch), graph.element(element)
    conflict = _contradiction(graph, lots, convention)
    if conflict is not None:
        return Booked(batch, element, convention, graph.columns, None, None, conflict)
    if convention == "fifo":
        milligrams, entitled = _first_in_first_out(graph, lots, k)
        kg = tuple(mg / 1e6 for mg in milligrams)
        return Booked(batch, element, convention, graph.columns, kg, entitled / 1e6)
    physical, entitlement = where_to(graph, lots, np.ones(len(lots)), (element,))
    return Booked(batch, element, convention, graph.columns, tuple(physical[0].tolist()), float(entitlement.sum()))


def _contradiction(graph: Graph, batch: I64, convention: str) -> Conflict | None:
    """The first record below the batch that the claim cannot stand beside."""
    if convention == CONVENTION:
        return None
    lots, processes = cone(graph, batch)
    edges = ragged(graph.in_ptr[processes], graph.in_ptr[processes + 1])
    taker = np.repeat(processes, np.diff(graph.in_ptr)[processes])
    taken = graph.in_lot[edges]
    if convention in ("identity-preserved", "segregated"):
        beside = np.flatnonzero(~np.isin(taken, lots))
        for place in beside.tolist():
            lot = int(taken[place])
            if convention == "identity-preserved" or not _licensed_only(graph, lot):
                facts = {"process": graph.process_ids[int(taker[place])], "lot": graph.lot_ids[lot]}
                return Conflict(f"conflict-{convention}", facts)
        return None
    unweighed = np.flatnonzero(~(graph.in_weighed[edges] & graph.lot_weighed[taken]))
    if len(unweighed):
        place = int(unweighed[0])
        facts = {"process": graph.process_ids[int(taker[place])], "lot": graph.lot_ids[int(taken[place])]}
        return Conflict("conflict-booked-unweighed", {**facts, "convention": convention})
    for first, stop in graph.loops if convention == "fifo" else ():
        if np.isin(np.arange(first, stop), processes).any():  # in a loop nothing came in first
            return Conflict("conflict-booked-loop", {"processes": graph.process_ids[first:stop].tolist()})
    return None


def _licensed_only(graph: Graph, lot: int) -> bool:
    """Whether all that this lot can contain comes from licensed lots."""
    outside, seen, waiting = graph.origins, {lot}, [lot]
    while waiting:
        one = waiting.pop()
        if graph.licensed[one]:
            continue
        if outside[one]:
            return False
        maker = int(graph.prod[one])
        above = set(graph.in_lot[graph.in_ptr[maker] : graph.in_ptr[maker + 1]].tolist()) - seen
        seen |= above
        waiting.extend(above)
    return True


def _first_in_first_out(graph: Graph, batch: I64, k: int) -> tuple[list[int], int]:
    """Milligrams by column and into sites that book entitlements; they sum to the batch."""
    lots, processes = cone(graph, batch)
    edges = ragged(graph.in_ptr[processes], graph.in_ptr[processes + 1])
    fed = np.unique(np.concatenate([lots, graph.in_lot[edges]]))
    taken, mass = element_taken(graph, fed, k), graph.mass_mg[:, k]
    held: dict[int, list[Piece]] = {lot: [(0, int(mass[lot]))] for lot in batch.tolist()}
    drawn = dict.fromkeys(lots.tolist(), 0)
    columns, entitled = [0] * len(graph.columns), 0
    stock, loss = len(graph.classes), len(graph.classes) + 1
    for process in processes.tolist():
        stream: list[Piece] = []
        into = 0
        for edge in range(int(graph.in_ptr[process]), int(graph.in_ptr[process + 1])):
            lot, amount = int(graph.in_lot[edge]), int(taken[edge])
            if lot in drawn:
                stream += _cut(held[lot], drawn[lot], amount, into)
                drawn[lot] += amount
            into += amount
        sink = int(graph.sink[process])
        if not graph.physical[process]:
            entitled += _sum(stream)
        elif sink >= 0:
            columns[loss if sink == len(graph.classes) else sink] += _sum(stream)
        else:
            out = 0
            for lot in range(int(graph.out_ptr[process]), int(graph.out_ptr[process + 1])):
                held[lot] = _cut(stream, out, int(mass[lot]), 0)
                out += int(mass[lot])
            columns[loss] += _sum(_cut(stream, out, max(into - out, 0), 0))
    columns[stock] = sum(_sum(_cut(held[lot], drawn[lot], int(mass[lot]) - drawn[lot], 0)) for lot in lots.tolist())
    return columns, entitled


def _cut(pieces: list[Piece], start: int, length: int, to: int) -> list[Piece]:
    """The pieces within ``[start, start + length)``, moved so that the start lies at ``to``."""
    stop, shift = start + length, to - start
    clipped = ((max(first, start), min(last, stop)) for first, last in pieces)
    return [(first + shift, last + shift) for first, last in clipped if first < last]


def _sum(pieces: list[Piece]) -> int:
    return sum(last - first for first, last in pieces)
