"""Rows of a captured document: events, things, fields, master data; batched, inside the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lodemark.custody.identifier import canonical
from lodemark.custody.model import Document
from lodemark.custody.rows import field_rows, holder, lode_terms, raw, thing_row
from lodemark.custody.store import Store
from lodemark.custody.thing import alias_rows, thing_ids
from lodemark.custody.validate.journal import Arriving
from lodemark.custody.value import microseconds
from lodemark.ledger import jsonable


def insert_events(
    store: Store, document: int, kept: Sequence[Arriving], party: str, recorded_us: int
) -> dict[tuple[bytes, bytes, bytes], int]:
    """Append the events; answers the journal number of each content."""
    first = store.number("SELECT MAX(seq) FROM custody_event") + 1
    seqs = {new.content: first + place for place, new in enumerate(kept)}
    numbers = thing_ids(store, [line.thing for new in kept for line in new.event.what])
    store.insert("alias", "thing, text", alias_rows(store, numbers, [line for new in kept for line in new.event.what]))
    store.insert(
        "event",
        "seq, document, idx, leaf, kind, event_id, cbv_hash, strict_digest, declaration_digest, party, occurred_us, "
        "offset_min, recorded_us, action, step, disposition, read_point, location, transformation, holder, declaration, "
        "lode, raw",
        [_event_row(new, seqs[new.content], document, leaf, party, recorded_us) for leaf, new in enumerate(kept)],
    )
    store.insert(
        "event_thing",
        "event, role, quantity, uom, mass_mg, count, amount, kind, base, thing",
        [(seqs[new.content], *thing_row(line), numbers[line.thing]) for new in kept for line in new.event.what],
    )
    store.insert(
        "event_field",
        "event, scope, depth, name, text, number, time_us, uom, kind, base",
        [(seqs[new.content], *row) for new in kept for row in field_rows(new.event)],
    )
    return seqs


def _event_row(new: Arriving, seq: int, document: int, leaf: int, party: str, recorded_us: int) -> tuple[object, ...]:
    event, told = new.event, new.event.declaration
    declaration = {"reason": told.reason, "corrective": list(told.corrective_ids)} if told else None
    lode = lode_terms(event)
    return (
        seq,
        document,
        new.index,
        leaf,
        event.kind,
        new.event_id,
        new.cbv_hash,
        new.strict,
        new.declared,
        party,
        microseconds(event.occurred_at),
        event.offset_min,
        recorded_us,
        event.action,
        event.biz_step,
        event.disposition,
        event.read_point,
        event.biz_location,
        event.transformation_id,
        holder(event),
        json.dumps(declaration) if declaration else None,
        json.dumps(lode, sort_keys=True) if lode else None,
        raw(event.sent),
    )


def insert_master_data(store: Store, document: Document, number: int, recorded_us: int) -> None:
    """Append a document's master data with the date it was stated."""
    rows: list[tuple[object, ...]] = []
    for element in document.master_data:
        stated = microseconds(element.stated_at) if element.stated_at else None
        pairs = [(str(k), v if isinstance(v, str) else json.dumps(jsonable(v))) for k, v in element.attributes.items()]
        pairs += [("child", canonical(child)) for child in element.children]
        rows += [(number, element.kind, canonical(element.id), name, value, stated, recorded_us) for name, value in pairs]
    store.insert("master_data", "document, kind, id, name, value, stated_us, recorded_us", rows)
