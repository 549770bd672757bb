"""If these fail, a party or inspector without our office could not recompute what the office says about them."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from lodemark.cli.trust import app
from lodemark.trouble import Error

RUN = CliRunner()
OWED = {
    "party": "p2",
    "obligations": [
        {"id": f"o{n}", "kind": "use-report", "due_on": f"2026-0{n}-01", "outcome": "kept", "evidence": f"report/{n}"}
        for n in range(1, 6)
    ],
}


def write(folder: Path, value: object) -> str:
    path = folder / "input.json"
    path.write_bytes(orjson.dumps(value))
    return str(path)


def test_standing_is_told_in_both_languages_and_as_json(tmp_path: Path) -> None:
    """What a party is told it must be able to check."""
    path = write(tmp_path, OWED)
    told = RUN.invoke(app, ["standing", path, "--on", "2026-06-01"])
    assert told.exit_code == 0 and "what is asked and sampled, never what is allowed" in told.stdout
    assert "不影响是否准许" in RUN.invoke(app, ["standing", path, "--on", "2026-06-01", "--lang", "zh"]).stdout
    answer = orjson.loads(RUN.invoke(app, ["standing", path, "--on", "2026-06-01", "--json"]).stdout)
    assert answer["tier"] == "unproven" and len(answer["moved_by"]) == 5


def test_a_plan_is_drawn_and_says_what_it_cannot_show(tmp_path: Path) -> None:
    """Everybody with the seed must come to the same sample."""
    path = write(tmp_path, [{"id": f"s{n}", "mass_mg": 1_000_000} for n in range(40)])
    args = ["plan", path, "--significant", "5 kg", "--seed", "ab" * 32]
    told = RUN.invoke(app, args)
    assert told.exit_code == 0 and "of 40 drawn" in told.stdout and "small bias" in told.stdout
    assert RUN.invoke(app, [*args, "--json"]).stdout == RUN.invoke(app, [*args, "--json"]).stdout


def test_days_are_allocated(tmp_path: Path) -> None:
    """A planner sees what is left unseen, not only where to go."""
    path = write(
        tmp_path,
        [
            {"id": "A", "value_mg": 100, "days": "2", "detection": "0.9"},
            {"id": "B", "value_mg": 60, "days": "1", "detection": "0.8"},
        ],
    )
    told = RUN.invoke(app, ["allocate", path, "--days", "1.5"])
    assert told.exit_code == 0 and "A: visited with probability 0.60215" in told.stdout


@pytest.mark.parametrize(
    ("value", "args"),
    [
        ({"party": "p2"}, ["standing", "--on", "2026-06-01"]),
        ({**OWED, "obligations": [{**OWED["obligations"][0], "kind": "loyalty"}]}, ["standing", "--on", "2026-06-01"]),  # type: ignore[dict-item]
        ([{"id": "s", "mass_mg": 1.5}], ["plan", "--significant", "5 kg", "--seed", "ab" * 32]),
        ([{"id": "s", "mass_mg": 1}], ["plan", "--significant", "5 kg", "--seed", "xyz"]),
        ([{"id": "s", "mass_mg": 1}], ["plan", "--significant", "5 kg", "--probability", "often", "--seed", "ab" * 32]),
    ],
)
def test_bad_input_is_an_error_with_its_place(tmp_path: Path, value: object, args: list[str]) -> None:
    """A wrong file must be named with the cure, never half read."""
    result = RUN.invoke(app, [args[0], write(tmp_path, value), *args[1:]])
    assert isinstance(result.exception, Error)
    assert result.exception.explain("en") and result.exception.explain("zh-Hans")


def test_a_missing_file_and_broken_json_are_errors_in_words(tmp_path: Path) -> None:
    """The commonest slips of all deserve a sentence."""
    broken = tmp_path / "broken.json"
    broken.write_text('{"party": ')
    for path in (tmp_path / "nothing.json", broken):
        assert isinstance(RUN.invoke(app, ["standing", str(path), "--on", "2026-06-01"]).exception, Error)
