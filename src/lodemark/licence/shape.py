"""A record's facts back into the frozen values they were written from; the inverse of ``ledger.jsonable``.

``read(Terms, facts["terms"])`` follows the type hints of the dataclass. What does not fit is our mistake (records are
written by ``decide`` only), so it fails by assertion.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

SCALARS: Mapping[Any, typing.Callable[[Any], Any]] = {
    int: int,  # beyond 2^53 - 1 an integer travels as text
    str: lambda value: value,
    bool: lambda value: value,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    Fraction: Fraction,
    Decimal: Decimal,
    object: lambda value: value,
    Any: lambda value: value,
}


T = typing.TypeVar("T")


def read(kind: type[T], value: object) -> T:
    """The value of type ``kind`` that ``value`` (JSON types) stands for."""
    return typing.cast(T, _read(kind, value))


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    if kind in SCALARS:
        return SCALARS[kind](value)
    if is_dataclass(kind) and isinstance(kind, type):
        assert isinstance(value, Mapping), (kind, value)
        hints = _hints(kind)
        return kind(**{f.name: _read(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value})
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _read(next(arg for arg in args if arg is not type(None)), value)
    if origin is typing.Literal:
        assert value in args, (value, args)
        return value
    if origin is tuple:
        return tuple(_read(args[0], item) for item in value)
    if origin is Mapping:
        return {key: _read(args[1], item) for key, item in value.items()}
    raise AssertionError(f"no reading for {kind}")
