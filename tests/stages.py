"""``./run test``: what CI does, in stages side by side, each with its time, and at the end what was skipped and why.

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
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from tests.engines import chromium, postgres

ROOT = Path(__file__).resolve().parent.parent
BUDGET_SECONDS = 240
# Pages, served documents, rights at the door and forged papers ask the database nothing that stories, races and the API do not;
# on the second engine they run with --long.
SECOND_ENGINE_IGNORES = (
    "tests/office/doors",
    "tests/office/test_api_schema.py",
    "tests/office/test_epcis_schema.py",
    "tests/office/test_api_matrix.py",
    "tests/office/test_api_guards.py",
    "tests/office/test_forgery.py",
    "tests/office/test_cannot_show.py",
)
# The model store is the same beside either engine, and a page shows no more on one than on the other.
SECOND_ENGINE_LEAVES_OUT = (
    *("-k", "not memory"),
    "--deselect=tests/office/test_sealed.py::test_no_withheld_value_is_found_anywhere_else",
)
LIBRARY_IGNORES = ("tests/office", "tests/browser", "tests/house")
CONFORMANCE = "LODEMARK_CONFORMANCE_DIR"
# As many as there are cores: one more and all share caches and turns, which cost a tenth of the whole.
LANES = os.cpu_count() or 1
# Where the shell forbids __pycache__, each of a hundred processes would compile every module anew: build/ holds them then.
_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "bytecode")}
BYTECODE = _BYTECODE if sys.dont_write_bytecode else {}
SAYING = Lock()


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the run: a name, the commands that must all succeed, and what they need in their environment."""

    name: str
    commands: Sequence[Sequence[str]]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command, or a stage of several, came to: tests passed, tests skipped, and those of them that are excused."""

    good: bool
    passed: int
    skipped: int
    excused: int


def main() -> int:
    options, extra = arguments()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lodemark-test-") as folder, postgres(Path(folder)) as url:
        missing = [] if url else ["PostgreSQL: no server programs (initdb, pg_ctl) were found"]
        if not chromium():
            missing.append("browser: no chromium was found")
        found = stages(options, extra, Path(folder), url)
        with ThreadPoolExecutor(LANES) as lanes:
            outcomes = list(lanes.map(lambda stage: run(stage, live=len(found) == 1), found))
    failed = [stage.name for stage, outcome in zip(found, outcomes, strict=True) if not outcome.good]
    whole = together(outcomes)
    seconds = time.monotonic() - started
    for what in missing:
        print(f"NOT RUN  {what}")
    if missing and options.no_skips:
        failed += missing
    if seconds > BUDGET_SECONDS and not options.long:
        print(f"SLOW     {seconds:.0f} s; the budget of the normal run is {BUDGET_SECONDS} s on two cores")
    if whole.excused:
        print(f"NOT RUN  {whole.excused} tests on public vectors: {CONFORMANCE} is not set")
    if whole.skipped > whole.excused and options.no_skips:
        failed.append(f"{whole.skipped} skipped tests")
    print(f"{'FAILED: ' + ', '.join(failed) if failed else 'All stages passed'} in {seconds:.0f} s")
    print(f"{whole.passed} passed, {len(failed)} failed, {whole.skipped} skipped")
    return 1 if failed else 0


def arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="./run test", description="Run what CI runs.")
    parser.add_argument("--long", action="store_true", help="the deeper checks too (hours)")
    parser.add_argument("--no-skips", action="store_true", help="a missing engine or a skipped test is a failure")
    parser.add_argument("--room", help="only the tests of one room, without the office")
    known, extra = parser.parse_known_args()
    return known, [word for word in extra if word != "--"]


def stages(options: argparse.Namespace, extra: Sequence[str], folder: Path, url: str | None) -> list[Stage]:
    """What is to run, the longest first: a long one begun last would run alone while the other cores rest."""
    python = [sys.executable, "-m"]
    depth = [] if options.long else ["-m", "not long"]
    tests = [*python, "pytest", "-rs", *depth, *extra]
    ignores = [f"--ignore={path}" for path in LIBRARY_IGNORES]

    def stage(name: str, *commands: Sequence[str], **environment: str) -> Stage:
        own = str(folder / name.replace(" ", "-"))
        return Stage(name, commands, {"LODEMARK_MODE": "test", "LODEMARK_DATA_DIR": own, **BYTECODE, **environment})

    if options.room:
        return [stage(options.room, [*tests, f"tests/{options.room}"])]
    served = {"LODEMARK_POSTGRES_URL": url} if url else {}
    found = [stage("browser", [*tests, "tests/browser"])] if chromium() else []
    found += [stage("library", [*tests, "tests", *ignores], **served), stage("office on SQLite", [*tests, "tests/office"])]
    if url:
        less = [*(f"--ignore={path}" for path in SECOND_ENGINE_IGNORES), *SECOND_ENGINE_LEAVES_OUT] if not options.long else []
        found.append(stage("office on PostgreSQL", [*tests, "tests/office", *less], DATABASE_URL=url))
    return [*found, stage("checks", [*python, "tests.lint"], [*tests, "tests/house"])]


def run(stage: Stage, live: bool) -> Outcome:
    """Run the commands of a stage and say how long it took; what they print comes at once only where nothing runs beside it."""
    started, lines = time.monotonic(), [f"== {stage.name}\n"]
    say: Callable[[str], object] = say_now if live else lines.append
    # Every command runs, also after a failed one: a developer wants all faults of a stage at once.
    outcome = together([shown(command, stage.environment, say) for command in stage.commands])
    say(f"== {stage.name}: {'passed' if outcome.good else 'FAILED'} in {time.monotonic() - started:.0f} s\n")
    if not live:
        say_now("".join(lines))
    return outcome


def say_now(text: str) -> None:
    with SAYING:
        print(text, end="", flush=True)


def shown(command: Sequence[str], environment: Mapping[str, str], say: Callable[[str], object]) -> Outcome:
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    last, excused = "", 0
    for line in process.stdout:
        say(line)
        last = line if " passed" in line or " failed" in line else last
        if line.startswith("SKIPPED") and CONFORMANCE in line and CONFORMANCE not in os.environ:
            # Public vectors lie outside the project; a run without them says so and is whole all the same.
            excused += int(line.partition("[")[2].partition("]")[0])
    passed, skipped = (int(found[1]) if (found := re.search(rf"(\d+) {word}", last)) else 0 for word in ("passed", "skipped"))
    return Outcome(process.wait() == 0, passed, skipped, excused)


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Several outcomes as one."""
    return Outcome(
        all(one.good for one in outcomes),
        sum(one.passed for one in outcomes),
        sum(one.skipped for one in outcomes),
        sum(one.excused for one in outcomes),
    )


if __name__ == "__main__":
    sys.exit(main())
