"""Where the grams of a licence can have gone: nothing the records lead to is left out of the question."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from lodemark.ledger import Actor
from lodemark_office.acts import capturing, matter, tracing
from lodemark_office.acts.office import Office, Sent
from lodemark_office.store.memory import MemoryStore

LOT, THING = "https://id.gs1.org/01/04012345000016/10/", "https://id.gs1.org/01/04012345000023/21/"
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
MAKER = Actor("person-devries", "lumenveld", "signatory")


def grams(lot: str, amount: int) -> dict[str, Any]:
    return {"epcClass": LOT + lot, "quantity": amount / 1000, "uom": "KGM"}


def event(minute: int, kind: str, step: str, **own: Any) -> dict[str, Any]:
    stamp = (AT + timedelta(minutes=minute)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    place = {"id": "https://id.gs1.org/414/8710000000031"}
    return {"type": kind, "eventTime": stamp, "eventTimeZoneOffset": "+02:00", "bizStep": step, "readPoint": place, **own}


def made(minute: int, lot: str, amount: int) -> dict[str, Any]:
    return event(minute, "ObjectEvent", "commissioning", action="ADD", disposition="active", quantityList=[grams(lot, amount)])


EVENTS = [
    made(0, "S1", 100),
    made(1, "S2", 100),
    event(
        2, "TransformationEvent", "commissioning", inputQuantityList=[grams("S1", 100)], outputQuantityList=[grams("M", 100)]
    ),
    event(
        3,
        "AssociationEvent",
        "assembling",
        action="ADD",
        parentID=THING + "V",
        childQuantityList=[grams("M", 60)],
    ),
    event(
        4,
        "TransformationEvent",
        "commissioning",
        inputQuantityList=[grams("M", 40), grams("S2", 100)],
        outputQuantityList=[grams("N", 140)],
    ),
]
HEAD = "assay_id,sample_id,specimen_id,lot_id,stage,analyte,value,unit,u,method,lab"


def told(events: list[dict[str, Any]], lots: tuple[str, ...]) -> Office:
    """An office that was told these events, with an assay of these lots, and an inspection that saw V in military use."""
    office = Office(MemoryStore())
    context = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
    body = {"@context": context, "type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": {"eventList": events}}
    data = json.dumps({**body, "creationDate": events[-1]["eventTime"]}).encode()
    assert capturing.capture(office, Sent("c", MAKER, AT + timedelta(hours=1)), data).done
    rows = [f"A-{lot},S-{lot},P-{lot},{LOT}{lot},alloy,Dy,2.6,%,0.01,ICP-OES,L" for lot in lots]
    laboratory = Actor("person-fan", "laboratory", "laboratory")
    assay = "\n".join([HEAD, *rows, ""]).encode()
    assert matter.record_assay(office, Sent("a", laboratory, AT + timedelta(hours=2)), assay, "a.csv").done
    inspector = Actor("person-ji", "inspectorate", "inspector")
    assert matter.inspect(office, Sent("i", inspector, AT + timedelta(hours=3)), THING + "V", "military", "K", "seen").done
    return office


def test_a_lot_met_beside_another_is_followed_all_the_same() -> None:
    """M went into a thing and, beside S2, into N. It was met beside S2 first and not followed: 60 g of it in the thing were
    said to be nowhere, with a proof."""
    office = told(EVENTS, ("S1", "S2", "M", "N"))
    reach, _ = tracing.evidence(office).follow((LOT + "S1", LOT + "S2"), "Dy", ("military",))
    assert (reach.low_mg, reach.high_mg) == (1560, 1560)


def test_the_rest_of_a_lot_is_not_in_the_thing() -> None:
    """60 g of 100 were built in; that the other 40 sit there too was said with a proof: it would accuse somebody."""
    events = [made(0, "M", 100), EVENTS[3]]
    reach, _ = tracing.evidence(told(events, ("M",))).follow((LOT + "M",), "Dy", ("military",))
    assert (reach.low_mg, reach.high_mg) == (1560, 1560)
