"""Small documents for the tests: only what a test names differs from a plain, valid event."""

import json
from datetime import UTC, datetime, timedelta

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"lode": "https://w3id.org/lodemark/ns#", "ex": "https://ns.example.com/epcis/"},
]
MINE = "https://id.gs1.org/417/4012345000009"
OTHER = "https://id.gs1.org/417/4000001000005"
SITE = "https://id.gs1.org/414/4012345000115"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def lot(name):
    return f"https://id.gs1.org/01/04012345123456/10/{name}"


def serial(name):
    return f"https://id.gs1.org/01/04012345123456/21/{name}"


def crate(digit):
    return f"urn:epc:id:sscc:4012345.000000033{digit}"


def at(hours):
    return (datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def event(kind="ObjectEvent", hours=0, **fields):
    body = {"type": kind, "eventTime": at(hours), "eventTimeZoneOffset": "+00:00", **fields}
    return {name: value for name, value in body.items() if value is not None}


def kg(name, amount, uom="KGM"):
    return {"epcClass": name if ":" in name else lot(name), "quantity": amount, "uom": uom}


def made(name, amount, hours=0, **fields):
    return event(hours=hours, action="ADD", bizStep="commissioning", quantityList=[kg(name, amount)], **fields)


def process(inputs, outputs, hours=1, **fields):
    return event(
        "TransformationEvent",
        hours,
        inputQuantityList=[kg(*pair) for pair in inputs.items()] or None,
        outputQuantityList=[kg(*pair) for pair in outputs.items()] or None,
        **fields,
    )


def document(*events):
    return json.dumps(
        {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-01T00:00:00Z",
            "epcisBody": {"eventList": list(events)},
        }
    ).encode()
