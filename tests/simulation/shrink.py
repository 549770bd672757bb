"""From a failing seed to a short story: steps are taken away as long as the same invariant still fails (ddmin,
Zeller and Hildebrandt 2002), then what is left is pinned to its acts and kept in ``regressions/``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.simulation.plan import Plan, Step
from tests.simulation.run import Outcome, run

KEPT: Final = Path(__file__).parent / "regressions"
TRIES: Final = 400

Fails = Callable[[Sequence[Step]], bool]


def shrunk(plan: Plan, name: str) -> Plan:
    """The shortest plan found in which the invariant ``name`` still fails, each step pinned to its act."""
    pinned = plan.with_steps(_pinned(plan))
    start = pinned if run(pinned).name == name else plan
    return start.with_steps(ddmin(start.steps, lambda steps: run(start.with_steps(steps)).name == name))


def _pinned(plan: Plan) -> tuple[Step, ...]:
    played = run(plan).world.played
    return tuple(replace(step, act=act) for step, act in zip(plan.steps, played, strict=False))


def ddmin(steps: Sequence[Step], fails: Fails) -> tuple[Step, ...]:
    """Take away halves, quarters, ... single steps while the rest still fails."""
    left, parts, tries = list(steps), 2, 0
    while len(left) > 1 and tries < TRIES:
        size = -(-len(left) // parts)
        for start in range(0, len(left), size):
            rest = left[:start] + left[start + size :]
            tries += 1
            if rest and fails(rest):
                left, parts = rest, max(parts - 1, 2)
                break
        else:
            if parts >= len(left):
                break
            parts = min(len(left), parts * 2)
    return tuple(left)


def kept(plan: Plan, name: str, folder: Path = KEPT) -> Path:
    """Keep a plan under the invariant it broke and its seed."""
    path = folder / f"{name.lower()}-seed-{plan.seed}.json"
    plan.dump(path)
    return path


def story(outcome: Outcome) -> str:
    """What happened, line by line, and what did not hold."""
    return "\n".join([*outcome.world.trace, "", outcome.broken or "every invariant held"])
