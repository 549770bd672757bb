"""What the genealogy is a function of: one ``Fact`` per stored statement, without journal numbers or record times.

Facts come from a journal (``read_facts``) or straight from interpreted events (``fact_of``), so a folder of files and a
database give the same genealogy.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lodemark.custody.model import Event
from lodemark.custody.prehash import digests
from lodemark.custody.rows import holder, lode_terms
from lodemark.custody.status import ACTIVE, Standing
from lodemark.custody.store import Store
from lodemark.custody.value import microseconds

_CHUNK = 1_000
_ACTIVE = Standing()


@dataclass(frozen=True, slots=True)
class Part:
    """One thing of one statement: its role, stated mass (mg) or count, the unit as sent when it carries no mass."""

    role: str
    thing: str
    mass_mg: int | None = None
    count: int | None = None
    uom: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement about goods. ``key`` is its strict digest (hex), ``ids`` every name it goes by."""

    key: str
    ids: frozenset[str]
    party: str
    kind: str
    action: str | None
    step: str | None
    occurred_us: int
    site: str | None
    holder: str | None
    transformation: str | None
    parts: tuple[Part, ...]
    lode: Mapping[str, Any] = field(default_factory=dict)
    transactions: tuple[tuple[str, str], ...] = ()
    status: str = ACTIVE
    declaration: bool = False
    missing: tuple[str, ...] = ()
    offset_min: int = 0


def fact_of(event: Event, party: str, standing: Standing | None = None) -> Fact:
    """The fact of one interpreted event."""
    cbv_hash, strict, _ = digests(event)
    told = standing or Standing()
    return Fact(
        key=strict.hex(),
        ids=frozenset(filter(None, (event.event_id, cbv_hash.hex()))),
        party=party,
        kind=event.kind,
        action=event.action,
        step=event.biz_step,
        occurred_us=microseconds(event.occurred_at),
        site=event.biz_location or event.read_point,
        holder=holder(event),
        transformation=event.transformation_id,
        parts=tuple(Part(w.role, w.thing, w.mass_mg, w.count, w.uom) for w in event.what),
        lode=lode_terms(event) or {},
        transactions=event.transactions,
        status=told.status,
        declaration=event.declaration is not None,
        missing=told.missing,
        offset_min=event.offset_min,
    )


def read_facts(store: Store, told: Mapping[int, Standing], limit_us: int, seqs: Collection[int] | None = None) -> list[Fact]:
    """Facts of the statements recorded up to then (or of ``seqs`` among them), from the rows alone: no event is read again."""
    if seqs is None:
        return list(_read(store, told, limit_us, ""))
    found: list[Fact] = []
    listed = sorted(seqs)
    for start in range(0, len(listed), _CHUNK):
        found += _read(store, told, limit_us, f" AND {{0}} IN ({', '.join(map(str, listed[start : start + _CHUNK]))})")
    return found


def _read(store: Store, told: Mapping[int, Standing], limit_us: int, within: str) -> Iterator[Fact]:
    parts: dict[int, list[Part]] = {}
    sql = (
        "SELECT t.event, t.role, x.uri, t.mass_mg, t.count, t.uom FROM custody_event_thing t "
        "JOIN custody_thing x ON x.id = t.thing WHERE 1 = 1"
    )
    for event, role, uri, mass, count, uom in store.rows(sql + within.format("t.event")):
        parts.setdefault(event, []).append(Part(role, uri, mass, count, uom))
    transactions: dict[int, list[tuple[str, str]]] = {}
    sql = "SELECT event, name, text FROM custody_event_field WHERE scope = 'transaction'"
    for event, name, text in store.rows(sql + within.format("event")):
        transactions.setdefault(event, []).append((name, text))
    copies: dict[int, list[tuple[str, str]]] = {}
    sql = "SELECT event, event_id, party FROM custody_event_alias WHERE recorded_us <= ?"
    for event, name, party in store.rows(sql + within.format("event"), (limit_us,)):
        copies.setdefault(event, []).append((name, party))
    sql = (
        "SELECT seq, strict_digest, event_id, cbv_hash, party, kind, action, step, occurred_us, location, read_point, "
        "holder, transformation, lode, declaration, offset_min FROM custody_event WHERE recorded_us <= ?"
    )
    for row in store.rows(sql + within.format("seq"), (limit_us,)):
        standing = told.get(row[0], _ACTIVE)
        again = copies.get(row[0], [])
        yield Fact(
            key=bytes(row[1]).hex(),
            ids=frozenset({row[2], bytes(row[3]).hex(), *(name for name, _ in again)}),
            # A copy may have come first from somebody else: the smallest name does not depend on arrival.
            party=min([row[4], *(party for _, party in again)]),
            kind=row[5],
            action=row[6],
            step=row[7],
            occurred_us=row[8],
            site=row[9] or row[10],
            holder=row[11],
            transformation=row[12],
            parts=tuple(parts.get(row[0], ())),
            lode=json.loads(row[13]) if row[13] else {},
            transactions=tuple(transactions.get(row[0], ())),
            status=standing.status,
            declaration=row[14] is not None,
            missing=standing.missing,
            offset_min=row[15],
        )


def stated_mass(value: object) -> tuple[Decimal, str] | None:
    """A ``{value, uom}`` or ``{quantity, uom}`` of the regime's own terms."""
    if not isinstance(value, Mapping):
        return None
    number, uom = value.get("value", value.get("quantity")), value.get("uom")
    try:
        return (Decimal(str(number)), uom) if isinstance(uom, str) and number is not None else None
    except ArithmeticError:
        return None
