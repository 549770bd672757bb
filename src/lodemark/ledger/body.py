"""From canonical bytes back to a record and its stamp; an unknown version is refused, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from lodemark.ledger.canonical import canonical
from lodemark.ledger.model import Actor, Basis, Record, Stamp
from lodemark.ledger.trouble import UnknownKind

VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as read back from its dossier: number, draft and stamp."""

    number: int
    record: Record
    stamp: Stamp


def body_of(record: Record, stamp: Stamp) -> bytes:
    """The canonical body: the version of this shape, the draft and its stamp."""
    return canonical({"record": record, "stamp": stamp, "version": VERSION})


def read_body(number: int, body: bytes) -> Entry:
    """The entry that ``body_of`` wrote."""
    value: dict[str, Any] = orjson.loads(body)
    if value.get("version") != VERSION:
        raise UnknownKind(kind=value.get("record", {}).get("kind"), version=value.get("version"))
    draft, stamp = value["record"], value["stamp"]
    occurred = draft["occurred_at"]
    record = Record(
        kind=draft["kind"],
        on=date.fromisoformat(draft["on"]),
        facts=draft["facts"],
        private=draft["private"],
        occurred_at=datetime.fromisoformat(occurred) if occurred else None,
    )
    read = Stamp(
        recorded_at=datetime.fromisoformat(stamp["recorded_at"]),
        actor=Actor(**stamp["actor"]),
        command=stamp["command"],
        basis=Basis(**stamp["basis"]),
        blind=stamp["blind"],
    )
    return Entry(number, record, read)
