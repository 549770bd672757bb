"""JSON values back into frozen dataclasses: the inverse of ``ledger.jsonable``, used by ``fold`` and by replay.

A record's facts are its command's own fields, so one reader serves records, commands and facts alike. A value that
does not fit its declared type is our mistake in a record (``assert`` in ``fold``) and bad input in a bundle
(``Unreadable``); nothing is guessed.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import Any, ClassVar, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from lodemark.trouble import Error

T = TypeVar("T")
_WHOLE = re.compile(r"-?[0-9]{1,30}")
_SHARE = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,30}|/[1-9][0-9]{0,29})?")


class Unreadable(Error):
    """A stored command, fact or record does not have the declared shape."""

    code: ClassVar[str] = "case-value-unreadable"


def read(kind: type[T], value: object, path: str = "") -> T:
    """``value`` (JSON types) as ``kind``; raises ``Unreadable(path, expected)`` at the first part that does not fit."""
    return cast(T, _read(kind, value, path))


def _read(kind: Any, value: object, path: str) -> object:
    origin, inner = get_origin(kind), get_args(kind)
    if kind is object or kind is Any:
        return value
    if origin in (Union, types.UnionType):
        if value is None and type(None) in inner:
            return None
        (only,) = (part for part in inner if part is not type(None))
        return _read(only, value, path)
    if origin is Literal and value in inner:
        return value
    if origin is tuple and isinstance(value, list | tuple):
        return tuple(_read(inner[0], item, f"{path}/{place}") for place, item in enumerate(value))
    if origin is Mapping and isinstance(value, Mapping):
        return {str(key): _read(inner[1], item, f"{path}/{key}") for key, item in value.items()}
    if is_dataclass(kind) and isinstance(value, Mapping):
        return _dataclass(cast(type, kind), value, path)
    if kind is datetime and isinstance(value, str):
        return _instant(value, path)
    if kind is date and isinstance(value, str):
        return _day(value, path)
    if kind is Decimal and isinstance(value, str):
        return _decimal(value, path)
    if kind is Fraction and isinstance(value, str):
        return _fraction(value, path)
    # A bool is an int in Python, and no count of ours is a truth value.
    if kind is int and isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if kind in (int, str, bool) and type(value) is kind:
        return value
    raise Unreadable(path=path or "/", expected=str(getattr(kind, "__name__", kind)))


def _dataclass(kind: type, value: Mapping[str, object], path: str) -> object:
    hints, known = _hints(kind), {f.name: f for f in fields(kind)}
    if strange := sorted(set(value) - set(known)):
        raise Unreadable(path=f"{path}/{strange[0]}", expected=f"a field of {kind.__name__}")
    filled = {}
    for name, f in known.items():
        if name in value:
            filled[name] = _read(hints[name], value[name], f"{path}/{name}")
        elif f.default is MISSING and f.default_factory is MISSING:
            raise Unreadable(path=f"{path}/{name}", expected=str(hints[name]))
    return kind(**filled)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _day(value: str, path: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Unreadable(path=path, expected="a date") from None


def _decimal(value: str, path: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Unreadable(path=path, expected="a decimal number")
    return number


def _fraction(value: str, path: str) -> Fraction:
    # Bounded and without exponent: "1e999999" would fill the memory.
    if not _SHARE.fullmatch(value):
        raise Unreadable(path=path, expected="a share such as 3/10 or 0.3")
    return Fraction(value)


def _instant(value: str, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unreadable(path=path, expected="an instant with a time zone")
    return moment
