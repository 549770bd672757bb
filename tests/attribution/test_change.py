"""New, late and corrected events: the same answers as a rebuild, touching only what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.attribution import Genealogy, GenealogyError, Statement, StoreError, TraceError, build, engine
from lodemark.attribution.change import restate, tables_of
from lodemark.attribution.generate import Shape, generate, happenings
from lodemark.attribution.live import Live, TooMuch

from .graphs import CLASSES, tables


@st.composite
def statements(draw: st.DrawFn, genealogy: Genealogy) -> list[Statement]:
    """A few statements: new processes, late makers of what came from outside, corrected and void ones."""
    graph = genealogy.graph
    lots, processes = graph.lot_ids.tolist(), graph.process_ids.tolist()
    said = []
    for number in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from([f"new{number}", *processes]))
        inputs = draw(st.dictionaries(st.sampled_from(lots), st.integers(1, 20), min_size=1, max_size=3))
        if draw(st.booleans()):
            said.append(Statement(name, inputs, {}, draw(st.sampled_from(CLASSES))))
        else:
            said.append(Statement(name, inputs, {f"n{number}": draw(st.integers(1, 30))}))
    if draw(st.booleans()):
        said.append(Statement(draw(st.sampled_from([s.process for s in said])), void=True))
    return said


@given(tables(), st.data())
def test_changed_equals_rebuilt(genealogy_tables: Any, data: st.DataObject) -> None:
    """Lost: the office would see one number at noon and another after the nightly rebuild."""
    genealogy = build(*genealogy_tables)
    said = data.draw(statements(genealogy))
    try:
        rebuilt = build(**restate(tables_of(genealogy.graph), said))
    except GenealogyError:
        with pytest.raises(GenealogyError):
            genealogy.apply(said)
        return
    if rebuilt.graph.loops:
        return  # a statement that feeds its own makers; loops have tests of their own
    genealogy.apply(said)
    lots = rebuilt.graph.lot_ids.tolist()
    np.testing.assert_allclose(genealogy.sink_shares(None, lots), rebuilt.sink_shares(None, lots), atol=1e-12)
    for lot in rebuilt.licensed_lots():
        assert genealogy.forward_trace(lot).kg == pytest.approx(rebuilt.forward_trace(lot).kg, rel=1e-12, abs=1e-18)


@pytest.mark.parametrize("events", [200, pytest.param(2_000, marks=pytest.mark.long)])
def test_many_events_stay_within_a_millionth_of_a_millionth(monkeypatch: pytest.MonkeyPatch, events: int) -> None:
    """Lost: errors that creep in with every event until the nightly alarm."""
    monkeypatch.setattr(engine, "LARGE", 1000)
    start = generate(20_000, 3, Shape(window=20))
    genealogy = build(**start)
    graph = genealogy.graph
    said = happenings(graph, events, 9)
    corrected = len(said) - len({one.process for one in said})
    assert corrected > events // 10 and any(one.void for one in said)
    pushed = 0
    for first in range(0, events, 5):
        delta = genealogy.apply(said[first : first + 5])
        pushed += 0 < delta.touched < len(graph.sink)
    assert pushed > events // 5 * 0.9  # the rest were rebuilds: an overflow list was full
    rebuilt = build(**restate(tables_of(graph), said))
    lots = rebuilt.graph.lot_ids.tolist()
    worst = np.abs(genealogy.sink_shares(["Dy"], lots) - rebuilt.sink_shares(["Dy"], lots)).max()
    assert worst <= 1e-12
    assert genealogy.compact() <= 1e-12


def test_a_share_that_drifted_raises_the_alarm() -> None:
    """Lost: the nightly comparison, which is there for mistakes nobody thought of."""
    genealogy = build(**generate(300, 5, Shape(window=10)))
    assert genealogy.compact() == 0.0  # nothing was pushed
    genealogy.apply(happenings(genealogy.graph, 3, 1))
    assert genealogy._live is not None
    genealogy._live.f *= 0.5
    with pytest.raises(TraceError) as alarm:
        genealogy.compact()
    assert alarm.value.reason.code == "trace-drift"
    assert genealogy.compact() == 0.0  # and the rebuilt answers stand


def test_a_late_event_finds_its_place_between_others() -> None:
    """Lost: an upload that came late would be traced as if it had never fed anything."""
    genealogy = build(
        {"lot": ["X", "A", "B"], "mass_mg": [10, 8, 8]},
        {"process": ["q", "m"], "lot": ["A", "B"], "mass_mg": [8, 8]},
        {"process": ["q"], "lot": ["B"]},
        {"process": ["q", "m"], "sink": [None, "military"], "time": [2, 3]},
    )
    assert genealogy.sink_shares(None, ["X"])[0, 0, 3] == 1.0  # all in stock: nobody said where A came from
    delta = genealogy.apply([Statement("p", {"X": 8}, {"A": 8}, time=1)])
    assert set(delta.lots) >= {"X"} and delta.touched <= 4
    assert genealogy.sink_shares(None, ["X"])[0, 0].tolist() == pytest.approx([0.8, 0, 0, 0.2, 0])
    assert genealogy.bounds("X").max_mg == 8


def test_a_bad_statement_changes_nothing() -> None:
    """Lost: half an upload in the books."""
    genealogy = build(
        *(
            {"lot": ["X"], "mass_mg": [5]},
            {"process": [], "lot": [], "mass_mg": []},
            {"process": [], "lot": []},
            {"process": []},
        )
    )
    before = genealogy.sink_shares(None, ["X"]).tolist()
    with pytest.raises(GenealogyError) as refused:
        genealogy.apply([Statement("m", {"X": 2, "Q": 1}, {}, "military")])
    assert refused.value.rows[0].code == "row-id-unknown"
    assert genealogy.sink_shares(None, ["X"]).tolist() == before


def test_what_could_be_known_then() -> None:
    """Lost: an appeal would be judged by what was learnt later."""
    genealogy = build(
        {"lot": ["X", "A"], "mass_mg": [10, 10]},
        {"process": ["p", "m"], "lot": ["X", "A"], "mass_mg": [10, 10]},
        {"process": ["p"], "lot": ["A"]},
        {"process": ["p", "m"], "sink": [None, "military"], "time": [10, 20], "known": [11, 99]},
    )
    assert genealogy.bounds("X").max_mg == 10
    assert genealogy.as_of(occurred=15).bounds("X").max_mg == 0
    assert genealogy.as_of(known=50).bounds("X").max_mg == 0
    assert genealogy.as_of(occurred=20, known=99).bounds("X").min_mg == 10
    assert genealogy.as_of(occurred=5).graph.lot_ids.tolist() == ["X"]


@settings(max_examples=5)
@given(tables())
def test_saved_and_opened_is_the_same(tmp_path_factory: pytest.TempPathFactory, genealogy_tables: Any) -> None:
    """Lost: a genealogy that answers otherwise after a restart."""
    path = tmp_path_factory.mktemp("store")
    genealogy = build(*genealogy_tables)
    genealogy.save(path)
    opened = Genealogy.open(path, check=True)
    lots = genealogy.graph.lot_ids.tolist()
    assert opened.graph.lot_ids.tolist() == lots
    np.testing.assert_array_equal(opened.sink_shares(None, lots), genealogy.sink_shares(None, lots))
    assert opened.bounds(lots[0]) == genealogy.bounds(lots[0])


def test_a_damaged_or_missing_store_is_named(tmp_path: Path) -> None:
    """Lost: numbers from a file somebody touched."""
    with pytest.raises(StoreError):
        Genealogy.open(tmp_path)
    genealogy = build(**generate(100, 1))
    generation = genealogy.save(tmp_path)
    body = bytearray((generation / "y.npy").read_bytes())
    body[-1] ^= 1
    (generation / "y.npy").write_bytes(body)
    with pytest.raises(StoreError) as refused:
        Genealogy.open(tmp_path, check=True)
    assert refused.value.reason.code == "genealogy-store-damaged" and refused.value.facts["file"] == "y.npy"


def test_a_new_generation_replaces_the_old_one_whole(tmp_path: Path) -> None:
    """Lost: a reader between two files of different days."""
    first = build(**generate(100, 1)).save(tmp_path)
    second = build(**generate(100, 2)).save(tmp_path)
    assert first != second and not first.exists()
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir()] == [second.name]


def test_loops_are_rebuilt_rather_than_pushed() -> None:
    """Lost: a heap in event order would never end where there is no order."""
    text = (
        '{"lots": {"X": 60, "R": 40, "A": 100, "B": 50}, "processes": {"p": {"inputs": {"X": 60, "R": 40}, "outputs":'
        '{"A": 100}}, "q": {"inputs": {"A": 100}, "outputs": {"R": 40, "B": 50}}}}'
    )
    genealogy, _ = Genealogy.from_json(text)
    with pytest.raises(TooMuch):
        Live(genealogy.graph)
    genealogy.apply([Statement("m", {"B": 50_000_000}, {}, "military")])
    assert genealogy.forward_trace("X").kg[0, 0] == pytest.approx(50.0, rel=1e-12)
