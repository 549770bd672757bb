"""The goods: lots shipped, melted together, cut and built in; the laboratory and the inspectors who look at them.

What happens, happens in ``truth`` at once; the letter that tells of it may come late, twice, or (from a liar) never.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from lodemark.ledger import Actor
from lodemark_office.acts import capturing, matter
from lodemark_office.acts.store import Answer
from tests.simulation.actors.act import Table, Words, staff
from tests.simulation.actors.counter import GRAM
from tests.simulation.people import BUYERS, PARTIES, SIGNATORIES
from tests.simulation.truth import LIED_MG_PER_GRAM, Device, Lot
from tests.simulation.world import World

ACTS = Table("goods")
CLASS = "https://id.gs1.org/01/04012345000016/10/"
DEVICE = "https://id.gs1.org/01/04012345000023/21/"
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"lode": "https://w3id.org/lodemark/ns#"}]
HEAD = "assay_id,sample_id,specimen_id,lot_id,stage,analyte,value,unit,u,method,lab"
U = 0.01
"""Standard uncertainty of the laboratory, in % m/m."""

Event = dict[str, Any]


def _event(world: World, number: int, party: str, kind: str, step: str, **own: Any) -> Event:
    at = world.now - timedelta(seconds=30 - number)
    place = {"id": f"https://id.gs1.org/414/{PARTIES[party]['gln']}"}
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = {"type": kind, "eventTime": stamp, "eventTimeZoneOffset": "+02:00", "bizStep": step, "readPoint": place, **own}
    return {**told, "lode:remark": f"secret of {party}"}


def _quantity(lot: str, grams: int) -> Mapping[str, object]:
    return {"epcClass": CLASS + lot, "quantity": grams / 1000, "uom": "KGM"}


def _commissioned(world: World, number: int, party: str, lot: str, grams: int) -> Event:
    return _event(
        world, number, party, "ObjectEvent", "commissioning", action="ADD", disposition="active",
        quantityList=[_quantity(lot, grams)],
    )  # fmt: skip


def _told(world: World, party: str, text: str, events: Sequence[Event]) -> Words | None:
    """The letter that tells of what just happened; a liar keeps quiet about half of it."""
    body = {"@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": {"eventList": list(events)}}
    data = json.dumps({**body, "creationDate": events[-1]["eventTime"]}).encode()
    name = f"{len(world.truth.untold)}-{text}-{world.now.isoformat()}"
    world.truth.untold.add(name)
    if party in world.plan.mix.liars and world.truth.chance.random() < 0.5:
        world.truth.lied = True
        world.say(f"{party} keeps quiet about {text}")
        return None

    def happened(answer: Answer) -> None:
        world.truth.untold.discard(name)

    who = SIGNATORIES[party].person
    return Words(f"open/{who}", text, lambda office, sent: capturing.capture(office, sent, data, profile="regime"), happened)


def _to_ship(world: World) -> list[tuple[str, str]]:
    return [
        (dossier, draw.id)
        for dossier, known in world.of("licence").items()
        for draw in known.drawdowns.values()
        if draw.state == "posted" and draw.net.get("gross", 0) >= GRAM and (dossier, draw.id) not in world.truth.shipped
    ]


def _shippers(world: World, place: str) -> Sequence[Actor]:
    return [SIGNATORIES[world.of("licence")[_to_ship(world)[0][0]].terms.holder]] if _to_ship(world) else []


@ACTS("ship", "", _shippers, lambda world, _: bool(_to_ship(world)), weight=8)
def ship(world: World, place: str, who: Actor, chance: Random) -> Words | None:
    if not _to_ship(world):
        return None
    dossier, draw = _to_ship(world)[0]
    known = world.of("licence")[dossier]
    holder, number = known.terms.holder, known.terms.number
    world.truth.shipped.add((dossier, draw))
    grams = known.drawdowns[draw].net["gross"] // GRAM
    lot = Lot(f"S{len(world.truth.lots)}", grams, known.terms.lines[0].end_user, Counter({number: grams}))
    if holder in world.plan.mix.liars:
        lot.share, world.truth.lied = LIED_MG_PER_GRAM, True
    world.truth.lots[lot.name] = lot
    paper = [{"type": "lode:export-licence", "bizTransaction": f"https://office.example/licence/{number}"}]
    to = {"type": "owning_party", "destination": f"https://id.gs1.org/417/{PARTIES[lot.owner]['gln']}"}
    shipping = _event(
        world, 1, holder, "ObjectEvent", "shipping", action="OBSERVE", disposition="in_transit",
        quantityList=[_quantity(lot.name, grams)], bizTransactionList=paper, destinationList=[to],
    )  # fmt: skip
    return _told(world, holder, f"{lot.name} {grams} g", [_commissioned(world, 0, holder, lot.name, grams), shipping])


def _stock(world: World, party: str) -> list[Lot]:
    return [lot for lot in world.truth.lots.values() if lot.owner == party and lot.grams > 0]


def _makers(world: World, place: str) -> Sequence[Actor]:
    return [SIGNATORIES[party] for party in BUYERS if _stock(world, party)]


@ACTS("melt", "", _makers, lambda world, _: bool(_makers(world, "")), weight=4)
def melt(world: World, place: str, who: Actor, chance: Random) -> Words | None:
    party = who.party
    if party not in BUYERS or not _stock(world, party):
        return None
    inputs = chance.sample(_stock(world, party), min(len(_stock(world, party)), chance.choice((1, 2, 3))))
    events = []
    if chance.random() < 0.6:
        other = Lot(f"O{len(world.truth.lots)}", chance.randrange(1, 3000), party)
        world.truth.lots[other.name] = other
        inputs.append(other)
        events.append(_commissioned(world, 0, party, other.name, other.grams))
    used = [(lot.name, lot.grams) for lot in inputs]
    whole, licensed = sum(grams for _, grams in used), Counter[str]()
    share = max(lot.share for lot in inputs)
    for lot in inputs:
        licensed += world.truth.take(lot, lot.grams)
    pool = Lot("pool", whole, party, licensed)
    made = []
    for _ in range(chance.choice((1, 2, 2, 3))):
        grams = min(pool.grams, max(1, whole * chance.randrange(10, 60) // 100))
        if pool.grams == 0:
            break
        lot = Lot(f"M{len(world.truth.lots)}", grams, party, world.truth.take(pool, grams), share)
        world.truth.lots[lot.name] = lot
        made.append(lot)
    events.append(
        _event(
            world,
            1,
            party,
            "TransformationEvent",
            "commissioning",
            inputQuantityList=[_quantity(name, grams) for name, grams in used],
            outputQuantityList=[_quantity(lot.name, lot.grams) for lot in made],
        )
    )
    return _told(world, party, " + ".join(name for name, _ in used) + " -> " + ", ".join(lot.name for lot in made), events)


@ACTS("build", "", _makers, lambda world, _: bool(_makers(world, "")), weight=4)
def build(world: World, place: str, who: Actor, chance: Random) -> Words | None:
    party = who.party
    if party not in BUYERS or not _stock(world, party):
        return None
    lot = chance.choice(_stock(world, party))
    grams = lot.grams if chance.random() < 0.5 else max(1, lot.grams // 2)
    military = chance.random() < 0.3
    device = Device(f"V{len(world.truth.devices)}", party, *(("military", "Kestrel Wing 7") if military else ("civil", party)))
    device.licensed = world.truth.take(lot, grams)
    world.truth.devices[device.name] = device
    event = _event(
        world, 0, party, "AssociationEvent", "assembling", action="ADD", parentID=DEVICE + device.name,
        childQuantityList=[_quantity(lot.name, grams)],
    )  # fmt: skip
    return _told(world, party, f"{grams} g of {lot.name} into {device.name}", [event])


def _unmeasured(world: World) -> list[Lot]:
    return [lot for lot in world.truth.lots.values() if not lot.measured]


@ACTS("assay", "", staff("laboratory"), lambda world, _: bool(_unmeasured(world)), weight=3)
def assay(world: World, place: str, who: Actor, chance: Random) -> Words | None:
    lots = _unmeasured(world)
    if not lots:
        return None
    rows = [HEAD]
    for number, lot in enumerate(lots):
        noise = world.truth.chance.gauss(0, U) if world.plan.mix.noise else 0.0
        value = f"{lot.share / 10 + noise:.3f}"
        name = f"{number}-{lot.name}"
        rows.append(f"A-{name},S-{name},P-{lot.name},{CLASS}{lot.name},alloy,Dy,{value},%,{U},ICP-OES,Demonstration Laboratory")
    data = ("\n".join(rows) + "\n").encode()

    def happened(answer: Answer) -> None:
        for lot in lots:
            lot.measured = True
        world.truth.assays += len(lots)

    text = " ".join(lot.name for lot in lots)
    return Words(
        f"open/{who.person}", text, lambda office, sent: matter.record_assay(office, sent, data, "assays.csv"), happened
    )


@ACTS("inspect", "", staff("inspector"), lambda world, _: any(not one.seen for one in world.truth.devices.values()), weight=3)
def inspect(world: World, place: str, who: Actor, chance: Random) -> Words | None:
    unseen = [one for one in world.truth.devices.values() if not one.seen]
    if not unseen:
        return None
    device = chance.choice(unseen)

    def happened(answer: Answer) -> None:
        device.seen = True

    return Words(
        f"open/{who.person}",
        f"{device.name} {device.use}",
        lambda office, sent: matter.inspect(office, sent, DEVICE + device.name, device.use, device.user, "It was seen."),
        happened,
    )
