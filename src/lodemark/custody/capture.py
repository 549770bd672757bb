"""Capture: read, validate, compare with what is stored, append. One document is one transaction.

``rollback`` (default): nothing is visible unless every event is right. ``proceed``: good events are journalled, bad ones
go to quarantine, each with index, pointer and rule. Sending twice is harmless: the idempotency key repeats the job, and
content known by (event hash, strict digest, declaration digest) is counted as a duplicate whose id becomes an alias.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from lodemark.custody.identifier import canonical
from lodemark.custody.interpret import extension_event
from lodemark.custody.job import COLUMNS, CaptureJob, from_row, to_row
from lodemark.custody.model import Document, Event
from lodemark.custody.namespace import LODE
from lodemark.custody.prehash import digests, hash_uri, hash_variant
from lodemark.custody.reader import read
from lodemark.custody.rows import field_rows, holder, lode_terms, raw, thing_row
from lodemark.custody.status import OFFICE
from lodemark.custody.store import Store
from lodemark.custody.stored import event_leaf, names_to
from lodemark.custody.thing import alias_rows, thing_ids
from lodemark.custody.trouble import CaptureConflict, ReadError
from lodemark.custody.validate import Finding, Report, validate
from lodemark.custody.value import microseconds
from lodemark.ledger import Tree, jsonable

if TYPE_CHECKING:
    from lodemark.custody.journal import Journal

BEHAVIOURS = ("rollback", "proceed")
NO_DECLARATION = hashlib.sha256(b"").digest()
HINT_EVENTS = 20  # below this, the commit of each document costs more than its events


@dataclass(frozen=True, slots=True)
class _New:
    """An event on its way into the journal."""

    index: int
    event: Event
    event_id: str
    cbv_hash: bytes
    strict: bytes
    declared: bytes

    @property
    def content(self) -> tuple[bytes, bytes, bytes]:
        return self.cbv_hash, self.strict, self.declared


def capture(
    journal: Journal,
    data: bytes,
    *,
    party: str,
    recorded_at: datetime,
    media: str | None,
    behaviour: str,
    profile: str,
    key: str | None,
    channel: str,
    lenient: bool,
    job: CaptureJob | None = None,
) -> CaptureJob:
    """Capture one document and answer its finished job. Raises ``CaptureConflict`` for a reused key.

    ``job`` is one that was accepted before (``jobs.accept``) and is finished here.
    """
    assert behaviour in BEHAVIOURS, behaviour
    sha256 = hashlib.sha256(data).digest()
    store = journal.store
    earlier = earlier_job(store, party, key, sha256) if job is None else None
    if earlier is not None:
        return earlier
    recorded_us = microseconds(recorded_at)
    draft = replace(job or new_job(party, key, sha256, recorded_at, behaviour), finished_at=recorded_at, success=False)
    try:
        document = read(data, media, lenient)
    except ReadError as error:
        trouble = {
            "rule": error.reason.code,
            "facts": jsonable(dict(error.facts)),
            "en": error.explain("en"),
            "zh-Hans": error.explain("zh-Hans"),
        }
        job = replace(draft, refused=1, trouble=trouble)
        with store.transaction():
            _quarantine(store, data, sha256, None, party, recorded_us, [trouble])
            _save(store, job, key, sha256)
        return job
    report = validate(document, profile, recorded_at=recorded_at)
    fresh = _prepare(document, report)
    with store.transaction():
        job = _append(store, draft, document, report, fresh, party, recorded_us, channel)
        _save(store, job, key, sha256)
    return job


def new_job(party: str, key: str | None, sha256: bytes, now: datetime, behaviour: str) -> CaptureJob:
    """A job not yet run; its id follows from party, key, bytes and instant."""
    seed = f"{party}\n{key or ''}\n{sha256.hex()}\n{microseconds(now)}"
    return CaptureJob(
        id=hashlib.sha256(seed.encode()).hexdigest()[:32],
        party=party,
        created_at=now,
        finished_at=None,
        behaviour=behaviour,
        success=None,
        sha256=sha256.hex(),
    )


def _prepare(document: Document, report: Report) -> list[_New]:
    found = []
    for index, sent in enumerate(document.sent):
        if index in report.refused or report.envelope_refused:
            continue
        event = report.said.get(index) or extension_event(sent)
        cbv_hash, strict, declared = digests(sent)
        found.append(_New(index, event, event.event_id or hash_uri(cbv_hash), cbv_hash, strict, declared))
    return found


def _append(
    store: Store,
    draft: CaptureJob,
    document: Document,
    report: Report,
    fresh: Sequence[_New],
    party: str,
    recorded_us: int,
    channel: str,
) -> CaptureJob:
    kept, copies, said = _against_journal(store, fresh, party)
    findings = (*report.lines, *said)
    bad = report.refused | {f.event for f in said if f.severity == "error" and f.event is not None}
    if report.envelope_refused or (bad and draft.behaviour == "rollback"):
        _quarantine(store, document.data, document.sha256, None, party, recorded_us, _lines(findings))
        return replace(draft, refused=len(document.sent), findings=findings)
    for index in sorted(bad):
        mine = [f for f in findings if f.event == index]
        _quarantine(store, raw(document.sent[index]), document.sha256, index, party, recorded_us, _lines(mine))
    kept = [new for new in kept if new.index not in bad]
    tree = Tree.of(event_leaf(new.strict, new.declared) for new in kept)
    number = store.number("SELECT MAX(seq) FROM custody_document") + 1
    store.insert(
        "document",
        "seq, sha256, media, bytes, names, party, channel, received_us, merkle_root, events",
        [
            (
                number,
                document.sha256,
                document.form,
                document.data,
                names_to(document.names),
                party,
                channel,
                recorded_us,
                tree.root(),
                len(kept),
            )
        ],
    )
    seqs = _insert_events(store, number, kept, party, recorded_us)
    store.insert(
        "event_alias",
        "event, event_id, document, party, recorded_us",
        [(seq, new.event_id, number, party, recorded_us) for new, seq in _resolved(copies, seqs)],
    )
    by_index = {new.index: seqs[new.content] for new in kept}
    store.insert(
        "finding_seed",
        "event, rule, pointer, facts, recorded_us",
        [
            (by_index[f.event], f.rule, f.pointer, json.dumps(jsonable(dict(f.facts))), recorded_us)
            for f in findings
            if f.event in by_index and f.severity != "error"
        ],
    )
    _insert_master_data(store, document, number, recorded_us)
    return replace(
        draft,
        success=True,
        merkle_root=tree.root().hex(),
        document=number,
        captured=len(kept),
        duplicate=len(copies),
        refused=len(bad),
        findings=findings,
        event_ids=tuple(new.event_id for new in fresh if new.index not in bad),
        hint="batch" if 0 < len(document.sent) < HINT_EVENTS else None,
    )


def _resolved(
    copies: Sequence[tuple[_New, int | None]], seqs: dict[tuple[bytes, bytes, bytes], int]
) -> Iterator[tuple[_New, int]]:
    """A copy of an event of the same document points at the number that event has just been given."""
    for new, seq in copies:
        yield new, seqs[new.content] if seq is None else seq


def _against_journal(
    store: Store, fresh: Sequence[_New], party: str
) -> tuple[list[_New], list[tuple[_New, int | None]], list[Finding]]:
    """Split into new statements and copies, and say what the journal finds (layer J)."""
    stored = _by_hash(store, [new.cbv_hash for new in fresh])
    by_id = _by_id(store, [new.event_id for new in fresh])
    kept: list[_New] = []
    copies: list[tuple[_New, int | None]] = []
    said: list[Finding] = []
    seen: set[tuple[bytes, bytes, bytes]] = set()
    for new in fresh:
        at = new.event.sent.pointer
        found = stored.get(new.cbv_hash, {})
        exact = found.get((new.strict, new.declared))
        if exact is not None or new.content in seen:
            copies.append((new, exact))
            said.append(Finding("J-DUPLICATE", at, {"id": new.event_id}, None, new.index, "note"))
            continue
        seen.add(new.content)
        kept.append(new)
        said.extend(_journal_rules(store, new, found, by_id, party, at))
    return kept, copies, said


def _journal_rules(
    store: Store,
    new: _New,
    found: dict[tuple[bytes, bytes], int],
    by_id: dict[str, list[tuple[bytes, bytes, str]]],
    party: str,
    at: str,
) -> Iterator[Finding]:
    event, rivals = new.event, by_id.get(new.event_id, [])
    if f"{{{LODE}}}redaction" in event.extensions:
        yield Finding("J-REDACTED", at, {"id": new.event_id}, None, new.index, "error")
    if event.declaration is None:
        others = [r for r in rivals if r[0] != new.strict and r[1] == NO_DECLARATION]
        if others:
            yield Finding("J-CONTRADICTION", f"{at}/eventID", {"id": new.event_id}, new.event_id, new.index, "finding")
        elif any(strict != new.strict for strict, declared in found if declared == NO_DECLARATION):
            yield Finding("J-CONTRADICTION", at, {"id": hash_uri(new.cbv_hash)}, None, new.index, "finding")
    elif party != OFFICE and rivals and all(owner != party for _, declared, owner in rivals if declared == NO_DECLARATION):
        yield Finding(
            "J-FOREIGN-DECLARATION", f"{at}/errorDeclaration", {"id": new.event_id, "party": party}, None, new.index, "finding"
        )
    loop = containment_loop(store, event)
    if loop:
        yield Finding("J-LOOP", f"{at}/parentID", {"child": loop}, None, new.index, "error")
    claimed = event.event_id
    right = hash_uri(new.cbv_hash)
    if event.declaration is None and claimed and claimed.startswith("ni:///sha-256;") and claimed != right:
        variant = hash_variant(event, claimed)
        yield Finding(
            "J-HASH",
            f"{at}/eventID",
            {"variant": variant, "right": hash_uri(new.cbv_hash)},
            claimed,
            new.index,
            "note" if variant else "finding",
        )


def containment_loop(store: Store, event: Event) -> str | None:
    """The child that already contains the parent, when this packing would close a ring."""
    if event.kind not in ("AggregationEvent", "AssociationEvent") or event.action != "ADD":
        return None
    parent = next((line.thing for line in event.what if line.role == "parent"), None)
    children = {line.thing for line in event.what if line.role == "child" and line.count == 1}
    above = {parent} if parent else set()
    visited = set(above)
    while above:
        holder_of = {up for thing in above for up in _open_parents(store, thing)}
        hit = holder_of & children
        if hit:
            return sorted(hit)[0]
        above = holder_of - visited
        visited |= above
    return None


def _open_parents(store: Store, thing: str) -> set[str]:
    """What the journal says holds a thing now: the last packing of each pair, unless an unpacking came later."""
    rows = store.rows(
        "SELECT p.uri, e.action FROM custody_thing c JOIN custody_event_thing ct ON ct.thing = c.id AND ct.role = 'child' "
        "JOIN custody_event e ON e.seq = ct.event JOIN custody_event_thing pt ON pt.event = e.seq AND pt.role = 'parent' "
        "JOIN custody_thing p ON p.id = pt.thing WHERE c.uri = ? AND e.declaration IS NULL ORDER BY e.occurred_us, e.seq",
        (thing,),
    )
    last = {str(parent): str(action) for parent, action in rows if action in ("ADD", "DELETE")}
    return {parent for parent, action in last.items() if action == "ADD"}


def _by_hash(store: Store, hashes: Sequence[bytes]) -> dict[bytes, dict[tuple[bytes, bytes], int]]:
    found: dict[bytes, dict[tuple[bytes, bytes], int]] = {}
    for part in _parts(list(dict.fromkeys(hashes))):
        sql = f"SELECT cbv_hash, strict_digest, declaration_digest, seq FROM custody_event WHERE cbv_hash IN ({_marks(part)})"
        for cbv_hash, strict, declared, seq in store.rows(sql, part):
            found.setdefault(bytes(cbv_hash), {})[bytes(strict), bytes(declared)] = int(seq)
    return found


def _by_id(store: Store, ids: Sequence[str]) -> dict[str, list[tuple[bytes, bytes, str]]]:
    found: dict[str, list[tuple[bytes, bytes, str]]] = {}
    for part in _parts(list(dict.fromkeys(ids))):
        sql = f"SELECT event_id, strict_digest, declaration_digest, party FROM custody_event WHERE event_id IN ({_marks(part)})"
        for event_id, strict, declared, party in store.rows(sql, part):
            found.setdefault(str(event_id), []).append((bytes(strict), bytes(declared), str(party)))
    return found


def _parts(items: list[object] | list[bytes] | list[str]) -> Iterator[list[object]]:
    for start in range(0, len(items), 500):
        yield list(items[start : start + 500])


def _marks(part: Sequence[object]) -> str:
    return ", ".join("?" * len(part))


def _insert_events(
    store: Store, document: int, kept: Sequence[_New], party: str, recorded_us: int
) -> dict[tuple[bytes, bytes, bytes], int]:
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


def _event_row(new: _New, seq: int, document: int, leaf: int, party: str, recorded_us: int) -> tuple[object, ...]:
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


def _insert_master_data(store: Store, document: Document, number: int, recorded_us: int) -> None:
    rows: list[tuple[object, ...]] = []
    for element in document.master_data:
        stated = microseconds(element.stated_at) if element.stated_at else None
        pairs = [(str(k), v if isinstance(v, str) else json.dumps(jsonable(v))) for k, v in element.attributes.items()]
        pairs += [("child", canonical(child)) for child in element.children]
        rows += [(number, element.kind, canonical(element.id), name, value, stated, recorded_us) for name, value in pairs]
    store.insert("master_data", "document, kind, id, name, value, stated_us, recorded_us", rows)


def _lines(findings: Iterable[Finding]) -> list[dict[str, object]]:
    return [found.to_json() for found in findings]


def _quarantine(
    store: Store, data: bytes, sha256: bytes, index: int | None, party: str, recorded_us: int, report: object
) -> None:
    """Nothing sent is lost: what cannot be journalled is kept with its bytes and its report."""
    seq = store.number("SELECT MAX(seq) FROM custody_quarantine") + 1
    text = json.dumps(jsonable(report), ensure_ascii=False)
    row = (seq, sha256, data, index, party, recorded_us, text)
    store.insert("quarantine", "seq, sha256, bytes, idx, party, recorded_us, report", [row])


def _save(store: Store, job: CaptureJob, key: str | None, sha256: bytes) -> None:
    store.run("DELETE FROM custody_job WHERE id = ?", (job.id,))
    store.insert(
        "job",
        "id, party, idempotency_key, sha256, created_us, finished_us, behaviour, success, document, report",
        [to_row(job, key, sha256)],
    )


def earlier_job(store: Store, party: str, key: str | None, sha256: bytes) -> CaptureJob | None:
    """The job this key named before; ``CaptureConflict`` when it named other bytes."""
    if key is None:
        return None
    row = store.one(f"SELECT {COLUMNS} FROM custody_job WHERE party = ? AND idempotency_key = ?", (party, key))
    if row is None:
        return None
    if bytes(row[3]) != sha256:
        raise CaptureConflict(key=key)
    return from_row(row)
