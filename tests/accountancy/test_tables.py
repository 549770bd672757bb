"""A balance as files, and the commands over it."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import orjson
import pytest
from typer.testing import CliRunner

from lodemark.accountancy import BadInput, FlowTable, assemble, covariance, muf
from lodemark.accountancy.tables import read_flows, read_tables
from lodemark.cli.balance import app
from tests.accountancy.examples import example_a, flows_a
from tests.accountancy.folder import example_folder, write

RUNNER = CliRunner()


def test_files_give_the_same_balance(tmp_path: Path) -> None:
    """What a plant sends and what the library computes must be one thing."""
    tables = read_tables(example_folder(tmp_path))
    data = assemble(tables.flows, tables.inventories, tables.components, tables.boundaries)
    assert muf(data) == pytest.approx(muf(example_a()), abs=1e-12)
    assert covariance(data) == pytest.approx(covariance(example_a()), abs=1e-12)


def test_every_unreadable_line_is_named(tmp_path: Path) -> None:
    """A line that is skipped is a shipment that never was."""
    folder = example_folder(tmp_path)
    rows = [{name: str(value) for name, value in asdict(flow).items()} for flow in flows_a()]
    rows[0]["element_mg"] = "twelve"
    rows[1]["occurred_at"] = "2026-01-11"
    write(folder / "flows.csv", rows)
    with pytest.raises(BadInput) as caught:
        read_tables(folder)
    assert [problem.facts["line"] for problem in caught.value.problems] == [2, 3]
    (folder / "components.csv").unlink()
    with pytest.raises(BadInput) as caught:
        read_tables(folder)
    assert [problem.code for problem in caught.value.problems] == ["balance-file-missing"]


def test_polars_reads_the_same_columns(tmp_path: Path) -> None:
    """The fast road must lead to the same place."""
    polars = pytest.importorskip("lodemark.accountancy.flows_polars")
    path = example_folder(tmp_path) / "flows.csv"
    fast, careful = polars.read_large(path), read_flows(path, [])
    assert isinstance(fast, FlowTable)
    for name in ("element_mg", "at_us", "n_items"):
        assert np.array_equal(getattr(fast, name), getattr(careful, name))
    for name in ("mba", "element", "kind", "stream", "to_mba"):
        assert [getattr(fast, name)[n] for n in range(len(fast))] == [getattr(careful, name)[n] for n in range(len(careful))]
    assert list(fast.flow_id) == list(careful.flow_id)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b'flow_id,mba\n"' + b"x" * 200_000, b"\x00,\n"], ids=["binary", "endless", "zero"]
)
def test_a_file_that_is_no_table_is_named(tmp_path: Path, data: bytes) -> None:
    """A picture uploaded by mistake has to be told by name, not answered with our failure."""
    folder = example_folder(tmp_path)
    for name in ("flows.csv", "components.csv"):
        (folder / name).write_bytes(data)
    with pytest.raises(BadInput) as caught:
        tables = read_tables(folder)
        assemble(tables.flows, tables.inventories, tables.components, tables.boundaries)
    assert caught.value.problems


def test_a_number_beyond_all_masses_is_refused(tmp_path: Path) -> None:
    """Sixty-four bits hold every mass there is; what does not fit is a typing error and no failure of ours."""
    folder = example_folder(tmp_path)
    rows = [{name: str(value) for name, value in asdict(flow).items()} for flow in flows_a()]
    rows[0]["element_mg"] = "9" * 25
    write(folder / "flows.csv", rows)
    with pytest.raises(BadInput) as caught:
        read_tables(folder)
    assert [problem.facts["line"] for problem in caught.value.problems] == [2]


def test_kilograms_finer_than_a_milligram_are_refused(tmp_path: Path) -> None:
    """Rounding a mass on the way in is losing it."""
    folder = example_folder(tmp_path)
    rows = [{**{k: str(v) for k, v in asdict(flow).items() if k != "element_mg"}, "element_kg": "1.5"} for flow in flows_a()]
    write(folder / "flows.csv", rows)
    assert set(read_tables(folder).flows.element_mg.tolist()) == {1_500_000}
    rows[0]["element_kg"] = "1.5000001"
    write(folder / "flows.csv", rows)
    with pytest.raises(BadInput):
        read_tables(folder)


def invoke(*words: str) -> tuple[int, str]:
    found = RUNNER.invoke(app, list(words))
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.stdout


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_run_prints_warnings_class_and_limits(tmp_path: Path, lang: str) -> None:
    """A class printed without what could not be seen is an all-clear nobody gave."""
    code, text = invoke("run", str(example_folder(tmp_path)), "--goal", "6 kg", "--lang", lang)
    assert code == 0
    assert ("Weakly closed" if lang == "en" else "弱平衡") in text
    assert ("cannot show" if lang == "en" else "不能表明") in text


def test_run_as_json_with_charts(tmp_path: Path) -> None:
    """Another program must be able to read every number the page shows."""
    chart = tmp_path / "chart.json"
    code, text = invoke("run", str(example_folder(tmp_path)), "--goal", "6 kg", "--json", "--chart", str(chart))
    balance = orjson.loads(text)["balance"]
    assert code == 0 and balance["klass"] == "closed-weakly"
    assert {"en", "zh-Hans"} <= set(balance["cannot_show"][0]["said"])
    drawn = {one["kind"]: one for one in orjson.loads(chart.read_bytes())}
    assert set(drawn) == {"muf", "cumuf", "page", "contributions", "detection"}
    assert drawn["muf"]["value"] == pytest.approx([line["muf_kg"] for line in balance["lines"]])
    assert drawn["page"]["expected_by_chance"] == {"loss": 0.05, "gain": 0.01}
    assert all({"en", "zh-Hans"} == set(one["title"]) for one in drawn.values())


def test_an_open_balance_leaves_with_one(tmp_path: Path) -> None:
    """A script that checks the exit code must notice a question."""
    folder = example_folder(tmp_path)
    rows = [{name: str(value) for name, value in asdict(flow).items()} for flow in flows_a() if flow.flow_id != "shipment-2-2"]
    write(folder / "flows.csv", rows)
    code, text = invoke("run", str(folder), "--goal", "6 kg")
    assert code == 1 and "unaccounted for" in text


@pytest.mark.parametrize(
    "words",
    [
        ("power", "--pattern", "abrupt", "--loss", "6 kg"),
        ("power", "--pattern", "least", "--loss", "6 kg", "--json"),
        ("plan", "--goal", "6 kg"),
        ("plan", "--goal", "1 kg", "--json"),
        ("rollup", "--by", "area"),
    ],
)
def test_the_other_commands_answer(tmp_path: Path, words: Sequence[str]) -> None:
    """A command that crashes on its own example is not there."""
    code, text = invoke(words[0], str(example_folder(tmp_path)), *words[1:])
    assert code == 0 and text


@pytest.mark.parametrize(
    "words", [("run",), ("power", "--loss", "6 kg"), ("plan", "--goal", "6 kg"), ("rollup",)], ids=lambda words: words[0]
)
def test_every_answer_names_what_it_cannot_show(tmp_path: Path, words: Sequence[str]) -> None:
    """A quiet balance without its limits is quoted as an all-clear, in whatever form it was asked for."""
    folder = str(example_folder(tmp_path))
    found = orjson.loads(invoke(words[0], folder, *words[1:], "--json")[1])
    limits = (found.get("balance") or found)["cannot_show"]
    assert limits and all(limit["said"]["zh-Hans"] for limit in limits)
    assert limits[0]["said"]["en"] in invoke(words[0], folder, *words[1:])[1]
