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
from functools import cache, partial
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
Reader = typing.Callable[[Any], Any]


def read(kind: type[T], value: object) -> T:
    """The value of type ``kind`` that ``value`` (JSON types) stands for."""
    return typing.cast(T, _reader(typing.cast(typing.Hashable, kind))(value))


@cache
def _reader(kind: Any) -> Reader:
    """Made once per type: a long dossier is read record by record, and looking at type hints costs more than reading."""
    if kind in SCALARS:
        return SCALARS[kind]
    if is_dataclass(kind) and isinstance(kind, type):
        return partial(_dataclass, kind)
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        present = _reader(next(arg for arg in args if arg is not type(None)))
        return lambda value: None if value is None else present(value)
    if origin is typing.Literal:
        return partial(_one_of, args)
    if origin is tuple:
        item = _reader(args[0])
        return lambda value: tuple(map(item, value))
    if origin is Mapping:
        named = _reader(args[1])
        return lambda value: {key: named(each) for key, each in value.items()}
    raise AssertionError(f"no reading for {kind}")


@cache
def _fields(kind: type) -> tuple[tuple[str, Reader], ...]:
    hints = typing.get_type_hints(kind)
    return tuple((field.name, _reader(hints[field.name])) for field in fields(kind))


def _dataclass(kind: type, value: Any) -> Any:
    assert isinstance(value, Mapping), (kind, value)
    return kind(**{name: reader(value[name]) for name, reader in _fields(kind) if name in value})


def _one_of(words: tuple[object, ...], value: Any) -> Any:
    assert value in words, (value, words)
    return value
