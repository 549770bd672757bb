"""The handbook page on amending a rulebook, followed line by line on a copy of the library.

If it broke, an analyst who does as the page says would be stuck, or would need a programmer for a change of law.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lodemark

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


def run(line: str, root: Path) -> str:
    """One command of the page, answered by the copy."""
    words = line.removeprefix("lodemark ").split()
    program = [sys.executable, "-c", "from lodemark.cli import main; main()", *words]
    done = subprocess.run(program, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
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
                said = "".join(run(line, copy) for line in body.splitlines())
            case "text":
                for line in body.splitlines():
                    assert line in said, said
                    seen.append(line)
    assert len(seen) == 5
