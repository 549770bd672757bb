"""Capture: read, validate, compare with what is stored, append. One document is one transaction.

``rollback`` (default): nothing is visible unless every event is right. ``proceed``: good events are journalled, bad ones
go to quarantine, each with index, pointer and rule. Sending twice is harmless: the idempotency key repeats the job, and
content known by (event hash, strict digest, declaration digest) is counted as a duplicate whose id becomes an alias.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from lodemark.custody.append import insert_events, insert_master_data
from lodemark.custody.interpret import extension_event
from lodemark.custody.job import COLUMNS, CaptureJob, from_row, to_row
from lodemark.custody.model import Document
from lodemark.custody.prehash import digests, hash_uri
from lodemark.custody.reader import read
from lodemark.custody.rows import raw
from lodemark.custody.status import Successions
from lodemark.custody.store import Store
from lodemark.custody.stored import event_leaf, names_to
from lodemark.custody.trouble import CaptureConflict, ReadError
from lodemark.custody.validate import Finding, Report, validate
from lodemark.custody.validate.journal import Arriving, compare
from lodemark.custody.value import microseconds
from lodemark.ledger import Tree, jsonable

if TYPE_CHECKING:
    from lodemark.custody.journal import Journal

BEHAVIOURS = ("rollback", "proceed")
HINT_EVENTS = 20  # below this, the commit of each document costs more than its events


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document read, validated and hashed: all that needs no journal, so that no transaction waits for it.

    ``trouble`` says why it could not be read; then there is nothing else.
    """

    document: Document | None
    report: Report | None = None
    fresh: tuple[Arriving, ...] = ()
    trouble: Mapping[str, object] | None = None


def prepare(
    data: bytes, *, recorded_at: datetime, media: str | None = None, profile: str = "open", lenient: bool = False
) -> Prepared:
    """Read, validate and hash a document. Pure: what it says to the journal is ``capture``'s."""
    try:
        document = read(data, media, lenient)
    except ReadError as error:
        said = {"en": error.explain("en"), "zh-Hans": error.explain("zh-Hans")}
        return Prepared(None, trouble={"rule": error.reason.code, "facts": jsonable(dict(error.facts)), **said})
    report = validate(document, profile, recorded_at=recorded_at)
    return Prepared(document, report, tuple(_arriving(document, report)))


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
    ready: Prepared | None = None,
) -> CaptureJob:
    """Capture one document and answer its finished job. Raises ``CaptureConflict`` for a reused key.

    ``job`` is one that was accepted before (``jobs.accept``) and is finished here; ``ready`` is the document when the
    caller prepared it before it opened a transaction.
    """
    assert behaviour in BEHAVIOURS, behaviour
    sha256 = hashlib.sha256(data).digest()
    store = journal.store
    earlier = earlier_job(store, party, key, sha256) if job is None else None
    if earlier is not None:
        return earlier
    recorded_us = microseconds(recorded_at)
    draft = replace(job or new_job(party, key, sha256, recorded_at, behaviour), finished_at=recorded_at, success=False)
    ready = ready or prepare(data, recorded_at=recorded_at, media=media, profile=profile, lenient=lenient)
    if ready.document is None or ready.report is None:
        job = replace(draft, refused=1, trouble=ready.trouble)
        with store.transaction():
            _quarantine(store, data, sha256, None, party, recorded_us, [ready.trouble])
            _save(store, job, key, sha256)
        return job
    with store.transaction():
        job = _append(store, draft, ready.document, ready.report, ready.fresh, party, recorded_us, channel, journal.successions)
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


def _arriving(document: Document, report: Report) -> Iterator[Arriving]:
    for index, sent in enumerate(document.sent):
        if index in report.refused or report.envelope_refused:
            continue
        event = report.said.get(index) or extension_event(sent)
        cbv_hash, strict, declared = digests(sent)
        yield Arriving(index, event, event.event_id or hash_uri(cbv_hash), cbv_hash, strict, declared)


def _append(
    store: Store,
    draft: CaptureJob,
    document: Document,
    report: Report,
    fresh: Sequence[Arriving],
    party: str,
    recorded_us: int,
    channel: str,
    successions: Successions,
) -> CaptureJob:
    kept, copies, said = compare(store, fresh, party, successions)
    findings = (*report.findings, *said)
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
    seqs = insert_events(store, number, kept, party, recorded_us)
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
    insert_master_data(store, document, number, recorded_us)
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
        hint="capture-hint-batch" if 0 < len(document.sent) < HINT_EVENTS else None,
    )


def _resolved(
    copies: Sequence[tuple[Arriving, int | None]], seqs: dict[tuple[bytes, bytes, bytes], int]
) -> Iterator[tuple[Arriving, int]]:
    """A copy of an event of the same document points at the number that event has just been given."""
    for new, seq in copies:
        yield new, seqs[new.content] if seq is None else seq


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
