"""Who does what: every act of every actor in one table, and how a step becomes a letter.

To add an act, write a function under ``@act`` in the file of its door; to add an actor, add it to ``people`` and let an
act name it. ``ready`` says where the act is in its place; now and then somebody tries it elsewhere all the same.
"""

from __future__ import annotations

from random import Random
from typing import Final

from tests.simulation.actors import appeals, counter, desk, gate, goods, house
from tests.simulation.actors.act import Act
from tests.simulation.people import EVERYBODY, SIGNATORIES
from tests.simulation.plan import Step
from tests.simulation.world import Letter, World

ACTS: Final[dict[str, Act]] = {one.name: one for room in (counter, desk, gate, appeals, goods, house) for one in room.ACTS.made}


BUSY: Final = 4


def letter_of(world: World, step: Step, number: int) -> Letter | None:
    """What whoever acts in this step writes; ``None``: there is nothing to do."""
    chance = Random(step.seed)
    known = [one for name, one in ACTS.items() if (name == step.act if step.act else name not in world.plan.mix.without)]
    if chance.random() < world.plan.mix.unruly:
        choice = [(one, places) for one in known if (places := one.places(world))]
    else:
        choice = [(one, places) for one in known if (places := one.ready(world))]
    if not choice:
        return None
    weights = [one.weight * (BUSY if one.door == world.plan.mix.busy else 1) for one, _ in choice]
    one, places = chance.choices(choice, weights)[0]
    place = chance.choice(places)
    hands = one.hands(world, place)
    strangers = chance.choice((EVERYBODY, tuple(SIGNATORIES.values())))
    who = chance.choice(hands if hands and chance.random() >= world.plan.mix.unruly / 2 else strangers)
    return one.letter(world, place, who, chance, f"k{number}")
