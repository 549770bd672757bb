"""JSON and JSON-LD in: strict JSON first, then the document around the events.

Refused outright, with the line: duplicate keys, NaN, a lone surrogate, a NUL or a BOM inside, more than the announced depth.
Numbers become ``Decimal`` straight from the text; contexts are never fetched (``namespace``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import Any, NoReturn

from lodemark.custody.limit import LIMITS, Limits
from lodemark.custody.model import KINDS, Body, Document, MasterData, Sent
from lodemark.custody.namespace import Names
from lodemark.custody.trouble import ReadError
from lodemark.custody.value import instant

LARGEST_EXPONENT = 300
# Unrolled: a run of plain characters is one step, not one step each.
_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def read_json(data: bytes, limits: Limits = LIMITS) -> Document:
    """Read a document, a bare event, a list of events or a query document. Raises ``ReadError``."""
    body = parse(data, limits)
    return assemble(body, data, "json", Names(), limits)


def parse(data: bytes, limits: Limits = LIMITS) -> Any:
    """Strict JSON with decimals. Raises ``ReadError`` naming the line."""
    if len(data) > limits.document_bytes:
        raise ReadError("document-too-large", found=len(data), limit=limits.document_bytes)
    # The decoder recurses: depth is measured on the brackets before it runs.
    brackets = _STRINGS.sub(b"", data).translate(None, _NOT_BRACKETS)
    deepest = max(accumulate(_STEP[b] for b in brackets), default=0)
    if deepest > limits.depth:
        raise ReadError("document-too-deep", found=deepest, limit=limits.depth)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError("document-not-utf8", at=error.start) from None
    for sign, name in (("\x00", "NUL"), ("\ufeff", "BOM")):
        if sign in text:
            raise ReadError("document-character", name=name, line=text.count("\n", 0, text.index(sign)) + 1)
    try:
        found = json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=_refuse_constant, object_pairs_hook=_unique
        )
    except json.JSONDecodeError as error:
        raise ReadError("json-syntax", line=error.lineno, column=error.colno, detail=error.msg) from None
    # An escape can smuggle in what the bytes may not hold.
    if "\\u" in text and (bad := _smuggled(found)):
        raise ReadError("document-character", name=bad, line=None)
    return found


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ReadError("json-number", text=text[:60]) from None
    if value and abs(value.adjusted()) > LARGEST_EXPONENT:  # written out, it would fill the memory
        raise ReadError("json-number", text=text[:60])
    return value


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) < 19 else _decimal(text)


def _refuse_constant(name: str) -> NoReturn:
    raise ReadError("json-number", text=name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        # Two readers would take two different values: the hash of such an event means nothing.
        raise ReadError("json-key-twice", key=twice)
    return found


def _smuggled(value: object) -> str | None:
    if isinstance(value, str):
        return "lone surrogate" if _SURROGATE.search(value) else "NUL" if "\x00" in value else None
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    keys = value if isinstance(value, dict) else ()
    return next((bad for child in (*keys, *children) if (bad := _smuggled(child))), None)


def assemble(body: Any, data: bytes, form: str, names: Names, limits: Limits, lines: Mapping[str, int] = {}) -> Document:
    """Find the events inside a document in the JSON shape, whatever its root."""
    kind, pointer, events = _events(body)
    outer = body if isinstance(body, Mapping) else {}
    here = names.under(outer["@context"]) if "@context" in outer and kind != "event" else names
    if len(events) > limits.events:
        raise ReadError("too-many-events", found=len(events), limit=limits.events)
    sent = []
    for index, event in enumerate(events):
        at = f"{pointer}/{index}" if kind != "event" else ""
        own = here.under(event["@context"]) if isinstance(event, Mapping) and "@context" in event else here
        sent.append(Sent(event if isinstance(event, Mapping) else {"": event}, own, at, lines.get(at)))
    return Document(
        form=form,
        kind=kind,
        body=outer if outer else {"eventList": body},
        sent=tuple(sent),
        data=data,
        sha256=hashlib.sha256(data).digest(),
        names=here,
        master_data=_master_data(outer),
    )


def _events(body: Any) -> tuple[str, str, list[Any]]:
    if isinstance(body, list):
        return "list", "", body
    if not isinstance(body, Mapping):
        raise ReadError("document-kind", found=type(body).__name__)
    kind = body.get("type")
    if kind in KINDS or ("eventTime" in body and "epcisBody" not in body):
        return "event", "", [body]
    inner = body.get("epcisBody")
    if kind == "EPCISQueryDocument":
        for step in ("queryResults", "resultsBody"):
            inner = inner.get(step) if isinstance(inner, Mapping) else None
        pointer = "/epcisBody/queryResults/resultsBody/eventList"
    elif kind == "EPCISDocument":
        pointer = "/epcisBody/eventList"
        # The contract allows one bare event in place of the list.
        if isinstance(inner, Mapping) and "event" in inner and "eventList" not in inner:
            return kind, "/epcisBody/event", [inner["event"]]
    else:
        raise ReadError("document-kind", found=str(kind))
    events = inner.get("eventList") if isinstance(inner, Mapping) else None
    return str(kind), pointer, events if isinstance(events, list) else []


def _master_data(body: Body) -> tuple[MasterData, ...]:
    found = []
    stated = _stated_at(body.get("creationDate"))
    lists: Any = body.get("epcisHeader")
    for step in ("epcisMasterData", "vocabularyList"):
        lists = lists.get(step) if isinstance(lists, Mapping) else None
    for vocabulary in lists if isinstance(lists, list) else []:
        for element in vocabulary.get("vocabularyElementList") or [] if isinstance(vocabulary, Mapping) else []:
            if isinstance(element, Mapping) and isinstance(element.get("id"), str):
                pairs = [a for a in element.get("attributes") or [] if isinstance(a, Mapping)]
                found.append(
                    MasterData(
                        kind=str(vocabulary.get("type", "")).rsplit(":", 1)[-1],
                        id=element["id"],
                        attributes={str(a.get("id")): a.get("attribute") for a in pairs},
                        children=tuple(c for c in element.get("children") or [] if isinstance(c, str)),
                        stated_at=stated,
                    )
                )
    return tuple(found)


def _stated_at(text: object) -> Any:
    try:
        return instant(text) if isinstance(text, str) else None
    except ValueError:
        return None


def line_of(data: bytes, pointer: str) -> int | None:
    """The line on which the value of a JSON pointer starts, or its nearest part that exists; a second walk, taken only
    when something is wrong."""
    text = data.decode("utf-8-sig", errors="replace")
    scan = json.JSONDecoder().raw_decode
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    at = _skip(text, 0)
    try:
        for step in steps:
            at = _enter(text, at, step, scan)
    except (ValueError, IndexError):
        pass  # a missing field has no line of its own: the object that lacks it has
    return text.count("\n", 0, at) + 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,:":
        at += 1
    return at


def _enter(text: str, at: int, step: str, scan: Any) -> int:
    inside, number = text[at], 0
    at = _skip(text, at + 1)
    while text[at] not in "]}":
        if inside == "{":
            key, at = scan(text, at)
            at = _skip(text, at)
            if key == step:
                return at
        elif str(number) == step:
            return at
        _, at = scan(text, at)
        at, number = _skip(text, at), number + 1
    raise ValueError(step)
