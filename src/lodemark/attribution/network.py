"""The part of a genealogy a batch can have reached, as arcs with exact capacities in milligrams of one element.

Lots and processes are nodes; each record that mass passed is an arc: ``made``, ``taken``, ``stock``, ``loss``,
``sink``. A recorded loss is an outlet with a capacity, never normalised away. A mass-balance or book-and-claim site
ends physical statements: what enters it counts as possibly anywhere (``accounting``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lodemark.attribution.graph import I8, I64, Graph, Places, distinct, ragged, run_sums
from lodemark.attribution.trouble import TraceError

MADE, TAKEN, SINK, STOCK, LOSS, ACCOUNTING = range(6)
KINDS = ("made", "taken", "sink", "stock", "loss", "accounting")


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Arcs of the cone below a batch. Node numbers: lots, then processes, both counted inside the cone."""

    element: int
    supply_mg: int
    lots: I64  # [l] lots of the cone, positions in the graph
    processes: I64  # [p]
    batch: I64  # nodes of the batch's lots
    batch_mg: I64  # element in each of them
    tail: I64  # [a] node
    head: I64  # [a] node, -1 where the arc leaves the network
    capacity_mg: I64  # [a]
    kind: I8  # [a]
    lot: I64  # [a] lot of the record, position in the graph, or -1
    process: I64  # [a] process of the record, or -1
    edge: I64  # [a] input (process order) of a ``taken`` arc, or -1
    accounting: bool

    @property
    def nodes(self) -> int:
        """Number of lots and processes."""
        return len(self.lots) + len(self.processes)


def cone(graph: Graph, batch: I64) -> tuple[I64, I64]:
    """Lots and processes that matter of the batch can have reached; the batch is part of it."""
    if len(set(batch.tolist())) < len(batch):
        raise TraceError("trace-batch-overlap", lots=graph.lot_ids[batch].tolist())
    lots, done = np.zeros(len(graph.base_mg), np.bool_), np.zeros(len(graph.sink), np.bool_)
    lots[batch] = True
    wave = batch
    while len(wave):
        takers = distinct(graph.cons_proc[ragged(graph.cons_ptr[wave], graph.cons_ptr[wave + 1])], len(done))
        takers = takers[~done[takers]]
        done[takers] = True
        takers = takers[graph.physical[takers]]
        made = ragged(graph.out_ptr[takers], graph.out_ptr[takers + 1])
        if np.isin(made, batch).any():  # part of the batch would be counted twice
            raise TraceError("trace-batch-overlap", lots=graph.lot_ids[batch].tolist())
        wave = made[~lots[made]]
        lots[wave] = True
    return np.flatnonzero(lots), np.flatnonzero(done)


def network(graph: Graph, batch: I64, k: int) -> Network:
    """The arcs of the cone below ``batch`` for element number ``k``."""
    lots, processes = cone(graph, batch)
    lot_node = np.full(len(graph.base_mg), -1, np.int64)
    lot_node[lots] = np.arange(len(lots))
    process_node = np.full(len(graph.sink), -1, np.int64)
    process_node[processes] = len(lots) + np.arange(len(processes))

    edges = ragged(graph.in_ptr[processes], graph.in_ptr[processes + 1])
    taken = element_taken(graph, distinct(np.concatenate([lots, graph.in_lot[edges]]), len(lot_node)), k)
    into = run_sums(taken[edges], np.diff(graph.in_ptr)[processes])
    made = ragged(graph.out_ptr[processes], graph.out_ptr[processes + 1])
    out = run_sums(graph.mass_mg[made, k], np.diff(graph.out_ptr)[processes])

    inside = edges[lot_node[graph.in_lot[edges]] >= 0]
    taker = np.repeat(processes, np.diff(graph.in_ptr)[processes])[lot_node[graph.in_lot[edges]] >= 0]
    physical = graph.physical[processes]
    made = made[graph.physical[graph.prod[made]]]
    own = ragged(graph.cons_ptr[lots], graph.cons_ptr[lots + 1])
    drawn = run_sums(taken[graph.cons_edge[own]], np.diff(graph.cons_ptr)[lots])
    stock = graph.mass_mg[lots, k] - drawn
    sink = graph.sink[processes]
    ends, losing, books = (sink >= 0) & physical, (sink < 0) & physical & (into > out), ~physical
    nothing = np.full(0, -1, np.int64)

    def arcs(
        kind: int, tail: I64, head: I64 | None, mass: I64, lot: Places | None, process: Places | None, edge: I64 | None
    ) -> list[I64]:
        filler = np.full(len(tail), -1, np.int64)
        return [
            tail,
            filler if head is None else head,
            mass,
            np.full(len(tail), kind, np.int64),
            filler if lot is None else lot.astype(np.int64),
            filler if process is None else process.astype(np.int64),
            filler if edge is None else edge,
        ]

    some = stock > 0
    parts = [
        arcs(TAKEN, lot_node[graph.in_lot[inside]], process_node[taker], taken[inside], graph.in_lot[inside], taker, inside),
        arcs(MADE, process_node[graph.prod[made]], lot_node[made], graph.mass_mg[made, k], made, graph.prod[made], None),
        arcs(STOCK, lot_node[lots[some]], None, stock[some], lots[some], None, None),
        arcs(SINK, process_node[processes[ends]], None, into[ends], None, processes[ends], None),
        arcs(LOSS, process_node[processes[losing]], None, (into - out)[losing], None, processes[losing], None),
        arcs(ACCOUNTING, process_node[processes[books]], None, into[books], None, processes[books], None),
    ]
    tail, head, mass, kind, lot, process, edge = (np.concatenate([nothing, *column]) for column in zip(*parts, strict=True))
    return Network(
        element=k,
        supply_mg=int(graph.mass_mg[batch, k].sum()),
        lots=lots,
        processes=processes,
        batch=lot_node[batch],
        batch_mg=graph.mass_mg[batch, k],
        tail=tail,
        head=head,
        capacity_mg=mass,
        kind=kind.astype(np.int8),
        lot=lot,
        process=process,
        edge=edge,
        accounting=bool(books.any()),
    )


def element_taken(graph: Graph, lots: Places, k: int) -> I64:
    """Milligrams of the element in every take from ``lots``, [E] in process order (zero elsewhere).

    A lot's element goes with its takes in order, each boundary rounded down, so the parts sum to the lot to the
    milligram. Where the takes exceed the lot, they share what was taken: the excess is undeclared origin.
    """
    own = ragged(graph.cons_ptr[lots], graph.cons_ptr[lots + 1])
    edges = graph.cons_edge[own]
    lengths = np.diff(graph.cons_ptr)[lots]
    upto = np.cumsum(graph.in_taken_mg[edges])
    ends = np.cumsum(lengths)
    before = np.where(ends > lengths, np.concatenate(([0], upto))[ends - lengths], 0)
    within = upto - np.repeat(before, lengths)
    base = np.repeat(graph.base_mg[lots], lengths)
    mass = np.repeat(graph.mass_mg[lots, k], lengths)
    # With more taken than there was, the element on the takes is scaled with the takes.
    boundary = np.where(base > 0, muldiv(mass, within, np.maximum(base, 1)), 0)
    part = np.diff(boundary, prepend=0)
    first = (ends - lengths)[lengths > 0]
    part[first] = boundary[first]
    taken = np.zeros(len(graph.in_lot), np.int64)
    taken[edges] = part
    return taken


def muldiv(a: I64, b: I64, c: I64) -> I64:
    """``a * b // c`` exactly, though the product may exceed 64 bits (quotients below 2^53).

    The quotient is estimated in floating point; its error times ``c`` wraps to the true remainder in 64 bits.
    """
    guess: I64 = (a.astype(np.float64) * b / c).astype(np.int64)
    with np.errstate(over="ignore"):
        rest: I64 = a * b - guess * c
    quotient: I64 = guess + rest // c
    return quotient
