"""Capture jobs that answer later: accepted at once, captured when the shell has time, findable by id.

Up to 100 events and 256 KiB the job is finished when the answer leaves; larger documents are accepted, their bytes wait in
the job's row, and ``resume`` captures them under the same id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from lodemark.custody.capture import Prepared, capture, earlier_job, new_job, prepare
from lodemark.custody.job import COLUMNS, CaptureJob, from_row, to_row
from lodemark.custody.trouble import NotInJournal

if TYPE_CHECKING:
    from lodemark.custody.journal import Journal

SMALL_BYTES, SMALL_EVENTS = 256 * 1024, 100


def is_small(data: bytes) -> bool:
    """Whether a document is captured before the answer leaves. Events are counted by their times: no parse is needed."""
    return len(data) <= SMALL_BYTES and data.count(b"eventTimeZoneOffset") <= SMALL_EVENTS * (2 if data[:1] == b"<" else 1)


def accept(
    journal: Journal,
    data: bytes,
    *,
    party: str,
    now: datetime,
    media: str | None = None,
    behaviour: str = "rollback",
    profile: str = "open",
    key: str | None = None,
    channel: str = "rest",
    sender: Mapping[str, str] | None = None,
) -> CaptureJob:
    """A job for a large document: running, its bytes kept. Raises ``CaptureConflict`` for a reused key.

    ``sender`` is the shell's word for who sent it; ``sender(journal, id)`` gives it back when the job is resumed.
    """
    sha256 = hashlib.sha256(data).digest()
    known = earlier_job(journal.store, party, key, sha256)
    if known is not None:
        return known
    job = replace(new_job(party, key, sha256, now, behaviour), finished_at=None, success=None)
    asked = json.dumps({"media": media, "profile": profile, "channel": channel, "sender": dict(sender or {})})
    with journal.store.transaction():
        journal.store.run("DELETE FROM custody_job WHERE id = ?", (job.id,))
        journal.store.insert("job", f"{COLUMNS}, waiting, asked", [(*to_row(job, key, sha256), data, asked)])
    return job


def waiting(journal: Journal) -> list[str]:
    """Ids of accepted jobs, oldest first."""
    sql = "SELECT id FROM custody_job WHERE waiting IS NOT NULL ORDER BY created_us, id"
    return [str(row[0]) for row in journal.store.rows(sql)]


def sender(journal: Journal, job_id: str) -> dict[str, str]:
    """Who sent an accepted job, in the words of ``accept``. Raises ``NotInJournal``."""
    row = journal.store.one("SELECT asked FROM custody_job WHERE id = ? AND asked IS NOT NULL", (job_id,))
    if row is None:
        raise NotInJournal(what="capture job", id=job_id)
    return dict(json.loads(row[0])["sender"])


def prepared(journal: Journal, job_id: str, *, recorded_at: datetime) -> Prepared | None:
    """The document of an accepted job, ready for ``resume``; None when it was captured already."""
    row = journal.store.one("SELECT waiting, asked FROM custody_job WHERE id = ? AND waiting IS NOT NULL", (job_id,))
    if row is None:
        return None
    asked = json.loads(row[1])
    return prepare(bytes(row[0]), recorded_at=recorded_at, media=asked["media"], profile=asked["profile"])


def resume(journal: Journal, job_id: str, *, recorded_at: datetime, ready: Prepared | None = None) -> CaptureJob:
    """Capture an accepted job now; a finished one is only answered. Raises ``NotInJournal``."""
    sql = "SELECT party, idempotency_key, behaviour, waiting, asked FROM custody_job WHERE id = ?"
    row = journal.store.one(sql, (job_id,))
    if row is None:
        raise NotInJournal(what="capture job", id=job_id)
    if row[3] is None:
        return find(journal, job_id)
    asked = json.loads(row[4])
    return capture(
        journal,
        bytes(row[3]),
        party=str(row[0]),
        recorded_at=recorded_at,
        media=asked["media"],
        behaviour=str(row[2]),
        profile=asked["profile"],
        key=row[1],
        channel=asked["channel"],
        lenient=False,
        job=find(journal, job_id),
        ready=ready,
    )


def find(journal: Journal, job_id: str, party: str | None = None) -> CaptureJob:
    """One job; with ``party`` only if it is that party's. Raises ``NotInJournal``."""
    row = journal.store.one(f"SELECT {COLUMNS} FROM custody_job WHERE id = ?", (job_id,))
    if row is None or (party is not None and row[1] != party):
        raise NotInJournal(what="capture job", id=job_id)
    return from_row(row)


def listed(
    journal: Journal, party: str | None = None, *, after: str = "", size: int = 30
) -> tuple[Sequence[CaptureJob], str | None]:
    """(jobs by id, where to go on); those of one party when it is given."""
    mine, values = (" AND party = ?", [party]) if party else ("", [])
    sql = f"SELECT {COLUMNS} FROM custody_job WHERE id > ?{mine} ORDER BY id LIMIT ?"
    jobs = [from_row(row) for row in journal.store.rows(sql, [after, *values, size + 1])]
    return jobs[:size], jobs[size - 1].id if len(jobs) > size else None
