"""The gate: customs see shipments leave, take messages back, and release what is not used."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from lodemark.ledger import Actor
from lodemark.licence import AskedMass, counted, weigh
from lodemark.licence import commands as licences
from tests.simulation.actors.act import Table, Words, staff
from tests.simulation.actors.counter import GRAM, open_draws, some_draw, to_licence
from tests.simulation.world import World

ACTS = Table("gate")
CUSTOMS = staff("customs")


@ACTS("post", "licence", CUSTOMS, lambda world, one: bool(open_draws(one)), weight=8)
def post(world: World, place: str, who: Actor, chance: Random) -> Words | None:
    known = world.of("licence")[place]
    draw = known.drawdowns.get(some_draw(world, known, open_draws(known), chance))
    if draw is None:
        return None
    line = known.terms.line(draw.line)
    reserved = draw.masses[0].gross_mg
    gross = chance.choice((reserved, reserved, max(reserved // 2 // GRAM * GRAM, 1), reserved + 1))
    masses = (AskedMass(line.models[0], draw.masses[0].lot, gross),)
    left = world.now - timedelta(hours=chance.choice((0, 0, 0, 1, 48)))
    return to_licence(
        place,
        licences.Post,
        f"{draw.id} {gross} mg",
        drawdown=draw.id,
        masses=masses,
        amounts=counted(line, weigh(line, masses)),
        released_at=left,
        presented=f"message-{place}-{draw.id}-{chance.randrange(3)}",
    )


@ACTS("reverse", "licence", CUSTOMS, lambda world, one: bool(posted(one)), weight=1)
def reverse(world: World, place: str, who: Actor, chance: Random) -> Words | None:
    known = world.of("licence")[place]
    draw = known.drawdowns.get(some_draw(world, known, posted(known), chance))
    if draw is None:
        return None
    part = chance.choice((1, 1, 2))
    amounts = {commodity: amount // part + chance.choice((0, 0, 0, 1)) for commodity, amount in draw.net.items()}
    return to_licence(place, licences.Reverse, draw.id, drawdown=draw.id, amounts=amounts, reason="The lorry came back.")


def posted(one: Any) -> list[str]:
    """The drawdowns of a licence that left and were not taken back whole."""
    return [name for name, draw in sorted(one.drawdowns.items()) if draw.state == "posted" and any(draw.net.values())]


@ACTS("release", "licence", CUSTOMS, lambda world, one: bool(open_draws(one)), weight=1)
def release(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("licence")[place]
    name = some_draw(world, known, open_draws(known), chance)
    return to_licence(place, licences.Void, name, drawdown=name, reason="turned back at the gate")
