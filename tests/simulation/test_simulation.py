"""The whole office, simulated: seeds drawn, every invariant after every step, and nothing important left unreached."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.coverage import RARE, holes
from tests.simulation.plan import Plan
from tests.simulation.run import drawn, run
from tests.simulation.shrink import KEPT, ddmin, story

ROOT = Path(__file__).resolve().parents[2]
STEPS = 60
SEEDS = (23, 29, 31, 46, 54, 63, 70, 74, 77, 120, 121)
"""Few enough for every run; together they reach nearly everything. A change may move what a seed does: choose others then."""


def test_every_invariant_holds_whatever_happens() -> None:
    """If one fails, somebody's grams, rights or records are not safe in some order of events that can happen."""
    reached = Counter[str]()
    for seed in SEEDS:
        outcome = run(drawn(seed, STEPS))
        assert not outcome.broken, f"seed {seed}: {outcome.broken}\npython -m tests.simulation --seed {seed} --steps {STEPS}"
        reached += outcome.world.reached
    assert [hole for hole in holes(reached) if hole not in RARE] == []


@pytest.mark.long
def test_every_invariant_holds_in_many_worlds() -> None:
    """As above, far deeper: rare orders of events are found by many seeds, not by clever ones."""
    reached = Counter[str]()
    for seed in range(1000, 1500):
        outcome = run(drawn(seed, 200))
        assert not outcome.broken, f"seed {seed}: {outcome.broken}\n{story(outcome)[-2000:]}"
        reached += outcome.world.reached
    assert holes(reached) == []


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.json")), ids=lambda path: path.stem)
def test_a_story_that_once_failed_holds(path: Path) -> None:
    """What was mended once would come back unseen."""
    outcome = run(Plan.load(path))
    assert not outcome.broken, story(outcome)


def test_a_seed_is_the_same_run_everywhere() -> None:
    """A failing seed that cannot be repeated is a rumour; here in another process, whose sets are ordered differently."""
    command = [sys.executable, "-m", "tests.simulation", "--seed", "23", "--steps", "25"]
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    told = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    assert run(drawn(23, 25)).world.digest[:16] in told


def test_shrinking_keeps_what_fails() -> None:
    """A long story hides its cause: ddmin must leave exactly the steps that are needed."""
    needed = {3, 11, 17}
    assert set(ddmin(range(20), lambda steps: needed <= set(steps))) == needed  # type: ignore[arg-type]
