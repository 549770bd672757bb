"""The command line: exit 0 must mean CLEAR and nothing else, or a script would ship to a listed party."""

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from lodemark.cli.party import app
from tests.parties.test_screen import HEAD, ROWS

RUN = CliRunner()


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A folder with one list of five lines, published on 10 March 2026."""
    file = tmp_path / "fictional.csv"
    file.write_text(HEAD + ROWS, encoding="utf-8")
    done = RUN.invoke(
        app, ["list", "load", str(file), "--list", "fictional", "--published", "2026-03-10", "--lists", str(tmp_path / "lists")]
    )
    assert done.exit_code == 0, done.output
    return tmp_path / "lists"


@pytest.mark.parametrize(
    ("name", "on", "code", "outcome"),
    [
        ("Alder Robotics AG", "2026-03-16", 0, "CLEAR"),
        ("Qiming 315th Research Institute", "2026-03-16", 1, "HIT"),
        ("NWD", "2026-03-16", 1, "REVIEW"),
        ("Alder Robotics AG", "2026-06-16", 1, "UNKNOWN"),
    ],
)
def test_exit_code(lists: Path, name: str, on: str, code: int, outcome: str) -> None:
    """CLEAR leaves with 0, everything else with 1, and the JSON says the same."""
    done = RUN.invoke(app, ["screen", "--name", name, "--lists", str(lists), "--on", on, "--json"])
    assert (done.exit_code, orjson.loads(done.output)["outcome"]) == (code, outcome)


def test_a_held_version_leaves_the_old_one_in_use(lists: Path, tmp_path: Path) -> None:
    """A cut-off download must neither clear anybody nor push out the list before it, until somebody takes it with a reason."""
    short = tmp_path / "short.csv"
    short.write_text(HEAD + ROWS.splitlines()[3] + "\n", encoding="utf-8")
    load = ["list", "load", str(short), "--list", "fictional", "--published", "2026-03-12", "--lists", str(lists)]
    assert RUN.invoke(app, load).exit_code == 1
    screen = ["screen", "--name", "Qiming 315th Research Institute", "--lists", str(lists), "--on", "2026-03-16"]
    assert RUN.invoke(app, screen).exit_code == 1
    accept = [
        "list",
        "accept",
        "fictional",
        "--published",
        "2026-03-12",
        "--reason",
        "four lines lifted",
        "--lists",
        str(lists),
    ]
    assert RUN.invoke(app, accept).exit_code == 0
    assert RUN.invoke(app, screen).exit_code == 0


def test_owners(tmp_path: Path) -> None:
    """An open share is told as possible, with what to do; a bad row is named by its line."""
    graph = tmp_path / "graph.csv"
    graph.write_text("owner,owned,low,high,kind\nL,e,0.3,0.6,\nu,e,0.4,,\n", encoding="utf-8")
    done = RUN.invoke(app, ["owners", "e", "--graph", str(graph), "--listed", "L", "--lang", "zh"])
    assert done.exit_code == 1 and "可能达到标准" in done.output
    graph.write_text("owner,owned,low,high,kind\nL,e,0.7,0.6,\n", encoding="utf-8")
    refused = RUN.invoke(app, ["owners", "e", "--graph", str(graph), "--listed", "L"])
    assert "line" in str(refused.exception) or "Line 2" in str(refused.exception)


def test_explain_shows_each_step() -> None:
    """A reviewer has to see why, not a number."""
    done = RUN.invoke(app, ["explain", "启明第三一五研究所", "Qiming 351st Research Institute"])
    assert "contradiction: the number" in done.output


def test_diff(tmp_path: Path) -> None:
    """Exit 1 says that somebody's answer may have changed."""
    one, other = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text(HEAD + ROWS, encoding="utf-8")
    other.write_text(HEAD + ROWS.replace("5,Old", "6,Old"), encoding="utf-8")
    assert RUN.invoke(app, ["list", "diff", str(one), str(one)]).exit_code == 0
    done = RUN.invoke(app, ["list", "diff", str(one), str(other)])
    assert done.exit_code == 1 and "+ 6" in done.output and "- 5" in done.output
