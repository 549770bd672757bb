"""``lodemark assess, questions, rules ...`` as a person runs them, on the shipped examples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import lodemark.application
from lodemark.cli import rules as command
from lodemark.rules import READERS, regimes

EXAMPLES = Path(lodemark.application.__file__).parent / "examples"
ON = ["--on", "2026-03-16"]


def run(*args: str):
    app = typer.Typer()
    app.add_typer(command.app, name="rules")
    app.command()(command.assess)
    app.command()(command.questions)
    app.command()(command.compare)
    return CliRunner().invoke(app, list(args))


def test_the_minimal_file_is_told_that_a_licence_is_needed_and_what_is_missing():
    """If this failed, the first thing an exporter wants to know would not be told."""
    found = run("assess", str(EXAMPLES / "minimal.yaml"), *ON)
    assert found.exit_code == 1
    assert "A licence is needed" in found.output and "1C905.a.4" in found.output and "含镝的钕铁硼永磁材料" in found.output
    asked = run("questions", str(EXAMPLES / "minimal.yaml"), *ON, "--all", "--json")
    (answer,) = json.loads(asked.output)
    assert {"en", "zh-Hans"} == set(answer["questions"][0]["question"])
    assert any(one["fact_ref"] == "application.documents" for one in answer["questions"])


def test_as_declared_no_line_of_the_first_published_case_is_controlled():
    """If this failed, what the declarant said would be judged by what customs found later."""
    (found,) = json.loads(run("assess", str(EXAMPLES / "yangshan-declared.yaml"), *ON, "--json").output)
    assert {cell["outcome"] for cell in found["cells"]} == {"not_controlled"} and len(found["cells"]) == 16


def test_json_is_the_same_bytes_twice_and_for_every_reader():
    """If this failed, a screen and a program would see two results."""
    for reader in READERS:
        args = ("assess", str(EXAMPLES / "full.yaml"), *ON, "--as", reader, "--json")
        assert run(*args).output == run(*args).output


def test_a_what_if_is_shown_as_one():
    """If this failed, a supposition could be printed and shown as a finding."""
    found = run("assess", str(EXAMPLES / "full.yaml"), *ON, "--assume", "party[p3].listed[export-barred]=yes", "--lang", "zh")
    assert "假设" in found.output and "原则上不予许可" in found.output


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_shelf_speaks_both_languages(lang: str):
    """If this failed, a Chinese officer or a foreign buyer would read the wrong half."""
    listed = run("rules", "list", *ON, "--lang", lang)
    assert listed.exit_code == 0 and all(name in listed.output for name in regimes())
    for name in ("cn-ann18", "cn/ann18-2025/1C905.a.4"):
        assert run("rules", "show", name, *ON, "--lang", lang).exit_code == 0
        assert run("rules", "explain", name, *ON, "--lang", lang).exit_code == 0


def test_a_date_on_which_the_law_may_come_back_is_seen_in_the_difference():
    """If this failed, nobody would notice the end of a suspension before goods leave."""
    found = run("rules", "diff", "cn-ann61@2026-11-10", "cn-ann61@2026-11-11", "--json")
    assert found.exit_code == 1 and json.loads(found.output)["meaning"] == "different"
    assert run("rules", "diff", "cn-ann18@2026-03-16", "cn-ann18@2026-03-17").exit_code == 0


def test_check_lists_places_and_leaves_with_one(tmp_path: Path):
    """If this failed, a content author would search a broken file by hand."""
    assert run("rules", "check").exit_code == 0
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "a.yaml").write_text("- id: x\n  a: &b 1\n", encoding="utf-8")
    found = run("rules", "check", str(tmp_path))
    assert found.exit_code == 1 and "facts/a.yaml:2:6 yaml-alias" in found.output


@pytest.mark.parametrize("wrong", [["--as", "neighbour"], ["--unconfirmed", "perhaps"], ["--assume", "nothing"]])
def test_wrong_usage_is_told_as_usage(wrong: list[str]):
    """If this failed, a mistyped option would silently mean something."""
    assert run("assess", str(EXAMPLES / "minimal.yaml"), *ON, *wrong).exit_code == 2


def test_one_application_before_several_offices():
    """If this failed, the answers of different regimes could not be laid side by side."""
    args = ("compare", str(EXAMPLES / "full.yaml"), *ON, "--regimes", "cn-ann18,us-3a090-2023", "--as-if-controlled")
    found = json.loads(run(*args, "--json").output)
    assert found["as_if_controlled"] is True and [*found["regimes"]] == ["cn-ann18", "us-3a090-2023"]
    assert "| cn-ann18 | us-3a090-2023 |" in run(*args, "--format", "md").output
    assert run(*args, "--format", "pdf").exit_code == 2
