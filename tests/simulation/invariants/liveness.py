"""When faults stop, everything comes to rest: nobody waits for somebody whose turn it will never be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from lodemark import case
from tests.simulation.actors.goods import ACTS as GOODS
from tests.simulation.actors.house import tick
from tests.simulation.people import CLOCK
from tests.simulation.world import Letter, World

ACTS = {one.name: one for one in GOODS.made}
TURNS = {"authority", "applicant", "end_user", "adviser", "appeal_body"}


def settle(world: World) -> None:
    """The faults are over: late letters arrive, and the timers run every few days until all set times have passed."""
    world.skew = timedelta()
    for _, letter in world.post:
        world.deliver(letter, 0)
    world.post = []
    _look_at_everything(world)
    for number, days in enumerate((1, 30, 70)):
        world.now += timedelta(days=days)
        words = tick(world, "", CLOCK, Random(0))
        assert words is not None
        for _ in (1, 2):  # run twice the same day, it must be the same as once
            world.deliver(
                Letter("tick", CLOCK, f"last-{number}", f"the timers of {world.office.day(world.now)}", words.send), 0
            )


def _look_at_everything(world: World) -> None:
    """The laboratory measures every lot and the inspectors see every device, so that each bound can be put to the truth."""
    unseen = sum(not one.seen for one in world.truth.devices.values())
    for number, name in enumerate(["assay", *["inspect"] * unseen]):
        act, (who, *_) = ACTS[name], ACTS[name].hands(world, "")
        letter = act.letter(world, "", who, Random(number), f"look-{number}")
        if letter is not None:
            world.deliver(letter, 0)


def nobody_waits_for_ever(world: World) -> Iterator[str]:
    """I13. Every set time that passed was acted on by the timers, every file has somebody whose turn it is."""
    settle(world)
    today = world.office.day(world.now)
    if world.unanswered:
        yield f"never answered: {sorted(world.unanswered)}"
    for dossier, one in world.of("case").items():
        yield from (f"{dossier}: {what} still waits" for what in _waiting(one, today))
        if one.state in ("accepted", "in_review") and case.court_of(one) not in TURNS:
            yield f"{dossier}: nobody's turn"
    for dossier, one in world.of("appeal").items():
        if one.state == "completion_asked" and today > one.cure_by:
            yield f"{dossier}: an appeal that was not completed is still open"
        if one.state == "admitted" and one.respond_by and today > one.respond_by:
            yield f"{dossier}: the office's silence was never recorded"
    for dossier, one in world.of("finding").items():
        if one.state == "asked" and today > one.answer_due:
            yield f"{dossier}: a question whose time is over is still asked"
    for dossier, one in world.of("licence").items():
        hold = one.hold("suspended")
        if one.ending is None and hold and hold.confirmed_by is None and hold.confirm_by and today > hold.confirm_by:
            yield f"{dossier}: suspended although nobody confirmed it"
        if one.ending is None and today >= one.terms.valid_until:
            yield f"{dossier}: expired and not closed"
        for draw in one.open_drawdowns():
            if world.now >= draw.hold_until:
                yield f"{dossier}: {draw.id} is still set aside after its time"


def _waiting(one: case.Case, today: date) -> Iterator[str]:
    if one.state != "in_review":
        return
    yield from (rfi.id for rfi in one.rfis.values() if rfi.state == "open" and today > rfi.reply_by)
    yield from (each.id for each in one.consultations.values() if each.state in ("asked", "stale") and today > each.reply_by)
    yield from (notice.id for notice in one.notices.values() if notice.state == "served" and today > notice.answer_by)
