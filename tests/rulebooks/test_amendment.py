"""The handbook page on amending a rulebook, followed line by line on a copy of the library.

If it broke, an analyst who does as the page says would be stuck, or would need a programmer for a change of law.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import lodemark
from lodemark import rules
from tests.rulebooks.probe import FILE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "amend-a-rulebook.md"
BLOCK = re.compile(r"^```(?P<kind>\w+)(?: (?:new|file)=(?P<path>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The whole library beside us, so that the command line works on the changed shelf and on nothing else."""
    here = Path(lodemark.__file__).parent
    shutil.copytree(here, tmp_path / "lodemark", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def replace(path: Path, block: str) -> None:
    """A diff block: its ``-`` lines must stand in the file, together and once; its ``+`` lines take their place."""
    old, new = ("".join(f"{line[1:]}\n" for line in block.splitlines() if line.startswith(sign)) for sign in "-+")
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} no longer holds what the page says it holds"
    path.write_text(text.replace(old, new), encoding="utf-8")


RUN = """
import sys
from lodemark.cli import main
for line in sys.stdin.read().splitlines():
    sys.argv = line.split()
    try:
        main()
    except SystemExit as end:
        assert end.code in (0, 1, None), line
"""


def run(lines: str, root: Path) -> str:
    """The commands of one block of the page, answered by the copy; what they print."""
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=lines,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_works(copy: Path) -> None:
    """New files, changed lines, a clean check, and a difference that names somebody whom it touches."""
    shelf, said, seen = copy / "lodemark" / "rules" / "rulebooks", "", []
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        kind, path, body = block["kind"], block["path"], block["body"]
        match kind:
            case "yaml":
                (shelf / path).parent.mkdir(parents=True, exist_ok=True)
                (shelf / path).write_text(body, encoding="utf-8")
            case "diff":
                replace(shelf / path, body)
            case "sh":
                said = run(body, copy)
            case "text":
                for line in body.splitlines():
                    assert line in said, said
                    seen.append(line)
    assert len(seen) == 6
    facts = FILE.state(
        {
            "line[L1].family": "ndfeb_sintered",
            "line[L1].form": "magnet",
            "line[L1].fraction[Dy]": Decimal("0.0015"),
            "line[L1].fraction[Tb]": 0,
        }
    )
    old, new = rules.load("cn-ann18"), rules.load("cn-ann18", (shelf,))

    def reachable(book: rules.Rulebook, on: date) -> set[str]:
        return {outcome for cell in rules.assess(book, facts, on=on).cells for outcome in cell.reachable}

    assert reachable(new, date(2026, 12, 31)) == reachable(old, date(2026, 12, 31)), "an amendment changed the past"
    assert "not_controlled" in reachable(old, date(2027, 1, 1)) and "not_controlled" not in reachable(new, date(2027, 1, 1))
