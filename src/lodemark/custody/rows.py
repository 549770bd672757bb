"""One event as the rows the journal keeps of it: its own row, its things, and every field that can be asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import orjson

from lodemark.custody.interpret import decimal
from lodemark.custody.model import KINDS, Event, Line, Sent
from lodemark.custody.namespace import CBV, LODE, Names
from lodemark.custody.sortable import sort_key
from lodemark.custody.unit import to_base
from lodemark.custody.value import instant, microseconds, uri

_HOLDERS = (CBV + "SDT-possessing_party", CBV + "SDT-owning_party", LODE + "end-user")
_REPORT_TEXT = [
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
    "microorganism",
    "chemicalSubstance",
    "component",
    "stringValue",
    "hexBinaryValue",
    "uriValue",
    "coordinateReferenceSystem",
    "exception",
]
_MEASURES = ["value", "minValue", "maxValue", "meanValue", "sDev", "percValue", "percRank"]

FieldRow = tuple[str, int, str, str | None, str | None, int | None, str | None, str | None, str | None]


def _number(value: object) -> object:
    """Decimals go back into JSON exactly as they were written."""
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value).encode())
    raise TypeError(type(value).__name__)


def to_json(value: object) -> bytes:
    """JSON with exact numbers, compact."""
    return orjson.dumps(value, default=_number)


def holder(event: Event) -> str | None:
    """Who has the goods after this event, when it says so: the possessing, else the owning party, else the end user."""
    told = dict(event.destinations)
    return next((told[kind] for kind in _HOLDERS if kind in told), None)


def lode_terms(event: Event) -> dict[str, Any] | None:
    """The regime's own terms of an event and its ILMD, by local name."""
    names = event.sent.names
    found = {
        name[len(LODE) + 2 :]: _local(value, names)
        for source in (event.ilmd, event.extensions)
        for name, value in source.items()
        if name.startswith(f"{{{LODE}}}")
    }
    readings = [_reading(report, names) for report in _reports(event) if _is_mass_fraction(report, names)]
    if readings:
        found["assay"] = readings  # which value belongs to which element must survive the flat fields
    return found or None


def _reports(event: Event) -> Iterator[Mapping[str, Any]]:
    for element in event.sensors:
        yield from element.get("sensorReport") or []  # type: ignore[misc]


def _is_mass_fraction(report: Mapping[str, Any], names: Names) -> bool:
    return isinstance(report.get("type"), str) and uri("sensorReport.type", report["type"], names) == f"{LODE}MassFraction"


def _reading(report: Mapping[str, Any], names: Names) -> dict[str, Any]:
    told = {k: report[k] for k in ("value", "sDev", "minValue", "maxValue", "uom", "chemicalSubstance") if k in report}
    told |= {names.field(k).removeprefix(f"{{{LODE}}}"): v for k, v in report.items() if ":" in k}
    return {k: str(v) if isinstance(v, (Decimal, int)) else v for k, v in told.items()}


def _local(value: object, names: Names) -> object:
    """Nested ``lode:`` names without their namespace, numbers as exact text."""
    if isinstance(value, list):
        return [_local(item, names) for item in value]
    if isinstance(value, Mapping):
        return {names.field(k).removeprefix(f"{{{LODE}}}"): _local(v, names) for k, v in value.items()}
    return str(value) if isinstance(value, Decimal) else value


def thing_row(line: Line) -> tuple[object, ...]:
    """(role, quantity, uom, mass_mg, count, amount, kind, base) of one line; the thing's number is the journal's."""
    amount = sort_key(line.quantity) if line.quantity is not None else None
    based = to_base(line.quantity, line.uom) if line.quantity is not None and line.uom else None
    return (
        line.role,
        None if line.quantity is None else str(line.quantity),
        line.uom,
        line.mass_mg,
        line.count,
        amount,
        based[0] if based else None,
        sort_key(based[1]) if based else None,
    )


def field_rows(event: Event) -> Iterator[FieldRow]:
    """(scope, depth, name, text, number, time_us, uom, kind, base) of everything askable beside the columns."""
    names = event.sent.names
    for scope, pairs in (
        ("transaction", event.transactions),
        ("source", event.sources),
        ("destination", event.destinations),
    ):
        for kind, member in pairs:
            yield scope, 0, kind, member, None, None, None, None, None
    for name, words in zip(("set", "unset"), event.persistent, strict=True):
        for word in words:
            yield "persistent", 0, name, word, None, None, None, None, None
    for name, value in event.extensions.items():
        yield from _walk("", 0, name, value, names)
    for name, value in event.ilmd.items():
        yield from _walk("ILMD", 0, name, value, names)
    if event.kind in KINDS:
        yield from _known_fields(event)


def _known_fields(event: Event) -> Iterator[FieldRow]:
    """Fields of the five kinds, whose shape has been checked."""
    body, names = event.sent.body, event.sent.names
    declared = body.get("errorDeclaration")
    if isinstance(declared, Mapping):
        yield _plain("ERROR_DECLARATION", "declarationTime", declared.get("declarationTime"))
        if event.declaration and event.declaration.reason:
            yield _plain("ERROR_DECLARATION", "reason", event.declaration.reason)
        for item in event.declaration.corrective_ids if event.declaration else ():
            yield _plain("ERROR_DECLARATION", "correctiveEventIDs", item)
        yield from _extensions("ERROR_DECLARATION", declared, names)
    for place in ("readPoint", "bizLocation"):
        where = body.get(place)
        if isinstance(where, Mapping):
            yield from _extensions(place, where, names)
    for element in event.sensors:
        yield from _sensor_rows(element, names)
    certificates = body.get("certificationInfo")
    for certificate in certificates if isinstance(certificates, list) else [certificates]:
        if isinstance(certificate, str):
            yield _plain("", "certificationInfo", certificate)


def _plain(scope: str, name: str, value: object) -> FieldRow:
    return next(iter(_walk(scope, 0, name, value, Names())))


def _extensions(scope: str, value: Mapping[str, object], names: Names) -> Iterator[FieldRow]:
    inner = names.under(value["@context"]) if "@context" in value else names
    for name, item in value.items():
        if ":" in name:
            yield from _walk(scope, 0, inner.field(name), item, inner)


def _walk(scope: str, depth: int, name: str, value: object, names: Names) -> Iterator[FieldRow]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(scope, depth, name, item, names)
        return
    if isinstance(value, Mapping):
        inner = names.under(value["@context"]) if "@context" in value else names
        yield scope, depth, name, None, None, None, None, None, None  # it exists, its value is its children
        for key, item in value.items():
            if key != "@context":
                yield from _walk(scope, depth + 1, inner.field(key), item, inner)
        return
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    number = decimal(value)
    key = None if number is None else sort_key(number)
    yield scope, depth, name, uri(name, text, names), key, _time(text), None, None, None


def _time(text: str) -> int | None:
    if len(text) < 19 or text[4:5] != "-":
        return None
    try:
        return microseconds(instant(text))
    except ValueError:
        return None


def _sensor_rows(element: Mapping[str, Any], names: Names) -> Iterator[FieldRow]:
    yield from _extensions("SENSORELEMENT", element, names)
    metadata = element.get("sensorMetadata") or {}
    for name, value in metadata.items():
        if ":" not in name and name != "@context":
            yield from _walk("SENSORMETADATA", 0, name, value, names)
    yield from _extensions("SENSORMETADATA", metadata, names)
    for report in element.get("sensorReport") or []:
        uom = report.get("uom")
        if isinstance(report.get("type"), str):
            yield _plain("SENSORREPORT", "type", uri("sensorReport.type", report["type"], names))
        for name in _MEASURES:
            number = decimal(report.get(name))
            if number is not None:
                based = to_base(number, uom) if isinstance(uom, str) else None
                base = sort_key(based[1]) if based else None
                kind = based[0] if based else None
                yield "SENSORREPORT", 0, name, str(number), sort_key(number), None, uom, kind, base
        for name in _REPORT_TEXT:
            if isinstance(report.get(name), str):
                yield _plain("SENSORREPORT", name, uri(name, report[name], names))
        for name in ("booleanValue", "time"):
            if name in report:
                yield _plain("SENSORREPORT", name, report[name])
        yield from _extensions("SENSORREPORT", report, names)


def raw(sent: Sent) -> bytes:
    """The event in the JSON shape, exact, as the journal keeps it; its names stand with the document."""
    return to_json(sent.body)
