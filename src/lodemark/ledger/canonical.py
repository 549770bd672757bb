"""One value, one byte string: RFC 8785 (JCS) over a narrow set of types.

No binary floats: a decimal travels as the text that was reported. Integers beyond 2^53-1 travel as text, because
readers in other languages would round them. Anything else is refused with its place.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Final

import orjson
import rfc8785

from lodemark.ledger.trouble import NotCanonical

SAFE_INTEGER: Final = 2**53 - 1
LARGEST_BYTES: Final = 256 * 1024
DEEPEST: Final = 64

# orjson sorts names by code point, RFC 8785 by UTF-16 unit: the two differ only where a character lies beyond U+FFFF,
# whose UTF-8 begins with F0 or more. Over what ``jsonable`` gives, every other byte is the same.
_BEYOND_BMP: Final = re.compile(rb"[\xf0-\xff]")

_TYPE_NAMES: Final[Mapping[type, str]] = {float: "a binary float", bytes: "raw bytes", set: "a set", frozenset: "a set"}


def jsonable(value: object, path: str = "", depth: int = 0) -> object:
    """The value as canonical JSON types: dataclasses become objects, dates and decimals text, sets of words sorted lists.

    Raises ``NotCanonical(path, why)`` for floats, naive instants, bytes, lone surrogates and too deep nesting.
    """
    if depth > DEEPEST:
        raise NotCanonical(path=path, why=f"nested deeper than {DEEPEST}")
    match value:
        case None | bool():
            return value
        case str():
            return _text(value, path)
        case int():
            return value if abs(value) <= SAFE_INTEGER else str(value)
        case datetime():
            return instant(value, path)
        case date():
            return value.isoformat()
        case Decimal() | Fraction():
            return str(value)
        case Mapping():
            return {_key(key, path): jsonable(item, f"{path}/{key}", depth + 1) for key, item in value.items()}
        case set() | frozenset() if all(isinstance(item, str) for item in value):
            return sorted(_text(item, path) for item in value)
        case list() | tuple():
            return [jsonable(item, f"{path}/{place}", depth + 1) for place, item in enumerate(value)]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: jsonable(getattr(value, name), f"{path}/{name}", depth + 1) for name in _names(type(value))}
    raise NotCanonical(path=path or "/", why=_TYPE_NAMES.get(type(value), f"a {type(value).__name__}"))


def canonical(value: object) -> bytes:
    """The canonical bytes of ``value``, at most 256 KiB; larger content is a document, named by its digest."""
    plain = jsonable(value)
    data = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    if _BEYOND_BMP.search(data):
        data = rfc8785.dumps(plain)  # type: ignore[arg-type]
    if len(data) > LARGEST_BYTES:
        raise NotCanonical(path="/", why=f"{len(data)} bytes, more than {LARGEST_BYTES}")
    return data


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def instant(value: datetime, path: str = "") -> str:
    """``2026-03-02T09:15:00.000Z``: UTC with milliseconds; a naive instant is refused."""
    if value.tzinfo is None:
        raise NotCanonical(path=path, why="an instant without a time zone")
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise NotCanonical(path=path, why=f"a name that is a {type(key).__name__}")
    return _text(str.__str__(key), path)


def _text(text: str, path: str) -> str:
    # User text is never normalised; only what has no UTF-8 form at all is refused.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical(path=path, why="a lone surrogate") from None
    return text
