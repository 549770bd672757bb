"""A stored statement: the event as sent, who sent it, when the office recorded it, and where it stands now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lodemark.custody.interpret import extension_event, interpret
from lodemark.custody.jsonld import parse
from lodemark.custody.limit import Limits
from lodemark.custody.model import KINDS, Event, Sent
from lodemark.custody.namespace import Names
from lodemark.custody.prehash import hash_uri
from lodemark.custody.status import Standing
from lodemark.custody.value import from_microseconds
from lodemark.ledger import leaf_hash, verify_inclusion

COLUMNS = "e.seq, e.document, e.idx, e.event_id, e.cbv_hash, e.strict_digest, e.party, e.recorded_us, e.raw, d.names"


@dataclass(frozen=True, slots=True)
class Stored:
    """One statement in the journal. ``sent`` is complete; ``standing`` is its status at the day asked for."""

    seq: int
    document: int
    index: int
    event_id: str
    cbv_hash: bytes
    strict_digest: bytes
    party: str
    recorded_at: datetime
    sent: Sent
    standing: Standing = field(default_factory=Standing)

    @property
    def hash(self) -> str:
        """The event hash as ``ni`` URI."""
        return hash_uri(self.cbv_hash)

    @property
    def event(self) -> Event:
        """What the statement says."""
        return interpret(self.sent) if self.sent.body.get("type") in KINDS else extension_event(self.sent)

    def standing_as(self, standing: Standing) -> Stored:
        """The same statement at another day."""
        return replace(self, standing=standing)


@dataclass(frozen=True, slots=True)
class EventProof:
    """That one event is in the record of its document: RFC 6962 audit path to the root in ``events-captured``."""

    leaf: bytes
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes

    def verify(self) -> bool:
        """Whether the path leads to the root."""
        return verify_inclusion(self.leaf, self.index, self.size, self.path, self.root)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What was sent and not journalled: its bytes, the event's index (None: the whole document), and the report."""

    seq: int
    sha256: str
    data: bytes
    index: int | None
    party: str
    recorded_at: datetime
    report: Sequence[Any]


def event_leaf(strict_digest: bytes, declaration_digest: bytes) -> bytes:
    """The leaf data of an event in its document's tree: content and declaration, in one."""
    return strict_digest + declaration_digest


def event_leaf_hash(strict_digest: bytes, declaration_digest: bytes) -> bytes:
    """The RFC 6962 hash of that leaf."""
    return leaf_hash(event_leaf(strict_digest, declaration_digest))


def from_row(row: Sequence[Any]) -> Stored:
    """A row of ``COLUMNS``."""
    body = parse(bytes(row[8]), Limits(depth=1_000))
    names = names_from(str(row[9]))
    own = names.under(body["@context"]) if "@context" in body else names
    return Stored(
        seq=int(row[0]),
        document=int(row[1]),
        index=int(row[2]),
        event_id=str(row[3]),
        cbv_hash=bytes(row[4]),
        strict_digest=bytes(row[5]),
        party=str(row[6]),
        recorded_at=from_microseconds(int(row[7])),
        sent=Sent(body, own),
    )


def names_from(text: str) -> Names:
    """The prefixes of a stored document."""
    told = json.loads(text)
    return Names(told["prefixes"], tuple(told["unknown"]), told["form"])


def names_to(names: Names) -> str:
    """The same, to store."""
    told = {"prefixes": dict(names.prefixes), "unknown": list(names.unknown), "form": names.form}
    return json.dumps(told, sort_keys=True)
