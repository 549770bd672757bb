"""``./run lint``: style, types, and the import graph against the order of the rooms."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("src", "tests", "benchmarks")


def main() -> int:
    fix = "--fix" in sys.argv
    python = [sys.executable, "-m"]
    commands = [
        [*python, "ruff", "check", *PLACES, *(["--fix"] if fix else [])],
        [*python, "ruff", "format", *PLACES, *([] if fix else ["--check"])],
        [*python, "mypy"],
        [str(Path(sys.executable).with_name("lint-imports"))],
    ]
    failed = 0
    for command in commands:
        print(f"-- {' '.join(Path(word).name if '/' in word else word for word in command[:4])}", flush=True)
        failed |= subprocess.call(command, cwd=ROOT)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
