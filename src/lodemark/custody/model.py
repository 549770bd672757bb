"""Events as values. ``Sent`` is one event as it arrived; ``Event`` is what it says in the field's own terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from lodemark.custody.namespace import Names

Body = Mapping[str, object]

KINDS = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")


@dataclass(frozen=True, slots=True)
class Sent:
    """One event in the JSON shape (XML is mapped to it), the names in force, and where it stood in its document."""

    body: Body
    names: Names
    pointer: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing an event speaks of.

    ``role``: ``in`` and ``out`` of a transformation, ``parent``, ``child``, or ``object``. ``thing`` is the canonical URI,
    ``text`` the spelling as sent. ``quantity`` is exact; ``mass_mg`` is None when no mass is stated; ``count`` counts pieces.
    """

    role: str
    thing: str
    quantity: Decimal | None = None
    uom: str | None = None
    mass_mg: int | None = None
    count: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """An error declaration: when it was made, why (canonical URI), and which events are to be read instead."""

    declared_at: datetime | None
    reason: str | None
    corrective_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """What one event says. Every field that was sent is in ``sent.body``; the named ones are canonical.

    ``occurred_at`` is UTC; ``offset_min`` the sender's own offset. ``transactions``, ``sources`` and ``destinations`` are
    (type, value) pairs with ``""`` for no type. ``persistent`` is (set, unset).
    """

    kind: str
    event_id: str | None
    occurred_at: datetime
    offset_min: int
    action: str | None
    what: tuple[Line, ...]
    biz_step: str | None
    disposition: str | None
    persistent: tuple[tuple[str, ...], tuple[str, ...]]
    read_point: str | None
    biz_location: str | None
    transactions: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    destinations: tuple[tuple[str, str], ...]
    transformation_id: str | None
    declaration: Declaration | None
    sent: Sent
    extensions: Mapping[str, object] = field(default_factory=dict)
    ilmd: Mapping[str, object] = field(default_factory=dict)
    sensors: tuple[Body, ...] = ()


@dataclass(frozen=True, slots=True)
class MasterData:
    """One element of a document's master data: its kind, canonical id, attributes, and the date it was stated."""

    kind: str
    id: str
    attributes: Mapping[str, object]
    children: tuple[str, ...]
    stated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Document:
    """One captured document. ``form``: ``json``, ``xml-2.0`` or ``xml-1.2``; ``kind``: its root (``EPCISDocument`` …,
    ``event``, ``list``); ``body`` the whole in JSON shape; ``notes`` what the reader let pass and says."""

    form: str
    kind: str
    body: Body
    sent: tuple[Sent, ...]
    data: bytes
    sha256: bytes
    names: Names
    master_data: tuple[MasterData, ...] = ()
    notes: tuple[tuple[str, str, Mapping[str, object]], ...] = ()
