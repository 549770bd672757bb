"""What a seed draws before anything happens: the mix of commands, faults and tempers, and the steps.

A step carries a seed of its own, so a plan from which steps were taken away still means something: that is what lets a
failing run be shrunk and kept in ``regressions/``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from tests.simulation.faults import FAULTS


@dataclass(frozen=True, slots=True)
class Mix:
    """What kind of seed it is. ``without``: acts nobody knows; ``faults``: faults that can strike; ``unruly``: share of
    letters by the wrong hand or at the wrong time; ``liars``: parties that do not tell the truth; ``noise``: whether the
    laboratory measures with noise; ``pace``: days that pass at once now and then; ``warm``: licences granted beforehand; ``busy``: the door where most happens."""

    without: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    unruly: float = 0.1
    liars: tuple[str, ...] = ()
    noise: bool = False
    pace: int = 5
    warm: int = 0
    busy: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One turn: minutes that pass, the seed of whoever acts, and the fault that strikes (or none).

    ``act`` is empty in a plan that is drawn; a kept one names the act, so that it means the same when acts are added.
    """

    minutes: int
    seed: int
    fault: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole run, before it happens."""

    seed: int
    mix: Mix
    steps: tuple[Step, ...]

    def with_steps(self, steps: Sequence[Step]) -> Plan:
        """The same world with other steps."""
        return replace(self, steps=tuple(steps))

    def dump(self, path: Path) -> None:
        """Keep a plan for replay."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Plan:
        """Read a kept plan."""
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        told = {name: tuple(value) if isinstance(value, list) else value for name, value in kept["mix"].items()}
        return cls(kept["seed"], Mix(**told), tuple(Step(**one) for one in kept["steps"]))


def plan(seed: int, steps: int, acts: Sequence[str], parties: Sequence[str]) -> Plan:
    """The plan of a seed: equal arguments, equal plan."""
    chance = Random(f"plan {seed}")
    mix = Mix(
        without=tuple(sorted(chance.sample(acts, chance.randrange(len(acts) // 3)))),
        faults=tuple(sorted(chance.sample(FAULTS, chance.randrange(len(FAULTS) + 1)))),
        unruly=chance.choice((0.0, 0.1, 0.2, 0.4)),
        liars=tuple(sorted(chance.sample(parties, chance.choice((0, 0, 1, 2))))),
        noise=chance.random() < 0.5,
        pace=chance.choice((1, 5, 5, 10, 15, 30)),
        warm=chance.choice((0, 1, 1, 2)),
        busy=chance.choice(("", "", "goods", "goods", "desk", "gate", "appeals")),
    )
    return Plan(seed, mix, tuple(_step(chance, mix) for _ in range(steps)))


def _step(chance: Random, mix: Mix) -> Step:
    # Few days, each with much to do: every file that is read on a day costs the reading of that day's law once.
    minutes = 1 + chance.randrange(20) + (1440 * mix.pace if chance.random() < 0.15 else 0)
    seed = chance.randrange(1 << 48)
    strikes = chance.random() < 0.25 and mix.faults
    return Step(minutes, seed, chance.choice(mix.faults) if strikes else "")
