"""``./run test``: what CI does, in stages, each with its time, and at the end what was skipped and why.

Everything is seeded; no network but loopback; a missing engine skips visibly, with ``--no-skips`` a skip is an error.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.engines import chromium, postgres

ROOT = Path(__file__).resolve().parent.parent
BUDGET_SECONDS = 240
# Pages and the served document ask the database nothing that stories, races and the API do not; on the second engine they run with --long.
SECOND_ENGINE_IGNORES = ("tests/office/doors", "tests/office/test_api_schema.py")
LIBRARY_IGNORES = ("tests/office", "tests/browser", "tests/house")


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the run: a name and the commands that must all succeed."""

    name: str
    commands: Sequence[Sequence[str]]
    environment: Mapping[str, str]


def main() -> int:
    options, extra = arguments()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lodemark-test-") as folder, postgres(Path(folder)) as url:
        missing = [] if url else ["PostgreSQL: no server programs (initdb, pg_ctl) were found"]
        if not chromium():
            missing.append("browser: no chromium was found")
        failed = [stage.name for stage in stages(options, extra, Path(folder), url) if not run(stage)]
    seconds = time.monotonic() - started
    for what in missing:
        print(f"NOT RUN  {what}")
    if missing and options.no_skips:
        failed += missing
    if seconds > BUDGET_SECONDS and not options.long:
        print(f"SLOW     {seconds:.0f} s; the budget of the normal run is {BUDGET_SECONDS} s on two cores")
    passed, skipped = tally()
    if EXCUSED:
        print(f"NOT RUN  {sum(EXCUSED)} tests on public vectors: {CONFORMANCE} is not set")
    if skipped > sum(EXCUSED) and options.no_skips:
        failed.append(f"{skipped} skipped tests")
    print(f"{'FAILED: ' + ', '.join(failed) if failed else 'All stages passed'} in {seconds:.0f} s")
    print(f"{passed} passed, {len(failed)} failed, {skipped} skipped")
    return 1 if failed else 0


def arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="./run test", description="Run what CI runs.")
    parser.add_argument("--long", action="store_true", help="the deeper checks too (hours)")
    parser.add_argument("--no-skips", action="store_true", help="a missing engine or a skipped test is a failure")
    parser.add_argument("--room", help="only the tests of one room, without the office")
    known, extra = parser.parse_known_args()
    return known, [word for word in extra if word != "--"]


def stages(options: argparse.Namespace, extra: Sequence[str], folder: Path, url: str | None) -> list[Stage]:
    python = [sys.executable, "-m"]
    depth = [] if options.long else ["-m", "not long"]
    tests = [*python, "pytest", "-rs", *depth, *extra]
    ignores = [f"--ignore={path}" for path in LIBRARY_IGNORES]
    base = {"LODEMARK_MODE": "test", "LODEMARK_DATA_DIR": str(folder / "data")}
    if options.room:
        return [Stage(options.room, [[*tests, f"tests/{options.room}"]], base)]
    found = [
        Stage("checks", [[*python, "tests.lint"], [*tests, "tests/house"]], base),
        Stage("library", [[*tests, "tests", "-n", "2", *ignores]], base),
        Stage("office on SQLite", [[*tests, "tests/office", "-n", "2"]], base),
    ]
    if url:
        less = [] if options.long else [f"--ignore={path}" for path in SECOND_ENGINE_IGNORES]
        command = [*tests, "tests/office", "-n", "2", *less]
        found.append(Stage("office on PostgreSQL", [command], {**base, "DATABASE_URL": url}))
    if chromium():
        # One file after another within a worker: the chapters of the story build on each other.
        found.append(Stage("browser", [[*tests, "tests/browser", "-n", "2", "--dist", "loadfile"]], base))
    return found


COUNTS: list[tuple[int, int]] = []
EXCUSED: list[int] = []
CONFORMANCE = "LODEMARK_CONFORMANCE_DIR"


def run(stage: Stage) -> bool:
    """Run the commands of a stage, showing their output, and say how long it took."""
    print(f"== {stage.name}", flush=True)
    started = time.monotonic()
    # Every command runs, also after a failed one: a developer wants all faults of a stage at once.
    good = not [command for command in stage.commands if not shown(command, stage.environment)]
    print(f"== {stage.name}: {'passed' if good else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
    return good


def shown(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    last = ""
    for line in process.stdout:
        print(line, end="", flush=True)
        last = line if " passed" in line or " failed" in line else last
        if line.startswith("SKIPPED") and CONFORMANCE in line and CONFORMANCE not in os.environ:
            # Public vectors lie outside the project; a run without them says so and is whole all the same.
            EXCUSED.append(int(line.partition("[")[2].partition("]")[0]))
    counted = [re.search(rf"(\d+) {word}", last) for word in ("passed", "skipped")]
    COUNTS.append(tuple(int(found[1]) if found else 0 for found in counted))  # type: ignore[arg-type]
    return process.wait() == 0


def tally() -> tuple[int, int]:
    return sum(passed for passed, _ in COUNTS), sum(skipped for _, skipped in COUNTS)


if __name__ == "__main__":
    sys.exit(main())
