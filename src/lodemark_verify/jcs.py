"""Canonical JSON (RFC 8785) for the values that records hold: no floats, so nothing has to be rounded."""

from __future__ import annotations

import json


def canonical(value: object) -> bytes:
    """The canonical bytes; a float is refused with ``ValueError``."""
    return _write(value).encode()


def strict(text: str) -> object:
    """Read JSON; repeated names and floats are refused, since two readers would see two things."""

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        if len({name for name, _ in items}) != len(items):
            raise ValueError("a name stands twice")
        return dict(items)

    return json.loads(text, object_pairs_hook=pairs, parse_float=_refuse, parse_constant=_refuse)


def _refuse(text: str) -> object:
    raise ValueError(f"{text} is not allowed in a record")


def _write(value: object) -> str:
    if value is None or isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(_write(item) for item in value) + "]"
    if isinstance(value, dict):
        # RFC 8785 sorts names by UTF-16 code units.
        names = sorted(value, key=lambda name: str(name).encode("utf-16-be"))
        return "{" + ",".join(f"{_write(name)}:{_write(value[name])}" for name in names) + "}"
    raise ValueError(f"a {type(value).__name__} is not allowed in a record")
