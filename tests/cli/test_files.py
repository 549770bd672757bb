"""A file that is not there is somebody's slip of the hand: told with its cure, in the language asked for, code 3 or 4."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path

import pytest

from lodemark.cli import main
from lodemark.cli.files import told
from lodemark.wording import say

COMMANDS = [
    ["assess"],
    ["application", "check"],
    ["application", "import"],
    ["party", "owners", "acme", "--listed", "other", "--graph"],
    ["rules", "check"],
    ["exposure", "run"],
    ["case", "show"],
    ["licence", "verify"],
    ["finding", "verify"],
]


def leave(monkeypatch: pytest.MonkeyPatch, *words: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["lodemark", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_missing_file_is_bad_input(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script that reads "wrong usage" would be rewritten where a file had only to be fetched."""
    name = str(tmp_path / "nowhere.yaml")
    assert leave(monkeypatch, *words, name) == 3
    assert capsys.readouterr().err.strip() == say("file-not-there", {"name": name}, "en")


def test_it_is_told_in_the_language_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both languages are equal to the last sentence of trouble, and a folder is not a missing file."""
    assert leave(monkeypatch, "assess", str(tmp_path), "--lang", "zh") == 3
    assert capsys.readouterr().err.strip() == say("file-not-readable", {"name": str(tmp_path)}, "zh-Hans")
    assert leave(monkeypatch, "assess", str(tmp_path / "no"), "--lang=zh", "--json") == 3
    assert json.loads(capsys.readouterr().out)["error"] == "file-not-there"


def test_a_failing_disk_is_nobodys_bad_input() -> None:
    """Whoever reads "bad input" would look for a fault in a file that has none."""
    assert told(OSError(errno.EIO, "Input/output error", "/data/a")).kind == "storage"
