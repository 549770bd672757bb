"""Licences granted before the story begins, so that seeds about drawdowns need not wait for a whole case."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from random import Random
from typing import Any

from lodemark import licence
from lodemark.ledger import Actor
from lodemark.licence.commands import DecidedLine, Facts, Grant
from lodemark.licence.model import Line
from lodemark.licence.number import licence_number
from lodemark_office.acts.office import Office, Sent, drafted
from lodemark_office.acts.store import Answer
from tests.simulation.people import BUYERS, EXPORTERS, PARTIES
from tests.simulation.world import Letter, World

MODEL = "38SH-block"
CAP_MG = 12_000_000
SHARE = Fraction(26, 1000)
REGISTRAR = Actor("person-old", "office", "countersigner")


def grant_before(world: World) -> None:
    """As many licences as the mix wants, of either kind, some of them about to expire."""
    chance = Random(f"early {world.plan.seed}")
    for number in range(1, world.plan.mix.warm + 1):
        world.deliver(_letter(number, chance), 0)


def _letter(number: int, chance: Random) -> Letter:
    buyer, holder, kind = chance.choice(BUYERS), chance.choice(EXPORTERS), chance.choice(("general", "general", "single"))
    days, wait = chance.choice((20, 60, 360, 360)), chance.choice((0, 0, 0, 3))
    line = Line(
        no=1,
        control_list_entry="1C909.a",
        hs="",
        description={"en": "sintered NdFeB magnet", "zh-Hans": "烧结钕铁硼磁体"},
        models=(MODEL,),
        end_user=buyer,
        destination=PARTIES[buyer]["country"],
        caps={"gross": CAP_MG, "element:Dy": int(CAP_MG * SHARE)},
        composition={MODEL: {"Dy": SHARE}},
        ultimate_end_users=(buyer,),
    )
    name = licence_number("CN", 2025, number)

    def send(office: Office, sent: Sent) -> Answer:
        day = office.day(sent.at)
        granted: dict[str, Any] = {
            "id": f"licence/{name}",
            "number": name,
            "kind": kind,
            "holder": holder,
            "decision": "case/old",
        }
        use = {"item_type": "1C909.a", "destination": line.destination, "end_user": buyer, "end_use": "civil.industrial_motor"}
        command = Grant(
            on=day,
            by=sent.actor,
            at=sent.at,
            **granted,
            lines=(DecidedLine(line, "granted"),),
            valid_from=day + timedelta(days=wait),
            valid_until=day + timedelta(days=wait + days),
            key_elements=use,
        )
        return office.act(
            sent,
            f"licence/{name}",
            command,
            lambda: (
                drafted(f"licence/{name}", licence.decide(None, command, Facts(), office.licence_rules(day))),
                {"licence": Facts()},
            ),
        )

    return Letter("grant", REGISTRAR, f"early-{number}", f"a {kind} licence of {holder} for {days} days", send)
