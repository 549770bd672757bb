"""What must hold on every genealogy, whatever its shape."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.attribution import Certificate, build, verify

from .graphs import CLASSES, renamed, tables

some_sinks = st.sets(st.sampled_from(CLASSES), min_size=1).map(lambda names: tuple(sorted(names)))


def brute_least(genealogy: Any, batch: str, sinks: tuple[str, ...]) -> int:
    """The least by listing: over every set of closed nodes, the batch minus what crosses (max-flow min-cut)."""
    g = genealogy.graph
    lots, processes = range(len(g.base_mg)), range(len(g.sink))
    nodes = [("lot", j) for j in lots] + [("process", p) for p in processes]
    source = ("lot", int(g.lots([batch])[0]))
    out_of = {p: range(int(g.out_ptr[p]), int(g.out_ptr[p + 1])) for p in processes}
    arcs = []  # (from, to or None, mg, is outlet elsewhere)
    for j in lots:
        drawn = 0
        for e in range(int(g.cons_ptr[j]), int(g.cons_ptr[j + 1])):
            mass = int(g.in_taken_mg[g.cons_edge[e]])
            drawn += mass
            arcs.append((("lot", j), ("process", int(g.cons_proc[e])), mass))
        arcs.append((("lot", j), None, int(g.base_mg[j]) - drawn))
    for p in processes:
        into = int(g.in_taken_mg[g.in_ptr[p] : g.in_ptr[p + 1]].sum())
        made = sum(int(g.base_mg[j]) for j in out_of[p])
        arcs += [(("process", p), ("lot", j), int(g.base_mg[j])) for j in out_of[p]]
        wanted = g.sink[p] >= 0 and g.classes[g.sink[p]] in sinks
        if not wanted:
            arcs.append((("process", p), None, into - made))
    others = [node for node in nodes if node != source]
    supply = int(g.base_mg[source[1]])
    best = supply
    for size in range(len(others) + 1):
        for beyond in combinations(others, size):
            far = set(beyond)
            crossing = sum(mass for tail, head, mass in arcs if tail not in far and (head is None or head in far))
            best = min(best, crossing)
    return supply - best


@given(tables(), some_sinks)
def test_least_and_most_hold_expectation_and_complement(genealogy_tables: Any, sinks: tuple[str, ...]) -> None:
    """Lost: bounds that exclude what even mixing does are no bounds."""
    genealogy = build(*genealogy_tables)
    rest = tuple(name for name in CLASSES if name not in sinks)
    for lot in genealogy.licensed_lots()[:1]:
        answer = genealogy.bounds(lot, "Dy", sinks)
        traced = genealogy.forward_trace(lot)
        expected = sum(traced.kg[0, traced.columns.index(name)] for name in sinks)
        assert answer.proven and answer.status == "exact"
        assert answer.min_kg - 1e-15 <= expected + 1e-15 and expected - 1e-15 <= answer.max_kg + 1e-15
        if rest:  # what can be in Y need not be in the rest
            outside = genealogy.bounds(lot, "Dy", rest)
            assert outside.min_mg <= answer.supply_mg - answer.max_mg
        both = genealogy.bounds(lot, "Dy", CLASSES)
        assert answer.min_mg <= both.min_mg and answer.max_mg <= both.max_mg


@given(tables().filter(lambda t: len(t[0]["lot"]) + len(t[3]["process"]) <= 12), some_sinks)
def test_least_equals_the_least_over_every_possible_cut(genealogy_tables: Any, sinks: tuple[str, ...]) -> None:
    """Lost: the flow, its scaling or its outlets; listing every cut is slow and cannot be wrong in the same way."""
    genealogy = build(*genealogy_tables)
    lot = str(genealogy.licensed_lots()[0])
    assert genealogy.bounds(lot, "Dy", sinks).min_mg == brute_least(genealogy, lot, sinks)


@given(tables(), some_sinks)
def test_names_and_row_order_change_nothing(genealogy_tables: Any, sinks: tuple[str, ...]) -> None:
    """Lost: an answer that depends on who is called what, or on which row came first."""
    first, second = build(*genealogy_tables), build(*renamed(genealogy_tables, "z", []))
    for lot in first.licensed_lots()[:1]:
        here, there = first.bounds(lot, "Dy", sinks), second.bounds("z" + str(lot)[::-1], "Dy", sinks)
        assert (here.min_mg, here.max_mg) == (there.min_mg, there.max_mg)
        assert here.expected_kg == pytest.approx(there.expected_kg, abs=1e-15)


@given(tables(balanced=False))
def test_forward_and_backward_are_adjoint_and_nothing_is_lost(genealogy_tables: Any) -> None:
    """Lost: the two separate code paths would drift apart, or grams would leak."""
    genealogy = build(*genealogy_tables)
    lots = genealogy.graph.lot_ids.tolist()
    shares = genealogy.sink_shares(["Dy"], lots)[:, 0]
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(lots)), abs=1e-12)
    for place, lot in enumerate(lots):
        traced = genealogy.forward_trace(lot)
        mass = int(genealogy.graph.base_mg[place]) * 1e-6
        assert traced.kg[0] == pytest.approx(shares[place] * mass, rel=1e-12, abs=1e-18)
    assert genealogy.check().conservation <= 1e-12


@given(tables())
def test_what_is_in_a_lot_came_from_somewhere(genealogy_tables: Any) -> None:
    """Lost: a device would contain grams that no lot sent, or fewer than it weighs."""
    genealogy = build(*genealogy_tables)
    g = genealogy.graph
    for name in g.lot_ids.tolist():
        answer = genealogy.back_trace(name)
        assert set(answer.lots) <= set(answer.reachable)
        assert answer.kg.sum() == pytest.approx(int(g.base_mg[int(g.lots([name])[0])]) * 1e-6, rel=1e-12)


@given(tables(), some_sinks)
def test_a_tampered_certificate_is_refused(genealogy_tables: Any, sinks: tuple[str, ...]) -> None:
    """Lost: a checker that says yes to everything."""
    genealogy = build(*genealogy_tables)
    for lot in genealogy.licensed_lots()[:1]:
        answer = genealogy.bounds(lot, "Dy", sinks)
        for name in ("certificate", "ceiling"):
            whole = getattr(answer, name)
            if whole.receipts:
                receipts = whole.receipts[1:]
                short = Certificate(receipts, sum(receipt.capacity_mg for receipt in receipts))
                assert not verify(genealogy.graph, replace(answer, **{name: short}))
                lighter = replace(whole, capacity_mg=whole.capacity_mg - 1)
                assert not verify(genealogy.graph, replace(answer, **{name: lighter}))
        assert not verify(genealogy.graph, replace(answer, min_mg=answer.min_mg + 1))
        if answer.max_mg:
            assert not verify(genealogy.graph, replace(answer, max_mg=answer.max_mg - 1))
