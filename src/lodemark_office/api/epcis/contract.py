"""``/epcis/v2/openapi.json``: the paths that are served, as an OpenAPI document made from the very table that serves them.

GS1's own file describes the standard; this one says what this office answers, so that a client can be generated and tested
against it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lodemark import __version__
from lodemark.custody.binding import CBV_FORMATS, EPC_FORMATS
from lodemark.custody.capture import BEHAVIOURS
from lodemark.custody.query.grammar import LARGEST_PAGE
from lodemark.custody.query.parameter import CONTROLS, FIXED

JSON, LINKED, XML = "application/json", "application/ld+json", "application/xml"
# By method: what may come of it when all is well, and the problems of the standard that may come instead.
ANSWERS: Mapping[str, tuple[Sequence[int], Sequence[int]]] = {
    "GET": ((200,), (400, 401, 403, 404, 406, 413, 414, 501, 503)),
    "POST": ((201, 202), (400, 401, 403, 404, 406, 409, 413, 415, 503)),
    "DELETE": ((204,), (400, 401, 403, 404, 406, 503)),
}
_TIMES = frozenset(name for name, one in FIXED.items() if one.op in ("GE", "LT"))
_TEXT: Mapping[str, Any] = {"type": "string"}
_PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "said"],
    "properties": {"type": {"type": "string", "pattern": "^urn:lodemark:epcis:"}, "status": {"type": "integer"}},
}


def document(routes: Sequence[tuple[str, str, Sequence[str]]]) -> dict[str, Any]:
    """The document for (route, resource, methods), as ``urls`` lists them."""
    paths: dict[str, Any] = {}
    for route, resource, methods in routes:
        if "<path:rest>" in route:
            continue
        names = re.findall(r"<\w+:(\w+)>", route)
        where = [{"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for name in names]
        address = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route)
        paths[address] = {"parameters": where} | {
            method.lower(): _operation(address, resource, method) for method in methods if method in ANSWERS
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lodemark EPCIS 2.0", "version": __version__},
        "servers": [{"url": "/epcis/v2"}],
        "security": [{"key": []}, {"basic": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}, "basic": {"type": "http", "scheme": "basic"}},
            "schemas": {"Problem": _PROBLEM},
        },
    }


def _operation(address: str, resource: str, method: str) -> dict[str, Any]:
    fine, wrong = ANSWERS[method]
    answers: dict[str, Any] = {str(status): {"description": "Done", **_body(address, status)} for status in fine}
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for status in wrong:
        content = {"application/problem+json": problem, "application/problem+xml": {}}
        answers[str(status)] = {"description": "A problem by the standard's name", "content": content}
    told: dict[str, Any] = {
        "tags": [resource or "discovery"],
        "parameters": list(_parameters(address, method)),
        "responses": answers,
    }
    if method == "POST":
        media = (JSON,) if resource == "queries" else (JSON, LINKED, XML)
        told["requestBody"] = {
            "required": True,
            "content": {one: {"schema": {"type": "object"} if one != XML else {}} for one in media},
        }
    return told


def _body(address: str, status: int) -> dict[str, Any]:
    if status in (202, 204):
        return {}
    if address.endswith("/errors"):
        return {"content": {"text/csv": {}}}
    if address.endswith("events") or address.startswith("/events"):
        return {"content": {LINKED: {"schema": {"type": "object"}}, JSON: {}, XML: {}, "text/xml": {}}}
    return {"content": {JSON: {"schema": {"type": ["object", "array"]}}}}


def _parameters(address: str, method: str) -> Sequence[dict[str, Any]]:
    found = [_header("GS1-EPC-Format", EPC_FORMATS), _header("GS1-CBV-XML-Format", CBV_FORMATS)]
    if address == "/capture" and method == "POST":
        found.append(_header("GS1-Capture-Error-Behaviour", BEHAVIOURS))
    if method == "GET" and address.endswith("events"):
        for name in (*FIXED, *sorted(CONTROLS - {"perPage", "queryName", "@context"})):
            found.append(_query(name, {"type": "string", "format": "date-time"} if name in _TIMES else _TEXT))
    if (method == "GET" and "{" not in address) or address.endswith(("events", "subscriptions")):
        found.append(_query("perPage", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}))
    return found


def _query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _header(name: str, values: Sequence[str] | Mapping[str, str]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "schema": {"type": "string", "enum": list(values)}}
