"""The least that must and the most that can be in a set of sinks, given only what was recorded.

``free``: nothing is assumed about mixing inside a process or a lot; a lot is a set of items. That is a maximum flow:
``max(Y) = maxflow(batch -> Y)`` and ``min(Y) = batch - maxflow(batch -> everything but Y, loss and stock included)``.
``homogeneous``: a lot that is a melt, a powder or a drum is alike throughout; a linear programme, never wider.

In a well-mixed economy the least is mostly zero, and the *most* ("at most 5 %") is what exonerates. A number is
``proven`` only after its certificate was checked again in whole milligrams by code that does not know the solver.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from lodemark.attribution.answers import Bounds, Certificate, Receipt
from lodemark.attribution.check import conflicts
from lodemark.attribution.flow import Cut, minimum_cut
from lodemark.attribution.graph import Flags, Graph
from lodemark.attribution.linear import solve_bounds
from lodemark.attribution.network import ACCOUNTING, KINDS, SINK, Network, network
from lodemark.attribution.programme import Question, needs_programme, programme
from lodemark.attribution.small import Assay
from lodemark.attribution.trace import sink_shares
from lodemark.attribution.verify import verify

Mode = Literal["free", "homogeneous"]


def bounds(
    graph: Graph,
    batch: tuple[object, ...],
    element: str,
    sinks: tuple[str, ...],
    *,
    mode: Mode = "free",
    yields: Mapping[object, tuple[float, float]],
    assays: tuple[Assay, ...] = (),
    undeclared: bool = False,
    time_limit_s: float = 5.0,
) -> Bounds:
    """Bounds for one batch (lots that do not descend from each other), one element, one set of classes.

    Records that contradict each other below the batch give ``status="contradiction"`` and no number, unless
    ``undeclared`` allows excess mass as an origin of its own. Raises ``TraceError`` for an unknown name.
    """
    k, wanted = graph.element(element), graph.class_set(sinks)
    below = network(graph, graph.lots(batch), k)
    answer = Bounds(
        batch=batch,
        element=element,
        sinks=sinks,
        mode=mode,
        supply_mg=below.supply_mg,
        min_mg=None,
        max_mg=None,
        expected_kg=None,
        proven=False,
        status="contradiction",
        entitlement_only=below.accounting,
    )
    found = conflicts(graph, below.lots, below.processes, k, yields, undeclared)
    if found:
        return replace(answer, conflict=found[0])
    question = Question(k, wanted, mode == "homogeneous", yields, assays, undeclared)
    if needs_programme(graph, below, question):
        answer = solve_bounds(graph, programme(graph, below, question), answer, time_limit_s)
        return replace(answer, expected_kg=_expected_within(graph, below, wanted, answer))
    into_wanted, elsewhere = outlets(graph, below, wanted)
    floor, ceiling = minimum_cut(below, elsewhere), minimum_cut(below, into_wanted)
    least, most = below.supply_mg - floor.value_mg, ceiling.value_mg
    answer = replace(
        answer,
        min_mg=least,
        max_mg=most,
        # Even mixing is one of the ways the batch can have gone: what lies outside is the last bit of a float64.
        expected_kg=min(max(expected_kg(graph, below, wanted), least / 1e6), most / 1e6),
        status="exact",
        certificate=_certificate(graph, below, floor),
        ceiling=_certificate(graph, below, ceiling),
    )
    proven = verify(graph, answer)
    return replace(answer, proven=proven, status="exact" if proven else "outward")


def _expected_within(graph: Graph, below: Network, wanted: frozenset[int], answer: Bounds) -> float | None:
    """The expectation where everything was weighed and even mixing agrees with the assays; otherwise none."""
    if answer.min_mg is None or answer.max_mg is None or not graph.lot_weighed[below.lots].all():
        return None
    expected = expected_kg(graph, below, wanted)
    return expected if answer.min_mg - 1 <= expected * 1e6 <= answer.max_mg + 1 else None


def expected_kg(graph: Graph, below: Network, wanted: frozenset[int]) -> float:
    """What proportional sharing expects of the batch in the wanted classes, kg, physical part only."""
    lots = below.lots[below.batch]
    physical, _ = sink_shares(graph, (graph.elements[below.element],), lots)
    share = physical[:, 0, sorted(wanted)].sum(axis=1)
    return float(share @ below.batch_mg) / 1e6


def outlets(graph: Graph, below: Network, wanted: frozenset[int]) -> tuple[Flags, Flags]:
    """Arcs that leave into the wanted classes, and arcs that leave elsewhere.

    Beyond a site that books entitlements the batch may be anywhere: such an arc is on both sides.
    """
    leaves = below.head < 0
    ends = np.flatnonzero(below.kind == SINK)
    sink = np.full(len(below.kind), -1)
    sink[ends] = graph.sink[below.process[ends]]
    into = leaves & np.isin(sink, list(wanted))
    books = below.kind == ACCOUNTING
    return into | books, (leaves & ~into) | books


def _certificate(graph: Graph, below: Network, cut: Cut) -> Certificate:
    lots, processes = graph.lot_ids, graph.process_ids
    receipts = [
        Receipt("batch", lots[below.lots[node]], "", int(mass))
        for node, mass in zip(below.batch[cut.batch], below.batch_mg[cut.batch], strict=True)
    ]
    for arc in cut.arcs.tolist():
        lot, process = int(below.lot[arc]), int(below.process[arc])
        receipts.append(
            Receipt(
                KINDS[below.kind[arc]],
                lots[lot] if lot >= 0 else "",
                processes[process] if process >= 0 else "",
                int(below.capacity_mg[arc]),
            )
        )
    return Certificate(tuple(receipts), sum(receipt.capacity_mg for receipt in receipts))
