"""The tester tested: bugs planted in the office, each of which the simulation has to find."""

from __future__ import annotations

import pytest

from tests.simulation.mutants import MUTANTS, planted
from tests.simulation.run import drawn, run

SEEDS, STEPS = 200, 60
QUICK = ("void gives back one mg more", "yesterday's view", "chain without its place", "half a transaction", "accepted twice")
"""Planted in every run, found by the first seeds; the others are planted with --long."""


def found(name: str, seeds: int) -> str:
    """The invariant that tells a bug, and which bug it could be told for."""
    mutant = MUTANTS[name]
    with planted(mutant):
        told = next((outcome for seed in range(seeds) if (outcome := run(drawn(seed, STEPS))).broken), None)
    assert told is not None, f"{name} lives: {mutant.target} with {mutant.new!r} for {mutant.old!r}"
    assert told.name in mutant.told_by, f"{name} was told by {told.broken}"
    return told.name


@pytest.mark.parametrize("name", QUICK)
def test_a_planted_bug_is_found(name: str) -> None:
    """An invariant that finds nothing protects nobody."""
    assert found(name, 5)


@pytest.mark.long
@pytest.mark.parametrize("name", MUTANTS)
def test_every_planted_bug_is_found(name: str) -> None:
    """As above, for all of them, within two hundred seeds."""
    assert found(name, SEEDS)


def test_there_are_enough_planted_bugs_and_each_has_its_place() -> None:
    """A handful would say little about what the simulation can see, and a fragment that moved away plants nothing."""
    assert len(MUTANTS) >= 30
    for mutant in MUTANTS.values():
        with planted(mutant):
            pass
