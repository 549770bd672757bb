"""One run: the steps of a plan, the invariants after each, and the story of what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.simulation import invariants
from tests.simulation.actors import ACTS, letter_of
from tests.simulation.early import grant_before
from tests.simulation.faults import OF_THE_OFFICE
from tests.simulation.people import PARTIES
from tests.simulation.plan import Plan, plan
from tests.simulation.stores import model
from tests.simulation.world import World

EVERY = 50
"""Steps between two looks at everything."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the world as it is at the end, and the invariant that did not hold (or nothing)."""

    world: World
    broken: str = ""

    @property
    def name(self) -> str:
        """Which invariant: ``I4``, or ``crash``."""
        return self.broken.partition(":")[0]


def drawn(seed: int, steps: int) -> Plan:
    """The plan of a seed over every act there is."""
    return plan(seed, steps, tuple(ACTS), tuple(PARTIES))


def run(what: Plan, store: Any = None) -> Outcome:
    """Play a plan on a store (in memory by default); stops at the first invariant that does not hold."""
    world = World(what, store if store is not None else model())
    try:
        grant_before(world)
        for _ in _steps(world, what):
            pass
        invariants.at_the_end(world)
    except invariants.Broken as broken:
        return Outcome(world, str(broken))
    except (AssertionError, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        # The office must never break: whatever is sent, it answers or says why not.
        return Outcome(world, f"crash: {type(error).__name__}: {error}")
    return Outcome(world)


def _steps(world: World, what: Plan) -> Iterable[None]:
    for number, step in enumerate(what.steps):
        world.pass_time(step)
        for due in [letter for at, letter in world.post if at <= number]:
            world.deliver(due, number)
        world.post = [(at, letter) for at, letter in world.post if at > number]
        fault = step.fault
        if fault in OF_THE_OFFICE:
            world.befall(fault, Random(step.seed))
            fault = ""
        letter = letter_of(world, step, number)
        world.played.append(letter.act if letter else step.act)
        if letter is not None:
            world.deliver(letter, number, fault)
        invariants.after_step(world)
        if (number + 1) % EVERY == 0:
            invariants.in_full(world)
        yield
