"""The house itself: the timers, the inspectorate's run of the detectors, and the witness who looks at the log from outside."""

from __future__ import annotations

from random import Random

from lodemark.ledger import Actor
from lodemark_office.acts import findings, timers
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.store import Answer
from tests.simulation.actors.act import Table, Words, staff
from tests.simulation.people import CLOCK
from tests.simulation.world import World

ACTS = Table("house")


@ACTS("tick", "", lambda world, place: [CLOCK], weight=4)
def tick(world: World, place: str, who: Actor, chance: Random) -> Words:
    def send(office: Office, sent: Sent) -> list[Answer]:
        return timers.tick(office, sent.at)

    return Words("", "", send)


@ACTS("detect", "", staff("inspector"), lambda world, _: bool(world.truth.lots), weight=6)
def detect(world: World, place: str, who: Actor, chance: Random) -> Words:
    def send(office: Office, sent: Sent) -> list[Answer]:
        return findings.open_all(office, sent)

    return Words("", "", send)


@ACTS("visit", "", lambda world, place: [], weight=1)
def visit(world: World, place: str, who: Actor, chance: Random) -> None:
    world.say(f"the witness comes by: {'content' if world.log.visited() else 'NOT content'}")
