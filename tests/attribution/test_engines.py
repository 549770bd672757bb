"""The compiled scans and numpy's give the same answers, on trees, loops and sites that book entitlements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from lodemark.attribution import Genealogy, build, engine, graph
from lodemark.attribution.generate import Shape, generate

pytest.importorskip("numba")


@pytest.fixture(params=["numpy", "compiled"])
def compiled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    wanted = request.param == "compiled"
    monkeypatch.setattr(engine, "LARGE", 0)
    monkeypatch.setattr(engine, "COMPILED", wanted)
    yield wanted


def answers(genealogy: Genealogy) -> list[Any]:
    lots = genealogy.graph.lot_ids.tolist()
    back = genealogy.back_trace(lots[-1])
    by_lot = dict(zip(back.lots, back.kg.tolist(), strict=True))
    return [
        genealogy.sink_shares(None, lots),
        genealogy.entitlement_shares(None, lots),
        genealogy.forward_trace({lots[0]: 1.0, lots[len(lots) // 2]: 0.5}).kg,
        np.array([by_lot[lot] for lot in sorted(by_lot)]),
        sorted(back.reachable),
    ]


def both(genealogy_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LARGE", 0)
    found = []
    for wanted in (False, True):
        monkeypatch.setattr(engine, "COMPILED", wanted)
        found.append(answers(genealogy_of()))
    assert found[0].pop() == found[1].pop()
    for here, there in zip(*found, strict=True):
        np.testing.assert_allclose(here, there, rtol=1e-12, atol=1e-15)


def test_equal_on_a_made_up_genealogy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost: a machine without a compiler would tell other grams."""
    shape = Shape(window=40, elements=("Dy", "Tb"))
    both(lambda: build(**generate(600, 7, shape)), monkeypatch)


def test_a_back_trace_finds_all_where_room_was_made_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost: ancestors beyond the first table, and with them the lots that a device contains."""
    monkeypatch.setattr(engine, "ROOM", 1)
    both(lambda: build(**generate(600, 7, Shape(window=40, elements=("Dy", "Tb")))), monkeypatch)


def wide() -> dict[str, Any]:
    """More lots than are summed at a time, before any process and out of a single one; then ends of every class."""
    rng = np.random.default_rng(3)
    origins, made, ends = 1_500, 2_600, 900
    lots = np.arange(origins + made)
    taken = rng.choice(lots, (ends, 3)).ravel()
    taker = np.repeat(np.arange(1, ends + 1), 3)
    once = np.unique(taken * 10_000 + taker)  # a process takes of a lot once
    inputs = np.concatenate([np.zeros(origins, np.int64), once % 10_000]), np.concatenate([lots[:origins], once // 10_000])
    return {
        "lots": {"lot": lots, "mass_mg": np.where(lots < origins, 4_000, 1_000)},
        "inputs": {
            "process": inputs[0],
            "lot": inputs[1],
            "mass_mg": rng.integers(1, 120, len(inputs[0])) + 1_800 * (inputs[0] == 0),
        },
        "outputs": {"process": np.zeros(made, np.int64), "lot": lots[origins:]},
        "processes": {"process": np.arange(ends + 1), "sink": np.append(-1, rng.integers(0, 4, ends)).astype(np.int8)},
    }


def test_equal_across_the_blocks_of_a_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost: shares of whatever lies on the border of two blocks, or comes from no process at all."""
    from lodemark.attribution import compiled

    graph = build(**wide()).graph
    assert graph.out_ptr[0] > compiled.BLOCK and graph.out_ptr[1] - graph.out_ptr[0] > 2 * compiled.BLOCK
    both(lambda: build(**wide()), monkeypatch)


def test_the_answer_can_be_written_where_the_caller_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost: rows of the question before, left standing in memory that is used again."""
    monkeypatch.setattr(engine, "LARGE", 0)
    graph = build(**wide()).graph
    place = np.full((1, len(graph.base_mg), 5), np.nan)
    given = engine.standard_shares(graph, [0], None, place)
    assert np.shares_memory(given, place)
    np.testing.assert_array_equal(given, engine.standard_shares(graph, [0], None))
    np.testing.assert_allclose(given.sum(axis=2), 1.0, rtol=1e-12)


def test_equal_where_entitlements_are_booked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost: the fast path would count entitlements as grams."""
    tables = generate(600, 11, Shape(window=40))
    models = ["mass-balance" if n % 9 == 4 else "segregated" for n in range(len(tables["processes"]["process"]))]
    tables["processes"]["custody_model"] = models
    genealogy = build(**tables)
    assert genealogy.entitlement_shares().max() > 0.01
    both(lambda: build(**tables), monkeypatch)


def test_equal_with_booked_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost: recycling would work on small files only."""
    text = (
        '{"lots": {"X": 60, "R": 40, "A": 100, "B": 50, "S": 5, "T": 5},'
        '"processes": {"p": {"inputs": {"X": 60, "R": 40, "S": 5}, "outputs": {"A": 100, "T": 5}},'
        '"q": {"inputs": {"A": 100}, "outputs": {"R": 40, "B": 50}},'
        '"s": {"inputs": {"T": 5}, "outputs": {"S": 5}},'
        '"m": {"inputs": {"B": 30}, "outputs": {}, "sink": "military"}}}'
    )
    assert Genealogy.from_json(text)[0].graph.loops
    both(lambda: Genealogy.from_json(text)[0], monkeypatch)


def test_wide_pointers_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost: beyond 2^31 takes, pointers that wrap round in silence."""
    tables = generate(600, 7, Shape(window=40))
    narrow = build(**tables)
    monkeypatch.setattr(graph, "NARROW", 100)
    wide = build(**tables)
    assert (narrow.graph.cons_ptr.dtype, wide.graph.cons_ptr.dtype) == (np.int32, np.int64)
    assert {getattr(wide.graph, name).dtype for name in ("in_ptr", "out_ptr", "cons_edge")} == {np.dtype(np.int64)}
    lot = wide.licensed_lots()[0]
    assert wide.bounds(lot) == narrow.bounds(lot)
    for here, there in zip(answers(narrow), answers(wide), strict=True):
        np.testing.assert_array_equal(here, there)


def test_made_up_genealogies_close_and_repeat(compiled: bool) -> None:
    """Lost: benchmarks and load tests on records that contradict themselves, or that nobody can repeat."""
    genealogy = build(**generate(3_000, 5, Shape(window=100)))
    state = genealogy.check()
    assert not state.gains_mg and not state.overdrawn_mg and state.conservation <= 1e-12
    assert int(genealogy.graph.base_mg.sum()) == 118_175_938_844_506
