"""The command line as scripts meet it: numbers, exit codes, both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lodemark.cli.trace import app
from lodemark.cli.trace_answer import AnswerUnreadable

EXAMPLE = {
    "element": "Dy",
    "lots": {"X": 60, "O": "40.0", "A": 70, "B": 30},
    "processes": {
        "p": {"inputs": {"X": 60, "O": 40}, "outputs": {"A": 70, "B": 30}},
        "m": {"inputs": {"A": 70}, "outputs": {}, "sink": "military"},
        "c": {"inputs": {"B": 30}, "outputs": {}, "sink": "civil"},
    },
    "batch": "X",
}


def run(tmp_path: Path, document: Any, *words: str, code: int = 0) -> str:
    file = tmp_path / "genealogy.json"
    file.write_text(json.dumps(document))
    done = CliRunner().invoke(app, [words[0], str(file), *words[1:]])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def test_bounds_as_data(tmp_path: Path) -> None:
    """Lost: the contract scripts rely on."""
    answer = json.loads(run(tmp_path, EXAMPLE, "bounds", "--json"))
    assert (answer["min_kg"], answer["expected_kg"], answer["max_kg"]) == (30, 42, 60)
    assert (answer["proven"], answer["status"], answer["conflict"]) == (True, "exact", None)
    assert answer["certificate"] == {
        "receipts": [{"kind": "made", "lot": "B", "process": "p", "capacity_kg": 30}],
        "capacity_kg": 30,
    }


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ["at least 30.000 kg", "B, made by p: 30.000 kg"]), ("zh", ["至少 30.000 kg", "p 产出的 B"])]
)
def test_bounds_in_words(tmp_path: Path, lang: str, words: list[str]) -> None:
    """Lost: the proof a person can follow."""
    said = run(tmp_path, EXAMPLE, "bounds", "--lang", lang)
    assert all(word in said for word in words)


def test_contradiction_leaves_with_one(tmp_path: Path) -> None:
    """Lost: a script would read missing numbers as zero."""
    wrong = {**EXAMPLE, "lots": {**EXAMPLE["lots"], "O": 30}}
    wrong["processes"] = {**EXAMPLE["processes"], "p": {"inputs": {"X": 60, "O": 30}, "outputs": {"A": 70, "B": 30}}}
    answer = json.loads(run(tmp_path, wrong, "bounds", "--json", code=1))
    assert answer["min_kg"] is None and answer["max_kg"] is None and answer["status"] == "contradiction"
    assert answer["conflict"]["process"] == "p" and answer["conflict"]["excess_kg"] == 10
    named = json.loads(run(tmp_path, wrong, "bounds", "--json", "--undeclared"))
    assert (named["min_kg"], named["max_kg"]) == (30, 60)


def test_back_forward_shares_as_data(tmp_path: Path) -> None:
    """Lost: the three questions about expectation, and the name of their convention."""
    back = json.loads(run(tmp_path, EXAMPLE, "back", "--lot", "A", "--json"))
    assert back["expected_kg"] == [{"lot": "X", "Dy": pytest.approx(42)}, {"lot": "O", "Dy": pytest.approx(28)}]
    forward = json.loads(run(tmp_path, EXAMPLE, "forward", "--json"))
    assert dict(zip(forward["columns"], forward["expected_kg"]["Dy"], strict=True))["civil"] == pytest.approx(18)
    shares = json.loads(run(tmp_path, EXAMPLE, "shares", "--json"))
    assert shares["shares"]["X"][0] == pytest.approx(0.7)
    assert {back["convention"], forward["convention"], shares["convention"]} == {"proportional"}


def test_a_genealogy_is_made_up_saved_and_asked(tmp_path: Path) -> None:
    """Lost: the way from a directory on disk to an answer."""
    made = CliRunner().invoke(app, ["generate", "-o", str(tmp_path / "g"), "--edges", "300", "--json"])
    assert made.exit_code == 0 and json.loads(made.output)["conservation"] <= 1e-12
    asked = CliRunner().invoke(
        app, ["bounds", str(tmp_path / "g"), "--batch", "0", "--sinks", "military,civil,unknown", "--json"]
    )
    answer = json.loads(asked.output)
    assert answer["proven"] and 0 < answer["min_kg"] <= answer["expected_kg"] <= answer["max_kg"]


@pytest.mark.parametrize("extra", [{}, {"homogeneous": ["A"]}, {"assays": [{"lot": "B", "share_of_batch": [0.1, 0.5]}]}])
def test_an_answer_is_checked_by_whoever_holds_the_records(tmp_path: Path, extra: dict[str, Any]) -> None:
    """Lost: a certificate that only the machine which made it can believe, cut and multipliers alike."""
    records, answer = tmp_path / "records.json", tmp_path / "answer.json"
    document = {
        "lots": {"X": 60, "O": 40, "A": 70, "B": 30},
        "processes": {
            "p": {"inputs": {"X": 60, "O": 40}, "outputs": {"A": 70, "B": 30}},
            "m": {"inputs": {"A": 50}, "outputs": {}, "sink": "military"},
            "c": {"inputs": {"B": 30}, "outputs": {}, "sink": "civil"},
        },
        "batch": "X",
        **extra,
    }
    records.write_text(json.dumps(document))
    mode = ["--mode", "homogeneous"] if "homogeneous" in extra else []
    told = CliRunner().invoke(app, ["bounds", str(records), "--json", *mode])
    assert told.exit_code == 0, told.output
    answer.write_text(told.stdout)
    assert CliRunner().invoke(app, ["verify", str(records), str(answer)]).exit_code == 0
    for name, step in (("min_kg", 1e-6), ("max_kg", -1e-6)):
        answer.write_text(json.dumps({**json.loads(told.stdout), name: json.loads(told.stdout)[name] + step}))
        assert CliRunner().invoke(app, ["verify", str(records), str(answer)]).exit_code == 1, name
    answer.write_text("{}")
    assert isinstance(CliRunner().invoke(app, ["verify", str(records), str(answer)]).exception, AnswerUnreadable)
