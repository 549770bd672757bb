"""A capture job: what came of one document, as the contract's clients read it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lodemark.custody.validate.report import Finding, plain, shown
from lodemark.custody.value import from_microseconds, microseconds
from lodemark.ledger import Record, jsonable
from lodemark.wording import LANGUAGES, say

MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """One document's capture. ``counts``: captured, duplicate, refused. ``hint`` tells a sender how to be faster."""

    id: str
    party: str
    created_at: datetime
    finished_at: datetime | None
    behaviour: str
    success: bool | None
    sha256: str
    merkle_root: str = ""
    document: int | None = None
    captured: int = 0
    duplicate: int = 0
    refused: int = 0
    findings: tuple[Finding, ...] = ()
    trouble: Mapping[str, object] | None = None
    event_ids: tuple[str, ...] = ()
    hint: str | None = None

    @property
    def running(self) -> bool:
        """Whether the answer is still to come."""
        return self.finished_at is None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Only what refused an event."""
        return tuple(f for f in self.findings if f.severity == "error")


def job_body(job: CaptureJob, error_file: str | None = None) -> dict[str, object]:
    """The JSON of ``GET /capture/{id}`` (EPCIS 2.0 REST binding); ``error_file`` is a link to the CSV beyond 100 errors."""
    errors: list[dict[str, object]] = [line.to_json() for line in job.errors[:MOST_ERRORS]]
    if job.trouble is not None:
        errors.insert(0, dict(job.trouble))
    body: dict[str, object] = {
        "captureID": job.id,
        "createdAt": _text(job.created_at),
        "finishedAt": _text(job.finished_at),
        "running": job.running,
        "success": bool(job.success),
        "captureErrorBehaviour": job.behaviour,
        "errors": errors,
        "counts": {"captured": job.captured, "duplicate": job.duplicate, "refused": job.refused},
    }
    if job.finished_at is None:
        del body["finishedAt"]
    if job.hint:
        body["hint"] = {lang: say(job.hint, {}, lang) for lang in LANGUAGES}
    if error_file and len(job.errors) > MOST_ERRORS:
        body["errorFile"] = error_file
    return body


def error_csv(job: CaptureJob) -> str:
    """All errors as a table for spreadsheets: event, line, pointer, rule, and the sentence in each language."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["event", "line", "pointer", "rule", *LANGUAGES])
    rows.writerows([e.event, e.line, e.pointer, e.rule, *(e.explain(lang) for lang in LANGUAGES)] for e in job.errors)
    return out.getvalue()


def captured_record(job: CaptureJob, on: date | None = None) -> Record:
    """The one ledger record of a captured document: who sent it, its digest, counts, and the root over its events."""
    assert job.success and job.merkle_root, "only a captured document is a record"
    return Record(
        kind="events-captured",
        on=on or job.created_at.date(),
        facts={
            "sender": job.party,
            "document_sha256": job.sha256,
            "captured": job.captured,
            "duplicate": job.duplicate,
            "refused": job.refused,
            "merkle_root": job.merkle_root,
            "job": job.id,
        },
        occurred_at=job.created_at,
    )


def _text(when: datetime | None) -> str | None:
    return when.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" if when else None


COLUMNS = "id, party, idempotency_key, sha256, created_us, finished_us, behaviour, success, document, report"


def to_row(job: CaptureJob, key: str | None, sha256: bytes) -> tuple[object, ...]:
    """The job as a row of ``COLUMNS``."""
    told = {
        "merkle_root": job.merkle_root,
        "captured": job.captured,
        "duplicate": job.duplicate,
        "refused": job.refused,
        "event_ids": list(job.event_ids),
        "hint": job.hint,
        "trouble": job.trouble,
        "findings": [
            [f.rule, f.pointer, jsonable(dict(f.facts)), plain(f.value), f.event, f.severity, f.line, f.reference]
            for f in shown(job.findings)
        ],
    }
    finished = microseconds(job.finished_at) if job.finished_at else None
    success = None if job.success is None else int(job.success)
    return (
        job.id,
        job.party,
        key,
        sha256,
        microseconds(job.created_at),
        finished,
        job.behaviour,
        success,
        job.document,
        json.dumps(told, ensure_ascii=False),
    )


def from_row(row: Sequence[Any]) -> CaptureJob:
    """The job a row of ``COLUMNS`` tells of."""
    told = json.loads(row[9])
    return CaptureJob(
        id=row[0],
        party=row[1],
        created_at=from_microseconds(row[4]),
        finished_at=from_microseconds(row[5]) if row[5] is not None else None,
        behaviour=row[6],
        success=None if row[7] is None else bool(row[7]),
        sha256=bytes(row[3]).hex(),
        document=row[8],
        merkle_root=told["merkle_root"],
        captured=told["captured"],
        duplicate=told["duplicate"],
        refused=told["refused"],
        event_ids=tuple(told["event_ids"]),
        hint=told["hint"],
        trouble=told["trouble"],
        findings=tuple(Finding(*line) for line in told["findings"]),
    )
