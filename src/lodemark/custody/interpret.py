"""From one event as sent to what it says: canonical identifiers, exact quantities, milligrams. Structure must be right."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from lodemark.custody.identifier import canonical
from lodemark.custody.jsonld import LARGEST_EXPONENT
from lodemark.custody.model import Body, Declaration, Event, Line, Sent
from lodemark.custody.namespace import Names
from lodemark.custody.unit import UNITS, mass_mg
from lodemark.custody.value import instant, offset_minutes, uri
from lodemark.measure.mass import LARGEST_MG

_ROLES = (
    ("object", "epcList", "quantityList"),
    ("in", "inputEPCList", "inputQuantityList"),
    ("out", "outputEPCList", "outputQuantityList"),
    ("child", "childEPCs", "childQuantityList"),
)


def interpret(sent: Sent) -> Event:
    """The event in the field's own terms. Raises ``ValueError`` or ``KeyError`` only if structure validation was skipped."""
    body, names = sent.body, sent.names
    persistent = body.get("persistentDisposition")
    changes = persistent if isinstance(persistent, dict) else {}
    ilmd = body.get("ilmd")
    return Event(
        kind=str(body["type"]),
        event_id=_text(body.get("eventID")),
        occurred_at=instant(str(body["eventTime"])),
        offset_min=offset_minutes(str(body["eventTimeZoneOffset"])),
        action=_text(body.get("action")),
        what=tuple(_lines(body, names)),
        biz_step=_uri("bizStep", body.get("bizStep"), names),
        disposition=_uri("disposition", body.get("disposition"), names),
        persistent=(_uris("set", changes.get("set"), names), _uris("unset", changes.get("unset"), names)),
        read_point=_place(body.get("readPoint"), names),
        biz_location=_place(body.get("bizLocation"), names),
        transactions=tuple(_members("bizTransaction", body.get("bizTransactionList"), names)),
        sources=tuple(_members("source", body.get("sourceList"), names)),
        destinations=tuple(_members("destination", body.get("destinationList"), names)),
        transformation_id=_uri("transformationID", body.get("transformationID"), names),
        declaration=_declaration(body.get("errorDeclaration"), names),
        sent=sent,
        extensions={names.field(k): v for k, v in body.items() if ":" in k and not k.startswith("@")},
        ilmd={names.field(k): v for k, v in ilmd.items()} if isinstance(ilmd, dict) else {},
        sensors=tuple(s for s in _list(body.get("sensorElementList")) if isinstance(s, dict)),
    )


def extension_event(sent: Sent) -> Event:
    """An event of a kind EPCIS does not define: stored and returned, its goods not interpreted."""
    body, names = sent.body, sent.names
    return Event(
        kind=str(body["type"]),
        event_id=_text(body.get("eventID")),
        occurred_at=instant(str(body["eventTime"])),
        offset_min=offset_minutes(str(body["eventTimeZoneOffset"])),
        action=None,
        what=(),
        biz_step=_uri("bizStep", body.get("bizStep"), names),
        disposition=_uri("disposition", body.get("disposition"), names),
        persistent=((), ()),
        read_point=_place(body.get("readPoint"), names),
        biz_location=_place(body.get("bizLocation"), names),
        transactions=(),
        sources=(),
        destinations=(),
        transformation_id=None,
        declaration=None,
        sent=sent,
        extensions={names.field(k): v for k, v in body.items() if ":" in k and not k.startswith("@")},
    )


def decimal(value: object) -> Decimal | None:
    """An exact number from JSON or XML text; None for anything else."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str):
        try:
            found = Decimal(value.strip())
        except InvalidOperation:
            return None
        return found if found.is_finite() and abs(found.adjusted()) <= LARGEST_EXPONENT else None
    return None


def _lines(body: Body, names: Names) -> Iterable[Line]:
    if isinstance(body.get("parentID"), str):
        text = str(body["parentID"])
        yield Line("parent", uri("parentID", text, names), text=text)
    for role, epcs, quantities in _ROLES:
        for epc in _list(body.get(epcs)):
            yield Line(role, uri("epc", str(epc), names), count=1, text=str(epc))
        for item in _list(body.get(quantities)):
            if isinstance(item, dict):
                yield _quantity(role, item, names)


def _quantity(role: str, item: Body, names: Names) -> Line:
    text = str(item.get("epcClass", ""))
    quantity, uom = decimal(item.get("quantity")), _text(item.get("uom"))
    unit = UNITS.get(uom) if uom else None
    # EPCIS 7.3.3.3: without a unit the quantity counts instances of the class.
    counted = quantity is not None and (uom is None or (unit is not None and unit.kind == "count"))
    return Line(
        role,
        uri("epcClass", text, names),
        quantity,
        uom,
        mass_mg(quantity, uom) if quantity is not None else None,
        _count(quantity) if counted and quantity is not None else None,
        text,
    )


def _count(quantity: Decimal) -> int | None:
    """Pieces: a whole number the journal can hold, else None."""
    whole = quantity == quantity.to_integral_value() and abs(quantity) <= LARGEST_MG
    return int(quantity) if whole else None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _uri(field: str, value: object, names: Names) -> str | None:
    return uri(field, value, names) if isinstance(value, str) and value.strip() else None


def _uris(field: str, value: object, names: Names) -> tuple[str, ...]:
    return tuple(uri(field, str(item), names) for item in _list(value))


def _place(value: object, names: Names) -> str | None:
    return _uri("id", value.get("id"), names) if isinstance(value, dict) else None


def _members(field: str, value: object, names: Names) -> Iterable[tuple[str, str]]:
    for item in _list(value):
        if isinstance(item, dict):
            kind = _uri(f"{field}.type", item.get("type"), names) or ""
            yield kind, _uri(field, item.get(field), names) or ""


def _declaration(value: object, names: Names) -> Declaration | None:
    if not isinstance(value, dict):
        return None
    told = value.get("declarationTime")
    return Declaration(
        declared_at=instant(told) if isinstance(told, str) else None,
        reason=_uri("reason", value.get("reason"), names),
        corrective_ids=tuple(canonical(str(item)) for item in _list(value.get("correctiveEventIDs"))),
    )
