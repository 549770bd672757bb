"""Deterministic CBOR (RFC 8949 section 4.2.1), the narrow set our codes use, encoded and decoded strictly.

One value has one byte string here, so a signed payload cannot be re-written into another one that reads the same.
Refused by place: indefinite lengths, longer than shortest forms, keys out of order or twice, trailing bytes, depth,
floats and every tag but the one the caller names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NoReturn, TypeAlias

from lodemark.licence.credential.trouble import BadCredential

Value: TypeAlias = "int | str | bytes | bool | list[Value] | dict[int | str, Value] | Tag | None"
DEEPEST: Final = 16
LARGEST: Final = 4096
_SIMPLE: Final[Mapping[int, bool | None]] = {20: False, 21: True, 22: None}


@dataclass(frozen=True, slots=True)
class Tag:
    """A tagged value, as COSE messages are (18: COSE_Sign1)."""

    number: int
    value: Value


def encode(value: Value) -> bytes:
    """The one encoding of a value; anything outside the narrow set is our mistake."""
    match value:
        case bool() | None:
            return bytes([0xE0 | next(code for code, simple in _SIMPLE.items() if simple is value)])
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            text = value.encode()
            return _head(3, len(text)) + text
        case list():
            return _head(4, len(value)) + b"".join(encode(item) for item in value)
        case dict():
            pairs = sorted((encode(key), encode(item)) for key, item in value.items())
            return _head(5, len(pairs)) + b"".join(key + item for key, item in pairs)
        case Tag():
            return _head(6, value.number) + encode(value.value)


def decode(data: bytes, largest: int = LARGEST, *, ordered: bool = True) -> Value:
    """The value of deterministic bytes; raises ``BadCredential`` with the place of the first fault.

    ``ordered=False`` lets map keys stand in any order (never twice): published status lists do not sort them.
    """
    if len(data) > largest:
        raise BadCredential("credential-too-large", size=len(data), most=largest)
    value, end = _item(data, 0, 0, ordered)
    if end != len(data):
        _bad(end, "trailing bytes")
    return value


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            return bytes([major << 5 | code]) + number.to_bytes(size)
    raise AssertionError(f"{number} does not fit in 64 bits")


def _item(data: bytes, at: int, depth: int, ordered: bool) -> tuple[Value, int]:
    if depth > DEEPEST:
        _bad(at, "nested too deep")
    major, number, start = _read_head(data, at)
    match major:
        case 0:
            return number, start
        case 1:
            return -1 - number, start
        case 2 | 3:
            end = start + number
            if end > len(data):
                _bad(at, "cut short")
            return (data[start:end] if major == 2 else _text(data, start, end)), end
        case 4:
            return _list(data, start, number, depth, ordered)
        case 5:
            return _map(data, start, number, depth, ordered)
        case 6:
            inner, end = _item(data, start, depth + 1, ordered)
            return Tag(number, inner), end
    if number not in _SIMPLE:
        _bad(at, "a float or simple value")
    return _SIMPLE[number], start


def _read_head(data: bytes, at: int) -> tuple[int, int, int]:
    if at >= len(data):
        _bad(at, "cut short")
    major, short = data[at] >> 5, data[at] & 31
    if short < 24:
        return major, short, at + 1
    if short > 27 or major == 7:
        _bad(at, "an indefinite length, a float or a reserved form")
    size = 1 << short - 24
    raw = data[at + 1 : at + 1 + size]
    if len(raw) < size:
        _bad(at, "cut short")
    number = int.from_bytes(raw)
    if number < (24 if size == 1 else 1 << 4 * size):
        _bad(at, "not the shortest form")
    return major, number, at + 1 + size


def _text(data: bytes, start: int, end: int) -> str:
    try:
        return data[start:end].decode()
    except UnicodeDecodeError:
        _bad(start, "text that is not UTF-8")


def _list(data: bytes, at: int, count: int, depth: int, ordered: bool) -> tuple[Value, int]:
    items: list[Value] = []
    for _ in range(min(count, len(data) + 1)):
        item, at = _item(data, at, depth + 1, ordered)
        items.append(item)
    return items, at


def _map(data: bytes, at: int, count: int, depth: int, ordered: bool) -> tuple[Value, int]:
    found: dict[int | str, Value] = {}
    before = b""
    for _ in range(min(count, len(data) + 1)):
        key, end = _item(data, at, depth + 1, ordered)
        if isinstance(key, bool) or not isinstance(key, int | str):
            _bad(at, "a key that is no number or text")
        if key in found or (ordered and data[at:end] <= before):
            _bad(at, "a key twice or out of order")
        before = data[at:end]
        found[key], at = _item(data, end, depth + 1, ordered)
    return found, at


def _bad(at: int, why: str) -> NoReturn:
    raise BadCredential("credential-cbor", at=at, why=why)
