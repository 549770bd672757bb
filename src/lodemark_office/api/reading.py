"""From bytes to the fields of a command: strict JSON, then the declared shape, nothing guessed.

What a sender may say of a command is its fields without those that only the office knows: the day, the actor, the
instant, the ids the office gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, field, fields, make_dataclass
from typing import Any, cast, get_type_hints

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja.parser import Parser
from pydantic import TypeAdapter
from pydantic_core import core_schema

from lodemark import Error
from lodemark.case.read import Unreadable, read
from lodemark.custody.jsonld import parse
from lodemark.custody.limit import Limits
from lodemark.custody.trouble import ReadError

LIMITS = Limits(document_bytes=10 * 1024 * 1024, depth=64)
MOST_NODES = 200_000
MOST_TEXT = 20_000
OURS = ("on", "by", "at")


class BodyUnreadable(Error):
    """The body is no JSON as RFC 8259 and we read it, or not of the declared shape."""

    code = "api-body-shape"


class TooLarge(Error):
    """More bytes than one message may have."""

    code = "api-too-large"
    kind = "too-large"


class FormNotRead(Error):
    """A form with parts, where a document is the whole body."""

    code = "api-media"
    kind = "media"


def body_of(request: HttpRequest) -> bytes:
    """The bytes of a message; raises ``TooLarge`` and ``FormNotRead``."""
    if request.content_type == "multipart/form-data":
        raise FormNotRead(media=request.content_type)
    try:
        return request.body
    except RequestDataTooBig:
        raise TooLarge(limit=LIMITS.document_bytes) from None


def strict(data: bytes) -> Any:
    """One JSON value: no duplicate names, NaN, lone surrogates or BOM inside; depth, size and node count bounded."""
    try:
        value = parse(data, LIMITS)
    except ReadError as error:
        raise BodyUnreadable(error.reason.code, **error.facts) from None
    _bounded(value)
    return value


def _bounded(value: object) -> None:
    nodes, work = 0, [("", value)]
    while work:
        path, one = work.pop()
        nodes += 1
        if nodes > MOST_NODES:
            raise BodyUnreadable("api-body-nodes", limit=MOST_NODES)
        if isinstance(one, str) and len(one) > MOST_TEXT:
            raise BodyUnreadable("api-body-text", path=path, limit=MOST_TEXT, length=len(one))
        if isinstance(one, dict):
            work += [(f"{path}/{name}", child) for name, child in one.items()]
        elif isinstance(one, list):
            work += [(f"{path}/{place}", child) for place, child in enumerate(one)]


class StrictParser(Parser):
    """Ninja's parser with our JSON."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The JSON value of the body."""
        return strict(body_of(request))


def shape(kind: type, *made: str, **more: tuple[Any, Any]) -> type:
    """What a sender may say of ``kind``: its fields without the office's own and those ``made`` here.

    ``more`` adds fields by name: (type, default). The result is a type for a body parameter: its JSON schema goes into
    the OpenAPI document, its values are read by ``case.read``, exactly.
    """
    hints = get_type_hints(kind)
    said = [f for f in fields(kind) if f.name not in (*OURS, *made)]
    needed = [(f.name, hints[f.name]) for f in said if f.default is MISSING and f.default_factory is MISSING]
    open_ = [
        (
            f.name,
            hints[f.name],
            field(default=f.default) if f.default is not MISSING else field(default_factory=f.default_factory),
        )
        for f in said
        if (f.name, hints[f.name]) not in needed
    ]
    added = [(name, annotation, field(default=default)) for name, (annotation, default) in more.items()]
    return declared(make_dataclass(f"{kind.__name__}Said", [*needed, *open_, *added], frozen=True, kw_only=True))


def declared(kind: type) -> type:
    """A dataclass as the type of a body parameter."""

    def core(cls: type, source: Any, handler: Callable[..., Any]) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(lambda value: as_declared(kind, value))

    def described(cls: type, schema: Any, handler: Callable[..., Any]) -> Any:
        return handler(TypeAdapter(kind).core_schema)

    made = {"__get_pydantic_core_schema__": classmethod(core), "__get_pydantic_json_schema__": classmethod(described)}
    return cast(type, type(kind.__name__, (), {**made, "__doc__": kind.__doc__, "kind": kind}))


def as_declared(kind: type, value: object) -> Any:
    """A JSON value as a dataclass, exactly; raises ``BodyUnreadable``."""
    try:
        return read(kind, value)
    except Unreadable as error:
        raise BodyUnreadable(**error.facts) from None


def command(kind: type, said: object, **ours: object) -> Any:
    """The command that a sender's words and the office's own fields make together."""
    told = {f.name: getattr(said, f.name) for f in fields(kind) if hasattr(said, f.name)}
    return kind(**{**told, **ours})
