"""How well a genealogy closes, and which of its records cannot all be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lodemark.attribution.answers import Conflict, Residuals
from lodemark.attribution.graph import F64, I64, Flags, Graph, distinct, ragged, ragged_sum, run_sums
from lodemark.attribution.network import element_taken
from lodemark.attribution.trace import forward_trace


def residuals(graph: Graph) -> Residuals:
    """Undeclared origin by process and lot (in what the events weighed), unweighed lots, conservation."""
    lots, processes = np.arange(len(graph.base_mg)), np.arange(len(graph.sink))
    gains = {
        graph.process_ids[process]: excess for process, excess in _gains(graph, processes, graph.base_mg, graph.in_taken_mg)
    }
    overdrawn = {graph.lot_ids[lot]: excess for lot, excess in _overdrawn(graph, lots)}
    unweighed = tuple(graph.lot_ids[np.flatnonzero(~graph.lot_weighed)].tolist())
    origins = np.flatnonzero(graph.origins)
    closes = 0.0
    if len(origins):
        answer = forward_trace(graph, dict.fromkeys(graph.lot_ids[origins].tolist(), 1.0), graph.elements)
        into = graph.mass_mg[origins].sum(axis=0) / 1e6
        ended = answer.kg.sum(axis=1) + answer.entitlement_kg.sum(axis=1)
        closes = float(np.max(np.abs(ended - into) / np.maximum(into, 1e-6)))
    return Residuals(gains, overdrawn, unweighed, closes)


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
