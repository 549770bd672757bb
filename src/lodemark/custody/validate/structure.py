"""Layer S: the shape of envelope and events, by our own JSON Schema plus the rules a schema cannot say well.

Every event is checked against the schema of its *own* type, so a failing union reports the branch that was meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs

from lodemark.custody.model import KINDS, Document, Sent
from lodemark.custody.validate.report import Finding
from lodemark.custody.value import instant

_RULES: Mapping[str, str] = {
    "Required": "S-REQ",
    "Type": "S-TYPE",
    "Enum": "S-ENUM",
    "Constant": "S-ENUM",
    "AdditionalProperties": "S-EXTRA",
    "UnevaluatedProperties": "S-EXTRA",
    "AnyOf": "S-REQ",
    "MinItems": "S-REQ",
}
_THINGS: Mapping[str, tuple[str, ...]] = {
    "ObjectEvent": ("epcList", "quantityList", "sensorElementList"),
    "TransactionEvent": ("epcList", "quantityList", "parentID", "sensorElementList"),
    "AggregationEvent": ("parentID", "childEPCs", "childQuantityList", "sensorElementList"),
    "AssociationEvent": ("parentID", "childEPCs", "childQuantityList", "sensorElementList"),
    "TransformationEvent": ("inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList"),
}


@cache
def schema() -> Mapping[str, Any]:
    """The whole schema as data."""
    text = (resources.files("lodemark.custody.schema") / "epcis.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def _validator(name: str) -> Any:
    """Compiled once per type."""
    return jsonschema_rs.validator_for({"$ref": f"#/$defs/{name}", "$defs": schema()["$defs"]})


def check_envelope(document: Document) -> Iterable[Finding]:
    """The document around the events."""
    if document.kind in ("EPCISDocument", "EPCISQueryDocument"):
        yield from _schema_findings(document.kind, document.body, "", None)
    elif document.form == "json" and document.kind == "event" and "@context" not in document.body:
        yield Finding("S-CONTEXT", "", reference="EPCIS 2.0 10.1")
    for url in document.names.unknown:
        yield Finding("V-CONTEXT", "/@context", {"url": url}, url)


def check_event(sent: Sent, index: int) -> Iterable[Finding]:
    """One event: schema first, then the rules between fields."""
    body = sent.body
    kind = body.get("type")
    if isinstance(kind, str) and kind not in KINDS:
        if ":" not in kind:
            yield Finding("S-ENUM", f"{sent.pointer}/type", {"allowed": list(KINDS)}, kind, index, line=sent.line)
            return
        found = list(_schema_findings("ExtensionEvent", body, sent.pointer, index))
        yield from found
        if not found:
            yield from _impossible_times(sent, [("/eventTime", str(body["eventTime"]))], index)
        return
    if not isinstance(kind, str):
        yield Finding("S-REQ", sent.pointer, {"field": "type"}, None, index, line=sent.line)
        return
    found = list(_schema_findings(kind, body, sent.pointer, index))
    yield from found
    if not found:
        yield from _between_fields(sent, kind, index)


def _schema_findings(name: str, body: Mapping[str, object], at: str, event: int | None) -> Iterable[Finding]:
    validator = _validator(name)
    if validator.is_valid(body):
        return
    for error in validator.iter_errors(body):
        yield from _findings(error, body, at, event)


def _findings(error: Any, body: Mapping[str, object], at: str, event: int | None) -> Iterable[Finding]:
    kind = type(error.kind).__name__.rsplit("_", 1)[-1]
    path = [str(step).replace("~", "~0").replace("/", "~1") for step in error.instance_path]
    pointer = "/".join([at, *path]) if path else at
    value = _at(body, error.instance_path)
    if kind in ("AdditionalProperties", "UnevaluatedProperties"):
        for name in error.kind.unexpected:
            place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            yield Finding("S-EXTRA", place, {"field": name}, None, event, reference="EPCIS 2.0 7.1.2")
        return
    if kind == "Required":
        name = error.kind.property
        if name == "@context":
            yield Finding("S-CONTEXT", pointer, event=event, reference="EPCIS 2.0 10.1")
        else:
            yield Finding("S-REQ", pointer, {"field": name}, None, event)
        return
    if kind == "AnyOf":
        names = [inner.kind.property for branch in error.kind.context for inner in branch if _is_required(inner)]
        yield Finding("S-REQ", pointer, {"field": names}, None, event)
        return
    facts: dict[str, object] = {}
    rule = _RULES.get(kind, "S-FORM")
    if kind == "Pattern":
        time = "T([01]" in error.kind.pattern or error.kind.pattern.startswith(("^[+-]", "^\\d{4}"))
        rule = "S-TIME" if time else "S-FORM"
    elif kind == "Type":
        facts["expected"] = list(error.kind.types) if hasattr(error.kind, "types") else str(error.kind)
    elif kind == "Enum":
        facts["allowed"] = list(error.kind.options)
    elif kind == "Constant":
        facts["allowed"] = [error.kind.expected_value]
    elif kind == "MinItems":
        facts["field"] = path[-1] if path else ""
    yield Finding(rule, pointer, facts, value, event)


def _is_required(error: Any) -> bool:
    return type(error.kind).__name__.endswith("Required")


def _at(body: object, path: Iterable[str | int]) -> object:
    for step in path:
        body = body[step] if isinstance(body, (dict, list)) else None  # type: ignore[index]
    return body if not isinstance(body, (dict, list)) else None


def _times(body: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    yield from ((f"/{name}", body[name]) for name in ("eventTime", "recordTime") if name in body)
    if "errorDeclaration" in body:
        yield "/errorDeclaration/declarationTime", body["errorDeclaration"]["declarationTime"]
    for i, element in enumerate(body.get("sensorElementList", [])):
        parts = [("sensorMetadata", element.get("sensorMetadata", {}))]
        parts += [(f"sensorReport/{j}", report) for j, report in enumerate(element["sensorReport"])]
        for place, part in parts:
            for name in ("time", "startTime", "endTime"):
                if name in part:
                    yield f"/sensorElementList/{i}/{place}/{name}", part[name]


def _impossible_times(sent: Sent, times: Iterable[tuple[str, str]], index: int) -> Iterable[Finding]:
    """The pattern lets 30 February pass; no calendar does."""
    for place, text in times:
        try:
            instant(text)
        except ValueError:
            yield Finding("S-TIME", f"{sent.pointer}{place}", {}, text, index)


def _between_fields(sent: Sent, kind: str, index: int) -> Iterable[Finding]:
    body, at = sent.body, sent.pointer
    yield from _impossible_times(sent, _times(body), index)
    action = body.get("action")
    if "ilmd" in body and kind == "ObjectEvent" and action != "ADD":
        yield Finding("S-ILMD", f"{at}/ilmd", {"action": action}, None, index, reference="EPCIS 2.0 7.4.1.2")
    if not any(body.get(name) for name in _THINGS[kind]):
        yield Finding("S-WHAT", at, {"fields": list(_THINGS[kind])}, None, index, reference="EPCIS 2.0 7.4")
    if kind in ("AggregationEvent", "AssociationEvent"):
        needs_parent = action in ("ADD", "DELETE")
        if needs_parent and not body.get("parentID"):
            yield Finding("S-PARENT", at, {"action": action}, None, index, reference="EPCIS 2.0 7.4.2.2")
        needs_child = action in ("ADD", "OBSERVE") if kind == "AssociationEvent" else action == "ADD"
        if needs_child and not (body.get("childEPCs") or body.get("childQuantityList")):
            yield Finding("S-CHILD", at, {"action": action}, None, index, reference="EPCIS 2.0 7.4.6.2")
