"""How well a genealogy closes, and which of its records cannot all be true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from lodemark.attribution.answers import Conflict, Residuals
from lodemark.attribution.graph import F64, I64, Flags, Graph, distinct, ragged, ragged_sum, run_sums
from lodemark.attribution.network import element_taken
from lodemark.attribution.trace import where_to


def residuals(graph: Graph) -> Residuals:
    """Undeclared origin by process and lot (in what the events weighed), unweighed lots, conservation."""
    gains = {
        graph.process_ids[process]: excess
        for processes in _runs(len(graph.sink))
        for process, excess in _gains(graph, processes, graph.base_mg, graph.in_taken_mg)
    }
    overdrawn = {graph.lot_ids[lot]: excess for lots in _runs(len(graph.base_mg)) for lot, excess in _overdrawn(graph, lots)}
    unweighed = tuple(graph.lot_ids[np.flatnonzero(~graph.lot_weighed)].tolist())
    origins = np.flatnonzero(graph.origins)
    closes = 0.0
    if len(origins):
        kg, entitlement_kg = where_to(graph, origins, np.ones(len(origins)), graph.elements)
        into = graph.mass_mg[origins].sum(axis=0) / 1e6
        ended = kg.sum(axis=1) + entitlement_kg.sum(axis=1)
        closes = float(np.max(np.abs(ended - into) / np.maximum(into, 1e-6)))
    return Residuals(gains, overdrawn, unweighed, closes)


def _runs(count: int) -> Iterator[I64]:
    """All positions, a million at a time: a check of everything needs no more memory than the genealogy it checks."""
    for first in range(0, count, 1 << 20):
        yield np.arange(first, min(first + (1 << 20), count))


def conflicts(
    graph: Graph,
    lots: I64,
    processes: I64,
    k: int,
    yields: Mapping[object, tuple[float, float]],
    undeclared: bool,
) -> list[Conflict]:
    """Records among these lots and processes that contradict each other; unweighed ones are left to the solver.

    ``undeclared``: more out than in, or more taken than there was, is an origin of its own and no contradiction.
    """
    found = [
        Conflict(
            "conflict-weighed-twice",
            {
                "lot": graph.lot_ids[lot],
                "mass_mg": int(graph.base_mg[lot]),
                "other_mg": int(graph.second_weight_mg[lot]),
            },
        )
        for lot in lots[graph.second_weight_mg[lots] >= 0].tolist()
    ]
    weighed = processes[_weighed(graph, processes)]
    low, high = stated_yields(graph, yields)
    ratio = np.divide(_out(graph, weighed, graph.base_mg), _into(graph, weighed, graph.in_taken_mg))
    for process, value in zip(weighed.tolist(), ratio.tolist(), strict=True):
        if value < low[process] or value > high[process]:
            facts = {"process": graph.process_ids[process], "found": f"{value:.6g}"}
            facts |= {"lo": f"{low[process]:g}", "hi": f"{high[process]:g}"}
            found.append(Conflict("conflict-yield", facts))
    if undeclared:
        return found
    # Elements are split over takes to the milligram, so each input may be one milligram short.
    feeding = distinct(graph.in_lot[ragged(graph.in_ptr[weighed], graph.in_ptr[weighed + 1])], len(graph.base_mg))
    taken = element_taken(graph, feeding, k)
    for process, excess in _gains(graph, weighed, graph.mass_mg[:, k], taken):
        if excess > int(graph.in_ptr[process + 1] - graph.in_ptr[process]) or graph.mass_mg.shape[1] == 1:
            facts = {"process": graph.process_ids[process], "excess_mg": excess}
            found.append(Conflict("conflict-gain", facts))
    for lot, excess in _overdrawn(graph, lots):
        found.append(Conflict("conflict-overdrawn", {"lot": graph.lot_ids[lot], "excess_mg": excess}))
    return found


def stated_yields(graph: Graph, yields: Mapping[object, tuple[float, float]]) -> tuple[F64, F64]:
    """Least and most output per input of every process: the question's own before the records'; nan if unstated."""
    low, high = graph.yield_lo.copy(), graph.yield_hi.copy()
    for name, (least, most) in yields.items():
        place = graph.process(name)
        low[place], high[place] = least, most
    return low, high


def _weighed(graph: Graph, processes: I64) -> Flags:
    """Processes with inputs and outputs, all of them weighed."""
    inputs, outputs = np.diff(graph.in_ptr)[processes], np.diff(graph.out_ptr)[processes]
    edges = ragged(graph.in_ptr[processes], graph.in_ptr[processes + 1])
    lots = ragged(graph.out_ptr[processes], graph.out_ptr[processes + 1])
    unknown_in = ragged_sum((~graph.in_weighed[edges]).astype(np.float64), inputs)
    unknown_out = ragged_sum((~graph.lot_weighed[lots]).astype(np.float64), outputs)
    weighed: Flags = (inputs > 0) & (outputs > 0) & (unknown_in == 0) & (unknown_out == 0)
    return weighed


def _gains(graph: Graph, processes: I64, mass: I64, taken: I64) -> list[tuple[int, int]]:
    """Processes that put out more than they took in, beyond their tolerance, with the excess in mg."""
    inputs = np.diff(graph.in_ptr)[processes]
    excess = _out(graph, processes, mass) - _into(graph, processes, taken)
    places = np.flatnonzero((inputs > 0) & (graph.sink[processes] < 0) & (excess > graph.tolerance_mg[processes]))
    return [(int(processes[place]), int(excess[place])) for place in places]


def _overdrawn(graph: Graph, lots: I64) -> list[tuple[int, int]]:
    own = ragged(graph.cons_ptr[lots], graph.cons_ptr[lots + 1])
    lengths = np.diff(graph.cons_ptr)[lots]
    excess = run_sums(graph.in_taken_mg[graph.cons_edge[own]], lengths) - graph.base_mg[lots]
    places = np.flatnonzero((excess > 0) & graph.lot_weighed[lots])
    return [(int(lots[place]), int(excess[place])) for place in places]


def _into(graph: Graph, processes: I64, taken: I64) -> I64:
    edges = ragged(graph.in_ptr[processes], graph.in_ptr[processes + 1])
    return run_sums(taken[edges], np.diff(graph.in_ptr)[processes])


def _out(graph: Graph, processes: I64, mass: I64) -> I64:
    lots = ragged(graph.out_ptr[processes], graph.out_ptr[processes + 1])
    return run_sums(mass[lots], np.diff(graph.out_ptr)[processes])
