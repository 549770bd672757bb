"""What the genealogy is a function of: one ``Fact`` per stored statement, without journal numbers or record times.

Facts come from a journal (``read_facts``) or straight from interpreted events (``fact_of``), so a folder of files and a
database give the same genealogy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lodemark.custody.model import Event
from lodemark.custody.prehash import digests
from lodemark.custody.rows import holder, lode_terms
from lodemark.custody.status import ACTIVE, Standing
from lodemark.custody.store import Store
from lodemark.custody.value import microseconds


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


def read_facts(store: Store, told: Mapping[int, Standing], limit_us: int) -> list[Fact]:
    """Facts of every statement recorded up to then, from the rows alone (no event is read again)."""
    parts: dict[int, list[Part]] = {}
    sql = (
        "SELECT t.event, t.role, x.uri, t.mass_mg, t.count, t.uom FROM custody_event_thing t "
        "JOIN custody_thing x ON x.id = t.thing"
    )
    for event, role, uri, mass, count, uom in store.rows(sql):
        parts.setdefault(event, []).append(Part(role, uri, mass, count, uom))
    transactions: dict[int, list[tuple[str, str]]] = {}
    for event, name, text in store.rows("SELECT event, name, text FROM custody_event_field WHERE scope = 'transaction'"):
        transactions.setdefault(event, []).append((name, text))
    copies: dict[int, list[tuple[str, str]]] = {}
    for event, name, party in store.rows(
        "SELECT event, event_id, party FROM custody_event_alias WHERE recorded_us <= ?", (limit_us,)
    ):
        copies.setdefault(event, []).append((name, party))
    sql = (
        "SELECT seq, strict_digest, event_id, cbv_hash, party, kind, action, step, occurred_us, location, read_point, "
        "holder, transformation, lode, declaration, offset_min FROM custody_event WHERE recorded_us <= ?"
    )
    found = []
    for row in store.rows(sql, (limit_us,)):
        standing = told.get(row[0], Standing())
        again = copies.get(row[0], [])
        found.append(
            Fact(
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
        )
    return found


def stated_mass(value: object) -> tuple[Decimal, str] | None:
    """A ``{value, uom}`` or ``{quantity, uom}`` of the regime's own terms."""
    if not isinstance(value, Mapping):
        return None
    number, uom = value.get("value", value.get("quantity")), value.get("uom")
    try:
        return (Decimal(str(number)), uom) if isinstance(uom, str) and number is not None else None
    except ArithmeticError:
        return None
