"""Check a certificate again, from the records alone: a second way that shares no code with the solver.

A certificate lists receipts. It holds if without them nothing of the batch reaches the outlets it speaks of, and if
they carry no more than it says. Everything is counted in whole milligrams.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lodemark.attribution.answers import Bounds, Certificate
from lodemark.attribution.graph import Graph


def verify(graph: Graph, answer: Bounds) -> bool:
    """Whether both numbers of a cut-certified answer follow from the records."""
    k = graph.elements.index(answer.element)
    wanted = {graph.classes.index(name) for name in answer.sinks}
    rest = {*range(len(graph.classes)), "stock", "loss"} - wanted
    batch = [int(np.flatnonzero(graph.lot_ids == name)[0]) for name in answer.batch]
    supply = sum(int(graph.mass_mg[lot, k]) for lot in batch)
    if answer.min_mg is None or answer.max_mg is None or answer.certificate is None or answer.ceiling is None:
        return False
    receipts = (*answer.certificate.receipts, *answer.ceiling.receipts)
    names = _Names(
        _numbers(graph.lot_ids, {r.lot for r in receipts if r.kind in _LOT_KINDS}),
        _numbers(graph.process_ids, {r.process for r in receipts if r.kind in _PROCESS_KINDS}),
    )
    least = supply - answer.certificate.capacity_mg
    return (
        supply == answer.supply_mg
        and answer.min_mg <= max(least, 0)
        and answer.max_mg >= min(answer.ceiling.capacity_mg, supply)
        and _holds(graph, batch, k, answer.certificate, rest, names)
        and _holds(graph, batch, k, answer.ceiling, wanted, names)
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """Positions of the lots and processes that receipts name."""

    lots: dict[object, int]
    processes: dict[object, int]


def _holds(
    graph: Graph, batch: list[int], k: int, certificate: Certificate, outlets: Collection[object], names: _Names
) -> bool:
    """Whether these receipts cut the batch off from the outlets (class numbers, ``stock``, ``loss``) and add up."""
    shut = _Shut(graph, batch, k, certificate, names)
    return shut.carried_mg == certificate.capacity_mg and not _escapes(graph, batch, k, shut, outlets)


class _Shut:
    """The receipts of a certificate as things that cannot be passed, and what they carry together."""

    def __init__(self, graph: Graph, batch: list[int], k: int, certificate: Certificate, names: _Names) -> None:
        self.lots: set[tuple[str, int]] = set()
        self.processes: set[tuple[str, int]] = set()
        self.takes: set[tuple[int, int]] = set()
        self.carried_mg = 0
        for kind, lot, process in {(r.kind, r.lot, r.process) for r in certificate.receipts}:
            if kind == "taken":
                one, taker = names.lots[lot], names.processes[process]
                self.takes.add((one, taker))
                self.carried_mg += sum(mass for by, mass in _takes(graph, one, k) if by == taker)
            elif kind in _LOT_KINDS:
                one = names.lots[lot]
                self.lots.add((kind, one))
                self.carried_mg += _stock(graph, one, k) if kind == "stock" else int(graph.mass_mg[one, k])
                assert kind != "batch" or one in batch, "only a lot of the batch is cut off as batch"
            else:
                where = names.processes[process]
                self.processes.add((kind, where))
                self.carried_mg += (_loss if kind == "loss" else _into)(graph, where, k)


_LOT_KINDS = ("batch", "made", "stock", "taken")
_PROCESS_KINDS = ("taken", "loss", "sink", "accounting")


def _escapes(graph: Graph, batch: list[int], k: int, shut: _Shut, outlets: Collection[object]) -> bool:
    """Walk every record that is not shut, from the batch on; true as soon as an outlet is met."""
    loss = len(graph.classes)
    waiting = [lot for lot in batch if ("batch", lot) not in shut.lots]
    seen, done = set(waiting), set()
    stock_counts = "stock" in outlets
    while waiting:
        lot = waiting.pop()
        first, stop = graph.cons_ptr[lot], graph.cons_ptr[lot + 1]
        if stock_counts and ("stock", lot) not in shut.lots and _stock(graph, lot, k) > 0:
            return True
        for process in graph.cons_proc[first:stop].tolist():
            if process in done or (lot, process) in shut.takes:
                continue
            done.add(process)
            sink = int(graph.sink[process])
            if not graph.physical[process]:
                # Beyond a site that books entitlements the batch may be anywhere, so it counts as any outlet.
                if ("accounting", process) not in shut.processes:
                    return True
                continue
            if sink >= 0:
                named = "loss" if sink == loss else sink
                if named in outlets and ("sink", process) not in shut.processes:
                    return True
                continue
            if "loss" in outlets and ("loss", process) not in shut.processes and _loss(graph, process, k) > 0:
                return True
            for made in range(int(graph.out_ptr[process]), int(graph.out_ptr[process + 1])):
                if made not in seen and ("made", made) not in shut.lots:
                    seen.add(made)
                    waiting.append(made)
    return False


def _takes(graph: Graph, lot: int, k: int) -> list[tuple[int, int]]:
    """Taker and milligrams of every take from a lot; boundaries between takes are rounded down."""
    edges = graph.cons_edge[graph.cons_ptr[lot] : graph.cons_ptr[lot + 1]].tolist()
    takers = graph.cons_proc[graph.cons_ptr[lot] : graph.cons_ptr[lot + 1]].tolist()
    base, mass = int(graph.base_mg[lot]), int(graph.mass_mg[lot, k])
    parts, upto, before = [], 0, 0
    for taker, edge in zip(takers, edges, strict=True):
        upto += int(graph.in_taken_mg[edge])
        boundary = mass * upto // base if base else 0
        parts.append((taker, boundary - before))
        before = boundary
    return parts


def _into(graph: Graph, process: int, k: int) -> int:
    lots = set(graph.in_lot[graph.in_ptr[process] : graph.in_ptr[process + 1]].tolist())
    return sum(mass for lot in lots for taker, mass in _takes(graph, lot, k) if taker == process)


def _stock(graph: Graph, lot: int, k: int) -> int:
    return int(graph.mass_mg[lot, k]) - sum(mass for _, mass in _takes(graph, lot, k))


def _loss(graph: Graph, process: int, k: int) -> int:
    return _into(graph, process, k) - _out(graph, process, k)


def _out(graph: Graph, process: int, k: int) -> int:
    return int(graph.mass_mg[graph.out_ptr[process] : graph.out_ptr[process + 1], k].sum())


def _numbers(ids: NDArray[Any], names: set[object]) -> dict[object, int]:
    """Positions of the named lots or processes."""
    return {name: place for place, name in enumerate(ids.tolist()) if name in names}
